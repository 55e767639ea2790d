/**
 * The visited set in WebAssembly: the functions that add states, find them, and fill the table
 * anew. How a state is looked up is told in `wasm-lookup.ts`, how a batch is prepared in
 * `wasm-passes.ts`.
 */
import { ownPart } from "./wasm-base.ts";
import {
  block,
  br,
  call,
  compareExchange32,
  get,
  getGlobal,
  i32,
  type Label,
  label,
  load32,
  load64,
  loop,
  type Part,
  set,
  setGlobal,
  store32,
  store64,
  when,
} from "./wasm-code.ts";
import { copyWords, hashWords } from "./wasm-copy.ts";
import {
  BATCH,
  KEPT_BYTES,
  PARENTS_MEMORY,
  REHASH_BYTES,
  STATES_MEMORY,
  TABLE_MEMORY,
  type WasmLayout,
} from "./wasm-layout.ts";
import {
  KEPT,
  lookUp,
  nextSlot,
  type Probe,
  slotAddress,
  type Table,
  tagOf,
  upTo,
} from "./wasm-lookup.ts";
import type { OrbitFunctions } from "./wasm-orbits.ts";
import type { ModuleBuilder } from "./wasm-module.ts";
import {
  defineFilter,
  defineProbe,
  defineTouchSlots,
  defineTrace,
  locatedId,
  locatedState,
  touchAll,
} from "./wasm-passes.ts";

/** Defines insert, find, locate and rehash, and what they need; `judge` is defined elsewhere. */
export function defineTable(
  module: ModuleBuilder,
  layout: WasmLayout,
  host: Pick<Table, "reserve">,
  judge: number,
  orbits: OrbitFunctions | undefined,
): Table {
  const table: Table = {
    ...host,
    module,
    layout,
    judge,
    orbits,
    count: module.global("i32", "count"),
    capacity: module.global("i32", "capacity"),
    slots: module.global("i32", "slots"),
    idMask: module.global("i32", "idMask"),
    stopped: module.global("i32", "stopped"),
    filter: module.declare(["i32", "i32", "i32"], ["i32"]),
    trace: module.declare(["i32", "i32"], ["i32"]),
    touchSlots: module.declare(["i32"], []),
    probe: module.declare(["i32", "i32"], []),
    place: module.declare(["i32"], []),
    insert: module.declare(["i32"], []),
  };
  defineFilter(table);
  defineTrace(table);
  defineTouchSlots(table);
  defineProbe(table);
  definePlace(table);
  defineInsert(table);
  defineFind(table);
  defineLocate(table);
  defineRehash(table);
  return table;
}

// ---------------------------------------------------------------------------- adding

/** (end of what is kept): adds those that are new, then judges them. */
function definePlace(table: Table): void {
  const { module, layout, place, judge, count } = table;
  const end = 0;
  const locals: Probe = { hash: 1, state: 2, at: 3, slot: 4, other: 5, tag: 6 };
  const { hash, state } = locals;
  const [kept, before, id] = [7, 8, 9];
  const [all, again] = [label("all"), label("again")];
  const judgeNew = call(judge, get(before), getGlobal(count));
  // Of several workers, the next ids may be elsewhere.
  const elsewhere = layout.workers > 1;
  const reserve = when(i32.geU(get(id), getGlobal(table.capacity)), [
    elsewhere ? [judgeNew, set(before, getGlobal(count))] : [],
    when(i32.eqz(call(table.reserve, i32.const(1))), [
      setGlobal(table.stopped, i32.const(1)),
      br(all),
    ]),
    elsewhere ? set(before, getGlobal(count)) : [],
    // The table may be another now.
    br(again),
  ]);
  module.define(
    place,
    ["i64", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    [
      set(before, getGlobal(count)),
      set(kept, ownPart(layout, layout.kept)),
      call(table.touchSlots, get(end)),
      block(
        all,
        loop(
          again,
          call(table.probe, get(kept), get(end)),
          upTo(
            kept,
            get(end),
            KEPT_BYTES,
            set(hash, load64(STATES_MEMORY, get(kept), KEPT.hash)),
            set(state, load32(STATES_MEMORY, get(kept), KEPT.state)),
            lookUp(table, locals, load32(STATES_MEMORY, get(kept), KEPT.slot), (retry) => [
              set(id, getGlobal(count)),
              reserve,
              addPart(table, locals, id, retry),
            ]),
          ),
        ),
      ),
      judgeNew,
    ],
  );
}

/**
 * Adds a state, with what follows its words as its parent, at the slot that was found. Where
 * another worker was faster, the id is still free, and the slot is looked at again.
 */
function addPart({ layout, count }: Table, locals: Probe, id: number, again: Label): Part {
  const { state, at, other, tag } = locals;
  const parent = load32(STATES_MEMORY, get(state), layout.size);
  return [
    set(other, i32.add(i32.mul(get(id), i32.const(layout.size)), i32.const(layout.arena))),
    copyWords(other, state, 0, layout.words),
    layout.linked ? store32(PARENTS_MEMORY, i32.shl(get(id), i32.const(2)), 0, parent) : [],
    set(id, i32.add(get(id), i32.const(1))),
    fillSlot(layout, at, i32.or(get(tag), get(id)), br(again)),
    setGlobal(count, get(id)),
  ];
}

/** Fills an empty slot; `otherwise` where another worker has done so. */
function fillSlot({ workers }: WasmLayout, at: number, value: Part, otherwise: Part): Part {
  if (workers === 1) return store32(TABLE_MEMORY, get(at), 0, value);
  return when(compareExchange32(TABLE_MEMORY, get(at), i32.const(0), value), otherwise);
}

/** (end of successors): adds those in the buffer, or what is stored for them. */
function defineInsert({ module, layout, filter, place, insert, orbits }: Table): void {
  const end = 0;
  module.define(
    insert,
    [],
    [
      orbits === undefined ? [] : call(orbits.forms, get(end)),
      call(place, call(filter, ownPart(layout, layout.buffer), get(end), i32.const(layout.stride))),
    ],
  );
  module.export("insert", insert);
}

// ---------------------------------------------------------------------------- finding

/** (address of a state) → id or -1. */
function defineFind(table: Table): void {
  const { module, layout } = table;
  const locals: Probe = { state: 0, hash: 1, at: 2, slot: 3, other: 4, tag: 5 };
  const find = module.declare(["i32"], ["i32"]);
  const first = slotAddress(locals.hash, getGlobal(table.slots));
  module.define(
    find,
    ["i64", "i32", "i32", "i32", "i32"],
    [
      hashWords(locals.hash, locals.state, layout.words),
      lookUp(table, locals, first, () => []),
      i32.sub(get(locals.slot), i32.const(1)),
    ],
  );
  module.export("find", find);
}

/**
 * (end of successors): writes their ids, or -1, over those of where they come from. The targets
 * that were found lately are remembered with their ids, which never change.
 */
function defineLocate(table: Table): void {
  const { module, layout, trace } = table;
  const end = 0;
  const locals: Probe = { hash: 1, state: 2, at: 3, slot: 4, other: 5, tag: 6 };
  const { hash, state, slot, other } = locals;
  const kept = 7;
  const locate = module.declare(["i32"], []);
  module.define(
    locate,
    ["i64", "i32", "i32", "i32", "i32", "i32", "i32"],
    [
      table.orbits === undefined ? [] : call(table.orbits.forms, get(end)),
      set(end, call(trace, ownPart(layout, layout.buffer), get(end))),
      set(kept, ownPart(layout, layout.kept)),
      call(table.touchSlots, get(end)),
      call(table.probe, get(kept), get(end)),
      upTo(
        kept,
        get(end),
        KEPT_BYTES,
        set(hash, load64(STATES_MEMORY, get(kept), KEPT.hash)),
        set(state, load32(STATES_MEMORY, get(kept), KEPT.state)),
        lookUp(table, locals, load32(STATES_MEMORY, get(kept), KEPT.slot), () => []),
        store32(STATES_MEMORY, get(state), layout.size, i32.sub(get(slot), i32.const(1))),
        set(other, locatedState(layout, hash)),
        copyWords(other, state, 0, layout.words),
        store32(STATES_MEMORY, locatedId(layout, hash), 0, get(slot)),
      ),
    ],
  );
  module.export("locate", locate);
}

// ---------------------------------------------------------------------------- filling anew

/**
 * (first, end): places states of the arena, which are not in the table, some at a time, so that
 * loads overlap here too.
 */
function defineRehash(table: Table): void {
  const { module, layout, slots } = table;
  const [id, last, state, end, kept, at, hash, sum, batch] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const address = (name: number): Part =>
    i32.add(i32.mul(get(name), i32.const(layout.size)), i32.const(layout.arena));
  const rehash = module.declare(["i32", "i32"], []);
  module.define(
    rehash,
    ["i32", "i32", "i32", "i32", "i64", "i32", "i32"],
    [
      set(state, address(id)),
      // The inner loops take `id` further.
      upTo(id, get(last), 0, [
        set(batch, i32.sub(get(last), get(id))),
        when(i32.gtU(get(batch), i32.const(BATCH)), set(batch, i32.const(BATCH))),
        set(end, i32.add(get(state), i32.mul(get(batch), i32.const(layout.size)))),
        set(kept, ownPart(layout, layout.hashes)),
        upTo(
          state,
          get(end),
          layout.size,
          hashWords(hash, state, layout.words),
          store64(STATES_MEMORY, get(kept), 0, get(hash)),
          store32(STATES_MEMORY, get(kept), 8, slotAddress(hash, getGlobal(slots))),
          set(kept, i32.add(get(kept), i32.const(REHASH_BYTES))),
        ),
        set(at, ownPart(layout, layout.hashes + 8)),
        set(end, i32.add(get(kept), i32.const(8))),
        touchAll(layout, { at, end, sum }, TABLE_MEMORY, REHASH_BYTES),
        set(end, get(kept)),
        set(kept, ownPart(layout, layout.hashes)),
        upTo(kept, get(end), REHASH_BYTES, replacePart(table, { kept, hash, at, id })),
      ]),
    ],
  );
  module.export("rehash", rehash);
}

/** Puts the state after `id` into the table, in which it is not. */
function replacePart(
  { layout, slots, idMask }: Table,
  { kept, hash, at, id }: Record<"kept" | "hash" | "at" | "id", number>,
): Part {
  const [done, next] = [label("done"), label("next")];
  return [
    set(hash, load64(STATES_MEMORY, get(kept))),
    set(at, load32(STATES_MEMORY, get(kept), 8)),
    set(id, i32.add(get(id), i32.const(1))),
    block(
      done,
      loop(
        next,
        when(i32.eqz(load32(TABLE_MEMORY, get(at))), [
          fillSlot(layout, at, i32.or(tagOf(hash, idMask), get(id)), br(next)),
          br(done),
        ]),
        nextSlot(at, slots),
        br(next),
      ),
    ),
  ];
}
