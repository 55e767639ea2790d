/**
 * Conditions as functions, and what cannot become text.
 */
import { expect, test } from "vitest";
import type { Command, Term } from "./code.ts";
import { evaluator } from "./javascript.ts";

const word = (index: number): Term => ({ op: "word", word: index });

test("a condition reads the state at an offset and gives register 0", () => {
  const body: Command[] = [
    { do: "set", local: 0, value: { op: "shl", left: word(1), right: { op: "const", value: 1 } } },
    {
      do: "register",
      register: 0,
      value: { op: "or", left: word(0), right: { op: "local", local: 0 } },
    },
  ];
  const run = evaluator({ locals: 1, body }, 2);
  expect(run(Uint32Array.of(9, 9, 1, 2), 2)).toBe(5);
  expect(run(Uint32Array.of(0, 0x40000000), 0)).toBe(-0x80000000);
});

test("registers are 0 when a condition starts", () => {
  const body: Command[] = [
    {
      do: "register",
      register: 0,
      value: { op: "add", left: { op: "register", register: 1 }, right: word(0) },
    },
    { do: "register", register: 1, value: word(0) },
  ];
  const run = evaluator({ locals: 0, body }, 1);
  expect([run(Uint32Array.of(4), 0), run(Uint32Array.of(5), 0)]).toEqual([4, 5]);
});

test("a condition does not emit", () => {
  const run = evaluator({ locals: 0, body: [{ do: "emit", label: 0 }] }, 1);
  expect(() => run(Uint32Array.of(0), 0)).toThrow("emits");
});

test.each(["0; process", 1.5, Number.NaN])("%j is no number of a Code", (value) => {
  const body: Command[] = [{ do: "set", local: value as number, value: word(0) }];
  expect(() => evaluator({ locals: 1, body }, 1)).toThrow(TypeError);
});
