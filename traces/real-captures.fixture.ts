/**
 * Where real recordings lie: some are shipped with the models, more may lie beside the repository.
 *
 * Tests run on all that are there. The larger set is not part of the project, so a test must hold
 * on the shipped ones alone.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const FOLDERS: readonly string[] = [
  join(ROOT, "models", "recordings", "captures"),
  join(ROOT, "..", "shared", "captures"),
];

/** Paths of all real files whose name matches. */
export function realFiles(pattern: RegExp): string[] {
  return FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => pattern.test(name))
      .map((name) => join(folder, name)),
  );
}
