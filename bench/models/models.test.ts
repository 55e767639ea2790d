/**
 * The measured models at small sizes: exact numbers of states and transitions.
 *
 * Twins of Promela models have the numbers that Spin's verifier prints for `bench/peers` without
 * reduction. It counts the start of the run among the transitions, so its number is one more. The
 * numbers here are fixed, so that the test needs no Spin; `npm run bench:checker` compares the
 * large sizes on every run.
 */
import { describe, expect, test } from "vitest";
import { explore } from "../../checker/explore/explore.ts";
import { loadMeasured } from "../load-model.ts";

async function counts(file: string, check: string): Promise<string> {
  const { model } = loadMeasured(file, check);
  const options = { budget: model.budget, signal: undefined, onProgress: undefined };
  const { states, transitions, stopped } = await explore(model, options);
  expect(stopped).toBeUndefined();
  return `${states} states, ${transitions} transitions`;
}

describe("twins of Promela models have its counts", () => {
  test.each([
    ["philosophers-atomic", "n3", "27 states, 54 transitions"],
    ["philosophers-atomic", "n5", "243 states, 810 transitions"],
    ["philosophers-atomic", "classic8", "6560 states, 34984 transitions"],
    ["phils", "n3", "24 states, 46 transitions"],
    ["phils", "n5", "261 states, 876 transitions"],
    ["phils", "n8", "9403 states, 51944 transitions"],
    ["filter", "n2", "20 states, 34 transitions"],
    ["filter", "n3", "288 states, 651 transitions"],
    ["filter", "n4", "4752 states, 13080 transitions"],
    ["filter-lock", "n2", "29 states, 50 transitions"],
    ["filter-lock", "n3", "988 states, 2360 transitions"],
    ["twopc", "n2", "56 states, 153 transitions"],
    ["twopc", "n3", "288 states, 1145 transitions"],
    ["twopc", "n4", "1568 states, 8257 transitions"],
    ["spaxos", "b2", "3921 states, 22994 transitions"],
    ["gbn", "w1c1", "44 states, 96 transitions"],
    ["gbn", "w2c2", "882 states, 3150 transitions"],
    ["gbn", "w3c3", "20504 states, 84232 transitions"],
    ["election", "t1", "65 states, 183 transitions"],
    ["election", "t2", "1380 states, 4911 transitions"],
    ["client-server", "tiny", "44 states, 80 transitions"],
    ["client-server", "c2k2m1v2", "654 states, 1280 transitions"],
    ["client-server", "c2k2m2v2", "12378 states, 35384 transitions"],
  ])("%s, check %s: %s", async (file, check, wanted) => {
    expect(await counts(file, check)).toBe(wanted);
  });
});

describe("shipped models at other sizes keep theirs", () => {
  test.each([
    ["netserver", "c2f1", "1769 states, 4986 transitions"],
    ["netserver", "c2f3", "15445 states, 50558 transitions"],
    ["device", "d3f1", "1351 states, 2748 transitions"],
    ["device", "d4f2", "18249 states, 42504 transitions"],
    ["ring", "n2i4", "2240 states, 5802 transitions"],
    ["counter", "small", "2002 states, 4002 transitions"],
  ])("%s, check %s: %s", async (file, check, wanted) => {
    expect(await counts(file, check)).toBe(wanted);
  });
});
