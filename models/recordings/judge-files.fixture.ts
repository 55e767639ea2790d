/** Judges files by the shipped log, for tests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judgeRecording } from "../../checker/recordings/judge.ts";
import type { RecordingVerdict } from "../../checker/verdict.ts";
import { parseModule } from "../../spec/parse.ts";
import type { LogDeclaration } from "../../spec/syntax.ts";
import { openRecording } from "../../traces/recording.ts";

/** The shipped log declaration. */
export function shippedLog(): LogDeclaration {
  const path = join(import.meta.dirname, "no-lost-connections.libretto");
  const { module, diagnostics } = parseModule({ path, text: readFileSync(path, "utf8") });
  const log = module.declarations.find((one) => one.kind === "log");
  if (log === undefined) throw new Error(JSON.stringify(diagnostics));
  return log;
}

/** The verdict of the shipped log on these files. */
export async function judgeFiles(paths: readonly string[]): Promise<RecordingVerdict> {
  return judgeRecording(shippedLog(), await openRecording(paths));
}
