/**
 * The inner loop of a search as WebAssembly: one module from a Code.
 *
 *     expand(first, end)    for each state: routines ──► successors ──batch──► insert
 *     insert(end)           hash all, touch all, then look up and add; judge what is new
 *
 * A batch hides the latency of memory: the first two passes only load what the third will need, one
 * load not waiting for the other. Successors are looked up in the order in which they were emitted,
 * so that numbers of states do not depend on batches.
 *
 * Before a batch begins there is room for a whole one (`entries`), so a limit is never met inside
 * it. Where there is not (`tight`), a batch is one state, and a limit that is met is met by that
 * state. A state that fills the buffer alone has it inserted in between (`flush`) and ends its
 * batch.
 *
 * The host makes room (`reserve`) and is told of sightings; it never runs inside a loop otherwise.
 * `expand` is called for some thousands of states at a time, since an engine replaces code by its
 * optimised form between calls only.
 */
import { BASE_GLOBAL, ownPart } from "./wasm-base.ts";
import type { Code, Routine } from "./code.ts";
import {
  block,
  br,
  brIf,
  call,
  get,
  getGlobal,
  i32,
  label,
  loop,
  type Part,
  set,
  setGlobal,
  when,
} from "./wasm-code.ts";
import { LEAVE, type WasmLayout } from "./wasm-layout.ts";
import { createModule, type ModuleBuilder } from "./wasm-module.ts";
import { translateRoutine } from "./wasm-routine.ts";
import type { Table } from "./wasm-lookup.ts";
import { defineOrbits } from "./wasm-orbits.ts";
import { defineTable } from "./wasm-table.ts";
import type { WasmGlobal } from "./wasm-engine.ts";

/** What the host gives to a module. */
export interface WasmHost {
  /**
   * Makes room for so many more states: 1 when there is, 0 when a limit forbids it. Of several
   * workers and before a batch also `LEAVE`: room is made when all of them rest.
   */
  reserve(count: number): number;
  /** 1 when the site is closed. */
  sight(site: number, id: number): number;
  /** The buffer is full of successors, up to an address, that belong to no search. */
  drain(end: number): void;
}

/**
 * What a module exports, besides its memories unless they are shared. Addresses are those of
 * `wasm-layout.ts`.
 */
export interface WasmExports {
  /** The next id: the number of states, unless several workers share the ids. */
  readonly count: WasmGlobal;
  /** Ids up to this one may be given. */
  readonly capacity: WasmGlobal;
  readonly slots: WasmGlobal;
  /** Bits of a slot that hold id + 1; the others hold a tag. */
  readonly idMask: WasmGlobal;
  /** 1 when a limit was met. */
  readonly stopped: WasmGlobal;
  /** Of several workers: what this instance adds to the addresses that it has to itself. */
  readonly base?: WasmGlobal;
  /** 1 while steps are followed outside of the search. */
  readonly aside: WasmGlobal;
  /** Expands the states `first` to `end` (not included); gives the first that is not expanded. */
  expand(first: number, end: number): number;
  /** Adds the successors up to an address. */
  insert(end: number): void;
  /** The id of the state at an address, or -1. */
  find(state: number): number;
  /** Replaces, in the successors up to an address, the id where they come from by their own. */
  locate(end: number): void;
  /** Appends the successors of the state at an address; gives where they end. */
  follow(id: number, state: number, cursor: number): number;
  /**
   * With a group: (0, address of a state, address for what is stored for it); the number of
   * permutations that keep the state is in `keeping` then.
   */
  form(zero: 0, state: number, at: number): number;
  readonly keeping: WasmGlobal;
  /** Places the states `first` to `end` (not included) in the table, where they are not. */
  rehash(first: number, end: number): void;
}

/** How a module keeps states: where they lie, how they are added, and how one is had again. */
export interface Keep {
  /** Names of the memories, in the order of their numbers. */
  readonly memories: readonly string[];
  define(
    module: ModuleBuilder,
    layout: WasmLayout,
    host: Pick<Table, "reserve">,
    judge: number,
    orbits: Parameters<typeof defineTable>[4],
  ): Keeping;
}

/** What was defined for it in a module. */
export interface Keeping {
  readonly table: Table;
  /** Function: adds the successors up to an address. */
  readonly insert: number;
  /** Whether there may not be room for a whole batch. */
  readonly isShort: Part;
  /** Sets the local `state` to the address of the state of the local `id`. */
  bring(id: number, state: number, use: "expand" | "judge"): Part;
}

/** States lie whole in the arena, with their parents. */
export const PLAINLY: Keep = {
  memories: ["states", "table", "parents"],
  define(module, layout, host, judge, orbits) {
    const table = defineTable(module, layout, host, judge, orbits);
    const left = i32.sub(getGlobal(table.capacity), getGlobal(table.count));
    const address = (id: number): Part =>
      i32.add(i32.mul(get(id), i32.const(layout.size)), i32.const(layout.arena));
    return {
      table,
      insert: table.insert,
      isShort: i32.ltU(left, i32.const(layout.entries)),
      bring: (id, state) => set(state, address(id)),
    };
  },
};

interface Runtime extends Table {
  readonly keeping: Keeping;
  readonly aside: number;
  readonly flushed: number;
  readonly flush: number;
  readonly drain: number;
  readonly sight: number;
}

/** The bytes of the module for a Code. */
export function assemble(
  code: Code,
  layout: WasmLayout,
  keep: Keep = PLAINLY,
): Uint8Array<ArrayBuffer> {
  const module = createModule();
  const shared = layout.workers > 1;
  const reserve = module.import("reserve", ["i32"], ["i32"]);
  const sight = module.import("sight", ["i32", "i32"], ["i32"]);
  const drain = module.import("drain", ["i32"], []);
  for (const name of keep.memories) module.memory(name, shared);
  if (shared && module.global("i32", "base") !== BASE_GLOBAL) throw new Error("The base is first");
  const judge = module.declare(["i32", "i32"], []);
  const flush = module.declare(["i32"], ["i32"]);
  const orbits = code.group && defineOrbits(module, layout, code.group);
  const keeping = keep.define(module, layout, { reserve }, judge, orbits);
  const runtime: Runtime = {
    ...keeping.table,
    module,
    layout,
    keeping,
    insert: keeping.insert,
    aside: module.global("i32", "aside"),
    flushed: module.global("i32"),
    flush,
    drain,
    sight,
  };
  defineFlush(runtime);
  defineJudge(runtime, judge, defineRoutines(runtime, code.judge, code.registers));
  const follow = defineFollow(runtime, defineRoutines(runtime, code.expand, code.registers));
  defineExpand(runtime, follow);
  return module.bytes();
}

interface Routines {
  readonly functions: readonly number[];
  /** Globals of registers that they share. */
  readonly registers: readonly number[];
}

function defineRoutines(
  { module, layout, flush, sight, orbits }: Runtime,
  routines: readonly Routine[],
  count: number,
): Routines {
  const shared = routines.length > 1;
  const registers = Array.from({ length: shared ? count : 0 }, () => module.global("i32"));
  const functions = routines.map((routine) => {
    const surroundings = {
      layout,
      registers: shared ? registers : undefined,
      flush,
      sight,
      weight: orbits?.weight,
    };
    const { locals, body } = translateRoutine(routine, surroundings);
    const callee = module.declare(["i32", "i32", "i32"], ["i32"]);
    module.define(
      callee,
      Array.from({ length: locals }, () => "i32" as const),
      body,
    );
    return callee;
  });
  return { functions, registers };
}

/** Runs routines one after the other, with the place of successors in a local. */
function runPart(
  { functions, registers }: Routines,
  id: number,
  state: number,
  cursor: number,
): Part {
  return [
    registers.map((register) => setGlobal(register, i32.const(0))),
    functions.map((callee) => set(cursor, call(callee, get(id), get(state), get(cursor)))),
  ];
}

function defineJudge(runtime: Runtime, judge: number, routines: Routines): void {
  const { module, keeping } = runtime;
  const [first, end, state, cursor] = [0, 1, 2, 3];
  const [all, each] = [label("all"), label("each")];
  const body =
    routines.functions.length === 0
      ? []
      : block(
          all,
          loop(
            each,
            brIf(all, i32.geU(get(first), get(end))),
            keeping.bring(first, state, "judge"),
            weighPart(runtime, state),
            runPart(routines, first, state, cursor),
            set(first, i32.add(get(first), i32.const(1))),
            br(each),
          ),
        );
  module.define(judge, ["i32", "i32"], body);
}

/** From here on tallies count the state at an address as often as it stands for others. */
function weighPart({ orbits }: Runtime, state: number): Part {
  return orbits === undefined ? [] : call(orbits.weigh, get(state));
}

/** (cursor) → cursor: takes the successors out of the buffer in the midst of a state. */
function defineFlush(runtime: Runtime): void {
  const { module, layout, insert, stopped, aside, flushed, flush, drain } = runtime;
  const cursor = 0;
  module.define(
    flush,
    [],
    [
      when(
        getGlobal(aside),
        call(drain, get(cursor)),
        when(getGlobal(stopped), [], call(insert, get(cursor))),
      ),
      setGlobal(flushed, i32.const(1)),
      ownPart(layout, layout.buffer),
    ],
  );
}

function defineFollow(runtime: Runtime, routines: Routines): number {
  const { module } = runtime;
  const [id, state, cursor] = [0, 1, 2];
  const follow = module.declare(["i32", "i32", "i32"], ["i32"]);
  const run = [weighPart(runtime, state), runPart(routines, id, state, cursor), get(cursor)];
  module.define(follow, [], run);
  module.export("follow", follow);
  return follow;
}

/** The loop of the search. */
function defineExpand(runtime: Runtime, follow: number): void {
  const { module, layout, keeping, insert, reserve, stopped, flushed } = runtime;
  const [id, end, state, cursor, tight] = [0, 1, 2, 3, 4];
  const [all, each] = [label("all"), label("each")];
  const begin = [
    setGlobal(flushed, i32.const(0)),
    set(tight, keeping.isShort),
    when(get(tight), [
      set(tight, call(reserve, i32.const(layout.entries))),
      layout.workers === 1 ? [] : brIf(all, i32.eq(get(tight), i32.const(LEAVE))),
      set(tight, i32.eqz(get(tight))),
    ]),
  ];
  const isFull = i32.geU(get(cursor), ownPart(layout, layout.batchEnd));
  const expand = module.declare(["i32", "i32"], ["i32"]);
  module.define(
    expand,
    ["i32", "i32", "i32"],
    [
      set(cursor, ownPart(layout, layout.buffer)),
      block(
        all,
        loop(
          each,
          brIf(all, i32.geU(get(id), get(end))),
          when(i32.eq(get(cursor), ownPart(layout, layout.buffer)), begin),
          keeping.bring(id, state, "expand"),
          set(cursor, call(follow, get(id), get(state), get(cursor))),
          set(id, i32.add(get(id), i32.const(1))),
          when(i32.or(i32.or(get(tight), getGlobal(flushed)), isFull), [
            when(i32.eqz(getGlobal(stopped)), call(insert, get(cursor))),
            brIf(all, getGlobal(stopped)),
            set(cursor, ownPart(layout, layout.buffer)),
          ]),
          br(each),
        ),
      ),
      when(i32.eqz(getGlobal(stopped)), call(insert, get(cursor))),
      i32.sub(get(id), getGlobal(stopped)),
    ],
  );
  module.export("expand", expand);
}
