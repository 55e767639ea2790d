/**
 * Verdicts about temporal properties, on the whole graph that a search has found.
 *
 *     TemporalProperty ──instances──► pattern? ──► avoiding, wayTo     flat arrays, one pass
 *                                        └─ no ──► byAutomaton         product with the negation
 *     lasso ──reference evaluator──► path, loop, reason ──replay──► Counterexample
 *
 * A run is an infinite sequence of states and may stay in one for ever, as far as fairness allows.
 * Every instance must hold of every fair run; with an outer `exists`, one of them of every fair
 * run. A violation that is found in part of the graph is one; *holds* needs the whole graph.
 * `within` is left out and said so. What examined no state, or no instance, never holds.
 *
 * Steps are read once and conditions observed in one pass for as many instances as an observer can
 * test, so that most of the time is that of taking the steps.
 */
import type { Budget, Expr, Model, Temporal, TemporalProperty } from "../../spec/model.ts";
import type { Exploration } from "../explore/explorer.ts";
import { CONDITIONS_MAX } from "../explore/state-graph.ts";
import { confirmed, isWanted, undecided, violated } from "../judgement.ts";
import type { Sources } from "../source-words.ts";
import type { PropertyVerdict, TemporalEvidence } from "../verdict.ts";
import { accountOf } from "./account.ts";
import { type Answer, avoiding, DUE, GOAL } from "./avoiding.ts";
import { byAutomaton } from "./by-automaton.ts";
import { createScratch, type Scratch, SCRATCH_BYTES } from "./components.ts";
import { bytesOf, type Edges, readEdges } from "./edges.ts";
import { type FairBits, fairBitsOf } from "./fairness.ts";
import { type Formula, negationOf } from "./formula.ts";
import { type Lasso, pathOf } from "./lasso.ts";
import { loopOf } from "./loop-fairness.ts";
import { wayTo } from "./never.ts";
import { letterReader, mark, type Observed, observe, testOf } from "./observed.ts";
import { limitMet, type Pace, paceOf } from "./pace.ts";
import { type Due, type Pattern, patternOf, premiseOf } from "./pattern.ts";

export interface JudgeOptions {
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
  readonly sources: Sources;
}

interface Judging {
  readonly model: Model;
  readonly found: Exploration;
  readonly fair: FairBits;
  readonly edges: Edges;
  readonly scratch: Scratch;
  readonly pace: Pace;
  readonly sources: Sources;
}

/** Verdicts about the temporal properties that are wanted, in the order of the text. */
export async function temporalVerdicts(
  model: Model,
  found: Exploration,
  { budget, signal, sources }: JudgeOptions,
): Promise<readonly PropertyVerdict[]> {
  const wanted = model.temporal.filter(({ name }) => isWanted(model, name));
  if (wanted.length === 0) return [];
  const { runsUnknown } = found;
  if (runsUnknown !== undefined) {
    const unknown = found.stopped ?? runsUnknown;
    return wanted.map((property) => ({ ...nothingKnown(property), unknown }));
  }
  const pace = paceOf(budget, signal, found);
  const fair = fairBitsOf(model);
  const verdicts: PropertyVerdict[] = [];
  let edges: Edges | undefined;
  let scratch: Scratch | undefined;
  for (const property of wanted) {
    try {
      edges ??= await readEdges(found.graph, fair, pace, found.transitions);
      pace.allow(bytesOf(edges) + found.graph.states * SCRATCH_BYTES);
      scratch ??= createScratch(found.graph.states);
      const judging = { model, found, fair, edges, scratch, pace, sources };
      verdicts.push(await judge(property, judging));
    } catch (error) {
      const unknown = limitMet(error);
      if (unknown === undefined) throw error;
      verdicts.push({ ...nothingKnown(property), unknown: found.stopped ?? unknown });
    }
  }
  return verdicts;
}

function nothingKnown({ name, span }: TemporalProperty): PropertyVerdict {
  return {
    name,
    kind: "property",
    outcome: "unknown",
    unknown: undefined,
    examined: 0,
    premiseTrue: undefined,
    counterexample: undefined,
    witness: undefined,
    span,
    temporal: undefined,
  };
}

// ---------------------------------------------------------------------------- one property

/** An instance with what has to be observed for it. */
interface Subject {
  readonly label: string;
  readonly formula: Temporal;
  readonly pattern: Pattern | undefined;
  readonly negation: Formula | undefined;
  readonly conditions: readonly Expr[];
  /** Position of the premise among the conditions, if there is one. */
  readonly premise: number | undefined;
}

async function judge(property: TemporalProperty, judging: Judging): Promise<PropertyVerdict> {
  const { found, pace } = judging;
  const { graph } = found;
  const subjects = subjectsOf(property);
  const premises = subjects.some(({ premise }) => premise !== undefined)
    ? new Uint8Array(graph.states)
    : undefined;
  const vacuous: string[] = [];
  let lasso: Lasso | undefined;
  let decided: Subject | undefined;
  let instances = 0;
  let loops = 0;
  for (const batch of batchesOf(subjects)) {
    const conditions = batch.flatMap((subject) => subject.conditions);
    const observed = await observe(graph, conditions, property.locals, pace);
    let first = 0;
    for (const subject of batch) {
      if (lasso !== undefined) break;
      const answer = await answerOf(subject, observed, first, judging);
      if (!notePremise(subject, observed, first, premises)) vacuous.push(subject.label);
      first += subject.conditions.length;
      instances++;
      loops += answer.loops;
      lasso = answer.lasso;
      if (lasso !== undefined) decided = subject;
    }
    if (lasso !== undefined) break;
  }
  const examined = instances === 0 ? 0 : graph.states;
  const premiseTrue = premises?.reduce((sum, bit) => sum + bit, 0);
  const evidence: TemporalEvidence = {
    instances: property.quantifier === "exists" ? property.instances.length : instances,
    vacuous,
    loops,
    withoutBound: property.bounded,
  };
  const { name, span } = property;
  const common = {
    name,
    kind: "property",
    span,
    examined,
    premiseTrue,
    temporal: evidence,
  } as const;
  if (lasso === undefined || decided === undefined) {
    return { ...common, ...undecided("holds", { examined }, found) };
  }
  return { ...common, ...violation(property, decided, lasso, judging) };
}

/**
 * The instances; those of an outer `exists` become one, of which every run needs to satisfy one.
 */
function subjectsOf({ instances, quantifier, span }: TemporalProperty): readonly Subject[] {
  const [first, ...others] = instances;
  if (first === undefined) return [];
  if (quantifier === "forall" || others.length === 0) return instances.map(subjectOf);
  const formula = others.reduce<Temporal>(
    (left, right) => ({ op: "or", left, right: right.formula, span }),
    first.formula,
  );
  return [subjectOf({ label: "", formula })];
}

function subjectOf({ label, formula }: TemporalProperty["instances"][number]): Subject {
  const pattern = patternOf(formula);
  const negation = pattern === undefined ? negationOf(formula) : undefined;
  const own = pattern === undefined ? (negation?.conditions ?? []) : conditionsOf(pattern);
  const premise = premiseOf(formula);
  const conditions = premise === undefined ? own : [...own, premise];
  const position = premise === undefined ? undefined : own.length;
  return { label, formula, pattern, negation, conditions, premise: position };
}

function conditionsOf(pattern: Pattern): readonly Expr[] {
  if (pattern.kind === "always") return [pattern.condition];
  const { due, goal } = pattern;
  return typeof due === "string" ? [goal] : [goal, due.premise];
}

/** Instances whose conditions fit one observer, in order; one that does not fit is alone. */
function batchesOf(subjects: readonly Subject[]): readonly (readonly Subject[])[] {
  const batches: Subject[][] = [];
  let room = 0;
  for (const subject of subjects) {
    room -= subject.conditions.length;
    if (room < 0 || batches.length === 0) {
      batches.push([]);
      room = CONDITIONS_MAX - subject.conditions.length;
    }
    batches.at(-1)?.push(subject);
  }
  return batches;
}

/** Marks the states with the premise; false when there are none. */
function notePremise(
  { premise }: Subject,
  observed: Observed,
  first: number,
  premises: Uint8Array | undefined,
): boolean {
  if (premise === undefined || premises === undefined) return true;
  return mark(observed, first + premise, premises, 1);
}

async function answerOf(
  { pattern, negation }: Subject,
  observed: Observed,
  first: number,
  { found: { graph }, edges, fair, scratch, pace }: Judging,
): Promise<Answer> {
  pace.allow(0);
  await pace.rest();
  if (negation !== undefined) {
    const letterOf = letterReader(observed, first, negation.conditions.length);
    return await byAutomaton(graph, edges, fair, negation, letterOf, pace);
  }
  if (pattern?.kind !== "avoiding") {
    const isKept = testOf(observed, first);
    const lasso = wayTo(graph, edges, (id) => !isKept(id));
    return { lasso, loops: 0 };
  }
  markStates(scratch.marks, pattern.due, graph.initial, observed, first);
  return avoiding(graph, edges, fair, scratch);
}

/** Marks for `avoiding`: condition `first` is the goal, and the next one the premise. */
export function markStates(
  marks: Uint8Array,
  due: Due,
  initial: readonly number[],
  observed: Observed,
  first: number,
): void {
  marks.fill(due === "everywhere" ? DUE : 0);
  if (due === "initial") for (const id of initial) marks[id] = DUE;
  mark(observed, first, marks, GOAL);
  if (typeof due !== "string") mark(observed, first + 1, marks, DUE);
}

// ---------------------------------------------------------------------------- counterexamples

/**
 * The lasso as a path of the reference evaluator, with its replay. Where that evaluator does not
 * follow, the path ends, and its replay says so.
 */
function violation(
  property: TemporalProperty,
  { label, formula }: Subject,
  lasso: Lasso,
  { model, found, sources }: Judging,
): Pick<PropertyVerdict, "outcome" | "unknown" | "counterexample" | "witness"> {
  const path = pathOf(found.graph, lasso);
  const { prefix, loop, shortest } = lasso;
  const isWhole = path.length === 1 + prefix.length + (loop?.length ?? 0);
  const start = loop !== undefined && isWhole ? prefix.length : undefined;
  const states = path.map(({ state }) => state);
  const word = { states, start };
  const about = {
    ...accountOf(formula, label, word, property.locals, sources),
    span: property.span,
    shortest,
    loop: start === undefined ? undefined : loopOf(model, path, start),
  };
  return violated(confirmed(model, property.name, path, about));
}
