/** The order of values, domains of types, and printing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Type, Value } from "./model.ts";
import {
  compareValues,
  DOMAIN_LIMIT,
  domainSize,
  ordinalOf,
  printValue,
  setOf,
  valuesOf,
} from "./values.ts";

const bool: Type = { kind: "bool" };
const client: Type = { kind: "id", name: "Client", size: 2, symmetric: true };
const color: Type = { kind: "enum", name: "Color", members: ["Red", "Green"] };
const inc = range(0, 3);
const pair: Type = {
  kind: "record",
  name: "Pair",
  fields: [
    { name: "c", type: client },
    { name: "n", type: inc },
  ],
};
const req: Type = {
  kind: "message",
  name: "Req",
  kinds: [
    { name: "Ping", fields: [] },
    { name: "Open", fields: [{ name: "c", type: client }] },
  ],
};
const mode: Type = { kind: "mode", machine: "Server", leaves: ["Up", "Down"] };

function range(low: number, high: number): Type {
  return { kind: "range", name: "Inc", low, high, overflow: "fail" };
}
function set(of: Type): Type {
  return { kind: "set", of };
}
function optional(of: Type): Type {
  return { kind: "optional", of };
}
function map(key: Type, value: Type): Type {
  return { kind: "map", key, value };
}
function list(of: Type, capacity: number): Type {
  return { kind: "list", of, capacity };
}

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -3, max: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
})).value;

const smallType: fc.Arbitrary<Type> = fc
  .letrec<{ type: Type }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom(bool, client, color, range(-1, 1), mode, req, pair),
      tie("type")
        .filter((of) => domainSize(of) <= 8)
        .map(set),
      // There is no `T??`: an optional of what may be null already is no type.
      tie("type").map((of) =>
        domainSize(of) > 300 || valuesOf(of).includes(null) ? of : optional(of),
      ),
      tie("type")
        .filter((of) => domainSize(of) <= 16)
        .map((of) => list(of, 2)),
      tie("type").map((of) => map(bool, of)),
    ),
  }))
  .type.filter((type) => domainSize(type) <= 300);

describe("the order of values", () => {
  test("puts absence first, then truth values, numbers, and compound values", () => {
    const inOrder: readonly Value[] = [null, false, true, -1, 0, 2, [], [0], [0, 1], [1]];
    expect(inOrder.toReversed().toSorted(compareValues)).toEqual(inOrder);
  });

  test("is total: antisymmetric, transitive, and zero exactly for equal texts", () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        expect(compareValues(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) {
          expect(compareValues(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test("makes sets of any elements sorted and free of duplicates", () => {
    expect(setOf([2, 0, 2, 1])).toEqual([0, 1, 2]);
  });
});

describe("domains", () => {
  test.each<[string, Type, number]>([
    ["bool", bool, 2],
    ["0..3", inc, 4],
    ["an enum", color, 2],
    ["an id", client, 2],
    ["a mode, which may be inactive", mode, 3],
    ["a record", pair, 8],
    ["a message", req, 3],
    ["an optional", optional(client), 3],
    ["a set", set(inc), 16],
    ["a map", map(client, optional(inc)), 25],
    ["a list of at most 2", list(client, 2), 7],
  ])("of %s", (_, type, size) => {
    expect(domainSize(type)).toBe(size);
    expect(valuesOf(type)).toHaveLength(size);
  });

  test("are sorted, complete, and know the place of each value", () => {
    fc.assert(
      fc.property(smallType, (type) => {
        const values = valuesOf(type);
        expect(values).toHaveLength(domainSize(type));
        expect(setOf(values)).toEqual(values);
        values.forEach((element, index) => {
          expect(ordinalOf(element, type)).toBe(index);
        });
      }),
    );
  });

  test("say when they are too large to be written out, without writing them out", () => {
    const huge = set(set(set(range(0, 63))));
    expect(domainSize(huge)).toBe(DOMAIN_LIMIT + 1);
    expect(domainSize({ kind: "int" })).toBe(DOMAIN_LIMIT + 1);
    expect(domainSize(list(inc, 1_000_000_000))).toBe(DOMAIN_LIMIT + 1);
    expect(() => valuesOf(huge)).toThrow(RangeError);
  });

  test("have no place for values of other types", () => {
    expect(ordinalOf(4, inc)).toBe(-1);
    expect(ordinalOf(null, client)).toBe(-1);
    expect(ordinalOf([5], set(inc))).toBe(-1);
  });
});

describe("printing", () => {
  test.each<[Type, Value, string]>([
    [bool, true, "true"],
    [inc, 2, "2"],
    [color, 1, "Green"],
    [client, 0, "Client1"],
    [mode, 1, "Down"],
    [mode, null, "inactive"],
    [optional(client), null, "none"],
    [optional(client), 1, "Client2"],
    [pair, [0, 3], "Pair(c: Client1, n: 3)"],
    [req, [0], "Ping"],
    [req, [1, 0], "Open(Client1)"],
    [set(client), [0, 1], "{Client1, Client2}"],
    [set(client), [], "{}"],
    [map(client, inc), [2, 0], "{Client1: 2, Client2: 0}"],
    [map(client, optional(inc)), [null, 1], "{Client2: 1}"],
    [list(req, 2), [[1, 1], [0]], "[Open(Client2), Ping]"],
  ])("%j of %j is %s", (type, printed, text) => {
    expect(printValue(printed, type)).toBe(text);
  });
});
