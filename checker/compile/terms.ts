/**
 * Constructors of Terms that fold constants, so that what is written generally comes out short.
 *
 * Folding happens here and nowhere else: the lowering unrolls quantifiers over constant elements
 * and relies on guards of the wrong element becoming the constant 0. Values are kept as signed
 * 32-bit integers.
 */
import type { BinaryOperator, Term } from "./code.ts";

export const ZERO: Term = { op: "const", value: 0 };
export const ONE: Term = { op: "const", value: 1 };

export function num(value: number): Term {
  return { op: "const", value: value | 0 };
}

export function flag(value: boolean): Term {
  return value ? ONE : ZERO;
}

export function isConst(term: Term, value?: number): boolean {
  return term.op === "const" && (value === undefined || term.value === (value | 0));
}

/** The value of a constant term. */
export function constantOf(term: Term): number | undefined {
  return term.op === "const" ? term.value : undefined;
}

function binary(op: BinaryOperator, left: Term, right: Term): Term {
  if (left.op === "const" && right.op === "const") return num(applied(op, left.value, right.value));
  return { op, left, right };
}

/** What an operator means, on signed 32-bit integers. */
export function applied(op: BinaryOperator, left: number, right: number): number {
  switch (op) {
    case "add":
      return (left + right) | 0;
    case "sub":
      return (left - right) | 0;
    case "mul":
      return Math.imul(left, right);
    case "rem":
      return right === 0 ? 0 : ((left >>> 0) % (right >>> 0)) | 0;
    case "div":
      return right === 0 ? 0 : Math.floor((left >>> 0) / (right >>> 0)) | 0;
    case "and":
      return left & right;
    case "or":
      return left | right;
    case "xor":
      return left ^ right;
    case "shl":
      return left << right;
    case "shr":
      return (left >>> right) | 0;
    case "eq":
      return Number(left === right);
    case "ne":
      return Number(left !== right);
    case "lt":
      return Number(left < right);
    case "le":
      return Number(left <= right);
    case "gt":
      return Number(left > right);
    case "ge":
      return Number(left >= right);
    case "below":
      return Number(left >>> 0 < right >>> 0);
  }
}

export function add(left: Term, right: Term): Term {
  if (isConst(left, 0)) return right;
  return isConst(right, 0) ? left : binary("add", left, right);
}

export function sub(left: Term, right: Term): Term {
  return isConst(right, 0) ? left : binary("sub", left, right);
}

export function mul(left: Term, right: Term): Term {
  if (isConst(left, 0) || isConst(right, 0)) return ZERO;
  if (isConst(left, 1)) return right;
  return isConst(right, 1) ? left : binary("mul", left, right);
}

export function rem(left: Term, right: Term): Term {
  return isConst(right, 1) ? ZERO : binary("rem", left, right);
}

export function div(left: Term, right: Term): Term {
  return isConst(right, 1) ? left : binary("div", left, right);
}

export function bitAnd(left: Term, right: Term): Term {
  if (isConst(left, 0) || isConst(right, 0)) return ZERO;
  if (isConst(left, -1)) return right;
  if (isConst(right, -1)) return left;
  if (right.op === "const" && left.op === "and" && left.right.op === "const") {
    return bitAnd(left.left, num(left.right.value & right.value));
  }
  return binary("and", left, right);
}

export function bitOr(left: Term, right: Term): Term {
  if (isConst(left, 0)) return right;
  return isConst(right, 0) ? left : binary("or", left, right);
}

export function shl(left: Term, right: Term): Term {
  return isConst(right, 0) || isConst(left, 0) ? left : binary("shl", left, right);
}

export function shr(left: Term, right: Term): Term {
  return isConst(right, 0) || isConst(left, 0) ? left : binary("shr", left, right);
}

export function compare(
  op: "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "below",
  left: Term,
  right: Term,
): Term {
  if (op === "eq" || op === "ne") {
    if (right.op === "const") return equality(op, left, right.value);
    if (left.op === "const") return equality(op, right, left.value);
  }
  return binary(op, left, right);
}

/** A term is, or is not, a number. Bits of a word are compared where they lie. */
function equality(op: "eq" | "ne", term: Term, value: number): Term {
  if ((term.op === "sub" || term.op === "add") && term.right.op === "const") {
    const other = term.right.value;
    return equality(op, term.left, (term.op === "sub" ? value + other : value - other) | 0);
  }
  const bits = bitsOf(term);
  if (bits === undefined) return binary(op, term, num(value));
  if ((value & ~bits.mask) !== 0) return flag(op === "ne");
  return binary(op, bits.inPlace, num(value << bits.shift));
}

/** What `extract` makes, before it is shifted to the lower end. */
function bitsOf(
  term: Term,
): { readonly inPlace: Term; readonly mask: number; readonly shift: number } | undefined {
  if (term.op !== "and" || term.right.op !== "const") return undefined;
  const { value } = term.right;
  const { left } = term;
  if (left.op !== "shr" || left.right.op !== "const") {
    return { inPlace: term, mask: value, shift: 0 };
  }
  const shift = left.right.value & 31;
  if ((value << shift) >>> shift !== value >>> 0) return undefined;
  return { inPlace: bitAnd(left.left, num(value << shift)), mask: value, shift };
}

// ---------------------------------------------------------------------------- truth: 0 or 1

const OPPOSITES = { eq: "ne", ne: "eq", lt: "ge", ge: "lt", gt: "le", le: "gt" } as const;

export function not(operand: Term): Term {
  switch (operand.op) {
    case "const":
      return flag(operand.value === 0);
    case "eq":
    case "ne":
    case "lt":
    case "ge":
    case "gt":
    case "le":
      return { ...operand, op: OPPOSITES[operand.op] };
    default:
      return { op: "not", operand: tested(operand) };
  }
}

/** A term that is 0 when this one is, for where nothing else matters. */
export function tested(term: Term): Term {
  if (term.op === "ne" && isConst(term.right, 0)) return tested(term.left);
  return bitsOf(term)?.inPlace ?? term;
}

/** Terms that are cheaper to evaluate than to jump over. */
const CHEAP = 6;

function size(term: Term, limit: number): number {
  switch (term.op) {
    case "const":
    case "local":
    case "register":
    case "word":
    case "next":
      return 1;
    case "not":
    case "popcount":
    case "ctz":
      return limit <= 0 ? 1 : 1 + size(term.operand, limit - 1);
    case "if":
      return limit + 1;
    default: {
      if (limit <= 0) return 1;
      const left = size(term.left, limit - 1);
      return left >= limit ? left + 1 : 1 + left + size(term.right, limit - 1 - left);
    }
  }
}

/** Both; the right one is evaluated only when the left holds, unless that costs more. */
export function both(left: Term, right: Term): Term {
  if (left.op === "const") return left.value === 0 ? ZERO : right;
  if (right.op === "const") return right.value === 0 ? ZERO : left;
  if (size(right, CHEAP) <= CHEAP) return binary("and", left, right);
  return { op: "if", condition: tested(left), then: right, else: ZERO };
}

export function either(left: Term, right: Term): Term {
  if (left.op === "const") return left.value === 0 ? right : ONE;
  if (right.op === "const") return right.value === 0 ? left : ONE;
  if (size(right, CHEAP) <= CHEAP) return binary("or", left, right);
  return { op: "if", condition: tested(left), then: ONE, else: right };
}

export function choice(condition: Term, then: Term, otherwise: Term): Term {
  if (condition.op === "const") return condition.value === 0 ? otherwise : then;
  if (then.op === "const" && otherwise.op === "const" && then.value === otherwise.value) {
    return then;
  }
  return { op: "if", condition: tested(condition), then, else: otherwise };
}

export function popcount(operand: Term): Term {
  if (operand.op !== "const") return { op: "popcount", operand };
  let rest = operand.value >>> 0;
  let count = 0;
  for (; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return num(count);
}

/** The low `bits` bits set; all of them for 32. */
export function mask(bits: number): number {
  return bits >= 32 ? -1 : (1 << bits) - 1;
}

/** `bits` bits of `term` from `shift` on. */
export function extract(term: Term, shift: number, bits: number): Term {
  if (bits === 0) return ZERO;
  const moved = shr(term, num(shift));
  return bits + shift >= 32 && shift > 0 ? moved : bitAnd(moved, num(mask(bits)));
}
