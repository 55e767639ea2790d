/**
 * Assignments on formulas: into the slot, or into the store buffer that takes the write.
 *
 * A write to a member of a family whose index is not known is a conditional write to each member.
 */
import type { Effect, Expr, Place } from "../../spec/model.ts";
import { casesOf, evaluateSymbolic, type SymbolicScope } from "./symbolic-evaluate.ts";
import { fitSymbolic } from "./symbolic-fit.ts";
import { push } from "./symbolic-lists.ts";
import {
  existsSymbolic,
  storeMessage,
  type SymbolicStep,
  writeSymbolic,
} from "./symbolic-memory.ts";
import type { Case } from "./symbolic-parts.ts";
import {
  cut,
  isGhost,
  type Runs,
  scopeOf,
  type SymbolicRun,
  type SymbolicSetting,
  unless,
  when,
  withSlot,
} from "./symbolic-run.ts";
import { chooseSymbolic, type Symbolic } from "./symbolic.ts";

type Assign = Extract<Effect, { readonly effect: "assign" }>;

/** Stores the value; a value that leaves its type ends the step in a violation. */
export function assign(effect: Assign, run: SymbolicRun, setting: SymbolicSetting): Runs {
  const { f, layout } = setting;
  const { model } = layout;
  const { place } = effect;
  const scope = scopeOf(run, setting);
  const path = place.path.map(
    (step): SymbolicStep =>
      step.step === "field" ? step : { step: "key", key: bare(step.key, scope) },
  );
  const fitted = fitSymbolic(evaluateSymbolic(effect.value, scope), place.type, f);
  const cases = casesOf(place.index, place.slots.length, scope);
  const named = cases.map(({ when: here }) => here);
  const misfit = f.and(fitted.misfit, named.length === 1 ? (named[0] ?? f.no) : f.or(...named));
  // A ghost that is no part of the state cannot be judged by it.
  const ghost = !layout.ghosts && place.slots.some((slot) => isGhost(model, slot));
  return (ghost ? [run] : unless("range", misfit, effect.span, run, setting)).flatMap((fitting) =>
    place.buffer === undefined
      ? [writeCases(place, cases, path, fitted.value, fitting, setting)]
      : storeCases(place, place.buffer, cases, path, fitted.value, fitting, setting),
  );
}

function bare(key: Expr, scope: SymbolicScope): Symbolic {
  const value = evaluateSymbolic(key, scope);
  return value.shape === "optional" ? value.value : value;
}

function writeCases(
  place: Place,
  cases: readonly Case[],
  path: readonly SymbolicStep[],
  value: Symbolic,
  run: SymbolicRun,
  { f, layout: { model } }: SymbolicSetting,
): SymbolicRun {
  return cases.reduce((written, { when: here, ordinal }) => {
    const slot = place.slots[ordinal] ?? -1;
    const [type, whole] = [model.slots[slot]?.type, written.state[slot]];
    if (type === undefined || whole === undefined) return written;
    return withSlot(written, slot, writeSymbolic(whole, type, path, value, here, f));
  }, run);
}

/** The write waits in the buffer, if the place exists; without room the step is not enabled. */
function storeCases(
  place: Place,
  buffer: number,
  cases: readonly Case[],
  path: readonly SymbolicStep[],
  value: Symbolic,
  run: SymbolicRun,
  setting: SymbolicSetting,
): Runs {
  const { f } = setting;
  const { model, stores } = setting.layout;
  const role = model.slots[buffer]?.role;
  const room = role?.role === "buffer" ? role.entries : 0;
  return cases.reduce<Runs>(
    (runs, { when: here, ordinal }) =>
      runs.flatMap((before) => {
        const slot = place.slots[ordinal] ?? -1;
        const type = model.slots[slot]?.type;
        const [list, memory] = [before.state[buffer], before.state[slot]];
        if (type === undefined || list?.shape !== "list" || memory === undefined) return [before];
        const written = f.and(here, existsSymbolic(memory, type, path, f));
        const full = f.and(written, f.le(f.number(room), list.length));
        const message = storeMessage(stores.get(buffer) ?? [], slot, path, value, f);
        const longer = cut(push(list, message, f), room);
        return when(
          f.not(full),
          withSlot(before, buffer, chooseSymbolic(written, longer, list, f)),
          f,
        );
      }),
    [run],
  );
}
