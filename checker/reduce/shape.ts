/**
 * The shape of a part of a Model: what it means, without where it is written.
 *
 * Two parts with equal shapes behave alike. A shape is plain data in which places are left out,
 * operands of `and` and `or` and elements of a set are in one order, and assignments of constants
 * that follow each other are too. With a permutation the shape is that of the renamed part: of what
 * happens in the renamed state exactly when the part happens in the state.
 *
 *     shape(app[Client1]'s guard, swap)  =  shape(app[Client2]'s guard)      alike under the swap
 *
 * Comparing shapes is sound and incomplete: parts that mean the same and are written differently
 * have different shapes, and the reduction is then left off.
 */
import type { Effect, Expr, Place, Read, Type, Value } from "../../spec/model.ts";
import { ordinalOf, valuesOf } from "../../spec/values.ts";
import { fit } from "../reference/fit.ts";
import { type Permutation, renameValue } from "./permutation.ts";

/** Plain data; compared as JSON text. */
export type Shape =
  | string
  | Value
  | undefined
  | readonly Shape[]
  | { readonly [key: string]: Shape };

/** The permutation that changes nothing is `undefined`. */
export type Renamed = Permutation | undefined;

export function textOf(shape: Shape): string {
  return JSON.stringify(shape ?? null);
}

/** Shapes in one order, for what has no order of its own. */
export function unordered(shapes: readonly Shape[]): readonly Shape[] {
  return shapes.map(textOf).toSorted();
}

const typeTexts = new WeakMap<Type, string>();

export function typeShape(type: Type): string {
  const text = typeTexts.get(type) ?? JSON.stringify(type);
  typeTexts.set(type, text);
  return text;
}

// ---------------------------------------------------------------------------- expressions

export function exprShape(expr: Expr, by: Renamed): Shape {
  switch (expr.op) {
    case "const":
      return ["const", typeShape(expr.type), renamedValue(expr.value, expr.type, by)];
    case "read":
      return readShape(expr, by);
    case "and":
    case "or":
      return [expr.op, ...unordered(chain(expr, expr.op).map((each) => exprShape(each, by)))];
    case "set":
      return ["set", ...unordered(expr.elements.map((each) => exprShape(each, by)))];
    case "all":
      return ["all", typeShape(expr.of)];
    case "modeIn":
      return ["modeIn", readShape(expr.region, by), expr.leaves];
    default:
      return [expr.op, typeShape(expr.type), ...partShapes(expr, by)];
  }
}

/** Operands of nested `and` or `or`. */
function chain(expr: Expr, op: "and" | "or"): readonly Expr[] {
  return expr.op === op && "left" in expr
    ? [...chain(expr.left, op), ...chain(expr.right, op)]
    : [expr];
}

/** Every other part of a node: expressions below it and the numbers that it holds. */
function partShapes(expr: Expr, by: Renamed): readonly Shape[] {
  return Object.entries(expr).flatMap(([key, part]: [string, unknown]): Shape[] => {
    if (key === "op" || key === "type" || key === "span" || key === "name") return [];
    if (Array.isArray(part)) {
      return [part.map((each: unknown) => (isExpr(each) ? exprShape(each, by) : null))];
    }
    if (isExpr(part)) return [exprShape(part, by)];
    return typeof part === "number" ? [part] : [];
  });
}

function isExpr(part: unknown): part is Expr {
  return typeof part === "object" && part !== null && "op" in part;
}

function readShape(read: Read, by: Renamed): Shape {
  return ["read", familyShape(read.slots, read.index, by, by?.slots), slotShape(read.buffer, by)];
}

function slotShape(slot: number | undefined, by: Renamed): Shape {
  return slot === undefined ? null : (by?.slots[slot] ?? slot);
}

function renamedValue(value: Value, type: Type, by: Renamed): Value {
  return by === undefined ? value : renameValue(value, type, by.ids);
}

/** A family of slots or channels with its index; a constant index picks one member. */
function familyShape(
  members: readonly number[],
  index: Expr | undefined,
  by: Renamed,
  places: readonly number[] | undefined,
): Shape {
  const placeOf = (member: number): number => places?.[member] ?? member;
  if (index === undefined) return [placeOf(members[0] ?? -1)];
  const type = index.type.kind === "optional" ? index.type.of : index.type;
  if (index.op === "const") return [placeOf(members[ordinalOf(index.value, type)] ?? -1)];
  const moved: number[] = members.map(placeOf);
  // A number is the position itself, and renaming ids moves no position.
  const values = type.kind === "int" ? [] : valuesOf(type);
  for (const [position, value] of values.entries()) {
    const member = members[position];
    if (member === undefined) continue;
    moved[ordinalOf(renamedValue(value, type, by), type)] = placeOf(member);
  }
  return [moved, exprShape(index, by)];
}

// ---------------------------------------------------------------------------- effects

export function effectsShape(effects: readonly Effect[], by: Renamed): readonly Shape[] {
  const shapes: Shape[] = [];
  let run = new Map<number, Shape>();
  const endRun = (): void => {
    if (run.size > 0) shapes.push(["set all", ...unordered([...run.values()])]);
    run = new Map();
  };
  for (const effect of effects) {
    const slot = constantTarget(effect);
    if (slot === undefined || run.has(slot)) endRun();
    if (slot === undefined) shapes.push(effectShape(effect, by));
    else run.set(slot, effectShape(effect, by));
  }
  endRun();
  return shapes;
}

/** The slot of an assignment that commutes with its like: a constant that fits, into a slot. */
function constantTarget(effect: Effect): number | undefined {
  if (effect.effect !== "assign" || effect.value.op !== "const") return undefined;
  const { slots, index, path, buffer, type } = effect.place;
  if (index !== undefined || path.length > 0 || buffer !== undefined) return undefined;
  return fit(effect.value.value, type).misfit === undefined ? slots[0] : undefined;
}

function effectShape(effect: Effect, by: Renamed): Shape {
  switch (effect.effect) {
    case "assign":
      return ["assign", placeShape(effect.place, by), exprShape(effect.value, by)];
    case "send": {
      const to = familyShape(effect.channels, effect.index, by, by?.channels);
      return ["send", to, exprShape(effect.message, by)];
    }
    case "if":
      return [
        "if",
        exprShape(effect.condition, by),
        effectsShape(effect.then, by),
        effectsShape(effect.else, by),
      ];
    case "for": {
      const body = effectsShape(effect.body, by);
      return ["for", effect.local, exprShape(effect.domain, by), body];
    }
    case "choose":
      return ["choose", effect.local, exprShape(effect.domain, by)];
    case "assert":
      return ["assert", effect.span.start, exprShape(effect.condition, by)];
    case "fence":
      return ["fence", slotShape(effect.buffer, by)];
    case "bind":
      return ["bind", effect.local, exprShape(effect.value, by)];
  }
}

function placeShape(place: Place, by: Renamed): Shape {
  const path = place.path.map((step) =>
    step.step === "field" ? step.field : exprShape(step.key, by),
  );
  return [
    familyShape(place.slots, place.index, by, by?.slots),
    path,
    typeShape(place.type),
    slotShape(place.buffer, by),
  ];
}
