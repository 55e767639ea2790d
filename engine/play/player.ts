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
 * Faults strike only where the plan says so. A channel that a NIC carries loses, doubles and
 * reorders as often as the link does, as far as the Model says that it may.
 */
import type { Deployment, PlannedStep } from "../../spec/deployment.ts";
import type { Transition } from "../../spec/model.ts";
import { NONE, type Trace } from "../record/trace.ts";
import { createRandom, type Random, STREAMS } from "../schedule/random.ts";
import type { ConnectionReport } from "../traffic/connection.ts";
import type { Recording } from "../traffic/recording.ts";
import { createTraffic } from "../traffic/traffic.ts";
import { createAgenda, QUIET } from "./agenda.ts";
import { createCarriers } from "./carriers/create-carriers.ts";
import { type Cores, createCores } from "./cores.ts";
import type { Span } from "./latencies.ts";
import { createModelSystem, type ModelSystem } from "./model-system.ts";
import { beginPlan, isHealed } from "./plan.ts";
import { isFault } from "./planned-system.ts";
import { type Home, type Moment, NOWHERE, type PlayedEvent, type Playing } from "./playing.ts";
import type { PlayedStep, StepSource } from "../../spec/step-source.ts";
import { type Draws, drawSwarm } from "./swarm.ts";
import { giveTurn, NEVER, readyChoices, wake } from "./turns.ts";
import { createRunTrace, namesOf, type TraceNames, UNTRACED } from "./run-trace.ts";
import { causeBefore, eventBefore, listsOf, noticeStep, removalBy } from "./waiting.ts";

export interface Played<State = unknown> {
  readonly seed: number;
  /** How many events there are. */
  readonly count: number;
  /** The events from this one on, or all. */
  events(from?: number): readonly PlayedEvent[];
  /** The step of each event, and the line of the plan that it is. */
  steps(): readonly PlayedStep<State>[];
  lines(): readonly (PlannedStep | undefined)[];
  /** What is violated by the last event; empty when nothing is. */
  readonly wrong: readonly string[];
  /** Those of them that no state of the Model tells: goals, lost connections. */
  readonly failures: readonly string[];
  /** `quiet`: nothing could happen any more. */
  readonly ended: "duration" | "violated" | "quiet" | "events";
  readonly time: number;
  /** Steps of the plan that the Model did not allow at their time. */
  readonly skipped: readonly { readonly time: number; readonly name: string }[];
  /** What the seed drew, where the text says `swarm`. */
  readonly draws: Draws | undefined;
  /** What became of the connections of the deployment's traffic. */
  readonly connections: readonly ConnectionReport[];
  /** For captureBytes and eventLog; undefined without traffic. */
  readonly recording: Recording | undefined;
}

export interface PlayOptions {
  readonly seed: number;
  /** Events at most. */
  readonly events: number;
  /** Names of what is no violation here. */
  readonly ignored?: readonly string[];
  /** Makes the trace in which everything is recorded that happens; the run is the same without. */
  readonly trace?: (names: TraceNames) => Trace;
  /** Are the frames of the traffic captured? */
  readonly capture?: boolean;
}

interface Beginning {
  readonly seed: number;
  readonly trace: PlayOptions["trace"];
  readonly capture: boolean;
}

const MILLION = 1_000_000;
/** Tasks of the traffic between two chances to do something else. */
const TALKS = 200_000;

/** Plays one run. The same seed gives the same run. */
export function play<State>(
  deployment: Deployment,
  source: StepSource<State>,
  options: PlayOptions,
): Played<State> {
  const advance = beginPlay(deployment, source, options);
  for (;;) {
    const played = advance(options.events);
    if (played !== undefined) return played;
  }
}

/**
 * Begins a run, for callers that do something else now and then: what is given plays about so many
 * events, and gives the run once it is over.
 */
export function beginPlay<State>(
  written: Deployment,
  source: StepSource<State>,
  { seed, events: limit, ignored = [], trace, capture = false }: PlayOptions,
): (events: number) => Played<State> | undefined {
  const { deployment, draws } = drawSwarm(written, createRandom(seed, STREAMS.swarm));
  const run = begin(deployment, source, { seed, trace, capture });
  const { agenda, system, moments, skipped, traffic } = run;
  const end = (ended: Played["ended"], wrong: readonly string[] = []): Played<State> => {
    const time = Math.max(agenda.now, traffic?.now ?? 0);
    const connections = traffic?.connections() ?? [];
    traffic?.finish(time);
    return {
      seed,
      count: moments.length,
      events: (from = 0) => moments.slice(from).map((moment) => toldOf(source, moment)),
      steps: () => moments.map(({ step }) => step),
      lines: () => moments.map(({ line }) => line),
      wrong,
      failures: run.failures.filter((name) => wrong.includes(name)),
      ended,
      time,
      skipped,
      draws,
      connections,
      recording: traffic?.recording(),
    };
  };
  const wrongNow = (): readonly string[] =>
    [...system.wrong, ...run.failures].filter((name) => !ignored.includes(name));
  wake(run);
  return (count) => {
    if (moments.length === 0 && wrongNow().length > 0) return end("violated", wrongNow());
    const pause = moments.length + count;
    for (;;) {
      const talks = traffic?.advance(Math.min(agenda.next, deployment.duration), TALKS) ?? "there";
      if (talks === "paused") return undefined;
      if (talks === "lost") {
        const wrong = wrongNow();
        if (wrong.length > 0) return end("violated", wrong);
        continue;
      }
      if (agenda.next === Number.POSITIVE_INFINITY) return end("quiet");
      if (agenda.next > deployment.duration) return end("duration");
      if (moments.length >= limit) return end("events");
      if (moments.length >= pause) return undefined;
      const before = moments.length;
      const actor = agenda.advance();
      if (actor === undefined) wake(run);
      else if (actor !== QUIET) act(run, actor);
      if (moments.length === before && run.failures.length === 0) continue;
      const wrong = wrongNow();
      if (wrong.length > 0) return end("violated", wrong);
    }
  };
}

function begin<State>(
  deployment: Deployment,
  source: StepSource<State>,
  { seed, trace, capture }: Beginning,
): Playing<State> {
  const { model, plan } = deployment;
  const planned = new Set(plan.flatMap(({ transitions }) => transitions));
  const held = (one: Transition, index: number): boolean => isFault(one) || planned.has(index);
  const system = createModelSystem(source, { held });
  const random = createRandom(seed, STREAMS.run);
  const agenda = createAgenda(system.actors.length);
  const homes = homesOf(deployment, system, random);
  const failures: string[] = [];
  const { state } = system;
  const names = namesOf(deployment, system.actors);
  const recorded = trace?.(names);
  const traced = recorded === undefined ? UNTRACED : createRunTrace(recorded, names, deployment);
  const run: Playing<State> = {
    deployment,
    system,
    source,
    random,
    agenda,
    trace: traced,
    turns: system.actors.map(() => NEVER),
    thinking: new Map(),
    homes,
    cores: NO_CORES,
    carriers: createCarriers(deployment, { agenda, random, trace: recorded, homes }),
    durations: new Map(
      deployment.durations.flatMap(({ transitions, from, to }) =>
        transitions.map((one): [number, Span] => [one, { least: from, most: to }]),
      ),
    ),
    stopped: model.channels.map(() => 0),
    ...listsOf(model),
    timerSlots: model.slots.flatMap(({ role }, slot) => (role.role === "timer" ? [slot] : [])),
    timers: new Map(),
    moments: [],
    failures,
    traffic: createTraffic({ deployment, seed, state, source, failures, capture }),
    skipped: [],
    noticed: () => undefined,
  };
  run.cores = coresOf(run, createRandom(seed, STREAMS.cores));
  noticeStep(run, undefined, undefined);
  run.noticed = beginPlan(run, createRandom(seed, STREAMS.plan), {
    strike: (step) => takePlanned(run, step),
  });
  run.noticed();
  return run;
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
    pace,
  } of domains) {
    for (const instance of instances) {
      const core = first + random.below(last - first + 1);
      homes.set(model.instances[instance]?.name ?? "", { domain, core, pace });
    }
  }
  return actors.map(({ name }) => {
    return homes.get(name) ?? homes.get(name.split(".")[0] ?? "") ?? NOWHERE;
  });
}

// ---------------------------------------------------------------------------- what happens

/** An actor's turn: one of its steps that hardware lets happen now. */
function act<State>(run: Playing<State>, actor: number): void {
  const { system, random, homes, agenda, turns } = run;
  const isDrain = system.actors[actor]?.kind === "drain";
  // Memory takes stores without any core.
  const cores = isDrain ? NO_CORES : run.cores;
  // Another turn took the place of this one.
  if (turns[actor]?.time !== agenda.now) {
    cores.settle(actor);
    return;
  }
  turns[actor] = NEVER;
  if (!cores.admits(actor)) return;
  const ready = readyChoices(run, actor);
  const choice = ready[ready.length === 0 ? 0 : random.below(ready.length)];
  if (choice !== undefined) {
    cores.occupy(actor);
    const step = system.stepOf(choice);
    run.thinking.delete(step.transition);
    const name = system.actors[actor]?.name ?? "";
    const home = homes[actor] ?? NOWHERE;
    take(run, step, { actor: name, home, cause: isDrain ? "drain" : "program" });
  }
  wake(run);
  cores.settle(actor);
}

const NO_CORES: Cores = { admits: () => true, occupy: () => undefined, settle: () => undefined };

function coresOf<State>(run: Playing<State>, random: Random): Cores {
  const { homes, agenda, turns, deployment } = run;
  return createCores({
    scheduler: deployment.hardware.scheduler,
    homes,
    agenda,
    random,
    turns,
    give: (actor, turn) => giveTurn(run, actor, turn),
    hold: (actor, turn) => {
      turns[actor] = turn;
    },
  });
}

/** A step of the plan: the first of its transitions that the Model allows now. */
function takePlanned<State>(run: Playing<State>, line: PlannedStep): void {
  const { system, agenda } = run;
  const { name, transitions } = line;
  const found = system.steps().find(({ transition }) => transitions.includes(transition));
  if (found === undefined) run.skipped.push({ time: agenda.now, name });
  else take(run, found, { actor: name, home: NOWHERE, cause: "plan", line });
}

interface Told {
  readonly actor: string;
  readonly home: Home;
  readonly cause: PlayedEvent["cause"];
  readonly line?: PlannedStep;
}

/** Takes a step and records it. */
function take<State>(run: Playing<State>, step: PlayedStep<State>, told: Told): void {
  const { system, moments } = run;
  const removal = removalBy(run, step);
  // The link does something to what was sent just now.
  const after = told.cause === "link" ? moments.length - 1 : eventBefore(run, step);
  const { actor, home, cause, line } = told;
  const time = run.agenda.now;
  const { state } = system;
  const traced = tracedStep(run, told, step);
  moments.push({ time, actor, home, cause, after, traced, line, state, step });
  system.force(step);
  if (step.state === undefined) return;
  const { instance } = run.deployment.model.transitions[step.transition] ?? {};
  run.traffic?.enter(time, system.state, instance);
  const sent = noticeStep(run, step.transition, removal);
  dieWith(run, step);
  if (told.cause !== "link") for (const channel of sent) carry(run, channel);
  run.noticed();
}

/** Words cost more than the step, so there are none where nobody reads them. */
function tracedStep<State>(
  run: Playing<State>,
  { actor, home, cause }: Told,
  step: PlayedStep<State>,
): number {
  const { trace, source, system, agenda, deployment, moments } = run;
  if (trace === UNTRACED) return NONE;
  const { kind } = deployment.model.transitions[step.transition] ?? {};
  const before = cause === "link" ? moments.at(-1)?.traced : causeBefore(run, step);
  return trace.step(agenda.now, actor, home, {
    label: source.describe(system.state, step),
    isFault: kind === "fault" || cause === "link",
    cause: before ?? NONE,
  });
}

/**
 * A fault of an instance that is alone in its virtual machine is the machine's death, as far as
 * carriers are concerned.
 */
function dieWith<State>({ deployment, carriers }: Playing<State>, step: PlayedStep<State>): void {
  const { kind, instance = -1 } = deployment.model.transitions[step.transition] ?? {};
  if (kind !== "fault") return;
  const domain = deployment.domains.find(({ instances }) => instances.includes(instance));
  if (domain?.instances.length === 1) carriers.crash(domain.name);
}

function toldOf<State>(source: StepSource<State>, moment: Moment<State>): PlayedEvent {
  const { time, actor, home, cause, after, state, step } = moment;
  const { domain, core } = home;
  return { time, actor, domain, core, cause, after, label: source.describe(state, step) };
}

/** Is a channel carried by a NIC, and so by the link behind it? */
function isCabled({ carriers }: Deployment, channel: number): boolean {
  return carriers.some(
    ({ mechanism, channels }) => mechanism.kind === "nic" && channels.includes(channel),
  );
}

/** What the link does to the newest message of a channel, where the Model says that it may. */
function carry<State>(run: Playing<State>, channel: number): void {
  const { system, deployment, random } = run;
  const { model, hardware } = deployment;
  if (!isCabled(deployment, channel) || isHealed(run)) return;
  const { loss, duplication, reordering } = hardware.link;
  const happens = (part: number): boolean => part > 0 && random.below(MILLION) < part;
  const done = happens(loss)
    ? "lossy"
    : happens(duplication)
      ? "duplicating"
      : happens(reordering)
        ? "reordering"
        : undefined;
  if (done === undefined) return;
  const step = system.steps().findLast(({ transition }) => {
    const { kind, subject } = model.transitions[transition] ?? {};
    return kind === done && subject === channel;
  });
  if (step === undefined) return;
  take(run, step, { actor: model.channels[channel]?.name ?? "", home: NOWHERE, cause: "link" });
}
