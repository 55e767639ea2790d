/**
 * Draws `docs/counterexample.png`, the picture of the README: `node scripts/picture.ts`.
 *
 * The picture is a screenshot of a real page, of a check of a shipped example, so that it shows
 * what a reader will see. It needs a Chromium (REHEARSAL_CHROMIUM, or one of the system) and is not
 * part of the build: run it when the page has changed its looks.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM } from "../viz/browser.fixture.ts";

const ROOT = join(import.meta.dirname, "..");
const PICTURE = join(ROOT, "docs", "counterexample.png");
/** A README is read over slow lines: the picture stays below this many bytes. */
const PICTURE_BYTES_MAX = 150_000;
const VIEWPORT = { width: 1140, height: 720 };

function writePage(path: string): void {
  const specification = join("models", "examples", "netserver.libretto");
  execFileSync(process.execPath, ["cli/main.ts", "check", specification, "--report", path], {
    cwd: ROOT,
  });
}

if (CHROMIUM === undefined) throw new Error("no Chromium: set REHEARSAL_CHROMIUM");
const folder = mkdtempSync(join(tmpdir(), "rehearsal-picture-"));
const page = join(folder, "report.html");
writePage(page);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
const view = await browser.newPage({ viewport: VIEWPORT, colorScheme: "light" });
await view.goto(`${pathToFileURL(page).href}#c=crashOnce&p=NoHalfOpen&step=5`);
await view.locator(".row.selected").waitFor();
await view.screenshot({ path: PICTURE });
await browser.close();
rmSync(folder, { recursive: true });
const { size } = statSync(PICTURE);
if (size > PICTURE_BYTES_MAX) throw new Error(`the picture has ${size} bytes: make it smaller`);
