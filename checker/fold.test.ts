/**
 * Folding a constant expression while it is built gives the value that evaluating it would give.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { binary, conditional, constant, minus, not } from "../spec/fold.ts";
import type { BinaryOp, Expr, Type, Value } from "../spec/model.ts";
import { BOOL, INT } from "../spec/type-relations.ts";
import { evaluate } from "./reference/evaluate.ts";
import { createMeter } from "./reference/meter.ts";

const SPAN = { file: "fold", start: 0, end: 0 };

function valueOf(expr: Expr): Value {
  return evaluate(expr, { state: [], locals: [], meter: createMeter() });
}

const small = fc.integer({ min: -9, max: 9 });
const arithmetic = fc.constantFrom<BinaryOp>("add", "sub", "mul");
const order = fc.constantFrom<BinaryOp>("eq", "ne", "lt", "le", "gt", "ge");
const connective = fc.constantFrom<BinaryOp>("and", "or", "implies");

function agrees(op: BinaryOp, type: Type, left: Value, right: Value, result: Type): void {
  const [first, second] = [constant(type, left, SPAN), constant(type, right, SPAN)];
  const folded = binary(op, first, second, SPAN);
  expect(folded.op).toBe("const");
  expect(valueOf(folded)).toBe(
    valueOf({ op, type: result, left: first, right: second, span: SPAN }),
  );
}

it("arithmetic and comparisons of numbers", () => {
  fc.assert(fc.property(arithmetic, small, small, (op, a, b) => agrees(op, INT, a, b, INT)));
  fc.assert(fc.property(order, small, small, (op, a, b) => agrees(op, INT, a, b, BOOL)));
});

it("the remainder of a division is never negative", () => {
  fc.assert(
    fc.property(small, fc.integer({ min: 1, max: 7 }), (left, right) => {
      agrees("mod", INT, left, right, INT);
      const rest = binary("mod", constant(INT, left, SPAN), constant(INT, right, SPAN), SPAN);
      expect(Number(valueOf(rest))).toBeGreaterThanOrEqual(0);
    }),
  );
});

it("connectives, negation and choice", () => {
  const bool = fc.boolean();
  fc.assert(fc.property(connective, bool, bool, (op, a, b) => agrees(op, BOOL, a, b, BOOL)));
  fc.assert(
    fc.property(bool, small, small, (choice, a, b) => {
      const [yes, no] = [constant(INT, a, SPAN), constant(INT, b, SPAN)];
      const condition = constant(BOOL, choice, SPAN);
      expect(valueOf(conditional(condition, yes, no, INT, SPAN))).toBe(choice ? a : b);
      expect(valueOf(not(condition, SPAN))).toBe(!choice);
      expect(valueOf(minus(yes, SPAN))).toBe(a === 0 ? 0 : -a);
    }),
  );
});
