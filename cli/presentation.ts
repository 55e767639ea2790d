/**
 * Options about what is shown and where, the same for `check`, `trace` and `show`.
 *
 * Commander collects the words; here they become values, and each wrong one a Diagnostic. Nothing
 * is read or written yet, apart from the probe of each file that will be written.
 */
import type { Command } from "commander";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { badValue } from "./errors.ts";
import { FORMATS, type FormatTarget, parseFormats } from "./formats.ts";
import type { Host } from "./host.ts";
import { probeOutput } from "./output.ts";
import { type Policy, POLICY_DEFAULT } from "./report.ts";
import { type ColorChoice, wantsColor, WIDTH_MAX, WIDTH_MIN, widthOf } from "./style.ts";

/** What commander collects. */
export interface PresentationWords {
  readonly format?: readonly string[];
  readonly report?: string;
  readonly strict?: boolean;
  readonly full?: boolean;
  readonly quiet?: boolean;
  readonly progress?: boolean;
  readonly color?: string;
  readonly width?: string;
  readonly notJudged?: string;
  readonly budgetIsFailure?: string;
}

export interface Presentation {
  readonly targets: readonly FormatTarget[];
  /** The HTML page to write. */
  readonly page: string | undefined;
  readonly policy: Policy;
  readonly full: boolean;
  readonly quiet: boolean;
  readonly progress: boolean;
  /** For what goes to the output. */
  readonly color: boolean;
  readonly width: number;
}

/** Declares `--color` and `--width`. */
export function addTerminalOptions(command: Command): Command {
  return command
    .option("--color <when>", "auto, always or never (NO_COLOR is honoured)", "auto")
    .option("--width <columns>", "columns to fill; default: the terminal");
}

/** Declares the options of commands that judge something. */
export function addPresentationOptions(command: Command): Command {
  const formats = FORMATS.join(", ");
  command
    .option("--format <name[=FILE]>", `${formats}; several with commas or repeated`, collect)
    .option("--report <FILE>", "write one HTML page with every verdict and counterexample")
    .option("--strict", "findings fail (exit 5), and unknown counts as failed in JUnit")
    .option("--full", "print whole states, expected counterexamples, everything uncut")
    .option("--quiet", "print only what is not ok, and the last line; no progress")
    .option("--no-progress", "print no progress");
  return addTerminalOptions(command);
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Turns words into values. Undefined when something is wrong, which `problems` then tells. */
export function parsePresentation(
  words: PresentationWords,
  host: Host,
): { readonly value: Presentation | undefined; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const formats = parseFormats(words.format ?? []);
  if ("error" in formats) problems.push(formats.error);
  const terminal = parseTerminal(words, host, problems);
  const policy: Policy = {
    notJudged:
      oneOf("--not-judged", words.notJudged, ["unknown", "warn"], problems) ??
      POLICY_DEFAULT.notJudged,
    budgetIsFailure:
      oneOf("--budget-is-failure", words.budgetIsFailure, ["yes", "no"], problems) !== "no",
    strict: words.strict ?? false,
  };
  const targets = "targets" in formats ? formats.targets : [];
  const files = targets.flatMap(({ file }) => (file === undefined ? [] : [file]));
  for (const file of words.report === undefined ? files : [...files, words.report]) {
    const problem = probeOutput(file, host.folder);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) return { value: undefined, problems };
  const value: Presentation = {
    targets,
    page: words.report,
    policy,
    full: words.full ?? false,
    quiet: words.quiet ?? false,
    progress: (words.progress ?? true) && !(words.quiet ?? false),
    ...terminal,
  };
  return { value, problems };
}

/** The values of `--color` and `--width` for the output. */
export function parseTerminal(
  words: { readonly color?: string; readonly width?: string },
  host: Host,
  problems: Diagnostic[],
): { readonly color: boolean; readonly width: number } {
  const choices: readonly ColorChoice[] = ["auto", "always", "never"];
  const color = oneOf("--color", words.color, choices, problems) ?? "auto";
  const width = words.width === undefined ? undefined : Number(words.width);
  const fits = (columns: number): boolean =>
    Number.isInteger(columns) && columns >= WIDTH_MIN && columns <= WIDTH_MAX;
  if (width !== undefined && !fits(width)) {
    const why = `a whole number of columns, from ${WIDTH_MIN} to ${WIDTH_MAX}`;
    problems.push(badValue("--width", words.width ?? "", why));
  }
  return { color: wantsColor(color, host.output, host), width: widthOf(width, host.output) };
}

/** One of several words; a wrong one becomes a problem. */
export function oneOf<T extends string>(
  option: string,
  word: string | undefined,
  choices: readonly T[],
  problems: Diagnostic[],
): T | undefined {
  if (word === undefined) return undefined;
  const choice = choices.find((one) => one === word);
  if (choice === undefined) problems.push(badValue(option, word, `one of ${choices.join(", ")}`));
  return choice;
}
