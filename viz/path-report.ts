/**
 * A counterexample or an example path, reduced to what a page draws.
 *
 * States become columns: for each variable the steps at which it changes, with the printed value.
 * The rest (lanes, arrows, modes, clauses) is derived from the same states, so nothing that the
 * page shows can disagree with the path that was replayed.
 */
import type { Clause, Counterexample } from "../checker/verdict.ts";
import type { Model, Slot, Transition, Value } from "../spec/model.ts";
import type { ClauseReport, PathReport, StepReport, VariableReport } from "./document.ts";
import { loopReport } from "./loop-report.ts";
import { arrowsOfPath, shortName } from "./path-arrows.ts";
import { type LanePlan, laneModes, planLanes } from "./path-lanes.ts";
import { chanceReport } from "./path-chance.ts";
import { momentReport, orderReport } from "./path-played.ts";
import type { PlaceIndex } from "./places.ts";
import { cutMiddle, slotReport, type ValueWords } from "./value-report.ts";

/** Steps kept of one path; the beginning of a longer one is cut, and the page says so. */
export const PATH_STEP_LIMIT = 10_000;
/** Longer labels of steps and texts of clauses are cut in the middle, in UTF-16 units. */
export const LABEL_LIMIT = 1_000;

/** Where the state table lists variables that belong to no instance. */
const GROUP_NAMES = {
  system: "system",
  channels: "channels",
  buffers: "store buffers",
  faults: "faults used",
} as const;

/** Reduces a path of `model`. */
export function pathReport(
  model: Model,
  path: Counterexample,
  kind: PathReport["kind"],
  places: PlaceIndex,
  words: ValueWords,
): PathReport {
  const first = Math.max(0, path.steps.length - PATH_STEP_LIMIT);
  const kept = path.steps.slice(first);
  const states = kept.map((step) => step.state);
  const plan = planLanes(model, path.played?.domains);
  const abstract = abstractReport(model, path, first, words);
  const steps = kept.map((step, offset): StepReport => {
    const transition =
      step.transition === undefined ? undefined : model.transitions[step.transition];
    return {
      label: cutMiddle(step.label, LABEL_LIMIT),
      kind: transition?.kind ?? "initial",
      lane: laneOf(plan, transition),
      places: step.spans.flatMap((span) => places.placeOf(span) ?? []),
      ...(abstract === undefined ? {} : { abstract: abstract.words[offset] }),
      ...chanceReport(path.likelihood, first + offset),
      ...momentReport(path.played, first + offset),
    };
  });
  const { groups, variables } = variablesOf(model, states, first, words);
  return {
    kind,
    reason: cutMiddle(path.reason),
    claims: claimsOf(path),
    first,
    steps,
    lanes: plan.lanes,
    arrows: arrowsOfPath(model, plan, kept, first, words),
    modes: [...laneModes(model, plan, states, first)],
    groups: abstract === undefined ? groups : [abstract.group, ...groups],
    variables:
      abstract === undefined
        ? variables
        : [...abstract.variables, ...variables.map((one) => ({ ...one, group: one.group + 1 }))],
    why: path.why.map((clause) => clauseReport(clause, places)),
    place: places.placeOf(path.span),
    loop: path.loop === undefined ? undefined : loopReport(path.loop),
    ...orderReport(path.played),
  };
}

/** The lane that acts: a flush is an act of the store buffer. */
function laneOf(plan: LanePlan, transition: Transition | undefined): number | undefined {
  if (transition?.kind === "flush" && transition.subject !== undefined) {
    return plan.ofSlot.get(transition.subject);
  }
  const instance = transition?.instance;
  return instance === undefined ? undefined : plan.ofInstance.get(instance);
}

/** The abstract system of a refinement: one group of variables, and words for each step. */
function abstractReport(
  model: Model,
  { abstract }: Counterexample,
  first: number,
  words: ValueWords,
):
  | {
      readonly group: string;
      readonly words: readonly string[];
      readonly variables: readonly VariableReport[];
    }
  | undefined {
  const system = abstract?.system ?? "";
  const other = model.refinements.find((one) => one.abstract.system === system)?.abstract;
  if (abstract === undefined || other === undefined) {
    return undefined;
  }
  const kept = abstract.steps.slice(first);
  const states = kept.map(({ state }) => state);
  const sayings = {
    begins: () => `${system} begins`,
    stutters: () => `${system} stutters`,
    steps: (label: string) => `${system}: ${label}`,
    impossible: () => `${system}: no such step`,
  } as const;
  return {
    group: `${system} (abstract)`,
    words: kept.map(({ kind, label }) => sayings[kind](cutMiddle(label ?? "", LABEL_LIMIT))),
    variables: other.slots.map(({ name }, index) => ({
      name: `${system}: ${name}`,
      label: name,
      group: 0,
      changes: changesOf(other, index, states, first, words),
    })),
  };
}

function claimsOf(path: Counterexample): readonly string[] {
  const trace = path.loop === undefined ? "trace" : "loop";
  return [
    path.shortest ? `no shorter ${trace} exists` : `a shorter ${trace} may exist`,
    path.replayed ? "replayed by the reference evaluator" : "not replayed",
  ];
}

function clauseReport(clause: Clause, places: PlaceIndex): ClauseReport {
  return {
    text: cutMiddle(clause.text, LABEL_LIMIT),
    value: clause.value,
    since: clause.since,
    witness: clause.witness,
    depth: clause.depth,
    place: places.placeOf(clause.span),
  };
}

function variablesOf(
  model: Model,
  states: readonly (readonly Value[])[],
  first: number,
  words: ValueWords,
): { groups: readonly string[]; variables: readonly VariableReport[] } {
  const groups: string[] = model.instances.map((instance) => instance.name);
  const variables = model.slots.map((slot, index): VariableReport => {
    const name = groupOf(model, slot);
    if (!groups.includes(name)) {
      groups.push(name);
    }
    const label = labelOf(model, slot);
    const changes = changesOf(model, index, states, first, words);
    return { name: slot.name, label, group: groups.indexOf(name), changes };
  });
  return { groups, variables };
}

/** The values of one slot, from the steps on at which they change. */
function changesOf(
  model: Model,
  slot: number,
  states: readonly (readonly Value[])[],
  first: number,
  words: ValueWords,
): VariableReport["changes"] {
  const changes: (readonly [number, ReturnType<typeof slotReport>])[] = [];
  let last: string | undefined;
  states.forEach((state, offset) => {
    const value = state[slot] ?? null;
    const json = JSON.stringify(value);
    if (json !== last) {
      changes.push([first + offset, slotReport(model, slot, value, words)]);
      last = json;
    }
  });
  return changes;
}

function groupOf(model: Model, slot: Slot): string {
  const { role } = slot;
  if (role.role === "channel") {
    return GROUP_NAMES.channels;
  }
  if (role.role === "faults") {
    return GROUP_NAMES.faults;
  }
  if (role.role === "buffer") {
    return GROUP_NAMES.buffers;
  }
  return role.instance === undefined
    ? GROUP_NAMES.system
    : (model.instances[role.instance]?.name ?? GROUP_NAMES.system);
}

function labelOf(model: Model, slot: Slot): string {
  const { role } = slot;
  if (role.role === "mode") {
    return role.region === "" ? "mode" : `mode of ${role.region}`;
  }
  if (role.role === "faults") {
    return role.fault;
  }
  if (role.role === "channel" || role.role === "buffer") {
    return slot.name;
  }
  const owner = role.instance === undefined ? undefined : model.instances[role.instance]?.name;
  return owner !== undefined && slot.name.startsWith(`${owner}.`)
    ? slot.name.slice(owner.length + 1)
    : owner === undefined
      ? slot.name
      : shortName(slot.name);
}
