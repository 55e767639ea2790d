/** Layers of ids that workers take in blocks: which are new, and how deep each is. */
import { expect, test } from "vitest";
import { createBlockList } from "./block-list.ts";
import { BLOCK_STATES, createControl } from "./worker-control.ts";

const second = BLOCK_STATES;
const third = 2 * BLOCK_STATES;

/** The ranges that the layer was written as: each first id and its position, and then the end. */
function written(ranges: Uint32Array, count: number): number[] {
  return [...ranges.subarray(0, 2 * count), ranges[2 * count + 1] ?? 0];
}

test("a layer is what is new in each block", () => {
  const control = createControl(2, 0);
  const blocks = createBlockList(control);
  control.set("blocks", 3);
  expect([control.claim(), blocks.nextLayer()]).toEqual([0, 0]);
  control.used[0] = 5;
  expect(blocks.nextLayer()).toBe(5);
  expect(written(control.ranges, 1)).toEqual([0, 0, 5]);

  expect([control.claim(), control.claim(), control.claim()]).toEqual([1, 2, undefined]);
  control.used.set([BLOCK_STATES, 4, 0]);
  expect(blocks.nextLayer()).toBe(BLOCK_STATES - 5 + 4);
  expect(written(control.ranges, 1)).toEqual([5, 0, BLOCK_STATES - 5 + 4]);

  control.used.set([BLOCK_STATES, 6, 3]);
  expect(blocks.nextLayer()).toBe(2 + 3);
  expect(written(control.ranges, 2)).toEqual([second + 4, 0, third, 2, 5]);
  expect(blocks.ranges()).toEqual([
    [0, second + 6],
    [third, third + 3],
  ]);
  expect(blocks.nextLayer()).toBe(0);
});

test("depths are those of the layers, and one more for what is in none yet", () => {
  const control = createControl(2, 0);
  const blocks = createBlockList(control);
  control.set("blocks", 2);
  control.claim();
  control.used[0] = 1;
  blocks.nextLayer();
  control.claim();
  control.used.set([2, 3]);
  expect([0, 1, second, second + 2].map((id) => blocks.depthOf(id))).toEqual([0, 1, 1, 1]);
  blocks.nextLayer();
  control.used.set([4, 3]);
  const ids = [0, 1, 2, 3, second, second + 2, second + 3];
  expect(ids.map((id) => blocks.depthOf(id))).toEqual([0, 1, 2, 2, 1, 1, 2]);
});
