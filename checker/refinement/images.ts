/**
 * Images: the abstract state that each state of an implementation maps to, by number.
 *
 *     state 17 ──slots that the mapping reads──► value numbers [1, 0, 4] ──► image 6
 *
 * Most slots of a state are no concern of a mapping and most changes of a state do not change what
 * it reads, so the value of each abstract slot is remembered by the values that it was computed
 * from, in a tree with one level for each slot that is read. A state then costs a few look-ups, and
 * expressions are evaluated once for each combination of what they read.
 *
 * `MakeImages` is the seam for a compiled evaluation: it has to give equal numbers for equal
 * abstract states, and the values behind a number.
 */
import type { Read, Refinement, SlotMapping, Value } from "../../spec/model.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { evaluate, frame } from "../reference/evaluate.ts";
import { fit } from "../reference/fit.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import { stored } from "./mapped-state.ts";

export interface StateImages {
  /** The image of a state; `NO_IMAGE` when a value does not fit its abstract variable. */
  readonly of: (id: number) => number;
  /** The abstract state behind an image, ghosts at their initial values. */
  readonly state: (image: number) => readonly Value[];
  /** Images that were given so far: 0, 1, … */
  readonly count: () => number;
}

export const NO_IMAGE = -1;

export type MakeImages = (graph: StateGraph, refinement: Refinement, meter: Meter) => StateImages;

/** Slots of one mapping that are worth remembering by; more make combinations rarely meet again. */
const READS_MAX = 16;
/** Remembered combinations of one mapping, after which it begins anew. */
const REMEMBERED_MAX = 1 << 17;

/** What a tree is keyed by: a plain value as it is, a compound one as JSON text. */
type Key = boolean | number | null | string;
type Tree = Map<Key, Tree | number>;

/** The mapping of one abstract slot, with the numbers of its values. */
interface Column {
  readonly mapping: SlotMapping;
  readonly reads: readonly number[];
  tree: Tree;
  remembered: number;
  readonly numbers: Map<string, number>;
  readonly values: Value[];
}

/** Images by the reference evaluator. */
export function referenceImages(
  graph: StateGraph,
  refinement: Refinement,
  meter: Meter = createMeter(),
): StateImages {
  const columns = refinement.mapping.map(newColumn);
  const read = [...new Set(columns.flatMap(({ reads }) => reads))];
  const keys: Key[] = [];
  const images = new Map<string, number>();
  const vectors: (readonly number[])[] = [];
  const initial = refinement.abstract.slots.map((slot) => slot.initial);
  const of = (id: number): number => {
    const state = graph.state(id);
    for (const slot of read) keys[slot] = keyOf(state[slot] ?? null);
    const vector: number[] = [];
    for (const column of columns) {
      const number = numberOf(column, keys, refinement, state, meter);
      if (number < 0) return NO_IMAGE;
      vector.push(number);
    }
    const key = vector.join();
    const known = images.get(key);
    if (known !== undefined) return known;
    images.set(key, vectors.length);
    return vectors.push(vector) - 1;
  };
  const state = (image: number): readonly Value[] => {
    const values = [...initial];
    for (const [position, number] of (vectors[image] ?? []).entries()) {
      const column = columns[position];
      if (column !== undefined) values[column.mapping.slot] = column.values[number] ?? null;
    }
    return values;
  };
  return { of, state, count: () => vectors.length };
}

function newColumn(mapping: SlotMapping): Column {
  const reads = [...new Set(readsOf(mapping.value))];
  return { mapping, reads, tree: new Map(), remembered: 0, numbers: new Map(), values: [] };
}

function keyOf(value: Value): Key {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** The number of a column's value in a state, looked up or computed; negative when none fits. */
function numberOf(
  column: Column,
  keys: readonly Key[],
  refinement: Refinement,
  state: readonly Value[],
  meter: Meter,
): number {
  const { reads } = column;
  if (reads.length > READS_MAX) return evaluated(column, refinement, state, meter);
  let tree = column.tree;
  const last = reads.length - 1;
  for (let level = 0; level < last; level++) {
    const key = keys[reads[level] ?? 0] ?? null;
    let next = tree.get(key);
    if (typeof next !== "object") {
      next = new Map();
      tree.set(key, next);
    }
    tree = next;
  }
  // A constant reads nothing and is remembered under any key.
  const key = last < 0 ? null : (keys[reads[last] ?? 0] ?? null);
  const known = tree.get(key);
  if (typeof known === "number") return known;
  const number = evaluated(column, refinement, state, meter);
  tree.set(key, number);
  column.remembered++;
  if (column.remembered > REMEMBERED_MAX) {
    column.tree = new Map();
    column.remembered = 0;
  }
  return number;
}

function evaluated(
  { mapping, numbers, values }: Column,
  { abstract }: Refinement,
  state: readonly Value[],
  meter: Meter,
): number {
  const slot = abstract.slots[mapping.slot];
  if (slot === undefined) return NO_IMAGE;
  const scope = { state, locals: frame(mapping.locals), meter };
  const fitted = fit(evaluate(mapping.value, scope), slot.type);
  if (fitted.misfit !== undefined) return NO_IMAGE;
  const value = stored(abstract, slot, fitted.value);
  const text = JSON.stringify(value);
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, values.length);
  return values.push(value) - 1;
}

/** Keys of expressions that lead to no expression. */
const LEAVES: ReadonlySet<string> = new Set(["type", "span", "value"]);

/** Slots that an expression may read, in the order of the text. */
function readsOf(node: unknown): readonly number[] {
  if (Array.isArray(node)) return node.flatMap(readsOf);
  if (typeof node !== "object" || node === null) return [];
  const own = isRead(node) ? node.slots : [];
  const inner = Object.entries(node).flatMap(([key, child]) =>
    LEAVES.has(key) ? [] : readsOf(child),
  );
  return [...own, ...inner];
}

/** Mappings read the memory, never through a store buffer, so the slots are all that is read. */
function isRead(node: object): node is Read {
  return "op" in node && node.op === "read";
}
