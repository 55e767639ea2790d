/**
 * A flood of losses is summed up, and no span of time is forgotten.
 */
import { expect, test } from "vitest";
import { addLoss, MAX_LOSSES } from "./loss-list.ts";
import type { FileLoss } from "./packet.ts";

function loss(from: bigint | undefined, until: bigint | undefined): FileLoss {
  return { reason: "corrupt", count: 1, from, until, note: "bad" };
}

test("losses beyond the limit become one that covers them", () => {
  const list: FileLoss[] = [];
  for (let index = 0; index < MAX_LOSSES; index++) addLoss(list, loss(1n, 2n));
  addLoss(list, loss(9n, 10n));
  addLoss(list, loss(5n, 20n));
  expect(list).toHaveLength(MAX_LOSSES + 1);
  expect(list.at(-1)).toEqual({
    ...loss(5n, 20n),
    count: 2,
    note: "bad (further losses are summed up)",
  });
  addLoss(list, loss(undefined, 3n));
  expect(list.at(-1)).toMatchObject({ count: 3, from: undefined, until: 20n });
});
