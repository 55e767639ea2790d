/**
 * The text files of the repository, found by walking the folder.
 *
 * `git ls-files` was rejected: the tests must pass where only Node and npm are installed. What is
 * generated or installed is left out by name, like in `.gitignore`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TextFile } from "./problem.ts";

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  ".git",
  ".rehearsal",
  "coverage",
  "dist",
  "node_modules",
]);
const GENERATED: RegExp = /\.generated\.ts$|\.ohm-bundle\.|^rehearsal-report/;
const TEXT: RegExp =
  /\.(?:ts|ohm|md|json|jsonc|css|html|libretto|sh|yml)$|^(?:LICENSE|run|\.git\w+)$/;
const LOCK_FILE = "package-lock.json";

/** Every path below `root`, with `/`, in code unit order. */
export function repositoryPaths(root: string): string[] {
  const paths: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) walk(path);
      else if (entry.isFile() && !GENERATED.test(entry.name)) paths.push(path);
    }
  };
  walk("");
  return paths.toSorted();
}

/** The text files among `paths`; the lock file is npm's, not ours. */
export function readTextFiles(root: string, paths: readonly string[]): TextFile[] {
  return paths
    .filter((path) => TEXT.test(path.split("/").at(-1) ?? "") && path !== LOCK_FILE)
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
