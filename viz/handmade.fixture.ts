/**
 * Hand-made Models and verdicts for the tests of this room.
 *
 * The room must be testable without a parser or a checker, so these say by hand what those would
 * say about the network server of the examples and about a ring under a store-buffer memory. States
 * are rows of values; a step is one line:
 *
 *     step(1, "app[Client1].open", 0, { 3: OPENING, 7: [[OPEN, 0]] })     changes slots 3 and 7
 */
import type { PathStep } from "../checker/verdict.ts";
import type {
  Expr,
  Instance,
  Model,
  Slot,
  Transition,
  TransitionKind,
  Type,
  Value,
} from "../spec/model.ts";
import type { SourceFile, Span } from "../spec/source.ts";

export const CLIENT: Type = { kind: "id", name: "Client", size: 2, symmetric: true };
export const COUNT: Type = { kind: "range", name: "Cnt", low: 0, high: 4, overflow: "fail" };
/** Where words stand in a source; a span of nothing at its beginning when they do not. */
export function spanOf(file: SourceFile, words: string): Span {
  const start = Math.max(0, file.text.indexOf(words));
  return { file: file.path, start, end: start + words.length };
}

export const TRUE: Expr = {
  op: "const",
  type: { kind: "bool" },
  value: true,
  span: { file: "", start: 0, end: 0 },
};

export function channelType(of: Type): Type {
  return { kind: "list", of, capacity: 2 };
}

export function modeType(machine: string, ...leaves: string[]): Type {
  return { kind: "mode", machine, leaves };
}

/** A slot of a fixture; `initial` is not used by this room. */
export function slot(name: string, type: Type, role: Slot["role"]): Slot {
  return { name, type, initial: null, role, span: TRUE.span };
}

export function variable(name: string, type: Type, instance: number | undefined): Slot {
  return slot(name, type, { role: "variable", instance, shared: false, ghost: false });
}

export function instance(name: string, machine: string, ...regions: number[]): Instance {
  const family = { name, index: [] };
  const { span } = TRUE;
  return { name, family, machine, kind: "machine", regions, finals: [], places: [], span };
}

export function transition(
  name: string,
  kind: TransitionKind,
  actor: number | undefined,
  more: Partial<Transition> = {},
): Transition {
  return {
    name,
    kind,
    rules: [],
    instance: actor,
    fairness: "none",
    trigger: undefined,
    guard: TRUE,
    effects: [],
    locals: 0,
    span: TRUE.span,
    subject: undefined,
    distance: undefined,
    ...more,
  };
}

/** A Model of nothing; fixtures override what they need. */
export function emptyModel(more: Partial<Model>): Model {
  return {
    version: 1,
    module: "fixture",
    file: "fixture.libretto",
    system: "Net",
    name: "crashOnce",
    kind: "check",
    span: TRUE.span,
    settings: [],
    memory: { model: "sc" },
    instances: [],
    channels: [],
    slots: [],
    rules: [],
    transitions: [],
    receptions: [],
    invariants: [],
    goals: [],
    temporal: [],
    start: [],
    startLocals: 0,
    refinements: [],
    faults: [],
    allowStuck: false,
    nightly: false,
    only: undefined,
    expect: { states: undefined, violations: [] },
    budget: { milliseconds: undefined, bytes: undefined, states: undefined },
    scenario: [],
    ...more,
  };
}

/** Builds a path from an initial state and steps that say which slots change. */
export function pathOf(
  initial: readonly Value[],
  steps: readonly (readonly [
    label: string,
    transition: number,
    changes: Readonly<Record<number, Value>>,
    ...spans: Span[],
  ])[],
): readonly PathStep[] {
  const path: PathStep[] = [
    { transition: undefined, label: "(initial)", choices: [], state: initial, spans: [] },
  ];
  let state = initial;
  for (const [label, transition, changes, ...spans] of steps) {
    state = state.map((value, index) => (index in changes ? (changes[index] ?? null) : value));
    path.push({ transition, label, choices: [], state, spans });
  }
  return path;
}
