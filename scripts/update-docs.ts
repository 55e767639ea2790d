/**
 * `npm run docs:update`: writes into the documentation what its examples and commands print now.
 *
 * Read the difference before committing it: a page is where a change of a message shows.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parsePage, withOutput } from "./docs/error-page.ts";
import { replaceFences } from "./docs/fences.ts";
import { comparable } from "./docs/measured.ts";
import { provoke } from "./docs/provoke.ts";
import { runSession } from "./docs/session.ts";

const ROOT = join(import.meta.dirname, "..");

async function updatedErrorPage(path: string, text: string): Promise<string> {
  const page = parsePage(text);
  if ("wrong" in page) {
    console.error(`${path}: ${page.wrong}`);
    process.exitCode = 1;
    return text;
  }
  const { output } = await provoke(page);
  const isSame =
    page.commands === undefined
      ? output === page.output
      : comparable(output) === comparable(page.output);
  return isSame ? text : withOutput(text, output);
}

function updatedPage(path: string, text: string): string {
  const { outputs, wrong } = runSession(text);
  for (const one of wrong) console.error(`${path}: ${one}`);
  if (wrong.length > 0) process.exitCode = 1;
  const changed = outputs.filter(({ block, output }) => {
    return comparable(block.text) !== comparable(output);
  });
  return replaceFences(text, new Map(changed.map(({ block, output }) => [block, output])));
}

for (const path of ["README.md", ...globSync("docs/**/*.md", { cwd: ROOT }).toSorted()]) {
  const file = join(ROOT, path);
  const text = readFileSync(file, "utf8");
  const isErrorPage = path.startsWith("docs/errors/");
  const updated = isErrorPage ? await updatedErrorPage(path, text) : updatedPage(path, text);
  if (updated === text) continue;
  writeFileSync(file, updated);
  console.log(`updated ${path}`);
}
