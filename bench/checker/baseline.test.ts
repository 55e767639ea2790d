/** What counts as worse than the baseline, and the averages it rests on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBaseline, regressions, writeBaseline } from "./baseline.ts";
import { ratiosOf } from "./ratios.ts";
import type { Row } from "./rows.ts";
import { geometricMean, median } from "./statistics.ts";

test("losing more than a fifth is a regression, losing less or gaining is not", () => {
  const before = { worse: 10, slightlyWorse: 10, better: 10, gone: 10 };
  const now = { worse: 7.9, slightlyWorse: 8.1, better: 30, added: 1 };
  expect(regressions(before, now)).toEqual([{ name: "worse", before: 10, now: 7.9 }]);
});

test("a baseline that is stored is read again", () => {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-baseline-"));
  try {
    const path = join(folder, "baselines", "checker.json");
    expect(readBaseline(path)).toBeUndefined();
    const machine = { processor: "P", cores: 2, memoryGiB: 24, node: "v24" };
    const stored = {
      machine: { ...machine, spin: "Spin", gcc: "gcc" },
      runs: 5,
      rows: [],
      ratios: { "filter n5: wasm vs pan-bfs": 7 },
      targets: [],
    };
    writeBaseline(path, stored);
    expect(readBaseline(path)).toEqual({ version: 1, ...stored });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("ratios are named for what they divide, and averaged as ratios", () => {
  const row = (name: string, pan: number, wasm: number): Row => ({
    name,
    states: 1,
    transitions: 1,
    missing: [],
    results: [["pan-bfs", pan] as const, ["wasm", wasm] as const].map(([contender, seconds]) => ({
      name: contender,
      runs: 1,
      states: 1,
      transitions: 1,
      seconds,
      peakBytes: undefined,
      accountedBytes: undefined,
    })),
  });
  const ratios = ratiosOf([row("a", 8, 2), row("b", 9, 1)]);
  expect(Object.entries(ratios).map(([name, ratio]) => `${name}: ${ratio.toFixed(3)}`)).toEqual([
    "a: wasm vs pan-bfs: 4.000",
    "b: wasm vs pan-bfs: 9.000",
    "geometric mean of 2: wasm vs pan-bfs: 6.000",
  ]);
});

test("the two averages", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
  expect(geometricMean([2, 8])).toBeCloseTo(4);
});
