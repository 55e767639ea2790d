/** Sets and lists as wholes: membership, literals, insertion, union. See `expression.ts`. */
import type { Expr, Type } from "../../spec/model.ts";
import type { Context } from "./access.ts";
import { appended, withoutElement } from "./list-access.ts";
import type { Term } from "./code.ts";
import { rowPart } from "./codec.ts";
import { coerce, equal, identical, join } from "./coerce.ts";
import { hold } from "./emitter.ts";
import {
  asInteger,
  asRange,
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
  truth,
} from "./packed.ts";
import { type Form, shapeOf } from "./shape.ts";
import {
  bitAnd,
  bitOr,
  both,
  choice,
  compare,
  either,
  not,
  num,
  ONE,
  shl,
  shr,
  sub,
  ZERO,
} from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

type Collection = Extract<
  Expr,
  { op: "in" | "set" | "list" | "insert" | "remove" | "union" | "difference" | "append" }
>;

const WORD = 32;

export function collection(
  context: Context,
  expr: Collection,
  value: (inner: Expr) => Packed,
): Packed {
  switch (expr.op) {
    case "in":
      return truth(contains(context, value(expr.set), value(expr.element)));
    case "set": {
      if (expr.type.kind !== "set") throw new Unsupported("a set of another type");
      const elements = expr.elements.map((element) => asRange(value(element)));
      const of = elements.map(({ type }) => type).reduce(join2, undefined) ?? plain(expr.type.of);
      const type: Type = { kind: "set", of };
      const empty = packed(
        type,
        shapeOf(type).lanes.map(() => ZERO),
      );
      return elements.reduce((set, element) => inserted(context, set, element), empty);
    }
    case "list": {
      if (expr.type.kind !== "list") throw new Unsupported("a list of another type");
      const elements = expr.elements.map((element) => asRange(value(element)));
      const of = elements.map(({ type }) => type).reduce(join2, undefined) ?? plain(expr.type.of);
      const type: Type = { kind: "list", of, capacity: elements.length };
      const empty = packed(
        type,
        shapeOf(type).lanes.map(() => ZERO),
      );
      return elements.reduce((list, element) => {
        return appended(context.emitter, list, coerce(context.emitter, element, of).value);
      }, empty);
    }
    case "insert":
      return inserted(context, value(expr.set), asRange(value(expr.element)));
    case "remove":
      return removed(context, value(expr.set), value(expr.element));
    case "append": {
      const list = value(expr.left);
      const element = asRange(value(expr.right));
      const { of, capacity } = listType(list);
      const wide: Type = { kind: "list", of: join(of, element.type), capacity: capacity + 1 };
      const longer = coerce(context.emitter, list, wide).value;
      const last = coerce(context.emitter, element, listType(longer).of).value;
      return appended(context.emitter, longer, last);
    }
    default: {
      const [left, right] = [value(expr.left), value(expr.right)];
      const type = join(left.type, right.type);
      const first = coerce(context.emitter, left, type).value;
      const second = coerce(context.emitter, right, type).value;
      const lanes = first.lanes.map((term, at) => {
        const other = second.lanes[at] ?? ZERO;
        return expr.op === "union" ? bitOr(term, other) : bitAnd(term, sub(num(-1), other));
      });
      return packed(type, lanes);
    }
  }
}

function join2(sum: Type | undefined, type: Type): Type {
  return sum === undefined ? type : join(sum, type);
}

/** The type of the elements of an empty literal. */
function plain(type: Type): Type {
  return type.kind === "int"
    ? { kind: "range", name: undefined, low: 0, high: 0, overflow: "fail" }
    : type;
}

function listType(list: Packed): Extract<Type, { kind: "list" }> {
  if (list.type.kind !== "list") throw new Unsupported("a list that is none");
  return list.type;
}

function setShape(set: Packed): Form<"set"> {
  const shape = shapeOf(set.type);
  if (shape.form !== "set") throw new Unsupported("a set that is none");
  return shape;
}

/** Where an element would be in a set, and whether the set can hold it at all. */
function positionIn(
  context: Context,
  shape: Form<"set">,
  element: Packed,
): { readonly position: Term; readonly valid: Term } {
  const { emitter } = context;
  const of = shape.of.type;
  if (of.kind === "range" && isNumeric(element.type)) {
    const number = asInteger(element);
    const position = hold(emitter, sub(lane(number), num(of.low)));
    const inside = number.low >= of.low && number.high <= of.high;
    const valid = inside
      ? ONE
      : both(compare("ge", position, ZERO), compare("le", position, num(of.high - of.low)));
    return { position, valid };
  }
  const own = coerce(emitter, element, of);
  return { position: hold(emitter, lane(own.value)), valid: not(own.misfit) };
}

export function contains(context: Context, container: Packed, element: Packed): Term {
  const whole = orEmpty(container);
  const { emitter } = context;
  const present = isSome(element);
  if (whole.type.kind === "list") {
    const shape = listShape(whole.type);
    const length = hold(emitter, lengthOf(whole));
    let found: Term = ZERO;
    for (let index = 0; index < shape.capacity; index++) {
      const one = partOf(whole.lanes, rowPart(shape.row, index));
      const here = compare("lt", num(index), length);
      found = either(found, both(here, equal(emitter, one, element)));
    }
    return both(present, found);
  }
  const shape = setShape(whole);
  const wanted =
    isOptional(element) && shape.of.type.kind !== "optional" ? payload(element) : element;
  const { position, valid } = positionIn(context, shape, wanted);
  const bit = bitAnd(shr(laneAt(whole, position), bitOf(whole, position)), ONE);
  return both(present, both(valid, bit));
}

function bitOf({ lanes }: Packed, position: Term): Term {
  return lanes.length === 1 ? position : bitAnd(position, num(WORD - 1));
}

function laneAt({ lanes }: Packed, position: Term): Term {
  if (lanes.length === 1) return lanes[0] ?? ZERO;
  const which = shr(position, num(5));
  return lanes.reduceRight<Term>(
    (rest, term, at) => choice(compare("eq", which, num(at)), term, rest),
    ZERO,
  );
}

/** The set with the bit of a position set or cleared, where `applies` holds. */
function changed(set: Packed, position: Term, applies: Term, add: boolean): Packed {
  const lanes = set.lanes.map((term, at) => {
    const here =
      set.lanes.length === 1
        ? applies
        : both(applies, compare("eq", shr(position, num(5)), num(at)));
    const bit = shl(here, bitOf(set, position));
    return add ? bitOr(term, bit) : bitAnd(term, sub(num(-1), bit));
  });
  return packed(set.type, lanes);
}

function inserted(context: Context, set: Packed, element: Packed): Packed {
  const own = setShape(set).of.type;
  const wanted = isOptional(element) && own.kind !== "optional" ? payload(element) : element;
  const of = identical(own, wanted.type) ? own : join(own, wanted.type);
  const wide = coerce(context.emitter, set, { kind: "set", of }).value;
  const held = packed(
    wide.type,
    wide.lanes.map((term) => hold(context.emitter, term)),
  );
  const { position } = positionIn(context, setShape(held), wanted);
  return changed(held, position, isSome(element), true);
}

function removed(context: Context, whole: Packed, element: Packed): Packed {
  const { emitter } = context;
  if (whole.type.kind !== "list") {
    const own = setShape(whole).of.type;
    const wanted = isOptional(element) && own.kind !== "optional" ? payload(element) : element;
    const { position, valid } = positionIn(context, setShape(whole), wanted);
    return changed(whole, position, hold(emitter, both(isSome(element), valid)), false);
  }
  // The first element that equals it goes.
  const shape = listShape(whole.type);
  const length = hold(emitter, lengthOf(whole));
  const held = packed(
    whole.type,
    whole.lanes.map((term) => hold(emitter, term)),
  );
  let lanes: readonly Term[] = held.lanes;
  for (let index = shape.capacity - 1; index >= 0; index--) {
    const one = partOf(held.lanes, rowPart(shape.row, index));
    const here = both(compare("lt", num(index), length), equal(emitter, one, element));
    const is = hold(emitter, both(isSome(element), here));
    const shorter = withoutElement(emitter, held, index);
    lanes = lanes.map((term, at) => hold(emitter, choice(is, shorter.lanes[at] ?? ZERO, term)));
  }
  return packed(whole.type, lanes);
}
