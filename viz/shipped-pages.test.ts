/**
 * The pages that the command writes for the shipped examples and recordings, opened in a browser:
 * three counterexamples and two recordings, from the text of a specification to the screen.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, type OpenPage, startViewer, type Viewer } from "./browser.fixture.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGE_BYTES_MAX = 5_000_000;

/** Runs the command and waits; its exit code belongs to the verdict, not to this test. */
async function rehearsal(...args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    execFile(process.execPath, ["cli/main.ts", ...args], { cwd: ROOT }, () => resolve());
  });
}

/** Pairs of texts on the lanes that lie over each other, as `Opened(0) over Up`. */
const OVERLAPS = `(() => {
  const texts = [...document.querySelectorAll(".lanes .arrow-label, .lanes .pill, .lane-name")];
  const boxes = texts.map((text) => [
    text.textContent, text.getBoundingClientRect(), text.matches(".lane-name"),
  ]);
  // What has been scrolled under the names of the lanes is hidden by them.
  return boxes.flatMap(([name, box, isHead], index) =>
    boxes.slice(index + 1)
      .filter(([, other, isOtherHead]) => isHead === isOtherHead &&
        box.left < other.right - 1 && other.left < box.right - 1 &&
        box.top < other.bottom - 1 && other.top < box.bottom - 1)
      .map(([other]) => name + " over " + other));
})()`;

describe.skipIf(CHROMIUM === undefined)(
  "shipped pages in Chromium (set REHEARSAL_CHROMIUM)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "rehearsal-shipped-"));
    const checks = join(folder, "checks.html");
    let viewer: Viewer;

    beforeAll(async () => {
      await rehearsal("check", "models/examples", "--report", checks);
      viewer = await startViewer(CHROMIUM ?? "");
    });

    afterAll(async () => {
      await viewer.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function expectClean({ page, complaints, requests }: OpenPage): Promise<void> {
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      expect(await page.evaluate(OVERLAPS)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(1280);
    }

    test.each([
      ["crashOnce", "NoHalfOpen", "NoHalfOpen is violated after 5 steps", "app[Client1].Opened(0)"],
      ["unfenced", "NoLostWakeup", "NoLostWakeup is violated after 8 steps", "cons.flush"],
      ["queueNotDrained", "assert", "An assertion is violated after 10 steps", "dev.P(1)"],
    ])("the counterexample of %s to %s", async (check, property, headline, last) => {
      const open = await viewer.openFile(checks, `#c=${check}&p=${property}`);
      const { page } = open;
      expect(await page.locator("h1").innerText()).toContain(headline);
      expect(await page.locator(".row.selected .row-label").innerText()).toContain(last);
      expect(await page.locator(".line.marked").count()).toBeGreaterThan(0);
      expect(await page.locator(".clause").count()).toBeGreaterThan(0);
      await expectClean(open);
      await page.keyboard.press("Home");
      await expectClean(open);
    });

    test("store buffers have lanes, with stores that wait and are flushed", async () => {
      const { page } = await viewer.openFile(checks, "#c=unfenced&p=NoLostWakeup");
      expect(await page.locator(".lane-name").allInnerTexts()).toEqual([
        "ring",
        "prod buffer",
        "prod",
        "cons buffer",
        "cons",
      ]);
      expect(await page.locator(".arrow-flush .arrow-label").allTextContents()).toEqual([
        "head = 1",
        "asleep = true",
      ]);
    });

    test("a played run says which step waits for which, in words, rows and lanes", async () => {
      const path = join(folder, "run.html");
      await rehearsal(
        "run",
        "models/examples/ring.libretto",
        "--check=unfenced",
        `--report=${path}`,
      );
      const open = await viewer.openFile(path);
      const { page } = open;
      const reasons = page.locator(".order li");
      expect(await reasons.count()).toBe(1);
      expect(await reasons.innerText()).toMatch(/flush.*waits until.*Recheck.*is done/s);
      expect(await page.locator(".waits-for .waits-line").count()).toBe(1);
      expect(await page.locator(".row .tag-waits").innerText()).toMatch(/^waits for \d+$/);
      await reasons.locator("button").first().click();
      const waiting = await page.locator(".row.selected .tag-waits").count();
      await page.keyboard.press("b");
      expect([waiting, await page.locator(".row.selected .tag-first").count()]).toEqual([1, 1]);
      await expectClean(open);
    });

    test("a timed run says when and where each step was, in lanes by domains", async () => {
      const path = join(folder, "timed.html");
      const spec = "models/restart/reconnect.libretto";
      const words = ["--deployment=restartUnderLoad", "--check=broadcastsReachNobody"];
      await rehearsal("run", spec, ...words, `--report=${path}`);
      const open = await viewer.openFile(path);
      const { page } = open;
      expect(await page.locator(".lane-domain").allInnerTexts()).toContain("netserver");
      const moment = page.locator(".row.selected .note.moment");
      expect(await moment.innerText()).toMatch(/Core \d · [\d,]+\.\d{3} us/);
      await expectClean(open);
    });

    test.each([
      ["restart-rst-bug", "6 of 46 connections lost", 6],
      ["switch-to-direct", "none of 34 connections lost", 0],
    ])("the recording %s", async (name, headline, lost) => {
      const path = join(folder, `${name}.html`);
      const capture = `models/recordings/captures/${name}`;
      await rehearsal(
        "trace",
        "models/recordings/no-lost-connections.libretto",
        `${capture}.pcapng`,
        `--events=${capture}.events.jsonl`,
        `--report=${path}`,
      );
      const open = await viewer.openFile(path);
      expect(await open.page.locator("h1").innerText()).toContain(headline);
      expect(await open.page.locator(".timeline-label .badge-bad").count()).toBe(lost);
      await expectClean(open);
      expect(statSync(path).size).toBeLessThan(PAGE_BYTES_MAX);
    });
  },
);
