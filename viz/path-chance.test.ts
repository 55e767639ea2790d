/** The chance of a step says no more than was sampled, and the point of no return once. */
import { expect, test } from "vitest";
import type { Likelihood } from "../checker/verdict.ts";
import { chanceReport } from "./path-chance.ts";

const likelihood = (hits: number, noReturn?: number): Likelihood => ({
  seed: 7,
  walks: 1000,
  steps: 30,
  points: [
    { hits, successors: 3, avoiding: 2 },
    { hits: 1000, successors: undefined, avoiding: undefined },
  ],
  noReturn,
  exact: true,
});

test.each([
  [0, "0 %"],
  [1, "<1 %"],
  [734, "73 %"],
  [999, ">99 %"],
  [1000, "100 %"],
])("%d of 1000 walks are shown as %s", (hits, words) => {
  expect(chanceReport(likelihood(hits), 0).chance?.words).toBe(words);
});

test("a step has its sample, its facts and its share", () => {
  expect(chanceReport(likelihood(250), 0)).toEqual({
    chance: {
      share: 0.25,
      words: "25 %",
      detail:
        "250 of 1,000 random walks of at most 30 steps from here meet the violation (seed 7); " +
        "after 2 of 3 possible next steps it can still be avoided",
      noReturn: false,
    },
  });
  expect(chanceReport(likelihood(0), 1).chance?.detail).not.toContain("avoided");
  expect(chanceReport(likelihood(0, 1), 1).chance?.noReturn).toBe(true);
});

test("nothing is said without a likelihood, or of a step that it does not know", () => {
  expect([chanceReport(undefined, 0), chanceReport(likelihood(0), 2)]).toEqual([{}, {}]);
});
