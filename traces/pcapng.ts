/**
 * Reader of pcapng files.
 *
 *     block   type · total length · body, padded to 4 · total length again
 *     file    (section header · (interface | packet | statistics | anything)*)*
 *
 * A section header starts anew: byte order and interface numbers. Interfaces of all sections are
 * numbered through in the report. Blocks of unknown types are passed over by their length without
 * being loaded. A length that is impossible ends the reading, and the rest of the file is a `Loss`,
 * as in `pcap.ts`.
 *
 * Limits: `MAX_BLOCK_BYTES` for blocks that are read, `MAX_INTERFACES` per file.
 */
import { type ByteWindow, fill, positionIn, skip } from "./byte-window.ts";
import { type CaptureDiagnostic, damagedHeader } from "./capture-diagnostics.ts";
import { addLoss } from "./loss-list.ts";
import { type CaptureReport, type FileLoss, MAX_PACKET_BYTES, type Packet } from "./packet.ts";
import {
  type Block,
  createSection,
  readBlock,
  type Section,
  startSection,
} from "./pcapng-blocks.ts";

/** The largest block that is loaded, in bytes: a packet with generous options. */
export const MAX_BLOCK_BYTES: number = MAX_PACKET_BYTES + 65_536;

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BYTE_ORDER_MAGIC_SWAPPED = 0x4d3c2b1a;
/** Type, length, and the byte-order magic if it is a section header. */
const HEAD_BYTES = 12;
const SECTION_HEADER_BYTES = 28;
/**
 * Types of blocks whose body is looked at: interface, packets of three kinds, statistics, section.
 */
const READ_TYPES: ReadonlySet<number> = new Set([1, 2, 3, 5, 6, SECTION_HEADER]);

/** Checks the first section header; `readPcapng` reads it again as the block that it is. */
export async function checkPcapngHeader(
  window: ByteWindow,
  path: string,
): Promise<CaptureDiagnostic | undefined> {
  if (!(await fill(window, SECTION_HEADER_BYTES))) {
    const length = window.end - window.start;
    return damagedHeader(path, `it ends after ${length} of ${SECTION_HEADER_BYTES} bytes`);
  }
  const head = headAt(window, false);
  if (head.damage !== undefined) {
    return damagedHeader(path, head.damage);
  }
  const major = window.view.getUint16(window.start + 12, head.littleEndian);
  return major === 1 ? undefined : damagedHeader(path, `it claims version ${major}; known is 1`);
}

/** The packets of all sections, in batches of one chunk; everything else goes to `report`. */
export async function* readPcapng(
  window: ByteWindow,
  report: CaptureReport,
): AsyncGenerator<readonly Packet[]> {
  const section = createSection(report);
  let need = HEAD_BYTES;
  while (await fill(window, need)) {
    const packets: Packet[] = [];
    const stop = takeBlocks(window, section, packets);
    if (packets.length > 0) {
      yield packets;
    }
    if (stop.damage !== undefined) {
      addLoss(
        report.losses,
        rest("corrupt", section, `${stop.damage}; nothing after it can be read`),
      );
      return;
    }
    need = stop.need;
    if (stop.skip > 0 && !(await skip(window, stop.skip))) {
      addLoss(report.losses, rest("truncated", section, "the file ends inside a block"));
      return;
    }
  }
  if (window.end > window.start) {
    const note = `the file ends inside a block, at byte ${window.base + window.end}`;
    addLoss(report.losses, rest("truncated", section, note));
  }
}

function rest(reason: "corrupt" | "truncated", section: Section, note: string): FileLoss {
  return { reason, count: undefined, from: section.last, until: undefined, note };
}

/** Why the loop over the blocks of a window ended. */
interface Stop {
  /** Bytes that the next block needs. */
  readonly need: number;
  /** Bytes to pass over first. */
  readonly skip: number;
  readonly damage: string | undefined;
}

function takeBlocks(window: ByteWindow, section: Section, packets: Packet[]): Stop {
  while (window.start + HEAD_BYTES <= window.end) {
    const head = headAt(window, section.littleEndian);
    if (head.damage !== undefined) {
      return { need: 0, skip: 0, damage: head.damage };
    }
    if (!READ_TYPES.has(head.type)) {
      const here = Math.min(head.length, window.end - window.start);
      window.start += here;
      if (here < head.length) {
        return { need: HEAD_BYTES, skip: head.length - here, damage: undefined };
      }
      continue;
    }
    if (head.length > MAX_BLOCK_BYTES) {
      const where = `block at byte ${positionIn(window)}`;
      const damage = `${where} claims ${head.length} bytes, more than ${MAX_BLOCK_BYTES}`;
      return { need: 0, skip: 0, damage };
    }
    const end = window.start + head.length;
    if (end > window.end) {
      return { need: head.length, skip: 0, damage: undefined };
    }
    if (window.view.getUint32(end - 4, head.littleEndian) !== head.length) {
      const damage = `block at byte ${positionIn(window)} gives two different lengths`;
      return { need: 0, skip: 0, damage };
    }
    if (head.type === SECTION_HEADER) {
      startSection(section, head.littleEndian);
    } else {
      const block: Block = { type: head.type, start: window.start + 8, end: end - 4 };
      readBlock(section, window, block, packets);
    }
    window.start = end;
  }
  return { need: HEAD_BYTES, skip: 0, damage: undefined };
}

interface Head {
  readonly type: number;
  readonly length: number;
  readonly littleEndian: boolean;
  readonly damage: string | undefined;
}

/**
 * Type and length of the block at the start of the window; a section header brings its byte order.
 */
function headAt(window: ByteWindow, littleEndian: boolean): Head {
  const { view, start } = window;
  const type = view.getUint32(start, littleEndian);
  let order = littleEndian;
  if (type === SECTION_HEADER) {
    const magic = view.getUint32(start + 8);
    order = magic === BYTE_ORDER_MAGIC_SWAPPED;
    if (!order && magic !== BYTE_ORDER_MAGIC) {
      const damage = `section header at byte ${positionIn(window)} has no byte-order magic`;
      return { type, length: 0, littleEndian, damage };
    }
  }
  const length = view.getUint32(start + 4, order);
  const least = type === SECTION_HEADER ? SECTION_HEADER_BYTES : HEAD_BYTES;
  const damage =
    length % 4 !== 0 || length < least
      ? `block at byte ${positionIn(window)} has the impossible length ${length}`
      : undefined;
  return { type, length, littleEndian: order, damage };
}
