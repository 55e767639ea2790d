/**
 * A part: a machine that is written by hand and plays an instance of a Model.
 *
 *     reception      { type: "Open", channel: "req", c: "Client1" }
 *     anything else  { type: "write" }, { type: "crash" }
 *     sends          action { type: "send", params: { channel: "rep[Client1]", message: "Yes",
 *                                                      fields: { n: 1 } } }
 *
 * The machine gets what the Model offers its instance. What it then does (the mode it goes to, the
 * messages that it sends) must be what a step of the Model does; the Model's variables follow that
 * step, and where several steps look alike the scheduler picks one. Otherwise its step leads
 * nowhere and violates `part`, which a run or a hunt finds like any other violation, and `missteps`
 * says what was done and what would have been right.
 *
 * A machine may decline a `step` by having no transition for it. It cannot decline the rest: a
 * message that it does not react to is taken and nothing is done, which must be a step as well.
 *
 * Its states are called like the modes of the Model, and may have states of their own inside. Its
 * context is plain data. Sends on one channel must be in order; between channels no order is
 * looked at. Limits: no rendezvous, no clock (`after`), no actors of its own; these throw a
 * RangeError.
 */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
  initialTransition,
  transition as stepOf,
} from "xstate";
import type { Model, Transition, Value } from "../../spec/model.ts";
import type { PlayedStep, StepSource } from "../../spec/step-source.ts";
import { eventName, isOwn } from "./machine-of.ts";
import { plainMessage, receivedBy, type Sent, sentBy } from "./messages-of-step.ts";
import { plainKey } from "./plain-value.ts";
import { modesIn, modesOfValue, printModes, type Region, regionsOf } from "./regions.ts";

/** A state of the source, and where the part is. */
export interface WithPart<State> {
  readonly model: State;
  readonly part: AnyMachineSnapshot;
}

/** Something that a part did and no step of the Model does. */
export interface Misstep {
  readonly instance: string;
  /** What it was told: `Open {"c":"Client1"}`. */
  readonly event: string;
  /** `goes to \`Up\`, sends nothing`. */
  readonly did: string;
  /** What steps of the Model would have done, by label. */
  readonly allowed: readonly { readonly label: string; readonly does: string }[];
}

/** The property that a misstep violates. */
export const PART_VIOLATION = "part";

export interface PartSource<State> extends StepSource<WithPart<State>> {
  /** What is wrong with a step of this source that violates `part`. */
  misstep(step: PlayedStep<WithPart<State>>): Misstep | undefined;
}

/** What an event made the machine do. */
interface Reaction {
  readonly next: AnyMachineSnapshot;
  readonly modes: string;
  readonly sent: string;
  readonly did: string;
}

/** Steps of the Model that begin with the same event. */
interface Offer<State> {
  readonly event: EventObject;
  readonly taken: { readonly channel: number; readonly message: Value } | undefined;
  readonly mayDecline: boolean;
  readonly steps: PlayedStep<State>[];
}

/** Throws a RangeError when the part begins elsewhere, or needs what a part cannot have. */
export function withPart<State>(
  source: StepSource<State>,
  instance: number,
  machine: AnyStateMachine,
): PartSource<State> {
  const { model } = source;
  const name = model.instances[instance]?.name ?? "";
  const regions = regionsOf(model, instance);
  refuseRendezvous(model, instance);
  const originals = new WeakMap<object, PlayedStep<State>>();
  const wrong = new WeakMap<object, Misstep>();

  const wrap = (step: PlayedStep<State>, part: AnyMachineSnapshot): PlayedStep<WithPart<State>> => {
    const state = step.state === undefined ? undefined : { model: step.state, part };
    const played = { ...step, state };
    originals.set(played, step);
    return played;
  };
  const isOurs = ({ transition }: PlayedStep<State>): boolean => {
    const taken = model.transitions[transition];
    return taken !== undefined && taken.instance === instance && isOwn(taken);
  };
  const answers = (
    state: WithPart<State>,
    offer: Offer<State>,
  ): readonly PlayedStep<WithPart<State>>[] => {
    const { event, steps } = offer;
    if (offer.mayDecline && !state.part.can(event)) return [];
    const reaction = react(machine, state.part, event, regions);
    const does = compare(source, state.model, offer, reaction, regions);
    const fitting = does.filter(({ fits }) => fits);
    if (fitting.length > 0) return fitting.map(({ step }) => wrap(step, reaction.next));
    const [first] = steps;
    if (first === undefined) return [];
    const played = { ...first, state: undefined, violation: PART_VIOLATION };
    const allowed = does.map(({ step, text }) => ({
      label: source.describe(state.model, step),
      does: text,
    }));
    originals.set(played, first);
    wrong.set(played, { instance: name, event: eventText(event), did: reaction.did, allowed });
    return [played];
  };
  return {
    model,
    initial: () => source.initial().map((first) => begin(source, first, machine, regions)),
    steps(state) {
      const all = source.steps(state.model);
      const ours = offersOf(source, state.model, all.filter(isOurs)).flatMap((offer) =>
        answers(state, offer),
      );
      const others = all.filter((step) => !isOurs(step)).map((step) => wrap(step, state.part));
      return [...ours, ...others].toSorted((one, other) => one.transition - other.transition);
    },
    describe(state, step) {
      const original = originals.get(step);
      if (original === undefined) throw new RangeError("The step is none of this source");
      return source.describe(state.model, original);
    },
    misstep: (step) => wrong.get(step),
    values: ({ model: inner }) => source.values(inner),
    holds: ({ model: inner }, condition) => source.holds(inner, condition),
    key: ({ model: inner, part }) =>
      `${source.key(inner)} ${plainKey([part.value, part.context, historyOf(part)])}`,
    broken: ({ model: inner }) => source.broken(inner),
  };
}

function refuseRendezvous(model: Model, instance: number): void {
  const meets = model.channels.some(
    ({ discipline, senders, receiver }) =>
      discipline === "rendezvous" && (receiver === instance || senders.includes(instance)),
  );
  const name = model.instances[instance]?.name ?? "";
  if (meets) throw new RangeError(`\`${name}\` meets others in a rendezvous: no part can play it`);
}

/** What each step would do, and whether it is what the machine did. */
function compare<State>(
  source: StepSource<State>,
  state: State,
  { steps, taken }: Offer<State>,
  { modes, sent }: Reaction,
  regions: readonly Region[],
): readonly { readonly step: PlayedStep<State>; readonly fits: boolean; readonly text: string }[] {
  const before = source.values(state);
  return steps.map((step) => {
    if (step.state === undefined) return { step, fits: true, text: `violates ${step.violation}` };
    const after = source.values(step.state);
    const wanted = modesIn(after, regions);
    const sends = sentBy(source.model, before, after, taken);
    const fits = wanted.join() === modes && sortedKey(sends) === sent;
    return { step, fits, text: textOf(printModes(wanted, regions), sends) };
  });
}

function begin<State>(
  source: StepSource<State>,
  first: State,
  machine: AnyStateMachine,
  regions: readonly Region[],
): WithPart<State> {
  const [part, effects] = initialTransition(machine);
  if (sendsOf(machine, effects).length > 0) {
    throw new RangeError(`Machine \`${machine.id}\` sends before the run begins`);
  }
  const [found, right] = [
    modesOfValue(part.value, regions),
    modesIn(source.values(first), regions),
  ];
  if (found.join() !== right.join()) {
    const [here, there] = [printModes(found, regions), printModes(right, regions)];
    throw new RangeError(`Machine \`${machine.id}\` begins in ${here}; the Model in ${there}`);
  }
  return { model: first, part };
}

/** The steps of an instance, by the event that its machine gets. */
function offersOf<State>(
  source: StepSource<State>,
  state: State,
  steps: readonly PlayedStep<State>[],
): readonly Offer<State>[] {
  const { model } = source;
  const values = source.values(state);
  const offers = new Map<string, Offer<State>>();
  for (const step of steps) {
    const transition = model.transitions[step.transition];
    if (transition === undefined) continue;
    const { event, taken } = eventOf(source, transition, source.describe(state, step), values);
    const key = plainKey(event);
    const known = offers.get(key);
    const mayDecline = transition.kind === "step";
    if (known === undefined) offers.set(key, { event, taken, mayDecline, steps: [step] });
    else known.steps.push(step);
  }
  return [...offers.values()];
}

function eventOf<State>(
  { model }: StepSource<State>,
  transition: Transition,
  label: string,
  values: readonly Value[],
): Pick<Offer<State>, "event" | "taken"> {
  const { trigger } = transition;
  const message = receivedBy(model, transition, label, values);
  const channel = trigger === undefined ? undefined : model.channels[trigger.channel];
  if (trigger === undefined || message === undefined || channel === undefined) {
    return { event: { type: eventName(model, transition) }, taken: undefined };
  }
  const { message: type, fields } = plainMessage(channel, message);
  const event = { ...fields, type, channel: channel.port };
  return { event, taken: { channel: trigger.channel, message } };
}

function react(
  machine: AnyStateMachine,
  part: AnyMachineSnapshot,
  event: EventObject,
  regions: readonly Region[],
): Reaction {
  const [next, effects] = stepOf(machine, part, event);
  const modes = modesOfValue(next.value, regions);
  const sent = sendsOf(machine, effects);
  return {
    next,
    modes: modes.join(),
    sent: sortedKey(sent),
    did: textOf(printModes(modes, regions), sent),
  };
}

/** The sends among what a machine wants done; its own notes and logs are nobody's business here. */
function sendsOf(
  machine: AnyStateMachine,
  effects: readonly { readonly type: string; readonly params: unknown }[],
): readonly Sent[] {
  return effects.flatMap(({ type, params }): readonly Sent[] => {
    if (["xstate.raise", "xstate.sendTo", "xstate.spawnChild"].includes(type)) {
      throw new RangeError(`Machine \`${machine.id}\` uses ${type}: a part has no clock or actors`);
    }
    if (type !== "send") return [];
    const { channel, message, fields } = (params ?? {}) as Partial<Sent>;
    if (typeof channel !== "string" || typeof message !== "string") {
      throw new RangeError(`Machine \`${machine.id}\` sends without a channel or a message`);
    }
    return [{ channel, message, fields: fields ?? {} }];
  });
}

/** One text for the same sends: in order for each channel, channels in the order of names. */
function sortedKey(sent: readonly Sent[]): string {
  const inOrder = sent.toSorted((one, other) =>
    one.channel < other.channel ? -1 : Number(one.channel > other.channel),
  );
  return plainKey(inOrder.map(({ channel, message, fields }) => [channel, message, fields]));
}

function textOf(modes: string, sent: readonly Sent[]): string {
  const sends = sent.map(
    ({ channel, message, fields }) => `\`${channel}.${message}\` ${JSON.stringify(fields)}`,
  );
  return `is then in ${modes} and sends ${sends.length === 0 ? "nothing" : sends.join(", ")}`;
}

function eventText({ type, ...fields }: EventObject): string {
  return Object.keys(fields).length === 0 ? type : `${type} ${JSON.stringify(fields)}`;
}

/** Where a machine would go back to: a part of its state, though not of its value. */
function historyOf(part: AnyMachineSnapshot): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(part.historyValue)
    .map(([key, nodes]) => [key, nodes.map(({ id }) => id)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}
