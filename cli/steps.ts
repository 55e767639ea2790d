/**
 * The steps of a path as lines: number, label, and what each step changed.
 *
 * Whole states are never shown unless asked for; a step is told by its differences. Every reporter
 * that prints steps starts from here, so a step reads the same everywhere.
 */
import { differences, printSlot } from "../checker/differences.ts";
import type { AbstractStep, Counterexample, PathStep } from "../checker/verdict.ts";
import type { Model, TransitionKind, Value } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";

/** One variable that a step changed, printed. */
export interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface Step {
  /** 0 for the initial state. */
  readonly number: number;
  readonly label: string;
  /** A fault, or a channel that loses, duplicates or reorders. */
  readonly fault: boolean;
  readonly changes: readonly Change[];
  readonly spans: readonly Span[];
  /** Of a refinement: what the step is in the abstract system. */
  readonly abstract: AbstractLine | undefined;
}

/** What a step of the implementation is in the abstract system, and what it changes there. */
export interface AbstractLine {
  /** `Promise: link[Client1].connect`, `Promise stutters` */
  readonly words: string;
  readonly possible: boolean;
  readonly changes: readonly Change[];
}

const FAULTS: readonly TransitionKind[] = ["fault", "lossy", "duplicating", "reordering"];

/** The steps of `path`, initial state first. */
export function stepsOf(model: Model, path: Counterexample): readonly Step[] {
  return path.steps.map((step, number) => {
    const kind =
      step.transition === undefined ? undefined : model.transitions[step.transition]?.kind;
    const before = path.steps[number - 1]?.state;
    return {
      number,
      label: step.label,
      fault: kind !== undefined && FAULTS.includes(kind),
      changes: changesOf(model, before, step.state),
      spans: step.spans,
      abstract: abstractLine(model, path, number),
    };
  });
}

function changesOf(
  model: Model,
  before: readonly Value[] | undefined,
  after: readonly Value[],
): readonly Change[] {
  if (before === undefined) return [];
  return differences(model, before, after).map((one) => ({
    name: one.path,
    before: one.before,
    after: one.after,
  }));
}

function abstractLine(
  model: Model,
  { abstract }: Counterexample,
  number: number,
): AbstractLine | undefined {
  const step = abstract?.steps[number];
  if (abstract === undefined || step === undefined) return undefined;
  const { system, steps } = abstract;
  const other = abstractModel(model, system);
  const before = steps[number - 1]?.state;
  return {
    words: abstractWords(system, step),
    possible: step.kind !== "impossible",
    changes: other === undefined ? [] : changesOf(other, before, step.state),
  };
}

function abstractModel(model: Model, system: string): Model | undefined {
  return model.refinements.find((one) => one.abstract.system === system)?.abstract;
}

/** The abstract system and its whole state at a step; undefined for what is no refinement. */
export function abstractStateOf(
  model: Model,
  { abstract }: Counterexample,
  number: number,
): { readonly system: string; readonly values: ReturnType<typeof stateOf> } | undefined {
  const state = abstract?.steps[number]?.state;
  const other = abstractModel(model, abstract?.system ?? "");
  if (abstract === undefined || state === undefined || other === undefined) return undefined;
  return { system: abstract.system, values: valuesOf(other, state) };
}

function abstractWords(system: string, { kind, label }: AbstractStep): string {
  switch (kind) {
    case "begins":
      return `${system} begins`;
    case "stutters":
      return `${system} stutters`;
    case "steps":
      return `${system}: ${label ?? "a step"}`;
    case "impossible":
      return `${system}: no such step`;
  }
}

/** Every variable of the state after a step, printed. */
export function stateOf(
  model: Model,
  step: PathStep | undefined,
): readonly { readonly name: string; readonly value: string }[] {
  return step === undefined ? [] : valuesOf(model, step.state);
}

function valuesOf(model: Model, state: readonly Value[]): ReturnType<typeof stateOf> {
  return model.slots.map((slot, index) => ({
    name: slot.name,
    value: printSlot(model, slot, state[index] ?? null),
  }));
}
