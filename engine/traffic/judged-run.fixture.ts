/** Judges a run of the engine as real captures are judged: by the shipped log, from files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordingVerdict } from "../../checker/verdict.ts";
import { judgeFiles } from "../../models/recordings/judge-files.fixture.ts";
import { captureBytes, eventLog, type Recorded } from "./recording.ts";

/** The verdict on a run, from frames at these interfaces or at all. */
export async function judgeRun(
  played: Recorded,
  only?: readonly string[],
): Promise<RecordingVerdict> {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  try {
    const files = [join(folder, "run.pcapng"), join(folder, "run.events.jsonl")] as const;
    writeFileSync(files[0], captureBytes(played, only) ?? "");
    writeFileSync(files[1], eventLog(played) ?? "");
    return await judgeFiles(files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
