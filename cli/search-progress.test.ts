/** The facts of a running search, in words. */
import { expect, test } from "vitest";
import { searchFacts } from "./search-progress.ts";

/** A search that has found `states` and will find twice as many, a bell in all. */
function facts(parts: readonly number[], bytes?: number): readonly string[] {
  const layers = Array.from({ length: 40 }, (_, index) =>
    Math.ceil(50_000 * Math.exp(-(((index - 20) / 7) ** 2) / 2)),
  );
  const report = searchFacts(bytes);
  let said: readonly string[] = [];
  let expanded = 0;
  let depth = 0;
  for (const [index, layer] of layers.entries()) {
    expanded += layer;
    depth = index;
    const states = expanded + (layers[index + 1] ?? 0);
    const part = states / layers.reduce((sum, size) => sum + size, 0);
    const milliseconds = parts[1] ?? 10_000;
    const queue = states - expanded;
    said = report({
      states,
      transitions: 3 * states,
      queue,
      depth,
      bytes: 100 * states,
      milliseconds,
    });
    if (part > (parts[0] ?? 1)) break;
  }
  return said;
}

test("while it grows there is no estimate, and it says so", () => {
  expect(facts([0.2])).toEqual([
    "564 k generated",
    "queue 35 k",
    "depth 13",
    "18.8 MB",
    "still growing, no estimate",
  ]);
});

test("past the middle the estimate is a range, with the time that is left", () => {
  expect(facts([0.8]).at(-1)).toBe("est. 720 k–1.10 M states, 0–5 s left");
  expect(facts([0.999]).at(-1)).toBe("est. 870–880 k states, 0–1 s left");
});

test("nobody waits for an estimate in the first seconds", () => {
  expect(facts([0.8, 1900])).toHaveLength(4);
});

test("memory is told with its limit when there is one", () => {
  expect(facts([0.8], 1e9)[3]).toMatch(/^[\d.]+ MB of 1 GB$/);
});
