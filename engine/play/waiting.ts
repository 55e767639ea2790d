/**
 * What is on its way: messages that a carrier has not delivered yet, stores in their buffers, and
 * timers that run.
 *
 *     step taken ──noticeStep──► new messages get a time of arrival, new timers one of expiry
 *     step wanted ──readyAt──► the first moment at which hardware lets it happen
 *
 * A step that writes a timer and leaves it armed has armed it anew: the Model only knows that it is
 * armed, so a conditional `start` that was not taken counts as one.
 */
import type { Channel, Effect, Model, Transition, Value } from "../../spec/model.ts";
import { equalValues, parts } from "../../spec/values.ts";
import type { Random } from "../schedule/random.ts";
import { NONE } from "../record/trace.ts";
import type { Fate } from "./carrier.ts";
import type { Span } from "./latencies.ts";
import { NOWHERE, type Playing, type Waiting } from "./playing.ts";
import { UNTRACED } from "./run-trace.ts";
import type { PlayedStep } from "../../spec/step-source.ts";

const TWO_32 = 2 ** 32;

/** The lists of a Model: channels and store buffers, by slot. */
export function listsOf({ slots }: Model): Pick<Playing<unknown>, "lists" | "listSlots"> {
  const listSlots = slots.flatMap(({ role }, slot) =>
    role.role === "channel" || role.role === "buffer" ? [slot] : [],
  );
  const lists = new Map(listSlots.map((slot): [number, Waiting[]] => [slot, []]));
  return { lists, listSlots };
}

const TWO_53 = 2 ** 53;

/** A whole number of nanoseconds, each as likely; spans may be longer than 2^32. */
export function draw(random: Random, { least, most }: Span): number {
  const count = most - least + 1;
  if (count <= TWO_32) return least + random.below(count);
  const fraction = (random.next() * 2 ** 21 + (random.next() >>> 11)) / TWO_53;
  return least + Math.floor(fraction * count);
}

// ---------------------------------------------------------------------------- what a step needs

/** The first moment at which hardware lets a step happen; infinite while it does not. */
export function readyAt<State>(run: Playing<State>, step: PlayedStep<State>): number {
  const needed = neededBy(run, step);
  return needed === "nothing" ? 0 : (needed?.time ?? Number.POSITIVE_INFINITY);
}

/** The event before which a step cannot be. */
export function eventBefore<State>(
  run: Playing<State>,
  step: PlayedStep<State>,
): number | undefined {
  const { model } = run.deployment;
  const { kind, subject } = model.transitions[step.transition] ?? {};
  if (kind === "flush" && subject !== undefined) return run.lists.get(subject)?.[0]?.event;
  const needed = neededBy(run, step);
  return needed === "nothing" ? undefined : needed?.event;
}

/** The same in the trace. */
export function causeBefore<State>(
  run: Playing<State>,
  step: PlayedStep<State>,
): number | undefined {
  const { kind, subject } = run.deployment.model.transitions[step.transition] ?? {};
  if (kind === "flush" && subject !== undefined) return run.lists.get(subject)?.[0]?.cause;
  const needed = neededBy(run, step);
  return needed === "nothing" ? undefined : needed?.cause;
}

function neededBy<State>(
  run: Playing<State>,
  step: PlayedStep<State>,
): Waiting | undefined | "nothing" {
  const { model } = run.deployment;
  const transition = model.transitions[step.transition];
  const channel = model.channels[transition?.trigger?.channel ?? -1];
  if (channel !== undefined) {
    if ((run.stopped[transition?.trigger?.channel ?? -1] ?? 0) > 0) return undefined;
    return run.lists.get(channel.slot)?.[takenFrom(run, channel, step)];
  }
  if (transition?.kind !== "timer") return "nothing";
  const slot = expired(transition);
  return slot === undefined ? undefined : run.timers.get(slot);
}

/** Where the message lies that a step of the present state takes. */
function takenFrom<State>(
  { source, system }: Playing<State>,
  { discipline, slot }: Channel,
  { state }: PlayedStep<State>,
): number {
  if (discipline === "fifo" || state === undefined) return 0;
  const before = parts(source.values(system.state)[slot] ?? []);
  return removedFrom(before, parts(source.values(state)[slot] ?? []));
}

function removedFrom(before: readonly Value[], after: readonly Value[]): number {
  const rest = after.slice(0, Math.max(0, before.length - 1));
  const at = before.findIndex((_, index) => equalValues(before.toSpliced(index, 1), rest));
  return Math.max(0, at);
}

/** A timer that expires is disarmed first. */
function expired({ effects }: Transition): number | undefined {
  const [first] = effects;
  return first?.effect === "assign" ? first.place.slots[0] : undefined;
}

// ---------------------------------------------------------------------------- what a step leaves

/** Where a step takes something out of a list, and where it puts it, if it does. */
export interface Removal {
  readonly slot: number;
  readonly position: number;
  /** Of a message that overtakes others. */
  readonly to?: number;
  readonly fate?: Fate | undefined;
}

/** What a step takes out of a list, asked in the state before it. */
export function removalBy<State>(
  run: Playing<State>,
  step: PlayedStep<State>,
): Removal | undefined {
  const { model } = run.deployment;
  const { kind, subject, trigger } = model.transitions[step.transition] ?? {};
  if (kind === "flush" && subject !== undefined) return { slot: subject, position: 0 };
  const isDisturbed = kind === "lossy" || kind === "reordering";
  const channel = model.channels[trigger?.channel ?? (isDisturbed ? (subject ?? -1) : -1)];
  if (channel === undefined || channel.discipline === "rendezvous") return undefined;
  const { slot } = channel;
  if (!isDisturbed) return { slot, position: takenFrom(run, channel, step) };
  const [before = [], after = []] = [run.system.state, step.state].map((state) =>
    state === undefined ? [] : parts(run.source.values(state)[slot] ?? []),
  );
  if (kind === "reordering") return overtaking(slot, before, after);
  // Of equal messages the newest one: links lose what was sent just now.
  const position = before.findLastIndex((_, index) =>
    equalValues(before.toSpliced(index, 1), after),
  );
  return { slot, position: Math.max(0, position), fate: "lost" };
}

/** The last message that is elsewhere afterwards goes where the first one was that is. */
function overtaking(slot: number, before: readonly Value[], after: readonly Value[]): Removal {
  const isOther = (one: Value, index: number): boolean => !equalValues(one, after[index] ?? []);
  const to = Math.max(0, before.findIndex(isOther));
  return { slot, position: Math.max(to, before.findLastIndex(isOther)), to, fate: "late" };
}

/** Takes out, or moves; what has been overtaken is late, and what is lost does not arrive. */
function remove(list: Waiting[], { position, to, fate }: Removal): void {
  const [gone] = list.splice(position, 1);
  if (gone === undefined) return;
  if (to === undefined) {
    gone.fate = fate;
    return;
  }
  list.splice(to, 0, gone);
  for (const overtaken of list.slice(to + 1, position + 1)) overtaken.fate = fate;
}

/**
 * Sees what the last step has left, and when it will be there. Gives the channels to which somebody
 * has sent something.
 */
export function noticeStep<State>(
  run: Playing<State>,
  transition: number | undefined,
  removal: Removal | undefined,
): readonly number[] {
  const { source, system, deployment, lists, listSlots, moments } = run;
  const values = source.values(system.state);
  const event = transition === undefined ? undefined : moments.length - 1;
  const traced = moments.at(-1)?.traced ?? NONE;
  const sent: number[] = [];
  for (const slot of listSlots) {
    const list = lists.get(slot) ?? [];
    if (removal?.slot === slot) remove(list, removal);
    const count = parts(values[slot] ?? []).length;
    // A fault may have taken away more.
    while (list.length > count) list.shift();
    if (list.length === count) continue;
    const { role } = deployment.model.slots[slot] ?? {};
    const channel = role?.role === "channel" ? role.channel : undefined;
    while (list.length < count) {
      const waiting = { time: run.agenda.now, event, cause: traced };
      list.push(waiting);
      if (channel !== undefined) hand(run, channel, transition, waiting);
    }
    if (channel !== undefined) sent.push(channel);
  }
  noticeTimers(run, values, transition, event, traced);
  return sent;
}

function noticeTimers<State>(
  run: Playing<State>,
  values: readonly Value[],
  transition: number | undefined,
  event: number | undefined,
  cause: number,
): void {
  const { deployment, timerSlots, timers, random, agenda } = run;
  const { model } = deployment;
  for (const slot of timerSlots) {
    const role = model.slots[slot]?.role;
    if (role?.role !== "timer") continue;
    const taken = model.transitions[transition ?? -1];
    if (values[slot] !== true) timers.delete(slot);
    else if (!timers.has(slot) || (taken !== undefined && writes(taken.effects, slot))) {
      const { least, most } = role;
      const time = agenda.now + least + Math.round((random.next() / TWO_32) * (most - least));
      timers.set(slot, { time, event, cause: tracedTimer(run, slot, time - agenda.now, cause) });
    }
  }
}

function tracedTimer<State>(
  { trace, deployment, homes, agenda }: Playing<State>,
  slot: number,
  left: number,
  cause: number,
): number {
  if (trace === UNTRACED) return cause;
  const { slots, instances } = deployment.model;
  const timer = slots[slot]?.name ?? "";
  const owner = instances.findIndex(({ name }) => timer.startsWith(`${name}.`));
  return trace.setTimer(agenda.now, timer, homes[owner] ?? NOWHERE, left, cause);
}

function writes(effects: readonly Effect[], slot: number): boolean {
  return effects.some((effect) => {
    if (effect.effect === "assign") return effect.place.slots.includes(slot);
    if (effect.effect === "if") return writes(effect.then, slot) || writes(effect.else, slot);
    return effect.effect === "for" && writes(effect.body, slot);
  });
}

/** Gives a message to its carrier. */
function hand<State>(
  { carriers, agenda, homes, deployment, lists, trace }: Playing<State>,
  channel: number,
  transition: number | undefined,
  waiting: Waiting,
): void {
  const { model } = deployment;
  const { senders = [], receiver = -1, slot = -1 } = model.channels[channel] ?? {};
  const { instance, kind } = model.transitions[transition ?? -1] ?? {};
  const sent = waiting.cause;
  waiting.time = Number.POSITIVE_INFINITY;
  carriers.of[channel]?.carry({
    channel,
    sender: homes[instance ?? senders[0] ?? -1] ?? NOWHERE,
    receiver: homes[receiver] ?? NOWHERE,
    sent,
    isCopy: kind === "duplicating",
    get fate() {
      return waiting.fate;
    },
    arrive(cause) {
      waiting.time = agenda.now;
      agenda.rouse();
      // The Model may have lost it in the meantime.
      if (trace === UNTRACED || lists.get(slot)?.includes(waiting) !== true) return;
      const by = { sent, brought: cause };
      waiting.cause = trace.arrive(agenda.now, channel, homes[receiver] ?? NOWHERE, by);
    },
  });
}
