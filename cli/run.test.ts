/** `rehearsal run`: hunting through schedules, and what is told of a run that fails. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run as runAnywhere } from "./memory-host.fixture.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-run-"));
  const ring = new URL("../models/examples/ring.libretto", import.meta.url);
  writeFileSync(join(folder, "ring.libretto"), readFileSync(ring));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (words: string) => runAnywhere(words.split(" "), { folder });

test("the lost wakeup is found and explained by what waits for what", async () => {
  const { code, output } = await run("run ring.libretto --check unfenced");
  expect(output).toContain("NoLostWakeup violated in seed");
  expect(output).toContain("as expected");
  expect(output).toMatch(
    /it happens because\n {4}prod\.flush .* waits until cons\.Recheck .* is done/,
  );
  expect(code).toBe(0);
});

test("the seed that is named gives the same run again", async () => {
  const first = await run("run ring.libretto --check unfenced");
  const seed = /--seed (\d+)/.exec(first.output)?.[1] ?? "";
  const again = await run(`run ring.libretto --check unfenced --seeds ${seed}`);
  const steps = (text: string): string => text.slice(text.indexOf("it happens"));
  expect(steps(again.output)).toBe(steps(first.output));
});

test("runs that find nothing prove nothing", async () => {
  const { code, output } = await run("run ring.libretto --check fenced --seeds 1..50");
  expect(output).toContain("unknown  ring.libretto  fenced   50 runs");
  expect(code).toBe(3);
});

test("a violation that the check does not expect fails", async () => {
  const path = join(folder, "ring.libretto");
  const text = readFileSync(path, "utf8").replaceAll(/expect violation of \w+/g, "");
  writeFileSync(path, text);
  const { code, output } = await run("run ring.libretto --check unfenced");
  expect(output).toContain("FAIL");
  expect(code).toBe(1);
});

test("the run is recorded, one step a line", async () => {
  await run("run ring.libretto --check unfenced --record run.jsonl");
  const lines = readFileSync(join(folder, "run.jsonl"), "utf8").trim().split("\n");
  const [header, ...steps] = lines.map((line): unknown => JSON.parse(line));
  expect(header).toMatchObject({ format: "rehearsal-run", check: "unfenced" });
  expect(steps.at(-1)).toMatchObject({ step: steps.length });
});

test.each([
  ["run ring.libretto --seeds soon", "E0513"],
  ["run ring.libretto --seeds 9..1", "E0513"],
  ["run ring.libretto --steps 0", "E0513"],
  ["run nowhere.libretto", "E0501"],
  ["run ring.libretto --check nothing", "E0507"],
])("%s is refused", async (words, coded) => {
  const { code, errors } = await run(words);
  expect(code).toBe(2);
  expect(errors).toContain(`error ${coded}`);
});
