/**
 * `Playing`: a run in the making, and what its parts know of it.
 *
 *     turns      of each actor: when it acts next          agenda   the same, in the order of time
 *     lists      what is on its way: since when, and from whom     cores    who may use them
 *
 * Lists are what is on its way: the messages of a channel and the stores of a buffer, both slots of
 * the Model whose value is a list. For each element there is a Waiting at the same place.
 */
import type { Deployment, PlannedStep } from "../../spec/deployment.ts";
import type { Random } from "../schedule/random.ts";
import type { TrafficRun } from "../traffic/traffic.ts";
import type { Agenda } from "./agenda.ts";
import type { Carriers, Fate } from "./carrier.ts";
import type { Cores } from "./cores.ts";
import type { Span } from "./latencies.ts";
import type { ModelSystem } from "./model-system.ts";
import type { RunTrace } from "./run-trace.ts";
import type { PlayedStep, StepSource } from "../../spec/step-source.ts";

/** What an actor does next, and why that happens then. */
export interface Turn {
  /** Infinite: nothing. */
  readonly time: number;
  /** The time at which it could have been at the earliest; what comes sooner has precedence. */
  readonly earliest: number;
}

/** A message, a store or a timer. */
export interface Waiting {
  /** When it can be received, or is over; infinite while its carrier has it. */
  time: number;
  /** Index of the event that sent it or armed it; undefined when it was there from the start. */
  readonly event: number | undefined;
  /** Event of the trace that brought it, or that sent it or armed it. */
  cause: number;
  /** Of a message: what the link does to it. */
  fate?: Fate | undefined;
}

/** Where an actor runs. */
export interface Home {
  readonly domain: string | undefined;
  readonly core: number | undefined;
  /** How many times as long as usual its steps take. */
  readonly pace: number;
}

export const NOWHERE: Home = { domain: undefined, core: undefined, pace: 1 };

export interface PlayedEvent {
  /** Nanoseconds since the start. */
  readonly time: number;
  /** Instance, store buffer, or channel. */
  readonly actor: string;
  /** Where its instance is; undefined for the network. */
  readonly domain: string | undefined;
  readonly core: number | undefined;
  readonly label: string;
  readonly cause: "program" | "drain" | "plan" | "link";
  /**
   * The event before which it could not be: it sent the message, made the store or armed the timer.
   */
  readonly after: number | undefined;
}

/** An event without its words, which cost more than the step and are seldom read. */
export interface Moment<State> {
  readonly time: number;
  readonly actor: string;
  readonly home: Home;
  readonly cause: PlayedEvent["cause"];
  readonly after: number | undefined;
  /** Its number in the trace; `NONE` where nothing is traced. */
  readonly traced: number;
  /** The line of the plan that it is. */
  readonly line: PlannedStep | undefined;
  /** The state before the step. */
  readonly state: State;
  readonly step: PlayedStep<State>;
}

export interface Playing<State> {
  readonly deployment: Deployment;
  readonly system: ModelSystem<State>;
  readonly source: StepSource<State>;
  readonly random: Random;
  readonly agenda: Agenda;
  /** Where all events are recorded. */
  readonly trace: RunTrace;
  readonly turns: Turn[];
  /** By transition: until when somebody thinks who may take it but need not, or is at work. */
  readonly thinking: Map<number, number>;
  /** By transition: how long the text says that it takes. */
  readonly durations: ReadonlyMap<number, Span>;
  /** By channel: how many swizzles have stopped its deliveries. */
  readonly stopped: number[];
  /** Of actors; those of instances come first. */
  readonly homes: readonly Home[];
  /** Set once the run is there. */
  cores: Cores;
  readonly carriers: Carriers;
  /** By slot: channels and store buffers. */
  readonly lists: ReadonlyMap<number, Waiting[]>;
  /** The same slots, in order. */
  readonly listSlots: readonly number[];
  /** Slots that are timers. */
  readonly timerSlots: readonly number[];
  /** By slot: timers that are armed. */
  readonly timers: Map<number, Waiting>;
  readonly moments: Moment<State>[];
  /** Called after each step: sees what has become true. */
  noticed: () => void;
  /** What is wrong beside the Model's own properties: a lost connection. Ends the run. */
  readonly failures: string[];
  /** Connections beside the Model; undefined: the deployment has none. */
  readonly traffic: TrafficRun<State> | undefined;
  readonly skipped: { readonly time: number; readonly name: string }[];
}
