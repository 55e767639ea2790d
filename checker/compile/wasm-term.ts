/**
 * Operators of terms as instructions, and which terms are cheap enough to be evaluated in vain.
 */
import type { BinaryOperator, Term } from "./code.ts";
import { i32, type Part } from "./wasm-code.ts";

const OPERATORS: Readonly<Record<BinaryOperator, (left: Part, right: Part) => Part>> = {
  add: i32.add,
  sub: i32.sub,
  mul: i32.mul,
  rem: i32.remU,
  div: i32.divU,
  and: i32.and,
  or: i32.or,
  xor: i32.xor,
  shl: i32.shl,
  shr: i32.shrU,
  eq: i32.eq,
  ne: i32.ne,
  lt: i32.ltS,
  le: i32.leS,
  gt: i32.gtS,
  ge: i32.geS,
  below: i32.ltU,
};

/** Division is by a number that is not 0. */
export function binaryPart(op: BinaryOperator, left: Part, right: Part): Part {
  return OPERATORS[op](left, right);
}

/** Operators below which evaluating both branches costs less than a jump that is mispredicted. */
const CHEAP_OPERATORS = 4;

export function isCheap(term: Term): boolean {
  return costOf(term) <= CHEAP_OPERATORS;
}

/** Operators of a term; infinite where a branch or a division stands inside. */
function costOf(term: Term): number {
  switch (term.op) {
    case "const":
    case "local":
    case "register":
    case "word":
    case "next":
      return 0;
    case "not":
    case "popcount":
    case "ctz":
      return 1 + costOf(term.operand);
    case "if":
    case "div":
    case "rem":
      return Infinity;
    default:
      return 1 + costOf(term.left) + costOf(term.right);
  }
}
