/**
 * `CellSystem`: a whole Model over cells, before it becomes text of another notation.
 *
 *     initial states   known numbers, one row for each
 *     transitions      guards and assignments
 *     conditions       invariants and goals, as formulas
 *     monitors         what is wrong with a state: a message without a rule, being stuck
 *
 * Ghosts are left out unless asked for. Nothing but other ghosts reads them, so all that is lost is
 * a ghost that leaves its range; `leftOut` says so.
 */
import type { Model, Type, Value } from "../../spec/model.ts";
import { isFault } from "../reference/built-in.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { createFormulas, type Formula, type Formulas } from "./formula.ts";
import { cellsOfState, type Layout, layoutOf, stateOf } from "./layout.ts";
import { holdsSymbolic } from "./symbolic-evaluate.ts";
import { unhandledIn } from "./symbolic-messages.ts";
import { isGhost, type SymbolicSetting } from "./symbolic-run.ts";
import { type CellTransition, cellTransitions } from "./symbolic-steps.ts";
import type { Symbolic } from "./symbolic.ts";

export interface CellCondition {
  readonly kind: "invariant" | "reachable";
  readonly name: string;
  readonly condition: Formula;
}

export interface CellMonitor {
  readonly kind: "unhandled" | "stuck";
  /** `req.Open` for messages, otherwise empty. */
  readonly subject: string;
  /** True in the states that are wrong. */
  readonly when: Formula;
}

export interface CellSystem {
  readonly layout: Layout;
  readonly f: Formulas;
  /** Distinct initial states, as constants. */
  readonly initial: readonly (readonly Formula[])[];
  /** Can the run violate something before its first state? */
  readonly violatesAtStart: boolean;
  readonly transitions: readonly CellTransition[];
  readonly conditions: readonly CellCondition[];
  readonly monitors: readonly CellMonitor[];
  /** What is not in it, each with the reason, in words. */
  readonly leftOut: readonly string[];
}

/** The Model over cells. Throws an `ExportLimit` when it is too large or has no such form. */
export function cellSystemOf(model: Model, ghosts: boolean): CellSystem {
  const layout = layoutOf(model, ghosts);
  const f = createFormulas(layout.cells);
  const state = stateOf(layout, f);
  const transitions = cellTransitions(layout, f);
  const begins = beginnings(model, createMeter());
  const key = keyOf(model);
  const rows = new Map<string, readonly Value[]>();
  for (const begin of begins) {
    if (begin.violation === undefined) rows.set(key(begin.state), begin.state);
  }
  return {
    layout,
    f,
    initial: [...rows.values()].map((row) => cellsOfState(layout, row, f)),
    violatesAtStart: begins.some(({ violation }) => violation !== undefined),
    transitions,
    conditions: conditionsOf(layout, state, f),
    monitors: [
      ...unhandledMonitors(layout, state, f),
      ...(model.allowStuck ? [] : stuckMonitors(layout, transitions, state, f)),
    ],
    leftOut: ghosts ? [] : ghostRanges(model),
  };
}

/** Only assignments to ghosts may read ghosts, so all that is lost of steps are their ranges. */
function ghostRanges(model: Model): readonly string[] {
  return model.slots.flatMap(({ name, type }, slot) =>
    isGhost(model, slot) && canBeLeft(type) ? [`the range of ghost ${name}`] : [],
  );
}

/** Are there values that do not fit into the type? */
function canBeLeft(type: Type): boolean {
  switch (type.kind) {
    case "range":
      return type.overflow === "fail";
    case "list":
      return true;
    case "optional":
    case "set":
      return canBeLeft(type.of);
    case "map":
      return canBeLeft(type.value);
    case "record":
      return type.fields.some((field) => canBeLeft(field.type));
    default:
      return false;
  }
}

// ---------------------------------------------------------------------------- properties

function conditionsOf(
  layout: Layout,
  state: readonly Symbolic[],
  f: Formulas,
): readonly CellCondition[] {
  const { model, stores } = layout;
  const scope = { f, state, locals: [], stores };
  const stated = [
    ...model.invariants.map((one) => ({ ...one, kind: "invariant" as const })),
    ...model.goals.map((one) => ({ ...one, kind: "reachable" as const })),
  ];
  return stated
    .filter(({ name }) => model.only === undefined || model.only.includes(name))
    .map(({ kind, name, condition }) => ({
      kind,
      name,
      condition: holdsSymbolic(condition, scope),
    }));
}

function unhandledMonitors(
  layout: Layout,
  state: readonly Symbolic[],
  f: Formulas,
): readonly CellMonitor[] {
  const { model } = layout;
  const setting: SymbolicSetting = { layout, f, busy: [], violations: [] };
  return model.receptions.flatMap((reception) => {
    const when = unhandledIn(reception, state, setting);
    if (when === f.no) return [];
    const channel = model.channels[reception.channel];
    const kinds = channel?.message.kind === "message" ? channel.message.kinds : [];
    const subject = `${channel?.name ?? ""}.${kinds[reception.kind]?.name ?? ""}`;
    return [{ kind: "unhandled" as const, subject, when }];
  });
}

/** No step but a fault is enabled, and not every instance is in a final mode. */
function stuckMonitors(
  layout: Layout,
  transitions: readonly CellTransition[],
  state: readonly Symbolic[],
  f: Formulas,
): readonly CellMonitor[] {
  const moves = transitions
    .filter(({ transition }) => !isFault(transition.kind))
    .flatMap(({ steps, violations }) => [
      ...steps.map(({ guard }) => guard),
      ...violations.map(({ when }) => when),
    ]);
  const final = layout.model.instances.flatMap(({ regions, finals }) =>
    regions.map((slot, region) => {
      const [mode, type] = [state[slot], layout.types[slot]];
      if (mode?.shape !== "scalar" || type?.kind !== "mode") return f.yes;
      const leaves = [...(finals[region] ?? []), type.leaves.length];
      return f.or(...leaves.map((leaf) => f.eq(mode.value, f.number(leaf))));
    }),
  );
  const when = f.not(f.or(...moves, f.and(...final)));
  return when === f.no ? [] : [{ kind: "stuck", subject: "", when }];
}
