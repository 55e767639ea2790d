/** Loops in words: brackets around the steps, and why the loop is fair. */
import { expect, test } from "vitest";
import type { Loop } from "../checker/verdict.ts";
import { isInLoop, loopMarks, loopTable, tableLines } from "./loop-words.ts";

const LOOP: Loop = {
  start: 8,
  stutters: false,
  states: 9,
  fairness: [
    { transition: "server.Data", kind: "weak", enabled: 2, taken: true, verdict: "taken" },
    {
      transition: "app[Client1].write",
      kind: "weak",
      enabled: 6,
      taken: false,
      verdict: "allowed: not enabled in 3 of 9 states",
    },
    {
      transition: "server.restart",
      kind: "strong",
      enabled: 0,
      taken: false,
      verdict: "never enabled",
    },
  ],
  hint: "declare `app[Client1].write` `strongly fair`",
};

test("the bracket stands around the steps behind the start, and leads back to the first", () => {
  expect(loopMarks(LOOP)).toEqual({ begin: "+-- for ever:", side: "|", end: "+-> back to 9" });
  expect([8, 9, 10].map((step) => isInLoop(LOOP, step))).toEqual([false, true, true]);
  expect(isInLoop(undefined, 9)).toBe(false);
});

test("a run that stays has no bracket", () => {
  expect(loopMarks({ ...LOOP, stutters: true })).toMatchObject({
    begin: "",
    end: "+-> stays like this for ever",
  });
});

test("what is never enabled is counted, everything else is a row", () => {
  const table = loopTable(LOOP);
  expect(table.title).toBe("fairness in this loop (9 states)");
  expect(tableLines(table)).toEqual([
    "server.Data          weak   enabled in 2 of 9   taken",
    "app[Client1].write   weak   enabled in 6 of 9   NEVER taken   " +
      "allowed: not enabled in 3 of 9 states",
  ]);
  expect(table.rest).toBe("1 other fair transition never enabled");
});
