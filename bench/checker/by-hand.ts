/** The search written by hand in C as a contender: what a generator of C could hope for. */
import { join } from "node:path";
import { measured, output } from "./child.ts";
import type { Contender } from "./sample.ts";
import type { Twin } from "./suite.ts";

const SOURCES = join(import.meta.dirname, "..", "c");

/** Compiles `bench/c/<file>.c`, which prints states, transitions and seconds. */
export async function byHandContender(twin: Twin, scratch: string): Promise<Contender> {
  const program = join(scratch, "by-hand");
  const defines = Object.entries(twin.macros).map(([name, value]) => `-D${name}=${value}`);
  await output("gcc", ["-O2", ...defines, "-o", program, join(SOURCES, `${twin.file}.c`)]);
  return {
    name: "c",
    digits: 15,
    run: async () => {
      const ran = await measured(program, []);
      const [states = 0, transitions = 0, seconds = 0] = ran.output.split(" ").map(Number);
      const { peakBytes } = ran;
      return { states, transitions, seconds, peakBytes, accountedBytes: undefined };
    },
  };
}
