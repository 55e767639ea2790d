/**
 * `rehearsal checkpoint DIR`: says what a checkpoint holds, and whether all of it is intact.
 *
 * A search of hours is worth a look before it is resumed, copied or thrown away. Every checksum is
 * verified. With a specification, it is also said whether the checkpoint is of a check in it as it
 * is written now.
 */
import type { Command } from "commander";
import { modelIdentity } from "../../checker/explore/checkpoint-identity.ts";
import { loadCheckpoint } from "../../checker/explore/checkpoint-load.ts";
import { resolve } from "node:path";
import { checkpointError } from "../checkpoint-errors.ts";
import type { ExitCode } from "../exit.ts";
import type { Host } from "../host.ts";
import { loadFiles } from "../load.ts";
import { counted, formatBytes, formatCount } from "../numbers.ts";
import { printProblems } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";

const HELP = `
Examples:
  rehearsal checkpoint saved                  how far the search in saved/ is, and is it intact?
  rehearsal checkpoint saved net.libretto     and is it of a check of net.libretto as it is now?

Exit codes: 0 intact; 2 there is none, it is damaged, or it is of another version or model.
`;

/** Declares the command. */
export function declareCheckpoint(program: Command, host: Host, finish: Finish): void {
  program
    .command("checkpoint")
    .description("say what a saved search holds, and verify it")
    .argument("<folder>", "a folder that --checkpoint wrote")
    .argument("[specification]", "a file whose checks it may be of")
    .addHelpText("after", HELP)
    .action((folder: string, file: string | undefined) => finish(inspect(folder, file, host)));
}

function inspect(folder: string, file: string | undefined, host: Host): ExitCode {
  const shown = (path: string): string => path.replace(resolve(host.folder, folder), folder);
  const answer = loadCheckpoint(resolve(host.folder, folder), undefined);
  if ("problem" in answer) {
    const { problem } = answer;
    printProblems([checkpointError({ ...problem, path: shown(problem.path) })], new Map(), host);
    return 2;
  }
  const { manifest, states, next } = answer.checkpoint;
  answer.checkpoint.close();
  const bytes = manifest.files.states.bytes + manifest.files.parents.bytes;
  const facts = [
    counted(states, "state"),
    `${formatCount(next)} expanded`,
    `${counted(manifest.identity.words, "word")} each`,
    formatBytes(bytes),
    "intact",
  ];
  host.output.write(`${folder}   ${facts.join("   ")}\n`);
  return file === undefined ? 0 : compare(folder, file, manifest.identity.model, host);
}

/** Says of which check of a file the checkpoint is. */
function compare(folder: string, file: string, identity: string, host: Host): ExitCode {
  const loaded = loadFiles([file], host.folder);
  if (loaded.diagnostics.some(({ severity }) => severity === "error")) {
    printProblems(loaded.diagnostics, loaded.sources, host);
    return 2;
  }
  const model = loaded.models.find((one) => modelIdentity(one) === identity);
  if (model === undefined) {
    printProblems([checkpointError({ problem: "other model", path: folder })], new Map(), host);
    return 2;
  }
  host.output.write(`of check ${model.name} in ${file}, as it is now\n`);
  return 0;
}
