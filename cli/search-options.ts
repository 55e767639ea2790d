/**
 * The options of `check` that say how states are found: limits, reductions, back end, checkpoints.
 *
 * They change how long a check takes and how far it goes, never what it says: a verdict names what
 * was used.
 */
import { resolve } from "node:path";
import type { Command } from "commander";
import { WORKERS_MAX } from "../checker/compile/workers.ts";
import type { BackEnd } from "../checker/explore/explorer.ts";
import type { ReductionName } from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Budget } from "../spec/model.ts";
import { BUDGET_FORM, mergeBudgets, parseBudget } from "./budget.ts";
import { badArguments, badValue } from "./errors.ts";
import { parseReductions, REDUCE_FORM } from "./reductions.ts";
import { type BesideSpill, spillConflicts } from "./spill-option.ts";

/** The words of the command line. */
export interface SearchWords extends BesideSpill {
  readonly budget?: string;
  readonly memory?: string;
  readonly reduce?: string;
}

/** How Models are to be searched. */
export interface SearchChoice {
  /** What is set here takes the place of what a check says. */
  readonly budget: Budget | undefined;
  readonly reductions: readonly ReductionName[];
  readonly backEnd: BackEnd;
  readonly workers: number;
  /** Where the only check is saved, and whether it goes on from there. */
  readonly checkpoint: { readonly folder: string; readonly resume: boolean } | undefined;
  /** Folder on whose disk states are kept; in memory when it is undefined. */
  readonly spill: string | undefined;
}

const BACK_END_NAMES = ["wasm", "javascript", "reference"] as const satisfies readonly BackEnd[];
const WORKERS_FORM = `a number from 1 to ${WORKERS_MAX}`;
const MEMORY_FORM = "an amount as 500MB or 16GB";

export function addSearchOptions(command: Command): Command {
  return command
    .option("--budget <amounts>", BUDGET_FORM)
    .option("--memory <amount>", "memory that a search may fill with states, as 500MB or 16GB")
    .option("--reduce <names>", `examine fewer states: ${REDUCE_FORM} (default)`)
    .option("--back-end <name>", `what explores: ${BACK_END_NAMES.join(", ")} (default: wasm)`)
    .option("--workers <number>", `threads that explore, up to ${WORKERS_MAX} (default: 1)`)
    .option("--spill <DIR>", "keep states on the disk of DIR, for more than memory holds")
    .option("--checkpoint <DIR>", "save the search of one check there, so that it can go on")
    .option("--resume <DIR>", "go on with the search that was saved there, and save it there");
}

/** What the words mean, and what is wrong with them. Folders are relative to `folder`. */
export function parseSearch(
  words: SearchWords,
  folder: string,
): { readonly choice: SearchChoice; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const read = <T>(
    option: string,
    word: string | undefined,
    parse: (text: string) => T | undefined,
    form: string,
  ): T | undefined => {
    const value = word === undefined ? undefined : parse(word);
    if (word !== undefined && value === undefined) problems.push(badValue(option, word, form));
    return value;
  };
  const given = read("--budget", words.budget, parseBudget, BUDGET_FORM);
  const memory = read("--memory", words.memory, parseMemory, MEMORY_FORM);
  const budget = memory === undefined ? given : mergeBudgets(given ?? memory, memory);
  const reductions = read("--reduce", words.reduce, parseReductions, REDUCE_FORM) ?? [];
  const form = BACK_END_NAMES.join(", ");
  const named = (text: string): BackEnd | undefined => BACK_END_NAMES.find((one) => one === text);
  const backEnd = read("--back-end", words.backEnd, named, form) ?? "wasm";
  const workers = read("--workers", words.workers, parseWorkers, WORKERS_FORM) ?? 1;
  if (words.checkpoint !== undefined && words.resume !== undefined) {
    const title = "`--resume` saves where it goes on: `--checkpoint` beside it is one too many";
    problems.push(badArguments(title, "rehearsal check"));
  }
  problems.push(...spillConflicts(words, reductions));
  const spill = words.spill === undefined ? undefined : resolve(folder, words.spill);
  const saved = words.resume ?? words.checkpoint;
  const resume = words.resume !== undefined;
  const checkpoint = saved === undefined ? undefined : { folder: resolve(folder, saved), resume };
  return { choice: { budget, reductions, backEnd, workers, checkpoint, spill }, problems };
}

/** Only one search can be saved in a folder. */
export function tooManyToSave(
  { checkpoint }: SearchChoice,
  checks: readonly string[],
): readonly Diagnostic[] {
  if (checkpoint === undefined || checks.length === 1) return [];
  const option = checkpoint.resume ? "--resume" : "--checkpoint";
  const title = `\`${option}\` saves one check, and ${checks.length} are selected`;
  return [badArguments(`${title}; choose one with \`--check\``, "rehearsal check")];
}

function parseWorkers(text: string): number | undefined {
  const workers = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return workers >= 1 && workers <= WORKERS_MAX ? workers : undefined;
}

function parseMemory(text: string): Budget | undefined {
  const budget = parseBudget(text);
  const isAmount = budget?.milliseconds === undefined && budget?.states === undefined;
  return isAmount ? budget : undefined;
}
