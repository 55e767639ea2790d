/**
 * Corners that random Models seldom reach, compiled and in the reference: equal results of a
 * channel fault, indices that name nothing, `none` in comparisons, elements that a set does not
 * have, and waiting writes to parts that are gone.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Expr, Type, Value } from "../../spec/model.ts";
import { sketch, step } from "../model-notation.ts";
import {
  add,
  binary,
  bool,
  id,
  int,
  type Late,
  listType,
  lt,
  mapType,
  messages,
  n,
  node,
  optional,
  quantified,
  range,
  recordType,
  set,
  setOfType,
  v,
  value,
  yes,
} from "../term-notation.ts";
import { agree } from "./agreement.fixture.ts";

const RUNS = 60;

const digit = range(0, 3);
const client = id("Client", 3);
/** The numbers below, at and above the lowest of `digit`, and beyond a family of three. */
const near = fc.integer({ min: -2, max: 5 });
const comparison = fc.constantFrom("lt" as const, "le", "gt", "ge", "eq", "ne");

/** A Model that only asks one question in each state of a counter that leaves its digits. */
function asking(
  variables: Record<string, [Type, Value]>,
  question: Late<Expr>,
  steps = [step("p.reset", yes, [set("x", n(0))])],
): ReturnType<typeof sketch> {
  return sketch({
    instances: { p: ["Run"] },
    variables: { x: [range(-2, 5), -2], ...variables },
    transitions: [
      step("p.up", lt(v("x"), n(5)), [set("x", add(v("x"), n(1)))]),
      step("p.ask", question),
      ...steps,
    ],
    invariants: { Asked: question },
  });
}

test("channel faults: results that equal the queue or each other are one", async () => {
  const kinds = fc.constantFrom("lossy" as const, "duplicating" as const, "reordering" as const);
  const discipline = fc.constantFrom("fifo" as const, "bag" as const, "mailbox" as const);
  const waiting = fc.array(fc.nat(1), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(kinds, discipline, waiting, fc.nat(3), async (kind, by, codes, distance) => {
      const of = messages({ Ping: {}, Pong: {} });
      // A bag has one order in all states.
      const ordered = by === "bag" ? codes.toSorted((left, right) => left - right) : codes;
      const initial = ordered.map((code) => [code]);
      const model = sketch({
        channels: { ch: { of, capacity: 4, discipline: by, initial } },
        transitions: [step(`ch.${kind}`, yes, [], { kind, subject: "ch", distance })],
      });
      expect(await agree(model)).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test("families and maps: an index outside reads none and writes nothing", async () => {
  const wide: Type = mapType(range(1, 3), range(0, 2 ** 20));
  const variables: Record<string, [Type, Value]> = {
    "f[0]": [digit, 3],
    "f[1]": [digit, 1],
    "f[2]": [digit, 2],
    m: [mapType(range(0, 2), digit), [1, 2, 3]],
    w: [wide, [5, 6, 7]],
  };
  const index = fc.integer({ min: -2, max: 2 }).map((by) => add(v("x"), n(by)));
  const part = fc.oneof(
    index.map((at) => v("f", at)),
    fc.tuple(fc.constantFrom("m", "w"), index).map(([name, at]) => entry(name, at)),
  );
  await fc.assert(
    fc.asyncProperty(part, comparison, near, index, async (read, op, bound, at) => {
      const question = binary(op, read, n(bound));
      const write = step("p.write", yes, [set("m", n(0), { at })]);
      expect(await agree(asking(variables, question, [write]))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

/** `name[key]` */
function entry(name: string, key: Late<Expr>): Late<Expr> {
  return node((build, span) => {
    const object = build(v(name));
    const type = object.type.kind === "map" ? object.type.value : int;
    return { op: "index", type: optional(type), object, key: build(key), span };
  });
}

test("`none` comes before all numbers", async () => {
  const variables: Record<string, [Type, Value]> = {
    o: [optional(range(-1, 2)), null],
    q: [optional(digit), null],
  };
  const fill = [step("p.fill", yes, [set("o", n(-1))]), step("p.more", yes, [set("q", n(2))])];
  const operand = fc.oneof(
    near.map(n),
    fc.constantFrom("x", "o", "q").map((name) => v(name)),
  );
  await fc.assert(
    fc.asyncProperty(comparison, operand, operand, async (op, left, right) => {
      expect(await agree(asking(variables, binary(op, left, right), fill))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test("quantifiers over a set that varies leave out what is not in it", async () => {
  const variables: Record<string, [Type, Value]> = {
    s: [setOfType(digit), [1]],
    l: [listType(digit, 3), [2]],
  };
  const change = [0, 3].map((code) =>
    step(`p.add${code}`, yes, [set("s", insert(v("s"), n(code)))]),
  );
  const op = fc.constantFrom("forall" as const, "exists" as const, "count" as const);
  await fc.assert(
    fc.asyncProperty(op, fc.constantFrom("s", "l"), comparison, near, async (by, over, is, to) => {
      const all = quantified(by, "q", v(over), binary(is, v("q"), n(to)));
      const question = by === "count" ? lt(all, v("x")) : all;
      expect(await agree(asking(variables, question, change))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

function insert(into: Late<Expr>, element: Late<Expr>): Late<Expr> {
  return node((build, span) => {
    const whole = build(into);
    return { op: "insert", type: whole.type, set: whole, element: build(element), span };
  });
}

test("a waiting write to a part that is gone is not seen and changes nothing", async () => {
  const pair = recordType("Pair", { a: digit, b: bool });
  const model = sketch({
    instances: { p: ["Run"] },
    variables: {
      o: [optional(pair), [1, true]],
      l: [listType(digit, 2), [1, 2]],
      m: [mapType(client, optional(pair)), [null, [0, false], null]],
      seen: [optional(pair), null],
      list: [listType(digit, 2), []],
    },
    buffers: { "p buffer": 2 },
    transitions: [
      step("p.o", yes, [set("o", n(2), { field: 0, buffer: "p buffer" })]),
      step("p.l", yes, [set("l", n(3), { at: n(1), buffer: "p buffer" })]),
      step("p.m", yes, [set("m", n(3), { at: value(client, 1), field: 0, buffer: "p buffer" })]),
      step("p.look", yes, [
        set("seen", v("o", undefined, "p buffer")),
        set("list", v("l", undefined, "p buffer")),
      ]),
      step("p.flush", yes, [], { kind: "flush", subject: "p buffer" }),
      step("q.clear", yes, [
        set("o", value(optional(pair), null)),
        set("l", value(listType(digit, 2), [2])),
        set("m", value(optional(pair), null), { at: value(client, 1) }),
      ]),
    ],
  });
  expect(await agree(model)).toBe(true);
});
