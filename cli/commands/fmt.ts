/**
 * `rehearsal fmt`: writes specifications in the one layout, or says which are not in it.
 *
 * A file that does not parse is left as it is and told about; the others are still formatted. Files
 * are replaced whole, so an interruption never leaves half a specification.
 */
import type { Command } from "commander";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import { formatText } from "../../spec/format.ts";
import type { SourceFile } from "../../spec/source.ts";
import { badArguments } from "../errors.ts";
import type { ExitCode } from "../exit.ts";
import { decodeUtf8, findSpecifications, readSource } from "../files.ts";
import type { Host } from "../host.ts";
import { counted } from "../numbers.ts";
import { writeOutput } from "../output.ts";
import { printProblems } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import { printable } from "../../spec/printable.ts";

interface FormatWords {
  readonly check?: boolean;
  readonly stdout?: boolean;
}

const HELP = `
Examples:
  rehearsal fmt                     format everything below this folder
  rehearsal fmt --check specs       change nothing; exit 1 when a file is not formatted
  rehearsal fmt --stdout a.libretto print the formatted text
  rehearsal fmt - < a.libretto      format standard input

Exit codes: 0 done, or everything is formatted; 1 with --check, a file is not formatted;
2 a file cannot be read, written or parsed.
`;

/** Declares the command. */
export function declareFormat(program: Command, host: Host, finish: Finish): void {
  program
    .command("fmt")
    .description("format specifications")
    .argument("[paths...]", "files or folders (default: this folder); - is standard input")
    .option("--check", "change nothing, list the files that are not formatted")
    .option("--stdout", "print the formatted text instead of writing it")
    .addHelpText("after", HELP)
    .action((paths: readonly string[], words: FormatWords) => finish(format(paths, words, host)));
}

const STANDARD_INPUT = "-";

async function format(paths: readonly string[], words: FormatWords, host: Host): Promise<ExitCode> {
  if (paths.includes(STANDARD_INPUT)) {
    if (paths.length === 1) return formatInput(words, host);
    const title = "`-` is standard input and stands alone";
    printProblems([badArguments(title, "rehearsal fmt")], new Map(), host);
    return 2;
  }
  const found = findSpecifications(paths.length === 0 ? ["."] : paths, host.folder);
  const problems = [...found.diagnostics];
  const sources = new Map<string, SourceFile>();
  const changed: string[] = [];
  for (const path of found.paths) {
    if (host.signal.aborted) break;
    const source = readSource(path, host.folder);
    if (source.value === undefined) {
      problems.push(source.error);
      continue;
    }
    sources.set(path, source.value);
    const result = formatText(source.value);
    if (result.diagnostics.length > 0) {
      problems.push(...result.diagnostics);
      continue;
    }
    if (words.stdout === true) host.output.write(result.text);
    if (result.text === source.value.text) continue;
    changed.push(path);
    if (words.stdout === true || words.check === true) continue;
    const problem = writeOutput(path, result.text, host.folder);
    if (problem !== undefined) problems.push(problem);
  }
  return conclude(changed, found.paths.length, problems, sources, words, host);
}

function conclude(
  changed: readonly string[],
  total: number,
  problems: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  words: FormatWords,
  host: Host,
): ExitCode {
  if (problems.length > 0) printProblems(problems, sources, host);
  if (words.stdout !== true) {
    const verb = words.check === true ? "not formatted" : "formatted";
    for (const path of changed) host.output.write(`${verb}: ${printable(path)}\n`);
    const unchanged = total - changed.length;
    host.output.write(`${counted(changed.length, "file")} ${verb}, ${unchanged} unchanged\n`);
  }
  if (problems.length > 0) return 2;
  return words.check === true && changed.length > 0 ? 1 : 0;
}

async function formatInput(words: FormatWords, host: Host): Promise<ExitCode> {
  const text = decodeUtf8(STANDARD_INPUT, await host.input());
  if (text.value === undefined) {
    printProblems([text.error], new Map(), host);
    return 2;
  }
  const source = { path: "(standard input)", text: text.value };
  const result = formatText(source);
  if (result.diagnostics.length > 0) {
    printProblems(result.diagnostics, new Map([[source.path, source]]), host);
    return 2;
  }
  if (words.check === true) return result.text === source.text ? 0 : 1;
  host.output.write(result.text);
  return 0;
}
