/**
 * A run of the implementation beside what it is in the abstract system, step by step.
 *
 *     implementation   (initial) ──open──► ──server.Open──► ──Opened──► ──server.crash──►
 *     abstract         begins      stutters    stutters     link.connect   impossible
 *
 * This is the definition of the verdict, written down naively: each state is mapped anew, each
 * abstract step is looked for among all steps of the abstract state. It serves what a reader is
 * shown, and as the second opinion on what the judge found, with which it shares no memory.
 */
import type { Refinement, Value } from "../../spec/model.ts";
import { equalValues, printValue } from "../../spec/values.ts";
import { differences, printSlot } from "../differences.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import type { AbstractStep } from "../verdict.ts";
import { type MappedState, mappedState } from "./mapped-state.ts";

export interface BothLevels {
  /** One for each state of the run, up to the first that does not fit. */
  readonly steps: readonly AbstractStep[];
  /** Why the last of them does not fit, in one sentence; undefined when all do. */
  readonly fault: string | undefined;
  /** The abstract slot whose value does not fit its type, when that is the fault. */
  readonly misfit: number | undefined;
}

/** Changes and labels that a sentence lists. */
const LISTED_MAX = 4;

/** Follows the states of a run, which begins in an initial state, through the abstract system. */
export function bothLevels(
  refinement: Refinement,
  states: readonly (readonly Value[])[],
): BothLevels {
  const meter = createMeter();
  const steps: AbstractStep[] = [];
  let before: readonly Value[] | undefined;
  for (const state of states) {
    const mapped = mappedState(refinement, state, meter);
    const found = stepTo(refinement, before, mapped, meter);
    steps.push({ kind: found.kind, label: found.label, state: mapped.state });
    if (found.fault !== undefined) {
      return { steps, fault: found.fault, misfit: mapped.misfit?.slot };
    }
    before = mapped.state;
  }
  return { steps, fault: undefined, misfit: undefined };
}

interface Found {
  readonly kind: AbstractStep["kind"];
  readonly label: string | undefined;
  readonly fault: string | undefined;
}

/** What the abstract system does to get to a mapped state. */
function stepTo(
  refinement: Refinement,
  before: readonly Value[] | undefined,
  mapped: MappedState,
  meter: Meter,
): Found {
  const { abstract } = refinement;
  const key = keyOf(abstract);
  const goal = key(mapped.state);
  if (mapped.misfit !== undefined) {
    return { kind: "impossible", label: undefined, fault: misfitSentence(refinement, mapped) };
  }
  if (before === undefined) {
    const possible = beginnings(abstract, meter).filter((one) => one.violation === undefined);
    const begins = possible.some((one) => key(one.state) === goal);
    if (begins) return { kind: "begins", label: undefined, fault: undefined };
    const states = possible.map(({ state }) => state);
    const fault = beginningSentence(refinement, mapped.state, states);
    return { kind: "impossible", label: undefined, fault };
  }
  if (key(before) === goal) return { kind: "stutters", label: undefined, fault: undefined };
  const { steps } = successors(abstract, before, meter);
  const taken = steps.find((step) => step.violation === undefined && key(step.state) === goal);
  if (taken !== undefined) return { kind: "steps", label: taken.label, fault: undefined };
  const possible = steps.filter(
    (step) => step.violation === undefined && key(step.state) !== key(before),
  );
  const violating = steps.filter((step) => step.violation !== undefined);
  const fault = [
    changesSentence(refinement, before, mapped.state),
    possible.length > 0
      ? `; it can take ${listed(possible.map(({ label }) => label))}`
      : "; nothing can happen there",
    ...(violating.length > 0
      ? [`, and ${listed(violating.map(({ label }) => label))} would be a violation there`]
      : []),
  ].join("");
  return { kind: "impossible", label: undefined, fault };
}

// ---------------------------------------------------------------------------- sentences

/** `` `level` of `Abs` would be 4, which is not in 0..3 `` */
function misfitSentence({ abstract }: Refinement, { state, misfit }: MappedState): string {
  const slot = abstract.slots[misfit?.slot ?? -1];
  if (slot === undefined || misfit === undefined) return "a value does not fit";
  const subject = `\`${slot.name}\` of \`${abstract.system}\` would be`;
  const value = printValue(state[misfit.slot] ?? null, slot.type);
  const { type } = misfit.why;
  if (type.kind === "list") {
    return `${subject} ${value}, more than the ${type.capacity} that it can hold`;
  }
  return `${subject} ${value}; ${misfit.why.value} is not in ${type.low}..${type.high}`;
}

/** `` `Abs` begins with `it` = Off, not On `` */
function beginningSentence(
  { abstract, mapping }: Refinement,
  state: readonly Value[],
  possible: readonly (readonly Value[])[],
): string {
  const wrong = (other: readonly Value[]): readonly number[] =>
    mapping.flatMap(({ slot }) =>
      equalValues(state[slot] ?? null, other[slot] ?? null) ? [] : [slot],
    );
  const [nearest] = possible.toSorted((left, right) => wrong(left).length - wrong(right).length);
  if (nearest === undefined) return `\`${abstract.system}\` cannot begin at all`;
  const told = wrong(nearest).flatMap((index) => {
    const slot = abstract.slots[index];
    if (slot === undefined) return [];
    const print = (value: Value | undefined): string => printSlot(abstract, slot, value ?? null);
    return [`\`${slot.name}\` = ${print(nearest[index])}, not ${print(state[index])}`];
  });
  return `\`${abstract.system}\` begins with ${cut(told).join(", and ")}`;
}

/** `` no step of `Abs` takes `it` from On to Off `` */
function changesSentence(
  { abstract }: Refinement,
  before: readonly Value[],
  after: readonly Value[],
): string {
  const told = differences(abstract, before, after).map(
    (one) => `\`${one.path}\` from ${one.before} to ${one.after}`,
  );
  const together = told.length > 1 ? " in one" : "";
  return `no step of \`${abstract.system}\` takes ${cut(told).join(" and ")}${together}`;
}

function listed(labels: readonly string[]): string {
  return cut([...new Set(labels)].map((label) => `\`${label}\``)).join(", ");
}

function cut(words: readonly string[]): readonly string[] {
  const more = words.length - LISTED_MAX;
  return more > 0 ? [...words.slice(0, LISTED_MAX), `${more} more`] : words;
}
