/**
 * Circles of declarations that use one another: types, constants, definitions.
 *
 * A circle can be entered anywhere, and each check may enter it elsewhere. To be one mistake it
 * starts with the declaration that stands first in the text, whoever found it.
 */
import type { Name } from "../syntax.ts";

/**
 * The circle that closes when `open`, in the order in which they were entered, leads back to
 * `back`.
 */
export function circleOf<D extends { readonly name: Name }>(
  open: readonly D[],
  back: D,
): readonly D[] {
  const circle = open.slice(open.indexOf(back));
  const first = earliest(circle);
  const start = first === undefined ? 0 : circle.indexOf(first);
  return [...circle.slice(start), ...circle.slice(0, start)];
}

/** The declaration that stands first in the text. */
export function earliest<D extends { readonly name: Name }>(all: readonly D[]): D | undefined {
  return all.toSorted((left, right) => place(left.name, right.name))[0];
}

function place(left: Name, right: Name): number {
  if (left.span.file !== right.span.file) return left.span.file < right.span.file ? -1 : 1;
  return left.span.start - right.span.start;
}
