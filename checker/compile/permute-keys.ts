/**
 * Keys of ids: what tells most ids apart without trying permutations.
 *
 *     app[1] = Open  rep[1] = []  1 in table      key   Open [] 1
 *     app[2] = Idle  rep[2] = []  2 not in it     key   Idle [] 0      order of keys: 2, 3, 1
 *     app[3] = Idle  rep[3] = []  3 in table      key   Idle [] 1
 *
 * The key of an id is made of parts of the state that swaps of its type carry from id to id, and
 * that nothing else changes: slots of its own, its bit in a set, its entry in a map. So a
 * permutation of a state permutes the keys, and the states of an orbit in which keys are in order
 * are few: they differ by permutations of ids with equal keys. A part that holds renamed ids is
 * left out, which costs time and nothing else.
 */
import type { PermutePlan, SwapPlan } from "../reduce/permute-plan.ts";
import { type Context, readSlot } from "./access.ts";
import type { Term } from "./code.ts";
import { keysOf, rowPart } from "./codec.ts";
import { bitAt } from "./coerce.ts";
import { hold } from "./emitter.ts";
import { type Packed, packed, partOf } from "./packed.ts";
import { shapeOf } from "./shape.ts";
import { bitOr, num, shl, ZERO } from "./terms.ts";

const WORD = 32;

type TypePlan = PermutePlan["types"][number];

/** By id of a type: the words of its key in the state of the context. Equally many for all. */
export function keysIn(context: Context, plan: PermutePlan, type: TypePlan): readonly Term[][] {
  const { layout, emitter } = context;
  const others = plan.types.flatMap((each) => (each === type ? [] : each.swaps));
  const parts: (readonly Packed[])[] = [];
  for (const [slot, place] of layout.slots.entries()) {
    if (place === undefined || others.some((swap) => !isKept(swap, slot))) continue;
    const chain = chainFrom(type.swaps, slot);
    if (chain?.every((own) => others.every((swap) => isKept(swap, own))) === true) {
      parts.push(chain.map((own) => readSlot(context, own)));
    }
    if (type.swaps.every((swap) => swap.slots[slot] === slot)) {
      const inside = partsWithin(readSlot(context, slot), type, slot);
      if (inside.length > 0) parts.push(inside);
    }
  }
  return Array.from({ length: type.size }, (_, id) =>
    gathered(parts.flatMap((part) => bitsOf(part[id]))).map((term) => hold(emitter, term)),
  );
}

/** Does a swap leave the slot where it is, and what it holds? */
function isKept({ slots, values }: SwapPlan, slot: number): boolean {
  return slots[slot] === slot && values[slot] === undefined;
}

/** The slots, one for each id, of which each swap takes its own two and leaves the others. */
function chainFrom(swaps: readonly SwapPlan[], first: number): readonly number[] | undefined {
  const chain = [first];
  for (const { slots } of swaps) chain.push(slots[chain.at(-1) ?? first] ?? first);
  if (new Set(chain).size < chain.length) return undefined;
  const fits = swaps.every(({ slots, values }, swap) =>
    chain.every((slot, id) => {
      const to = id === swap ? id + 1 : id === swap + 1 ? id - 1 : id;
      return slots[slot] === chain[to] && values[slot] === undefined;
    }),
  );
  return fits ? chain : undefined;
}

/** Parts of a set of ids, or of a map over them: one for each id. */
function partsWithin(value: Packed, { swaps }: TypePlan, slot: number): readonly Packed[] {
  const shape = shapeOf(value.type);
  const actions = swaps.map(({ values }) => values[slot]);
  if (shape.form === "set" && actions.every((own) => own?.kind === "set" && own.of.kind === "id")) {
    return Array.from({ length: swaps.length + 1 }, (_, id) =>
      packed({ kind: "bool" }, [bitAt(value.lanes, id)]),
    );
  }
  const moves = actions.every(
    (own, swap) =>
      own?.kind === "map" &&
      own.value === undefined &&
      own.keys.length === swaps.length + 1 &&
      own.keys[swap] === swap + 1 &&
      own.keys.every((to, from) => to === from || from === swap || from === swap + 1),
  );
  if (shape.form !== "row" || !moves) return [];
  return keysOf(shape).map((key) => partOf(value.lanes, rowPart(shape.row, key)));
}

interface Bits {
  readonly term: Term;
  readonly bits: number;
}

function bitsOf(part: Packed | undefined): readonly Bits[] {
  if (part === undefined) return [];
  const { lanes } = shapeOf(part.type);
  return part.lanes.map((term, at) => ({ term, bits: lanes[at] ?? WORD }));
}

/** Small numbers side by side in as few words as they fit when taken in order. */
function gathered(parts: readonly Bits[]): Term[] {
  const words: Term[] = [];
  let used = WORD;
  for (const { term, bits } of parts) {
    if (bits === 0) continue;
    if (used + bits > WORD) {
      words.push(ZERO);
      used = 0;
    }
    const last = words.length - 1;
    words[last] = bitOr(words[last] ?? ZERO, shl(term, num(used)));
    used += bits;
  }
  return words;
}
