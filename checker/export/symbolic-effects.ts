/**
 * Performs effects on formulas: the twin of `reference/effects.ts`.
 *
 *     run ──if c──► guard and c      ┐ joined again when neither branch chose anything
 *        └────────► guard and not c  ┘
 *        ──choose──► one run for each element that may be there
 *
 * A run is one way through the effects: the guard under which it can be taken from beginning to
 * end, and the state that it leads to. What blocks (a full channel, a full store buffer, waiting
 * writes at a fence) goes into the guard, so a step is all or nothing; what violates ends the run
 * there, and is noted with the condition under which it is reached.
 *
 * Limit: `RUNS_MAX` ways through one transition.
 */
import type { Channel, Effect } from "../../spec/model.ts";
import type { Node } from "../reference/effects.ts";
import { printValue } from "../../spec/values.ts";
import { conjuncts, type Formula, type Formulas } from "./formula.ts";
import { assign } from "./symbolic-assign.ts";
import { casesOf, evaluateSymbolic, holdsSymbolic } from "./symbolic-evaluate.ts";
import { fitSymbolic } from "./symbolic-fit.ts";
import { insertSorted, push } from "./symbolic-lists.ts";
import {
  cut,
  RUNS_MAX,
  type Runs,
  scopeOf,
  type SymbolicRun,
  type SymbolicSetting,
  tooManyRuns,
  unless,
  when,
  withLocal,
  withSlot,
} from "./symbolic-run.ts";
import { chooseSymbolic, elementsOf, type Symbolic, type SymbolicList } from "./symbolic.ts";

/** Every way through the effects. */
export function performSymbolic(
  effects: readonly Effect[],
  run: SymbolicRun,
  setting: SymbolicSetting,
): Runs {
  return effects.reduce<Runs>(
    (runs, effect) => limited(runs.flatMap((before) => perform(effect, before, setting))),
    [run],
  );
}

function limited(runs: Runs): Runs {
  if (runs.length > RUNS_MAX) throw tooManyRuns();
  return runs;
}

function perform(effect: Effect, run: SymbolicRun, setting: SymbolicSetting): Runs {
  const { f } = setting;
  const scope = scopeOf(run, setting);
  switch (effect.effect) {
    case "assign":
      return assign(effect, run, setting);
    case "send":
      return send(effect, run, setting);
    case "if":
      return either(
        holdsSymbolic(effect.condition, scope),
        run,
        (then) => performSymbolic(effect.then, then, setting),
        (otherwise) => performSymbolic(effect.else, otherwise, setting),
        f,
      );
    case "for":
      return loop(effect, run, setting);
    case "choose":
      return choose(effect, run, setting);
    case "assert": {
      const condition = holdsSymbolic(effect.condition, scope);
      return unless("assert", f.not(condition), effect.span, run, setting);
    }
    case "fence": {
      const buffer = run.state[effect.buffer];
      const empty = buffer?.shape === "list" ? f.eq(buffer.length, f.number(0)) : f.yes;
      return when(empty, run, f);
    }
    case "bind":
      return [withLocal(run, effect.local, evaluateSymbolic(effect.value, scope))];
  }
}

/** Both ways of a condition, joined into one run when each has one and they read alike. */
function either(
  condition: Formula,
  run: SymbolicRun,
  then: (run: SymbolicRun) => Runs,
  otherwise: (run: SymbolicRun) => Runs,
  f: Formulas,
): Runs {
  const [taken] = when(condition, run, f);
  const [passed] = when(f.not(condition), run, f);
  const ones = taken === undefined ? [] : then(taken);
  const others = passed === undefined ? [] : otherwise(passed);
  const [one, other] = [ones[0], others[0]];
  if (
    taken === undefined ||
    passed === undefined ||
    one === undefined ||
    other === undefined ||
    ones.length > 1 ||
    others.length > 1 ||
    one.remarks.join() !== other.remarks.join()
  ) {
    return [...ones, ...others];
  }
  const more = f.choose(
    condition,
    added(taken.guard, one.guard, f),
    added(passed.guard, other.guard, f),
  );
  const state = one.state.map((value, slot) =>
    chooseSymbolic(condition, value, other.state[slot] ?? value, f),
  );
  const locals = Array.from(
    { length: Math.max(one.locals.length, other.locals.length) },
    (_, local) => {
      const [left, right] = [one.locals[local], other.locals[local]];
      if (left === undefined || right === undefined) return left ?? right;
      return chooseSymbolic(condition, left, right, f);
    },
  );
  return [{ guard: f.and(run.guard, more), state, locals, remarks: one.remarks }];
}

/** What a guard says beyond the guard from which it grew. */
function added(before: Formula, after: Formula, f: Formulas): Formula {
  const known = new Set(conjuncts(before).map(({ id }) => id));
  return f.and(...conjuncts(after).filter(({ id }) => !known.has(id)));
}

// ---------------------------------------------------------------------------- loops and choices

function loop(effect: Node<"for">, run: SymbolicRun, setting: SymbolicSetting): Runs {
  const { f } = setting;
  const domain = evaluateSymbolic(effect.domain, scopeOf(run, setting));
  return elementsOf(domain, effect.domain.type, f).reduce<Runs>(
    (runs, { present, value }) =>
      limited(
        runs.flatMap((before) =>
          either(
            present,
            before,
            (inside) =>
              performSymbolic(effect.body, withLocal(inside, effect.local, value), setting),
            (outside) => [outside],
            f,
          ),
        ),
      ),
    [run],
  );
}

function choose(effect: Node<"choose">, run: SymbolicRun, setting: SymbolicSetting): Runs {
  const { f } = setting;
  const { type } = effect.domain;
  const domain = evaluateSymbolic(effect.domain, scopeOf(run, setting));
  const of = type.kind === "set" || type.kind === "list" ? type.of : undefined;
  return elementsOf(domain, type, f).flatMap(({ present, value }, index) => {
    const known = domain.shape === "set" ? domain.members[index]?.element : undefined;
    const text = known === undefined || of === undefined ? `[${index}]` : printValue(known, of);
    const remarks = [...run.remarks, ` {${effect.name} = ${text}}`];
    return when(present, withLocal({ ...run, remarks }, effect.local, value), f);
  });
}

// ---------------------------------------------------------------------------- messages

function send(effect: Node<"send">, run: SymbolicRun, setting: SymbolicSetting): Runs {
  const { f } = setting;
  const { model } = setting.layout;
  const scope = scopeOf(run, setting);
  const cases = casesOf(effect.index, effect.channels.length, scope);
  const value = evaluateSymbolic(effect.message, scope);
  const channels = cases.flatMap((one) => {
    const index = effect.channels[one.ordinal] ?? -1;
    const channel = model.channels[index];
    return channel === undefined ? [] : [{ ...one, index, channel }];
  });
  const [first] = channels;
  if (first === undefined) return [run];
  const fitted = fitSymbolic(value, first.channel.message, f);
  const named = channels.map(({ when: here }) => here);
  const misfit = f.and(fitted.misfit, named.length === 1 ? (named[0] ?? f.no) : f.or(...named));
  return unless("range", misfit, effect.span, run, setting).flatMap((fitting) => {
    if (first.channel.discipline === "rendezvous") {
      return channels.flatMap(({ when: here, index }) =>
        when(here, fitting, f).flatMap((met) => meet(index, fitted.value, met, setting)),
      );
    }
    return channels.reduce<Runs>(
      (runs, { when: here, channel }) =>
        runs.flatMap((before) => queue(channel, fitted.value, here, before, f)),
      [fitting],
    );
  });
}

/** Puts the message into a channel in the states in which `here` holds; blocks without room. */
function queue(
  channel: Channel,
  message: Symbolic,
  here: Formula,
  run: SymbolicRun,
  f: Formulas,
): Runs {
  const list = run.state[channel.slot];
  if (list?.shape !== "list") return [run];
  const full = f.and(here, f.le(f.number(channel.capacity), list.length));
  const longer = cut(put(list, message, channel.discipline, f), channel.capacity);
  const next = withSlot(run, channel.slot, chooseSymbolic(here, longer, list, f));
  return when(f.not(full), next, f);
}

/** One more message in a channel, where its discipline puts it. */
export function put(
  list: SymbolicList,
  message: Symbolic,
  discipline: Channel["discipline"],
  f: Formulas,
): SymbolicList {
  return discipline === "bag" ? insertSorted(list, message, f) : push(list, message, f);
}

/** Every way in which the receiver can take the message now, as part of this step. */
function meet(index: number, message: Symbolic, run: SymbolicRun, setting: SymbolicSetting): Runs {
  const { f } = setting;
  const { model } = setting.layout;
  const receiver = model.channels[index]?.receiver;
  if (receiver === undefined || setting.busy.includes(receiver)) return [];
  if (message.shape !== "message") return [];
  return model.transitions.flatMap((transition) => {
    const { trigger } = transition;
    if (trigger?.channel !== index) return [];
    const received: SymbolicRun = {
      ...run,
      locals: message.fields[trigger.kind] ?? [],
      remarks: [...run.remarks, ` & ${transition.name}`],
    };
    const taken = f.and(
      f.eq(message.kind, f.number(trigger.kind)),
      holdsSymbolic(transition.guard, scopeOf(received, setting)),
    );
    const during: SymbolicSetting = { ...setting, busy: [...setting.busy, receiver] };
    return when(taken, received, f)
      .flatMap((met) => performSymbolic(transition.effects, met, during))
      .map((met) => ({ ...met, locals: run.locals }));
  });
}
