/**
 * Profile of a finished search: where the states go, and where the time goes.
 *
 *     StateGraph ──first states──► projections   what each variable and machine multiplies
 *                └─even sample──► attempts       what each rule and clause costs
 *
 * Projections need states that differ in one variable only, which a sample tears apart, so they are
 * counted over the beginning of the graph: all states up to some depth. Attempts are counted over
 * an even sample. Both are over all states when there are few enough; the profile says over how
 * many.
 */
import type { Model } from "../../spec/model.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { createMeter } from "../reference/meter.ts";
import type { Sources } from "../source-words.ts";
import { attemptsOf, countAttempts, noteAttempts, type RuleProfile } from "./attempts.ts";
import { columnsOf, project } from "./projections.ts";

/** States over which projections are counted. */
export const PROJECTED_STATES_MAX = 200_000;
/** States in which transitions are tried. */
export const TRIED_STATES_MAX = 20_000;
/** States that are tried between two turns of the event loop. */
const STATES_PER_TURN = 256;

export interface SlotProfile {
  /** Index into `Model.slots`. */
  readonly slot: number;
  /** Distinct values that occurred. */
  readonly values: number;
  /** Distinct states without this variable. */
  readonly without: number;
  /** States in which a range is at its upper end, or a list is full; undefined for other types. */
  readonly atEnd: number | undefined;
}

export interface GroupProfile {
  /** A machine, `channels`, `fault budgets`, or the system for its own variables. */
  readonly name: string;
  readonly variables: number;
  readonly without: number;
}

export interface StateProfile {
  /** States of the graph. */
  readonly states: number;
  /** The first so many were projected. */
  readonly projected: number;
  /** So many, evenly spread, were tried. */
  readonly tried: number;
  readonly slots: readonly SlotProfile[];
  readonly groups: readonly GroupProfile[];
  readonly rules: readonly RuleProfile[];
}

/** The profile of a graph; undefined when it was interrupted. */
export async function profileOf(
  graph: StateGraph,
  sources: Sources,
  signal: AbortSignal | undefined,
): Promise<StateProfile | undefined> {
  const { model } = graph;
  const pause = async (): Promise<void> => {
    await new Promise((resume) => setImmediate(resume));
    signal?.throwIfAborted();
  };
  try {
    const projected = Math.min(graph.states, PROJECTED_STATES_MAX);
    const columns = columnsOf(model);
    const found = await project(columns, projected, (id) => graph.state(id), pause);
    const ends = await countEnds(graph, projected, pause);
    const { rules, tried } = await tryRules(graph, sources, pause);
    return {
      states: graph.states,
      projected,
      tried,
      slots: columns.slots.map((slot, column) => ({
        slot,
        values: found.values[column] ?? 0,
        without: found.without[column] ?? 0,
        atEnd: ends[slot],
      })),
      groups: columns.groups.map(({ name, from, to }, group) => ({
        name,
        variables: to - from,
        without: found.withoutGroup[group] ?? 0,
      })),
      rules,
    };
  } catch (error) {
    if (signal?.aborted === true) return undefined;
    throw error;
  }
}

/** For each slot with an upper end: the states in which it is there. */
async function countEnds(
  graph: StateGraph,
  states: number,
  pause: () => Promise<void>,
): Promise<readonly (number | undefined)[]> {
  const ends: (number | undefined)[] = graph.model.slots.map(({ type }) =>
    type.kind === "range" || type.kind === "list" ? 0 : undefined,
  );
  for (let id = 0; id < states; id++) {
    if (id % STATES_PER_TURN === 0) await pause();
    const state = graph.state(id);
    for (const [slot, count] of ends.entries()) {
      if (count !== undefined && isAtEnd(graph.model, slot, state[slot])) ends[slot] = count + 1;
    }
  }
  return ends;
}

function isAtEnd(model: Model, slot: number, value: unknown): boolean {
  const { type, role } = model.slots[slot] ?? {};
  if (type?.kind === "range") return value === type.high;
  if (type?.kind !== "list" || !Array.isArray(value)) return false;
  return value.length >= (role?.role === "buffer" ? role.entries : type.capacity);
}

async function tryRules(
  graph: StateGraph,
  sources: Sources,
  pause: () => Promise<void>,
): Promise<{ readonly rules: readonly RuleProfile[]; readonly tried: number }> {
  const tally = countAttempts(graph.model);
  const tried = Math.min(graph.states, TRIED_STATES_MAX);
  const meter = createMeter();
  for (let index = 0; index < tried; index++) {
    if (index % STATES_PER_TURN === 0) await pause();
    const id = Math.floor((index * graph.states) / tried);
    noteAttempts(tally, graph.model, graph.state(id), sources, meter);
  }
  return { rules: attemptsOf(tally), tried };
}
