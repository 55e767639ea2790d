/**
 * Spin's compiled verifier as a contender.
 *
 *     FILE.pml ──spin -a──► pan.c ──gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR [-DBFS]──► pan
 *
 * The twins are translated as their table of counts was made, with Spin's defaults. Exported texts
 * need `-o2`: by default Spin takes variables that are only written out of the state, which makes
 * states of the model equal that are not.
 *
 * Its table has as many slots as the model has states, up to the next power of two: with fewer it
 * would walk chains, with many more it would clear memory that it never uses. Its depth bound is
 * above any depth that it could meet, and meeting it all the same is an error, since pan would
 * truncate the search. Translation and compilation are not timed.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PromelaExport } from "../../checker/export/promela.ts";
import { measured, output } from "./child.ts";
import type { Contender, Sample } from "./sample.ts";
import type { Twin } from "./suite.ts";

const PEERS = join(import.meta.dirname, "..", "peers");
const FLAGS = ["-O2", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR"];
const MEMORY_MIB_MAX = 16_000;
const TABLE_BITS_MIN = 18;
const TABLE_BITS_MAX = 28;
const DEPTH_MAX = 20_000_000;
/** pan prints counts with `%9.8g`. */
const DIGITS = 8;

export type Order = "dfs" | "bfs";

/** Where the Promela text is: a file of `bench/peers/`, or a text that was exported. */
export type PromelaSource = Twin | PromelaExport;

/** Builds pan in a folder of its own below `scratch`; `states` sizes its table. */
export async function panContender(
  source: PromelaSource,
  order: Order,
  states: number,
  scratch: string,
): Promise<Contender> {
  const folder = join(scratch, `pan-${order}`);
  mkdirSync(folder, { recursive: true });
  const macros = "text" in source ? {} : source.macros;
  if ("text" in source) writeFileSync(join(folder, "model.pml"), source.text);
  else copyFileSync(join(PEERS, `${source.file}.pml`), join(folder, "model.pml"));
  const defines = Object.entries(macros).map(([name, value]) => `-D${name}=${value}`);
  const whole = "text" in source ? ["-o2"] : [];
  await output("spin", [...defines, ...whole, "-a", "model.pml"], folder);
  const search = order === "bfs" ? ["-DBFS"] : [];
  const limits = [`-DMEMLIM=${MEMORY_MIB_MAX}`];
  if ("text" in source) limits.push(`-DVECTORSZ=${source.vector}`);
  await output("gcc", [...FLAGS, ...search, ...limits, "-w", "-o", "pan", "pan.c"], folder);

  const bits = Math.ceil(Math.log2(Math.max(states, 1)));
  const table = Math.min(Math.max(bits, TABLE_BITS_MIN), TABLE_BITS_MAX);
  const depth = Math.min(states * 2 + 1000, DEPTH_MAX);
  const args = ["-E", "-n", `-m${depth}`, `-w${table}`];
  return {
    name: `pan-${order}`,
    digits: DIGITS,
    run: async () => {
      const ran = await measured("./pan", args, folder);
      const report = withoutExtra(readReport(ran.output), source);
      return { ...report, seconds: ran.seconds, peakBytes: ran.peakBytes };
    },
  };
}

type Counts = Pick<Sample, "states" | "transitions" | "accountedBytes">;

/** Without the state that an export adds when a run can begin in several ways. */
function withoutExtra(counts: Counts, source: PromelaSource): Counts {
  if (!("text" in source)) return counts;
  const states = counts.states - source.extraStates;
  return { ...counts, states, transitions: counts.transitions - source.extraSteps };
}

/**
 * The counts of a report. pan counts the start of the run as a transition, which no step of the
 * model is. Throws when the search was not complete, or found an error.
 */
export function readReport(report: string): Counts {
  const number = (pattern: RegExp): number => Number(pattern.exec(report)?.[1] ?? Number.NaN);
  const states = number(/([\d.e+]+) states, stored/);
  const transitions = number(/([\d.e+]+) transitions/) - 1;
  const errors = number(/errors: (\d+)/);
  const cut = /max search depth too small|out of memory|Search not completed/.exec(report)?.[0];
  if (errors !== 0 || cut !== undefined || Number.isNaN(states + transitions)) {
    throw new Error(`pan did not complete its search${cut === undefined ? "" : `: ${cut}`}`);
  }
  const mebibytes = number(/([\d.]+)\s+total actual memory usage/);
  const accountedBytes = Number.isNaN(mebibytes) ? undefined : mebibytes * 2 ** 20;
  return { states, transitions, accountedBytes };
}
