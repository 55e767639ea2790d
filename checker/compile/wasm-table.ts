/**
 * The visited set in WebAssembly: open addressing over 32-bit slots.
 *
 *     slot     tag (some upper bits of the hash) | id + 1           0 = empty
 *     place    upper half of the hash × slots / 2^32, then linearly
 *
 * The whole state is compared where the tag agrees, so the set is exact. How many bits the tag has
 * depends on how many ids there can be (`idMask`).
 *
 * A batch is worked on in passes over all its successors: hash and touch the slot, touch the state
 * that the slot names, look up. The sums of what was touched are stored, so that no compiler may
 * think the loads are not needed.
 */
import {
  block,
  br,
  brIf,
  call,
  get,
  getGlobal,
  i32,
  i64,
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
import { copyWords, hashWords, sameWords } from "./wasm-copy.ts";
import {
  BATCH,
  PARENTS_MEMORY,
  STATES_MEMORY,
  TABLE_MEMORY,
  TOUCHED,
  type WasmLayout,
} from "./wasm-layout.ts";
import type { ModuleBuilder } from "./wasm-module.ts";

export interface TableFunctions {
  readonly insert: number;
  readonly reserve: number;
  readonly count: number;
  readonly capacity: number;
  readonly stopped: number;
}

interface Table extends TableFunctions {
  readonly module: ModuleBuilder;
  readonly layout: WasmLayout;
  readonly slots: number;
  readonly idMask: number;
  /** Functions (address of states, their end, bytes of one). */
  readonly hash: number;
  readonly touch: number;
  readonly judge: number;
}

/** Defines and exports insert, find, locate and rehash, and the globals that they need. */
export function defineTable(
  module: ModuleBuilder,
  layout: WasmLayout,
  reserve: number,
  judge: number,
): TableFunctions {
  const table: Table = {
    module,
    layout,
    reserve,
    judge,
    count: module.global("i32", "count"),
    capacity: module.global("i32", "capacity"),
    slots: module.global("i32", "slots"),
    idMask: module.global("i32", "idMask"),
    stopped: module.global("i32", "stopped"),
    hash: module.declare(["i32", "i32", "i32"], []),
    touch: module.declare(["i32"], []),
    insert: module.declare(["i32"], []),
  };
  defineHash(table);
  defineTouch(table);
  defineInsert(table);
  defineFind(table);
  defineLocate(table);
  defineRehash(table);
  return table;
}

// ---------------------------------------------------------------------------- parts

/** The address of the slot at which the search for a hash begins. */
function slotAddress(hash: number, slots: Part): Part {
  const upper = i64.shrU(get(hash), i64.const(32n));
  const slot = i64.shrU(i64.mul(upper, i64.extend(slots)), i64.const(32n));
  return i32.shl(i32.wrap(slot), i32.const(2));
}

function nextSlot(at: number, end: Part): Part {
  return [
    set(at, i32.add(get(at), i32.const(4))),
    when(i32.eq(get(at), end), set(at, i32.const(0))),
  ];
}

/** The state that a slot names: 1 is the first. The empty slot names what lies before the arena. */
function namedState({ arena, size }: WasmLayout, named: Part): Part {
  return i32.add(i32.mul(named, i32.const(size)), i32.const(arena - size));
}

/** Runs a body while a local is below another, after which it goes up. */
function upTo(local: number, end: Part, step: number, body: Part): Part {
  const [all, each] = [label("all"), label("each")];
  return block(
    all,
    loop(
      each,
      brIf(all, i32.geU(get(local), end)),
      body,
      set(local, i32.add(get(local), i32.const(step))),
      br(each),
    ),
  );
}

// ---------------------------------------------------------------------------- passes

/** (address, end, bytes of one): hashes states, keeps the hashes and touches their slots. */
function defineHash({ module, layout, slots, hash: callee }: Table): void {
  const [state, end, step, hash, kept, sum] = [0, 1, 2, 3, 4, 5];
  const [all, each] = [label("all"), label("each")];
  module.define(
    callee,
    ["i64", "i32", "i32"],
    [
      set(kept, i32.const(layout.hashes)),
      block(
        all,
        loop(
          each,
          brIf(all, i32.geU(get(state), get(end))),
          hashWords(hash, state, layout.words),
          store64(STATES_MEMORY, get(kept), 0, get(hash)),
          set(sum, i32.xor(get(sum), load32(TABLE_MEMORY, slotAddress(hash, getGlobal(slots))))),
          set(state, i32.add(get(state), get(step))),
          set(kept, i32.add(get(kept), i32.const(8))),
          br(each),
        ),
      ),
      store32(STATES_MEMORY, i32.const(0), TOUCHED, get(sum)),
    ],
  );
}

/** (end of hashes): touches the states that slots name. */
function defineTouch({ module, layout, slots, idMask, touch }: Table): void {
  const [end, hash, kept, sum] = [0, 1, 2, 3];
  const slot = load32(TABLE_MEMORY, slotAddress(hash, getGlobal(slots)));
  const state = namedState(layout, i32.and(slot, getGlobal(idMask)));
  module.define(
    touch,
    ["i64", "i32", "i32"],
    [
      set(kept, i32.const(layout.hashes)),
      upTo(kept, get(end), 8, [
        set(hash, load64(STATES_MEMORY, get(kept))),
        set(sum, i32.xor(get(sum), load32(STATES_MEMORY, state))),
      ]),
      store32(STATES_MEMORY, i32.const(0), TOUCHED, get(sum)),
    ],
  );
}

/** Hashes the successors up to an address, and touches what will be needed. */
function passes({ layout, hash, touch }: Table, end: number): Part {
  const bytes = i32.sub(get(end), i32.const(layout.buffer));
  const hashes = i32.shl(i32.divU(bytes, i32.const(layout.stride)), i32.const(3));
  return [
    call(hash, i32.const(layout.buffer), get(end), i32.const(layout.stride)),
    call(touch, i32.add(hashes, i32.const(layout.hashes))),
  ];
}

interface Probe {
  readonly state: number;
  readonly hash: number;
  readonly at: number;
  readonly slot: number;
  readonly other: number;
  readonly tag: number;
}

/**
 * Looks for the state at an address: runs `found` (with its id + 1 in `slot`) or, at the empty slot
 * where it would be, `missing`.
 */
function probe(table: Table, locals: Probe, found: Part, missing: Part): Part {
  const { layout, slots, idMask } = table;
  const { state, hash, at, slot, other, tag } = locals;
  const [done, next] = [label("done"), label("next")];
  const end = i32.shl(getGlobal(slots), i32.const(2));
  return block(
    done,
    set(at, slotAddress(hash, getGlobal(slots))),
    set(tag, i32.and(i32.wrap(get(hash)), i32.xor(getGlobal(idMask), i32.const(-1)))),
    loop(
      next,
      set(slot, load32(TABLE_MEMORY, get(at))),
      when(i32.eqz(get(slot)), [missing, br(done)]),
      set(slot, i32.xor(get(slot), get(tag))),
      when(i32.leU(get(slot), getGlobal(idMask)), [
        set(other, namedState(layout, get(slot))),
        when(sameWords(state, other, layout.words), [found, br(done)]),
      ]),
      nextSlot(at, end),
      br(next),
    ),
  );
}

// ---------------------------------------------------------------------------- functions

/** (end of successors): adds those that are new, then judges them. */
function defineInsert(table: Table): void {
  const { module, layout, insert, reserve, judge, count, capacity } = table;
  const { stopped } = table;
  const end = 0;
  const locals: Probe = { hash: 1, state: 2, at: 3, slot: 4, other: 5, tag: 6 };
  const { hash, state, at, other, tag } = locals;
  const [kept, before, id] = [7, 8, 9];
  const [all, again] = [label("all"), label("again")];
  const add = [
    set(id, getGlobal(count)),
    when(i32.geU(get(id), getGlobal(capacity)), [
      when(i32.eqz(call(reserve, i32.const(1))), [setGlobal(stopped, i32.const(1)), br(all)]),
      br(again),
    ]),
    set(other, i32.add(i32.mul(get(id), i32.const(layout.size)), i32.const(layout.arena))),
    copyWords(other, state, 0, layout.words),
    store32(
      PARENTS_MEMORY,
      i32.shl(get(id), i32.const(2)),
      0,
      load32(STATES_MEMORY, get(state), layout.size),
    ),
    setGlobal(count, i32.add(get(id), i32.const(1))),
    store32(TABLE_MEMORY, get(at), 0, i32.or(get(tag), getGlobal(count))),
  ];
  module.define(
    insert,
    ["i64", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    [
      passes(table, end),
      set(before, getGlobal(count)),
      set(kept, i32.const(layout.hashes)),
      set(state, i32.const(layout.buffer)),
      block(
        all,
        upTo(state, get(end), layout.stride, [
          set(hash, load64(STATES_MEMORY, get(kept))),
          loop(again, probe(table, locals, [], add)),
          set(kept, i32.add(get(kept), i32.const(8))),
        ]),
      ),
      call(judge, get(before), getGlobal(count)),
    ],
  );
  module.export("insert", insert);
}

/** (address of a state) → id or -1. */
function defineFind(table: Table): void {
  const { module, layout } = table;
  const locals: Probe = { state: 0, hash: 1, at: 2, slot: 3, other: 4, tag: 5 };
  const find = module.declare(["i32"], ["i32"]);
  const missing = set(locals.slot, i32.const(0));
  module.define(
    find,
    ["i64", "i32", "i32", "i32", "i32"],
    [
      hashWords(locals.hash, locals.state, layout.words),
      probe(table, locals, [], missing),
      i32.sub(get(locals.slot), i32.const(1)),
    ],
  );
  module.export("find", find);
}

/** (end of successors): writes their ids, or -1, over those of where they come from. */
function defineLocate(table: Table): void {
  const { module, layout } = table;
  const end = 0;
  const locals: Probe = { hash: 1, state: 2, at: 3, slot: 4, other: 5, tag: 6 };
  const { hash, state, slot } = locals;
  const kept = 7;
  const locate = module.declare(["i32"], []);
  module.define(
    locate,
    ["i64", "i32", "i32", "i32", "i32", "i32", "i32"],
    [
      passes(table, end),
      set(kept, i32.const(layout.hashes)),
      set(state, i32.const(layout.buffer)),
      upTo(state, get(end), layout.stride, [
        set(hash, load64(STATES_MEMORY, get(kept))),
        probe(table, locals, [], set(slot, i32.const(0))),
        store32(STATES_MEMORY, get(state), layout.size, i32.sub(get(slot), i32.const(1))),
        set(kept, i32.add(get(kept), i32.const(8))),
      ]),
    ],
  );
  module.export("locate", locate);
}

/** Places all states in an empty table, some at a time, so that loads overlap here too. */
function defineRehash({ module, layout, slots, idMask, count, hash: hashAll }: Table): void {
  const [first, last, end, id, kept, at, hash] = [0, 1, 2, 3, 4, 5, 6];
  const [free, next] = [label("free"), label("next")];
  const bytes = layout.size * BATCH;
  const place: Part = [
    set(hash, load64(STATES_MEMORY, get(kept))),
    set(at, slotAddress(hash, getGlobal(slots))),
    block(
      free,
      loop(
        next,
        brIf(free, i32.eqz(load32(TABLE_MEMORY, get(at)))),
        nextSlot(at, i32.shl(getGlobal(slots), i32.const(2))),
        br(next),
      ),
    ),
    set(id, i32.add(get(id), i32.const(1))),
    store32(
      TABLE_MEMORY,
      get(at),
      0,
      i32.or(i32.and(i32.wrap(get(hash)), i32.xor(getGlobal(idMask), i32.const(-1))), get(id)),
    ),
    set(kept, i32.add(get(kept), i32.const(8))),
  ];
  const rehash = module.declare([], []);
  module.define(
    rehash,
    ["i32", "i32", "i32", "i32", "i32", "i32", "i64"],
    [
      set(first, i32.const(layout.arena)),
      set(end, i32.add(i32.mul(getGlobal(count), i32.const(layout.size)), get(first))),
      // The inner loop takes `first` further.
      upTo(first, get(end), 0, [
        set(last, get(end)),
        when(
          i32.gtU(i32.sub(get(end), get(first)), i32.const(bytes)),
          set(last, i32.add(get(first), i32.const(bytes))),
        ),
        call(hashAll, get(first), get(last), i32.const(layout.size)),
        set(kept, i32.const(layout.hashes)),
        upTo(first, get(last), layout.size, place),
      ]),
    ],
  );
  module.export("rehash", rehash);
}
