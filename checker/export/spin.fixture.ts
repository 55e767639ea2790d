/**
 * Runs Spin on an exported Model, where `spin` and `gcc` are installed; for tests only.
 *
 *     text ──spin──► pan.c ──gcc──► pan ──► states, transitions, errors
 *
 * The verifier is told to go on after an error (`-c0`), so that it visits all states, and to do
 * without reductions and without cycles. Programs are named, not searched for: a machine without
 * them says so through `spinInstalled`, and the tests skip with that reason.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PromelaExport } from "./promela.ts";

export interface SpinResult {
  /** Without the states that the export adds. */
  readonly states: number;
  /** Steps that Spin took, without those that fail an assertion and those that the export adds. */
  readonly transitions: number;
  readonly errors: number;
}

/** Deepest search, in steps: above the states of any test. */
const DEPTH_MAX = 2_000_000;

function works(command: string, words: readonly string[]): boolean {
  return spawnSync(command, [...words], { stdio: "ignore" }).status === 0;
}

/** Are both programs there? Asked once. */
export const spinInstalled: boolean = works("spin", ["-V"]) && works("gcc", ["--version"]);

/** Verifies an export. Throws with the output of the program that fails. */
export function runSpin(made: PromelaExport): SpinResult {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-spin-"));
  const run = (command: string, words: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(command, [...words], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    if (status === 0) return stdout;
    throw new Error(`${command} failed: ${error?.message ?? ""}\n${stdout}\n${stderr}`);
  };
  try {
    writeFileSync(join(folder, "model.pml"), made.text);
    run("spin", ["-a", "model.pml"]);
    const defines = ["-DSAFETY", "-DNOREDUCE", "-DNOFAIR", `-DVECTORSZ=${made.vector}`];
    run("gcc", ["-O0", "-w", ...defines, "-o", "pan", "pan.c"]);
    return readResult(run("./pan", ["-c0", "-n", `-m${DEPTH_MAX}`, "-w16"]), made);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResult(output: string, made: PromelaExport): SpinResult {
  const count = (pattern: RegExp): number => {
    const found = pattern.exec(output)?.[1];
    if (found === undefined) throw new Error(`the output of pan has no ${pattern.source}`);
    return Number(found);
  };
  if (/max search depth too small|Search not completed/.test(output)) {
    throw new Error(`pan did not finish:\n${output}`);
  }
  const stored = count(/(\d+) states, stored/);
  const matched = count(/(\d+) states, matched/);
  const errors = count(/errors: (\d+)/);
  return {
    states: stored - made.extraStates,
    // The first state is stored without a step that leads to it.
    transitions: stored - 1 + matched - errors - made.extraSteps,
    errors,
  };
}
