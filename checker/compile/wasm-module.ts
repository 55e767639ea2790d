/**
 * A WebAssembly module from its functions: types, imports, memories, globals and exports.
 *
 *     const module = createModule();
 *     const twice = module.declare(["i32"], ["i32"]);
 *     module.define(twice, [], i32.add(get(0), get(0)));
 *     module.export("twice", twice);
 *     module.bytes()
 *
 * Functions are declared before they are defined, so that they can call each other. Imports come
 * first, because they take the first numbers. Format: WebAssembly Core Specification 2.0, chapter
 * 5, with several memories as in 3.0.
 */
import { type ByteList, createByteList } from "./wasm-bytes.ts";
import { encode, type Part, unsigned, VALUE_TYPES, type ValueType } from "./wasm-code.ts";

export interface ModuleBuilder {
  /** A function of the host, from the import module `host`. */
  import(name: string, params: readonly ValueType[], results: readonly ValueType[]): number;
  /** A function with a body that comes later; gives its number. */
  declare(params: readonly ValueType[], results: readonly ValueType[]): number;
  /** The body of a declared function, with types of the locals that follow the parameters. */
  define(callee: number, locals: readonly ValueType[], body: Part): void;
  /** A memory of its own, exported under its name, or one that the host shares between threads. */
  memory(name: string, shared: boolean): number;
  /** A global variable that is 0 at first, exported under its name if it has one. */
  global(type: ValueType, name?: string): number;
  export(name: string, callee: number): void;
  bytes(): Uint8Array<ArrayBuffer>;
}

interface Imported {
  readonly name: string;
  readonly type: number;
}

interface Defined {
  readonly type: number;
  locals: readonly ValueType[];
  body: Part;
}

interface Contents {
  /** Encoded types by their text. */
  readonly types: Map<string, readonly number[]>;
  readonly imports: Imported[];
  readonly functions: Defined[];
  /** Either all are shared or none, so that their numbers are in this order. */
  readonly memories: { readonly name: string; readonly shared: boolean }[];
  readonly globals: ValueType[];
  readonly exports: (readonly [name: string, kind: number, index: number])[];
}

/** Pages that a 32-bit memory can have. */
const PAGES_MAX = 65_536;
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_KIND = 0;
const MEMORY_KIND = 2;
const GLOBAL_KIND = 3;
/** Kinds of limits of a memory. */
const WITH_MAXIMUM = 0x01;
const SHARED_WITH_MAXIMUM = 0x03;
const CODE_SECTION = 10;
const END = 0x0b;
const HOST = "host";

export function createModule(): ModuleBuilder {
  const contents: Contents = {
    types: new Map(),
    imports: [],
    functions: [],
    memories: [],
    globals: [],
    exports: [],
  };
  const { imports, functions, memories, globals, exports } = contents;
  return {
    import(name, params, results) {
      if (functions.length > 0) throw new Error("Imports come before functions");
      return imports.push({ name, type: typeOf(contents, params, results) }) - 1;
    },
    declare(params, results) {
      const type = typeOf(contents, params, results);
      return imports.length + functions.push({ type, locals: [], body: [] }) - 1;
    },
    define(callee, locals, body) {
      const defined = functions[callee - imports.length];
      if (defined === undefined) throw new Error("A function is declared before it is defined");
      defined.locals = locals;
      defined.body = body;
    },
    memory(name, shared) {
      const index = memories.push({ name, shared }) - 1;
      if (!shared) exports.push([name, MEMORY_KIND, index]);
      return index;
    },
    global(type, name) {
      const index = globals.push(type) - 1;
      if (name !== undefined) exports.push([name, GLOBAL_KIND, index]);
      return index;
    },
    export: (name, callee) => void exports.push([name, FUNCTION_KIND, callee]),
    bytes: () => encodeModule(contents),
  };
}

function typeOf(
  { types }: Contents,
  params: readonly ValueType[],
  results: readonly ValueType[],
): number {
  const key = `${params.join()}:${results.join()}`;
  if (!types.has(key)) types.set(key, [0x60, ...typesOf(params), ...typesOf(results)]);
  return [...types.keys()].indexOf(key);
}

function typesOf(types: readonly ValueType[]): number[] {
  return vector(types.map((type) => [VALUE_TYPES[type]]));
}

// ---------------------------------------------------------------------------- sections

function encodeModule(contents: Contents): Uint8Array<ArrayBuffer> {
  const { types, imports, functions, memories, globals, exports } = contents;
  const from = (name: string, kind: number): number[] => [...text(HOST), ...text(name), kind];
  const imported = imports.map(({ name, type }) => [
    ...from(name, FUNCTION_KIND),
    ...unsigned(type),
  ]);
  const shared = memories.filter((memory) => memory.shared);
  const sharing = shared.map(({ name }) => [
    ...from(name, MEMORY_KIND),
    SHARED_WITH_MAXIMUM,
    ...unsigned(1),
    ...unsigned(PAGES_MAX),
  ]);
  const own = memories.filter((memory) => !memory.shared);
  const small = [
    section(1, [...types.values()]),
    section(2, [...imported, ...sharing]),
    section(
      3,
      functions.map(({ type }) => unsigned(type)),
    ),
    section(
      5,
      own.map(() => [WITH_MAXIMUM, ...unsigned(1), ...unsigned(PAGES_MAX)]),
    ),
    section(6, globals.map(encodeGlobal)),
    section(
      7,
      exports.map(([name, kind, index]) => [...text(name), kind, ...unsigned(index)]),
    ),
  ];
  const all = createByteList();
  all.append(MAGIC_AND_VERSION);
  for (const bytes of small) all.append(bytes);
  appendCode(functions, all);
  return all.written().slice();
}

/** The section of the functions, which is nearly all of a module. */
function appendCode(functions: readonly Defined[], all: ByteList): void {
  const [code, body] = [createByteList(), createByteList()];
  code.append(unsigned(functions.length));
  for (const { locals, body: part } of functions) {
    body.clear();
    body.append(vector(runsOf(locals)));
    encode(part, body);
    body.push(END);
    code.append(unsigned(body.length));
    code.append(body.written());
  }
  all.push(CODE_SECTION);
  all.append(unsigned(code.length));
  all.append(code.written());
}

/** Mutable, and 0 at first. */
function encodeGlobal(type: ValueType): number[] {
  const zero = type === "i32" ? [0x41, 0x00] : [0x42, 0x00];
  return [VALUE_TYPES[type], 0x01, ...zero, END];
}

/** Locals of one type that follow each other are declared together. */
function runsOf(locals: readonly ValueType[]): number[][] {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  return runs.map(({ type, count }) => [...unsigned(count), VALUE_TYPES[type]]);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items);
  return [[id], unsigned(content.length), content].flat();
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [unsigned(items.length), ...items].flat();
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}
