/** A VF's driver, its mailbox and the PF's driver on a bench; every access is written down. */
import {
  ACK,
  createMailboxes,
  CTS,
  FAILURE,
  type Mailboxes,
  PFACK,
  PFSTS,
  PFU,
  REQ,
  RSTD,
  RSTI,
  SUCCESS,
  VFU,
} from "./mailbox.ts";
import { createPfDriver, type PfDriver } from "./pf-driver.ts";
import { LINKS_UP, VFLINKS, VFMAILBOX, VFMBMEM } from "./registers.ts";
import * as offsets from "./registers.ts";
import { createVfDriver, type VfDriver } from "./vf-driver.ts";

export interface Bench {
  readonly mailboxes: Mailboxes;
  readonly pf: PfDriver;
  readonly vf: VfDriver;
  /** Accesses since the last `run`. */
  readonly log: string[];
  /** What the PF's driver did to the device. */
  readonly controlled: string[];
  /** Runs the VF's command; `meanwhile` happens after every step. Gives the time it took. */
  readonly run: (meanwhile?: () => void) => number;
  /** The PF does one thing that it has to do. */
  readonly pfStep: () => void;
}

const BITS: readonly (readonly [number, string])[] = [
  [REQ, "REQ"],
  [ACK, "ACK"],
  [VFU, "VFU"],
  [PFU, "PFU"],
  [PFSTS, "PFSTS"],
  [PFACK, "PFACK"],
  [RSTI, "RSTI"],
  [RSTD, "RSTD"],
];
const RESULTS: readonly (readonly [number, string])[] = [
  [SUCCESS, "SUCCESS"],
  [FAILURE, "FAILURE"],
  [CTS, "CTS"],
];
const NAMES = new Map<number, string>(
  Object.entries(offsets)
    .filter(([name]) => /^V[FT]/u.test(name))
    .map(([name, offset]) => [offset, name]),
);

function named(offset: number, value: number): readonly [string, string] {
  if (offset === VFMAILBOX) {
    const set = BITS.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
    return ["VFMAILBOX", set.join(" ") || "0"];
  }
  if (offset >= VFMBMEM && offset < VFMBMEM + 64) {
    const index = (offset - VFMBMEM) / 4;
    const results = index === 0 ? RESULTS.filter(([bit]) => (value & bit) !== 0) : [];
    const rest = results.reduce((left, [bit]) => left & ~bit, value) >>> 0;
    const words = [`0x${rest.toString(16)}`, ...results.map(([, name]) => name)];
    return [`VFMBMEM[${index}]`, words.join(" ")];
  }
  return [NAMES.get(offset) ?? "?", `0x${(value >>> 0).toString(16)}`];
}

/** `frameMax` is that of the PF; the link is up. */
export function bench(frameMax = 1514): Bench {
  const log: string[] = [];
  const controlled: string[] = [];
  const mailboxes = createMailboxes(1, { interruptPf: () => {}, interruptVf: () => {} });
  const read = (offset: number): number => {
    if (offset === VFMAILBOX) return mailboxes.readVf(0);
    if (offset === VFLINKS) return LINKS_UP;
    return offset >= VFMBMEM && offset < VFMBMEM + 64
      ? mailboxes.word(0, (offset - VFMBMEM) / 4)
      : 0;
  };
  const pf = createPfDriver(mailboxes, {
    pfFrameMax: () => frameMax,
    setMac: (_vf, mac) => void controlled.push(`MAC ${mac.toString(16)}`),
    setFrameMax: (_vf, bytes) => void controlled.push(`frames of ${bytes}`),
    enable: (_vf, receive, send) => void controlled.push(`receive ${receive}, send ${send}`),
    forceDrop: () => void controlled.push("drop"),
    clearWriteBack: () => void controlled.push("no write-back"),
  });
  const vf = createVfDriver({
    read(offset) {
      const value = read(offset);
      log.push(named(offset, value).join(" -> "));
      return value;
    },
    write(offset, value) {
      log.push(named(offset, value).join(" <- "));
      if (offset === VFMAILBOX) mailboxes.writeVf(0, value);
      else if (offset >= VFMBMEM && offset < VFMBMEM + 64) {
        mailboxes.setWord(0, (offset - VFMBMEM) / 4, value);
      } else if (offset === offsets.VFCTRL) {
        mailboxes.clearVf(0);
        pf.noticeReset(0);
      }
    },
  });
  const pfStep = (): void => {
    if (pf.hasAnswer(0)) pf.answer(0);
    else pf.receive(0);
  };
  return {
    mailboxes,
    pf,
    vf,
    log,
    controlled,
    pfStep,
    run(meanwhile = pfStep) {
      log.length = 0;
      let time = 0;
      while (vf.isBusy) {
        time += vf.step();
        meanwhile();
      }
      return time;
    },
  };
}
