/**
 * `Ctrl-C` while the command does more than judge: mutants and profiles end, tell what they know,
 * and a second signal ends the process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-interrupted-"));
});

/** Four counters up to `top`: with 29, each mutant takes about a second. */
function counters(top: number, more = ""): void {
  const names = ["a", "b", "c", "d"];
  const steady = "a < 9 and b < 9";
  const off = names.map((name) => `step ${name}off if ${name} > 5 and ${steady} { ${name} -= 1 }`);
  const spec = `module many
type N = 0..${top}
machine Counters {
${names.map((name) => `  var ${name} : N = 0`).join("\n")}
  initial mode Run {
${names.map((name) => `    step ${name} if ${name} < ${top} { ${name} += 1 }`).join("\n")}
    ${off.join("\n    ")}
  }
}
system All { all : Counters  invariant Fine: all.a <= ${top} }
check large of All { allow stuck }
${more}
`;
  writeFileSync(join(folder, "many.libretto"), spec);
}

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function start(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, "check", ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What is printed until the process ends; `act` is called when the check has been told. */
async function ended(child: ChildProcess, act: () => Promise<void>) {
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  const told = new Promise((resolve) => child.stdout?.once("data", resolve));
  const output = child.stdout === null ? "" : text(child.stdout);
  await told;
  await act();
  return { ...(await exit), output: await output };
}

const pause = async (milliseconds: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
};

test("an interrupted mutation tells which mutants were tried", async () => {
  counters(29);
  const child = start("--mutate", "--format", "text,json=r.json", "--no-cache");
  const { code, output } = await ended(child, async () => {
    await pause(1500);
    child.kill("SIGINT");
  });
  expect(code).toBe(130);
  expect(output).toMatch(/^mutation \d+ mutants? .* \d+ not tried: interrupted/m);
  const report = JSON.parse(readFileSync(join(folder, "r.json"), "utf8"));
  expect(report).toMatchObject({
    interrupted: "SIGINT",
    checks: [{ standing: "ok" }],
    mutation: { stopped: "interrupted" },
  });
}, 30_000);

test("a second signal ends a mutation at once, with the number of the signal", async () => {
  counters(29);
  const child = start("--mutate", "--no-cache");
  const { code, signal } = await ended(child, async () => {
    await pause(500);
    child.kill("SIGINT");
    child.kill("SIGTERM");
    child.kill("SIGINT");
  });
  expect(signal ?? code).toSatisfy((end) => ["SIGINT", "SIGTERM", 130, 143].includes(end));
}, 30_000);

test("an interrupted search has no profile, and its verdict is told all the same", async () => {
  // The scenario is told first, and the search that follows would take hours.
  counters(99, 'scenario "begun" of All { do all.a }');
  const child = start("--explain", "--no-cache");
  const { code, output } = await ended(child, async () => {
    await pause(500);
    child.kill("SIGINT");
  });
  expect(code).toBe(130);
  expect(output).toMatch(/^unknown +many\.libretto +large/m);
  expect(output).not.toContain("where the time goes");
}, 30_000);
