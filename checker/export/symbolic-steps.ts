/**
 * All steps of a Model as guards and assignments over cells: the twin of `reference/successors.ts`.
 *
 *     server.Data(Client1)     req.length > 0 and req[0].kind == Data and req[0].Data.c == Client1
 *                              and server.table[Client1] and rep[Client1].length < 2
 *                              ──► req := rest of req, rep[Client1] := … Ack
 *
 * A transition becomes one step for each way in which it can happen. Fields of a message that have
 * few values are told apart (`UNROLLED_MAX`), because most of a guard then folds away.
 */
import type { Transition, Type, Value } from "../../spec/model.ts";
import { domainSize, printValue, valuesOf } from "../../spec/values.ts";
import type { Formula, Formulas } from "./formula.ts";
import { type Layout, stateOf, writeCells } from "./layout.ts";
import { channelFaultRuns } from "./symbolic-faults.ts";
import { performSymbolic } from "./symbolic-effects.ts";
import { holdsSymbolic } from "./symbolic-evaluate.ts";
import { takeAt } from "./symbolic-lists.ts";
import { applyEntry } from "./symbolic-memory.ts";
import { offered } from "./symbolic-messages.ts";
import {
  type Runs,
  scopeOf,
  type SymbolicRun,
  type SymbolicSetting,
  type SymbolicViolation,
  when,
} from "./symbolic-run.ts";
import { constantSymbolic, elementAt, equalsValue, type Symbolic } from "./symbolic.ts";

/** Values of a message's fields that become steps of their own. */
const UNROLLED_MAX = 16;

export interface Update {
  readonly cell: number;
  readonly value: Formula;
}

/** One way in which a transition can happen. */
export interface CellStep {
  readonly label: string;
  readonly guard: Formula;
  readonly updates: readonly Update[];
}

export interface CellTransition {
  readonly transition: Transition;
  readonly steps: readonly CellStep[];
  readonly violations: readonly SymbolicViolation[];
}

/** Every transition of the layout's Model, in order. */
export function cellTransitions(layout: Layout, f: Formulas): readonly CellTransition[] {
  const { model } = layout;
  const state = stateOf(layout, f);
  return model.transitions.map((transition) => {
    const violations: SymbolicViolation[] = [];
    const busy = transition.instance === undefined ? [] : [transition.instance];
    const setting: SymbolicSetting = { layout, f, busy, violations };
    const runs = starts(transition, state, setting).flatMap((run) =>
      performSymbolic(transition.effects, run, setting),
    );
    const steps = runs.map((run) => ({
      label: run.remarks.join(""),
      guard: run.guard,
      updates: updatesOf(layout, state, run.state, f),
    }));
    return { transition, steps, violations };
  });
}

function updatesOf(
  layout: Layout,
  before: readonly Symbolic[],
  after: readonly Symbolic[],
  f: Formulas,
): readonly Update[] {
  let first = 0;
  return layout.types.flatMap((type, slot) => {
    const [old, made] = [before[slot], after[slot]];
    if (old === undefined || made === undefined) return [];
    const olds = writeCells(old, type, f);
    const cells = olds.map((_, index) => first + index);
    first += olds.length;
    if (old === made) return [];
    const news = writeCells(made, type, f);
    return cells.flatMap((cell, index) => {
      const value = news[index];
      if (value === undefined || value === olds[index]) return [];
      return layout.cells[cell]?.ghost === true ? [] : [{ cell, value }];
    });
  });
}

// ---------------------------------------------------------------------------- beginnings

/** Every way in which the transition could begin. */
function starts(
  transition: Transition,
  state: readonly Symbolic[],
  setting: SymbolicSetting,
): Runs {
  const { f } = setting;
  if (transition.trigger !== undefined) return receptions(transition, state, setting);
  const run: SymbolicRun = { guard: f.yes, state, locals: [], remarks: [transition.name] };
  const guarded = when(holdsSymbolic(transition.guard, scopeOf(run, setting)), run, f);
  switch (transition.kind) {
    case "flush":
      return guarded.flatMap((one) => flush(transition, one, setting));
    case "lossy":
    case "duplicating":
    case "reordering":
      return guarded.flatMap((one) => channelFaultRuns(transition, one, setting));
    default:
      return guarded;
  }
}

/** The oldest waiting write reaches the memory. */
function flush(transition: Transition, run: SymbolicRun, setting: SymbolicSetting): Runs {
  const { f, layout } = setting;
  const buffer = transition.subject ?? -1;
  const list = run.state[buffer];
  if (list?.shape !== "list") return [];
  const places = layout.stores.get(buffer) ?? [];
  const oldest = elementAt(list, 0);
  const state = run.state.map((memory, slot) => {
    const type = layout.model.slots[slot]?.type;
    if (slot === buffer || type === undefined) return memory;
    return applyEntry(memory, { slot, type }, oldest, f.yes, places, f);
  });
  const waiting = f.lt(f.number(0), list.length);
  return when(waiting, { ...run, state: state.with(buffer, takeAt(list, 0, f)) }, f);
}

function receptions(
  transition: Transition,
  state: readonly Symbolic[],
  setting: SymbolicSetting,
): Runs {
  const { f } = setting;
  const { model } = setting.layout;
  const { trigger } = transition;
  const channel = model.channels[trigger?.channel ?? -1];
  if (trigger === undefined || channel === undefined) return [];
  const list = state[channel.slot];
  const kind = channel.message.kind === "message" ? channel.message.kinds[trigger.kind] : undefined;
  if (list?.shape !== "list" || kind === undefined) return [];
  const types = kind.fields.map((field) => field.type);
  return offered(trigger.channel, state, setting).flatMap(({ position, message, there }) => {
    if (message.shape !== "message") return [];
    const fields = message.fields[trigger.kind] ?? [];
    const taken = state.with(channel.slot, takeAt(list, position, f));
    const here = f.and(there, f.eq(message.kind, f.number(trigger.kind)));
    return unrolled(fields, types, f).flatMap(({ known, locals, text }) => {
      const name = `${transition.name}${text}`;
      const run: SymbolicRun = { guard: f.and(here, known), state, locals, remarks: [name] };
      const guard = holdsSymbolic(transition.guard, scopeOf(run, setting));
      return when(guard, { ...run, state: taken }, f);
    });
  });
}

interface Fields {
  /** The condition that the fields have these values. */
  readonly known: Formula;
  readonly locals: readonly Symbolic[];
  readonly text: string;
}

/** The fields of a message, told apart by value where they have few. */
function unrolled(
  fields: readonly Symbolic[],
  types: readonly Type[],
  f: Formulas,
): readonly Fields[] {
  const ways = types.reduce((product, type) => product * domainSize(type), 1);
  if (ways > UNROLLED_MAX) return [{ known: f.yes, locals: fields, text: "" }];
  const tuples = types.reduce<readonly (readonly Value[])[]>(
    (rows, type) => rows.flatMap((row) => valuesOf(type).map((value) => [...row, value])),
    [[]],
  );
  return tuples.flatMap((values) => {
    const known = f.and(
      ...fields.map((field, index) => equalsValue(field, values[index] ?? null, f)),
    );
    if (known === f.no) return [];
    const locals = types.map((type, index) => constantSymbolic(values[index] ?? null, type, f));
    const words = types.map((type, index) => printValue(values[index] ?? null, type));
    return [{ known, locals, text: words.length === 0 ? "" : `(${words.join(", ")})` }];
  });
}
