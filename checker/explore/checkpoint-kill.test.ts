/** A real process on a real disk, killed for real: what it has reported saved is there. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadCheckpoint } from "./checkpoint-load.ts";
import { KILLED_IDENTITY, wordAt } from "./checkpoint-process.fixture.ts";

/** Kills of one test; `REHEARSAL_RUNS` asks for more. */
const KILLS = Math.min(20, Number(process.env["REHEARSAL_RUNS"] ?? 4));
const SCRIPT = join(import.meta.dirname, "checkpoint-process.fixture.ts");

/** Runs the process and kills it some milliseconds after its first checkpoint; gives the last. */
async function saveAndKill(folder: string, after: number): Promise<number> {
  const child = spawn(process.execPath, [SCRIPT, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  let isTimed = false;
  child.stdout.on("data", (data: Buffer) => {
    printed += data.toString();
    if (!isTimed) setTimeout(() => child.kill("SIGKILL"), after);
    isTimed = true;
  });
  await new Promise((resume) => child.on("close", resume));
  expect(child.signalCode).toBe("SIGKILL");
  // The last line may be cut off.
  return Number(printed.split("\n").at(-2) ?? 0);
}

test("kill -9 at any moment: the last reported checkpoint is there, or its next", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-kill-"));
  try {
    let before = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const reported = await saveAndKill(folder, (kill * 37) % 90);
      const answer = loadCheckpoint(folder, KILLED_IDENTITY);
      if ("problem" in answer) throw new Error(answer.problem.problem);
      const { checkpoint } = answer;
      const { states, next, tallies } = checkpoint;
      expect(states).toBeGreaterThanOrEqual(reported);
      expect(states).toBeGreaterThan(before);
      expect([next, tallies]).toEqual([states - 1, { states }]);
      const words = checkpoint.readStates(0, states);
      expect(words.every((word, position) => word === wordAt(position))).toBe(true);
      checkpoint.close();
      before = states;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
