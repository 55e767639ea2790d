/**
 * `rehearsal replay RUN.jsonl`: does the specification as it is now allow the recorded run, and is
 * violated at its end what the recording says? The reference evaluator answers.
 */
import { replayLabels } from "../checker/replay-labels.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { deployCheck } from "../spec/index.ts";
import type { Model } from "../spec/model.ts";
import { noSuchCheck, noSuchDeployment, recordingDisagrees } from "./errors.ts";
import type { ExitCode } from "./exit.ts";
import type { Host } from "./host.ts";
import { type Loaded, loadFiles } from "./load.ts";
import { counted } from "./numbers.ts";
import { printProblems } from "./publish.ts";
import { readRecording, type StoredRun } from "./read-recording.ts";
import { hashOf } from "./record-run.ts";

/** Labels that are listed beside the one that is not possible. */
const LISTED_MAX = 8;

/** `specification`: the text to replay it on; that of the recording, if none is given. */
export function replayRecording(
  path: string,
  specification: string | undefined,
  host: Host,
): ExitCode {
  const stored = readRecording(path, host.folder);
  if (stored.value === undefined) {
    printProblems([stored.error], new Map(), host);
    return 2;
  }
  const run = stored.value;
  const loaded = loadFiles([specification ?? run.file], host.folder);
  const found = modelOf(run, loaded);
  const problems = [...loaded.diagnostics, ...(found.problem === undefined ? [] : [found.problem])];
  const broken = problems.some(({ severity }) => severity === "error");
  if (broken || found.model === undefined) {
    printProblems(problems, loaded.sources, host);
    return 2;
  }
  const { name } = found.model;
  const changed = hashOf(loaded.sources) !== run.scenario;
  const disagreement = judge(found.model, run);
  if (typeof disagreement === "object") {
    const note = changed ? ["the specification is not the one that was played"] : [];
    const { why, code } = disagreement;
    printProblems([recordingDisagrees(path, name, [why, ...note])], loaded.sources, host);
    return code;
  }
  const words = changed ? "; the specification has changed since" : "";
  host.output.write(`ok   ${found.model.file} ${name}: ${disagreement}${words}\n`);
  return 0;
}

/** What was played, as the specification has it now. */
function modelOf(
  { deployment, check }: StoredRun,
  { deployments, models, programs, diagnostics }: Loaded,
): { readonly model: Model | undefined; readonly problem: Diagnostic | undefined } {
  const none = { model: undefined, problem: undefined };
  if (diagnostics.some(({ severity }) => severity === "error")) return none;
  const checks = models.map(({ name }) => name);
  if (deployment === undefined) {
    const model = models.find(({ name }) => name === check);
    return model === undefined
      ? { model, problem: noSuchCheck(check ?? "", checks) }
      : { model, problem: undefined };
  }
  const plain = deployments.find(({ name }) => name === deployment);
  if (plain === undefined) {
    const names = deployments.map(({ name }) => name);
    return { model: undefined, problem: noSuchDeployment(deployment, names) };
  }
  if (check === undefined) return { model: plain.model, problem: undefined };
  const flavoured = programs.flatMap((one) => deployCheck(one, deployment, check) ?? [])[0];
  return flavoured === undefined
    ? { model: undefined, problem: noSuchCheck(check, checks) }
    : { model: flavoured.model, problem: undefined };
}

interface Disagreement {
  readonly why: string;
  readonly code: ExitCode;
}

/** What agrees, in words, or what does not. */
function judge(model: Model, { labels, wrong, failed, seed }: StoredRun): string | Disagreement {
  const answer = replayLabels(model, labels);
  if (answer.agrees === undefined) {
    const why = `step ${answer.step + 1} leaves too many states open to follow them all`;
    return { why, code: 3 };
  }
  if (!answer.agrees) {
    const label = labels[answer.step] ?? "";
    const { possible } = answer;
    const listed = possible.slice(0, LISTED_MAX).map((one) => `\`${one}\``);
    const more = possible.length > LISTED_MAX ? `, and ${possible.length - LISTED_MAX} more` : "";
    const instead = listed.length === 0 ? "nothing is" : `possible: ${listed.join(", ")}${more}`;
    const why = `step ${answer.step + 1}: \`${label}\` is not possible there; ${instead}`;
    return { why, code: 4 };
  }
  const missing = wrong.filter((name) => !answer.wrong.includes(name));
  if (missing.length > 0) {
    return { why: `${missing.join(", ")} is not violated at its end`, code: 4 };
  }
  const what = wrong.length === 0 ? "" : `; ${wrong.join(", ")} violated at its end, as recorded`;
  // What a plan wants of its runs, and what became of connections, no state of the model tells.
  const rest = failed.length === 0 ? "" : `; its steps do not tell of ${failed.join(", ")}`;
  return `seed ${seed}, ${counted(labels.length, "step")}, a run of the model${what}${rest}`;
}
