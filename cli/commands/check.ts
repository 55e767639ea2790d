/**
 * `rehearsal check`: explores every check and scenario of the named files and tells what it found.
 *
 * Scenarios come first, because they take milliseconds and say most; then checks in the order of
 * the text. Each result is printed as soon as it is known. An interruption ends the running search,
 * which tells what it knows; the report files are written all the same.
 */
import type { Command } from "commander";
import { BACK_ENDS, explorerWith } from "../../checker/back-end.ts";
import { checkModel, type CheckOptions } from "../../checker/check.ts";
import { deadRules } from "../../checker/dead-rules.ts";
import type { StateGraph } from "../../checker/explore/state-graph.ts";
import { profileOf } from "../../checker/profile/profile.ts";
import { LIKELIHOOD_DEFAULTS } from "../../checker/simulate/likelihood.ts";
import { withLikelihood } from "../../checker/simulate/with-likelihood.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Model } from "../../spec/model.ts";
import { mergeBudgets } from "../budget.ts";
import { checkpointError } from "../checkpoint-errors.ts";
import {
  addSearchOptions,
  parseSearch,
  type SearchChoice,
  type SearchWords,
  tooManyToSave,
} from "../search-options.ts";
import {
  type CheckpointProblem,
  CheckpointRefused,
} from "../../checker/explore/checkpoint-problem.ts";
import { internalError, nothingToCheck } from "../errors.ts";
import { EXIT_CODES_HELP, type ExitCode, exitCodeOf } from "../exit.ts";
import { type Host, interruptionOf } from "../host.ts";
import { type Loaded, loadSpecifications } from "../load.ts";
import { runMutation } from "../mutation.ts";
import { oneByOne } from "../one-by-one.ts";
import { renderPageOf } from "../page.ts";
import {
  addPresentationOptions,
  collect,
  parsePresentation,
  type Presentation,
  type PresentationWords,
} from "../presentation.ts";
import { NO_PROGRESS, type ProgressLine, progressLine } from "../progress.ts";
import { printProblems, printsText, publish, textOptions } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import type { CheckedModel, Report } from "../report.ts";
import { renderTotals } from "../reporters/text.ts";
import { renderMutation } from "../reporters/text-mutation.ts";
import { searchFacts } from "../search-progress.ts";
import { modelsOfProfile, parseProfile, PROFILES, selectModels } from "../select.ts";
import { conditionsOf } from "../standing.ts";
import { NO_CACHE, openCache, type VerdictCache } from "../verdict-cache.ts";

interface CheckWords extends PresentationWords, SearchWords {
  readonly check?: readonly string[];
  readonly property?: readonly string[];
  readonly likelihood?: boolean;
  readonly cache?: boolean;
  readonly profile?: string;
}

/** What is done besides judging. */
interface Extras {
  readonly cache: VerdictCache;
  /** Says where the states and the time go. */
  readonly explain: boolean;
  /** Checks of the nightly profile, when that was not asked for. */
  readonly leftOut: number;
  /** All checks of the profile run: only together can they say that a rule is never taken. */
  readonly complete: boolean;
  /** Tries mutants on the checks that this selects; undefined when that was not asked for. */
  readonly mutate: ((models: readonly Model[]) => readonly Model[]) | undefined;
}

const HELP = `
Paths are files or folders; a folder stands for all .libretto files below it.

Examples:
  rehearsal check                                    everything below this folder
  rehearsal check net.libretto --check crashOnce     one check
  rehearsal check net.libretto --property NoHalfOpen --full
  rehearsal check specs --budget 60s,1GB --format github,markdown,junit=junit.xml
  rehearsal check net.libretto --likelihood          which step makes the violation likely?
  rehearsal check specs --report report.html         one page with every counterexample
  rehearsal check specs --profile nightly            also the checks that take long
  rehearsal check net.libretto --mutate              which lines would nobody miss?
  rehearsal check net.libretto --explain             where do the states and the time go?
  rehearsal check net.libretto --spill /var/tmp --memory 4GB

${EXIT_CODES_HELP}`;

/** Declares the command. */
export function declareCheck(program: Command, host: Host, finish: Finish): void {
  const command = program
    .command("check")
    .description("explore every behaviour of the checks and scenarios of specifications")
    .argument("[paths...]", "files or folders (default: this folder)")
    .option("--check <name>", "only this check or scenario; may be repeated", collect)
    .option("--property <name>", "only this property; may be repeated", collect)
    .option("--profile <name>", `${PROFILES.join(" or ")} (default: pull-request)`)
    .option("--likelihood", "how likely each violation is from each of its steps on")
    .option("--budget-is-failure <yes|no>", "no: an ended budget is a warning, not exit 3")
    .option("--no-cache", "judge again what an earlier run has judged (.rehearsal/cache)")
    .option("--mutate", "delete one guard, effect or fence at a time; tell what nobody notices")
    .option("--explain", "tell where the states and the time go, by variable, machine and rule")
    .option("--not-judged <unknown|warn>", "what properties that cannot be judged yet count as");
  addPresentationOptions(addSearchOptions(command))
    .addHelpText("after", HELP)
    .action((paths: readonly string[], words: CheckWords) => finish(check(paths, words, host)));
}

async function check(paths: readonly string[], words: CheckWords, host: Host): Promise<ExitCode> {
  const { value: presentation, problems } = parsePresentation(words, host);
  const search = parseSearch(words, host.folder);
  const { profile, problems: unknownProfile } = parseProfile(words.profile);
  const wrong = [...problems, ...search.problems, ...unknownProfile];
  if (presentation === undefined || wrong.length > 0) {
    printProblems(wrong, new Map(), host);
    return 2;
  }
  const given = paths.length === 0 ? ["."] : paths;
  const loaded = loadSpecifications(given, host.folder);
  const inProfile = (models: readonly Model[]): ReturnType<typeof modelsOfProfile> =>
    modelsOfProfile(models, profile, words.check);
  const { models: offered, leftOut } = inProfile(loaded.models);
  const select = (models: readonly Model[]): ReturnType<typeof selectModels> =>
    selectModels(inProfile(models).models, words.check, words.property);
  const selected = select(loaded.models);
  const diagnostics = [...loaded.diagnostics, ...selected.problems];
  const broken = diagnostics.some(({ severity }) => severity === "error");
  if (selected.models.length === 0 && !broken) diagnostics.push(nothingToCheck(given));
  const tell = (problem: Diagnostic): void => printProblems([problem], loaded.sources, host);
  const { sources } = loaded;
  const options = [words.reduce ?? ""];
  const { choice } = search;
  if (!broken) {
    diagnostics.push(
      ...tooManyToSave(
        choice,
        selected.models.map(({ name }) => name),
      ),
    );
  }
  const extras: Extras = {
    cache:
      words.cache === false ? NO_CACHE : openCache({ folder: host.folder, sources, options, tell }),
    explain: words.explain ?? false,
    mutate: words.mutate === true ? (models) => select(models).models : undefined,
    complete: selected.models.length === offered.length,
    leftOut,
  };
  const limits = { ...choice, likelihood: words.likelihood ?? false };
  return run(selected.models, diagnostics, loaded, presentation, limits, extras, host);
}

/** How Models are searched, and what is told of their violations. */
interface Limits extends SearchChoice {
  /** Also say how likely each violation is. */
  readonly likelihood: boolean;
}

/** Checks the Models one after the other, printing as it goes, and publishes the Report. */
async function run(
  models: readonly Model[],
  diagnostics: readonly Diagnostic[],
  loaded: Loaded,
  presentation: Presentation,
  limits: Limits,
  extras: Extras,
  host: Host,
): Promise<ExitCode> {
  const options = textOptions(presentation, models);
  const progress = presentation.progress ? progressLine(host.errors, host.clock) : NO_PROGRESS;
  const text = printsText(presentation);
  const judge = async (model: Model): Promise<CheckedModel | Diagnostic> => {
    const result = await checkOne(model, loaded.sources, limits, progress, extras, host);
    progress.clear();
    return result;
  };
  let report = await oneByOne({ models, diagnostics, loaded, presentation }, judge, host);
  report = { ...report, leftOut: extras.leftOut };
  const late = [...(extras.complete ? deadRules(report.checks) : [])];
  if (extras.mutate !== undefined && !host.signal.aborted) {
    const { mutate } = extras;
    const mutation = await runMutation(
      models,
      loaded,
      mutate,
      limits.budget,
      BACK_ENDS[limits.backEnd],
      progress,
      host,
    );
    late.push(...mutation.findings);
    report = { ...report, mutation };
    if (text) host.output.write(renderMutation(mutation, options));
  }
  report = { ...report, interrupted: interruptionOf(host.signal) };
  report = { ...report, diagnostics: [...report.diagnostics, ...late] };
  report = publish(report, presentation, options, renderPageOf, host);
  if (text) host.output.write(renderTotals(report, options, late));
  return exitCodeOf(conditionsOf(report));
}

/** The verdict of one Model; an exception of the checker becomes a message. */
async function checkOne(
  model: Model,
  sources: Report["sources"],
  { budget: given, reductions, backEnd, workers, compress, checkpoint, spill, likelihood }: Limits,
  progress: ProgressLine,
  { cache, explain }: Extras,
  host: Host,
): Promise<CheckedModel | Diagnostic> {
  progress.begin(`${model.file} ${model.name}`);
  try {
    const known = explain || likelihood || checkpoint ? undefined : cache.find(model);
    if (known !== undefined) return { model, verdict: known, cached: true };
    const budget = mergeBudgets(model.budget, given);
    const facts = searchFacts(budget.bytes);
    const options: CheckOptions = {
      budget,
      reductions,
      signal: host.signal,
      onProgress: (search) =>
        progress.update({ count: search.states, noun: "states", facts: facts(search) }),
      sources,
    };
    const onProblem = (problem: CheckpointProblem): void =>
      printProblems([checkpointError(problem)], sources, host);
    const saved = checkpoint && { ...checkpoint, onProblem };
    let graph: StateGraph | undefined;
    const verdict = await checkModel(model, options, async (one, limits) => {
      const explore = explorerWith(backEnd, workers, { spill, compress });
      const found = await explore(one, { ...limits, checkpoint: saved });
      if (explain) ({ graph } = found);
      return found;
    });
    cache.keep(model, verdict);
    const walks = { ...LIKELIHOOD_DEFAULTS, signal: host.signal };
    const told = likelihood ? await withLikelihood(model, verdict, walks) : verdict;
    const profile = graph && (await profileOf(graph, sources, host.signal));
    return profile === undefined ? { model, verdict: told } : { model, verdict: told, profile };
  } catch (error) {
    if (error instanceof CheckpointRefused) return checkpointError(error.problem);
    const detail = error instanceof Error ? error.message : String(error);
    return internalError(`${model.file}, ${model.name}: ${detail}`);
  }
}
