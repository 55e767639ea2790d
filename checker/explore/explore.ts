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
import { unhandledMessages } from "../reference/messages.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import type { Violation } from "../reference/outcome.ts";
import { type Step, successors } from "../reference/successors.ts";
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
import {
  addState,
  createGraph,
  firstStep,
  type Graph,
  pathStep,
  pathTo,
  storedFor,
} from "./graph.ts";
import { CheckpointRefused } from "./checkpoint-problem.ts";
import { MAX_CULPRITS, messageCulprit, violationCulprit } from "./culprits.ts";
import { NO_REDUCTION, type Reducer } from "./reducer.ts";
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
  spreadCounts,
  spreadMarks,
} from "./tally.ts";

/** A built-in violation by the id of the state where it was seen; paths are made at the end. */
interface Sighting {
  readonly at: number;
  /** For a run that violates as it begins. */
  readonly violation?: Violation;
  readonly last?: PathStep | undefined;
}

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
  /** Counts of the whole graph: what is seen of a stored state is true of all it stands for. */
  states: number;
  transitions: number;
  /** Waiting messages that were looked at. */
  messages: number;
  /** Assertions and ranges that were evaluated. */
  asserts: number;
  ranges: number;
  expanded: number;
  /** Id of the next state to be expanded. */
  next: number;
}

/** Searches the whole graph, or what a reducer leaves of it. */
export async function explore(
  model: Model,
  options: ExploreOptions,
  reducer: Reducer = NO_REDUCTION,
): Promise<Exploration> {
  if (options.checkpoint !== undefined) {
    const { folder } = options.checkpoint;
    const why = "it is made by the reference evaluator";
    throw new CheckpointRefused({ problem: "not compiled", path: folder, why });
  }
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const search = begin(model, limits, reducer);
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

function begin(model: Model, limits: Limits, reducer: Reducer): Search {
  return {
    model,
    graph: createGraph(model, reducer),
    limits,
    meter: createMeter(pauseWithin(limits)),
    invariants: model.invariants.map((invariant) => countCondition(invariant, false)),
    goals: model.goals.map((goal) => countCondition(goal, true)),
    rules: countRules(model),
    bounds: countBounds(model),
    changed: model.slots.map(() => false),
    sightings: { assert: new Map(), range: new Map(), unhandled: new Map(), stuck: new Map() },
    states: 0,
    transitions: 0,
    messages: 0,
    asserts: 0,
    ranges: 0,
    expanded: 0,
    next: 0,
  };
}

/** Adds the initial states; gives the limit that was reached, if one was. */
function start(search: Search): UnknownReason | undefined {
  const { model, graph, meter, limits } = search;
  for (const beginning of beginnings(model, meter)) {
    if (beginning.violation !== undefined) {
      sightStep(search, -1, beginning.violation, firstStep(beginning));
      continue;
    }
    const stored = storedFor(graph, beginning.state);
    if (graph.ids.has(stored.key)) continue;
    if (graph.states.length >= limits.states) return { reason: "states", limit: limits.states };
    judge(search, addState(graph, stored, -1));
  }
  search.asserts = meter.asserts;
  search.ranges = meter.ranges;
  return undefined;
}

/** Judges what needs no steps, in a state that is new. */
function judge(search: Search, id: number): void {
  const { model, graph, meter } = search;
  const state = graph.states[id] ?? [];
  const weight = graph.weights[id] ?? 1;
  for (const counts of search.invariants) judgeCondition(counts, state, id, weight, meter);
  for (const counts of search.goals) judgeCondition(counts, state, id, weight, meter);
  noteChanges(search.changed, model, state);
  const waiting = model.channels.filter(({ slot }) => parts(state[slot] ?? null).length > 0);
  search.states += weight;
  search.messages += weight * waiting.length;
  for (const candidate of unhandledMessages(model, state, meter)) {
    sight(search.sightings.unhandled, messageCulprit(model, state, candidate), { at: id });
  }
}

/** Takes the steps of a state; gives the limit that ended it early, if one did. */
function expand(search: Search, id: number): UnknownReason | undefined {
  const { model, graph, meter } = search;
  const state = graph.states[id] ?? [];
  const weight = graph.weights[id] ?? 1;
  const { asserts, ranges } = meter;
  const found = successors(model, state, meter);
  search.asserts += weight * (meter.asserts - asserts);
  search.ranges += weight * (meter.ranges - ranges);
  noteBounds(search.bounds, model, state, found.hindrances, weight);
  if (!model.allowStuck && isStuck(model, state, found.steps))
    sight(search.sightings.stuck, "stuck", { at: id });

  const leadsOn = (step: Step): boolean =>
    step.violation === undefined && (graph.ids.get(graph.key(step.state)) ?? Infinity) > id;
  const edges = new Set<string>();
  for (const step of graph.reducer.follow(state, found, leadsOn)) {
    if (step.violation !== undefined) {
      noteRules(search.rules, step.rules, weight);
      sightStep(search, id, step.violation);
      continue;
    }
    const stored = storedFor(graph, step.state);
    let target = graph.ids.get(stored.key);
    if (target === undefined) {
      if (graph.states.length >= search.limits.states) {
        return { reason: "states", limit: search.limits.states };
      }
      target = addState(graph, stored, id);
      judge(search, target);
    }
    // Steps are told apart by where they really lead, so that they count as in the whole graph.
    const real = graph.keyOf(step.state);
    const edge = `${step.transition} ${step.partners.join()} ${real} ${step.label}`;
    if (edges.has(edge)) continue;
    edges.add(edge);
    search.transitions += weight;
    noteRules(search.rules, step.rules, weight);
  }
  search.expanded += weight;
  search.next = id + 1;
  return undefined;
}

// ---------------------------------------------------------------------------- built-in violations

function sight(found: Map<string, Sighting>, culprit: string, sighting: Sighting): void {
  if (!found.has(culprit) && found.size < MAX_CULPRITS) found.set(culprit, sighting);
}

/** Notes a step that violates, taken in the state `at` (-1: `last` begins the run). */
function sightStep(search: Search, at: number, violation: Violation, last?: PathStep): void {
  const { property } = violation;
  sight(search.sightings[property], violationCulprit(violation), { at, violation, last });
}

/**
 * The violation with its path. What was seen in a stored state is looked up again at the end of the
 * path, which may be another of the states that it stands for.
 */
function violationOf(
  { model, graph }: Search,
  property: BuiltInProperty,
  culprit: string,
  { at, violation, last }: Sighting,
): readonly BuiltInViolation[] {
  const path = at < 0 ? [] : pathTo(graph, at);
  const end = path.at(-1)?.state ?? [];
  const meter = createMeter();
  if (property === "unhandled") {
    const candidate = unhandledMessages(model, end, meter).find(
      (each) => messageCulprit(model, end, each) === culprit,
    );
    return candidate === undefined ? [] : [{ property, candidate, path }];
  }
  if (property === "stuck") {
    return [{ property, hindrances: successors(model, end, meter).hindrances, path }];
  }
  if (violation !== undefined && last !== undefined) return [{ property, violation, path: [last] }];
  const { steps } = successors(model, end, meter);
  return steps
    .flatMap((step): BuiltInViolation[] =>
      step.violation !== undefined && violationCulprit(step.violation) === culprit
        ? [{ property, violation: step.violation, path: [...path, pathStep(step)] }]
        : [],
    )
    .slice(0, 1);
}

// ---------------------------------------------------------------------------- the result

function progressOf(search: Search, began: number): Progress {
  const { graph } = search;
  return {
    states: search.states,
    transitions: search.transitions,
    queue: graph.states.length - search.next,
    depth: graph.depths.at(-1) ?? 0,
    bytes: graph.bytes,
    milliseconds: performance.now() - began,
  };
}

function summary(search: Search, stopped: UnknownReason | undefined, began: number): Exploration {
  const { graph, model } = search;
  const { alike } = graph.reducer;
  const tallied = (counts: ConditionCounts): ConditionTally => ({
    examined: counts.examined,
    trueIn: counts.trueIn,
    premises: counts.premises,
    path: counts.first === undefined ? undefined : pathTo(graph, counts.first),
  });
  const { states, transitions, depth, bytes, queue } = progressOf(search, began);
  return {
    reductions: [],
    states,
    transitions,
    depth,
    bytes,
    queue,
    stopped,
    invariants: search.invariants.map(tallied),
    goals: search.goals.map(tallied),
    builtIns: BUILT_IN_PROPERTIES.flatMap((property) =>
      [...search.sightings[property]].flatMap(([culprit, sighting]) =>
        violationOf(search, property, culprit, sighting),
      ),
    ),
    examined: {
      assert: search.asserts,
      range: search.ranges,
      unhandled: search.messages,
      stuck: model.allowStuck ? 0 : search.expanded,
    },
    coverage: coverageOf(search.rules),
    bounds: boundHits(spreadCounts(search.bounds, alike), model),
    changed: spreadMarks(search.changed, alike),
    explorer: { backEnd: "reference", notCompiled: undefined, workers: 1 },
    graph: referenceGraph(graph, search.next),
    milliseconds: performance.now() - began,
  };
}
