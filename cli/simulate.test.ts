/**
 * `rehearsal simulate` and `check --likelihood` in memory: what they print, answer and write.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withoutTimes } from "../scripts/docs/measured.ts";
import { type MemoryOptions, run as runAnywhere } from "./memory-host.fixture.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-simulate-"));
  writeFileSync(join(folder, "stairs.libretto"), STAIRS);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (words: string, options: MemoryOptions = {}) =>
  runAnywhere(words.split(" ").filter(Boolean), { folder, ...options });

const STAIRS = `module stairs

machine Walker {
  initial mode Floor { step climb -> First  step rest }
  mode First { step climb -> Second  step back -> Floor }
  mode Second { step fall -> Floor  step back -> First }
}

system House {
  w : Walker
  invariant Low: not w in Second
  invariant Inside: true
  property Rests: always eventually w in Floor
}

check high of House { }
check known of House { expect violation of Low }

scenario "up" of House {
  do w.climb
}
`;

test("a violation fails, with what was walked and how", async () => {
  const { code, output } = await run("simulate stairs.libretto --check high --runs 20 --steps 10");
  expect(code).toBe(1);
  const [head, ...lines] = withoutTimes(output).split("\n");
  expect(head).toMatch(
    /^FAIL {5}stairs\.libretto {2}high {3}Low violated after 2 steps \(shortest/,
  );
  expect([head, ...lines].join(" ").replace(/\s+/g, " ")).toContain(
    "20 walks 200 steps 3 states seen 0.1 s",
  );
  expect(output).toContain("random walks of at most 10 steps   seed 1");
  expect(output).toContain("unknown: not decided by 20 walks: Inside, stuck");
  expect(output).toContain("unknown: not judged by walks: Rests");
  expect(output).toMatch(/ {2}2 {3}w\.climb/);
});

test("nothing violated is unknown, and a warning for who says so; nothing holds", async () => {
  const words = "simulate stairs.libretto --check known --runs 5 --property Inside";
  const { code, output } = await run(words);
  expect(code).toBe(3);
  expect(output).not.toMatch(/\bholds?\b/);
  const lenient = await run(`${words} --budget-is-failure no`);
  expect([lenient.code, lenient.output.slice(0, 4)]).toEqual([0, "warn"]);
});

test("scenarios are no checks: they are left out", async () => {
  const { output } = await run("simulate stairs.libretto --runs 1");
  expect(output).toContain("2 checks: ");
  expect(output).not.toContain("scenario");
});

test("the same words print the same bytes, in JSON too; another seed prints others", async () => {
  const json = async (seed: number): Promise<string> =>
    (await run(`simulate stairs.libretto --seed ${seed} --format json`)).output.replace(
      /"milliseconds": [\d.]+/g,
      "",
    );
  expect(await json(4)).toBe(await json(4));
  expect(await json(4)).not.toBe(await json(5));
});

test("a report of walks is shown and replayed again", async () => {
  const words = "simulate stairs.libretto --check high --strategy pct --depth 2 --likelihood";
  const first = await run(`${words} --format json=run.json`);
  const again = await run("show run.json");
  expect(first.output).toContain(again.output.trimEnd());
  expect((await run("replay run.json")).output).toContain("Low violated after 2 steps, replayed");
  const { checks } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  expect(checks[0].verdict.simulation).toMatchObject({ strategy: "pct", depth: 2, runs: 1000 });
});

test("pct says what its bound comes to", async () => {
  const { output } = await run(
    "simulate stairs.libretto --check high --strategy pct --depth 3 --runs 7",
  );
  expect(output).toContain("PCT walks of depth 3 and at most 100 steps   seed 1");
  expect(output.replace(/\s+/g, " ")).toContain(
    "a bug that needs 3 ordered events of 1 thread: met by one walk with a probability of " +
      "at least 0.01 % by all of them with 0.07 %",
  );
});

test("an interruption tells what is known, with its exit code", async () => {
  const { code, output } = await run("simulate stairs.libretto", {
    signal: AbortSignal.abort("SIGINT"),
  });
  expect(code).toBe(130);
  expect(output).toContain("2 not begun");
});

test.each([
  ["--runs 0", "a whole number from 1 to 1000000000"],
  ["--steps many", "a whole number from 1 to 1000000"],
  ["--seed -1", "a whole number from 0 to 4294967295"],
  ["--seed 4294967296", "a whole number from 0 to 4294967295"],
  ["--strategy best", "one of random, pct"],
  ["--strategy pct --depth 0", "a whole number from 1 to 100"],
  ["--depth 2", "it belongs to `--strategy pct`"],
  ["--budget much", "for example 60s"],
])("simulate %s is refused: %s", async (words, why) => {
  const { code, errors } = await run(`simulate stairs.libretto ${words}`);
  expect(code).toBe(2);
  expect(errors).toContain("error E0513");
  expect(errors).toContain(why);
});

test("check --likelihood puts a column beside the steps, and says what it means", async () => {
  const { output } = await run("check stairs.libretto --check high --likelihood --not-judged warn");
  const [start, first, second] = output.split("\n").filter((line) => /^ {2}\d /.test(line));
  expect(start).toMatch(/^ {2}0 {2,}>?\d+ % {3}2 of 2 {3}\(initial\)/);
  expect(first).toMatch(/^ {2}1 {2,}>?\d+ % {3}1 of 2 {3}w\.climb/);
  expect(second).toMatch(/^ {2}2 {3}100 % {12}w\.climb/);
  expect(output.replace(/\s+/g, " ")).toContain(
    "likelihood: of 400 random walks of at most 30 steps from each state, so many meet the " +
      "violation (seed 1); 1 of 2: so many of the next steps can still avoid it. " +
      "It can be avoided until the last step",
  );
});
