/**
 * A page of the documentation as a session: what its reader would type, and what would be printed.
 *
 *     ```libretto key.libretto       the file is written (one without a name has to be right)
 *     ```sh                          commands, run in the folder of the page's files
 *     ```ts part.ts                  a program, which a command runs
 *     ```text                        what they print; only when it follows commands
 *
 * `models` leads to the shipped models. Measured times are replaced (`measured.ts`). Commands that
 * install (`npm …`) are for the reader only and not run here.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fence, fencesOf } from "./fences.ts";
import { withoutTimes } from "./measured.ts";
import { runShell } from "./shell.ts";

/** An output block and what was printed. */
export interface Printed {
  readonly block: Fence;
  readonly output: string;
}

export interface Session {
  readonly outputs: readonly Printed[];
  /** What was printed about a specification that should be right: its line, and the messages. */
  readonly wrong: readonly string[];
}

const ROOT: string = join(import.meta.dirname, "..", "..");
const MODELS: string = join(ROOT, "models");
const FOR_READERS: RegExp = /^(?:npm|git|cd) /m;

/** Runs the blocks of a page in order, in a folder of its own. */
export function runSession(markdown: string): Session {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-docs-"));
  const outputs: Printed[] = [];
  const wrong: string[] = [];
  let printed: string | undefined;
  try {
    symlinkSync(MODELS, join(folder, "models"));
    // Programs find the package as it is built, and what it is for them beside it.
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules", "rehearsal"));
    symlinkSync(join(ROOT, "node_modules", "xstate"), join(folder, "node_modules", "xstate"));
    for (const fence of fencesOf(markdown)) {
      const before = printed;
      printed = undefined;
      if (fence.language === "sh" && !FOR_READERS.test(fence.text)) {
        printed = withoutTimes(runShell(fence.text, folder));
      } else if (fence.language === "text" && before !== undefined) {
        outputs.push({ block: fence, output: before });
      } else if (fence.name !== undefined) {
        writeFileSync(join(folder, fence.name), fence.text);
      } else if (fence.language === "libretto") {
        wrong.push(...checkAlone(fence, folder));
      }
    }
    return { outputs, wrong };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A specification that the page only shows must be right, and do what its checks expect. */
function checkAlone(fence: Fence, folder: string): string[] {
  const name = "shown.libretto";
  writeFileSync(join(folder, name), fence.text);
  const result = runShell(`rehearsal check ${name} --not-judged warn; echo "exit $?"`, folder);
  return result.endsWith("exit 0\n") ? [] : [`${fence.text.split("\n", 1)[0]}\n${result}`];
}
