/** The loop of a counterexample on its way into the document, and its words on the rows. */
import { expect, test } from "vitest";
import type { Loop } from "../checker/verdict.ts";
import { loopReport } from "./loop-report.ts";

const LOOP: Loop = {
  start: 3,
  stutters: false,
  states: 2,
  fairness: [
    { transition: "m.turn", kind: "weak", enabled: 2, taken: true, verdict: "taken" },
    {
      transition: "m.leave",
      kind: "weak",
      enabled: 1,
      taken: false,
      verdict: "allowed: not enabled in 1 of 2 states",
    },
    { transition: "m.back", kind: "strong", enabled: 0, taken: false, verdict: "never enabled" },
    { transition: "m.again", kind: "strong", enabled: 0, taken: false, verdict: "never enabled" },
  ],
  hint: "declare `m.leave` `strongly fair`",
};

test("transitions that the loop enables are rows, the others are counted", () => {
  expect(loopReport(LOOP)).toEqual({
    start: 3,
    stutters: false,
    rows: [
      { transition: "m.turn", kind: "weak", enabled: "2 of 2", taken: true, verdict: "" },
      {
        transition: "m.leave",
        kind: "weak",
        enabled: "1 of 2",
        taken: false,
        verdict: "allowed: not enabled in 1 of 2 states",
      },
    ],
    rest: "2 fair transitions that the loop never enables",
    hint: "declare `m.leave` `strongly fair`",
  });
});
