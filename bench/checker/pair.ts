/**
 * What two searches at once reach that share nothing: the bound of what two workers can.
 *
 *     alone      ████████            one process
 *     together   ██████████          two of them, started at the same moment
 *                ██████████          throughput: 2 × alone / together
 *
 * Two cores share caches and the way to memory, and a machine may lend less than two whole ones.
 */
import type { EngineName } from "./engines.ts";
import { runOnce } from "./rows.ts";
import { median } from "./statistics.ts";
import { type Case, nameOf } from "./suite.ts";

export interface Pair {
  readonly name: string;
  /** Seconds of one process by itself, and of each of two at once. */
  readonly alone: number;
  readonly together: number;
}

export async function measurePair(each: Case, engine: EngineName, runs: number): Promise<Pair> {
  const once = async (): Promise<number> =>
    (await runOnce("explore", engine, each.file, each.check)).seconds;
  const alone: number[] = [];
  const together: number[] = [];
  for (let run = 0; run < runs; run++) {
    alone.push(await once());
    together.push(...(await Promise.all([once(), once()])));
  }
  return { name: nameOf(each), alone: median(alone), together: median(together) };
}

export function pairLine({ name, alone, together }: Pair): string {
  const times = ((2 * alone) / together).toFixed(2);
  const [one, each] = [alone.toPrecision(3), together.toPrecision(3)];
  return `${name}: ${one} s alone, ${each} s each of two at once, ${times} times the throughput`;
}
