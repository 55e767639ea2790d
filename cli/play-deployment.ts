/**
 * Playing a deployment from the command line: one run for each seed, until one violates something.
 *
 * A run that fails is explained without its times, by what must wait for what, where that takes few
 * enough tries.
 */
import type { PlayedRun } from "../checker/simulate/played-run.ts";
import type { Moment, Ordering, PlayedEvidence } from "../checker/verdict.ts";
import { choicesOf, createPlannedSystem } from "../engine/play/planned-system.ts";
import { beginPlay, type Played, type PlayOptions } from "../engine/play/player.ts";
import type { PlayedEvent } from "../engine/play/playing.ts";
import type { StepSource } from "../spec/step-source.ts";
import { shrink, type Shrunk } from "../engine/schedule/shrink.ts";
import type { Choice, System } from "../engine/system.ts";
import type { Deployment } from "../spec/deployment.ts";
import type { Model } from "../spec/model.ts";
import type { SourceFile } from "../spec/source.ts";
import {
  addConnections,
  connectionSummary,
  failuresOf,
  type ConnectionTotals,
  lostConnections,
  noConnections,
} from "./connection-words.ts";
import type { Host } from "./host.ts";
import { counted, formatDuration } from "./numbers.ts";
import { NO_PROGRESS, progressLine } from "./progress.ts";
import { recordRun } from "./record-run.ts";
import { isExpected, unwatched } from "./run-expectation.ts";
import type { Outcome } from "./run-outcome.ts";
import { stepSourceOf } from "../checker/simulate/step-source.ts";
import { orderOf, reasonsOf, takenStep } from "./told-run.ts";
import { turn } from "./turn.ts";

/** Events of one run at most. */
const EVENTS_MAX = 5_000_000;
/** Events between two looks at whether the user interrupted. */
const EVENTS_PER_TURN = 20_000;
/** Events that are printed of a run that violates something: the last ones. */
const EVENTS_SHOWN = 40;
/** Steps that are taken to explain a run, at most: a few seconds. */
const EXPLAIN_STEPS_MAX = 1_000_000;
/** Steps of a run that violates nothing which a report judges, at most. */
const REPORTED_STEPS_MAX = 1_000;
const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_MICROSECOND = 1e3;
const TIME_COLUMNS = 12;

export interface PlayPlan {
  /** First and last; that of the text if none is given. */
  readonly seeds: readonly [first: number, last: number] | undefined;
  readonly progress: boolean;
  /** Print every event of a run that fails. */
  readonly full: boolean;
  /** Name of the check whose settings the deployment has. */
  readonly check: string | undefined;
  readonly sources: ReadonlyMap<string, SourceFile>;
}

/** Plays the seeds. Undefined when the user interrupted before the first run was over. */
export async function playDeployment(
  deployment: Deployment,
  plan: PlayPlan,
  host: Host,
): Promise<Outcome | undefined> {
  const { model } = deployment;
  const [first, last] = plan.seeds ?? [deployment.seed, deployment.seed];
  const source = stepSourceOf(model);
  const progress = plan.progress ? progressLine(host.errors, host.clock) : NO_PROGRESS;
  progress.begin(`${model.file} ${deployment.name}`);
  const begun = host.clock();
  let events = 0;
  let skipped = 0;
  let runs = 0;
  const connections = noConnections();
  let played: Awaited<ReturnType<typeof playSeed>>;
  for (let seed = first; seed <= last; seed++) {
    const over = await playSeed(deployment, source, seed, host.signal);
    if (over === undefined) break;
    played = over;
    runs++;
    events += played.count;
    skipped += played.skipped.length;
    addConnections(connections, played.connections, seed);
    progress.update({ count: runs, noun: "runs", facts: [counted(events, "event")] });
    if (played.ended === "violated") break;
  }
  progress.clear();
  if (played === undefined) return undefined;
  const milliseconds = host.clock() - begun;
  const spent = formatDuration(milliseconds);
  const facts = `${counted(runs, "run")}   ${counted(events, "event")}   ${spent}`;
  const shown = played;
  const { seed, count } = shown;
  const wanted = last - first + 1;
  const { full, check, sources } = plan;
  const flavour = check === undefined ? "" : ` --check ${check}`;
  const explanation = explained(deployment, shown, source);
  const left = wanted - runs;
  const words = { facts, skipped, connections, left, full, flavour, explanation };
  return {
    model,
    run: () => runOf(deployment, shown, source, explanation),
    effort: { seed, runs, wanted, stepsPerRun: count, steps: events, milliseconds },
    text: textOf(deployment, played, words),
    recording(form) {
      const options = optionsOf(model, shown.seed);
      return recordRun(form, { deployment, source, options, played: shown, check, sources });
    },
    result: resultOf(model, played),
  };
}

/** What a check expects and these runs did not show may still be there. */
function resultOf(model: Model, { wrong }: Played): Outcome["result"] {
  if (wrong.length > 0) return isExpected(model, wrong) ? "ok" : "failed";
  return model.expect.violations.length > 0 ? "unknown" : "ok";
}

/** Undefined when the user interrupted. */
async function playSeed<State>(
  deployment: Deployment,
  source: StepSource<State>,
  seed: number,
  signal: AbortSignal,
): Promise<Played<State> | undefined> {
  const advance = beginPlay(deployment, source, optionsOf(deployment.model, seed));
  for (;;) {
    await turn();
    if (signal.aborted) return undefined;
    const played = advance(EVENTS_PER_TURN);
    if (played !== undefined) return played;
  }
}

function optionsOf(model: Model, seed: number): PlayOptions {
  return { seed, events: EVENTS_MAX, ignored: unwatched(model) };
}

/** For a report; of a run that violates nothing, the beginning is enough. */
function runOf<State>(
  deployment: Deployment,
  played: Played<State>,
  source: StepSource<State>,
  explanation: Explanation | undefined,
): PlayedRun {
  const [first] = source.initial();
  if (first === undefined) throw new RangeError("The Model has no initial state");
  const { wrong } = played;
  const all = played.steps();
  const told = wrong.length === 0 ? all.slice(0, REPORTED_STEPS_MAX) : all;
  const steps = told.map((one) => takenStep(source, one));
  const events = played.events().slice(0, told.length);
  const moments = events.map(({ time, core, cause }): Moment => ({ time, core, cause }));
  const start: Moment = { time: 0, core: undefined, cause: "program" };
  const evidence: PlayedEvidence = {
    order: explanation === undefined ? undefined : orderIn(explanation, events, true),
    moments: [start, ...moments],
    domains: deployment.domains.map(({ name, instances }) => ({ name, instances })),
  };
  const failures = failuresOf(deployment, played);
  return { start: source.values(first), steps, wrong, failures, evidence };
}

// ---------------------------------------------------------------------------- words

interface Words {
  readonly facts: string;
  readonly skipped: number;
  /** Of all runs. */
  readonly connections: ConnectionTotals;
  /** Runs that were not played. */
  readonly left: number;
  readonly full: boolean;
  readonly flavour: string;
  readonly explanation: Explanation | undefined;
}

function textOf(
  deployment: Deployment,
  played: Played,
  { facts, skipped, connections, left: undone, full, flavour, explanation }: Words,
): string {
  const { model, name, duration } = deployment;
  const title = `${model.file}  ${name}   ${facts}\n`;
  const left =
    skipped === 0
      ? ""
      : `         ${counted(skipped, "step")} of the plan not possible at the time\n`;
  if (played.ended !== "violated") {
    const time = formatDuration(duration / NANOSECONDS_PER_MILLISECOND);
    const end = played.ended === "events" ? `; cut after ${counted(EVENTS_MAX, "event")}` : "";
    const rest = undone > 0 ? `         interrupted: ${counted(undone, "run")} not played\n` : "";
    const found = `nothing was violated in these runs of ${time} each${end}`;
    const { violations } = model.expect;
    const missed = violations.map((one) => one.name).join(", ");
    const word = violations.length === 0 ? "ok      " : "unknown ";
    const more = violations.length === 0 ? "" : `         expected and not seen: ${missed}\n`;
    const talks = connectionSummary(connections);
    return `${word} ${title}         ${found}\n${more}${talks}${left}${rest}`;
  }
  const expected = isExpected(model, played.wrong);
  const before = full ? 0 : Math.max(0, played.count - EVENTS_SHOWN);
  const earlier = before > 0 ? `  … ${counted(before, "event")} before (--full prints them)\n` : "";
  const replay = `rehearsal run ${model.file} --deployment ${name}${flavour} --seed ${played.seed}`;
  const what = `${played.wrong.join(", ")} violated in seed ${played.seed}`;
  return [
    `${expected ? "ok      " : "FAIL    "} ${title}`,
    `         ${what}${expected ? ", as expected" : ""}\n`,
    lostConnections(played.connections),
    `${left}\n`,
    explanation === undefined ? "" : `${reasonsOf(orderIn(explanation, played.events(), false))}\n`,
    earlier,
    ...played.events(before).map(lineOf),
    `\n  again: ${replay}\n`,
  ].join("");
}

/** What must wait for what, and the run as a System without times knows it. */
interface Explanation {
  readonly system: System;
  readonly shrunk: Shrunk;
  readonly choices: readonly Choice[];
}

/** Undefined when nothing is wrong, or when it would take too long to find out. */
function explained<State>(
  deployment: Deployment,
  played: Played<State>,
  source: StepSource<State>,
): Explanation | undefined {
  const { wrong } = played;
  if (wrong.length === 0) return undefined;
  const steps = played.steps();
  const system = createPlannedSystem(deployment, source);
  const choices = choicesOf(system, steps, played.lines());
  const tries = Math.floor(EXPLAIN_STEPS_MAX / (steps.length + 1));
  if (choices === undefined || tries < 2 * Math.log2(steps.length + 1)) return undefined;
  const fails = (): boolean => system.wrong.some((name) => wrong.includes(name));
  const shrunk = shrink(system, { choices, ended: "found" }, fails, tries);
  return shrunk === undefined ? undefined : { system, shrunk, choices };
}

/** The order in the run as it was played, which has other steps between those that matter. */
function orderIn(
  { system, shrunk, choices }: Explanation,
  events: readonly PlayedEvent[],
  numbered: boolean,
): readonly Ordering[] | undefined {
  return orderOf(system, shrunk, choices, events, numbered);
}

/** `  5000.000 us   core 0   server.crash` */
function lineOf({ time, core, label, cause }: PlayedEvent): string {
  const microseconds = (time / NANOSECONDS_PER_MICROSECOND).toFixed(3).padStart(TIME_COLUMNS);
  const place = core === undefined ? cause : `core ${core}`;
  return `  ${microseconds} us   ${place.padEnd(7)}   ${label}\n`;
}
