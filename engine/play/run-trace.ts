/**
 * What a run writes into its trace: the steps of the Model in their order, and between them what
 * hardware does for them.
 *
 *     step, fault   the label of the step; from these alone the run can be walked again
 *     arrive        a channel of which a message can be received now
 *     timer-set     a timer, and for how long
 *
 *     client.send ──► arrive req ──► server.Open        timer-set client.rto ──► client.rto
 *
 * Components are instances, store buffers, channels, network cards and the network. Where there are
 * more than a trace can name, the rest has none.
 */
import type { Deployment } from "../../spec/deployment.ts";
import { KIND } from "../record/kinds.ts";
import { NONE, NOWHERE, placeOf, PLACES_MAX, type Trace } from "../record/trace.ts";
import type { Actor } from "../system.ts";
import type { Home } from "./playing.ts";

/** Names for the header of a trace, by the numbers that its events give. */
export interface TraceNames {
  readonly domains: readonly string[];
  readonly components: readonly string[];
}

export interface RunTrace {
  /** An actor takes a step at its home. Gives the number of the event, as all of these do. */
  step(time: number, actor: string, home: Home, step: TracedStep): number;
  /** A message of a channel that was sent by one event can be received: another has brought it. */
  arrive(time: number, channel: number, receiver: Home, by: ArrivedBy): number;
  /** A timer runs, for so many nanoseconds. */
  setTimer(time: number, timer: string, home: Home, left: number, cause: number): number;
}

export interface ArrivedBy {
  readonly sent: number;
  readonly brought: number;
}

export interface TracedStep {
  readonly label: string;
  readonly isFault: boolean;
  readonly cause: number;
}

/**
 * Components beside those of the Model, which cannot have such names: what carries its messages.
 */
export const CARD = "network card";
export const NETWORK = "the network";

/** For runs that nobody records. */
export const UNTRACED: RunTrace = {
  step: () => NONE,
  arrive: () => NONE,
  setTimer: () => NONE,
};

export function namesOf({ domains, model }: Deployment, actors: readonly Actor[]): TraceNames {
  const channels = model.channels.map(({ name }) => name);
  const names = [...actors.map(({ name }) => name), ...channels, CARD, NETWORK];
  return {
    domains: domains.map(({ name }) => name).slice(0, PLACES_MAX.domains),
    components: names
      .filter((name, index) => names.indexOf(name) === index)
      .slice(0, PLACES_MAX.components),
  };
}

const TIME_MAX = 0xffff_ffff;

export function createRunTrace(
  trace: Trace,
  { domains, components }: TraceNames,
  { model }: Deployment,
): RunTrace {
  const numbers = new Map(components.map((name, index) => [name, index]));
  const domainNumbers = new Map(domains.map((name, index) => [name, index]));
  const placeIn = ({ core, domain }: Home, component: string): number =>
    placeOf(
      core ?? NOWHERE,
      domainNumbers.get(domain ?? "") ?? NOWHERE,
      numbers.get(component) ?? NOWHERE,
    );
  return {
    step(time, actor, home, { label, isFault, cause }) {
      const kind = isFault ? KIND.fault : KIND.step;
      return trace.record(time, kind, placeIn(home, actor), trace.handleOf(label), 0, cause);
    },
    arrive(time, channel, receiver, { sent, brought }) {
      const name = model.channels[channel]?.name ?? "";
      const place = placeIn({ ...receiver, core: undefined }, name);
      const other = sent === brought ? NONE : sent;
      return trace.record(time, KIND.arrive, place, trace.handleOf(name), 0, brought, other);
    },
    setTimer(time, timer, home, left, cause) {
      const place = placeIn(home, timer.split(".")[0] ?? "");
      const value = Math.min(left, TIME_MAX);
      return trace.record(time, KIND["timer-set"], place, trace.handleOf(timer), value, cause);
    },
  };
}
