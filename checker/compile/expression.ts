/**
 * Expressions of a Model to Terms: the compiled twin of `reference/evaluate.ts`.
 *
 * Quantifiers are unrolled over the codes of their domain, with the element a constant, so that a
 * guard about one client folds away for the others. `and`, `or` and `implies` may evaluate their
 * right operand in vain: it has no effects and cannot fail.
 */
import type { Expr, Type } from "../../spec/model.ts";
import type { Node } from "../reference/evaluate.ts";
import { type Context, entryPosition, memberOf, readFamily } from "./access.ts";
import { readThrough } from "./parts.ts";
import type { Term } from "./code.ts";
import { keysOf, rowPart } from "./codec.ts";
import { coerce, equal, join } from "./coerce.ts";
import { countExpression, hold } from "./emitter.ts";
import {
  asInteger,
  asRange,
  constant,
  entryOf,
  fieldsOf,
  integer,
  isNumeric,
  isOptional,
  isSome,
  lane,
  lengthOf,
  listShape,
  type Packed,
  orEmpty,
  packed,
  partOf,
  payload,
  someIf,
  truth,
} from "./packed.ts";
import { collection } from "./collection.ts";
import { shapeOf } from "./shape.ts";
import { add, both, choice, compare, either, not, num, popcount, sub, ZERO } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";
import { everything, quantify } from "./quantifier.ts";
import { orZero, ordered, arithmetic } from "./arithmetic.ts";

/** The truth of a condition, as 0 or 1. */
export function condition(context: Context, expr: Expr): Term {
  return lane(evaluate(context, expr));
}

export function evaluate(context: Context, expr: Expr): Packed {
  countExpression(context.emitter);
  const value = (inner: Expr): Packed => evaluate(context, inner);
  switch (expr.op) {
    case "const":
      return constant(expr.value, expr.type);
    case "local": {
      const local = context.locals.get(expr.local);
      if (local === undefined) throw new Unsupported("a local that is not set");
      return local;
    }
    case "read":
      return read(context, expr);
    case "not":
      return truth(not(lane(value(expr.operand))));
    case "minus": {
      const number = asInteger(value(expr.operand));
      return integer(sub(ZERO, lane(number)), -number.high, -number.low);
    }
    case "if":
      return merge(context, lane(value(expr.condition)), value(expr.then), value(expr.else));
    case "forall":
    case "exists":
    case "count":
    case "filter":
      return quantify(context, expr, condition, value(expr.domain));
    case "all":
      return everything(expr.of);
    case "modeIn":
      return truth(inModes(context, expr));
    case "present":
      return payload(value(expr.of));
    case "field":
      return field(value(expr.object), expr.field);
    case "message":
    case "record":
      return literal(expr, expr.fields.map(value));
    case "has":
    case "index":
    case "get":
    case "size":
      return access(context, expr);
    case "in":
    case "set":
    case "list":
    case "insert":
    case "remove":
    case "union":
    case "difference":
    case "append":
      return collection(context, expr, value);
    default:
      return combine(context, expr);
  }
}

export function read(context: Context, expr: Extract<Expr, { op: "read" }>): Packed {
  const { at, valid } = memberOf(context, expr, (inner) => evaluate(context, inner));
  const { slots, buffer } = expr;
  if (buffer === undefined) return orNone(valid, readFamily(context, slots, at));
  const members = slots.map((slot) => readThrough(context, slot, buffer));
  const found = members.reduceRight((rest, member, position) =>
    merge(context, compare("eq", at, num(position)), member, rest),
  );
  return orNone(valid, found);
}

/** What is read where there is nothing is `none`, whatever the type of the place. */
function orNone(valid: Term, value: Packed): Packed {
  if (valid.op === "const" && valid.value !== 0) return value;
  if (!isOptional(value)) return someIf(valid, value);
  return packed(
    value.type,
    value.lanes.map((term) => choice(valid, term, ZERO)),
  );
}

/** One of two values, as a value of a type that holds both. */
export function merge(context: Context, which: Term, then: Packed, otherwise: Packed): Packed {
  if (which.op === "const") return which.value === 0 ? otherwise : then;
  if (isNumeric(then.type) && isNumeric(otherwise.type)) {
    const [first, second] = [asInteger(then), asInteger(otherwise)];
    const low = Math.min(first.low, second.low);
    const high = Math.max(first.high, second.high);
    return integer(choice(which, lane(first), lane(second)), low, high);
  }
  const type = join(asRange(then).type, asRange(otherwise).type);
  const [first, second] = [then, otherwise].map(
    (value) => coerce(context.emitter, asRange(value), type).value,
  );
  const held = hold(context.emitter, which);
  const lanes = (first?.lanes ?? []).map((term, at) =>
    choice(held, term, second?.lanes[at] ?? ZERO),
  );
  return packed(type, lanes);
}

function inModes(context: Context, expr: Extract<Expr, { op: "modeIn" }>): Term {
  const region = read(context, expr.region);
  // A mode that is none is inactive, and so is that of an instance that does not exist.
  const found = isOptional(region) ? payload(region) : region;
  const active = choice(isSome(region), lane(found), ZERO);
  const mode = hold(context.emitter, active);
  return expr.leaves
    .map((leaf) => compare("eq", mode, num(leaf + 1)))
    .reduce((sum, term) => either(sum, term), ZERO);
}

function field(object: Packed, index: number): Packed {
  const whole = isOptional(object) ? payload(object) : object;
  const found = fieldsOf(whole, 0)[index];
  if (found === undefined) throw new Unsupported("a field of something that has none");
  return found;
}

/** A record or message: its type is that of the fields as they are, before they are fitted. */
function literal(expr: Node<"message" | "record">, fields: readonly Packed[]): Packed {
  const own = fields.map((value) => asRange(value).type);
  const kind = expr.op === "message" ? expr.kind : 0;
  const { type } = expr;
  const made = { kind, fields };
  if (type.kind === "record") {
    const typed = type.fields.map((one, index) => ({ ...one, type: own[index] ?? one.type }));
    return lazy({ ...type, fields: typed }, made);
  }
  if (type.kind !== "message") throw new Unsupported("a literal of another type");
  const kinds = type.kinds.map((one, ordinal) =>
    ordinal !== kind
      ? one
      : {
          ...one,
          fields: one.fields.map((each, index) => ({ ...each, type: own[index] ?? each.type })),
        },
  );
  return lazy({ ...type, kinds }, made);
}

/** A literal has no lanes until `coerce` builds it into a place. */
function lazy(type: Type, made: NonNullable<Packed["made"]>): Packed {
  return { type, lanes: [], low: 0, high: 0, made };
}

function access(context: Context, expr: Node<"has" | "index" | "get" | "size">): Packed {
  switch (expr.op) {
    case "has":
      return truth(isSome(entry(context, expr.map, expr.key)));
    case "index":
      return entry(context, expr.object, expr.key);
    case "get": {
      const found = entry(context, expr.map, expr.key);
      if (!isOptional(found)) return found;
      const fallback = evaluate(context, expr.fallback);
      return merge(context, hold(context.emitter, isSome(found)), payload(found), fallback);
    }
    case "size":
      return size(context, orEmpty(evaluate(context, expr.of)));
  }
}

function size(context: Context, of: Packed): Packed {
  const shape = shapeOf(of.type);
  switch (shape.form) {
    case "list":
      return integer(lengthOf(of), 0, shape.capacity);
    case "set":
      return integer(
        of.lanes.reduce<Term>((sum, term) => add(sum, popcount(term)), ZERO),
        0,
        shape.positions,
      );
    case "row": {
      const keys = keysOf(shape);
      const present = keys.map((key) => isSome(partOf(of.lanes, rowPart(shape.row, key))));
      const sum = present.reduce<Term>((total, term) => add(total, term), ZERO);
      return integer(hold(context.emitter, sum), 0, keys.length);
    }
    default:
      throw new Unsupported("a size of something that has none");
  }
}

function entry(context: Context, object: Expr, key: Expr): Packed {
  const { emitter } = context;
  const whole = evaluate(context, object);
  const shape = shapeOf(whole.type);
  const { at, valid } = entryPosition(emitter, whole, evaluate(context, key));
  const row = shape.form === "row" ? shape.row : listShape(whole.type).row;
  const found = entryOf(emitter, whole.lanes, row, at);
  // An element of a list is optional, whether or not it is known to be there.
  return shape.form === "list" && !isOptional(found) ? someIf(valid, found) : orNone(valid, found);
}

function combine(context: Context, expr: Node<"and">): Packed {
  const left = evaluate(context, expr.left);
  const right = evaluate(context, expr.right);
  switch (expr.op) {
    case "and":
      return truth(both(lane(left), lane(right)));
    case "or":
      return truth(either(lane(left), lane(right)));
    case "implies":
      return truth(either(not(lane(left)), lane(right)));
    case "eq":
      return truth(equal(context.emitter, left, right));
    case "ne":
      return truth(not(equal(context.emitter, left, right)));
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return truth(ordered(expr.op, left, right));
    default:
      return arithmetic(expr.op, orZero(left), orZero(right));
  }
}
