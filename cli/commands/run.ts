/**
 * `rehearsal run`: plays a deployment in virtual time, or a check under schedules that seeds name,
 * and hunts for a run that violates something.
 *
 * What is found is told as the fewest ordering constraints that make it happen, then step by step.
 * Runs show what can happen, never what cannot: nothing found is *unknown* (exit 3), unless the
 * check expects nothing else than what the runs can show.
 */
import type { Command } from "commander";
import { createModelSystem, type ModelSystem } from "../../engine/play/model-system.ts";
import type { Constraint } from "../../engine/schedule/constraints.ts";
import { type Found, hunt } from "../../engine/schedule/hunt.ts";
import type { Choice } from "../../engine/system.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Model } from "../../spec/model.ts";
import { badValue, noSuchDeployment, nothingToCheck } from "../errors.ts";
import { EXIT_CODES_HELP, type ExitCode } from "../exit.ts";
import { type Host, interruptionOf } from "../host.ts";
import { loadFiles } from "../load.ts";
import { counted, formatDuration } from "../numbers.ts";
import { probeOutput, writeOutput } from "../output.ts";
import { NO_PROGRESS, progressLine } from "../progress.ts";
import { printProblems } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import { selectModels } from "../select.ts";
import { stepSourceOf } from "../step-source.ts";
import { playDeployment } from "../play-deployment.ts";

interface RunWords {
  readonly check?: string;
  readonly deployment?: string;
  readonly seeds?: string;
  readonly steps?: string;
  readonly record?: string;
  readonly progress?: boolean;
}

const SEEDS_DEFAULT: readonly [number, number] = [1, 1000];
const SEED_LIMIT: number = 2 ** 31;
const STEPS_DEFAULT = 500;
const STEPS_MAX = 1_000_000;
const SEEDS_FORM = "a seed, or two with `..` between them, as 1..1000";

const HELP = `
Each seed names one run: a schedule that lets store buffers drain late, one with random priorities
(PCT), or one that takes every possible step as likely. The same seed gives the same run. The
first run that violates something is shrunk: what must come after what for it to happen, and
nothing else.

Examples:
  rehearsal run ring.libretto --check unfenced             hunt for a run that fails
  rehearsal run ring.libretto --check unfenced --seeds 7   one run again
  rehearsal run ring.libretto --check fenced --seeds 1..100000
  rehearsal run ring.libretto --check unfenced --record run.jsonl
  rehearsal run net.libretto --deployment underLoad --seeds 1..100
                                    played on emulated cores, at the times of its plan

Faults strike within the budget of the check. Runs that find nothing prove nothing: use
\`rehearsal check\` for that.

${EXIT_CODES_HELP}`;

/** Declares the command. */
export function declareRun(program: Command, host: Host, finish: Finish): void {
  program
    .command("run")
    .description("play a deployment, or a check under many schedules; explain a run that fails")
    .argument("<file>", "a specification")
    .option("--check <name>", "hunt in this check (default: the first)")
    .option("--deployment <name>", "play this deployment; first in a file with one and no check")
    .option("--seeds <A..B>", `which runs (default: ${SEEDS_DEFAULT.join("..")})`)
    .option("--steps <number>", `steps of a run at most (default: ${STEPS_DEFAULT})`)
    .option("--record <FILE>", "write the run that failed, one step a line (JSON)")
    .option("--no-progress", "print no progress")
    .addHelpText("after", HELP)
    .action((file: string, words: RunWords) => finish(Promise.resolve(play(file, words, host))));
}

function play(file: string, words: RunWords, host: Host): ExitCode {
  const wrong: Diagnostic[] = [];
  const given = words.seeds === undefined ? undefined : seedsOf(words.seeds);
  const seeds = words.seeds === undefined ? SEEDS_DEFAULT : given;
  if (seeds === undefined) wrong.push(badValue("--seeds", words.seeds ?? "", SEEDS_FORM));
  const steps = words.steps === undefined ? STEPS_DEFAULT : stepsOf(words.steps);
  if (steps === undefined) {
    const form = `a whole number from 1 to ${STEPS_MAX}`;
    wrong.push(badValue("--steps", words.steps ?? "", form));
  }
  const unwritable =
    words.record === undefined ? undefined : probeOutput(words.record, host.folder);
  if (unwritable !== undefined) wrong.push(unwritable);
  const loaded = loadFiles([file], host.folder);
  const deployments = loaded.deployments.filter(
    ({ name }) => words.deployment === undefined || name === words.deployment,
  );
  const [deployment] = deployments;
  const hasChecks = loaded.models.some(({ kind }) => kind === "check");
  const plays = words.deployment !== undefined || (deployment !== undefined && !hasChecks);
  if (plays) {
    const names = loaded.deployments.map(({ name }) => name);
    const problems = [...wrong, ...loaded.diagnostics];
    if (deployment === undefined) problems.push(noSuchDeployment(words.deployment ?? "", names));
    printProblems(problems, loaded.sources, host);
    const isBroken = problems.some(({ severity }) => severity === "error");
    if (isBroken || deployment === undefined) return 2;
    return playDeployment(deployment, given, words, host);
  }
  const checks = loaded.models.filter(({ kind }) => kind === "check");
  const chosen = selectModels(
    checks,
    words.check === undefined ? undefined : [words.check],
    undefined,
  );
  const [model] = chosen.models;
  const problems = [...wrong, ...loaded.diagnostics, ...chosen.problems];
  const broken = problems.some(({ severity }) => severity === "error");
  if (model === undefined && !broken) problems.push(nothingToCheck([file]));
  printProblems(problems, loaded.sources, host);
  if (broken || model === undefined || seeds === undefined || steps === undefined) return 2;
  return huntIn(model, seeds, steps, words, host);
}

function huntIn(
  model: Model,
  seeds: readonly [number, number],
  steps: number,
  words: RunWords,
  host: Host,
): ExitCode {
  const system = createModelSystem(stepSourceOf(model));
  const progress = words.progress === false ? NO_PROGRESS : progressLine(host.errors, host.clock);
  progress.begin(`${model.file} ${model.name}`);
  const begun = host.clock();
  const options = {
    seeds,
    steps,
    signal: host.signal,
    onSeed: (seed: number) => progress.update({ count: seed - seeds[0], noun: "runs", facts: [] }),
  };
  const watched = model.only;
  const fails = (): boolean =>
    system.wrong.some((name) => watched === undefined || isWatched(name, watched));
  const { found, seeds: tried, steps: taken } = hunt(system, options, fails);
  progress.clear();
  const spent = formatDuration(host.clock() - begun);
  const facts = `${counted(tried, "run")}   ${counted(taken, "step")}   ${spent}`;
  if (found === undefined) {
    host.output.write(`unknown  ${model.file}  ${model.name}   ${facts}\n`);
    host.output.write("         nothing was violated in these runs; others may exist\n");
    return interruptionOf(host.signal) === "SIGINT" ? 130 : 3;
  }
  const { text, record, broken } = told(system, found);
  const expected = broken.every((name) =>
    model.expect.violations.some((violation) => violation.name === name),
  );
  const verdict = expected ? "ok      " : "FAIL    ";
  host.output.write(`${verdict} ${model.file}  ${model.name}   ${facts}\n`);
  host.output.write(
    `         ${broken.join(", ")} violated in seed ${found.seed} (${found.strategy})` +
      `${expected ? ", as expected" : ""}\n${text}`,
  );
  host.output.write(
    `  again: rehearsal run ${model.file} --check ${model.name} --seeds ${found.seed}` +
      `${steps === STEPS_DEFAULT ? "" : ` --steps ${steps}`}\n`,
  );
  if (words.record !== undefined) {
    const unwritten = writeOutput(words.record, record, host.folder);
    if (unwritten !== undefined) {
      printProblems([unwritten], new Map(), host);
      return 2;
    }
  }
  return expected ? 0 : 1;
}

/** `only` names properties; what is built in is always watched. */
function isWatched(name: string, only: readonly string[]): boolean {
  return only.includes(name) || ["assert", "range", "unhandled", "stuck"].includes(name);
}

// ---------------------------------------------------------------------------- what was found

interface Told {
  readonly text: string;
  /** A header and one line for each step. */
  readonly record: string;
  readonly broken: readonly string[];
}

/** Takes the shrunk run from the present state, and says what happens. */
function told(system: ModelSystem, { seed, strategy, run, shrunk }: Found): Told {
  const choices = shrunk?.run.choices ?? run.choices;
  const labels: string[] = [];
  const lines: string[] = [];
  const model = system.source.model;
  const header = {
    format: "rehearsal-run",
    version: 1,
    file: model.file,
    check: model.name,
    memory: model.memory,
    seed,
    strategy,
  };
  lines.push(JSON.stringify(header));
  for (const choice of choices) {
    const label = system.describe(choice);
    const actor = system.actors[choice.actor];
    lines.push(JSON.stringify({ step: labels.length + 1, actor: actor?.name, label }));
    labels.push(label);
    system.take(choice);
  }
  const because = (shrunk?.constraints ?? []).map((one) =>
    constraintText(system, one, choices, labels),
  );
  const reasons =
    shrunk === undefined
      ? "  the run depends on more than the order of its steps\n"
      : because.length === 0
        ? "  it happens in the plain order already\n"
        : `  it happens because\n${because.map((line) => `    ${line}\n`).join("")}`;
  const steps = labels.map((label, index) => `  ${String(index + 1).padStart(3)}   ${label}\n`);
  return {
    text: `\n${reasons}\n${steps.join("")}\n`,
    record: `${lines.join("\n")}\n`,
    broken: system.wrong,
  };
}

/** `prod.flush ring.head=1 (step 11) waits until cons.Recheck (step 10) is done` */
function constraintText(
  { actors }: ModelSystem,
  { actor, step, after }: Constraint,
  choices: readonly Choice[],
  labels: readonly string[],
): string {
  const place = (who: number, index: number): string => {
    const at = choices.flatMap((choice, position) => (choice.actor === who ? [position] : []))[
      index
    ];
    const name = actors[who]?.name ?? "";
    return at === undefined ? `${name} (which never comes)` : `${labels[at]} (step ${at + 1})`;
  };
  return `${place(actor, step)} waits until ${place(after.actor, after.step)} is done`;
}

// ---------------------------------------------------------------------------- options

function seedsOf(text: string): readonly [number, number] | undefined {
  const [, first, last = first] = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return first !== undefined && from <= to && to < SEED_LIMIT ? [from, to] : undefined;
}

function stepsOf(text: string): number | undefined {
  const steps = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return steps >= 1 && steps <= STEPS_MAX ? steps : undefined;
}
