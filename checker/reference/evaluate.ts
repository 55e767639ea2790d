/**
 * Evaluates an expression of a Model in one state: slow, and plain enough to be read as its
 * meaning.
 *
 * Nothing is cached or compiled. The rejected alternative, closures built once per expression, is
 * some times faster and is the business of the compiled explorer, which is tested against this
 * file.
 *
 * Evaluation is total: what the type checker rules out (a key that is no key, an absent record)
 * reads as `null`, because explanations evaluate parts of a condition also where `and` would not
 * have.
 */
import type { Expr, Read, Value } from "../../spec/model.ts";
import {
  compareValues,
  equalValues,
  ordinalOf,
  part,
  parts,
  setOf,
  valuesOf,
} from "../../spec/values.ts";
import { readThrough } from "./memory.ts";
import { type Meter, tick } from "./meter.ts";

/** What an expression can see. */
export interface Scope {
  readonly state: readonly Value[];
  readonly locals: readonly Value[];
  readonly meter: Meter;
}

/** The nodes of the syntax that carry one of the operators, each with all of its operators. */
export type Node<Op extends Expr["op"], E extends Expr = Expr> = E extends {
  readonly op: infer Ops;
}
  ? [Extract<Ops, Op>] extends [never]
    ? never
    : E
  : never;
type Binary = Node<"and" | "add">;
type Quantifier = Node<"forall">;

/** A frame of `length` locals, the first of which are the given values. */
export function frame(length: number, values: readonly Value[] = []): readonly Value[] {
  const locals = [...values];
  while (locals.length < length) locals.push(null);
  return locals;
}

/** The scope with one local set. */
export function bind(scope: Scope, local: number, value: Value): Scope {
  return { ...scope, locals: withLocal(scope.locals, local, value) };
}

export function withLocal(locals: readonly Value[], local: number, value: Value): readonly Value[] {
  const copy = [...locals];
  copy[local] = value;
  return copy;
}

/** Is the condition true? */
export function holds(condition: Expr, scope: Scope): boolean {
  return evaluate(condition, scope) === true;
}

export function evaluate(expr: Expr, scope: Scope): Value {
  const value = (inner: Expr): Value => evaluate(inner, scope);
  switch (expr.op) {
    case "const":
      return expr.value;
    case "local":
      return part(scope.locals, expr.local);
    case "read":
      return read(expr, scope);
    case "not":
      return value(expr.operand) !== true;
    case "minus":
      return -Number(value(expr.operand)) + 0;
    case "if":
      return value(value(expr.condition) === true ? expr.then : expr.else);
    case "forall":
    case "exists":
    case "count":
    case "filter":
      return quantify(expr, scope);
    case "all":
      return valuesOf(expr.of);
    case "modeIn": {
      const leaf = read(expr.region, scope);
      return leaf !== null && expr.leaves.includes(Number(leaf));
    }
    case "present":
      return value(expr.of);
    case "field":
      return part(value(expr.object), expr.field);
    case "message":
      return [expr.kind, ...expr.fields.map(value)];
    case "record":
      return expr.fields.map(value);
    case "has":
    case "index":
    case "get":
    case "size":
      return access(expr, scope);
    case "in":
    case "set":
    case "list":
    case "insert":
    case "remove":
    case "union":
    case "difference":
    case "append":
      return collect(expr, scope);
    default:
      return combine(expr, scope);
  }
}

/** A slot, or the member of a family at the ordinal of its index. */
function read(expr: Read, scope: Scope): Value {
  const slot = slotOf(expr, scope);
  if (slot === undefined) return null;
  const memory = part(scope.state, slot);
  if (expr.buffer === undefined) return memory;
  return readThrough(memory, slot, expr.type, part(scope.state, expr.buffer));
}

/** The slot that a read or a place means in this scope; undefined when the index is no index. */
export function slotOf(
  place: { readonly slots: readonly number[]; readonly index: Expr | undefined },
  scope: Scope,
): number | undefined {
  return member(place.slots, place.index, scope);
}

/** The member of a family of slots or channels that `index` names; the first when there is none. */
export function member(
  family: readonly number[],
  index: Expr | undefined,
  scope: Scope,
): number | undefined {
  if (index === undefined) return family[0];
  const type = index.type.kind === "optional" ? index.type.of : index.type;
  return family[ordinalOf(evaluate(index, scope), type)];
}

function quantify(expr: Quantifier, scope: Scope): Value {
  const satisfies = (element: Value): boolean => {
    tick(scope.meter);
    return holds(expr.body, bind(scope, expr.local, element));
  };
  const domain = parts(evaluate(expr.domain, scope));
  switch (expr.op) {
    case "forall":
      return domain.every(satisfies);
    case "exists":
      return domain.some(satisfies);
    case "count":
      return domain.filter(satisfies).length;
    case "filter":
      return domain.filter(satisfies);
  }
}

/** Reading parts of maps, lists and channels. */
function access(expr: Node<"has" | "index" | "get" | "size">, scope: Scope): Value {
  switch (expr.op) {
    case "has":
      return entry(expr.map, expr.key, scope) !== null;
    case "index":
      return entry(expr.object, expr.key, scope);
    case "get":
      return entry(expr.map, expr.key, scope) ?? evaluate(expr.fallback, scope);
    case "size": {
      const elements = parts(evaluate(expr.of, scope));
      const sparse = expr.of.type.kind === "map" && expr.of.type.value.kind === "optional";
      return sparse ? elements.filter((element) => element !== null).length : elements.length;
    }
  }
}

function entry(object: Expr, key: Expr, scope: Scope): Value {
  const whole = evaluate(object, scope);
  const at = evaluate(key, scope);
  if (object.type.kind !== "map") return at === null ? null : part(whole, Number(at));
  return part(whole, ordinalOf(at, object.type.key));
}

/** Sets and lists as wholes. */
function collect(
  expr: Node<"in" | "set" | "insert" | "remove" | "union" | "difference" | "append">,
  scope: Scope,
): Value {
  const value = (inner: Expr): Value => evaluate(inner, scope);
  switch (expr.op) {
    case "in": {
      const element = value(expr.element);
      return element !== null && contains(parts(value(expr.set)), element);
    }
    case "set":
      return setOf(expr.elements.map(value));
    case "list":
      return expr.elements.map(value);
    case "insert": {
      const element = value(expr.element);
      const set = parts(value(expr.set));
      return element === null ? set : setOf([...set, element]);
    }
    case "remove":
      return without(parts(value(expr.set)), value(expr.element));
    case "union":
      return setOf([...parts(value(expr.left)), ...parts(value(expr.right))]);
    case "difference": {
      const taken = parts(value(expr.right));
      return parts(value(expr.left)).filter((element) => !contains(taken, element));
    }
    case "append":
      return [...parts(value(expr.left)), value(expr.right)];
  }
}

function contains(elements: readonly Value[], wanted: Value): boolean {
  return elements.some((element) => equalValues(element, wanted));
}

/** The elements but for the first that equals `element`; removing `none` changes nothing. */
function without(elements: readonly Value[], element: Value): readonly Value[] {
  if (element === null) return elements;
  const position = elements.findIndex((candidate) => equalValues(candidate, element));
  return position < 0 ? elements : elements.toSpliced(position, 1);
}

/**
 * Truth, order and arithmetic of two operands; the right one only when the left does not decide.
 */
function combine(expr: Binary, scope: Scope): Value {
  const left = evaluate(expr.left, scope);
  const right = (): Value => evaluate(expr.right, scope);
  switch (expr.op) {
    case "and":
      return left === true && right() === true;
    case "or":
      return left === true || right() === true;
    case "implies":
      return left !== true || right() === true;
    case "eq":
      return equalValues(left, right());
    case "ne":
      return !equalValues(left, right());
    case "lt":
      return compareValues(left, right()) < 0;
    case "le":
      return compareValues(left, right()) <= 0;
    case "gt":
      return compareValues(left, right()) > 0;
    case "ge":
      return compareValues(left, right()) >= 0;
    case "add":
      return Number(left) + Number(right());
    case "sub":
      return Number(left) - Number(right());
    case "mul":
      return Number(left) * Number(right()) + 0;
    case "mod": {
      const divisor = Number(right());
      return (((Number(left) % divisor) + divisor) % divisor) + 0;
    }
  }
}
