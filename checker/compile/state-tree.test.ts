/** Trees over the words of states: every word once, and what goes together close together. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { balancedTree, sampleOf, sampleSize, type StateTree, treeFor } from "./state-tree.ts";

const wordsOf = (tree: StateTree): number[] =>
  typeof tree === "number" ? [tree] : [...wordsOf(tree[0]), ...wordsOf(tree[1])];

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test("a balanced tree halves the words in their order", () => {
  expect(balancedTree(0, 5)).toEqual([
    [[0, 1], 2],
    [3, 4],
  ]);
});

test("a tree has every word once, whatever the states", () => {
  const states = fc
    .integer({ min: 1, max: 9 })
    .chain((words) =>
      fc.tuple(
        fc.constant(words),
        fc.array(fc.array(fc.nat(3), { minLength: words, maxLength: words }), { minLength: 1 }),
      ),
    );
  fc.assert(
    fc.property(states, ([words, all]) => {
      const tree = treeFor(Uint32Array.from(all.flat()), words);
      expect(wordsOf(tree).toSorted((left, right) => left - right)).toEqual(upTo(words));
    }),
  );
});

test("words that say the same are paired, and the free one stays at the root", () => {
  // Word 0 varies with everything, 1 and 3 say the same, and so do 2 and 4.
  const states = upTo(400).map((n) => [n, n % 5, n % 7, 3 * (n % 5), 9 - (n % 7)]);
  const tree = treeFor(Uint32Array.from(states.flat()), 5);
  expect(tree).toEqual([
    0,
    [
      [1, 3],
      [2, 4],
    ],
  ]);
});

test.each([
  [1000, 1000],
  [1000, 300],
  [65, 64],
  [5000, 256],
])("of %d states, a sample of %d is spread over all", (states, size) => {
  const read = (from: number, to: number): Uint32Array =>
    Uint32Array.from({ length: to - from }, (_, index) => from + index);
  const sample = sampleOf(read, states, size);
  expect(sample.length).toBeLessThanOrEqual(size);
  expect(sample.length).toBeGreaterThan(0.7 * size);
  expect(new Set(sample).size).toBe(sample.length);
  expect(Math.max(...sample)).toBeLessThan(states);
  expect(Math.max(...sample)).toBeGreaterThan(states / 2);
});

test("states of very many words are not looked at", () => {
  expect([sampleSize(30), sampleSize(1000)]).toEqual([16_384, 0]);
});
