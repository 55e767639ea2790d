/**
 * Commands and completions of NVMe as words, where the specification has them.
 *
 *     submission, 16 words   opcode, id << 16 │ namespace │ … buffer │ … block │ 0 │ count - 1
 *     completion, 4 words    result │ 0 │ submission head │ id, phase << 16, status << 17
 *
 * Source: NVM Express base specification, submission and completion queue entries. The buffer is
 * one piece (PRP 1); lists of pages are left out.
 */
export const COMMAND_WORDS = 16;
export const COMPLETION_WORDS = 4;

/** Opcodes. */
export const FLUSH = 0;
export const WRITE = 1;
export const READ = 2;

/** Statuses. */
export const SUCCESS = 0;
export const INVALID_OPCODE = 0x01;
export const TRANSFER_ERROR = 0x04;
export const INVALID_NAMESPACE = 0x0b;
export const OUT_OF_RANGE = 0x80;

/** The one namespace that there is. */
export const NAMESPACE = 1;

export interface Command {
  readonly opcode: number;
  /** Identifies the command in its completion; from 0 to 65535. */
  readonly id: number;
  readonly namespace: number;
  /** Address of the data. */
  readonly buffer: number;
  /** First block, and how many. */
  readonly block: number;
  readonly count: number;
}

export interface Completion {
  readonly id: number;
  readonly status: number;
  readonly phase: number;
  /** How far the device has fetched: slots before it can be filled again. */
  readonly submissionHead: number;
}

export function commandWords(command: Command): readonly number[] {
  const words = Array.from({ length: COMMAND_WORDS }, () => 0);
  words[0] = command.opcode | (command.id << 16);
  words[1] = command.namespace;
  words[6] = command.buffer;
  words[10] = command.block;
  words[12] = command.count - 1;
  return words;
}

export function commandOfWords(words: readonly number[]): Command {
  const word = (index: number): number => words[index] ?? 0;
  return {
    opcode: word(0) & 0xff,
    id: word(0) >>> 16,
    namespace: word(1),
    buffer: word(6),
    block: word(10),
    count: (word(12) & 0xffff) + 1,
  };
}

export function completionWords(completion: Completion): readonly number[] {
  const { id, phase, status, submissionHead } = completion;
  return [0, 0, submissionHead, id | (phase << 16) | (status << 17)];
}

export function completionOfWords(words: readonly number[]): Completion {
  const last = words[3] ?? 0;
  return {
    id: last & 0xffff,
    phase: (last >>> 16) & 1,
    status: last >>> 17,
    submissionHead: (words[2] ?? 0) & 0xffff,
  };
}
