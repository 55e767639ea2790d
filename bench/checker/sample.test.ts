/** Turns, medians, and counts that must agree. */
import { describe, expect, test } from "vitest";
import { type Contender, contest, requireAgreement, type Sample } from "./sample.ts";

const SAMPLE: Sample = {
  states: 100,
  transitions: 300,
  seconds: 1,
  peakBytes: undefined,
  accountedBytes: undefined,
};

/** A contender whose runs take these seconds, and that notes its turns. */
function runner(name: string, seconds: readonly number[], turns: string[]): Contender {
  const left = [...seconds];
  const run = (): Promise<Sample> => {
    turns.push(name);
    return Promise.resolve({ ...SAMPLE, seconds: left.shift() ?? 0 });
  };
  return { name, digits: 15, run };
}

test("contenders take turns, and another one begins each round", async () => {
  const turns: string[] = [];
  await contest("", [runner("a", [], turns), runner("b", [], turns)], 3);
  expect(turns.join("")).toBe("abbaab");
});

test("the result of a contender is the median of its runs", async () => {
  const [a, b] = await contest("", [runner("a", [5, 1, 2], []), runner("b", [1, 2], [])], 3);
  expect(a?.seconds).toBe(2);
  expect(b?.seconds).toBe(1);
  expect(a?.runs).toBe(3);
});

describe("counts", () => {
  /** Do two contenders agree that count so many transitions, the second to so many digits? */
  function agree(first: number, second: number, digits: number): void {
    const samples = [first, second].map((transitions) => [{ ...SAMPLE, transitions }]);
    const names = [
      { name: "ours", digits: 15 },
      { name: "pan", digits },
    ];
    requireAgreement("filter n5", names, samples);
  }

  test("that are equal agree", () => {
    expect(() => agree(286_985, 286_985, 8)).not.toThrow();
  });

  test("that differ are told with their contenders", () => {
    expect(() => agree(286_985, 286_986, 8)).toThrow(
      "filter n5: the counts differ\n" +
        "  ours: 100 states, 286985 transitions\n" +
        "  pan: 100 states, 286986 transitions",
    );
  });

  test("are compared only as far as both print them", () => {
    expect(() => agree(143_489_069, 143_489_070, 8)).not.toThrow();
    expect(() => agree(143_489_069, 143_489_190, 8)).toThrow("the counts differ");
  });
});
