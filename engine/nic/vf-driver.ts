/**
 * The driver of a virtual function: its reset, its messages to the PF, its watchdog.
 *
 *     reset      stop, mask ─► VFCTRL.RST ─► wait for RSTI, RSTD to go ─► send RESET, with 10 ms
 *     send       lock ─► flush status ─► words ─► REQ ─► poll PFACK ─► poll PFSTS ─► read
 *     check      RSTD? ─► link up? ─► read
 *     read       lock ─► words ─► ACK
 *
 *     cells      phase, command, polls left, polls allowed, shadow, words to send, words to read,
 *                next word, result, is the link unknown? │ 16 words: message, then answer
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

/** What a step is made of. */
interface Kit {
  readonly registers: Registers;
  get(index: number): number;
  set(index: number, value: number): void;
  /** On to the next phase, to another one, to the end of the command; gives the time to wait. */
  next(wait?: number): number;
  go(phase: number, wait?: number): number;
  end(result: number, wait?: number): number;
  /** VFMAILBOX with what earlier reads cleared. */
  status(): number;
  /** Was one of the bits set? From now on it was not. */
  take(bits: number): boolean;
}

type Step = () => number;

function createKit(registers: Registers, cells: Int32Array): Kit {
  const get = (index: number): number => cells[index] ?? 0;
  const go = (phase: number, wait = 0): number => {
    cells[PHASE] = phase;
    cells[NEXT] = 0;
    return wait;
  };
  const status = (): number => {
    const value = registers.read(VFMAILBOX) | get(SHADOW);
    cells[SHADOW] = get(SHADOW) | (value & READ_TO_CLEAR);
    return value;
  };
  return {
    registers,
    get,
    set(index, value) {
      cells[index] = value;
    },
    next: (wait) => go(get(PHASE) + 1, wait),
    go,
    end(result, wait) {
      cells[RESULT] = result;
      cells[LEFT] = 0;
      return go(IDLE, wait);
    },
    status,
    take(bits) {
      const isSet = (status() & bits) !== 0;
      cells[SHADOW] = get(SHADOW) & ~bits;
      return isSet;
    },
  };
}

/** The steps of each phase; each performs one access and says how long to wait. */
function stepsOf(registers: Registers, cells: Int32Array): readonly (Step | undefined)[] {
  const kit = createKit(registers, cells);
  const write = (offset: number, value: number) => (): number => {
    registers.write(offset, value);
    return kit.next();
  };
  const read = (offset: number) => (): number => {
    registers.read(offset);
    return kit.next();
  };
  const flush = (bit: number) => (): number => {
    kit.take(bit);
    return kit.next();
  };
  /** Transfers one word; the phase ends after the last. */
  const words = (count: number, transfer: (index: number) => void) => (): number => {
    const index = kit.get(NEXT);
    transfer(index);
    if (index + 1 >= kit.get(count)) return kit.next();
    kit.set(NEXT, index + 1);
    return 0;
  };
  const lock = [write(VFMAILBOX, VFU), (): number => checkLock(kit)];
  return [
    undefined,
    write(VTEIMC, ALL_CAUSES),
    read(VTEICR),
    write(VFTXDCTL, 0),
    write(VFRXDCTL, 0),
    write(VFCTRL, CTRL_RST),
    read(VFSTATUS),
    () => awaitReset(kit),
    ...lock,
    flush(PFSTS),
    flush(PFACK),
    words(OUT, (index) => registers.write(VFMBMEM + 4 * index, kit.get(BUFFER + index))),
    () => {
      registers.write(VFMAILBOX, REQ);
      kit.set(LEFT, kit.get(ALLOWED));
      return kit.next();
    },
    () => awaitAcknowledgement(kit),
    () => poll(kit, PFSTS),
    ...lock,
    words(IN, (index) => kit.set(BUFFER + index, registers.read(VFMBMEM + 4 * index))),
    () => {
      registers.write(VFMAILBOX, ACK);
      return kit.end(judge(cells));
    },
    () => look(kit),
    () => ((registers.read(VFLINKS) & LINKS_UP) === 0 ? kit.end(DONE) : kit.go(READ_LOCK)),
  ];
}

function checkLock(kit: Kit): number {
  if ((kit.status() & VFU) !== 0) return kit.next();
  // For the watchdog it is a collision, and no error.
  return kit.end(kit.get(COMMAND) === COMMAND_CHECK ? DONE : MAILBOX_FAILED);
}

function awaitReset(kit: Kit): number {
  if (kit.take(RSTD | RSTI)) {
    kit.set(LEFT, kit.get(LEFT) - 1);
    return kit.get(LEFT) > 0 ? RESET_POLL : kit.end(RESET_FAILED, RESET_POLL);
  }
  // Only now may messages be sent again.
  kit.set(ALLOWED, MAILBOX_POLLS);
  return kit.next();
}

function poll(kit: Kit, bit: number): number {
  if (kit.take(bit)) {
    kit.set(LEFT, kit.get(ALLOWED));
    return kit.next();
  }
  kit.set(LEFT, kit.get(LEFT) - 1);
  if (kit.get(LEFT) > 0) return MAILBOX_POLL;
  kit.set(ALLOWED, 0);
  return kit.end(MAILBOX_FAILED, MAILBOX_POLL);
}

function awaitAcknowledgement(kit: Kit): number {
  const wait = poll(kit, PFACK);
  const isAnswerNext = kit.get(PHASE) === POLL_ANSWER;
  return kit.get(COMMAND) === COMMAND_RESET && isAnswerNext ? RESET_SLEEP : wait;
}

/** The watchdog drops the link when a reset has hit, or when messages fail. */
function look(kit: Kit): number {
  if (kit.take(RSTD | RSTI) || kit.get(ALLOWED) === 0) kit.set(LINK_UNKNOWN, 1);
  return kit.get(LINK_UNKNOWN) === 0 ? kit.end(DONE) : kit.next();
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
