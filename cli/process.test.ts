/**
 * The real command as a process: signals, closed pipes, terminals, and input that nobody should
 * give it. Whatever the input, the answer is a coded error and exit 2 within seconds, without a
 * stack trace.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
/** An answer to bad input that takes longer counts as a hang; milliseconds. */
const PATIENCE_MS = 20_000;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-process-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

function start(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function ended(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  const exit = new Promise<Pick<Ended, "code" | "signal">>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  const [output, errors] = await Promise.all([
    stdout === null ? "" : text(stdout),
    stderr === null ? "" : text(stderr),
  ]);
  return { ...(await exit), output, errors };
}

const run = async (...words: readonly string[]): Promise<Ended> => ended(start(...words));

/** Writes a specification whose state space takes minutes to explore. */
function endless(): void {
  const names = Array.from({ length: 8 }, (_, index) => `v${index}`);
  const steps = names.map((name) => `    step ${name}up if ${name} < 15 { ${name} += 1 }`);
  const lines = [
    "module endless",
    "type N = 0..15",
    "machine Counters {",
    ...names.map((name) => `  var ${name} : N = 0`),
    "  initial mode Run {",
    ...steps,
    "  }",
    "}",
    "system All { counters : Counters  invariant Fine: counters in Run }",
    "check big of All { allow stuck }",
    'scenario "begun" of All { do counters.v0up }',
    "",
  ];
  writeFileSync(join(folder, "endless.libretto"), lines.join("\n"));
}

/** Resolves when the scenario has been told, so that the search has begun. */
async function begun({ stdout }: ChildProcess): Promise<void> {
  await new Promise((resolve) => stdout?.once("readable", resolve));
  await new Promise((resolve) => setTimeout(resolve, 300));
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("the first %s ends the search, which tells what it knows", async (signal, code) => {
  endless();
  const child = start("check", "endless.libretto", "--format", "json=r.json");
  await begun(child);
  child.kill(signal);
  const result = await ended(child);
  expect(result.code).toBe(code);
  expect(result.output).toMatch(/^unknown {2}endless\.libretto {2}big +[\d,]+ states/m);
  expect(result.output).toContain("unknown: interrupted: Fine");
  const report = JSON.parse(readFileSync(join(folder, "r.json"), "utf8"));
  expect(report).toMatchObject({
    interrupted: signal,
    checks: [{ standing: "ok" }, { standing: "unknown" }],
  });
  expect(readdirSync(folder).toSorted()).toEqual(["endless.libretto", "r.json"]);
});

test("a signal that a runner sends once more is one signal", async () => {
  endless();
  const child = start("check", "endless.libretto");
  await begun(child);
  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  const { code, output } = await ended(child);
  expect(code).toBe(130);
  expect(output).toContain("unknown: interrupted: Fine");
});

test("a second signal ends the process at once", async () => {
  endless();
  const child = start("check", "endless.libretto");
  await begun(child);
  child.kill("SIGINT");
  child.kill("SIGINT");
  child.kill("SIGTERM");
  const { code, signal } = await ended(child);
  expect(signal ?? code).toSatisfy((end) => ["SIGINT", "SIGTERM", 130].includes(end));
});

test("a budget ends a search in time, and the verdict is unknown", async () => {
  endless();
  const start = performance.now();
  const { code, output } = await run("check", "endless.libretto", "--budget", "1s");
  expect(performance.now() - start).toBeLessThan(15_000);
  expect(output).toContain("unknown: the budget of 1.0 s ended: Fine");
  expect(code).toBe(3);
});

test("a reader that goes away ends the command without a word", async () => {
  const script = '{ "$0" "$1" --help; echo "code $?" >&2; } | true';
  const child = spawn("sh", ["-c", script, process.execPath, MAIN], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect((await ended(child)).errors).toBe("code 141\n");
});

const nested = (depth: number): string =>
  `module deep\nsystem S { invariant I: ${"(".repeat(depth)}true${")".repeat(depth)} }\n`;

const BAD_SPECIFICATIONS: readonly (readonly [string, string | Uint8Array])[] = [
  ["empty", ""],
  ["blank", " \n\t\n"],
  ["malformed", "module m\nmachine M { initial mode A { step x -> } }\ncheck c of S { }\n"],
  ["cut off", "module m\nmachine M {\n  initial mode A {\n"],
  ["closed too often", "module m\n}}}}}}\n"],
  ["NUL bytes", "module m\0\nsystem S { }\n"],
  ["not UTF-8", Uint8Array.of(0x6d, 0x6f, 0x64, 0xff, 0xfe, 0x00)],
  ["binary", Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)],
  ["10 MB of declarations", `module m\n${"const n = 1\n".repeat(900_000)}`],
  ["10 MB on one line", `module m const x = ${"1 + ".repeat(2_500_000)}1`],
  ["10 MB of braces", `module m\n${"{".repeat(10_000_000)}`],
  ["21 MB", " ".repeat(21_000_000)],
  ["100,000 parentheses", nested(100_000)],
  ["1,000 parentheses, a lie", `${nested(1000)})`],
  ["nested modes", `module m\nmachine M { ${"mode A { ".repeat(50_000)}`],
  ["no check", "module m\n"],
];

test.each(BAD_SPECIFICATIONS)("a specification that is %s is refused", async (_name, content) => {
  writeFileSync(join(folder, "bad.libretto"), content);
  const begun = performance.now();
  const { code, output, errors } = await run(
    "check",
    "bad.libretto",
    "--format",
    "text,json=r.json",
  );
  expect(errors).toMatch(/^error E0\d{3}: /);
  expect(`${output}${errors}`).not.toMatch(/\n\s+at |node:internal|E0599/);
  expect(code).toBe(2);
  expect(performance.now() - begun).toBeLessThan(PATIENCE_MS);
  expect(JSON.parse(readFileSync(join(folder, "r.json"), "utf8")).exit.code).toBe(2);
});

test("an exception is an internal error, without a stack trace unless asked for", async () => {
  writeFileSync(join(folder, "broken.mjs"), 'JSON.parse = () => { throw new Error("broken") };');
  const broken = async (extra: Readonly<Record<string, string>>): Promise<Ended> =>
    ended(
      spawn(process.execPath, ["--import", "./broken.mjs", MAIN, "explain"], {
        cwd: folder,
        env: { PATH: process.env["PATH"], ...extra },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  const quiet = await broken({});
  expect(quiet.code).toBe(4);
  expect(quiet.errors).toMatch(/^error E0599: internal error/);
  expect(quiet.errors).not.toContain("    at ");
  expect((await broken({ REHEARSAL_DEBUG: "1" })).errors).toContain("    at ");
});
