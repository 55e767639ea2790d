/**
 * `Host`: everything that the command touches outside of itself.
 *
 * Commands get a Host and never reach for `process`, so a test can run the whole command in memory,
 * with a terminal of any width, and read what it printed. `main.ts` makes the only real one.
 *
 * The rejected alternative, spying on `process.stdout`, would make tests depend on each other.
 */

/** An output stream as the command sees it. */
export interface Terminal {
  /** True when a person probably looks at it. */
  readonly interactive: boolean;
  /** Width in columns; undefined when it is not known. */
  readonly columns: number | undefined;
  write(text: string): void;
}

export interface Host {
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Terminal;
  readonly errors: Terminal;
  /** Aborted by the first SIGINT or SIGTERM, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Reads standard input to its end. */
  readonly input: () => Promise<Uint8Array>;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

/** Why the command was asked to stop: the reason of `Host.signal`. */
export type Interruption = "SIGINT" | "SIGTERM" | "SIGPIPE";

const INTERRUPTIONS: readonly string[] = ["SIGINT", "SIGTERM", "SIGPIPE"];

/** The interruption that aborted `signal`, or undefined while it is not aborted. */
export function interruptionOf(signal: AbortSignal): Interruption | undefined {
  if (!signal.aborted) return undefined;
  const reason: unknown = signal.reason;
  return isInterruption(reason) ? reason : "SIGTERM";
}

function isInterruption(reason: unknown): reason is Interruption {
  return typeof reason === "string" && INTERRUPTIONS.includes(reason);
}
