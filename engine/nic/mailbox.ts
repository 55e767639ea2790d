/**
 * Mailboxes of an 82599: sixteen words that a virtual function (VF) shares with the PF.
 *
 *     VFMAILBOX  REQ ACK │ VFU PFU │ PFSTS PFACK RSTI RSTD        as the VF sees it
 *     PFMAILBOX  STS ACK │ VFU PFU │ RVFU                         as the PF sees it
 *     MBVFICR    a request bit and an acknowledge bit of each VF
 *
 *     cells, of each VF   owner and status bits │ request, acknowledge │ 16 words
 *
 * A side owns the buffer when it reads back the bit that it wrote; the bit does not stick while the
 * other side owns it. A write without it gives the buffer back. PFSTS, PFACK and RSTD are cleared
 * by a read of VFMAILBOX. The words themselves are not guarded: ownership is a convention.
 *
 * Sources: Linux drivers/net/ethernet/intel/ixgbevf/mbx.h, regs.h; ixgbe/ixgbe_mbx.h.
 */

/** Bits of VFMAILBOX. */
export const REQ = 0x01;
export const ACK = 0x02;
export const VFU = 0x04;
export const PFU = 0x08;
export const PFSTS = 0x10;
export const PFACK = 0x20;
export const RSTI = 0x40;
export const RSTD = 0x80;
/** Bits that a read of VFMAILBOX clears. */
export const READ_TO_CLEAR = 0xb0;

/** Bits of PFMAILBOX; VFU and PFU are where VFMAILBOX has them. */
export const STS = 0x01;
export const RVFU = 0x10;

export const MAILBOX_WORDS = 16;

/** Messages, in the low half of the first word. */
export const RESET = 1;
export const SET_MAC = 2;
export const SET_MULTICAST = 3;
export const SET_VLAN = 4;
export const SET_LPE = 5;
export const SET_MACVLAN = 6;
export const API_NEGOTIATE = 8;
export const GET_QUEUE = 9;
/** What the PF sends unasked. */
export const PF_CONTROL = 0x100;

/** Results, or-ed to the message. Words are signed, as everything in cells. */
export const SUCCESS: number = 0x8000_0000 | 0;
export const FAILURE = 0x4000_0000;
/** The VF may send. An answer without it: the PF has forgotten this VF. */
export const CTS = 0x2000_0000;

export interface Mailboxes {
  readonly vfs: number;
  /** The whole state. */
  readonly cells: Int32Array;
  // -------------------------------------------------------------------- the VF's side
  /** VFMAILBOX; clears what is read-to-clear. */
  readVf(vf: number): number;
  writeVf(vf: number, value: number): void;
  // -------------------------------------------------------------------- the PF's side
  /** PFMAILBOX. */
  readPf(vf: number): number;
  writePf(vf: number, value: number): void;
  /** The VF's bits of MBVFICR, `REQ` and `ACK`. */
  causes(vf: number): number;
  /** Clears such bits, as writing them does. */
  clearCauses(vf: number, bits: number): void;
  // -------------------------------------------------------------------- memory
  word(vf: number, index: number): number;
  setWord(vf: number, index: number, value: number): void;
  zeroWords(vf: number): void;
  // -------------------------------------------------------------------- resets
  /** The PF is being reset: RSTI for every VF, and no side owns anything. */
  beginReset(): void;
  /** The PF says that it is ready (PFRSTD): RSTD in place of RSTI. */
  endReset(): void;
  /** The function itself is reset: it owns nothing and has no status, but RSTI stays. */
  clearVf(vf: number): void;
}

export interface MailboxEvents {
  /** A VF has sent, or has acknowledged. */
  interruptPf(vf: number): void;
  /** The PF has. */
  interruptVf(vf: number): void;
}

const VF_CELLS = 2 + MAILBOX_WORDS;

export function mailboxCells(vfs: number): number {
  return vfs * VF_CELLS;
}

interface Bits {
  /** Where the cells of a VF begin. */
  at(vf: number): number;
  wordAt(vf: number, index: number): number;
  state(vf: number): number;
  set(vf: number, bits: number): void;
  clear(vf: number, bits: number): void;
  /** A side takes or gives back the buffer. */
  own(vf: number, mine: number, other: number, value: number): void;
}

function createBits(vfs: number, cells: Int32Array): Bits {
  const at = (vf: number): number => {
    if (vf < 0 || vf >= vfs) throw new RangeError(`There is no VF ${vf}`);
    return vf * VF_CELLS;
  };
  const wordAt = (vf: number, index: number): number => {
    if (index < 0 || index >= MAILBOX_WORDS) throw new RangeError(`There is no word ${index}`);
    return at(vf) + 2 + index;
  };
  const state = (vf: number): number => cells[at(vf)] ?? 0;
  const set = (vf: number, bits: number): void => {
    cells[at(vf)] = state(vf) | bits;
  };
  const clear = (vf: number, bits: number): void => {
    cells[at(vf)] = state(vf) & ~bits;
  };
  return {
    at,
    wordAt,
    state,
    set,
    clear,
    own(vf, mine, other, value) {
      if ((value & mine) === 0) clear(vf, mine);
      else if ((state(vf) & other) === 0) set(vf, mine);
    },
  };
}

export function createMailboxes(
  vfs: number,
  events: MailboxEvents,
  cells: Int32Array = new Int32Array(mailboxCells(vfs)),
): Mailboxes {
  const bits = createBits(vfs, cells);
  const causesAt = (vf: number): number => bits.at(vf) + 1;
  const causes = (vf: number): number => cells[causesAt(vf)] ?? 0;
  return {
    vfs,
    cells,
    readVf(vf) {
      const value = bits.state(vf);
      bits.clear(vf, READ_TO_CLEAR);
      return value;
    },
    writeVf(vf, value) {
      bits.own(vf, VFU, PFU, value);
      const told = value & (REQ | ACK);
      cells[causesAt(vf)] = causes(vf) | told;
      if (told !== 0) events.interruptPf(vf);
    },
    readPf: (vf) => bits.state(vf) & (VFU | PFU),
    writePf(vf, value) {
      if ((value & RVFU) !== 0) bits.clear(vf, VFU);
      bits.own(vf, PFU, VFU, value);
      if ((value & STS) !== 0) bits.set(vf, PFSTS);
      if ((value & ACK) !== 0) bits.set(vf, PFACK);
      if ((value & (STS | ACK)) !== 0) events.interruptVf(vf);
    },
    causes,
    clearCauses(vf, told) {
      cells[causesAt(vf)] = causes(vf) & ~told;
    },
    word: (vf, index) => cells[bits.wordAt(vf, index)] ?? 0,
    setWord(vf, index, value) {
      cells[bits.wordAt(vf, index)] = value;
    },
    zeroWords: (vf) => void cells.fill(0, bits.wordAt(vf, 0), bits.wordAt(vf, 0) + MAILBOX_WORDS),
    beginReset() {
      for (let vf = 0; vf < vfs; vf++) {
        cells[bits.at(vf)] = RSTI;
        cells[causesAt(vf)] = 0;
      }
    },
    endReset() {
      for (let vf = 0; vf < vfs; vf++) {
        bits.clear(vf, RSTI);
        bits.set(vf, RSTD);
      }
    },
    clearVf(vf) {
      cells[bits.at(vf)] = bits.state(vf) & (RSTI | PFU);
      cells[causesAt(vf)] = 0;
    },
  };
}
