/**
 * Breadth-first search of the whole state graph with the reference evaluator.
 *
 *     next state by id ──steps──► new states get ids ──► judged when found: conditions, messages
 *            │
 *            └──► judged when expanded: assertions and ranges of its steps, stuck
 *
 * The search goes on after a violation, also from states that violate, so that every property is
 * judged over the whole graph. It lets the event loop turn every `PROGRESS_INTERVAL`, so that an
 * abort is heard. States that a limit left unexpanded have still been judged where that needs no
 * steps.
 */
import type { Model } from "../../spec/model.ts";
import { parts } from "../../spec/values.ts";
import { isStuck } from "../reference/built-in.ts";
import { beginnings } from "../reference/initial.ts";
import { type Candidate, unhandledMessages } from "../reference/messages.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import type { Violation } from "../reference/outcome.ts";
import { type Hindrance, successors } from "../reference/successors.ts";
import {
  BUILT_IN_PROPERTIES,
  type BuiltInProperty,
  type PathStep,
  type UnknownReason,
} from "../verdict.ts";
import { type Limits, limitReached, limitsOf, pauseWithin, reasonOf, rest } from "./budget.ts";
import type {
  BuiltInViolation,
  ConditionTally,
  Exploration,
  ExploreOptions,
  Progress,
} from "./explorer.ts";
import { addState, createGraph, firstStep, type Graph, pathStep, pathTo } from "./graph.ts";
import { MAX_CULPRITS, messageCulprit } from "./culprits.ts";
import { referenceGraph } from "./state-graph.ts";
import {
  type BoundTally,
  boundHits,
  type ConditionCounts,
  countBounds,
  countCondition,
  countRules,
  coverageOf,
  judgeCondition,
  noteBounds,
  noteChanges,
  noteRules,
  type RuleTally,
} from "./tally.ts";

/** A built-in violation by the id of the state where it was seen; paths are made at the end. */
type Sighting =
  | { readonly at: number; readonly last: PathStep; readonly violation: Violation }
  | { readonly at: number; readonly candidate: Candidate }
  | { readonly at: number; readonly hindrances: readonly Hindrance[] };

interface Search {
  readonly model: Model;
  readonly graph: Graph;
  readonly limits: Limits;
  readonly meter: Meter;
  readonly invariants: readonly ConditionCounts[];
  readonly goals: readonly ConditionCounts[];
  readonly rules: RuleTally;
  readonly bounds: BoundTally;
  readonly changed: boolean[];
  /** By property, then by culprit, in the order of sighting. */
  readonly sightings: Readonly<Record<BuiltInProperty, Map<string, Sighting>>>;
  transitions: number;
  /** Waiting messages that were looked at. */
  messages: number;
  /** Id of the next state to be expanded. */
  next: number;
}

export async function explore(model: Model, options: ExploreOptions): Promise<Exploration> {
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const search = begin(model, limits);
  let stopped: UnknownReason | undefined;
  try {
    stopped = start(search);
    while (stopped === undefined && search.next < search.graph.states.length) {
      await rest(limits, () => options.onProgress?.(progressOf(search, began)));
      stopped = limitReached(limits, { bytes: search.graph.bytes, states: 0 });
      stopped ??= expand(search, search.next);
    }
  } catch (error) {
    stopped = reasonOf(error);
    if (stopped === undefined) throw error;
  }
  return summary(search, stopped, began);
}

function begin(model: Model, limits: Limits): Search {
  return {
    model,
    graph: createGraph(model),
    limits,
    meter: createMeter(pauseWithin(limits)),
    invariants: model.invariants.map((invariant) => countCondition(invariant, false)),
    goals: model.goals.map((goal) => countCondition(goal, true)),
    rules: countRules(model),
    bounds: countBounds(model),
    changed: model.slots.map(() => false),
    sightings: { assert: new Map(), range: new Map(), unhandled: new Map(), stuck: new Map() },
    transitions: 0,
    messages: 0,
    next: 0,
  };
}

/** Adds the initial states; gives the limit that was reached, if one was. */
function start(search: Search): UnknownReason | undefined {
  const { model, graph, meter, limits } = search;
  for (const [position, beginning] of beginnings(model, meter).entries()) {
    if (beginning.violation !== undefined) {
      sightStep(search, -1, firstStep(beginning), beginning.violation);
      continue;
    }
    const key = graph.key(beginning.state);
    if (graph.ids.has(key)) continue;
    if (graph.states.length >= limits.states) return { reason: "states", limit: limits.states };
    judge(search, addState(graph, beginning.state, key, -1, position));
  }
  return undefined;
}

/** Judges what needs no steps, in a state that is new. */
function judge(search: Search, id: number): void {
  const { model, graph, meter } = search;
  const state = graph.states[id] ?? [];
  for (const counts of search.invariants) judgeCondition(counts, state, id, meter);
  for (const counts of search.goals) judgeCondition(counts, state, id, meter);
  noteChanges(search.changed, model, state);
  search.messages += model.channels.filter(
    ({ slot }) => parts(state[slot] ?? null).length > 0,
  ).length;
  for (const candidate of unhandledMessages(model, state, meter)) {
    sight(search.sightings.unhandled, messageCulprit(model, state, candidate), {
      at: id,
      candidate,
    });
  }
}

/** Takes all steps of a state; gives the limit that ended it early, if one did. */
function expand(search: Search, id: number): UnknownReason | undefined {
  const { model, graph, meter } = search;
  const state = graph.states[id] ?? [];
  const { steps, hindrances } = successors(model, state, meter);
  noteBounds(search.bounds, model, state, hindrances);
  if (!model.allowStuck && isStuck(model, state, steps))
    sight(search.sightings.stuck, "stuck", { at: id, hindrances });

  const edges = new Set<string>();
  for (const [position, step] of steps.entries()) {
    if (step.violation !== undefined) {
      noteRules(search.rules, step.rules);
      sightStep(search, id, pathStep(step), step.violation);
      continue;
    }
    const key = graph.key(step.state);
    let target = graph.ids.get(key);
    if (target === undefined) {
      if (graph.states.length >= search.limits.states) {
        return { reason: "states", limit: search.limits.states };
      }
      target = addState(graph, step.state, key, id, position);
      judge(search, target);
    }
    const edge = `${step.transition} ${step.partners.join()} ${target} ${step.label}`;
    if (edges.has(edge)) continue;
    edges.add(edge);
    search.transitions++;
    noteRules(search.rules, step.rules);
  }
  search.next = id + 1;
  return undefined;
}

// ---------------------------------------------------------------------------- built-in violations

function sight(found: Map<string, Sighting>, culprit: string, sighting: Sighting): void {
  if (!found.has(culprit) && found.size < MAX_CULPRITS) found.set(culprit, sighting);
}

/** Notes a step that violates, taken in the state `at` (-1: it begins the run). */
function sightStep(search: Search, at: number, last: PathStep, violation: Violation): void {
  const culprit = `${violation.span.file} ${violation.span.start} ${violation.span.end}`;
  sight(search.sightings[violation.property], culprit, { at, last, violation });
}

function violationOf(search: Search, sighting: Sighting): BuiltInViolation {
  const path = sighting.at < 0 ? [] : pathTo(search.graph, sighting.at);
  if ("candidate" in sighting) {
    return { property: "unhandled", candidate: sighting.candidate, path };
  }
  if ("hindrances" in sighting) {
    return { property: "stuck", hindrances: sighting.hindrances, path };
  }
  const { last, violation } = sighting;
  return { property: violation.property, violation, path: [...path, last] };
}

// ---------------------------------------------------------------------------- the result

function progressOf(search: Search, began: number): Progress {
  const { graph } = search;
  return {
    states: graph.states.length,
    transitions: search.transitions,
    queue: graph.states.length - search.next,
    depth: graph.depths.at(-1) ?? 0,
    bytes: graph.bytes,
    milliseconds: performance.now() - began,
  };
}

function summary(search: Search, stopped: UnknownReason | undefined, began: number): Exploration {
  const { graph, meter, model } = search;
  const tallied = (counts: ConditionCounts): ConditionTally => ({
    examined: counts.examined,
    trueIn: counts.trueIn,
    premises: counts.premises,
    path: counts.first === undefined ? undefined : pathTo(graph, counts.first),
  });
  const { states, transitions, depth, bytes, queue } = progressOf(search, began);
  return {
    states,
    transitions,
    depth,
    bytes,
    queue,
    stopped,
    invariants: search.invariants.map(tallied),
    goals: search.goals.map(tallied),
    builtIns: BUILT_IN_PROPERTIES.flatMap((property) =>
      [...search.sightings[property].values()].map((sighting) => violationOf(search, sighting)),
    ),
    examined: {
      assert: meter.asserts,
      range: meter.ranges,
      unhandled: search.messages,
      stuck: model.allowStuck ? 0 : search.next,
    },
    coverage: coverageOf(search.rules),
    bounds: boundHits(search.bounds, model),
    changed: search.changed,
    graph: referenceGraph(graph, search.next),
    milliseconds: performance.now() - began,
  };
}
