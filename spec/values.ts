/**
 * Values of a Model: their order, their finite domains, and how a reader sees them.
 *
 * One structural order serves every type, because every value is JSON-like data:
 *
 *     null < false < true < numbers < arrays        arrays: element by element, a prefix first
 *
 * so that sets are sorted, and maps are laid out, without looking at types. `valuesOf` gives the
 * domain of a type in this order. The rejected alternative, one comparison per type, gave the same
 * order for every pair of values that can meet and needed the type at every call.
 *
 * Limits: domains above `DOMAIN_LIMIT` values are not enumerated; ask `domainSize` first.
 */
import type { Type, Value } from "./model.ts";

/** Largest domain that is written out, in values. */
export const DOMAIN_LIMIT = 65_536;

/** Negative, zero or positive as `left` comes before, equals or comes after `right`. */
export function compareValues(left: Value, right: Value): number {
  if (left === right) return 0;
  if (Array.isArray(left) && Array.isArray(right)) return compareArrays(left, right);
  const byKind = rank(left) - rank(right);
  return byKind !== 0 ? byKind : Number(left) - Number(right);
}

export function equalValues(left: Value, right: Value): boolean {
  return left === right || compareValues(left, right) === 0;
}

function compareArrays(left: readonly Value[], right: readonly Value[]): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const order = compareValues(left[index] ?? null, right[index] ?? null);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function rank(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return 1;
  return typeof value === "number" ? 2 : 3;
}

/** The elements as a set value: sorted, without duplicates. */
export function setOf(elements: readonly Value[]): readonly Value[] {
  const sorted = elements.toSorted(compareValues);
  return sorted.filter((value, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareValues(before, value) !== 0;
  });
}

// ---------------------------------------------------------------------------- domains

/**
 * Number of values of `type`, or `DOMAIN_LIMIT + 1` when there are more than `DOMAIN_LIMIT`
 * (also for `int` and store entries, which have no finite domain of their own).
 */
export function domainSize(type: Type): number {
  return Math.min(exactSize(type), DOMAIN_LIMIT + 1);
}

/** The size as a double: exact up to 2^53, and `Infinity` far above any limit. */
function exactSize(type: Type): number {
  switch (type.kind) {
    case "bool":
      return 2;
    case "range":
      return Math.max(0, type.high - type.low + 1);
    case "enum":
      return type.members.length;
    case "id":
      return type.size;
    case "mode":
      return type.leaves.length + 1;
    case "record":
      return product(type.fields.map((field) => exactSize(field.type)));
    case "message":
      return type.kinds
        .map((kind) => product(kind.fields.map((field) => exactSize(field.type))))
        .reduce((sum, size) => sum + size, 0);
    case "optional":
      return exactSize(type.of) + 1;
    case "set":
      return 2 ** exactSize(type.of);
    case "map":
      return exactSize(type.value) ** exactSize(type.key);
    case "list":
      return listSize(exactSize(type.of), type.capacity);
    case "int":
    case "store":
      return Infinity;
  }
}

function product(sizes: readonly number[]): number {
  // An empty factor empties the product, also beside an infinite one.
  return sizes.includes(0) ? 0 : sizes.reduce((total, size) => total * size, 1);
}

function listSize(element: number, capacity: number): number {
  let total = 0;
  for (let length = 0; length <= capacity && total <= DOMAIN_LIMIT; length++) {
    total += element ** length;
  }
  return total;
}

const domains = new WeakMap<Type, readonly Value[]>();

/**
 * All values of a finite type, in the order of `compareValues`. The type must have at most
 * `DOMAIN_LIMIT` values: the type checker asks `domainSize` wherever a text makes a domain be
 * written out, so a larger one here is an error of the program and throws.
 */
export function valuesOf(type: Type): readonly Value[] {
  const known = domains.get(type);
  if (known !== undefined) return known;
  if (domainSize(type) > DOMAIN_LIMIT) {
    throw new RangeError(`a type with more than ${DOMAIN_LIMIT} values cannot be enumerated`);
  }
  const values = enumerate(type);
  domains.set(type, values);
  return values;
}

function enumerate(type: Type): readonly Value[] {
  switch (type.kind) {
    case "bool":
      return [false, true];
    case "range":
      return ordinals(type.high - type.low + 1).map((ordinal) => type.low + ordinal);
    case "enum":
      return ordinals(type.members.length);
    case "id":
      return ordinals(type.size);
    case "mode":
      return [null, ...ordinals(type.leaves.length)];
    case "record":
      return tuples(type.fields.map((field) => valuesOf(field.type)));
    case "message":
      return type.kinds.flatMap((kind, ordinal) =>
        tuples([[ordinal], ...kind.fields.map((field) => valuesOf(field.type))]),
      );
    case "optional":
      return [null, ...valuesOf(type.of)];
    case "set":
      return subsets(valuesOf(type.of)).toSorted(compareValues);
    case "map":
      return tuples(valuesOf(type.key).map(() => valuesOf(type.value)));
    case "list":
      return lists(valuesOf(type.of), type.capacity).toSorted(compareValues);
    case "int":
    case "store":
      return [];
  }
}

function ordinals(count: number): readonly number[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => index);
}

/** All ways to take one value from each column, the last column running fastest. */
function tuples(columns: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  return columns.reduce<readonly (readonly Value[])[]>(
    (rows, column) => rows.flatMap((row) => column.map((value) => [...row, value])),
    [[]],
  );
}

function subsets(elements: readonly Value[]): readonly (readonly Value[])[] {
  return elements.reduce<readonly (readonly Value[])[]>(
    (sets, element) => sets.flatMap((set) => [set, [...set, element]]),
    [[]],
  );
}

function lists(elements: readonly Value[], capacity: number): readonly (readonly Value[])[] {
  return ordinals(capacity + 1).flatMap((length) => tuples(ordinals(length).map(() => elements)));
}

const positions = new WeakMap<Type, ReadonlyMap<string, number>>();

/** Position of `value` in `valuesOf(type)`, or -1 when it is not a value of the type. */
export function ordinalOf(value: Value, type: Type): number {
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean" ? Number(value) : -1;
    case "range":
      return within(value, type.low, type.high) - type.low;
    case "enum":
      return within(value, 0, type.members.length - 1);
    case "id":
      return within(value, 0, type.size - 1);
    case "int":
      // A number without a range is an ordinal already.
      return within(value, 0, Number.MAX_SAFE_INTEGER);
    default: {
      const known =
        positions.get(type) ??
        new Map(valuesOf(type).map((element, index) => [JSON.stringify(element), index]));
      positions.set(type, known);
      return known.get(JSON.stringify(value)) ?? -1;
    }
  }
}

/** The number itself when it lies between the ends, otherwise one less than `low`. */
function within(value: Value, low: number, high: number): number {
  return typeof value === "number" && value >= low && value <= high ? value : low - 1;
}

// ---------------------------------------------------------------------------- printing

/** `value` as a reader of the text would write it: `Client1`, `Open(Client1)`, `{Client1: 2}`. */
export function printValue(value: Value, type: Type): string {
  switch (type.kind) {
    case "bool":
    case "int":
    case "range":
      return String(value);
    case "enum":
      return type.members[Number(value)] ?? String(value);
    case "id":
      return value === null ? "none" : `${type.name}${Number(value) + 1}`;
    case "mode":
      return value === null ? "inactive" : (type.leaves[Number(value)] ?? String(value));
    case "optional":
      return value === null ? "none" : printValue(value, type.of);
    case "record": {
      const fields = type.fields.map(
        (field, index) => `${field.name}: ${printValue(part(value, index), field.type)}`,
      );
      return `${type.name}(${fields.join(", ")})`;
    }
    case "message":
      return printMessage(value, type);
    case "set":
      return `{${parts(value)
        .map((element) => printValue(element, type.of))
        .join(", ")}}`;
    case "map":
      return printMap(value, type);
    case "list":
      return `[${parts(value)
        .map((element) => printValue(element, type.of))
        .join(", ")}]`;
    case "store":
      return JSON.stringify(value);
  }
}

function printMessage(value: Value, type: Extract<Type, { kind: "message" }>): string {
  const kind = type.kinds[Number(part(value, 0))];
  if (kind === undefined) return JSON.stringify(value);
  const fields = kind.fields.map((field, index) => printValue(part(value, index + 1), field.type));
  return fields.length === 0 ? kind.name : `${kind.name}(${fields.join(", ")})`;
}

/** Absent entries of an optional-valued map are left out. */
function printMap(value: Value, type: Extract<Type, { kind: "map" }>): string {
  const entries = valuesOf(type.key).flatMap((key, index) => {
    const entry = part(value, index);
    if (entry === null && type.value.kind === "optional") return [];
    return [`${printValue(key, type.key)}: ${printValue(entry, type.value)}`];
  });
  return `{${entries.join(", ")}}`;
}

/** The elements of a compound value; none for a simple one. */
export function parts(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** One element of a compound value; `null` when there is none. */
export function part(value: Value, index: number): Value {
  return parts(value)[index] ?? null;
}
