/** Formulas are simplified while they are built, and keep their value and their bounds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ExportLimit } from "./export-limit.ts";
import { type CellBounds, createFormulas, type Formula, type Formulas } from "./formula.ts";
import { valueIn } from "./walk-cells.fixture.ts";

const CELLS: readonly CellBounds[] = [
  { low: 0, high: 1, truth: true },
  { low: 0, high: 1, truth: true },
  { low: 0, high: 3, truth: false },
  { low: -2, high: 2, truth: false },
];

/** A formula, and its value as the plainest reading of how it was built gives it. */
interface Twin {
  readonly formula: Formula;
  readonly value: (state: readonly number[]) => number;
}

type Two = (f: Formulas, left: Formula, right: Formula) => Formula;

const NUMBERS: readonly (readonly [Two, (a: number, b: number) => number])[] = [
  [(f, a, b) => f.add(a, b), (a, b) => a + b],
  [(f, a, b) => f.sub(a, b), (a, b) => a - b],
  [(f, a, b) => f.mul(a, b), (a, b) => a * b],
  [(f, a) => f.mod(a, 3), (a) => ((a % 3) + 3) % 3],
];
const COMPARISONS: readonly (readonly [Two, (a: number, b: number) => boolean])[] = [
  [(f, a, b) => f.eq(a, b), (a, b) => a === b],
  [(f, a, b) => f.lt(a, b), (a, b) => a < b],
  [(f, a, b) => f.le(a, b), (a, b) => a <= b],
];

function truths(f: Formulas): fc.Arbitrary<Twin> {
  const cell = (index: number): Twin => ({
    formula: f.cell(index),
    value: (state: readonly number[]) => state[index] ?? 0,
  });
  return fc.letrec<{ truth: Twin; number: Twin }>((tie) => {
    const choice = (one: "truth" | "number"): fc.Arbitrary<Twin> =>
      fc.tuple(tie("truth"), tie(one), tie(one)).map(([condition, then, otherwise]) => ({
        formula: f.choose(condition.formula, then.formula, otherwise.formula),
        value: (state: readonly number[]) =>
          (condition.value(state) === 1 ? then : otherwise).value(state),
      }));
    return {
      number: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(2, 3).map(cell),
        fc.integer({ min: -2, max: 3 }).map((value) => ({
          formula: f.number(value),
          value: () => value,
        })),
        choice("number"),
        fc
          .tuple(fc.constantFrom(...NUMBERS), tie("number"), tie("number"))
          .map(([[build, plain], left, right]) => ({
            formula: build(f, left.formula, right.formula),
            value: (state: readonly number[]) => plain(left.value(state), right.value(state)),
          })),
      ),
      truth: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(0, 1).map(cell),
        choice("truth"),
        tie("truth").map((operand) => ({
          formula: f.not(operand.formula),
          value: (state: readonly number[]) => 1 - operand.value(state),
        })),
        fc.tuple(tie("truth"), tie("truth")).map(([left, right]) => ({
          formula: f.and(left.formula, right.formula),
          value: (state: readonly number[]) => left.value(state) * right.value(state),
        })),
        fc.tuple(tie("truth"), tie("truth")).map(([left, right]) => ({
          formula: f.or(left.formula, right.formula),
          value: (state: readonly number[]) => Math.max(left.value(state), right.value(state)),
        })),
        fc
          .tuple(fc.constantFrom(...COMPARISONS), tie("number"), tie("number"))
          .map(([[build, plain], left, right]) => ({
            formula: build(f, left.formula, right.formula),
            value: (state: readonly number[]) =>
              Number(plain(left.value(state), right.value(state))),
          })),
      ),
    };
  }).truth;
}

const states = fc.tuple(
  fc.integer({ min: 0, max: 1 }),
  fc.integer({ min: 0, max: 1 }),
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: -2, max: 2 }),
);

test("a built formula has the value that it was built for, within its bounds", () => {
  fc.assert(
    fc.property(truths(createFormulas(CELLS)), states, (truth, state) => {
      const value = valueIn(truth.formula, state);
      expect(value).toBe(truth.value(state));
      expect(value).toBeGreaterThanOrEqual(truth.formula.low);
      expect(value).toBeLessThanOrEqual(truth.formula.high);
    }),
    { numRuns: 2000 },
  );
});

test("what cannot be otherwise folds away", () => {
  const f = createFormulas(CELLS);
  const [truth, range] = [f.cell(0), f.cell(2)];
  expect(f.and(truth, f.not(truth))).toBe(f.no);
  expect(f.le(range, f.number(3))).toBe(f.yes);
  expect(f.eq(f.choose(truth, f.number(2), f.number(1)), f.number(2))).toBe(truth);
  expect(f.not(f.lt(range, f.number(2)))).toBe(f.le(f.number(2), range));
});

test("counting in branches grows by terms", () => {
  const f = createFormulas(CELLS);
  const count = (times: number): Formula =>
    Array.from({ length: times }).reduce<Formula>(
      (sum) => f.choose(f.eq(sum, f.number(2)), f.add(sum, f.number(1)), sum),
      f.cell(2),
    );
  const step = f.choose(f.cell(0), f.add(f.cell(2), f.number(1)), f.cell(2));
  expect(step).toBe(f.add(f.cell(2), f.cell(0)));
  expect(count(2).weight).toBeLessThan(20);
});

test("numbers of more than 32 bits are reported", () => {
  const f = createFormulas([{ low: 0, high: 2 ** 30, truth: false }]);
  expect(() => f.mul(f.cell(0), f.number(4))).toThrow(ExportLimit);
});
