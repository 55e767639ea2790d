/**
 * `rehearsal replay REPORT.json`: walks stored counterexamples through the specification as it is
 * now.
 *
 * The specification is read from its file, not from the report: what is asked is whether the model
 * still allows these steps and is still violated at their end. An evaluation that shares nothing
 * with the search answers; when it disagrees, the first step that is not allowed is named, and the
 * exit code is 4.
 */
import type { Command } from "commander";
import { replay as replayPath } from "../../checker/replay.ts";
import type { CheckVerdict, PropertyVerdict } from "../../checker/verdict.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Model } from "../../spec/model.ts";
import { noSuchCheck, notInReport, replayDisagrees } from "../errors.ts";
import type { ExitCode } from "../exit.ts";
import { explainPath } from "../follow-path.ts";
import type { Host } from "../host.ts";
import { loadFiles } from "../load.ts";
import { addTerminalOptions, parseTerminal } from "../presentation.ts";
import { printProblems } from "../publish.ts";
import { looksLikeRecording } from "../read-recording.ts";
import { readReport } from "../read-report.ts";
import { replayRecording } from "../replay-recording.ts";
import type { Finish } from "../rehearsal.ts";
import { whenWords } from "../sentences.ts";
import { modelIn } from "../stored-models.ts";
import { painter } from "../style.ts";

interface ReplayWords {
  readonly color?: string;
  readonly width?: string;
  readonly explain?: boolean;
}

const HELP = `
Examples:
  rehearsal check net.libretto --format json=run.json
  rehearsal replay run.json --explain
  rehearsal run net.libretto --deployment underLoad --seed 7 --record run.jsonl
  rehearsal replay run.jsonl

Exit codes: 0 every counterexample, or the recorded run, replays; 2 the file or a specification
cannot be used, or there is nothing to replay; 3 a recording leaves too much open; 4 the model does
not allow a step, or is not violated at the end.
`;

/** Declares the command. */
export function declareReplay(program: Command, host: Host, finish: Finish): void {
  const command = program
    .command("replay")
    .description("replay a report's counterexamples, or a recording, on the specification as it is")
    .argument("<report>", "a file that --format json=FILE or run --record FILE.jsonl wrote")
    .argument("[specification]", "of a recording: the text to replay it on, if it is elsewhere");
  addTerminalOptions(command)
    .option("--explain", "play each counterexample on the engine: say what waits for what")
    .addHelpText("after", HELP)
    .action((path: string, specification: string | undefined, words: ReplayWords) =>
      finish(replay(path, specification, words, host)),
    );
}

function replay(
  path: string,
  specification: string | undefined,
  words: ReplayWords,
  host: Host,
): ExitCode {
  if (looksLikeRecording(path, host.folder)) return replayRecording(path, specification, host);
  const wrong: Diagnostic[] = [];
  const { color } = parseTerminal(words, host, wrong);
  const stored = readReport(path, host.folder);
  if (stored.value === undefined) wrong.push(stored.error);
  if (stored.value === undefined || wrong.length > 0) {
    printProblems(wrong, new Map(), host);
    return 2;
  }
  const verdicts = stored.value.checks.map(({ verdict }) => verdict).filter(hasCounterexample);
  if (verdicts.length === 0) {
    printProblems([notInReport("there is no counterexample to replay", [])], new Map(), host);
    return 2;
  }
  const files = [...new Set(verdicts.map(({ file }) => file))];
  const loaded = loadFiles(files, host.folder);
  const problems = [...loaded.diagnostics];
  const paint = painter(color);
  let disagreed = false;
  for (const verdict of verdicts) {
    const model = modelIn(verdict, loaded);
    if (model === undefined) {
      const broken = loaded.diagnostics.some(({ severity }) => severity === "error");
      const names = loaded.models.map(({ name }) => name);
      if (!broken) problems.push(noSuchCheck(verdict.name, names));
      continue;
    }
    for (const property of verdict.properties) {
      const answer = replayOne(model, verdict, property);
      if (answer === undefined) continue;
      disagreed ||= typeof answer !== "string";
      if (typeof answer === "string") {
        host.output.write(`${paint("good", "ok")}   ${paint("plain", answer)}\n`);
        if (words.explain === true) host.output.write(explanationOf(model, property));
      } else {
        problems.push(answer);
      }
    }
  }
  if (problems.length > 0) printProblems(problems, loaded.sources, host);
  if (disagreed) return 4;
  return problems.some(({ severity }) => severity === "error") ? 2 : 0;
}

function hasCounterexample({ properties }: CheckVerdict): boolean {
  return properties.some((property) => property.counterexample !== undefined);
}

/** What must wait for what, where a counterexample has an end. */
function explanationOf(model: Model, { name, counterexample }: PropertyVerdict): string {
  if (counterexample === undefined || counterexample.loop !== undefined) {
    return "  a run without an end is not explained by an order\n";
  }
  return explainPath(model, counterexample.steps, name);
}

/** A sentence when the counterexample replays, an error when it does not. */
function replayOne(
  model: Model,
  verdict: CheckVerdict,
  property: PropertyVerdict,
): string | Diagnostic | undefined {
  const path = property.counterexample;
  if (path === undefined) return undefined;
  // Whoever played the run judged it; that it is one, is replayed.
  const judged = property.kind === "run" ? undefined : property.name;
  const answer = replayPath(model, judged, path.steps, path.loop);
  if (answer.agrees) {
    const what = `${property.name} violated ${whenWords(path)}`;
    return `${verdict.file} ${verdict.name}: ${what}, replayed`;
  }
  const at = answer.step === 0 ? "the initial state" : `step ${answer.step}`;
  return replayDisagrees(property.name, verdict.name, `${at}: ${answer.reason}`);
}
