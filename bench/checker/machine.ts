/** What a figure was measured with: a ratio means something only beside the names of its parts. */
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { firstLine } from "./child.ts";

const GIBIBYTE = 2 ** 30;

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** Undefined where it is not installed. */
  readonly spin: string | undefined;
  readonly gcc: string | undefined;
}

export async function describeMachine(): Promise<Machine> {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / GIBIBYTE),
    node: process.version,
    spin: await firstLine("spin", "-V"),
    gcc: await firstLine("gcc", "--version"),
  };
}

/** One line; with the load, because other work on the machine bends every figure. */
export function machineLine({ processor, cores, memoryGiB, ...tools }: Machine): string {
  const { node, spin, gcc } = tools;
  const load = loadavg()[0]?.toFixed(1) ?? "unknown";
  const peers = `${spin ?? "no Spin"}, ${gcc ?? "no gcc"}`;
  return `${processor}, ${cores} cores, ${memoryGiB} GiB; Node ${node}, ${peers}; load ${load}`;
}
