/**
 * WebAssembly instructions as nested parts, and their encoding.
 *
 *     i32.add(get(0), i32.const(1))   ──►   [[0x20, 0], [0x41, 1], 0x6a]   ──►   20 00 41 01 6a
 *
 * A part is a byte, a sequence of parts, or a structured instruction; nesting costs nothing, as the
 * bytes are written once at the end. Blocks have labels as objects, and the depth that a branch
 * needs is counted when it is written. A part may be filled after it was placed, which lets a
 * compiler decide late what stands at the beginning of a function.
 *
 * A library that assembles and optimises WebAssembly takes longer to load than we take in all, and
 * the engine optimises anyway.
 */
import type { ByteList } from "./wasm-bytes.ts";

export type Part = number | readonly Part[] | Block | Branch;

/** Where a branch goes: behind a block or an `if`, to the beginning of a loop. */
export interface Label {
  readonly name: string;
}

interface Block {
  readonly opcode: number;
  readonly label: Label | undefined;
  /** Encoded type of the result; none is 0x40. */
  readonly result: number;
  readonly body: Part;
  readonly otherwise: Part | undefined;
}

interface Branch {
  readonly branch: number;
  readonly to: Label;
}

export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e } as const;
export type ValueType = keyof typeof VALUE_TYPES;

const NO_RESULT = 0x40;
const ELSE = 0x05;
const END = 0x0b;

// ---------------------------------------------------------------------------- control

export const label = (name: string): Label => ({ name });

export const block = (to: Label, ...body: readonly Part[]): Part => ({
  opcode: 0x02,
  label: to,
  result: NO_RESULT,
  body,
  otherwise: undefined,
});

export const loop = (to: Label, ...body: readonly Part[]): Part => ({
  opcode: 0x03,
  label: to,
  result: NO_RESULT,
  body,
  otherwise: undefined,
});

export const when = (condition: Part, then: Part, otherwise?: Part): Part => [
  condition,
  { opcode: 0x04, label: undefined, result: NO_RESULT, body: then, otherwise },
];

/** The value of one of two parts, of which only that one is evaluated. */
export const either = (type: ValueType, condition: Part, then: Part, otherwise: Part): Part => [
  condition,
  { opcode: 0x04, label: undefined, result: VALUE_TYPES[type], body: then, otherwise },
];

/** The value of one of two parts, which are both evaluated. */
export const select = (condition: Part, then: Part, otherwise: Part): Part => [
  then,
  otherwise,
  condition,
  0x1b,
];

export const br = (to: Label): Part => ({ branch: 0x0c, to });
export const brIf = (to: Label, condition: Part): Part => [condition, { branch: 0x0d, to }];
export const call = (callee: number, ...args: readonly Part[]): Part => [args, 0x10, leb(callee)];

// ---------------------------------------------------------------------------- variables

export const get = (local: number): Part => [0x20, leb(local)];
export const set = (local: number, value: Part): Part => [value, 0x21, leb(local)];
export const getGlobal = (global: number): Part => [0x23, leb(global)];
export const setGlobal = (global: number, value: Part): Part => [value, 0x24, leb(global)];

// ---------------------------------------------------------------------------- numbers

type Unary = (operand: Part) => Part;
type Binary = (left: Part, right: Part) => Part;

const unary =
  (opcode: number): Unary =>
  (operand) => [operand, opcode];
const binary =
  (opcode: number): Binary =>
  (left, right) => [left, right, opcode];

type I32Binary =
  | "eq"
  | "ne"
  | "ltS"
  | "ltU"
  | "gtS"
  | "gtU"
  | "leS"
  | "leU"
  | "geS"
  | "geU"
  | "add"
  | "sub"
  | "mul"
  | "divU"
  | "remU"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shrU";

/** Operators on 32-bit integers; `S` is signed, `U` unsigned. `wrap` takes 64 bits. */
export const i32: { readonly const: (value: number) => Part } & Readonly<
  Record<"eqz" | "ctz" | "popcnt" | "wrap", Unary> & Record<I32Binary, Binary>
> = {
  const: (value) => [0x41, isByte(value) ? value & 0x7f : signed32(value | 0)],
  eqz: unary(0x45),
  eq: binary(0x46),
  ne: binary(0x47),
  ltS: binary(0x48),
  ltU: binary(0x49),
  gtS: binary(0x4a),
  gtU: binary(0x4b),
  leS: binary(0x4c),
  leU: binary(0x4d),
  geS: binary(0x4e),
  geU: binary(0x4f),
  ctz: unary(0x68),
  popcnt: unary(0x69),
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  divU: binary(0x6e),
  remU: binary(0x70),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  shrU: binary(0x76),
  wrap: unary(0xa7),
};

/** Operators on 64-bit integers. `extend` takes 32 bits and fills with zeros. */
export const i64: { readonly const: (value: bigint) => Part } & Readonly<
  Record<"eqz" | "extend", Unary> &
    Record<"add" | "mul" | "and" | "or" | "xor" | "shl" | "shrU", Binary>
> = {
  const: (value) => [0x42, signed(BigInt.asIntN(64, value))],
  eqz: unary(0x50),
  add: binary(0x7c),
  mul: binary(0x7e),
  and: binary(0x83),
  or: binary(0x84),
  xor: binary(0x85),
  shl: binary(0x86),
  shrU: binary(0x88),
  extend: unary(0xad),
};

// ---------------------------------------------------------------------------- memory

type Load = (memory: number, address: Part, offset?: number) => Part;
type Store = (memory: number, address: Part, offset: number, value: Part) => Part;

/** Alignment is a hint; 4 bytes is what all our addresses have. */
const ALIGNMENT = 2;
const HAS_MEMORY = 0x40;

function place(memory: number, offset: number, alignment: number): Part {
  if (memory === 0) return [alignment, leb(offset)];
  return [alignment | HAS_MEMORY, leb(memory), leb(offset)];
}

const load =
  (...opcode: readonly number[]): Load =>
  (memory, address, offset = 0) => [address, opcode, place(memory, offset, ALIGNMENT)];
const store =
  (...opcode: readonly number[]): Store =>
  (memory, address, offset, value) => [address, value, opcode, place(memory, offset, ALIGNMENT)];

export const load32: Load = load(0x28);
export const load64: Load = load(0x29);
export const load128: Load = load(0xfd, 0x00);
export const store32: Store = store(0x36);
export const store64: Store = store(0x37);
export const store128: Store = store(0xfd, 0x0b);
/** The value at an address, sequentially consistent; aligned to 4 bytes. */
export const atomicLoad32 = (memory: number, address: Part): Part => [
  address,
  [0xfe, 0x10],
  place(memory, 0, ALIGNMENT),
];
/** Puts a value where another was expected; gives what was there. */
export const compareExchange32 = (
  memory: number,
  address: Part,
  expected: Part,
  value: Part,
): Part => [address, expected, value, [0xfe, 0x48], place(memory, 0, ALIGNMENT)];
export const load8: Load = (memory, address, offset = 0) => [
  address,
  0x2d,
  place(memory, offset, 0),
];
export const store8: Store = (memory, address, offset, value) => [
  address,
  value,
  0x3a,
  place(memory, offset, 0),
];

// ---------------------------------------------------------------------------- encoding

/** Appends the bytes of a part. Throws when a branch is outside of its block. */
export function encode(part: Part, bytes: ByteList): void {
  encodeWithin(part, bytes, []);
}

function encodeWithin(part: Part, bytes: ByteList, labels: (Label | undefined)[]): void {
  if (typeof part === "number") {
    bytes.push(part);
  } else if (isSequence(part)) {
    for (const inner of part) encodeWithin(inner, bytes, labels);
  } else if ("branch" in part) {
    const depth = labels.length - 1 - labels.lastIndexOf(part.to);
    if (depth === labels.length) throw new Error(`No block ${part.to.name} around a branch`);
    bytes.push(part.branch);
    bytes.append(unsigned(depth));
  } else {
    bytes.push(part.opcode);
    bytes.push(part.result);
    labels.push(part.label);
    encodeWithin(part.body, bytes, labels);
    if (part.otherwise !== undefined) {
      bytes.push(ELSE);
      encodeWithin(part.otherwise, bytes, labels);
    }
    labels.pop();
    bytes.push(END);
  }
}

/** Asked first, because most parts are sequences. */
function isSequence(part: Part): part is readonly Part[] {
  return Array.isArray(part);
}

/** An unsigned number in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      bytes.push(rest);
      return bytes;
    }
    bytes.push((rest % 128) | 0x80);
  }
}

/** The same as a part: most numbers are one byte, which needs no array. */
function leb(value: number): Part {
  return value < 128 ? value : unsigned(value);
}

/** Is this signed number one byte in LEB128? */
function isByte(value: number): boolean {
  return value >= -64 && value < 64;
}

/** A signed 32-bit number in LEB128. */
function signed32(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 0x7f;
    if (rest >= -64 && rest < 64) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}

/** A signed number in LEB128. */
function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(BigInt.asUintN(7, rest));
    if (rest >= -64n && rest < 64n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
