/**
 * The command in memory: what each command prints, writes and answers, on small specifications.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MemoryOptions, run as runAnywhere } from "./memory-host.fixture.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-command-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs words that are separated by blanks, in the folder of the test. */
const run = (words: string, options: MemoryOptions = {}) =>
  runAnywhere(words.split(" ").filter(Boolean), { folder, ...options });

const file = (name: string): string => readFileSync(join(folder, name), "utf8");

/** Writes a specification of a light with these lines in its system, and these checks. */
function light(name: string, lines: string, checks = "check small of Room { }"): void {
  const text = `module light

machine Light {
  initial mode Off { step press -> On }
  mode On { step press -> Off }
}

system Room {
  light : Light
  ${lines}
}

${checks}
`;
  writeFileSync(join(folder, name), text);
}

test("help teaches: usage, examples and exit codes", async () => {
  const { code, output } = await run("--help");
  expect(code).toBe(0);
  expect(output).toContain("Usage: rehearsal [options] [command]");
  expect(output).toContain("rehearsal trace tcp.libretto run.pcapng --events run.jsonl");
  expect(output).toContain("  3  something is unknown or inconclusive");
});

test.each([
  "check",
  "simulate",
  "trace",
  "show",
  "replay",
  "fmt",
  "explain",
  "desugar",
  "checkpoint",
])("%s --help has examples", async (command) => {
  const { code, output } = await run(`${command} --help`);
  expect(code).toBe(0);
  expect(output).toMatch(new RegExp(`Examples:\\n(?: .*\\n)* {2}rehearsal ${command}`));
});

test("the version is that of the package", async () => {
  const version = JSON.parse(readFileSync("package.json", "utf8")).version;
  expect(await run("--version")).toEqual({ code: 0, output: `${version}\n`, errors: "" });
});

test.each([
  ["chekc", "E0512", "did you mean `check`?"],
  ["check --fromat json", "E0508", "did you mean `--format`?"],
  ["--versoin", "E0508", "did you mean `--version`?"],
  ["check --format", "E0514", "`--format` needs a value"],
  ["show", "E0514", "`rehearsal show` needs an argument: report"],
  ["desugar a b", "E0514", "got too many arguments"],
  ["check --format yaml", "E0513", "formats: text, json, junit"],
  ["check --budget soon", "E0513", "for example 60s"],
  ["check --reduce everything", "E0513", "some of symmetry, order, slice with commas, or none"],
  ["check --width 20", "E0513", "from 40 to 400"],
  ["check --color blue", "E0513", "one of auto, always, never"],
  ["check --not-judged maybe", "E0513", "one of unknown, warn"],
  ["check --profile weekly", "E0513", "one of pull-request, nightly"],
  ["check nowhere", "E0501", "no file or folder `nowhere`"],
  ["check .", "E0506", "no specification in `.`"],
  ["explain E010", "E0511", "did you mean `E"],
  ["show nowhere.json", "E0501", "nowhere.json"],
  ["fmt - a.libretto", "E0514", "stands alone"],
  ["trace nowhere.libretto run.pcap", "E0501", "nowhere.libretto"],
])("rehearsal %s: %s", async (words, coded, note) => {
  const { code, errors } = await run(words);
  expect(code).toBe(2);
  expect(errors).toContain(`error ${coded}: `);
  expect(errors).toContain(note);
});

test("a report that cannot be written is found out before anything is checked", async () => {
  light("a.libretto", "reachable Bright: light in On");
  const { code, output, errors } = await run("check a.libretto --format json=no/r.json");
  expect({ code, output }).toEqual({ code: 2, output: "" });
  expect(errors).toContain("error E0509: `no/r.json` cannot be written");
});

test("a check that holds exits 0", async () => {
  light("a.libretto", "reachable Bright: light in On");
  const { code, output, errors } = await run("check");
  expect(errors).toBe("");
  expect(output).toMatch(/^ok {7}a\.libretto {2}small {3}2 states /);
  expect(output).toMatch(/exit 0 \(everything holds\)\n$/);
  expect(code).toBe(0);
});

test("a violated invariant exits 1, with its steps", async () => {
  light("a.libretto", "invariant Dark: light in Off");
  const { code, output } = await run("check a.libretto");
  expect(output).toMatch(/^FAIL {5}a\.libretto {2}small .*Dark violated after 1 step \(shortest\)/);
  expect(output).toContain("  1   light.press   light: Off -> On\n");
  expect(code).toBe(1);
});

test("a mistake in one file leaves the verdicts of the others", async () => {
  light("a.libretto", "invariant Dark: light in Of");
  light("b.libretto", "reachable Bright: light in On");
  const { code, output, errors } = await run("check");
  expect(errors).toMatch(/^error E0107: machine `Light` has no mode `Of`\n/);
  expect(output).toMatch(/^ok {7}b\.libretto/);
  expect(code).toBe(2);
});

test("a temporal property is judged, with the loop in brackets", async () => {
  light("a.libretto", "property Blinks: always eventually light in On");
  const { code, output } = await run("check a.libretto");
  expect(output).toContain("Blinks violated in the initial state, for ever (shortest)");
  expect(output).toContain("\n  0   (initial)\n +-> stays like this for ever\n");
  expect(output).toContain("hint: declare `light.press` `fair`");
  expect(code).toBe(1);
  await run("check a.libretto --format json=run.json");
  const replayed = await run("replay run.json");
  expect(replayed.output).toContain("Blinks violated in the initial state, for ever, replayed\n");
});

test("what cannot be judged is unknown, loudly, until the user calls it a warning", async () => {
  const huge = Array.from({ length: 9 }, () => "once (always light in On)").join(" and ");
  light("a.libretto", `property Blinks: ${huge}`);
  const strict = await run("check a.libretto");
  expect(strict.output).toMatch(/^unknown {2}a\.libretto/);
  expect(strict.output).toContain("unknown: not judged yet: Blinks\n");
  expect(strict.code).toBe(3);
  const lenient = await run("check a.libretto --not-judged warn");
  expect(lenient.output).toMatch(/^warn {5}a\.libretto/);
  expect(lenient.code).toBe(0);
});

test("--check and --property choose, and a name that fits nothing is an error", async () => {
  const checks = "check one of Room { }\ncheck two of Room { }";
  light("a.libretto", "reachable Bright: light in On\n  invariant Dark: light in Off", checks);
  expect((await run("check --check two --property Bright")).output).toMatch(
    /^ok .* two [^\n]*\n.*\n.*left out: Dark\n\n1 check: 1 ok/,
  );
  expect((await run("check --check tow")).errors).toContain("did you mean `two`?");
  expect((await run("check --property Drak")).errors).toContain("did you mean `Dark`?");
});

test("a specification without a check is nothing to check", async () => {
  light("a.libretto", "reachable Bright: light in On", "");
  const { code, errors } = await run("check");
  expect(errors).toContain("error E0517: there is nothing to check");
  expect(code).toBe(2);
});

test("every format is written beside the text, and each file is whole", async () => {
  light("a.libretto", "invariant Dark: light in Off");
  const formats = "json=r.json,junit=r.xml,sarif=r.sarif,github=r.txt,markdown=r.md,text=r.log";
  const { code, output } = await run(`check --format ${formats} --report r.html`);
  expect(code).toBe(1);
  expect(output).toContain("  see: r.html#c=small&p=Dark\n");
  expect(JSON.parse(file("r.json")).exit.code).toBe(1);
  expect(JSON.parse(file("r.sarif")).version).toBe("2.1.0");
  expect(file("r.xml")).toMatch(/<\/testsuites>\n$/);
  expect(file("r.txt")).toMatch(/^::error file=a\.libretto,line=\d+/);
  expect(file("r.md")).toContain("| **FAIL** | a.libretto small |");
  expect(file("r.log")).toMatch(/^FAIL {5}a\.libretto/);
  expect(file("r.html")).toMatch(/<\/html>\s*$/);
  expect(readdirSync(folder).toSorted()).toEqual([
    "a.libretto",
    "r.html",
    "r.json",
    "r.log",
    "r.md",
    "r.sarif",
    "r.txt",
    "r.xml",
  ]);
});

test("JSON to the output is the only thing there, also for input that cannot be used", async () => {
  light("a.libretto", "invariant Dark: light in Of");
  const { code, output, errors } = await run("check --format json");
  expect(JSON.parse(output).diagnostics[0]).toMatchObject({
    code: "E0107",
    place: { file: "a.libretto" },
  });
  expect(errors).toBe("");
  expect(code).toBe(2);
});

test("in a GitHub job, Markdown is appended to the summary", async () => {
  light("a.libretto", "reachable Bright: light in On");
  writeFileSync(join(folder, "summary"), "before\n");
  const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(folder, "summary") };
  const { output } = await run("check --format github,markdown", { environment });
  expect(output).toBe("");
  expect(file("summary")).toMatch(/^before\n## Rehearsal: everything holds\n/);
});

test("colour follows the option, then NO_COLOR, then the terminal", async () => {
  light("a.libretto", "reachable Bright: light in On");
  const colored = async (words: string, options: MemoryOptions): Promise<boolean> =>
    (await run(`check ${words}`, options)).output.includes("\u001B[32m");
  expect(await colored("", {})).toBe(false);
  expect(await colored("", { interactive: true })).toBe(true);
  expect(await colored("", { interactive: true, environment: { NO_COLOR: "1" } })).toBe(false);
  expect(await colored("--color always", { environment: { NO_COLOR: "1" } })).toBe(true);
  expect(await colored("--color never", { interactive: true })).toBe(false);
});

test("an interrupted run tells what it knows and still writes its reports", async () => {
  light("a.libretto", "reachable Bright: light in On");
  const signal = AbortSignal.abort("SIGINT");
  const { code, output } = await run("check --format json=r.json", { signal });
  expect(code).toBe(130);
  expect(output).toContain("1 not begun");
  expect(output).toContain("exit 130 (interrupted)");
  expect(JSON.parse(file("r.json"))).toMatchObject({ interrupted: "SIGINT", undone: 1 });
});

test("a nightly check runs when its profile or name is asked for, else it is counted", async () => {
  const checks = "check small of Room { }  check long of Room { profile nightly }";
  light("a.libretto", "reachable Bright: light in On", checks);
  expect((await run("check")).output).toContain("1 nightly check left out (--profile nightly)");
  for (const words of ["check --profile nightly", "check --check long"]) {
    const { output } = await run(words);
    expect(output).toContain("long");
    expect(output).not.toContain("left out");
  }
});

test("show prints what check printed, from the report alone", async () => {
  light("a.libretto", "invariant Dark: light in Off");
  const first = await run("check --format json=r.json");
  rmSync(join(folder, "a.libretto"));
  const again = await run("show r.json");
  expect(again.code).toBe(0);
  expect(first.output).toContain(again.output);
  const step = await run("show r.json --property Dark --step 1");
  expect(step.output).toBe(
    "small: Dark violated after 1 step (shortest)\n" +
      "  1   light.press   light: Off -> On\n      light = On\n",
  );
  expect((await run("show r.json --step 2")).errors).toContain("error E0518: ");
  expect((await run("show r.json --property Dim")).errors).toContain("error E0515: ");
});

test("replay agrees while the model allows the steps, and else exits 4", async () => {
  light("a.libretto", "invariant Dark: light in Off");
  await run("check --format json=r.json");
  const { code, output } = await run("replay r.json");
  expect({ code, output }).toEqual({
    code: 0,
    output: "ok   a.libretto small: Dark violated after 1 step, replayed\n",
  });
  writeFileSync(join(folder, "a.libretto"), file("a.libretto").replace("press -> On", "press"));
  const changed = await run("replay r.json");
  expect(changed.errors).toContain("error E0519: the counterexample to `Dark` in `small` does not");
  expect(changed.code).toBe(4);
});

test("fmt writes files that are not formatted, and --check only tells", async () => {
  light("a.libretto", "reachable   Bright:   light in On");
  const before = file("a.libretto");
  expect(await run("fmt --check")).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^not formatted: a\.libretto\n/),
  });
  expect(file("a.libretto")).toBe(before);
  const printed = await run("fmt --stdout a.libretto");
  expect(await run("fmt")).toMatchObject({ code: 0 });
  expect(file("a.libretto")).toBe(printed.output);
  expect(await run("fmt --check")).toMatchObject({ code: 0 });
  expect(await run("fmt -", { input: before })).toMatchObject({ code: 0, output: printed.output });
});

test("fmt leaves a file alone that does not parse", async () => {
  writeFileSync(join(folder, "a.libretto"), "module a\nmachine {");
  const { code, errors } = await run("fmt");
  expect(code).toBe(2);
  expect(errors).toMatch(/^error E01\d\d: /);
  expect(file("a.libretto")).toBe("module a\nmachine {");
});

test("explain prints the page of a code, or all codes with their titles", async () => {
  expect((await run("explain e0501")).output).toMatch(/^# E0501: no such file\n/);
  expect((await run("explain")).output).toMatch(/^E\d{4} {2}\S.*\n(?:[EW]\d{4} {2}\S.*\n)*$/);
});

test("desugar prints the transition system of a check, or gives it as JSON", async () => {
  light("a.libretto", "invariant Dark: light in Off");
  const { output } = await run("desugar a.libretto --check small");
  expect(output).toContain("variable  light : mode Light { Off, On } = Off\n");
  expect(output).toContain("transition light.press   step\n  if (light in Off)\n    light = On\n");
  const json = await run("desugar a.libretto --format json");
  expect(JSON.parse(json.output)).toMatchObject({ name: "small", slots: [{ name: "light" }] });
});

test("a report that cannot be written after all exits 2, and the others are written", async () => {
  light("a.libretto", "reachable Bright: light in On");
  const signal = new AbortController().signal;
  mkdirSync(join(folder, "gone"));
  // The folder goes away while the check runs: when the command first looks at its signal.
  const watched = new Proxy(signal, {
    get: (target, key) => {
      rmSync(join(folder, "gone"), { recursive: true, force: true });
      return Reflect.get(target, key, target);
    },
  });
  const formats = "json=gone/r.json,junit=r.xml";
  const { code, output, errors } = await run(`check --format ${formats}`, { signal: watched });
  expect(errors).toContain("error E0509: `gone/r.json` cannot be written");
  expect(output).toMatch(/1 error {5}exit 2 \(some input cannot be used\)\n$/);
  expect(readdirSync(folder)).toContain("r.xml");
  expect(code).toBe(2);
});
