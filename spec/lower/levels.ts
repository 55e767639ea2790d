/**
 * How deep expressions and types may stand inside one another, definitions written out.
 *
 * Lowering and evaluation recurse, and the stack of the program is not the user's business. What
 * the parser lets through is shallow, but definitions, constants and types refer to one another in
 * rows of any length.
 */
import type { Span } from "../source.ts";
import { modelTooBig } from "../type-errors.ts";
import type { Lowering } from "./scope.ts";

/** Most expressions or types that are read one inside the other. */
export const LEVELS_MAX = 600;

/** Reads something one level further in; undefined once the limit has been reported. */
export function oneLevel<T>(lowering: Lowering, span: Span, read: () => T): T | undefined {
  const { open } = lowering;
  if (open.exceeded) return undefined;
  if (open.levels >= LEVELS_MAX) {
    open.exceeded = true;
    const what = "levels of expressions and types";
    const hint = "use fewer definitions that lead to one another";
    lowering.report(modelTooBig(what, undefined, LEVELS_MAX, span, hint));
    return undefined;
  }
  open.levels++;
  try {
    return read();
  } finally {
    open.levels--;
  }
}
