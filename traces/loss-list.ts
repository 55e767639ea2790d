/**
 * A bounded list of losses.
 *
 * A damaged file can have a million damaged records; a report with a million lines helps nobody.
 * The first `MAX_LOSSES` losses are kept as they are; all later ones are merged into one that
 * covers their time and their number, so that no span of time is forgotten.
 */
import type { FileLoss } from "./packet.ts";

/** Losses of one source that are listed one by one. */
export const MAX_LOSSES = 500;

/** Adds `loss` to `list`, which then has at most `MAX_LOSSES` + 1 entries. */
export function addLoss(list: FileLoss[], loss: FileLoss): void {
  if (list.length < MAX_LOSSES) {
    list.push(loss);
    return;
  }
  const rest = list[MAX_LOSSES];
  list[MAX_LOSSES] =
    rest === undefined
      ? { ...loss, note: `${loss.note} (further losses are summed up)` }
      : sum(rest, loss);
}

function sum(rest: FileLoss, loss: FileLoss): FileLoss {
  return {
    reason: rest.reason,
    count:
      rest.count === undefined || loss.count === undefined ? undefined : rest.count + loss.count,
    from:
      rest.from === undefined || loss.from === undefined
        ? undefined
        : smaller(rest.from, loss.from),
    until:
      rest.until === undefined || loss.until === undefined
        ? undefined
        : larger(rest.until, loss.until),
    note: rest.note,
  };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
