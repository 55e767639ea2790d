/**
 * Plays a deployment: one run of its Model, in virtual time, on the cores of the machine.
 *
 *     queue of times ──► who may go ──► one of the steps that the Model allows ──► new times
 *
 * Each instance is on a core, and a core does one step at a time. A message can be received when
 * its carrier has delivered it, a timer expires within its durations, a store buffer drains when
 * its core gets to it, and the plan's steps happen at their times and not by themselves. All this
 * only narrows what the Model allows: a run is a path of its graph, which whoever doubts it can
 * check step by step, because every state comes from the StepSource.
 *
 * Faults strike only where the plan says so. A channel that may lose loses as often as the link
 * does, when a NIC carries it.
 */
import type { Carrier, Deployment } from "../../spec/deployment.ts";
import type { Transition } from "../../spec/model.ts";
import { parts } from "../../spec/values.ts";
import { wireTime } from "../network/link.ts";
import { createEventQueue, type EventQueue } from "../schedule/event-queue.ts";
import { createRandom, type Random } from "../schedule/random.ts";
import type { Choice } from "../system.ts";
import { BUSY, deliveryOf, DRAIN, type Span, STEP, THINK } from "./latencies.ts";
import { createModelSystem, type ModelSystem } from "./model-system.ts";
import type { StepSource } from "./step-source.ts";

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
}

export interface Played {
  readonly seed: number;
  readonly events: readonly PlayedEvent[];
  /** What is violated by the last event; empty when nothing is. */
  readonly wrong: readonly string[];
  /** `quiet`: nothing could happen any more. */
  readonly ended: "duration" | "violated" | "quiet" | "events";
  readonly time: number;
  /** Steps of the plan that the Model did not allow at their time. */
  readonly skipped: readonly { readonly time: number; readonly name: string }[];
}

export interface PlayOptions {
  readonly seed: number;
  /** Events at most. */
  readonly events: number;
  /** Names of what is no violation here. */
  readonly ignored?: readonly string[];
}

const FRAME_BYTES = 1514;

/** A run in the making. */
interface Run<State> {
  readonly deployment: Deployment;
  readonly system: ModelSystem<State>;
  readonly source: StepSource<State>;
  readonly random: Random;
  readonly queue: EventQueue;
  /** Of each actor: is it in the queue? */
  readonly waiting: boolean[];
  readonly homes: readonly Home[];
  /** When each core is free again. */
  readonly cores: number[];
  /** Of each channel: when its messages can be received, head first. */
  readonly arrivals: number[][];
  readonly carriers: readonly (Carrier | undefined)[];
  /** By slot: when an armed timer expires. */
  readonly due: Map<number, number>;
  readonly events: PlayedEvent[];
  readonly skipped: { readonly time: number; readonly name: string }[];
  now: number;
}

/** Where an actor runs. */
interface Home {
  readonly domain: string | undefined;
  readonly core: number | undefined;
}

/** Plays one run. The same seed gives the same run. */
export function play<State>(
  deployment: Deployment,
  source: StepSource<State>,
  { seed, events: limit, ignored = [] }: PlayOptions,
): Played {
  const run = begin(deployment, source, seed);
  const { queue, system, events } = run;
  const actors = system.actors.length;
  const end = (ended: Played["ended"], wrong: readonly string[] = []): Played => {
    return { seed, events, wrong, ended, time: run.now, skipped: run.skipped };
  };
  wake(run);
  while (queue.size > 0) {
    if (queue.first > deployment.duration) return end("duration");
    if (events.length >= limit) return end("events");
    run.now = queue.first;
    const subject = queue.take();
    const before = events.length;
    if (subject >= actors) planned(run, subject - actors);
    else act(run, subject);
    if (events.length === before) continue;
    const wrong = system.wrong.filter((name) => !ignored.includes(name));
    if (wrong.length > 0) return end("violated", wrong);
  }
  return end("quiet");
}

function begin<State>(deployment: Deployment, source: StepSource<State>, seed: number): Run<State> {
  const { model, plan } = deployment;
  const planned = new Set(plan.flatMap(({ transitions }) => transitions));
  const numbers = new Map(model.transitions.map((one, index) => [one, index]));
  const held = (one: Transition): boolean => isFault(one) || planned.has(numbers.get(one) ?? -1);
  const system = createModelSystem(source, { held });
  const random = createRandom(seed);
  const run: Run<State> = {
    deployment,
    system,
    source,
    random,
    queue: createEventQueue(),
    waiting: system.actors.map(() => false),
    homes: homesOf(deployment, system, random),
    cores: Array.from({ length: deployment.hardware.cores }, () => 0),
    arrivals: model.channels.map(() => []),
    carriers: model.channels.map((_, channel) =>
      deployment.carriers.find(({ channels }) => channels.includes(channel)),
    ),
    due: new Map(),
    events: [],
    skipped: [],
    now: 0,
  };
  for (const [index, { time }] of plan.entries()) run.queue.add(time, system.actors.length + index);
  notice(run);
  return run;
}

function isFault({ kind }: Transition): boolean {
  return ["fault", "lossy", "duplicating", "reordering"].includes(kind);
}

/** An actor that is no instance belongs to the one whose name it begins with. */
function homesOf<State>(
  { domains, model }: Deployment,
  { actors }: ModelSystem<State>,
  random: Random,
): readonly Home[] {
  const homes = new Map<string, Home>();
  for (const {
    name: domain,
    instances,
    cores: [first, last],
  } of domains) {
    for (const instance of instances) {
      const core = first + random.below(last - first + 1);
      homes.set(model.instances[instance]?.name ?? "", { domain, core });
    }
  }
  return actors.map(({ name }) => {
    return homes.get(name) ?? homes.get(name.split(".")[0] ?? "") ?? NOWHERE;
  });
}

const NOWHERE: Home = { domain: undefined, core: undefined };

// ---------------------------------------------------------------------------- what happens

/** An actor's turn: one of its steps that hardware lets happen now. */
function act<State>(run: Run<State>, actor: number): void {
  const { system, random, homes, cores, now } = run;
  run.waiting[actor] = false;
  const { core } = homes[actor] ?? {};
  const free = core === undefined ? 0 : (cores[core] ?? 0);
  if (free > now) {
    sleep(run, actor, free);
    return;
  }
  const ready = system
    .choices()
    .filter((choice) => choice.actor === actor && readyAt(run, choice) <= now);
  const choice = ready[ready.length === 0 ? 0 : random.below(ready.length)];
  if (choice !== undefined) {
    const isDrain = system.actors[actor]?.kind === "drain";
    if (core !== undefined && !isDrain) cores[core] = now + BUSY;
    take(run, choice, isDrain ? "drain" : "program");
  }
  wake(run);
}

/** A step of the plan: the first of its transitions that the Model allows now. */
function planned<State>(run: Run<State>, index: number): void {
  const step = run.deployment.plan[index];
  if (step === undefined) return;
  const { source, system } = run;
  const found = source
    .steps(system.state)
    .find(({ transition }) => step.transitions.includes(transition));
  if (found === undefined) run.skipped.push({ time: step.time, name: step.name });
  else {
    const { state } = system;
    record(run, step.name, () => source.describe(state, found), "plan", NOWHERE);
    system.force(found);
    notice(run);
  }
  wake(run);
}

function take<State>(run: Run<State>, choice: Choice, cause: PlayedEvent["cause"]): void {
  const { system, homes } = run;
  const actor = system.actors[choice.actor];
  const home = homes[choice.actor] ?? NOWHERE;
  const { state } = system;
  const step = system.stepOf(choice);
  record(run, actor?.name ?? "", () => run.source.describe(state, step), cause, home);
  system.force(step);
  notice(run);
}

function record<State>(
  run: Run<State>,
  actor: string,
  describe: () => string,
  cause: PlayedEvent["cause"],
  { domain, core }: Home,
): void {
  run.events.push({
    time: run.now,
    actor,
    domain,
    core,
    cause,
    // Words cost more than the step, and most runs are never read.
    get label() {
      return describe();
    },
  });
}

// ---------------------------------------------------------------------------- when

/** The first moment at which hardware lets a choice happen; infinite while it does not. */
function readyAt<State>(run: Run<State>, choice: Choice): number {
  const { system, arrivals, deployment, due } = run;
  const { transition } = system.stepOf(choice);
  const written = deployment.model.transitions[transition];
  if (written?.trigger !== undefined) {
    return arrivals[written.trigger.channel]?.[0] ?? Number.POSITIVE_INFINITY;
  }
  if (written?.kind === "timer") {
    // The timer that expires belongs to the instance; the earliest of its armed ones.
    const own = [...due].filter(([slot]) => {
      const role = deployment.model.slots[slot]?.role;
      return role?.role === "timer" && role.instance === written.instance;
    });
    return Math.min(...own.map(([, time]) => time));
  }
  return 0;
}

/** Everybody who could do something and does not wait for his turn gets one. */
function wake<State>(run: Run<State>): void {
  const { system, waiting, deployment, random, now } = run;
  const seen = new Set<number>();
  for (const choice of system.choices()) {
    const { actor } = choice;
    if (waiting[actor] === true || seen.has(actor)) continue;
    seen.add(actor);
    const written = deployment.model.transitions[system.stepOf(choice).transition];
    const isDrain = system.actors[actor]?.kind === "drain";
    const isIdle = written?.trigger === undefined && written?.fairness === "none";
    const time = Math.max(now, Math.min(readyAt(run, choice), Number.MAX_SAFE_INTEGER));
    sleep(run, actor, time + draw(random, isDrain ? DRAIN : isIdle ? THINK : STEP));
  }
}

function sleep<State>(run: Run<State>, actor: number, time: number): void {
  run.waiting[actor] = true;
  run.queue.add(Math.min(time, Number.MAX_SAFE_INTEGER), actor);
}

function draw(random: Random, { least, most }: Span): number {
  return least + random.below(most - least + 1);
}

/** Sees which messages and timers the last step has left, and when they will be there. */
function notice<State>(run: Run<State>): void {
  const { source, system, deployment } = run;
  const values = source.values(system.state);
  for (const [channel, { slot }] of deployment.model.channels.entries()) {
    const arrivals = run.arrivals[channel] ?? [];
    const count = parts(values[slot] ?? []).length;
    const known = arrivals.length;
    // Taken from the head; what is new is at the end.
    while (arrivals.length > count) arrivals.shift();
    while (arrivals.length < count) arrivals.push(arrivalOf(run, channel, arrivals.at(-1) ?? 0));
    if (arrivals.length > known && isLost(run, channel)) lose(run, channel);
  }
  for (const [slot, { role }] of deployment.model.slots.entries()) {
    if (role.role !== "timer") continue;
    if (values[slot] !== true) run.due.delete(slot);
    else if (!run.due.has(slot)) {
      const { least, most } = role;
      run.due.set(
        slot,
        run.now + least + Math.round((run.random.next() / 2 ** 32) * (most - least)),
      );
    }
  }
}

function isLost<State>({ random, deployment, carriers }: Run<State>, channel: number): boolean {
  const { loss } = deployment.hardware.link;
  return carriers[channel]?.mechanism.kind === "nic" && loss > 0 && random.below(1_000_000) < loss;
}

/** The link loses the newest message, where the Model says that the channel may lose. */
function lose<State>(run: Run<State>, channel: number): void {
  const { source, system, deployment, arrivals } = run;
  const losses = source.steps(system.state).filter(({ transition }) => {
    const { kind, subject } = deployment.model.transitions[transition] ?? {};
    return kind === "lossy" && subject === channel;
  });
  const last = losses.at(-1);
  if (last === undefined) return;
  const name = deployment.model.channels[channel]?.name ?? "";
  const { state } = system;
  record(run, name, () => source.describe(state, last), "link", NOWHERE);
  system.force(last);
  arrivals[channel]?.pop();
}

/** When a message that is sent now can be received; not before the one in front of it. */
function arrivalOf<State>(run: Run<State>, channel: number, before: number): number {
  const mechanism = run.carriers[channel]?.mechanism;
  const delivery = draw(run.random, deliveryOf(mechanism));
  const { link } = run.deployment.hardware;
  const wire = mechanism?.kind === "nic" ? link.delay + wireTime(link, FRAME_BYTES) : 0;
  return Math.max(before, run.now + delivery + wire);
}
