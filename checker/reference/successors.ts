/**
 * All steps of a state, and why the other transitions are not enabled.
 *
 * A transition is tried in every way in which it can happen: for every message it may take, every
 * element it may choose, every receiver it may meet. The order is that of the Model, then that of
 * the choices, so the same state always gives the same steps at the same positions.
 *
 *     state ──guard (fields bound)──► message removed ──effects──► next state
 *
 * The message is removed before the effects run, so that a reply into the same channel has its
 * room. Receiving transitions of rendezvous channels never run alone: `effects.ts` runs them inside
 * the sender's step.
 */
import type { Model, Transition, Value } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";
import { part, parts, printValue } from "../../spec/values.ts";
import { strikes } from "./channel-faults.ts";
import { performAll, receiveLabel } from "./effects.ts";
import { frame, holds } from "./evaluate.ts";
import { type StoreEntry, unpackEntry, writePart } from "./memory.ts";
import { candidates, take } from "./messages.ts";
import type { Meter } from "./meter.ts";
import type { Obstacle, Run, Violation } from "./outcome.ts";

/** One step of a state. With its choices, the transition names it uniquely in that state. */
export interface Step {
  readonly transition: number;
  readonly label: string;
  readonly choices: readonly Value[];
  /** State after the step; when it violates, as far as it was computed (then it is no state). */
  readonly state: readonly Value[];
  readonly violation: Violation | undefined;
  /** Rules that were taken: the transition's and those of its rendezvous partners. */
  readonly rules: readonly number[];
  /** Receiving transitions that took part. */
  readonly partners: readonly number[];
  readonly spans: readonly Span[];
}

export interface Hindrance {
  readonly transition: number;
  readonly obstacle: Obstacle;
}

export interface Successors {
  readonly steps: readonly Step[];
  /** At least one for every transition that has no step, in the order of the Model. */
  readonly hindrances: readonly Hindrance[];
}

/** A way to begin a step: the run before its effects, or what keeps it from beginning. */
type Start = { readonly run: Run } | { readonly obstacle: Obstacle };

export function successors(model: Model, state: readonly Value[], meter: Meter): Successors {
  const steps: Step[] = [];
  const hindrances: Hindrance[] = [];
  for (const index of model.transitions.keys()) {
    const own = successorsBy(model, index, state, meter);
    steps.push(...own.steps);
    hindrances.push(...own.hindrances);
  }
  return { steps, hindrances };
}

/** The same of one transition, by its index. */
export function successorsBy(
  model: Model,
  index: number,
  state: readonly Value[],
  meter: Meter,
): Successors {
  const steps: Step[] = [];
  const hindrances: Hindrance[] = [];
  const transition = model.transitions[index];
  if (transition === undefined) return { steps, hindrances };
  for (const start of starts(model, transition, index, state, meter)) {
    if ("obstacle" in start) {
      hindrances.push({ transition: index, obstacle: start.obstacle });
      continue;
    }
    const busy = transition.instance === undefined ? [] : [transition.instance];
    for (const outcome of performAll(transition.effects, start.run, { model, meter, busy })) {
      if (outcome.end === "blocked") {
        hindrances.push({ transition: index, obstacle: outcome.obstacle });
      } else {
        const violation = outcome.end === "violated" ? outcome.violation : undefined;
        steps.push(stepOf(model, index, outcome.run, violation));
      }
    }
  }
  return { steps, hindrances };
}

function stepOf(model: Model, index: number, run: Run, violation: Violation | undefined): Step {
  const taken = [index, ...run.partners].flatMap((number) => model.transitions[number] ?? []);
  const rules = taken.flatMap((transition) => transition.rules);
  return {
    transition: index,
    label: run.remarks.join(""),
    choices: run.choices,
    state: run.state,
    violation,
    rules,
    partners: run.partners,
    spans: [...rules.flatMap((rule) => model.rules[rule]?.span ?? []), ...run.spans],
  };
}

/** Every way in which the transition could begin in this state. */
function starts(
  model: Model,
  transition: Transition,
  index: number,
  state: readonly Value[],
  meter: Meter,
): readonly Start[] {
  if (transition.trigger !== undefined) return receptions(model, transition, index, state, meter);
  const run: Run = {
    state,
    locals: frame(transition.locals),
    choices: [],
    remarks: [transition.name],
    partners: [],
    spans: [],
  };
  if (!holds(transition.guard, { state, locals: run.locals, meter })) {
    return [{ obstacle: { why: "guard" } }];
  }
  switch (transition.kind) {
    case "flush":
      return [flush(model, transition, run)];
    case "lossy":
    case "duplicating":
    case "reordering":
      return channelFault(model, transition, run);
    default:
      return [{ run }];
  }
}

function receptions(
  model: Model,
  transition: Transition,
  index: number,
  state: readonly Value[],
  meter: Meter,
): readonly Start[] {
  const { trigger } = transition;
  const channel = trigger === undefined ? undefined : model.channels[trigger.channel];
  if (trigger === undefined || channel === undefined) return [];
  if (channel.discipline === "rendezvous") return [];
  const offered = candidates(model, trigger.channel, state, meter).filter(
    ({ message }) => part(message, 0) === trigger.kind,
  );
  if (offered.length === 0) return [{ obstacle: { why: "message", channel: trigger.channel } }];
  return offered.map(({ message, position }): Start => {
    const fields = parts(message).slice(1);
    const locals = frame(transition.locals, fields);
    if (!holds(transition.guard, { state, locals, meter })) return { obstacle: { why: "guard" } };
    const run: Run = {
      state: take(state, channel, position),
      locals,
      choices: fields,
      remarks: [receiveLabel(model, index, message)],
      partners: [],
      spans: [],
    };
    return { run };
  });
}

/** The oldest waiting write reaches the memory. */
function flush(model: Model, transition: Transition, run: Run): Start {
  const buffer = transition.subject ?? -1;
  const [oldest, ...others] = parts(part(run.state, buffer));
  if (oldest === undefined) return { obstacle: { why: "nothing", slot: buffer } };
  const entry = unpackEntry(oldest);
  const slot = model.slots[entry.slot];
  const memory = part(run.state, entry.slot);
  const written =
    slot === undefined ? undefined : writePart(memory, slot.type, entry.path, entry.value);
  const state = run.state.with(buffer, others).with(entry.slot, written ?? memory);
  return { run: { ...run, state, remarks: [...run.remarks, ` ${printEntry(model, entry)}`] } };
}

function channelFault(model: Model, transition: Transition, run: Run): readonly Start[] {
  const channel = model.channels[transition.subject ?? -1];
  if (channel === undefined) return [];
  const ways = strikes(transition, channel, run.state);
  if (ways.length === 0) return [{ obstacle: { why: "nothing", slot: channel.slot } }];
  return ways.map(({ messages, choices, struck }) => ({
    run: {
      ...run,
      state: run.state.with(channel.slot, messages),
      choices,
      remarks: [...run.remarks, ` ${printValue(struck, channel.message)}`],
    },
  }));
}

/** `ring.head=1`, `ring.table[Client1]=none`: a waiting write as its place and value. */
export function printEntry(model: Model, entry: StoreEntry): string {
  const slot = model.slots[entry.slot];
  if (slot === undefined) return JSON.stringify(entry);
  let place = slot.name;
  let type = slot.type;
  for (const step of entry.path) {
    if (type.kind === "optional") type = type.of;
    if (type.kind === "record") {
      const field = type.fields[Number(step)];
      if (field === undefined) break;
      place += `.${field.name}`;
      type = field.type;
    } else if (type.kind === "map") {
      place += `[${printValue(step, type.key)}]`;
      type = type.value;
    }
  }
  return `${place}=${printValue(entry.value, type)}`;
}
