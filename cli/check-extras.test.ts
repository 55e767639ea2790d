/**
 * What `check` does besides judging, as a user sees it: the cache of verdicts, `--mutate` and
 * `--explain`, with their tables, their JSON, and what happens when they cannot be done.
 */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MemoryOptions, run as runAnywhere } from "./memory-host.fixture.ts";
import { CACHE_FOLDER } from "./verdict-cache.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-extras-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (words: string, options: MemoryOptions = {}) =>
  runAnywhere(words.split(" ").filter(Boolean), { folder, ...options });

/** A counter of 10,000 states, just enough to be kept, and one line more in its system. */
function counters(lines: string, remark = ""): void {
  const text = `module many
type N = 0..9999${remark}
machine Counter {
  var a : N = 0
  initial mode Run { step up if a < 9999 { a += 1 } }
}
system All {
  all : Counter
  ${lines}
}
check large of All { allow stuck }
`;
  writeFileSync(join(folder, "many.libretto"), text);
}

const place = (): string => join(folder, CACHE_FOLDER);
const entries = (): readonly string[] =>
  existsSync(place()) ? readdirSync(place()).filter((name) => name.endsWith(".json")) : [];

function entry(): string {
  const [name, ...more] = entries();
  if (name === undefined || more.length > 0) throw new Error(`${entries().length} entries`);
  return join(place(), name);
}

const small = (): void =>
  writeFileSync(
    join(folder, "small.libretto"),
    `module small
machine Lamp { initial mode Off { step press -> On } mode On { step press -> Off } }
system Room { lamp : Lamp  reachable Lit: lamp in On }
check one of Room { }
`,
  );

// ---------------------------------------------------------------------------- the cache

test("a verdict of a large check is kept, and said to be cached the next time", async () => {
  counters("invariant Fine: all.a <= 9999");
  const first = await run("check --format json");
  const second = await run("check --format text,json=r.json");
  expect(first.code).toBe(0);
  expect(second).toMatchObject({ code: 0, errors: "" });
  expect(second.output).toMatch(/^ok .* large {3}10,000 states .* depth 9,999 {3}cached /);
  expect(second.output).toMatch(/10,000 states {3}0 ms/);
  const [before] = JSON.parse(first.output).checks;
  const [after] = JSON.parse(readFileSync(join(folder, "r.json"), "utf8")).checks;
  expect(before.cached).toBeUndefined();
  expect(after).toEqual({ ...before, cached: true });
  expect(readFileSync(join(place(), ".gitignore"), "utf8")).toBe("*\n");
});

test("a cached violation is the same as a fresh one, also when the text has moved", async () => {
  counters("invariant Low: all.a < 3");
  expect((await run("check")).code).toBe(1);
  counters("invariant Low: all.a < 3", "  // a remark\n\n\n");
  const cached = await run("check");
  const fresh = await run("check --no-cache");
  const timeless = (text: string): string =>
    text.replaceAll(/ {3}(?:cached|[\d.]+ m?s)(?= |\n)/g, "").replaceAll(/\n {9}/g, "   ");
  expect(cached.output).toContain("cached");
  expect(fresh.output).not.toContain("cached");
  expect(timeless(cached.output)).toBe(timeless(fresh.output));
  expect(entries()).toHaveLength(1);
});

test("a changed specification is judged anew", async () => {
  counters("invariant Fine: all.a <= 9999");
  await run("check");
  counters("invariant Fine: all.a <= 9998");
  const { code, output } = await run("check");
  expect(code).toBe(1);
  expect(output).not.toContain("cached");
  expect(entries()).toHaveLength(2);
});

test("small checks, unknown ones and scenarios are not kept", async () => {
  small();
  expect((await run("check small.libretto")).code).toBe(0);
  counters("invariant Fine: all.a <= 9999");
  expect((await run("check many.libretto --budget 5000states")).code).toBe(3);
  expect(existsSync(place())).toBe(false);
});

test("`--no-cache` neither reads nor writes", async () => {
  counters("invariant Fine: all.a <= 9999");
  await run("check --no-cache");
  expect(existsSync(place())).toBe(false);
  await run("check");
  writeFileSync(entry(), "damaged");
  const { output, errors } = await run("check --no-cache");
  expect(errors).toBe("");
  expect(output).not.toContain("cached");
});

test.each([
  ["emptied", () => ""],
  ["cut off", (text: string) => text.slice(0, text.length / 2)],
  ["edited by hand", (text: string) => text.replace('"violated"', '"holds"')],
  ["another check's", (text: string) => text.replace(/"key":"./, '"key":"x')],
  ["no JSON", () => "\0\0\0"],
])("an entry that is %s is told and passed over, and put right", async (_how, change) => {
  counters("invariant Low: all.a < 3");
  const before = await run("check --format json");
  writeFileSync(entry(), change(readFileSync(entry(), "utf8")));
  const after = await run("check --format json");
  expect(after.errors).toMatch(
    /^warning W0512: `\.rehearsal\/cache\/[\da-f]{64}\.json` is damaged/,
  );
  expect(after.code).toBe(1);
  const withoutTimes = (text: string): string => text.replaceAll(/"milliseconds": [\d.]+/g, "");
  expect(withoutTimes(after.output)).toBe(withoutTimes(before.output));
  expect(await run("check")).toMatchObject({ code: 1, errors: "" });
});

test("a folder or a link in the place of an entry is no entry", async () => {
  counters("invariant Fine: all.a <= 9999");
  await run("check");
  const path = entry();
  rmSync(path);
  mkdirSync(path);
  const { code, output, errors } = await run("check");
  expect(code).toBe(0);
  expect(output).not.toContain("cached");
  expect(errors).toContain("warning W0512");
  rmSync(path, { recursive: true });
  symlinkSync("/nowhere/at/all", path);
  expect(await run("check")).toMatchObject({ code: 0, errors: "" });
});

test("a cache that cannot be written is told once, and the verdicts stand", async () => {
  counters("invariant Fine: all.a <= 9999");
  const text = readFileSync(join(folder, "many.libretto"), "utf8");
  writeFileSync(
    join(folder, "many.libretto"),
    `${text}check again of All { allow stuck  expect 10000 states }\n`,
  );
  mkdirSync(join(folder, ".rehearsal"));
  writeFileSync(place(), "a file, not a folder");
  const { code, output, errors } = await run("check --strict");
  expect(code).toBe(0);
  expect(output).toMatch(/2 checks: 2 ok/);
  expect(errors.match(/warning W0511/g)).toHaveLength(1);
});

test("what a killed process left is removed in time, and too many entries are too", async () => {
  counters("invariant Fine: all.a <= 9999");
  mkdirSync(place(), { recursive: true });
  const old = join(place(), `${"a".repeat(64)}.tmp-1`);
  const young = join(place(), `${"b".repeat(64)}.tmp-2`);
  const foreign = join(place(), "notes.json");
  for (const path of [old, young, foreign]) writeFileSync(path, "");
  for (let number = 0; number < 1000; number++) {
    const path = join(place(), `${number.toString(16).padStart(64, "0")}.json`);
    writeFileSync(path, "");
    utimesSync(path, 1000 + number, 1000 + number);
  }
  utimesSync(old, 1000, 1000);
  utimesSync(foreign, 1, 1);
  await run("check");
  expect([old, young, foreign].map(existsSync)).toEqual([false, true, true]);
  expect(entries()).toHaveLength(1000 + 1);
  expect(existsSync(join(place(), `${"0".repeat(64)}.json`))).toBe(false);
});

test("two processes at once leave one whole entry", async () => {
  counters("invariant Fine: all.a <= 9999");
  const main = join(import.meta.dirname, "main.ts");
  const start = async (): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, "check"], {
      cwd: folder,
    });
    return stderr + stdout;
  };
  const both = await Promise.all([start(), start()]);
  expect(both.every((output) => output.startsWith("ok "))).toBe(true);
  expect((await run("check")).output).toContain("cached");
  expect(readdirSync(place()).toSorted()).toEqual([".gitignore", ...entries()]);
});

// ---------------------------------------------------------------------------- mutation

const guarded = `module guarded
type N = 0..3
machine Counter {
  var n : N = 0
  var seen : N = 0
  initial mode Run { step up if n < 3 { n += 1; seen = 1 } }
}
system One { counter : Counter  reachable Top: counter.n == 3 }
check all of One { allow stuck }
`;

test("`--mutate` tells what nobody notices, in text and JSON", async () => {
  writeFileSync(join(folder, "guarded.libretto"), guarded);
  const { code, output, errors } = await run("check --mutate --format text,json=r.json");
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output).toMatch(/^mutation 3 mutants {3}2 noticed {3}1 not noticed {3}/m);
  expect(output).toContain("         Top        1 of 3\n         range      1 of 1\n");
  expect(output).toContain(
    "warning W0507: no property notices when the effect `seen = 1` is missing",
  );
  const report = JSON.parse(readFileSync(join(folder, "r.json"), "utf8"));
  expect(report.mutation).toMatchObject({
    untried: 0,
    mutants: [{ fate: "noticed" }, { fate: "noticed" }, { fate: "survived", words: "seen = 1" }],
    properties: [
      { name: "Top", noticed: 1 },
      { name: "range", noticed: 1 },
    ],
  });
  expect(report.diagnostics).toMatchObject([{ code: "W0507" }]);
  expect((await run("check --mutate --strict")).code).toBe(5);
});

test("`--mutate` with `--property` asks that property alone", async () => {
  writeFileSync(join(folder, "guarded.libretto"), guarded);
  const { output } = await run("check --mutate --property Top");
  expect(output).toMatch(/^mutation 3 mutants {3}2 noticed/m);
  expect((await run("check --mutate")).output).toContain("Top");
});

test("a file with a mistake has no mutants, and does not spoil those of the others", async () => {
  writeFileSync(join(folder, "guarded.libretto"), guarded);
  writeFileSync(join(folder, "wrong.libretto"), guarded.replace("n < 3", "m < 3"));
  const { code, output } = await run("check --mutate");
  expect(code).toBe(2);
  expect(output).toMatch(/^mutation 3 mutants {3}2 noticed {3}1 not noticed/m);
});

// ---------------------------------------------------------------------------- profile

test("`--explain` tells where the states and the time go, in text and JSON", async () => {
  writeFileSync(join(folder, "guarded.libretto"), guarded);
  const { code, output } = await run("check --explain --format text,json=r.json");
  expect(code).toBe(0);
  expect(output).toContain("where the states go (4 states)\n");
  expect(output).toMatch(/ {11}counter\.n +4 +2 +50 % +1\n/);
  expect(output).toMatch(/ {11}counter\.seen +2 +4 +nothing +0\n/);
  expect(output).toMatch(/ {11}Counter\.Run step up if n < 3 +4 +0 +1 +0 +3\n/);
  expect(output).toContain("false first: `n < 3` 1 of 4\n");
  const [check] = JSON.parse(readFileSync(join(folder, "r.json"), "utf8")).checks;
  expect(check.profile).toMatchObject({ states: 4, projected: 4, tried: 4 });
});

test("a profile needs the graph, so the cache is not read for it", async () => {
  counters("invariant Fine: all.a <= 9999");
  await run("check");
  const { output } = await run("check --explain");
  expect(output).not.toContain("cached");
  expect(output).toMatch(/all\.a +10,000 +1 +100 % +1\n/);
});
