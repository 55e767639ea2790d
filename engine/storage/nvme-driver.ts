/**
 * The driver's side of an NVMe queue pair: filling slots, and telling new completions from old.
 *
 *     cells   tail, submission head as last told, completion head, phase that is new
 *
 * Doorbells are the caller's to write, after the words that they announce. One slot of the
 * submission queue stays free.
 */
import type { Words } from "../nic/ring-driver.ts";
import {
  type Command,
  COMMAND_WORDS,
  commandWords,
  type Completion,
  COMPLETION_WORDS,
  completionOfWords,
} from "./commands.ts";
import type { Queues } from "./nvme.ts";

export interface NvmeDriver {
  /** The whole state. */
  readonly cells: Int32Array;
  /** Puts a command in the next slot and gives the new tail; undefined when none is free. */
  submit(command: Command): number | undefined;
  /** Takes the next completion, if it is new. */
  take(): Completion | undefined;
  /** What to write to the completion doorbell. */
  readonly completionHead: number;
}

/** The completion queue must be zero in memory: round one has phase 1. */
export function createNvmeDriver(
  queues: Queues,
  words: Words,
  cells: Int32Array = Int32Array.of(0, 0, 0, 1),
): NvmeDriver {
  const cell = (index: number): number => cells[index] ?? 0;
  return {
    cells,
    submit(command) {
      const tail = cell(0);
      const next = (tail + 1) % queues.submissionLength;
      if (next === cell(1)) return undefined;
      const at = queues.submission + COMMAND_WORDS * tail;
      commandWords(command).forEach((word, index) => words.store(at + index, word));
      cells[0] = next;
      return next;
    },
    take() {
      const at = queues.completion + COMPLETION_WORDS * cell(2);
      const completion = completionOfWords([0, 1, 2, 3].map((index) => words.load(at + index)));
      if (completion.phase !== cell(3)) return undefined;
      cells[1] = completion.submissionHead;
      cells[2] = (cell(2) + 1) % queues.completionLength;
      if (cell(2) === 0) cells[3] = 1 - cell(3);
      return completion;
    },
    get completionHead() {
      return cell(2);
    },
  };
}
