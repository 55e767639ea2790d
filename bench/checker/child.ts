/**
 * Runs a program to its end and measures it: wall time, and where GNU time is installed the peak
 * of its resident memory.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** More output than any of the measured programs prints. */
const OUTPUT_BYTES_MAX = 64 * 2 ** 20;
const KIBIBYTE = 1024;

export interface Ran {
  readonly output: string;
  readonly seconds: number;
  /** Undefined where GNU time is not installed. */
  readonly peakBytes: number | undefined;
}

/** Output of a program; throws what it wrote when it fails. */
export async function output(
  program: string,
  args: readonly string[],
  folder?: string,
): Promise<string> {
  const options = { cwd: folder, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(new Error(`${program} failed: ${stderr.trim() || stdout.trim() || error.message}`));
    });
  });
}

/** The first line that a program prints, or undefined when it cannot be run. */
export async function firstLine(
  program: string,
  ...args: readonly string[]
): Promise<string | undefined> {
  try {
    return (await output(program, args)).split("\n", 1)[0]?.trim();
  } catch {
    return undefined;
  }
}

let gnuTime: Promise<boolean> | undefined;

/** The program `time` of GNU; a shell has a word of the same name, which knows no memory. */
async function hasGnuTime(): Promise<boolean> {
  gnuTime ??= firstLine("time", "--version").then((line) => line?.includes("GNU") === true);
  return gnuTime;
}

/** Runs a program and measures it from outside. */
export async function measured(
  program: string,
  args: readonly string[],
  folder?: string,
): Promise<Ran> {
  if (!(await hasGnuTime()))
    return { ...(await timed(program, args, folder)), peakBytes: undefined };
  const scratch = mkdtempSync(join(tmpdir(), "rehearsal-time-"));
  try {
    const report = join(scratch, "peak");
    const wrapped = ["-f", "%M", "-o", report, program, ...args];
    const ran = await timed("time", wrapped, folder);
    return { ...ran, peakBytes: Number(readFileSync(report, "utf8")) * KIBIBYTE };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function timed(
  program: string,
  args: readonly string[],
  folder: string | undefined,
): Promise<Omit<Ran, "peakBytes">> {
  const began = performance.now();
  const text = await output(program, args, folder);
  return { output: text, seconds: (performance.now() - began) / 1000 };
}
