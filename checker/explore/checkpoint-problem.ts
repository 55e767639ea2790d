/**
 * What can be wrong with a checkpoint, as data.
 *
 * The checker names no codes of the command line: `cli` makes a Diagnostic of each.
 */
import { codeOf } from "./checkpoint-disk.ts";

/** Each is about one path, a file or the folder. */
export type CheckpointProblem =
  | { readonly problem: "unwritable"; readonly path: string; readonly why: string }
  | { readonly problem: "missing"; readonly path: string }
  | { readonly problem: "unreadable"; readonly path: string; readonly why: string }
  | { readonly problem: "version"; readonly path: string; readonly found: string }
  | { readonly problem: "damaged"; readonly path: string; readonly what: string }
  | { readonly problem: "other model"; readonly path: string }
  /** The model is searched by the reference evaluator, whose states are not saved. */
  | { readonly problem: "not compiled"; readonly path: string; readonly why: string };

/** A checkpoint that cannot be gone on with, or a search that cannot be saved. */
export class CheckpointRefused extends Error {
  readonly problem: CheckpointProblem;
  constructor(problem: CheckpointProblem) {
    super(problem.problem);
    this.problem = problem;
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  EIO: "the disk reports an error",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "a part of the path is no folder",
  ENOENT: "the folder is gone",
  EISDIR: "it is a folder",
};

/** Why an operation of a disk failed. An error that is no disk's is a defect, and is thrown on. */
export function whyOf(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return WHY[code] ?? code;
}
