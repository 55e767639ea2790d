/**
 * The PF's driver: it answers the messages of virtual functions and decides what they may do.
 *
 *     MBVFICR ──receive: lock, read, ACK──► handle ──answer: lock, write, STS──► VF
 *
 *     cells, of each VF   clear to send, API, is MAC given?, MAC × 2 │ words of answer, 5 words
 *
 * To receive and to answer are two events, since the VF runs in between. When the VF holds the
 * buffer the PF gives up, as the driver does, and the VF times out.
 *
 * The 82599 cannot mix jumbo frames and others: a PF whose frames are longer than 1514 bytes
 * leaves a VF deaf, until that VF has negotiated API 1.1 and has told its own length.
 *
 * Multicast and VLAN filters are granted but have no effect here; MACVLAN filters are refused.
 * Source: Linux drivers/net/ethernet/intel/ixgbe/ixgbe_sriov.c.
 */
import type { Mac } from "../network/frames.ts";
import {
  ACK,
  API_NEGOTIATE,
  CTS,
  FAILURE,
  GET_QUEUE,
  type Mailboxes,
  PF_CONTROL,
  PFU,
  REQ,
  RESET,
  SET_LPE,
  SET_MAC,
  SET_MULTICAST,
  SET_VLAN,
  STS,
  SUCCESS,
} from "./mailbox.ts";

/** Longest frame that is no jumbo frame, without check sequence. */
export const ETHERNET_FRAME_MAX = 1514;
const CHECK_SEQUENCE_BYTES = 4;

/** Versions of the messages: `ixgbe_mbox_api_10` and so on. */
export const API_1_0 = 0;
export const API_1_1 = 2;
export const API_1_2 = 3;
const APIS: readonly number[] = [API_1_0, API_1_1, API_1_2];

/** What the PF's driver controls in its device. */
export interface VfControls {
  /** Longest frame of the PF, without check sequence. */
  pfFrameMax(): number;
  /** MAC filter of a VF; 0 for none. */
  setMac(vf: number, mac: Mac): void;
  setFrameMax(vf: number, bytes: number): void;
  /** VFRE and VFTE: may the function receive, may it send? */
  enable(vf: number, receive: boolean, transmit: boolean): void;
  /** Receive queues drop when they have no descriptor, so that no VF blocks the others. */
  forceDrop(vf: number): void;
  /** TDWBAL and TDWBAH, which a function level reset leaves. */
  clearWriteBack(vf: number): void;
}

export interface PfDriver {
  /** The whole state. */
  readonly cells: Int32Array;
  /** The administrator gives a VF its MAC address; 0 takes it away. */
  assignMac(vf: number, mac: Mac): void;
  /** VFLRE: the VF was reset. It has no filters and speaks API 1.0, but may still send. */
  noticeReset(vf: number): void;
  /** Takes a request or an acknowledgement of the VF; false when there is none, or no lock. */
  receive(vf: number): boolean;
  hasAnswer(vf: number): boolean;
  /** Puts the answer in the mailbox; false, and it is lost, when there is no lock. */
  answer(vf: number): boolean;
  /** Tells every VF that the PF is there: after its own reset, or when the link changed. */
  ping(): void;
  /** The PF's interface goes down: no VF may send until its next reset. */
  forget(): void;
  isClearToSend(vf: number): boolean;
  apiOf(vf: number): number;
}

const CLEAR_TO_SEND = 0;
const API = 1;
const MAC_GIVEN = 2;
const MAC = 3;
const ANSWER_WORDS = 5;
const ANSWER = 6;
const ANSWER_WORDS_MAX = 5;
const STRIDE = ANSWER + ANSWER_WORDS_MAX;

export function pfDriverCells(vfs: number): number {
  return vfs * STRIDE;
}

/** A MAC address in two words: bytes in the order in which they are sent, the first lowest. */
export function macWords(mac: Mac): readonly [number, number] {
  const bytes = [40, 32, 24, 16, 8, 0].map((shift) => Math.floor(mac / 2 ** shift) % 256);
  const word = (from: number): number =>
    bytes.slice(from, from + 4).reduce((sum, byte, index) => sum | (byte << (8 * index)), 0);
  return [word(0), word(4)];
}

export function macOfWords(low: number, high: number): Mac {
  const bytes = [low, low >>> 8, low >>> 16, low >>> 24, high, high >>> 8];
  return bytes.reduce((mac, byte) => mac * 256 + (byte & 0xff), 0);
}

/** What the driver keeps for each VF, by field. */
interface Records {
  get(vf: number, field: number): number;
  set(vf: number, field: number, value: number): void;
  macOf(vf: number): Mac;
  setMac(vf: number, mac: Mac): void;
  /** What is to be answered. */
  reply(vf: number, words: readonly number[]): void;
  /** And is taken again. */
  takeReply(vf: number): readonly number[];
}

function createRecords(cells: Int32Array): Records {
  const get = (vf: number, field: number): number => cells[vf * STRIDE + field] ?? 0;
  const set = (vf: number, field: number, value: number): void => {
    cells[vf * STRIDE + field] = value;
  };
  return {
    get,
    set,
    macOf: (vf) => macOfWords(get(vf, MAC), get(vf, MAC + 1)),
    setMac: (vf, mac) => cells.set(macWords(mac), vf * STRIDE + MAC),
    reply(vf, words) {
      set(vf, ANSWER_WORDS, words.length);
      cells.set(words, vf * STRIDE + ANSWER);
    },
    takeReply(vf) {
      const from = vf * STRIDE + ANSWER;
      const words = [...cells.subarray(from, from + get(vf, ANSWER_WORDS))];
      cells.fill(0, from, from + ANSWER_WORDS_MAX);
      set(vf, ANSWER_WORDS, 0);
      return words;
    },
  };
}

/**
 * Answers to messages of VFs that may send: what follows the first word; undefined is a refusal.
 */
function createAnswers(
  records: Records,
  controls: VfControls,
): (vf: number, words: readonly number[]) => readonly number[] | undefined {
  const setMac = (vf: number, mac: Mac): boolean => {
    const isMulticast = Math.floor(mac / 2 ** 40) % 2 === 1;
    if (mac === 0 || isMulticast) return false;
    // What the administrator gave, the VF may not change.
    if (records.get(vf, MAC_GIVEN) !== 0 && mac !== records.macOf(vf)) return false;
    records.setMac(vf, mac);
    controls.setMac(vf, mac);
    return true;
  };
  const setLpe = (vf: number, bytes: number): boolean => {
    const isLegacy = records.get(vf, API) === API_1_0;
    const longest = ETHERNET_FRAME_MAX + CHECK_SEQUENCE_BYTES;
    // In a PF with jumbo frames legacy VFs are deaf, and others may be long; else none may be.
    const isFine = isJumbo(controls) ? !isLegacy : bytes <= longest;
    controls.enable(vf, isFine, true);
    if (isFine) controls.setFrameMax(vf, bytes - CHECK_SEQUENCE_BYTES);
    return isFine;
  };
  const negotiate = (vf: number, version: number): boolean => {
    if (!APIS.includes(version)) return false;
    records.set(vf, API, version);
    return true;
  };
  return (vf, words) => {
    const [first = 0, second = 0, third = 0] = words;
    const echo = (isFine: boolean): readonly number[] | undefined =>
      isFine ? [second, third] : undefined;
    switch (first & 0xffff) {
      case SET_MAC:
        return echo(setMac(vf, macOfWords(second, third)));
      case SET_MULTICAST:
      case SET_VLAN:
        return echo(true);
      case SET_LPE:
        return echo(setLpe(vf, second));
      case API_NEGOTIATE:
        return echo(negotiate(vf, second));
      case GET_QUEUE:
        // One queue for sending, one for receiving, no tags, and queue 0 is the default.
        return records.get(vf, API) === API_1_0 ? undefined : [1, 1, 0, 0];
      default:
        return undefined;
    }
  };
}

function isJumbo(controls: VfControls): boolean {
  return controls.pfFrameMax() > ETHERNET_FRAME_MAX;
}

interface Handlers {
  noticeReset(vf: number): void;
  /** Acts on a message and prepares the answer. */
  message(vf: number, words: readonly number[]): void;
}

function createHandlers(records: Records, mailboxes: Mailboxes, controls: VfControls): Handlers {
  const answers = createAnswers(records, controls);
  const noticeReset = (vf: number): void => {
    controls.setMac(vf, 0);
    records.set(vf, API, API_1_0);
  };
  const reset = (vf: number): void => {
    noticeReset(vf);
    mailboxes.zeroWords(vf);
    const mac = records.macOf(vf);
    controls.setMac(vf, mac);
    controls.forceDrop(vf);
    controls.enable(vf, !isJumbo(controls), true);
    controls.clearWriteBack(vf);
    records.set(vf, CLEAR_TO_SEND, 1);
    const isGiven = records.get(vf, MAC_GIVEN) !== 0 && mac !== 0;
    const words = isGiven ? macWords(mac) : [0, 0];
    records.reply(vf, [RESET | (isGiven ? SUCCESS : FAILURE), ...words, 0]);
  };
  return {
    noticeReset,
    message(vf, words) {
      const [first = 0] = words;
      // A result is a message that was dealt with already.
      if ((first & (SUCCESS | FAILURE)) !== 0) return;
      if (first === RESET) reset(vf);
      else if (records.get(vf, CLEAR_TO_SEND) === 0) records.reply(vf, [first | FAILURE]);
      else {
        const rest = answers(vf, words);
        const result = rest === undefined ? FAILURE : SUCCESS;
        records.reply(vf, [first | result | CTS, ...(rest ?? words.slice(1))]);
      }
    },
  };
}

export function createPfDriver(
  mailboxes: Mailboxes,
  controls: VfControls,
  cells: Int32Array = new Int32Array(pfDriverCells(mailboxes.vfs)),
): PfDriver {
  const records = createRecords(cells);
  const handlers = createHandlers(records, mailboxes, controls);
  const isClearToSend = (vf: number): boolean => records.get(vf, CLEAR_TO_SEND) !== 0;
  const lock = (vf: number): boolean => {
    mailboxes.writePf(vf, PFU);
    return (mailboxes.readPf(vf) & PFU) !== 0;
  };
  const post = (vf: number, words: readonly number[]): boolean => {
    if (!lock(vf)) return false;
    mailboxes.clearCauses(vf, REQ | ACK);
    words.forEach((word, index) => mailboxes.setWord(vf, index, word));
    mailboxes.writePf(vf, STS);
    return true;
  };
  return {
    cells,
    assignMac(vf, mac) {
      records.setMac(vf, mac);
      records.set(vf, MAC_GIVEN, mac === 0 ? 0 : 1);
    },
    noticeReset: (vf) => handlers.noticeReset(vf),
    receive(vf) {
      const causes = mailboxes.causes(vf);
      if ((causes & REQ) !== 0) {
        mailboxes.clearCauses(vf, REQ);
        if (!lock(vf)) return false;
        const words = [0, 1, 2].map((index) => mailboxes.word(vf, index));
        mailboxes.writePf(vf, ACK);
        handlers.message(vf, words);
        return true;
      }
      if ((causes & ACK) === 0) return false;
      mailboxes.clearCauses(vf, ACK);
      // A VF that acknowledges although it may not send is told so.
      if (!isClearToSend(vf)) records.reply(vf, [FAILURE]);
      return true;
    },
    hasAnswer: (vf) => records.get(vf, ANSWER_WORDS) > 0,
    answer(vf) {
      const words = records.takeReply(vf);
      if (words.length === 0) throw new RangeError(`There is no answer for VF ${vf}`);
      return post(vf, words);
    },
    ping() {
      for (let vf = 0; vf < mailboxes.vfs; vf++) {
        post(vf, [PF_CONTROL | (isClearToSend(vf) ? CTS : 0)]);
      }
    },
    forget() {
      for (let vf = 0; vf < mailboxes.vfs; vf++) records.set(vf, CLEAR_TO_SEND, 0);
    },
    isClearToSend,
    apiOf: (vf) => records.get(vf, API),
  };
}
