/**
 * A process that saves a search that grows, over and over, until it is killed.
 *
 *     node checkpoint-process.fixture.ts FOLDER     resumes from the folder when it holds something
 */
import { loadCheckpoint } from "./checkpoint-load.ts";
import type { Identity } from "./checkpoint-manifest.ts";
import { createCheckpointWriter } from "./checkpoint.ts";

/** The search of the test and of the process. */
export const KILLED_IDENTITY: Identity = { model: "killed", layout: "1", words: 4 };
/** States that are found between two checkpoints. */
const GROWTH = 3_000;

/** What a word of the states must be. */
export const wordAt = (position: number): number => Math.imul(position, 0x9e3779b1) >>> 0;

function saveForEver(folder: string): void {
  const { words } = KILLED_IDENTITY;
  const before = loadCheckpoint(folder, KILLED_IDENTITY);
  const resumed = "checkpoint" in before ? before.checkpoint : undefined;
  const writer = createCheckpointWriter(folder, KILLED_IDENTITY, resumed);
  for (let states = (resumed?.states ?? 0) + GROWTH; ; states += GROWTH) {
    const problem = writer.save({
      words,
      states,
      next: states - 1,
      readStates: (from, to) =>
        Uint32Array.from({ length: (to - from) * words }, (_, at) => wordAt(from * words + at)),
      readParents: (from, to) => Uint32Array.from({ length: to - from }, (_, at) => from + at),
      tallies: () => ({ states }),
    });
    if (problem !== undefined) throw new Error(problem.problem);
    process.stdout.write(`${states}\n`);
  }
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) saveForEver(folder);
