/**
 * Messages about checkpoints: E0560 to E0563, beside those about files.
 */
import type { CheckpointProblem } from "../checker/explore/checkpoint-problem.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { unreadable, unwritable } from "./errors.ts";

/** What is wrong with a checkpoint, as a message. */
export function checkpointError(problem: CheckpointProblem): Diagnostic {
  switch (problem.problem) {
    case "unwritable":
      return unwritable(problem.path, problem.why);
    case "unreadable":
      return unreadable(problem.path, problem.why);
    case "missing":
      return noCheckpoint(problem.path);
    case "version":
      return otherVersion(problem.path, problem.found);
    case "damaged":
      return damagedCheckpoint(problem.path, problem.what);
    case "other model":
      return otherModel(problem.path);
    case "not compiled":
      return notCompiled(problem.why);
  }
}

/** E0560 */
function noCheckpoint(path: string): Diagnostic {
  return error(
    "E0560",
    `there is no checkpoint \`${path}\``,
    [],
    "`check … --checkpoint DIR` writes one",
  );
}

/** E0561 */
function otherVersion(path: string, found: string): Diagnostic {
  const title = `\`${path}\` was written by another version of \`rehearsal\` or on another machine`;
  return error("E0561", title, [`it has ${found}`], "begin the search anew");
}

/** E0562 */
function damagedCheckpoint(path: string, what: string): Diagnostic {
  const title = `the checkpoint \`${path}\` is damaged`;
  return error("E0562", title, [what], "begin the search anew, or restore the folder");
}

/** E0563 */
function otherModel(path: string): Diagnostic {
  const title = `the checkpoint \`${path}\` is of another model`;
  const notes = ["a changed rule, property or constant makes another model; comments do not"];
  return error("E0563", title, notes, "begin the search anew");
}

/** E0564 */
function notCompiled(why: string): Diagnostic {
  const title = "this search cannot be saved, because it is not made by compiled code";
  return error("E0564", title, [why], "leave `--checkpoint` and `--resume` out");
}

function error(code: string, title: string, notes: readonly string[], hint: string): Diagnostic {
  return { code, severity: "error", title, related: [], notes, hint };
}
