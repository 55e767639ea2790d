/**
 * A virtual function's register block: offsets to the parts of the NIC, with their side effects.
 *
 * What is not listed reads as 0 and is written without effect. A function that is not there reads
 * as all ones. `clock` gives the engine's time.
 */
import type { Nic } from "./function.ts";
import { MAILBOX_WORDS, type Mailboxes } from "./mailbox.ts";
import * as offsets from "./registers.ts";
import type { Registers } from "./registers.ts";
import { BASE, ENABLED, HEAD, LENGTH, type Ring, TAIL, WRITE_BACK } from "./rings.ts";

const DESCRIPTOR_BYTES = 16;

interface Cell {
  readonly ring: Ring;
  readonly register: number;
}

/** Registers of VF `vf`, which is function `vf` + 1 of the NIC. */
export function createVfRegisters(
  nic: Nic,
  mailboxes: Mailboxes,
  vf: number,
  clock: () => number,
): Registers {
  const number = vf + 1;
  const { tx, rx, interrupts } = nic.functionOf(number);
  const plain: ReadonlyMap<number, Cell> = new Map([
    [offsets.VFRDBAL, { ring: rx, register: BASE }],
    [offsets.VFRDH, { ring: rx, register: HEAD }],
    [offsets.VFRDT, { ring: rx, register: TAIL }],
    [offsets.VFTDBAL, { ring: tx, register: BASE }],
    [offsets.VFTDH, { ring: tx, register: HEAD }],
    [offsets.VFTDT, { ring: tx, register: TAIL }],
    [offsets.VFTDWBAL, { ring: tx, register: WRITE_BACK }],
  ]);
  const lengths = new Map<number, Ring>([
    [offsets.VFRDLEN, rx],
    [offsets.VFTDLEN, tx],
  ]);
  const switches = new Map<number, Ring>([
    [offsets.VFRXDCTL, rx],
    [offsets.VFTXDCTL, tx],
  ]);
  const wordOf = (offset: number): number | undefined => {
    const index = (offset - offsets.VFMBMEM) / 4;
    return index >= 0 && index < MAILBOX_WORDS ? index : undefined;
  };
  const writeOther = (offset: number, value: number): void => {
    const now = clock();
    if (offset === offsets.VFCTRL && (value & offsets.CTRL_RST) !== 0) nic.reset(number);
    else if (offset === offsets.VFMAILBOX) mailboxes.writeVf(vf, value);
    else if (offset === offsets.VTEICS) interrupts.raise(value, now);
    else if (offset === offsets.VTEIMS) interrupts.unmask(value, now);
    else if (offset === offsets.VTEIMC) interrupts.mask(value);
    else if (offset === offsets.VTEIAC) interrupts.setAutoClear(value);
    else if (offset === offsets.VTEIAM) interrupts.setAutoMask(value);
    else if (offset === offsets.VTEITR) interrupts.setThrottle(value);
  };
  return {
    read(offset) {
      if (!nic.isThere(number, clock())) return offsets.GONE;
      const cell = plain.get(offset);
      if (cell !== undefined) return cell.ring.get(cell.register);
      const word = wordOf(offset);
      if (word !== undefined) return mailboxes.word(vf, word);
      const length = lengths.get(offset);
      if (length !== undefined) return length.get(LENGTH) * DESCRIPTOR_BYTES;
      const queue = switches.get(offset);
      if (queue !== undefined) return queue.get(ENABLED) === 0 ? 0 : offsets.QUEUE_ENABLE;
      if (offset === offsets.VFMAILBOX) return mailboxes.readVf(vf);
      if (offset === offsets.VTEICR) return interrupts.readCauses();
      if (offset === offsets.VFLINKS) return nic.isLinkUp(clock()) ? offsets.LINKS_UP : 0;
      return 0;
    },
    write(offset, value) {
      if (!nic.isThere(number, clock())) return;
      const cell = plain.get(offset);
      const word = wordOf(offset);
      if (cell !== undefined) cell.ring.set(cell.register, value);
      else if (word !== undefined) mailboxes.setWord(vf, word, value);
      else if (lengths.has(offset)) lengths.get(offset)?.set(LENGTH, value / DESCRIPTOR_BYTES);
      else if (switches.has(offset)) {
        switches.get(offset)?.set(ENABLED, (value & offsets.QUEUE_ENABLE) === 0 ? 0 : 1);
      } else writeOther(offset, value);
    },
  };
}
