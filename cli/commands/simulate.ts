/**
 * `rehearsal simulate`: walks checks at random, for models that are too large to be searched.
 *
 * A walk shows what can happen and never what cannot, so nothing *holds* after walks: what they did
 * not violate is unknown, and the output says how much was walked. What they did violate is shown
 * as the shortest path that shrinking finds, and was replayed.
 */
import type { Command } from "commander";
import { createWasmCore } from "../../checker/compile/wasm-core.ts";
import { LIKELIHOOD_DEFAULTS } from "../../checker/simulate/likelihood.ts";
import { SEED_LIMIT } from "../../checker/simulate/random.ts";
import {
  DEPTH_DEFAULT,
  RUNS_DEFAULT,
  SEED_DEFAULT,
  type SimulateOptions,
  simulateModel,
  STEPS_DEFAULT,
} from "../../checker/simulate/simulate.ts";
import { steppersOver } from "../../checker/simulate/steppers-over.ts";
import type { Strategy } from "../../checker/simulate/strategy.ts";
import type { WalkPlan } from "../../checker/simulate/walks.ts";
import { withLikelihood } from "../../checker/simulate/with-likelihood.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Budget, Model } from "../../spec/model.ts";
import { BUDGET_FORM, mergeBudgets, parseBudget } from "../budget.ts";
import { badValue, internalError, nothingToCheck } from "../errors.ts";
import { EXIT_CODES_HELP, type ExitCode, exitCodeOf } from "../exit.ts";
import { type Host, interruptionOf } from "../host.ts";
import { type Loaded, loadSpecifications } from "../load.ts";
import { counted, formatRough } from "../numbers.ts";
import { oneByOne } from "../one-by-one.ts";
import { renderPageOf } from "../page.ts";
import {
  addPresentationOptions,
  collect,
  oneOf,
  parsePresentation,
  type Presentation,
  type PresentationWords,
} from "../presentation.ts";
import { NO_PROGRESS, progressLine } from "../progress.ts";
import { printProblems, printsText, publish, textOptions } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import type { CheckedModel, Report } from "../report.ts";
import { renderTotals } from "../reporters/text.ts";
import { selectModels } from "../select.ts";
import { conditionsOf } from "../standing.ts";

/** Walks, and steps of a walk, that may be asked for. */
const RUNS_MAX = 1_000_000_000;
const STEPS_MAX = 1_000_000;
/** Depth of PCT: beyond, its bound says nothing any more. */
const DEPTH_MAX = 100;

interface SimulateWords extends PresentationWords {
  readonly check?: readonly string[];
  readonly property?: readonly string[];
  readonly runs?: string;
  readonly steps?: string;
  readonly seed?: string;
  readonly strategy?: string;
  readonly depth?: string;
  readonly budget?: string;
  readonly likelihood?: boolean;
}

const DEFAULTS = `${counted(RUNS_DEFAULT, "walk")} of at most ${counted(STEPS_DEFAULT, "step")}`;

const HELP = `
A walk begins in an initial state and takes one possible step after the other. It shows what can
happen, never what cannot: what no walk violates stays unknown (exit 3). Use it where \`rehearsal
check\` does not come to an end, or for a first look. A violation is real: its path is shrunk,
replayed and shown as \`check\` shows it. The same seed gives the same walks.

Strategies:
  random   each possible step is as likely as any other
  pct      threads have random priorities, and at depth - 1 random moments the one that runs falls
           behind (Burckhardt and others, 2010). Finds what needs few, but ordered, events, and says
           how likely it was to find it.

Examples:
  rehearsal simulate net.libretto                            ${DEFAULTS}
  rehearsal simulate net.libretto --check crashOnce --seed 7
  rehearsal simulate big.libretto --runs 1000000 --steps 500 --budget 60s
  rehearsal simulate ring.libretto --strategy pct --depth 2
  rehearsal simulate net.libretto --budget-is-failure no     exit 0 when no walk violates anything

${EXIT_CODES_HELP}`;

/** Declares the command. */
export function declareSimulate(program: Command, host: Host, finish: Finish): void {
  const command = program
    .command("simulate")
    .description("walk checks at random, where exploring every behaviour takes too long")
    .argument("[paths...]", "files or folders (default: this folder)")
    .option("--check <name>", "only this check; may be repeated", collect)
    .option("--property <name>", "only this property; may be repeated", collect)
    .option("--runs <number>", `walks (default: ${RUNS_DEFAULT})`)
    .option("--steps <number>", `steps of a walk at most (default: ${STEPS_DEFAULT})`)
    .option("--seed <number>", `which walks: a seed names them (default: ${SEED_DEFAULT})`)
    .option("--strategy <random|pct>", "how a walk chooses (default: random)")
    .option("--depth <number>", `pct: ordered events that a bug needs (default: ${DEPTH_DEFAULT})`)
    .option("--budget <amounts>", BUDGET_FORM)
    .option("--likelihood", "how likely each violation is from each of its steps on")
    .option("--budget-is-failure <yes|no>", "no: what walks leave open is a warning, not exit 3")
    .option("--not-judged <unknown|warn>", "what properties that walks cannot judge count as");
  addPresentationOptions(command)
    .addHelpText("after", HELP)
    .action((paths: readonly string[], words: SimulateWords) =>
      finish(simulate(paths, words, host)),
    );
}

async function simulate(
  paths: readonly string[],
  words: SimulateWords,
  host: Host,
): Promise<ExitCode> {
  const { value: presentation, problems } = parsePresentation(words, host);
  const wrong = [...problems];
  const plan = parsePlan(words, wrong);
  const budget = words.budget === undefined ? undefined : parseBudget(words.budget);
  if (words.budget !== undefined && budget === undefined) {
    wrong.push(badValue("--budget", words.budget, BUDGET_FORM));
  }
  if (presentation === undefined || wrong.length > 0) {
    printProblems(wrong, new Map(), host);
    return 2;
  }
  const given = paths.length === 0 ? ["."] : paths;
  const loaded = loadSpecifications(given, host.folder);
  // A scenario is one run already.
  const checks = loaded.models.filter(({ kind }) => kind === "check");
  const selected = selectModels(checks, words.check, words.property);
  const diagnostics = [...loaded.diagnostics, ...selected.problems];
  const broken = diagnostics.some(({ severity }) => severity === "error");
  if (selected.models.length === 0 && !broken) diagnostics.push(nothingToCheck(given));
  const wanted = { plan, budget, likelihood: words.likelihood ?? false, presentation };
  return run(selected.models, diagnostics, loaded, wanted, host);
}

interface Wanted {
  readonly plan: WalkPlan;
  readonly budget: Budget | undefined;
  readonly likelihood: boolean;
  readonly presentation: Presentation;
}

function parsePlan(words: SimulateWords, wrong: Diagnostic[]): WalkPlan {
  const number = (option: string, word: string | undefined, from: number, to: number): number => {
    const value = Number(word);
    const isNumber = word !== undefined && /^\d+$/.test(word) && value >= from && value <= to;
    if (!isNumber && word !== undefined) {
      wrong.push(badValue(option, word, `a whole number from ${from} to ${to}`));
    }
    return isNumber ? value : from;
  };
  const kind = oneOf("--strategy", words.strategy, ["random", "pct"], wrong) ?? "random";
  const depth = number("--depth", words.depth ?? String(DEPTH_DEFAULT), 1, DEPTH_MAX);
  if (words.depth !== undefined && kind === "random") {
    wrong.push(badValue("--depth", words.depth, "it belongs to `--strategy pct`"));
  }
  const strategy: Strategy = kind === "pct" ? { kind, depth } : { kind };
  return {
    runs: number("--runs", words.runs ?? String(RUNS_DEFAULT), 1, RUNS_MAX),
    steps: number("--steps", words.steps ?? String(STEPS_DEFAULT), 1, STEPS_MAX),
    seed: number("--seed", words.seed ?? String(SEED_DEFAULT), 0, SEED_LIMIT - 1),
    strategy,
  };
}

/** Walks the Models one after the other, printing as it goes, and publishes the Report. */
async function run(
  models: readonly Model[],
  diagnostics: readonly Diagnostic[],
  loaded: Loaded,
  wanted: Wanted,
  host: Host,
): Promise<ExitCode> {
  const { presentation } = wanted;
  const options = textOptions(presentation, models);
  const judge = (model: Model): Promise<CheckedModel | Diagnostic> =>
    walkOne(model, loaded.sources, wanted, host);
  let report = await oneByOne({ models, diagnostics, loaded, presentation }, judge, host);
  report = { ...report, interrupted: interruptionOf(host.signal) };
  report = publish(report, presentation, options, renderPageOf, host);
  if (printsText(presentation)) host.output.write(renderTotals(report, options));
  return exitCodeOf(conditionsOf(report));
}

/** The verdict of one Model; an exception of the checker becomes a message. */
async function walkOne(
  model: Model,
  sources: Report["sources"],
  { plan, budget, likelihood, presentation }: Wanted,
  host: Host,
): Promise<CheckedModel | Diagnostic> {
  const progress = presentation.progress ? progressLine(host.errors, host.clock) : NO_PROGRESS;
  progress.begin(`${model.file} ${model.name}`);
  try {
    const options: SimulateOptions = {
      plan,
      budget: mergeBudgets(model.budget, budget),
      signal: host.signal,
      onProgress: ({ runs, steps, states, violations }) =>
        progress.update({
          count: steps,
          noun: "steps",
          facts: [
            `walk ${formatRough(runs + 1)} of ${formatRough(plan.runs)}`,
            `${formatRough(states)} states seen`,
            counted(violations, "violation"),
          ],
        }),
      sources,
    };
    const verdict = await simulateModel(model, options, steppersOver(createWasmCore, "wasm"));
    if (!likelihood) return { model, verdict };
    const sampling = { ...LIKELIHOOD_DEFAULTS, signal: host.signal };
    return { model, verdict: await withLikelihood(model, verdict, sampling) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return internalError(`${model.file}, ${model.name}: ${detail}`);
  } finally {
    progress.clear();
  }
}
