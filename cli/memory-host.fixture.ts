/**
 * A Host in memory, for tests that run the whole command without a process.
 */
import type { Host, Terminal } from "./host.ts";
import { runRehearsal } from "./rehearsal.ts";

/** What a run printed, and its exit code. */
export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export interface MemoryOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly interactive?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs the command with these words. */
export async function run(words: readonly string[], options: MemoryOptions = {}): Promise<Run> {
  const output = memoryTerminal(options.interactive ?? false);
  const errors = memoryTerminal(options.interactive ?? false);
  const host: Host = {
    folder: options.folder ?? process.cwd(),
    environment: options.environment ?? {},
    output,
    errors,
    signal: options.signal ?? new AbortController().signal,
    input: async () => new TextEncoder().encode(options.input ?? ""),
    clock: () => 0,
  };
  const code = await runRehearsal(words, host);
  return { code, output: output.written(), errors: errors.written() };
}

function memoryTerminal(interactive: boolean): Terminal & { readonly written: () => string } {
  const texts: string[] = [];
  return {
    interactive,
    columns: interactive ? 80 : undefined,
    write: (text) => void texts.push(text),
    written: () => texts.join(""),
  };
}
