/** Progress on a terminal and in a log, with a clock that the test turns. */
import { expect, test } from "vitest";
import { progressLine } from "./progress.ts";

/** A progress line with all that it wrote, and a clock. */
function stage(interactive: boolean, columns = 120) {
  const written: string[] = [];
  let now = 0;
  const terminal = { interactive, columns, write: (text: string) => void written.push(text) };
  const line = progressLine(terminal, () => now);
  const at = (milliseconds: number, states: number): void => {
    now = milliseconds;
    line.update({ count: states, noun: "states", facts: ["queue 10"] });
  };
  return { line, written, at };
}

test("a terminal gets one line that rewrites itself", () => {
  const { line, written, at } = stage(true);
  line.begin("net.libretto crashOnce");
  at(10, 100);
  at(50, 200);
  at(2000, 30_000);
  line.clear();
  expect(written).toEqual([
    "\r\u001B[Knet.libretto crashOnce   100 states   queue 10   0 s",
    "\r\u001B[Knet.libretto crashOnce   30 k states   15 k/s   queue 10   2 s",
    "\r\u001B[K",
  ]);
});

test("a narrow terminal gets a line that fits", () => {
  const { line, written, at } = stage(true, 40);
  line.begin("net.libretto crashOnce");
  at(2000, 30_000);
  expect(written[0]?.length).toBeLessThanOrEqual("\r\u001B[K".length + 39);
});

test("a log gets a line each ten seconds, and none for short checks", () => {
  const { line, written, at } = stage(false);
  line.begin("a");
  at(9_000, 100);
  line.begin("b");
  at(12_000, 100);
  at(18_900, 150);
  at(19_000, 200);
  line.clear();
  expect(written).toEqual(["b   200 states   20/s   queue 10   10 s\n"]);
});

test("a search that finds nothing new is said to stall", () => {
  const { line, written, at } = stage(false);
  line.begin("a");
  at(1_000, 500);
  at(30_000, 500);
  expect(written.at(-1)).toMatch(/ {3}no new states for 29 s\n$/);
});

test("names cannot write to the terminal", () => {
  const { line, written, at } = stage(false);
  line.begin("\u001B[2J");
  at(10_000, 1);
  expect(written[0]).toMatch(/^\\u\{1B\}\[2J/);
});
