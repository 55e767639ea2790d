/**
 * The loop of a counterexample in words, the same in every reporter.
 *
 *       8   app[Client2].Opened(1)
 *     +-- for ever:
 *     | 9   app[Client2].write
 *     |10   server.Data(Client2)
 *     +-> back to 9
 *
 * A loop without steps says that the run stays where it is. Below the steps stands why the loop is
 * fair: each transition that is declared fair and enabled in the loop, and what it would take to
 * rule the loop out.
 */
import type { Loop, LoopFairness } from "../checker/verdict.ts";
import { counted } from "./numbers.ts";

/** Where lines of a loop stand among the lines of steps. */
export interface LoopMarks {
  /** Before the first step of the loop. */
  readonly begin: string;
  /** In the first column of each step. */
  readonly side: string;
  /** After the last step. */
  readonly end: string;
}

export function loopMarks({ start, stutters }: Loop): LoopMarks {
  return stutters
    ? { begin: "", side: " ", end: "+-> stays like this for ever" }
    : { begin: "+-- for ever:", side: "|", end: `+-> back to ${start + 1}` };
}

/** Is this step repeated for ever? */
export function isInLoop(loop: Loop | undefined, step: number): boolean {
  return loop !== undefined && step > loop.start;
}

export interface LoopTable {
  /** `fairness in this loop (5 states)` */
  readonly title: string;
  /** Transition, kind, enabled, taken, verdict. */
  readonly rows: readonly (readonly string[])[];
  /** Fair transitions that are not listed; empty when there are none. */
  readonly rest: string;
  readonly hint: string | undefined;
}

export function loopTable(loop: Loop): LoopTable {
  const listed = loop.fairness.filter(({ enabled, taken }) => taken || enabled > 0);
  const others = loop.fairness.length - listed.length;
  return {
    title: `fairness in this loop (${counted(loop.states, "state")})`,
    rows: listed.map((row) => rowOf(row, loop.states)),
    rest: others === 0 ? "" : `${counted(others, "other fair transition")} never enabled`,
    hint: loop.hint,
  };
}

function rowOf(row: LoopFairness, states: number): readonly string[] {
  const enabled = `enabled in ${row.enabled} of ${states}`;
  return [row.transition, row.kind, enabled, row.taken ? "taken" : "NEVER taken", row.verdict];
}

/** The table as plain lines, columns aligned. */
export function tableLines({ rows }: LoopTable): readonly string[] {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .filter((cell, column) => column !== 4 || cell !== "taken")
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd(),
  );
}
