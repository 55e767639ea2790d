/**
 * What the checks of `models/` found: one run of the command, as a user would type it.
 *
 *     rehearsal check models --format json   →   outcome and steps by file, check, property
 *
 * Steps are taken from the report and from nowhere else, so that the tables cannot say what no
 * check found.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReport } from "../../cli/read-report.ts";
import type { CheckVerdict, PropertyVerdict } from "../../checker/verdict.ts";

export interface Measured {
  /** Exit code of the command: 0 when every expectation was met. */
  readonly code: number;
  /** Last line of what it printed. */
  readonly totals: string;
  readonly checks: readonly CheckVerdict[];
}

/** Runs every check of the pull-request profile below `models`. */
export function checkModels(root: string): Measured | string {
  const folder = mkdtempSync(join(tmpdir(), "findings-"));
  try {
    const report = join(folder, "report.json");
    const words = ["check", "models", "--no-cache", "--quiet", "--format", `json=${report}`];
    const main = join(root, "cli", "main.ts");
    const ran = spawnSync(process.execPath, [main, ...words], { cwd: root, encoding: "utf8" });
    const read = readReport(report, root);
    if (read.value === undefined) return `${ran.stdout}${ran.stderr}`;
    return {
      code: ran.status ?? 1,
      totals: ran.stdout,
      checks: read.value.checks.map(({ verdict }) => verdict),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The verdict of one property, or what is missing. */
export function verdictOf(
  { checks }: Measured,
  file: string,
  check: string,
  property: string,
): PropertyVerdict | string {
  const found = checks.find(({ file: own, name }) => own === file && name === check);
  if (found === undefined) return `${file} has no check ${check}`;
  const judged = found.properties.find(({ name }) => name === property);
  return judged ?? `check ${check} of ${file} judges no ${property}`;
}

/** Whether some check of the file judges the property. */
export function isJudged({ checks }: Measured, file: string, property: string): boolean {
  return checks.some(
    (one) => one.file === file && one.properties.some(({ name }) => name === property),
  );
}

/**
 * `5` steps, `3 + 2` for a run that repeats its last two steps for ever, `3, stays` for one that
 * takes no further step.
 */
export function stepsOf({ counterexample }: PropertyVerdict): string {
  if (counterexample === undefined) return "";
  const steps = counterexample.steps.length - 1;
  const { loop } = counterexample;
  if (loop === undefined) return `${steps}`;
  return loop.stutters ? `${loop.start}, stays` : `${loop.start} + ${steps - loop.start}`;
}
