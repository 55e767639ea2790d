/**
 * The canonical form of a state: one and the same of all states that differ by a renaming of ids.
 *
 * Trying all permutations is exact and slow, so most are ruled out first. Every id has a signature:
 * the state as that id sees it, with itself told from the others and the others not told apart.
 *
 *     app[1] = Open, app[2] = Idle, app[3] = Idle, table = {2}
 *
 *     signatures   1: "mine Open, not in table"   2: "mine Idle, in table"   3: "mine Idle, not in"
 *
 * Ids are put in the order of their signatures. What is left to try are the orders of ids with
 * equal signatures, of which the smallest state is taken; ids whose swap changes nothing need not
 * be told apart. The form is exact: two states have the same form exactly when some permutation
 * makes them equal.
 *
 * The permutations that were tried and gave the form also tell how many permutations keep the state
 * as it is, and so the size of its orbit: of the set of states that it stands for.
 *
 *     orbit = permutations / permutations that keep the state            (orbit and stabiliser)
 */
import type { Model, Type, Value } from "../../spec/model.ts";
import { compareValues, equalValues, part, parts, valuesOf } from "../../spec/values.ts";
import { unpackEntry } from "../reference/memory.ts";
import { type Permutation, permutationOf, permuteState, type Renaming } from "./permutation.ts";
import { slotFamilies } from "./slot-families.ts";
import { factorial, type SymmetricType, type Symmetry } from "./symmetry.ts";

export interface Canonical {
  readonly state: readonly Value[];
  /** Number of states that differ from it by a permutation, itself included. */
  readonly orbit: number;
  /** Takes the given state to the canonical one. */
  readonly permutation: Permutation;
}

/** Gives the canonical form of states of one Model. */
export function canonicalForm(symmetry: Symmetry): (state: readonly Value[]) => Canonical {
  const { model, types, order } = symmetry;
  const ghosts = ghostsOf(model);
  const permute = permutations(model);
  const signatures = signer(symmetry);
  return (state) => {
    let best: Canonical | undefined;
    let ties = 0;
    const isKept = keeper(model, state, permute);
    const arranged = types.map((type) => arrangements(type, signatures(type, state), isKept));
    for (const ids of combinations(arranged.map(({ orders }) => orders))) {
      const permutation = permute(new Map(types.map(({ name }, at) => [name, ids[at] ?? []])));
      const moved = permuteState(model, state, permutation);
      const order = best === undefined ? -1 : compareStates(moved, best.state, ghosts);
      if (order < 0) best = { state: moved, orbit: 0, permutation };
      ties = order < 0 ? 1 : order === 0 ? ties + 1 : ties;
    }
    if (best === undefined) throw new Error("a group without permutations");
    const alike = arranged.reduce((product, { repeats }) => product * repeats, 1);
    return { ...best, orbit: order / (ties * alike) };
  };
}

type Permute = (ids: Renaming) => Permutation;

/** Permutations by their renaming, each made once. */
function permutations(model: Model): Permute {
  const known = new Map<string, Permutation>();
  return (ids) => {
    const key = [...ids].join(";");
    const made = known.get(key) ?? permutationOf(model, ids);
    // Products of swaps that were admitted are admitted.
    if (made === undefined) throw new Error("a permutation that the families do not admit");
    known.set(key, made);
    return made;
  };
}

function ghostsOf(model: Model): ReadonlySet<number> {
  return new Set(
    model.slots.flatMap(({ role }, slot) => (role.role === "variable" && role.ghost ? [slot] : [])),
  );
}

function compareStates(
  left: readonly Value[],
  right: readonly Value[],
  ghosts: ReadonlySet<number>,
): number {
  for (const [slot, value] of left.entries()) {
    const order = ghosts.has(slot) ? 0 : compareValues(value, part(right, slot));
    if (order !== 0) return order;
  }
  return 0;
}

// ---------------------------------------------------------------------------- what is left to try

interface Arrangements {
  /** New ordinals of the ids, for each order that must be tried. */
  readonly orders: readonly (readonly number[])[];
  /** Permutations that each of them stands for, because ids are interchangeable in the state. */
  readonly repeats: number;
}

/** Does the swap of two ids leave a state as it is? */
type IsKept = (type: SymmetricType, one: number, other: number) => boolean;

function keeper(model: Model, state: readonly Value[], permute: Permute): IsKept {
  return ({ name, size }, one, other) => {
    const ids = Array.from({ length: size }, (_, id) =>
      id === one ? other : id === other ? one : id,
    );
    return equalValues(permuteState(model, state, permute(new Map([[name, ids]]))), state);
  };
}

function arrangements(
  type: SymmetricType,
  signed: readonly string[],
  isKept: IsKept,
): Arrangements {
  const classes = new Map<string, number[]>();
  for (const [id, signature] of signed.entries()) {
    classes.set(signature, [...(classes.get(signature) ?? []), id]);
  }
  let orders: readonly (readonly number[])[] = [[]];
  let repeats = 1;
  for (const signature of [...classes.keys()].toSorted()) {
    const blocks = interchangeable(type, classes.get(signature) ?? [], isKept);
    repeats *= blocks.reduce((product, block) => product * factorial(block.length), 1);
    const merged = merges(blocks);
    orders = orders.flatMap((before) => merged.map((after) => [...before, ...after]));
  }
  return { orders: orders.map(inverse), repeats };
}

/** Splits ids into blocks within which swaps leave the state as it is. */
function interchangeable(
  type: SymmetricType,
  ids: readonly number[],
  isKept: IsKept,
): readonly (readonly number[])[] {
  const blocks: number[][] = [];
  for (const id of ids) {
    const block = blocks.find(([first = id]) => isKept(type, first, id));
    if (block === undefined) blocks.push([id]);
    else block.push(id);
  }
  return blocks;
}

/** All sequences that hold each block's ids in their order. */
function merges(blocks: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (blocks.every((block) => block.length === 0)) return [[]];
  return blocks.flatMap((block, at) => {
    const [first, ...rest] = block;
    if (first === undefined) return [];
    return merges(blocks.with(at, rest)).map((after) => [first, ...after]);
  });
}

/** From the ids in their new order to the new ordinal of each. */
function inverse(order: readonly number[]): readonly number[] {
  const places = [...order];
  for (const [place, id] of order.entries()) places[id] = place;
  return places;
}

/** All ways to take one from each. */
function combinations<T>(columns: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return columns.reduce<readonly (readonly T[])[]>(
    (rows, column) => rows.flatMap((row) => column.map((each) => [...row, each])),
    [[]],
  );
}

// ---------------------------------------------------------------------------- signatures

/** Gives, for each id of a type, the text of the state as that id sees it. */
function signer(
  symmetry: Symmetry,
): (type: SymmetricType, state: readonly Value[]) => readonly string[] {
  const { model } = symmetry;
  const names = new Set(symmetry.types.map(({ name }) => name));
  const families = slotFamilies(symmetry);
  return ({ name, size }, state) =>
    Array.from({ length: size }, (_, id) => {
      const see = (value: Value, type: Type): Value => viewOf(value, type, { name, id, names });
      const place = (slot: number): Value => [
        families.of[slot] ?? slot,
        families.index[slot]?.map(({ type, value }) => see(value, type)) ?? [],
      ];
      const seen = model.slots.map(({ type, role }, slot): Value => {
        const value = part(state, slot);
        const entries = (): Value =>
          parts(value).map((packed) => [place(unpackEntry(packed).slot), parts(packed).length]);
        const bag = role.role === "channel" && isBag(model, role.channel);
        const shown = role.role === "buffer" ? entries() : see(value, type);
        return [place(slot), bag ? parts(shown).toSorted(compareValues) : shown];
      });
      return JSON.stringify(seen.toSorted(compareValues));
    });
}

function isBag(model: Model, channel: number): boolean {
  return model.channels[channel]?.discipline === "bag";
}

interface Viewer {
  readonly name: string;
  readonly id: number;
  /** All types whose ids may be renamed. */
  readonly names: ReadonlySet<string>;
}

/** A value in which the viewer's own id is 1 and every other id that may be renamed is 0. */
function viewOf(value: Value, type: Type, viewer: Viewer): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "id":
      if (!viewer.names.has(type.name)) return value;
      return type.name === viewer.name && value === viewer.id ? 1 : 0;
    case "optional":
      return viewOf(value, type.of, viewer);
    case "record":
      return parts(value).map((field, index) => viewField(field, type.fields[index]?.type, viewer));
    case "message": {
      const fields = type.kinds[Number(part(value, 0))]?.fields ?? [];
      return parts(value).map((field, at) => viewField(field, fields[at - 1]?.type, viewer));
    }
    case "list":
      return parts(value).map((element) => viewOf(element, type.of, viewer));
    case "set":
      return parts(value)
        .map((element) => viewOf(element, type.of, viewer))
        .toSorted(compareValues);
    case "map":
      return valuesOf(type.key)
        .map((key, at) => [
          viewOf(key, type.key, viewer),
          viewOf(part(value, at), type.value, viewer),
        ])
        .toSorted(compareValues);
    default:
      return value;
  }
}

function viewField(value: Value, type: Type | undefined, viewer: Viewer): Value {
  return type === undefined ? value : viewOf(value, type, viewer);
}
