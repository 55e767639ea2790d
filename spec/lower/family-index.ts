/**
 * Indices of families, as ordinals of their members: `app[c]`, `phil[(s + 1) % N]`, `rep[c][d]`.
 *
 * A family is indexed by a type, and its members lie in the order of that type's values. The type
 * of the written index may be another one: a range that begins elsewhere, or a number of which no
 * range is known. What comes out of here is typed so that its ordinal (`ordinalOf`) is always the
 * position in the family, and names no member where the value is none of the family's type.
 */
import { and, binary, conditional, constant } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type { Span } from "../source.ts";
import { indexSize, INT } from "../type-relations.ts";
import { ordinalOf } from "../values.ts";

/** The ordinal that is no member of any family. */
const NO_MEMBER = -1;

/** `index` as an index of a family over the values of `type`. */
export function indexInto(type: Type, index: Expr): Expr {
  if (fits(type, index)) return index;
  if (index.op === "const") return constant(type, index.value, index.span);
  return offset(index, lowOf(type));
}

/** One index for a pair: `outer` in a family of families, each over the values of `type`. */
export function indexWithin(outer: Expr, type: Type, inner: Expr, span: Span): Expr {
  const size = constant(INT, indexSize(type), span);
  const rows = binary("mul", asOrdinal(outer), size, span);
  const ordinal = asOrdinal(indexInto(type, inner));
  const sum = binary("add", rows, ordinal, span);
  if (fits(type, inner)) return sum;
  // Without the test a value outside of the type would name a member of another row.
  const zero = constant(INT, 0, span);
  const inside = and(binary("ge", ordinal, zero, span), binary("lt", ordinal, size, span), span);
  return conditional(inside, sum, constant(INT, NO_MEMBER, span), INT, span);
}

/** Is the ordinal of `index` in its own type that in `type`, for all its values? */
function fits(type: Type, index: Expr): boolean {
  if (type.kind !== "range") return true;
  const own = index.type.kind === "optional" ? index.type.of : index.type;
  return own.kind === "range" && own.low === type.low && own.high <= type.high;
}

function lowOf(type: Type): number {
  return type.kind === "range" ? type.low : 0;
}

/** The position as a number. */
function asOrdinal(index: Expr): Expr {
  if (index.op === "const") return constant(INT, ordinalOf(index.value, index.type), index.span);
  return index.type.kind === "range" ? offset(index, index.type.low) : index;
}

/** `index - low`, a number: the range of `index` says nothing about the family. */
function offset(index: Expr, low: number): Expr {
  if (index.type.kind === "int" && low === 0) return index;
  return binary("sub", index, constant(INT, low, index.span), index.span);
}
