/** `--spill`: what is printed, what is refused beside it, and what stays in the folder. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run as runAnywhere } from "./memory-host.fixture.ts";

const MAIN = join(import.meta.dirname, "main.ts");

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-spill-cli-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (words: string) => runAnywhere(words.split(" "), { folder });

/** Writes a specification with so many counters up to 15, and a property of runs. */
function counters(count: number): void {
  const names = Array.from({ length: count }, (_, index) => `v${index}`);
  const lines = [
    "module counters",
    "type N = 0..15",
    "machine Counters {",
    ...names.map((name) => `  var ${name} : N = 0`),
    "  initial mode Run {",
    ...names.map((name) => `    step ${name}up if ${name} < 15 { ${name} += 1 }`),
    "  }",
    "}",
    "system All {",
    "  counters : Counters",
    "  invariant Fine: counters in Run",
    "  property Ends: eventually counters.v0 == 15",
    "}",
    "check all of All { allow stuck }",
    "",
  ];
  writeFileSync(join(folder, "counters.libretto"), lines.join("\n"));
}

test("the verdict says how much was on disk, and what was not judged there", async () => {
  counters(3);
  const words =
    "check counters.libretto --no-cache --spill disk --memory 50kB --format text,json=r";
  const { code, output, errors } = await run(words);
  expect([code, errors]).toEqual([3, ""]);
  expect(output).toMatch(/ 4,096 states .*depth 45 .*\d+(\.\d)? kB on disk/);
  expect(output).toContain("not judged with `--spill`: Ends");
  expect(readdirSync(join(folder, "disk"))).toEqual([]);
  const report = JSON.parse(readFileSync(join(folder, "r"), "utf8"));
  expect(report.checks[0].verdict.statistics.explorer).toEqual({
    backEnd: "javascript",
    workers: 1,
    spilled: { bytes: expect.any(Number), runs: expect.any(Number) },
  });
  const tolerated = await run(`${words} --not-judged warn`);
  expect(tolerated.code).toBe(0);
  const shown = await run("show r");
  expect(shown.errors).toBe("");
});

test("a property that is judged in each state needs no more than the disk", async () => {
  counters(3);
  const { code, output } = await run(
    "check counters.libretto --no-cache --spill disk --property Fine",
  );
  expect(output).toContain("4,096 states");
  expect(code).toBe(0);
});

test("a folder that cannot be written makes the check unknown, with a code", async () => {
  counters(3);
  writeFileSync(join(folder, "file"), "");
  const { code, output } = await run("check counters.libretto --no-cache --spill file/below");
  expect(code).toBe(3);
  expect(output).toContain("W0505");
  expect(output).toContain("the disk of the search failed: a part of the path is no folder");
});

test.each([
  ["--workers 2", "`--workers` does not go with `--spill`, which has one worker"],
  ["--back-end wasm", "`--back-end` does not go with `--spill`, which is in JavaScript"],
  ["--reduce order,slice", "`--reduce order` does not go with `--spill`, which keeps every state"],
  ["--checkpoint saved", "`--checkpoint` does not go with `--spill`, which cannot be saved"],
  ["--resume saved", "`--resume` does not go with `--spill`, which begins anew"],
  ["--explain", "`--explain` does not go with `--spill`, which keeps no graph in memory"],
  ["--mutate", "`--mutate` does not go with `--spill`, which keeps no graph in memory"],
])("%s is refused", async (option, title) => {
  counters(1);
  const { code, errors } = await run(`check counters.libretto --spill disk ${option}`);
  expect(code).toBe(2);
  expect(errors).toContain(`error E0514: ${title}`);
});

test.each(["--workers 1", "--back-end javascript", "--reduce slice"])(
  "%s goes with it",
  async (option) => {
    counters(1);
    const { errors } = await run(`check counters.libretto --no-cache --spill disk ${option}`);
    expect(errors).toBe("");
  },
);

test.each([
  ["SIGINT", 130, 0],
  ["SIGKILL", null, 1],
] as const)("after %s no bytes stay", async (signal, code, folders) => {
  counters(8);
  const words = ["check", "counters.libretto", "--spill", "disk", "--memory", "1MB"];
  mkdirSync(join(folder, "disk"));
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  while (readdirSync(join(folder, "disk")).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill(signal);
  expect(await ended).toBe(code);
  expect(readdirSync(join(folder, "disk"), { recursive: true })).toHaveLength(folders);
});
