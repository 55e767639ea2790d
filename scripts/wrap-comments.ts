/**
 * Part of `npm run format`: wraps comments that are too wide, in all TypeScript and grammar files.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTextFiles, repositoryPaths } from "./tidy/repository.ts";
import { wrapComments } from "./tidy/wrap.ts";

const ROOT = join(import.meta.dirname, "..");
const paths = repositoryPaths(ROOT).filter((path) => /\.(?:ts|ohm)$/.test(path));

for (const { path, text } of readTextFiles(ROOT, paths)) {
  const wrapped = wrapComments(text);
  if (wrapped !== text) writeFileSync(join(ROOT, path), wrapped);
}
