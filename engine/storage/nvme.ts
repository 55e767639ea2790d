/**
 * An NVMe controller with one queue pair, and blocks behind a volatile write cache.
 *
 *     submission ring ──doorbell, fetch──► running ──finish──► completion ring ──► interrupt
 *                                             └──► cache ──flush──► medium
 *
 *     cells   enabled │ submission: base, length, head, tail
 *             completion: base, length, head, tail, phase
 *             running: how many, 16 words × places │ cache │ medium │ posted writes
 *
 * A doorbell only says how far the ring is filled; what the slot holds is read later, so a doorbell
 * that overtakes its command gets the slot's old content. Commands finish in any order. A
 * completion is new when its phase bit is not what it was in the last round; the device does not
 * write over completions that the driver has not freed. Data precedes its completion, and the
 * completion its interrupt, since all are posted.
 *
 * A write is visible to later reads when it has finished, and survives a loss of power only after a
 * flush; a reset loses neither. Source: NVM Express base specification, queues. Left out: admin
 * queue (`setQueues` stands for it), several queues, arbitration, lists of pages.
 */
import type { Dma } from "../nic/dma.ts";
import { type Bus, createBus, type PostedShape, postedCells } from "../nic/pcie.ts";
import {
  type Command,
  COMMAND_WORDS,
  commandOfWords,
  COMPLETION_WORDS,
  completionWords,
  FLUSH,
  INVALID_NAMESPACE,
  INVALID_OPCODE,
  NAMESPACE,
  OUT_OF_RANGE,
  READ,
  SUCCESS,
  TRANSFER_ERROR,
  WRITE,
} from "./commands.ts";

export interface NvmeShape {
  readonly blocks: number;
  readonly blockWords: number;
  /** Commands that can run at once. */
  readonly running: number;
  /** Posted writes that can be on their way. */
  readonly posted: number;
}

export interface Queues {
  readonly submission: number;
  readonly submissionLength: number;
  readonly completion: number;
  readonly completionLength: number;
}

export interface Nvme {
  readonly shape: NvmeShape;
  /** The whole state. */
  readonly cells: Int32Array;
  readonly bus: Bus;
  // -------------------------------------------------------------------- registers
  /** Sets the queues up and enables the controller. */
  setQueues(queues: Queues): void;
  /** Doorbells. A value outside the ring is ignored, as is one for a disabled controller. */
  setSubmissionTail(tail: number): void;
  setCompletionHead(head: number): void;
  readonly isEnabled: boolean;
  // -------------------------------------------------------------------- steps of the device
  /** Can it fetch a command? */
  canFetch(): boolean;
  /** Fetches the next command; a RangeError when it cannot. */
  fetch(): void;
  /** Ids of the commands that run, oldest first. */
  readonly running: readonly number[];
  /** Is there room for a completion? */
  canFinish(): boolean;
  /** Performs and completes one of those that run; a RangeError when it cannot. */
  finish(index: number): void;
  // -------------------------------------------------------------------- faults
  /** Disabled, or reset by FLR: queues and running commands are gone; posted writes still land. */
  reset(): void;
  /** A reset in which writes that were not flushed are lost too. */
  losePower(): void;
  // -------------------------------------------------------------------- for observers
  /** Content of a block as a read would give it, and as it survives. */
  block(index: number): readonly number[];
  stableBlock(index: number): readonly number[];
}

const ENABLED = 0;
const SUBMISSION = 1;
const COMPLETION = 5;
const PHASE = 9;
const RUNNING = 10;
const PLACES = 11;
/** Fields of a ring. */
const LENGTH = 1;
const HEAD = 2;
const TAIL = 3;

/** `requester` is the device's number for DMA. */
export function createNvme(
  shape: NvmeShape,
  requester: number,
  dma: Dma,
  interrupt: () => void,
): Nvme {
  const { blockWords } = shape;
  const { cacheAt, mediumAt, postedAt, posted } = layoutOf(shape);
  const cells = new Int32Array(postedAt + postedCells(posted));
  const bus = createBus(posted, requester, dma, interrupt, cells.subarray(postedAt));
  const cell = (index: number): number => cells[index] ?? 0;
  const rings = createQueues(bus, cells);
  const commands = createCommands(cells);
  const blockIn = (at: number, index: number): readonly number[] =>
    wordsOf(cells, at + index * blockWords, blockWords);
  const perform = createPerformer(shape, bus, cells, cacheAt, mediumAt);

  const canFetch = (): boolean =>
    cell(ENABLED) !== 0 &&
    cell(RUNNING) < shape.running &&
    cell(SUBMISSION + HEAD) !== cell(SUBMISSION + TAIL);
  const canFinish = (): boolean => cell(RUNNING) > 0 && rings.hasRoom();
  const reset = (): void => void cells.fill(0, 0, cacheAt);

  return {
    shape,
    cells,
    bus,
    setQueues({ submission, submissionLength, completion, completionLength }) {
      if (submissionLength < 2 || completionLength < 2) {
        throw new RangeError("A queue has two slots at least");
      }
      reset();
      cells.set([1, submission, submissionLength, 0, 0, completion, completionLength, 0, 0, 1]);
    },
    setSubmissionTail: (tail) => rings.setDoorbell(SUBMISSION, TAIL, tail),
    setCompletionHead: (head) => rings.setDoorbell(COMPLETION, HEAD, head),
    get isEnabled() {
      return cell(ENABLED) !== 0;
    },
    canFetch,
    fetch() {
      if (!canFetch()) throw new RangeError("There is no command to fetch");
      const at = cell(SUBMISSION) + COMMAND_WORDS * cell(SUBMISSION + HEAD);
      const words = bus.read(at, COMMAND_WORDS);
      // A controller that cannot read its queue is of no use until it is reset.
      if (words === undefined) return void (cells[ENABLED] = 0);
      commands.add(words);
      rings.advance(SUBMISSION, HEAD);
    },
    get running() {
      return Array.from({ length: cell(RUNNING) }, (_, index) => commands.at(index).id);
    },
    canFinish,
    finish(index) {
      if (!canFinish() || index < 0 || index >= cell(RUNNING)) {
        throw new RangeError("There is no such command, or no room for its completion");
      }
      const command = commands.take(index);
      rings.complete(command.id, perform(command));
    },
    reset,
    losePower() {
      reset();
      cells.copyWithin(cacheAt, mediumAt, postedAt);
    },
    block: (index) => blockIn(cacheAt, index),
    stableBlock: (index) => blockIn(mediumAt, index),
  };
}

function wordsOf(cells: Int32Array, from: number, count: number): readonly number[] {
  return [...cells.subarray(from, from + count)];
}

interface Layout {
  readonly cacheAt: number;
  readonly mediumAt: number;
  readonly postedAt: number;
  readonly posted: PostedShape;
}

function layoutOf({ blocks, blockWords, running, posted }: NvmeShape): Layout {
  const cacheAt = PLACES + running * COMMAND_WORDS;
  const mediumAt = cacheAt + blocks * blockWords;
  const postedAt = mediumAt + blocks * blockWords;
  const words = Math.max(blockWords, COMPLETION_WORDS);
  return { cacheAt, mediumAt, postedAt, posted: { entries: posted, words } };
}

/** The rings of the queue pair, as the device sees them. */
interface QueuePair {
  advance(ring: number, field: number): void;
  setDoorbell(ring: number, field: number, value: number): void;
  /** Is there room for a completion? */
  hasRoom(): boolean;
  complete(id: number, status: number): void;
}

function createQueues(bus: Bus, cells: Int32Array): QueuePair {
  const cell = (index: number): number => cells[index] ?? 0;
  const advance = (ring: number, field: number): void => {
    cells[ring + field] = (cell(ring + field) + 1) % cell(ring + LENGTH);
  };
  return {
    advance,
    setDoorbell(ring, field, value) {
      const isInside = value >= 0 && value < cell(ring + LENGTH);
      if (cell(ENABLED) !== 0 && isInside) cells[ring + field] = value;
    },
    hasRoom() {
      const next = (cell(COMPLETION + TAIL) + 1) % Math.max(1, cell(COMPLETION + LENGTH));
      return next !== cell(COMPLETION + HEAD);
    },
    complete(id, status) {
      const at = cell(COMPLETION) + COMPLETION_WORDS * cell(COMPLETION + TAIL);
      const submissionHead = cell(SUBMISSION + HEAD);
      bus.posted.post(at, completionWords({ id, status, phase: cell(PHASE), submissionHead }));
      advance(COMPLETION, TAIL);
      if (cell(COMPLETION + TAIL) === 0) cells[PHASE] = 1 - cell(PHASE);
      bus.posted.postInterrupt(0);
    },
  };
}

/** Commands that run, oldest first. */
interface Commands {
  at(index: number): Command;
  add(words: readonly number[]): void;
  take(index: number): Command;
}

function createCommands(cells: Int32Array): Commands {
  const place = (index: number): number => PLACES + index * COMMAND_WORDS;
  const count = (): number => cells[RUNNING] ?? 0;
  const at = (index: number): Command =>
    commandOfWords(wordsOf(cells, place(index), COMMAND_WORDS));
  return {
    at,
    add(words) {
      cells.set(words, place(count()));
      cells[RUNNING] = count() + 1;
    },
    take(index) {
      const command = at(index);
      cells.copyWithin(place(index), place(index + 1), place(count()));
      // What is free is 0, so that equal states have equal cells.
      cells.fill(0, place(count() - 1), place(count()));
      cells[RUNNING] = count() - 1;
      return command;
    },
  };
}

/** What a command does to blocks and memory; gives its status. */
function createPerformer(
  { blocks, blockWords }: NvmeShape,
  bus: Bus,
  cells: Int32Array,
  cacheAt: number,
  mediumAt: number,
): (command: Command) => number {
  return ({ opcode, namespace, buffer, block, count }) => {
    if (opcode !== FLUSH && opcode !== READ && opcode !== WRITE) return INVALID_OPCODE;
    if (namespace !== NAMESPACE) return INVALID_NAMESPACE;
    if (opcode === FLUSH) {
      cells.copyWithin(mediumAt, cacheAt, mediumAt);
      return SUCCESS;
    }
    if (block < 0 || block + count > blocks) return OUT_OF_RANGE;
    const from = cacheAt + block * blockWords;
    if (opcode === WRITE) {
      const words = bus.read(buffer, count * blockWords);
      if (words === undefined) return TRANSFER_ERROR;
      cells.set(words, from);
      return SUCCESS;
    }
    for (let done = 0; done < count * blockWords; done += blockWords) {
      bus.posted.post(buffer + done, [...cells.subarray(from + done, from + done + blockWords)]);
    }
    return SUCCESS;
  };
}
