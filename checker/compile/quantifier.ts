/** Quantifiers, unrolled over what their domain may hold. See `expression.ts`. */
import type { Expr, Type } from "../../spec/model.ts";
import { type Context, withLocal } from "./access.ts";
import type { Term } from "./code.ts";
import { decodeValue, encodeValue, isCode, rowPart } from "./codec.ts";
import { all, bitAt } from "./coerce.ts";
import { hold } from "./emitter.ts";
import { integer, lengthOf, type Packed, orEmpty, packed, partOf, truth } from "./packed.ts";
import { shapeOf } from "./shape.ts";
import { add, both, compare, either, not, num, ZERO } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

/** A set of all values of a type. */
export function everything(of: Type): Packed {
  const type: Type = { kind: "set", of };
  const shape = shapeOf(type);
  if (shape.form !== "set") throw new Unsupported("a set that is none");
  const values = codesOf(shape.of.max, (code) => isCode(code, shape.of)).map((code) =>
    decodeValue([code], shape.of),
  );
  return packed(type, encodeValue(values, shape).map(num));
}

function codesOf(max: number, keep: (code: number) => boolean): readonly number[] {
  return Array.from({ length: max + 1 }, (_, code) => code).filter(keep);
}

type Quantifier = Extract<Expr, { readonly op: "forall" | "exists" | "count" | "filter" }>;

/** Elements that may be in a set or list, and the condition under which each is. */
export interface Element {
  readonly present: Term;
  readonly value: Packed;
  /** Position in the domain: the code in a set. */
  readonly position: number;
}

export function elementsOf(context: Context, whole: Packed): readonly Element[] {
  const domain = orEmpty(whole);
  const shape = shapeOf(domain.type);
  if (shape.form === "list") {
    const length = hold(context.emitter, lengthOf(domain));
    return Array.from({ length: shape.capacity }, (_, position) => ({
      present: compare("lt", num(position), length),
      value: partOf(domain.lanes, rowPart(shape.row, position)),
      position,
    }));
  }
  if (shape.form !== "set") throw new Unsupported("elements of something that has none");
  const lanes = domain.lanes.map((term) => hold(context.emitter, term));
  return codesOf(shape.positions - 1, (code) => isCode(code, shape.of))
    .map((position) => ({
      present: bitAt(lanes, position),
      value: packed(shape.of.type, [num(position)]),
      position,
    }))
    .filter(({ present }) => present.op !== "const" || present.value !== 0);
}

export function quantify(
  context: Context,
  expr: Quantifier,
  condition: (context: Context, expr: Expr) => Term,
  over: Packed,
): Packed {
  const domain = orEmpty(over);
  const elements = elementsOf(context, domain).map(({ present, value, position }) => {
    const body = condition(withLocal(context, expr.local, value), expr.body);
    return { present, body, position };
  });
  switch (expr.op) {
    case "forall":
      return truth(all(elements.map(({ present, body }) => either(not(present), body))));
    case "exists":
      return truth(
        elements.reduce((sum, { present, body }) => either(sum, both(present, body)), ZERO),
      );
    case "count": {
      const sum = elements.reduce(
        (total, { present, body }) => add(total, both(present, body)),
        ZERO,
      );
      return integer(sum, 0, elements.length);
    }
    case "filter": {
      const shape = shapeOf(domain.type);
      if (shape.form !== "set") throw new Unsupported("a part of a list");
      let lanes: readonly Term[] = shape.lanes.map(() => ZERO);
      for (const { present, body, position } of elements) {
        const at = Math.floor(position / 32);
        const bit: Term = { op: "shl", left: both(present, body), right: num(position % 32) };
        lanes = lanes.with(at, { op: "or", left: lanes[at] ?? ZERO, right: bit });
      }
      return packed(domain.type, lanes);
    }
  }
}
