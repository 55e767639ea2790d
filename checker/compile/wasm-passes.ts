/**
 * The passes over a batch of states that prepare their look-up in the table.
 *
 *     filter       drops those that were seen lately, hashes the rest
 *     trace        of steps taken again: names those that were found lately, hashes the rest
 *     touchSlots   loads the slot at which the search for each begins
 *     probe        goes on to the slot that is empty or has the tag
 *     touchStates  loads the state that this slot names
 *
 * What is touched is not used: it comes from memory while others are asked for. How many are under
 * way at a time depends on how many fit into what a processor looks ahead, so these loops do
 * nothing else; joined with the ones before them they were five times slower. The sums of what was
 * loaded are stored, so that no compiler may think the loads are not needed.
 *
 * Most successors were seen shortly before: `recent` holds one whole state for each value of the
 * lower bits of the hash, and spares these the way to memory. A state in it is known, or will be
 * when the passes are over; it is filled with the first state of a search. What the filter finds is
 * used in sums and not in branches, which would be mispredicted.
 */
import { basePart, ownPart } from "./wasm-base.ts";
import {
  block,
  br,
  brIf,
  get,
  getGlobal,
  i32,
  label,
  load32,
  load64,
  loop,
  type Part,
  set,
  store32,
  store64,
} from "./wasm-code.ts";
import { copyWords, hashWords, sameWords } from "./wasm-copy.ts";
import {
  KEPT_BYTES,
  STATES_MEMORY,
  TABLE_MEMORY,
  TOUCHED,
  type WasmLayout,
} from "./wasm-layout.ts";
import { KEPT, namedState, nextSlot, slotAddress, type Table, tagOf, upTo } from "./wasm-lookup.ts";

/** Loads done in one turn of a loop. */
const TURN = 4;

/** Loads from the addresses that stand in memory 0 every so many bytes, up to an end. */
export function touchAll(
  layout: WasmLayout,
  locals: Record<"at" | "end" | "sum", number>,
  memory: number,
  step: number,
): Part {
  const { at, end, sum } = locals;
  const loads = Array.from({ length: TURN }, (_, index) =>
    set(sum, i32.xor(get(sum), load32(memory, load32(STATES_MEMORY, get(at), index * step)))),
  );
  return [
    // Behind the end stand addresses of an earlier batch, or zeros.
    upTo(at, get(end), TURN * step, ...loads),
    store32(STATES_MEMORY, basePart(layout), TOUCHED, get(sum)),
  ];
}

/** (address, end, bytes of one) → end of what is kept. */
export function defineFilter({ module, layout, slots, filter }: Table): void {
  const [state, end, step, hash, kept, wanted, recent] = [0, 1, 2, 3, 4, 5, 6];
  const [all, each] = [label("all"), label("each")];
  const offset = i32.mul(entryOf(layout, hash), i32.const(layout.size));
  const address = i32.add(offset, ownPart(layout, layout.recent));
  module.define(
    filter,
    ["i64", "i32", "i32", "i32"],
    [
      set(kept, ownPart(layout, layout.kept)),
      block(
        all,
        loop(
          each,
          brIf(all, i32.geU(get(state), get(end))),
          hashWords(hash, state, layout.words),
          set(recent, address),
          set(wanted, i32.eqz(sameWords(state, recent, layout.words))),
          copyWords(recent, state, 0, layout.words),
          keepPart({ kept, hash, state }, slots),
          set(kept, i32.add(get(kept), i32.mul(get(wanted), i32.const(KEPT_BYTES)))),
          set(state, i32.add(get(state), get(step))),
          br(each),
        ),
      ),
      get(kept),
    ],
  );
}

/** (beginning and end of successors) → end of what is kept. */
export function defineTrace({ module, layout, slots, trace }: Table): void {
  const [state, end, hash, kept, known, recent] = [0, 1, 2, 3, 4, 5];
  const wanted = i32.eqz(
    i32.and(i32.ne(get(known), i32.const(0)), sameWords(state, recent, layout.words)),
  );
  module.define(
    trace,
    ["i64", "i32", "i32", "i32"],
    [
      set(kept, ownPart(layout, layout.kept)),
      upTo(
        state,
        get(end),
        layout.stride,
        hashWords(hash, state, layout.words),
        set(recent, locatedState(layout, hash)),
        set(known, load32(STATES_MEMORY, locatedId(layout, hash))),
        // Where another state is remembered, the right id is written later.
        store32(STATES_MEMORY, get(state), layout.size, i32.sub(get(known), i32.const(1))),
        keepPart({ kept, hash, state }, slots),
        set(kept, i32.add(get(kept), i32.mul(wanted, i32.const(KEPT_BYTES)))),
      ),
      get(kept),
    ],
  );
}

/** Address of the one state that is remembered for a hash. */
export function locatedState(layout: WasmLayout, hash: number): Part {
  const offset = i32.mul(entryOf(layout, hash), i32.const(layout.size));
  return i32.add(offset, ownPart(layout, layout.located));
}

/** Address of its id + 1; there stands 0 where none is remembered. */
export function locatedId(layout: WasmLayout, hash: number): Part {
  const offset = i32.shl(entryOf(layout, hash), i32.const(2));
  return i32.add(offset, ownPart(layout, layout.locatedIds));
}

/** The number of the recent state that a hash names. */
function entryOf({ recents }: WasmLayout, hash: number): Part {
  return i32.and(i32.wrap(get(hash)), i32.const(recents - 1));
}

/** Keeps a state for the passes that follow. */
function keepPart(
  { kept, hash, state }: Record<"kept" | "hash" | "state", number>,
  slots: number,
): Part {
  return [
    store64(STATES_MEMORY, get(kept), KEPT.hash, get(hash)),
    store32(STATES_MEMORY, get(kept), KEPT.state, get(state)),
    store32(STATES_MEMORY, get(kept), KEPT.slot, slotAddress(hash, getGlobal(slots))),
  ];
}

/** (end of what is kept): touches the slots at which searches begin. */
export function defineTouchSlots({ module, layout, touchSlots }: Table): void {
  const [end, at, sum] = [0, 1, 2];
  module.define(
    touchSlots,
    ["i32", "i32"],
    [
      set(at, ownPart(layout, layout.kept + KEPT.slot)),
      set(end, i32.add(get(end), i32.const(KEPT.slot))),
      touchAll(layout, { at, end, sum }, TABLE_MEMORY, KEPT_BYTES),
    ],
  );
}

/**
 * (beginning and end of what is kept): goes on to the first slot that is empty or has the tag,
 * keeps its address and that of the state that it names, and touches these states.
 */
export function defineProbe({ module, layout, slots, idMask, probe }: Table): void {
  const [kept, end, hash, first, at, slot, tag, sum] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [there, next] = [label("there"), label("next")];
  module.define(
    probe,
    ["i64", "i32", "i32", "i32", "i32", "i32"],
    [
      set(first, i32.add(get(kept), i32.const(KEPT.named))),
      upTo(
        kept,
        get(end),
        KEPT_BYTES,
        set(hash, load64(STATES_MEMORY, get(kept), KEPT.hash)),
        set(at, slotAddress(hash, getGlobal(slots))),
        set(tag, tagOf(hash, idMask)),
        block(
          there,
          loop(
            next,
            set(slot, load32(TABLE_MEMORY, get(at))),
            brIf(there, i32.eqz(get(slot))),
            set(slot, i32.xor(get(slot), get(tag))),
            brIf(there, i32.leU(get(slot), getGlobal(idMask))),
            nextSlot(at, slots),
            br(next),
          ),
        ),
        store32(STATES_MEMORY, get(kept), KEPT.slot, get(at)),
        store32(STATES_MEMORY, get(kept), KEPT.named, namedState(layout, get(slot))),
      ),
      set(end, i32.add(get(end), i32.const(KEPT.named))),
      touchAll(layout, { at: first, end, sum }, STATES_MEMORY, KEPT_BYTES),
    ],
  );
}
