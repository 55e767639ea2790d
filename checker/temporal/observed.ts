/**
 * The truth of conditions in all states, observed once: one bit for each condition and state.
 *
 *     state      0    1    2    3          letter: the number of a set of bits, shared by
 *     bits       01   00   01   11         the states that have it
 *     letter     0    1    0    2
 *
 * An observer of the graph tests up to `CONDITIONS_MAX` conditions, so more are observed in several
 * columns.
 */
import type { Expr } from "../../spec/model.ts";
import { CONDITIONS_MAX, type StateGraph } from "../explore/state-graph.ts";
import type { Letter } from "./automaton.ts";
import type { Pace } from "./pace.ts";

/** Columns of bits; condition `c` is bit `c % CONDITIONS_MAX` of column `c / CONDITIONS_MAX`. */
export type Observed = readonly Uint32Array[];

const STATES_PER_LOOK = 4096;

/** Observes conditions, whose frames have `locals` places, in every state of the graph. */
export async function observe(
  graph: StateGraph,
  conditions: readonly Expr[],
  locals: number,
  pace: Pace,
): Promise<Observed> {
  const columns: Uint32Array[] = [];
  for (let first = 0; first < conditions.length; first += CONDITIONS_MAX) {
    const some = conditions.slice(first, first + CONDITIONS_MAX);
    const observer = graph.observer(some.map((condition) => ({ condition, locals })));
    pace.allow((columns.length + 1) * graph.states * 4);
    const column = new Uint32Array(graph.states);
    for (let from = 0; from < graph.states; from += STATES_PER_LOOK) {
      pace.allow(0);
      await pace.rest();
      fill(column, from, Math.min(graph.states, from + STATES_PER_LOOK), observer);
    }
    columns.push(column);
  }
  return columns;
}

/** In a function of its own, as one that waits keeps its variables in memory. */
function fill(
  column: Uint32Array,
  from: number,
  to: number,
  observer: (id: number) => number,
): void {
  for (let id = from; id < to; id++) column[id] = observer(id);
}

/** A test whether condition number `condition` is true in a state. */
export function testOf(observed: Observed, condition: number): (id: number) => boolean {
  const column = observed[Math.floor(condition / CONDITIONS_MAX)];
  const mask = 1 << (condition % CONDITIONS_MAX);
  return (id) => ((column?.[id] ?? 0) & mask) !== 0;
}

/** Sets a bit of the marks of all states in which a condition is true; false when it is in none. */
export function mark(
  observed: Observed,
  condition: number,
  marks: Uint8Array,
  bit: number,
): boolean {
  const column = observed[Math.floor(condition / CONDITIONS_MAX)] ?? new Uint32Array(0);
  const mask = 1 << (condition % CONDITIONS_MAX);
  let any = 0;
  for (let id = 0; id < column.length; id++) {
    const truth = (column[id] ?? 0) & mask;
    any |= truth;
    // Without a branch, which truth that varies would mislead.
    marks[id] = (marks[id] ?? 0) | (truth === 0 ? 0 : bit);
  }
  return any !== 0;
}

/** The letters of states for `count` conditions that begin at number `first`. */
export function letterReader(
  observed: Observed,
  first: number,
  count: number,
): (id: number) => Letter {
  const letters = new Map<string, Letter>();
  const single = first + count <= CONDITIONS_MAX ? observed[0] : undefined;
  const mask = 2 ** (first + count) - 2 ** first;
  const bySingle = new Map<number, Letter>();
  const tests = Array.from({ length: count }, (_, bit) => testOf(observed, first + bit));
  const make = (id: number, number: number): Letter => {
    const bits = tests.map((test) => test(id));
    return { number, holds: (condition) => bits[condition] === true };
  };
  return (id) => {
    if (single !== undefined) {
      const bits = (single[id] ?? 0) & mask;
      const letter = bySingle.get(bits) ?? make(id, bySingle.size);
      bySingle.set(bits, letter);
      return letter;
    }
    const key = observed.map((column) => column[id]).join(" ");
    const letter = letters.get(key) ?? make(id, letters.size);
    letters.set(key, letter);
    return letter;
  };
}
