/**
 * What a past operator remembers: a constant amount, whatever the length of the recording.
 *
 *     since   latest time at which the right side held and the left side has held ever after
 *     once    the same with a left side that always holds
 *     previously   the values at the last two positions
 *
 * `sure` is a witness that is certain, `maybe` one that is possible; on the seen rail there are
 * only certain ones. Keeping the latest witness is enough for a window (`within`), because an
 * earlier one leaves the window first.
 */
import type { PastOperator } from "../../spec/log.ts";
import { agree, FALSE, TRUE, type Truth, UNKNOWN } from "./truth.ts";

export interface Memory {
  readonly sure: bigint | undefined;
  readonly maybe: bigint | undefined;
  readonly before: Truth;
  readonly last: Truth;
}

/** Before the first position. */
export const EMPTY_MEMORY: Memory = {
  sure: undefined,
  maybe: undefined,
  before: FALSE,
  last: FALSE,
};

/** The memory after a position at which the operands have these values. */
export function remember(
  operator: PastOperator["operator"],
  memory: Memory,
  left: Truth,
  right: Truth,
  time: bigint,
): Memory {
  if (operator === "previously") {
    return { sure: undefined, maybe: undefined, before: memory.last, last: right };
  }
  let { sure, maybe } = memory;
  if (left !== TRUE) {
    maybe = left === FALSE ? undefined : later(maybe, sure);
    sure = undefined;
  }
  if (right === TRUE) sure = time;
  if (right === UNKNOWN) maybe = time;
  return { sure, maybe, before: FALSE, last: FALSE };
}

/** The memory when there may have been any number of further positions with these values. */
export function suspect(
  operator: PastOperator["operator"],
  memory: Memory,
  left: Truth,
  right: Truth,
  time: bigint,
): Memory {
  if (operator === "previously") {
    const last = agree(memory.last, right);
    return { sure: undefined, maybe: undefined, before: agree(memory.before, last), last };
  }
  const { sure, maybe } = memory;
  const doubtful = left !== TRUE;
  // A certain right side between the positions is only possible: the position itself is.
  return {
    sure: doubtful ? undefined : sure,
    maybe: right === FALSE ? (doubtful ? later(maybe, sure) : maybe) : time,
    before: FALSE,
    last: FALSE,
  };
}

/** The operator's value at `now`. */
export function recall(operator: PastOperator, memory: Memory, now: bigint): Truth {
  if (operator.operator === "previously") return memory.before;
  const { within } = operator;
  const inWindow = (witness: bigint | undefined): boolean =>
    witness !== undefined && (within === undefined || now - witness <= within);
  if (inWindow(memory.sure)) return TRUE;
  return inWindow(memory.maybe) ? UNKNOWN : FALSE;
}

function later(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}
