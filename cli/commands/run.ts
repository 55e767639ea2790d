/**
 * `rehearsal run`: plays a deployment in virtual time, or hunts through a check, or a deployment
 * without its times, under schedules that seeds name.
 *
 * Runs show what can happen, never what cannot: a hunt that finds nothing is *unknown* (exit 3),
 * unless the check expects what was found.
 */
import type { Command } from "commander";
import type { Deployment } from "../../spec/deployment.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import { deployCheck } from "../../spec/index.ts";
import type { Model } from "../../spec/model.ts";
import { badValue, noSuchDeployment, nothingToCheck } from "../errors.ts";
import { EXIT_CODES_HELP, type ExitCode, exitCodeOf } from "../exit.ts";
import { type Host, interruptionOf } from "../host.ts";
import { huntInCheck, huntInDeployment, STEPS_DEFAULT } from "../hunt.ts";
import { type Loaded, loadFiles } from "../load.ts";
import { playDeployment } from "../play-deployment.ts";
import { probeOutput } from "../output.ts";
import {
  addPresentationOptions,
  collect,
  parsePresentation,
  type Presentation,
  type PresentationWords,
} from "../presentation.ts";
import { printProblems } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import { ENDINGS_TEXT, formOf, needsTraffic } from "../recording-forms.ts";
import { deliver, type RecordFile } from "../run-outcome.ts";
import { selectModels } from "../select.ts";

interface RunWords extends PresentationWords {
  readonly check?: string;
  readonly deployment?: string;
  readonly hunt?: boolean;
  readonly seed?: string;
  readonly seeds?: string;
  readonly steps?: string;
  readonly record?: readonly string[];
}

const SEEDS_DEFAULT: readonly [number, number] = [1, 1000];
const SEED_LIMIT: number = 2 ** 31;
const STEPS_MAX = 1_000_000;
const SEEDS_FORM = `a seed below ${SEED_LIMIT}, or the first and the last, as 1..1000`;

const HELP = `
A deployment is played on emulated cores: messages take the time of what carries them, timers their
durations, and the plan's faults strike when it says so. Each seed is one run, always the same.

--hunt leaves the times out: anything may come before anything, as far as the model allows and in
the order of the plan. Seeds take turns with schedules: store buffers that drain late, random
priorities (PCT), and every step as likely. The first run that violates something is shrunk to what
must come after what for it to happen, and nothing else. A check is always hunted in; its faults
strike within its budget.

Examples:
  rehearsal run net.libretto --deployment underLoad                  one run, with the text's seed
  rehearsal run net.libretto --deployment underLoad --seeds 1..100
  rehearsal run net.libretto --deployment underLoad --seed 7 --record run.jsonl --record run.json
  rehearsal run net.libretto --deployment underLoad --hunt           whatever the latencies are
  rehearsal run net.libretto --deployment underLoad --check forgets  with what the check sets
  rehearsal run ring.libretto --check unfenced                       hunt for a run that fails
  rehearsal run ring.libretto --check unfenced --report run.html     and look at it

Recordings, by their ending: .jsonl and .jsonl.gz have every event, and \`rehearsal replay\` takes
them; .json is for ui.perfetto.dev, .shiviz for ShiViz. Of a deployment with traffic, .pcapng has
its frames, and .events.jsonl what an operator would have logged beside them.

Runs that find nothing prove nothing: use \`rehearsal check\` for that.

${EXIT_CODES_HELP}`;

/** Declares the command. */
export function declareRun(program: Command, host: Host, finish: Finish): void {
  const command = program
    .command("run")
    .description("play a deployment, or a check under many schedules; explain a run that fails")
    .argument("<file>", "a specification")
    .option("--check <name>", "hunt in this check (default: the first)")
    .option("--deployment <name>", "play this deployment; with --check: as that check sets it")
    .option("--hunt", "without the times of the deployment: look for an order that fails")
    .option("--seed <number>", "one run")
    .option("--seeds <A..B>", `which runs (hunting: ${SEEDS_DEFAULT.join("..")})`)
    .option("--steps <number>", `hunting: steps of a run at most (default: ${STEPS_DEFAULT})`)
    .option("--record <FILE>", "write the run that is shown; may be repeated", collect);
  addPresentationOptions(command)
    .addHelpText("after", HELP)
    .action((file: string, words: RunWords) => finish(run(file, words, host)));
}

/** What the words of the command line mean. */
interface Wanted {
  readonly seeds: readonly [number, number] | undefined;
  readonly steps: number;
  readonly records: readonly RecordFile[];
  readonly presentation: Presentation;
}

async function run(file: string, words: RunWords, host: Host): Promise<ExitCode> {
  const { wanted, problems: wrong } = parseWords(words, host);
  const loaded = loadFiles([file], host.folder);
  const subject = subjectOf(file, words, loaded);
  const problems = [...wrong, ...loaded.diagnostics, ...subject.problems];
  if (problems.length > 0) printProblems(problems, loaded.sources, host);
  const broken = problems.some(({ severity }) => severity === "error");
  if (broken || wanted === undefined) return 2;
  const { presentation, seeds = SEEDS_DEFAULT, steps, records } = wanted;
  const { check } = words;
  const { progress, full } = presentation;
  const { sources } = loaded;
  const output = { presentation, records, sources };
  const { deployment, model } = subject;
  const mute = withoutTraffic(records, words.hunt === true ? undefined : deployment);
  if (mute !== undefined) {
    printProblems([mute], sources, host);
    return 2;
  }
  const huntPlan = { seeds, steps, progress, sources };
  if (deployment === undefined) {
    if (model === undefined) return 2;
    return deliver(await huntInCheck(model, huntPlan, host), output, host);
  }
  if (words.hunt === true) {
    const found = await huntInDeployment(deployment, check, huntPlan, host);
    return deliver(found, output, host);
  }
  const plan = { seeds: wanted.seeds, progress, full, check, sources };
  const played = await playDeployment(deployment, plan, host);
  return played === undefined ? interrupted(host) : deliver(played, output, host);
}

/** Frames are wanted of a run that has none. */
function withoutTraffic(
  records: readonly RecordFile[],
  deployment: Deployment | undefined,
): Diagnostic | undefined {
  const [wanted] = records.filter(({ form }) => needsTraffic(form));
  if (wanted === undefined || (deployment?.traffic.length ?? 0) > 0) return undefined;
  const why = deployment === undefined ? "a hunt has no frames" : "the deployment has no `traffic`";
  return badValue("--record", wanted.path, why);
}

/** Nothing is known yet. */
function interrupted({ signal, errors }: Host): ExitCode {
  errors.write("interrupted before the first run was over\n");
  const none = { internal: false, unusable: false, failed: false, unknown: true, findings: false };
  return exitCodeOf({ ...none, interrupted: interruptionOf(signal) });
}

interface Subject {
  readonly deployment: Deployment | undefined;
  readonly model: Model | undefined;
  readonly problems: readonly Diagnostic[];
}

/** The deployment or the check that is meant. */
function subjectOf(
  file: string,
  { check, deployment: name }: RunWords,
  { deployments, models, diagnostics, programs }: Loaded,
): Subject {
  const checks = models.filter(({ kind }) => kind === "check");
  const none = { deployment: undefined, model: undefined };
  // What a file with errors lacks is no news.
  if (diagnostics.some(({ severity }) => severity === "error")) return { ...none, problems: [] };
  if (name !== undefined || (checks.length === 0 && check === undefined)) {
    const found = deployments.find((one) => name === undefined || one.name === name);
    if (found !== undefined && check !== undefined) {
      const chosen = selectModels(checks, [check], undefined);
      if (chosen.problems.length > 0) return { ...none, problems: chosen.problems };
      const flavoured = programs.flatMap((one) => deployCheck(one, found.name, check) ?? [])[0];
      const problems =
        flavoured === undefined
          ? [badValue("--check", check, `a check of the system of \`${found.name}\``)]
          : [];
      return { deployment: flavoured, model: undefined, problems };
    }
    if (found !== undefined) return { deployment: found, model: undefined, problems: [] };
    const names = deployments.map((one) => one.name);
    const problem = name === undefined ? nothingToCheck([file]) : noSuchDeployment(name, names);
    return { ...none, problems: [problem] };
  }
  const chosen = selectModels(checks, check === undefined ? undefined : [check], undefined);
  const [model] = chosen.models;
  const problems =
    model === undefined && chosen.problems.length === 0
      ? [nothingToCheck([file])]
      : chosen.problems;
  return { deployment: undefined, model, problems };
}

// ---------------------------------------------------------------------------- options

function parseWords(
  words: RunWords,
  host: Host,
): { readonly wanted: Wanted | undefined; readonly problems: readonly Diagnostic[] } {
  const { value: presentation, problems } = parsePresentation(words, host);
  const wrong = [...problems];
  const seeds = seedsOf(words, wrong);
  const steps = words.steps === undefined ? STEPS_DEFAULT : stepsOf(words.steps);
  if (steps === undefined) {
    wrong.push(badValue("--steps", words.steps ?? "", `a whole number from 1 to ${STEPS_MAX}`));
  }
  const records = (words.record ?? []).flatMap((path): readonly RecordFile[] => {
    const form = formOf(path);
    const unwritable = probeOutput(path, host.folder);
    if (form === undefined) wrong.push(badValue("--record", path, ENDINGS_TEXT));
    else if (unwritable !== undefined) wrong.push(unwritable);
    else return [{ path, form }];
    return [];
  });
  if (presentation === undefined || steps === undefined || wrong.length > 0) {
    return { wanted: undefined, problems: wrong };
  }
  return { wanted: { seeds, steps, records, presentation }, problems: [] };
}

/** Undefined when no words say which. */
function seedsOf(
  { seed, seeds }: RunWords,
  wrong: Diagnostic[],
): readonly [number, number] | undefined {
  const text = seeds ?? seed;
  if (text === undefined) return undefined;
  if (seed !== undefined && seeds !== undefined) {
    wrong.push(badValue("--seed", seed, "either `--seed` or `--seeds`"));
  }
  const [, first, last = first] = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first !== undefined && from <= to && to < SEED_LIMIT) return [from, to];
  wrong.push(badValue(seeds === undefined ? "--seed" : "--seeds", text, SEEDS_FORM));
  return undefined;
}

function stepsOf(text: string): number | undefined {
  const steps = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return steps >= 1 && steps <= STEPS_MAX ? steps : undefined;
}
