/**
 * Pages in a real browser, opened from `file://` as a reader would. Without a Chromium on the
 * machine these tests are skipped; REHEARSAL_CHROMIUM names one in an unusual place.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VALUE_WORDS } from "../cli/value-words.ts";
import { CHROMIUM, type OpenPage, startViewer, type Viewer } from "./browser.fixture.ts";
import type { LoopReport, ReportDocument } from "./document.ts";
import { documentOfChecks } from "./document-of-checks.ts";
import { documentOfRecordings } from "./document-of-recordings.ts";
import { longDocument } from "./long-path.fixture.ts";
import { NETSERVER, netserverModel } from "./netserver.fixture.ts";
import { netserverVerdict } from "./netserver-verdict.fixture.ts";
import { recordingVerdict, TCP_LOG } from "./recording.fixture.ts";

const CRASH_ONCE: ReportDocument = documentOfChecks(
  [{ verdict: netserverVerdict(), model: netserverModel() }],
  [NETSERVER],
  VALUE_WORDS,
);
const LOOP: LoopReport = {
  start: 2,
  stutters: false,
  rows: [
    {
      transition: "app[Client1].write",
      kind: "weak",
      enabled: "1 of 3",
      taken: false,
      verdict: "allowed: not enabled in 2 of 3 states",
    },
  ],
  rest: "14 fair transitions that the loop never enables",
  hint: "declare `app[Client1].write` `strongly fair`",
};
const RESTART: ReportDocument = documentOfRecordings([recordingVerdict()], [TCP_LOG]);

/** The same, with the last three steps of the counterexample repeated for ever. */
const FOR_EVER: ReportDocument = {
  ...CRASH_ONCE,
  checks: CRASH_ONCE.checks.map((check) => ({
    ...check,
    properties: check.properties.map((property) => ({
      ...property,
      trace: property.trace === undefined ? undefined : { ...property.trace, loop: LOOP },
    })),
  })),
};

/** Texts of all elements that a selector finds. */
async function texts({ page }: OpenPage, selector: string): Promise<readonly string[]> {
  const found = await page.locator(selector).allInnerTexts();
  return found.map((text) => text.replaceAll(/\s+/g, " ").trim());
}

/** What the selected step shows in each panel, in one line. */
async function selected(open: OpenPage): Promise<string> {
  const [row] = await texts(open, ".row.selected .row-label");
  const [source] = await texts(open, ".line.marked .line-number");
  const changed = await texts(open, ".variable.changed");
  return `${row} @${source ?? ""} ${changed.join(", ").replaceAll("● ", "")}`;
}

describe.skipIf(CHROMIUM === undefined)("a page in Chromium (set REHEARSAL_CHROMIUM)", () => {
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await startViewer(CHROMIUM ?? "");
  });

  afterAll(async () => {
    await viewer.close();
  });

  describe("a counterexample", () => {
    let open: OpenPage;

    beforeAll(async () => {
      open = await viewer.open(CRASH_ONCE);
    });

    test("begins with the verdict", async () => {
      expect(await texts(open, "h1")).toEqual([
        "✕ NoHalfOpen is violated after 5 steps, as the check expects",
      ]);
    });

    test("lists every step with what it changes", async () => {
      expect(await texts(open, ".row")).toEqual([
        "0 initial state",
        "1 app[Client1].open app[Client1] Idle → Opening req [] → [Open(Client1)]",
        "2 server.Open(Client1) server.table {} → {Client1} req [Open(Client1)] → [] " +
          "rep[Client1] [] → [Opened(0)]",
        "3 server.crash fault server Up → Down server.table {Client1} → {} " +
          "faults server.crash 0 → 1",
        "4 server.restart server Down → Up server.inc 0 → 1",
        "5 app[Client1].Opened(0) false here app[Client1] Opening → Open " +
          "app[Client1].conn none → 0 rep[Client1] [Opened(0)] → []",
      ]);
    });

    test("draws lanes with modes, messages and the fault", async () => {
      expect(await texts(open, ".lane-name")).toEqual(["server", "app[Client1]", "app[Client2]"]);
      const { page } = open;
      expect(await page.locator(".pill text").allTextContents()).toEqual(
        expect.arrayContaining(["Up", "Idle", "Opening", "Down", "Open"]),
      );
      expect(await page.locator(".arrow-label").allTextContents()).toEqual([
        "Open(Client1)",
        "Opened(0)",
      ]);
      expect(await page.locator(".mark .cross").count()).toBe(1);
      expect(await page.locator(".wait").count()).toBe(1);
    });

    test("says why, clause by clause", async () => {
      expect(await texts(open, ".clause")).toEqual([
        "true server in Up and quiet since 5",
        "true server in Up since 4",
        "true quiet since 5",
        "false forall c in Client: app[c] in Open implies c in server.table " +
          "for c = Client1 since 5",
        "true app[c] in Open since 5",
        "false c in server.table since 3",
      ]);
    });

    test("has a text twin of its steps", async () => {
      const twin = await open.page.locator(".twin li").allTextContents();
      expect(twin).toHaveLength(6);
      expect(twin[3]).toBe(
        "server.crash (fault): server Up -> Down; server.table {Client1} -> {}; " +
          "faults server.crash 0 -> 1",
      );
    });

    test("made no request and had nothing to complain about", () => {
      expect(open.requests).toEqual([]);
      expect(open.complaints).toEqual([]);
    });
  });

  describe("stepping", () => {
    test("keys move steps, state, source and link together", async () => {
      const open = await viewer.open(CRASH_ONCE);
      const { keyboard } = open.page;
      const seen: string[] = [await selected(open)];
      for (const key of ["Home", "j", "ArrowDown", "j", "k", "End"]) {
        await keyboard.press(key);
        seen.push(await selected(open));
      }
      expect(seen).toEqual([
        "app[Client1].Opened(0) @37 mode Opening → Open, conn none → 0, " +
          "rep[Client1] [Opened(0)] → []",
        "initial state @56 ",
        "app[Client1].open @34 mode Idle → Opening, req [] → [Open(Client1)]",
        "server.Open(Client1) @17 table {} → {Client1}, req [Open(Client1)] → [], " +
          "rep[Client1] [] → [Opened(0)]",
        "server.crash @25 mode Up → Down, table {Client1} → {}, server.crash 0 → 1",
        "server.Open(Client1) @17 table {} → {Client1}, req [Open(Client1)] → [], " +
          "rep[Client1] [] → [Opened(0)]",
        "app[Client1].Opened(0) @37 mode Opening → Open, conn none → 0, " +
          "rep[Client1] [Opened(0)] → []",
      ]);
      expect(new URL(open.page.url()).hash).toBe("#step=5");
    });

    test("a link opens its step, and another one in the open page goes there", async () => {
      const open = await viewer.open(CRASH_ONCE, "#p=NoHalfOpen&step=3");
      expect(await selected(open)).toMatch(/^server\.crash @25/);
      await open.page.evaluate('location.hash = "#p=NoHalfOpen&step=1"');
      await open.page.locator(".row.selected", { hasText: "app[Client1].open" }).waitFor();
      expect(await selected(open)).toMatch(/^app\[Client1\]\.open @34/);
    });

    test("g goes to a step, d compares with the initial state", async () => {
      const open = await viewer.open(CRASH_ONCE);
      const { keyboard } = open.page;
      await keyboard.press("g");
      await keyboard.type("2");
      await keyboard.press("Enter");
      await keyboard.press("d");
      expect(await selected(open)).toBe(
        "server.Open(Client1) @17 table {} → {Client1}, mode Idle → Opening, " +
          "rep[Client1] [] → [Opened(0)]",
      );
      expect(new URL(open.page.url()).hash).toBe("#step=2&diff=initial");
    });

    test("a filter dims what does not match, and keys walk along what does", async () => {
      const open = await viewer.open(CRASH_ONCE);
      const { keyboard } = open.page;
      await keyboard.press("/");
      await keyboard.type("changed:table");
      await keyboard.press("Enter");
      await keyboard.press("Home");
      await keyboard.press("j");
      await keyboard.press("j");
      expect(await selected(open)).toMatch(/^server\.crash/);
      expect(await open.page.locator(".row.dimmed").count()).toBe(4);
      await keyboard.press("j");
      expect(await selected(open)).toMatch(/^server\.crash/);
    });

    test("a variable that is selected lists the steps that changed it", async () => {
      const open = await viewer.open(CRASH_ONCE, "#sel=server.table");
      expect(await texts(open, ".history")).toEqual(["set at 0 2 3"]);
      await open.page.keyboard.press("[");
      expect(await selected(open)).toMatch(/^server\.crash/);
      await open.page.keyboard.press("[");
      expect(await selected(open)).toMatch(/^server\.Open/);
    });

    test("? shows the keys and Escape hides them", async () => {
      const { page } = await viewer.open(CRASH_ONCE);
      await page.keyboard.press("?");
      expect(await page.locator("dialog kbd").count()).toBeGreaterThan(10);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    });
  });

  describe("the details of a check", () => {
    test("show evidence, findings and what was never taken", async () => {
      const open = await viewer.open(CRASH_ONCE, "#c=crashOnce");
      expect(await texts(open, "tr[data-property=Heals]")).toEqual([
        "? Heals property Heals is unknown: not judged yet: temporal properties " +
          "nothing was evaluated",
      ]);
      expect(await texts(open, ".finding")).toEqual([
        "W0503 `App.Open on rep.Reset` was never taken `otherwise drop` dropped 676 messages",
      ]);
      expect(await texts(open, "tr.never .rule")).toEqual(["App.Open on rep.Reset"]);
    });

    test("a rule shows its line", async () => {
      const open = await viewer.open(CRASH_ONCE, "#c=crashOnce");
      await open.page.locator(".rule button", { hasText: "step restart" }).click();
      expect(await texts(open, ".line.marked .line-number")).toEqual(["22"]);
    });

    test("the entry of several checks leads to a trace and back", async () => {
      const twice = { ...CRASH_ONCE, checks: [...CRASH_ONCE.checks, ...CRASH_ONCE.checks] };
      const open = await viewer.open(twice);
      expect(await open.page.locator(".entry").count()).toBe(2);
      await open.page.locator(".chip", { hasText: "SomeoneOpen" }).first().click();
      expect(await texts(open, "h1")).toEqual(["✓ SomeoneOpen is reached after 2 steps"]);
      await open.page.goBack();
      await open.page.locator(".entry").first().waitFor();
    });
  });

  describe("a recording", () => {
    test("begins with the verdict and the connections that decide it", async () => {
      const open = await viewer.open(RESTART);
      expect(await texts(open, "h1")).toEqual([
        "✕ NoLostConnection violated: 2 of 28 connections lost, 1 cannot be judged",
      ]);
      const labels = await texts(open, ".timeline-label");
      expect(labels.slice(0, 5)).toEqual([
        "network server",
        "application",
        "capture",
        "✕ 10.77.0.2:41001 …77.0.10:7007 #1",
        "✕ 10.77.0.2:41012 …77.0.10:7007 #1",
      ]);
      expect(await open.page.locator(".window").count()).toBe(2);
      expect(open.complaints).toEqual([]);
      expect(open.requests).toEqual([]);
    });

    test("the deciding event of the first connection is selected", async () => {
      const open = await viewer.open(RESTART);
      expect(await texts(open, ".row.selected")).toEqual([
        "6.133 s tcp.reset decides 55 ms after outage 1 seq: 568 · expected " +
          "frame 5533 of restart.pcapng",
      ]);
      expect(await texts(open, ".connection-panel .reason")).toEqual([
        "reset by the server side 55 ms after the end of outage 1",
      ]);
    });

    test("an instance leads to its connection, keys to the next one", async () => {
      const open = await viewer.open(RESTART);
      await open.page.locator(".instance button", { hasText: "41012" }).first().click();
      expect(await texts(open, ".connection-panel h2")).toEqual([
        "10.77.0.2:41012 > 10.77.0.10:7007 #1",
      ]);
      await open.page.keyboard.press("n");
      expect(await texts(open, ".connection-panel h2")).toEqual([
        "10.77.0.2:41034 > 10.77.0.10:7007 #1",
      ]);
      expect(new URL(open.page.url()).hash).toBe("#r=Tcp&conn=2");
    });

    test("keys zoom into the timeline", async () => {
      const { page } = await viewer.open(RESTART);
      const before = await page.locator(".timeline-axis text").allTextContents();
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      const after = await page.locator(".timeline-axis text").allTextContents();
      expect(after).not.toEqual(before);
      await page.keyboard.press("f");
      expect(await page.locator(".timeline-axis text").allTextContents()).toEqual(before);
    });
  });

  describe("what a specification or recording cannot do", () => {
    const HOSTILE = '"\'></script><img src=x onerror="globalThis.hacked=1"><b>\u202e\u0000{{x}}';

    test.each(["", "#c=long", "#nothing"])("run code or become markup at %s", async (fragment) => {
      const name = (text: string): string => `${text}${HOSTILE}`;
      const open = await viewer.open(longDocument(6, name), fragment);
      expect(await open.page.locator("img, b").count()).toBe(0);
      expect(await open.page.evaluate("globalThis.hacked")).toBeUndefined();
      expect(await open.page.locator("h1").innerText()).toContain("onerror=");
      const shown = await open.page.locator("body").innerText();
      expect([shown.includes("\u202e"), shown.includes("\u0000")]).toEqual([false, false]);
      expect(open.requests).toEqual([]);
      expect(open.complaints).toEqual([]);
    });

    test("make the page wider than the window with names of 100 kB", async () => {
      const open = await viewer.open(longDocument(3, (text) => text + "x".repeat(100_000)));
      expect(await open.page.evaluate("document.documentElement.scrollWidth")).toBe(1280);
      expect(await open.page.locator(".row").count()).toBe(4);
    });
  });

  describe("a loop", () => {
    test("stands in a bracket that leads back, with its fairness below the reason", async () => {
      const open = await viewer.open(FOR_EVER, "#c=crashOnce&p=NoHalfOpen");
      expect(await texts(open, ".row.loop-first .row-number, .tag-loop")).toEqual([
        "3",
        "for ever:",
        "back to 3",
      ]);
      expect(await open.page.locator(".row.loop-inside").count()).toBe(1);
      expect(await texts(open, ".loop-panel")).toEqual([
        "Loop Steps 3 to 5 are repeated for ever. go to 3 transition fairness enabled taken " +
          "app[Client1].write weak 1 of 3 never allowed: not enabled in 2 of 3 states " +
          "14 fair transitions that the loop never enables " +
          "Hint: declare app[Client1].write strongly fair",
      ]);
      await open.page.locator(".loop-panel button").click();
      expect(await texts(open, ".row.selected .row-number")).toEqual(["3"]);
      expect(open.complaints).toEqual([]);
    });
  });

  describe("a path of 10,000 steps", () => {
    test("draws only what is in view and answers keys at once", async () => {
      const begin = performance.now();
      const { page, complaints } = await viewer.open(longDocument(10_000));
      expect(await page.locator(".row.selected .row-label").innerText()).toBe("machine0.step10000");
      expect(performance.now() - begin).toBeLessThan(15_000);
      expect(await page.locator(".row").count()).toBeLessThan(80);
      const before = performance.now();
      for (let step = 0; step < 20; step++) {
        await page.keyboard.press("k");
      }
      expect(await page.locator(".row.selected .row-label").innerText()).toBe("machine0.step9980");
      expect(performance.now() - before).toBeLessThan(5_000);
      await page.keyboard.press("Home");
      expect(await page.locator(".row.selected .row-label").innerText()).toBe("initial state");
      expect(complaints).toEqual([]);
    });
  });
});
