/**
 * Opens pages in a Chromium of this machine, from `file://`, and watches what they must not do.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import type { ReportDocument } from "./document.ts";
import { renderPage } from "./render-page.ts";

const CANDIDATES = [
  process.env["REHEARSAL_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** Nothing of these reaches for the network or asks a person. */
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Path of a Chromium, or undefined when this machine has none. */
export const CHROMIUM: string | undefined = CANDIDATES.find(
  (path) => path !== undefined && existsSync(path),
);

/** A page that is open, and what happened in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and messages of the console. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, apart from the page itself. */
  readonly requests: readonly string[];
}

export interface PageOptions {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

const DESKTOP: PageOptions = { width: 1280, height: 800, scheme: "light" };

export interface Viewer {
  readonly open: (
    report: ReportDocument,
    fragment?: string,
    options?: Partial<PageOptions>,
  ) => Promise<OpenPage>;
  /** Opens a page that something else has written. */
  readonly openFile: (path: string, fragment?: string) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

/** Starts the browser; every document becomes a file of its own. */
export async function startViewer(executablePath: string): Promise<Viewer> {
  const browser: Browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-page-"));
  let files = 0;
  const show = async (path: string, fragment: string, options: PageOptions): Promise<OpenPage> => {
    const { width, height, scheme } = options;
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
    const complaints: string[] = [];
    const requests: string[] = [];
    const address = pathToFileURL(path).href;
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== address) {
        requests.push(request.url());
      }
    });
    await page.goto(address + fragment);
    return { page, complaints, requests };
  };
  const open: Viewer["open"] = async (report, fragment = "", options = {}) => {
    const path = join(folder, `${++files}.html`);
    writeFileSync(path, renderPage(report));
    return await show(path, fragment, { ...DESKTOP, ...options });
  };
  const openFile: Viewer["openFile"] = async (path, fragment = "") =>
    await show(path, fragment, DESKTOP);
  const close = async (): Promise<void> => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { open, openFile, close };
}
