/**
 * The `rehearsal` command: words to a command, its exit code back.
 *
 *     argv ──► commander ──► commands/check.ts, trace.ts, fmt.ts, … ──► exit code
 *
 * Everything runs in memory against a Host. Commander's own messages become Diagnostics, so a wrong
 * word is answered like a wrong specification; an exception of our own becomes E0599 and exit 4.
 */
import { Command, CommanderError } from "commander";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { declareCheck } from "./commands/check.ts";
import { declareCheckpoint } from "./commands/checkpoint.ts";
import { declareDesugar } from "./commands/desugar.ts";
import { declareExplain } from "./commands/explain.ts";
import { declareExport } from "./commands/export.ts";
import { declareFormat } from "./commands/fmt.ts";
import { declareReplay } from "./commands/replay.ts";
import { declareRun } from "./commands/run.ts";
import { declareShow } from "./commands/show.ts";
import { declareSimulate } from "./commands/simulate.ts";
import { declareTrace } from "./commands/trace.ts";
import { badArguments, internalError, unknownCommand, unknownOption } from "./errors.ts";
import { EXIT_CODES_HELP, type ExitCode } from "./exit.ts";
import type { Host } from "./host.ts";
import { toolVersion } from "./installation.ts";
import { printProblems } from "./publish.ts";

/** Takes the exit code of a command, now or later. */
export type Finish = (code: ExitCode | Promise<ExitCode>) => Promise<void>;

const HELP = `
Examples:
  rehearsal check specs/                              all checks and scenarios below specs/
  rehearsal check net.libretto --report net.html      and a page that draws the counterexamples
  rehearsal simulate big.libretto --budget 60s        random walks, where a search has no end
  rehearsal trace tcp.libretto run.pcapng --events run.jsonl
  rehearsal explain E0203                             what a code means

${EXIT_CODES_HELP}`;

/** Runs the command with its words, without `node` and the script. */
export async function runRehearsal(words: readonly string[], host: Host): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = declareProgram(host, async (result) => {
    code = await result;
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportInternalError(error, host);
    if (error.exitCode === 0) return 0;
    const problem = explainCommander(error, words, program);
    if (problem === undefined) return 2;
    printProblems([problem], new Map(), host);
    return 2;
  }
}

/** Tells about an exception that should not have happened. */
export function reportInternalError(error: unknown, host: Host): ExitCode {
  const detail = error instanceof Error ? error.message : String(error);
  printProblems([internalError(detail)], new Map(), host);
  const debug = host.environment.REHEARSAL_DEBUG;
  if (debug !== undefined && debug !== "" && error instanceof Error) {
    host.errors.write(`${error.stack ?? ""}\n`);
  }
  return 4;
}

function declareProgram(host: Host, finish: Finish): Command {
  const program = new Command("rehearsal")
    .description("Check specifications of protocols, and judge recordings of real systems by them.")
    .version(toolVersion(), "--version", "print the version")
    .helpOption("--help, -h", "explain a command")
    .helpCommand("help [command]", "explain a command")
    .addHelpText("after", HELP)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.output.write(text),
      // Messages of commander are replaced; help after an error goes where errors go.
      writeErr: (text) => host.errors.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => host.output.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => host.errors.columns ?? HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  declareCheck(program, host, finish);
  declareSimulate(program, host, finish);
  declareRun(program, host, finish);
  declareTrace(program, host, finish);
  declareShow(program, host, finish);
  declareReplay(program, host, finish);
  declareFormat(program, host, finish);
  declareExplain(program, host, finish);
  declareDesugar(program, host, finish);
  declareExport(program, host, finish);
  declareCheckpoint(program, host, finish);
  return program;
}

/** Columns of help when the output is no terminal. */
const HELP_WIDTH = 100;

/** A commander message as a Diagnostic; undefined when help was printed instead. */
function explainCommander(
  error: CommanderError,
  words: readonly string[],
  program: Command,
): Diagnostic | undefined {
  const command = commandOf(words, program);
  const name = command === program ? "rehearsal" : `rehearsal ${command.name()}`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.help":
      return undefined;
    case "commander.unknownOption": {
      const known = [...command.options, ...program.options].flatMap((one) => one.long ?? []);
      return unknownOption(quoted, name, ["--help", ...known]);
    }
    case "commander.unknownCommand":
      return unknownCommand(
        quoted,
        program.commands.map((one) => one.name()),
      );
    case "commander.missingArgument":
      return badArguments(`\`${name}\` needs an argument: ${quoted}`, name);
    case "commander.optionMissingArgument":
      return badArguments(`\`${quoted.replace(/^.*?(--[\w-]+).*$/, "$1")}\` needs a value`, name);
    case "commander.excessArguments":
      return badArguments(`\`${name}\` got too many arguments`, name);
    default:
      return badArguments(error.message.replace(/^error: /, ""), name);
  }
}

function commandOf(words: readonly string[], program: Command): Command {
  const first = words.find((word) => !word.startsWith("-"));
  return program.commands.find((one) => one.name() === first) ?? program;
}
