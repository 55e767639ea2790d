/**
 * Playing a deployment from the command line: one run for each seed, until one violates something.
 *
 * The recording has a header, then one line for each event with its virtual time: enough to draw
 * the run, or to play it again.
 */
import { type Played, play } from "../engine/play/player.ts";
import type { PlayedEvent } from "../engine/play/playing.ts";
import type { Deployment } from "../spec/deployment.ts";
import { DEPLOYMENT_VERSION } from "../spec/deployment.ts";
import type { ExitCode } from "./exit.ts";
import { type Host, interruptionOf } from "./host.ts";
import { counted, formatDuration } from "./numbers.ts";
import { writeOutput } from "./output.ts";
import { NO_PROGRESS, progressLine } from "./progress.ts";
import { printProblems } from "./publish.ts";
import { stepSourceOf } from "./step-source.ts";

interface PlayWords {
  readonly record?: string;
  readonly progress?: boolean;
}

/** Events of one run at most. */
const EVENTS_MAX = 5_000_000;
/** Events that are printed of a run that violates something: the last ones. */
const EVENTS_SHOWN = 40;
const NANOSECONDS_PER_MILLISECOND = 1e6;

/** Plays the seeds, that of the text if none is given; gives the exit code. */
export function playDeployment(
  deployment: Deployment,
  seeds: readonly [number, number] | undefined,
  words: PlayWords,
  host: Host,
): ExitCode {
  const [first, last] = seeds ?? [deployment.seed, deployment.seed];
  const source = stepSourceOf(deployment.model);
  const progress = words.progress === false ? NO_PROGRESS : progressLine(host.errors, host.clock);
  progress.begin(`${deployment.model.file} ${deployment.name}`);
  const begun = host.clock();
  let events = 0;
  let skipped = 0;
  let played: Played | undefined;
  let seed = first;
  for (; seed <= last && !host.signal.aborted; seed++) {
    played = play(deployment, source, { seed, events: EVENTS_MAX });
    events += played.events.length;
    skipped += played.skipped.length;
    progress.update({ count: seed - first + 1, noun: "runs", facts: [counted(events, "event")] });
    if (played.ended === "violated") break;
  }
  progress.clear();
  if (played === undefined) return interruptionOf(host.signal) === "SIGINT" ? 130 : 3;
  const runs = Math.min(seed, last) - first + 1;
  const spent = formatDuration(host.clock() - begun);
  const facts = `${counted(runs, "run")}   ${counted(events, "event")}   ${spent}`;
  host.output.write(verdictOf(deployment, played, facts, skipped));
  if (words.record !== undefined) {
    const unwritten = writeOutput(words.record, recordingOf(deployment, played), host.folder);
    if (unwritten !== undefined) {
      printProblems([unwritten], new Map(), host);
      return 2;
    }
  }
  if (interruptionOf(host.signal) === "SIGINT") return 130;
  return played.ended === "violated" ? 1 : 0;
}

function verdictOf(
  { model, name, duration }: Deployment,
  played: Played,
  facts: string,
  skipped: number,
): string {
  const title = `${model.file}  ${name}   ${facts}\n`;
  const left =
    skipped === 0
      ? ""
      : `         ${counted(skipped, "step")} of the plan not possible at the time\n`;
  if (played.ended !== "violated") {
    const time = formatDuration(duration / NANOSECONDS_PER_MILLISECOND);
    return `ok       ${title}         nothing was violated in these runs of ${time} each\n${left}`;
  }
  const shown = played.events.slice(-EVENTS_SHOWN);
  const before = played.events.length - shown.length;
  const earlier = before > 0 ? `  … ${counted(before, "event")} before\n` : "";
  return (
    `FAIL     ${title}         ${played.wrong.join(", ")} violated in seed ${played.seed}\n${left}\n` +
    `${earlier}${shown.map(lineOf).join("")}\n` +
    `  again: rehearsal run ${model.file} --deployment ${name} --seeds ${played.seed}\n`
  );
}

/** `   5.000 000 ms   core 0   server.crash` */
function lineOf({ time, core, label, cause }: PlayedEvent): string {
  const milliseconds = (time / NANOSECONDS_PER_MILLISECOND).toFixed(6).padStart(14);
  const place = core === undefined ? cause : `core ${core}`;
  return `  ${milliseconds} ms   ${place.padEnd(7)}   ${label}\n`;
}

function recordingOf({ model, name, hardware, duration }: Deployment, played: Played): string {
  const header = {
    format: "rehearsal-deployment-run",
    version: DEPLOYMENT_VERSION,
    file: model.file,
    deployment: name,
    memory: model.memory,
    hardware,
    duration,
    seed: played.seed,
    ended: played.ended,
    wrong: played.wrong,
    skipped: played.skipped,
  };
  return `${[header, ...played.events].map((line) => JSON.stringify(line)).join("\n")}\n`;
}
