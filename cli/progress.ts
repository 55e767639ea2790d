/**
 * Progress of a task on the error stream: one line that rewrites itself, or one each ten seconds.
 *
 *     netserver.libretto crashOnce   1.10 M states   410 k/s   queue 9 k   depth 31   388 MB   12 s
 *
 * No estimate is shown: the size of a state space is not known before it is explored. A stall is
 * said. When the output is no terminal, a line each `PLAIN_INTERVAL_MS` tells the reader of a CI
 * log that the job is alive, and nothing is printed for checks that end sooner.
 */
import { formatRough } from "./numbers.ts";
import { printable } from "../spec/printable.ts";
import { cutMiddle } from "./style.ts";
import type { Terminal } from "./host.ts";

/** A rewriting line is renewed at most this often. */
const LIVE_INTERVAL_MS = 100;
/** Lines in a log are this far apart. */
const PLAIN_INTERVAL_MS = 10_000;
/** Without anything new for this long, the task is said to stall. */
const STALL_MS = 10_000;
const ERASE_LINE = "\r\u001B[K";
const COLUMNS_DEFAULT = 80;

/** How far a task is. */
export interface Progress {
  /** What was done so far, in `noun`. */
  readonly count: number;
  /** `states`, `events`. */
  readonly noun: string;
  /** More numbers, in words. */
  readonly facts: readonly string[];
}

/** Shows the progress of one task after the other. */
export interface ProgressLine {
  readonly begin: (task: string) => void;
  readonly update: (progress: Progress) => void;
  /** Removes what is shown, so that something else can be printed. */
  readonly clear: () => void;
}

/** A line that shows nothing. */
export const NO_PROGRESS: ProgressLine = {
  begin: () => undefined,
  update: () => undefined,
  clear: () => undefined,
};

/** A progress line on `terminal`, timed by `clock` in milliseconds. */
export function progressLine(terminal: Terminal, clock: () => number): ProgressLine {
  const live = terminal.interactive;
  let task = "";
  let begun = 0;
  let shown = 0;
  let drawn = false;
  let count = 0;
  let grown = 0;
  const clear = (): void => {
    if (drawn) terminal.write(ERASE_LINE);
    drawn = false;
  };
  return {
    begin: (next) => {
      task = next;
      begun = clock();
      shown = live ? begun - LIVE_INTERVAL_MS : begun;
      count = 0;
      grown = begun;
    },
    update: (progress) => {
      const now = clock();
      if (progress.count > count) {
        count = progress.count;
        grown = now;
      }
      if (now - shown < (live ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
      shown = now;
      const line = progressText(task, progress, now - begun, now - grown);
      const columns = (terminal.columns ?? COLUMNS_DEFAULT) - 1;
      terminal.write(live ? `${ERASE_LINE}${cutMiddle(line, columns)}` : `${line}\n`);
      drawn = live;
    },
    clear,
  };
}

/** The words of a progress line. */
export function progressText(
  task: string,
  { count, noun, facts }: Progress,
  elapsed: number,
  stalled: number,
): string {
  const seconds = Math.floor(elapsed / 1000);
  const rate = elapsed >= 1000 ? [`${formatRough((count * 1000) / elapsed)}/s`] : [];
  const parts = [
    printable(task),
    `${formatRough(count)} ${noun}`,
    ...rate,
    ...facts,
    `${seconds} s`,
  ];
  if (stalled >= STALL_MS) parts.push(`no new ${noun} for ${Math.floor(stalled / 1000)} s`);
  return parts.join("   ");
}
