/**
 * Parts of looking up a state, shared by the functions of `wasm-passes.ts` and `wasm-table.ts`.
 *
 *     slot     tag (some upper bits of the hash) | id + 1           0 = empty
 *     place    upper half of the hash × slots / 2^32, then linearly
 *
 * The whole state is compared where the tag agrees, so the set is exact. How many bits the tag has
 * depends on how many ids there can be (`idMask`).
 *
 * Workers may share the table: a slot that is not empty never changes, and the state that it names
 * was written before it. Only a table that is filled anew changes otherwise; then nobody looks.
 */
import {
  atomicLoad32,
  block,
  br,
  brIf,
  get,
  getGlobal,
  i32,
  i64,
  type Label,
  label,
  load32,
  loop,
  type Part,
  set,
  when,
} from "./wasm-code.ts";
import { sameWords } from "./wasm-copy.ts";
import type { OrbitFunctions } from "./wasm-orbits.ts";
import { TABLE_MEMORY, type WasmLayout } from "./wasm-layout.ts";
import type { ModuleBuilder } from "./wasm-module.ts";

/** Numbers of what the functions of the table use. */
export interface Table {
  readonly module: ModuleBuilder;
  readonly layout: WasmLayout;
  /** Function of the host. */
  readonly reserve: number;
  /** Globals. */
  readonly count: number;
  readonly capacity: number;
  readonly slots: number;
  readonly idMask: number;
  readonly stopped: number;
  /** Functions. */
  readonly filter: number;
  readonly trace: number;
  readonly touchSlots: number;
  readonly probe: number;
  readonly place: number;
  readonly insert: number;
  readonly judge: number;
  readonly orbits: OrbitFunctions | undefined;
}

/** Offsets in what is kept of a state between the passes. */
export const KEPT = { hash: 0, state: 8, slot: 12, named: 16 } as const;

/** Locals of a search for one state. */
export interface Probe {
  readonly state: number;
  readonly hash: number;
  readonly at: number;
  readonly slot: number;
  readonly other: number;
  readonly tag: number;
}

/** The address of the slot at which the search for a hash begins. */
export function slotAddress(hash: number, slots: Part): Part {
  const upper = i64.shrU(get(hash), i64.const(32n));
  const slot = i64.shrU(i64.mul(upper, i64.extend(slots)), i64.const(32n));
  return i32.shl(i32.wrap(slot), i32.const(2));
}

export function nextSlot(at: number, slots: number): Part {
  const end = i32.shl(getGlobal(slots), i32.const(2));
  return [
    set(at, i32.add(get(at), i32.const(4))),
    when(i32.eq(get(at), end), set(at, i32.const(0))),
  ];
}

export function tagOf(hash: number, idMask: number): Part {
  return i32.and(i32.wrap(get(hash)), i32.xor(getGlobal(idMask), i32.const(-1)));
}

/** The state that a slot names: 1 is the first. The empty slot names what lies before the arena. */
export function namedState({ arena, size }: WasmLayout, named: Part): Part {
  return i32.add(i32.mul(named, i32.const(size)), i32.const(arena - size));
}

/** Runs a body while a local is below another, after which it goes up. */
export function upTo(local: number, end: Part, step: number, ...body: readonly Part[]): Part {
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

/**
 * Looks for the state at an address, from the address of its first slot on. It ends with its id + 1
 * in `slot`, or runs `missing` at the empty slot where it would be; that may go back to `again`,
 * which looks at the slot once more.
 */
export function lookUp(
  table: Table,
  locals: Probe,
  first: Part,
  missing: (again: Label) => Part,
): Part {
  const { layout, slots, idMask } = table;
  const { state, hash, at, slot, other, tag } = locals;
  const [done, next] = [label("done"), label("next")];
  return block(
    done,
    set(at, first),
    set(tag, tagOf(hash, idMask)),
    loop(
      next,
      set(slot, loadSlot(layout, at)),
      when(i32.eqz(get(slot)), [missing(next), br(done)]),
      set(slot, i32.xor(get(slot), get(tag))),
      when(i32.leU(get(slot), getGlobal(idMask)), [
        set(other, namedState(layout, get(slot))),
        brIf(done, sameWords(state, other, layout.words)),
      ]),
      nextSlot(at, slots),
      br(next),
    ),
  );
}

/** The slot at an address, and with it all that was written before it was filled. */
function loadSlot({ workers }: WasmLayout, at: number): Part {
  return workers === 1 ? load32(TABLE_MEMORY, get(at)) : atomicLoad32(TABLE_MEMORY, get(at));
}
