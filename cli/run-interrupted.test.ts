/** `rehearsal run` that is interrupted: what was played is told, and the exit code says so. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run as runAnywhere } from "./memory-host.fixture.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-run-"));
  for (const name of ["ring", "netserver"]) {
    const text = readFileSync(new URL(`../models/examples/${name}.libretto`, import.meta.url));
    writeFileSync(join(folder, `${name}.libretto`), text);
  }
  const text = `module deployed
use netserver from "./netserver"
deployment calm of Net { Client = 2  run 5ms }
deployment long of Net { Client = 2  run 1h }
`;
  writeFileSync(join(folder, "deployed.libretto"), text);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs, and interrupts after so many milliseconds. */
async function interrupted(words: string, after: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort("SIGINT"), after);
  const result = await runAnywhere(words.split(" "), { folder, signal: controller.signal });
  clearTimeout(timer);
  return result;
}

test.each([
  ["run ring.libretto --check fenced --seeds 1..2000000000", /^unknown .* runs? /],
  ["run deployed.libretto --deployment calm --seeds 1..2000000000", /interrupted: [\d,]+ runs not/],
])("%s", async (words, told) => {
  const { code, output } = await interrupted(words, 1500);
  expect(output).toMatch(told);
  expect(code).toBe(130);
});

test("a run that is not over tells nothing", async () => {
  const { code, output } = await interrupted("run deployed.libretto --deployment long", 500);
  expect(output).toBe("");
  expect(code).toBe(130);
});
