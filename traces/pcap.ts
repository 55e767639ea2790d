/**
 * Reader of classic pcap files.
 *
 *     file header, 24 bytes            record header, 16 bytes, then the packet
 *     magic · version · … · snap · link    seconds · fraction · captured · original
 *
 * The magic number gives the byte order and the unit of the fraction. Records have no marks, so
 * damage to one length ends the reading: everything after it is a `Loss`. Searching for the next
 * plausible record was rejected, because a wrong guess invents packets, and an invented packet can
 * acquit.
 *
 * Limits: `MAX_PACKET_BYTES` per packet, one chunk of the file in memory.
 */
import { type ByteWindow, fill, positionIn } from "./byte-window.ts";
import { type CaptureDiagnostic, damagedHeader, unknownLinkType } from "./capture-diagnostics.ts";
import { addLoss } from "./loss-list.ts";
import {
  type CaptureInterface,
  type CaptureReport,
  LINK_TYPES,
  MAX_PACKET_BYTES,
  type Packet,
} from "./packet.ts";

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const NANOSECONDS: bigint = 1_000_000_000n;
/**
 * The upper bits of the link type field say how long a frame check sequence is; frames keep it at
 * the end.
 */
const LINK_TYPE_MASK = 0x0fff_ffff;

/** What the file header says. */
export interface PcapHeader {
  readonly littleEndian: boolean;
  /** Nanoseconds per unit of the fraction field: 1000 or 1. */
  readonly unit: number;
  readonly linkType: number;
  readonly snapLength: number;
}

/** Reads the file header at the start of `window`. */
export async function readPcapHeader(
  window: ByteWindow,
  path: string,
): Promise<PcapHeader | CaptureDiagnostic> {
  if (!(await fill(window, FILE_HEADER_BYTES))) {
    return damagedHeader(
      path,
      `it ends after ${window.end - window.start} of ${FILE_HEADER_BYTES} bytes`,
    );
  }
  const { view, start } = window;
  const magic = view.getUint32(start);
  const littleEndian = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1;
  const unit = magic === 0xa1b23c4d || magic === 0x4d3cb2a1 ? 1 : 1000;
  const major = view.getUint16(start + 4, littleEndian);
  const minor = view.getUint16(start + 6, littleEndian);
  if (major !== 2) {
    return damagedHeader(path, `it claims version ${major}.${minor}; known is 2.4`);
  }
  const linkType = view.getUint32(start + 20, littleEndian) & LINK_TYPE_MASK;
  if (!LINK_TYPES.has(linkType)) {
    return unknownLinkType(path, linkType, knownLinkTypes());
  }
  window.start += FILE_HEADER_BYTES;
  return { littleEndian, unit, linkType, snapLength: view.getUint32(start + 16, littleEndian) };
}

/** `Ethernet (1), …`, for messages. */
export function knownLinkTypes(): string {
  return [...LINK_TYPES].map(([linkType, name]) => `${name} (${linkType})`).join(", ");
}

/**
 * The packets after the header, in batches of one chunk; what is unreadable goes to
 * `report.losses`.
 */
export async function* readPcap(
  window: ByteWindow,
  header: PcapHeader,
  report: CaptureReport,
): AsyncGenerator<readonly Packet[]> {
  const { linkType, snapLength } = header;
  const captured: CaptureInterface = {
    name: undefined,
    linkType,
    snapLength,
    packets: 0,
    dropped: undefined,
  };
  report.interfaces.push(captured);
  let last: bigint | undefined;
  let need = RECORD_HEADER_BYTES;
  while (await fill(window, need)) {
    const batch = takeRecords(window, header, captured.packets);
    captured.packets += batch.packets.length;
    last = batch.packets.at(-1)?.time ?? last;
    if (batch.packets.length > 0) {
      yield batch.packets;
    }
    if (batch.damage !== undefined) {
      addLoss(report.losses, {
        reason: "corrupt",
        count: undefined,
        from: last,
        until: undefined,
        note: `${batch.damage}; nothing after it can be read`,
      });
      return;
    }
    need = batch.need;
  }
  if (window.end > window.start) {
    const place = `packet ${captured.packets + 1}, at byte ${window.base + window.end}`;
    addLoss(report.losses, {
      reason: "truncated",
      count: undefined,
      from: last,
      until: undefined,
      note: `the file ends inside ${place}`,
    });
  }
}

interface Batch {
  readonly packets: Packet[];
  /** Bytes that the next record needs, as far as its header is known. */
  readonly need: number;
  readonly damage: string | undefined;
}

/** All records that are whole in the window. */
function takeRecords(window: ByteWindow, header: PcapHeader, before: number): Batch {
  const { view, bytes, end } = window;
  const { littleEndian, unit, linkType } = header;
  const packets: Packet[] = [];
  let second = -1;
  let base = 0n;
  while (window.start + RECORD_HEADER_BYTES <= end) {
    const at = window.start;
    const length = view.getUint32(at + 8, littleEndian);
    if (length > MAX_PACKET_BYTES) {
      const where = `packet ${before + packets.length + 1} at byte ${positionIn(window)}`;
      const damage = `${where} claims ${length} bytes, more than ${MAX_PACKET_BYTES}`;
      return { packets, need: 0, damage };
    }
    const body = at + RECORD_HEADER_BYTES;
    if (body + length > end) {
      return { packets, need: RECORD_HEADER_BYTES + length, damage: undefined };
    }
    const seconds = view.getUint32(at, littleEndian);
    if (seconds !== second) {
      second = seconds;
      base = BigInt(seconds) * NANOSECONDS;
    }
    packets.push({
      time: base + BigInt(view.getUint32(at + 4, littleEndian) * unit),
      linkType,
      interface: 0,
      captured: bytes.subarray(body, body + length),
      originalLength: view.getUint32(at + 12, littleEndian),
      ordinal: before + packets.length + 1,
    });
    window.start = body + length;
  }
  return { packets, need: RECORD_HEADER_BYTES, damage: undefined };
}
