/**
 * Interrupts of each core: the part of an x2APIC that guests and Xen use.
 *
 *     MSI, IPI, timer ──► IRR ──IF set, class above PPR──► ISR ──EOI──►
 *
 *     cells of each core   IF │ halted │ waits for SIPI │ start vector │ NMI │ TPR │ LVT timer
 *                          deadline, low and high │ IRR × 8 │ ISR × 8
 *
 * A second arrival of a vector whose IRR bit is set is the same interrupt: edges are lost by
 * design, and software must look at the state of its devices again. The upcall of an HVM guest is
 * different: as long as upcall pending is set and interrupts are enabled its vector is injected at
 * every entry, without IRR, ISR or EOI; it is given to `next` and `take`.
 *
 * Whoever plays a core drains its store buffer at `take`. Sources: Intel SDM vol. 3 (local APIC),
 * Xen asm-x86/msr-index.h, apicdef.h, arch/x86/hvm/irq.c. Left out: logical destinations, LVT
 * entries but the timer's, one-shot and periodic timers, error register: an IPI with an illegal
 * vector is dropped.
 */
import { EINVAL, OK } from "./status.ts";

/** Numbers of the registers. */
export const Msr = {
  tscDeadline: 0x6e0,
  id: 0x802,
  tpr: 0x808,
  ppr: 0x80a,
  eoi: 0x80b,
  isr: 0x810,
  irr: 0x820,
  icr: 0x830,
  lvtTimer: 0x832,
  timerInitial: 0x838,
  timerCurrent: 0x839,
  selfIpi: 0x83f,
};

/** Delivery modes of the ICR, in bits 10 to 8. */
export const Delivery = { fixed: 0, nmi: 4, init: 5, startup: 6 };
/** Shorthands of the ICR, in bits 19 and 18. */
export const Shorthand = { none: 0, self: 1, all: 2, others: 3 };
/** In bits 18 and 17 of the LVT timer entry. */
export const TSC_DEADLINE_MODE: number = 2 << 17;
export const LVT_MASKED: number = 1 << 16;
/** Destination of an IPI to every core. */
export const BROADCAST = 0xffff_ffff;

/** What `take` gives for an NMI. */
export const NMI_VECTOR = 2;
/** Vectors below are exceptions. */
const FIRST_VECTOR = 16;

export interface Interrupts {
  /** The whole state; the array is its own. */
  readonly cells: Int32Array;
  // -------------------------------------------------------------------- registers
  /** Value of a register; undefined is a general-protection fault. */
  read(core: number, msr: number): number | undefined;
  /** EINVAL is a general-protection fault. Only the ICR has a use for `high`: the destination. */
  write(core: number, msr: number, value: number, high?: number): number;
  // -------------------------------------------------------------------- arrivals
  /** A fixed interrupt (MSI, IPI, timer) arrives; false when it merges with one that waits. */
  raise(core: number, vector: number): boolean;
  /** The time stamp counter of a core is at `tsc`; true when its timer fires. */
  tick(core: number, tsc: number): boolean;
  // -------------------------------------------------------------------- the core
  setInterruptFlag(core: number, enabled: boolean): void;
  isEnabled(core: number): boolean;
  /** HLT: the core stops until something can be taken. */
  halt(core: number): void;
  isHalted(core: number): boolean;
  /**
   * What the core would take at this instruction boundary. `upcall` is the vector of the guest's
   * upcall while its pending byte is set.
   */
  next(core: number, upcall?: number): number | undefined;
  /** Takes it: interrupts are disabled, and a core that was halted runs. RangeError for nothing. */
  take(core: number, upcall?: number): number;
  /** Waits for a startup IPI after INIT; then where it starts (page number). */
  isWaitingForStart(core: number): boolean;
  startOf(core: number): number;
}

const IF = 0;
const HALTED = 1;
const WAITS = 2;
const START = 3;
const NMI = 4;
const TPR = 5;
const LVT = 6;
const DEADLINE = 7;
const IRR = 9;
const ISR = 17;
const CORE_CELLS = 25;
const LOW = 2 ** 32;

export function interruptCellsOf(cores: number): number {
  return cores * CORE_CELLS;
}

interface Parts {
  readonly cores: number;
  readonly cells: Int32Array;
}

/** Cores run with interrupts disabled; timers are masked. */
export function createInterrupts(
  cores: number,
  cells: Int32Array = new Int32Array(interruptCellsOf(cores)),
): Interrupts {
  const parts: Parts = { cores, cells };
  for (let core = 0; core < cores; core++) cells[core * CORE_CELLS + LVT] = LVT_MASKED;
  const get = (core: number, offset: number): number => cells[core * CORE_CELLS + offset] ?? 0;
  const set = (core: number, offset: number, value: number): void => {
    cells[core * CORE_CELLS + offset] = value;
  };
  const next = (core: number, upcall?: number): number | undefined => {
    if (get(core, WAITS) !== 0) return undefined;
    if (get(core, NMI) !== 0) return NMI_VECTOR;
    if (get(core, IF) === 0) return undefined;
    return upcall ?? nextFixed(parts, core);
  };
  return {
    cells,
    read: (core, msr) => read(parts, core, msr),
    write: (core, msr, value, high = 0) => write(parts, core, msr, value, high),
    raise: (core, vector) => raise(parts, core, vector),
    tick(core, tsc) {
      const deadline = deadlineOf(parts, core);
      if (deadline === 0 || tsc < deadline) return false;
      setDeadline(parts, core, 0);
      const entry = get(core, LVT);
      if ((entry & LVT_MASKED) === 0) raise(parts, core, entry & 0xff);
      return true;
    },
    setInterruptFlag: (core, enabled) => set(core, IF, enabled ? 1 : 0),
    isEnabled: (core) => get(core, IF) !== 0,
    halt: (core) => set(core, HALTED, 1),
    isHalted: (core) => get(core, HALTED) !== 0,
    next,
    take(core, upcall) {
      const vector = next(core, upcall);
      if (vector === undefined) throw new RangeError(`Core ${core} has nothing to take`);
      const isNmi = get(core, NMI) !== 0;
      set(core, HALTED, 0);
      set(core, IF, 0);
      set(core, NMI, 0);
      if (isNmi || upcall !== undefined) return vector;
      putVector(parts, core, IRR, vector, false);
      putVector(parts, core, ISR, vector, true);
      return vector;
    },
    isWaitingForStart: (core) => get(core, WAITS) !== 0,
    startOf: (core) => get(core, START),
  };
}

function putVector({ cells }: Parts, core: number, set: number, vector: number, value: boolean) {
  const at = core * CORE_CELLS + set + (vector >> 5);
  const bit = 1 << (vector & 31);
  const old = cells[at] ?? 0;
  cells[at] = value ? old | bit : old & ~bit;
  return (old & bit) !== 0;
}

/** The highest vector of a set; 0 for none. */
function highest({ cells }: Parts, core: number, set: number): number {
  for (let word = 7; word >= 0; word--) {
    const bits = cells[core * CORE_CELLS + set + word] ?? 0;
    if (bits !== 0) return word * 32 + 31 - Math.clz32(bits);
  }
  return 0;
}

/** The priority below which nothing is delivered: of the task, or of what is in service. */
function processorPriority(parts: Parts, core: number): number {
  const task = parts.cells[core * CORE_CELLS + TPR] ?? 0;
  const service = highest(parts, core, ISR);
  return task >> 4 >= service >> 4 ? task : service & 0xf0;
}

function nextFixed(parts: Parts, core: number): number | undefined {
  const vector = highest(parts, core, IRR);
  return vector >> 4 > processorPriority(parts, core) >> 4 ? vector : undefined;
}

function raise(parts: Parts, core: number, vector: number): boolean {
  if (vector < FIRST_VECTOR || vector > 0xff) throw new RangeError(`No vector ${vector}`);
  return !putVector(parts, core, IRR, vector, true);
}

function deadlineOf({ cells }: Parts, core: number): number {
  const at = core * CORE_CELLS + DEADLINE;
  return ((cells[at + 1] ?? 0) >>> 0) * LOW + ((cells[at] ?? 0) >>> 0);
}

function setDeadline({ cells }: Parts, core: number, deadline: number): void {
  cells.set([deadline % LOW, Math.floor(deadline / LOW)], core * CORE_CELLS + DEADLINE);
}

function isDeadlineMode({ cells }: Parts, core: number): boolean {
  return ((cells[core * CORE_CELLS + LVT] ?? 0) & (3 << 17)) === TSC_DEADLINE_MODE;
}

function read(parts: Parts, core: number, msr: number): number | undefined {
  const { cells } = parts;
  const word = (set: number, from: number): number =>
    (cells[core * CORE_CELLS + set + msr - from] ?? 0) >>> 0;
  if (msr >= Msr.isr && msr < Msr.isr + 8) return word(ISR, Msr.isr);
  if (msr >= Msr.irr && msr < Msr.irr + 8) return word(IRR, Msr.irr);
  switch (msr) {
    case Msr.id:
      return core;
    case Msr.tpr:
      return cells[core * CORE_CELLS + TPR];
    case Msr.ppr:
      return processorPriority(parts, core);
    case Msr.lvtTimer:
      return cells[core * CORE_CELLS + LVT];
    case Msr.tscDeadline:
      return deadlineOf(parts, core);
    case Msr.timerInitial:
    case Msr.timerCurrent:
      return 0;
    default:
      // EOI and self-IPI can only be written.
      return undefined;
  }
}

function write(parts: Parts, core: number, msr: number, value: number, high: number): number {
  const { cells } = parts;
  switch (msr) {
    case Msr.tpr:
      if (value < 0 || value > 0xff) return EINVAL;
      cells[core * CORE_CELLS + TPR] = value;
      return OK;
    case Msr.eoi:
      if (value !== 0) return EINVAL;
      putVector(parts, core, ISR, highest(parts, core, ISR), false);
      return OK;
    case Msr.icr:
      sendIpi(parts, core, high, value);
      return OK;
    case Msr.selfIpi:
      if (value > 0xff) return EINVAL;
      if (value >= FIRST_VECTOR) raise(parts, core, value);
      return OK;
    case Msr.lvtTimer:
      cells[core * CORE_CELLS + LVT] = value;
      if (!isDeadlineMode(parts, core)) setDeadline(parts, core, 0);
      return OK;
    case Msr.tscDeadline:
      // In another mode of the timer the write is ignored.
      if (isDeadlineMode(parts, core)) setDeadline(parts, core, value);
      return OK;
    case Msr.timerInitial:
      return OK;
    default:
      return EINVAL;
  }
}

function sendIpi(parts: Parts, from: number, destination: number, command: number): void {
  const shorthand = (command >> 18) & 3;
  for (let core = 0; core < parts.cores; core++) {
    const isNamed = destination === BROADCAST || destination === core;
    const isTarget =
      shorthand === Shorthand.none
        ? isNamed
        : shorthand === Shorthand.all || (shorthand === Shorthand.self) === (core === from);
    if (isTarget) receive(parts, core, (command >> 8) & 7, command & 0xff);
  }
}

function receive(parts: Parts, core: number, delivery: number, vector: number): void {
  const { cells } = parts;
  const at = core * CORE_CELLS;
  if (delivery === Delivery.fixed && vector >= FIRST_VECTOR) raise(parts, core, vector);
  if (delivery === Delivery.nmi) cells[at + NMI] = 1;
  if (delivery === Delivery.init) {
    cells.fill(0, at, at + CORE_CELLS);
    cells[at + LVT] = LVT_MASKED;
    cells[at + WAITS] = 1;
  }
  // A second startup IPI finds the core running and is ignored.
  if (delivery === Delivery.startup && cells[at + WAITS] !== 0) {
    cells[at + WAITS] = 0;
    cells[at + START] = vector;
  }
}
