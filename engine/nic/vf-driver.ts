/**
 * The driver of a virtual function: its reset, its messages to the PF, its watchdog.
 *
 *     reset      stop, mask ──VFCTRL.RST──► wait for RSTI, RSTD to go ──► message RESET, 10 ms, answer
 *     send       lock ─► flush status ─► words ─► REQ ─► poll PFACK ─► poll PFSTS ─► lock ─► words ─► ACK
 *     check      RSTD? ─► link up? ─► lock ─► one word ─► ACK
 *
 *     cells   phase, command, polls left, polls allowed, shadow, words to send, words to read,
 *             next word, result, is the link unknown? │ 16 words, of the message and then the answer
 *
 * Every step is one access to a register, so that the PF may do something in between. A read of
 * VFMAILBOX clears status bits, whatever it was meant for; the shadow keeps those that were not
 * asked for. A poll that times out sets the polls allowed to 0: from then on every message fails,
 * until a reset.
 *
 * Source: Linux drivers/net/ethernet/intel/ixgbevf/mbx.c, vf.c, in the version in which a message
 * that cannot be waited for is not written either.
 */
import {
  ACK,
  CTS,
  FAILURE,
  MAILBOX_WORDS,
  PFACK,
  PFSTS,
  READ_TO_CLEAR,
  REQ,
  RESET,
  RSTD,
  RSTI,
  SUCCESS,
  VFU,
} from "./mailbox.ts";
import {
  ALL_CAUSES,
  CTRL_RST,
  LINKS_UP,
  type Registers,
  VFCTRL,
  VFLINKS,
  VFMAILBOX,
  VFMBMEM,
  VFRXDCTL,
  VFSTATUS,
  VFTXDCTL,
  VTEICR,
  VTEIMC,
} from "./registers.ts";

/** What commands result in, with the numbers of ixgbevf/defines.h. */
export const DONE = 0;
/** The PF has forgotten this function, or it talks again after a timeout: reset is needed. */
export const MUST_RESET: number = -1;
export const RESET_FAILED: number = -2;
export const MAILBOX_FAILED: number = -100;
/** The reset's answer is none of the two that there are. */
export const INVALID_ANSWER: number = -1;

/** Times in nanoseconds. */
export const MAILBOX_POLL = 500_000;
export const MAILBOX_POLLS = 2000;
export const RESET_POLL = 5000;
export const RESET_POLLS = 200;
export const RESET_SLEEP = 10_000_000;
const RESET_ANSWER_WORDS = 4;

export interface VfDriver {
  /** The whole state. */
  readonly cells: Int32Array;
  // -------------------------------------------------------------------- commands
  /** A RangeError, as for the others, while a command is running. */
  reset(): void;
  /** Sends a message and reads an answer of so many words. */
  send(message: readonly number[], answerWords: number): void;
  /** The watchdog's look at the link. */
  check(): void;
  // -------------------------------------------------------------------- progress
  readonly isBusy: boolean;
  /** One access; how long the driver waits after it. A RangeError when no command is running. */
  step(): number;
  /** Of the last command. */
  readonly result: number;
  /** The first words of the buffer: the answer, if `result` is `DONE`. */
  answer(words: number): readonly number[];
  // -------------------------------------------------------------------- for observers
  /** Polls allowed; 0 when messages fail. */
  readonly timeout: number;
  readonly shadow: number;
  readonly isLinkKnown: boolean;
}

const PHASE = 0;
const COMMAND = 1;
const LEFT = 2;
const ALLOWED = 3;
const SHADOW = 4;
const OUT = 5;
const IN = 6;
const NEXT = 7;
const RESULT = 8;
const LINK_UNKNOWN = 9;
const BUFFER = 10;
export const VF_DRIVER_CELLS: number = BUFFER + MAILBOX_WORDS;

const COMMAND_RESET = 1;
const COMMAND_SEND = 2;
const COMMAND_CHECK = 3;

/** Phases. The numbers are positions in the table of steps. */
const IDLE = 0;
const MASK = 1;
const LOCK = 8;
const POLL_ANSWER = 15;
const READ_LOCK = 16;
const LOOK = 20;

export function createVfDriver(
  registers: Registers,
  cells: Int32Array = new Int32Array(VF_DRIVER_CELLS),
): VfDriver {
  const cell = (index: number): number => cells[index] ?? 0;
  const steps = stepsOf(registers, cells);
  const start = (command: number, phase: number): void => {
    if (cell(PHASE) !== IDLE) throw new RangeError("The driver is busy");
    cells[COMMAND] = command;
    cells[PHASE] = phase;
    cells[RESULT] = DONE;
  };
  cells[LINK_UNKNOWN] = 1;
  return {
    cells,
    reset() {
      start(COMMAND_RESET, MASK);
      cells[LEFT] = RESET_POLLS;
      cells.fill(0, BUFFER);
      cells[BUFFER] = RESET;
      cells[OUT] = 1;
      cells[IN] = RESET_ANSWER_WORDS;
    },
    send(message, answerWords) {
      if (message.length > MAILBOX_WORDS || answerWords > MAILBOX_WORDS) {
        throw new RangeError(`A message has at most ${MAILBOX_WORDS} words`);
      }
      start(COMMAND_SEND, LOCK);
      cells.fill(0, BUFFER);
      cells.set(message, BUFFER);
      cells[OUT] = message.length;
      cells[IN] = answerWords;
      if (cell(ALLOWED) > 0) return;
      cells[RESULT] = MAILBOX_FAILED;
      cells[PHASE] = IDLE;
    },
    check() {
      start(COMMAND_CHECK, LOOK);
      cells[IN] = 1;
    },
    get isBusy() {
      return cell(PHASE) !== IDLE;
    },
    step() {
      const step = steps[cell(PHASE)];
      if (step === undefined) throw new RangeError("No command is running");
      return step();
    },
    get result() {
      return cell(RESULT);
    },
    answer: (words) => [...cells.subarray(BUFFER, BUFFER + words)],
    get timeout() {
      return cell(ALLOWED);
    },
    get shadow() {
      return cell(SHADOW);
    },
    get isLinkKnown() {
      return cell(LINK_UNKNOWN) === 0;
    },
  };
}

/** The steps of each phase; each performs one access and says how long to wait. */
function stepsOf(registers: Registers, cells: Int32Array): readonly ((() => number) | undefined)[] {
  const cell = (index: number): number => cells[index] ?? 0;
  const next = (wait = 0): number => {
    cells[PHASE] = cell(PHASE) + 1;
    cells[NEXT] = 0;
    return wait;
  };
  const go = (phase: number, wait = 0): number => {
    cells[PHASE] = phase;
    cells[NEXT] = 0;
    return wait;
  };
  const end = (result: number, wait = 0): number => {
    cells[RESULT] = result;
    cells[LEFT] = 0;
    return go(IDLE, wait);
  };
  const write = (offset: number, value: number) => (): number => {
    registers.write(offset, value);
    return next();
  };
  const read = (offset: number) => (): number => {
    registers.read(offset);
    return next();
  };
  /** VFMAILBOX with what earlier reads cleared. */
  const status = (): number => {
    const value = registers.read(VFMAILBOX) | cell(SHADOW);
    cells[SHADOW] = cell(SHADOW) | (value & READ_TO_CLEAR);
    return value;
  };
  /** Was one of the bits set? From now on it was not. */
  const take = (bits: number): boolean => {
    const isSet = (status() & bits) !== 0;
    cells[SHADOW] = cell(SHADOW) & ~bits;
    return isSet;
  };
  const flush = (bit: number) => (): number => {
    take(bit);
    return next();
  };
  const poll = (bit: number) => (): number => {
    if (take(bit)) {
      cells[LEFT] = cell(ALLOWED);
      return next();
    }
    cells[LEFT] = cell(LEFT) - 1;
    if (cell(LEFT) > 0) return MAILBOX_POLL;
    cells[ALLOWED] = 0;
    return end(MAILBOX_FAILED, MAILBOX_POLL);
  };
  const isLocked = (): number => {
    if ((status() & VFU) !== 0) return next();
    // For the watchdog it is a collision, and no error.
    return end(cell(COMMAND) === COMMAND_CHECK ? DONE : MAILBOX_FAILED);
  };
  /** Transfers one word; the phase ends after the last. */
  const words = (count: number, transfer: (index: number) => void) => (): number => {
    const index = cell(NEXT);
    transfer(index);
    if (index + 1 >= cell(count)) return next();
    cells[NEXT] = index + 1;
    return 0;
  };
  const awaitReset = (): number => {
    if (take(RSTD | RSTI)) {
      cells[LEFT] = cell(LEFT) - 1;
      return cell(LEFT) > 0 ? RESET_POLL : end(RESET_FAILED, RESET_POLL);
    }
    // Only now may messages be sent again.
    cells[ALLOWED] = MAILBOX_POLLS;
    return next();
  };
  const request = (): number => {
    registers.write(VFMAILBOX, REQ);
    cells[LEFT] = cell(ALLOWED);
    return next();
  };
  const acknowledged = (): number => {
    const wait = poll(PFACK)();
    const isAnswerNext = cell(PHASE) === POLL_ANSWER;
    return cell(COMMAND) === COMMAND_RESET && isAnswerNext ? RESET_SLEEP : wait;
  };
  const acknowledge = (): number => {
    registers.write(VFMAILBOX, ACK);
    return end(judge(cells));
  };
  const look = (): number => {
    if (take(RSTD | RSTI) || cell(ALLOWED) === 0) cells[LINK_UNKNOWN] = 1;
    return cell(LINK_UNKNOWN) === 0 ? end(DONE) : next();
  };
  const link = (): number =>
    (registers.read(VFLINKS) & LINKS_UP) === 0 ? end(DONE) : go(READ_LOCK);
  return [
    undefined,
    write(VTEIMC, ALL_CAUSES),
    read(VTEICR),
    write(VFTXDCTL, 0),
    write(VFRXDCTL, 0),
    write(VFCTRL, CTRL_RST),
    read(VFSTATUS),
    awaitReset,
    write(VFMAILBOX, VFU),
    isLocked,
    flush(PFSTS),
    flush(PFACK),
    words(OUT, (index) => registers.write(VFMBMEM + 4 * index, cell(BUFFER + index))),
    request,
    acknowledged,
    poll(PFSTS),
    write(VFMAILBOX, VFU),
    isLocked,
    words(IN, (index) => {
      cells[BUFFER + index] = registers.read(VFMBMEM + 4 * index);
    }),
    acknowledge,
    look,
    link,
  ];
}

/** What a message that was read means for the command. */
function judge(cells: Int32Array): number {
  const first = cells[BUFFER] ?? 0;
  switch (cells[COMMAND]) {
    case COMMAND_RESET:
      return first === (RESET | SUCCESS) || first === (RESET | FAILURE) ? DONE : INVALID_ANSWER;
    case COMMAND_CHECK:
      if ((first & CTS) === 0) return (first & FAILURE) === 0 ? DONE : MUST_RESET;
      if (cells[ALLOWED] === 0) return MUST_RESET;
      cells[LINK_UNKNOWN] = 0;
      return DONE;
    default:
      return DONE;
  }
}
