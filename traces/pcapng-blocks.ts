/**
 * The blocks of a pcapng section: interfaces, packets and statistics.
 *
 * Each packet block gives one `Packet`, or a `Loss` when it names an interface that was not
 * declared or claims more bytes than its block has. Simple packet blocks have no time; they get the
 * time of the packet before, and the loss list says so, because such packets prove nothing about
 * outages.
 *
 * Limits: `MAX_INTERFACES`; packets are at most as large as their block.
 */
import type { ByteWindow } from "./byte-window.ts";
import {
  type DropAccount,
  countBeforePacket,
  countTotal,
  createDropAccount,
} from "./drop-account.ts";
import { addLoss } from "./loss-list.ts";
import type { CaptureInterface, CaptureReport, Packet } from "./packet.ts";
import { optionsIn, padded } from "./pcapng-options.ts";
import { DEFAULT_RESOLUTION, type PcapngClock, pcapngClock, pcapngTime } from "./pcapng-time.ts";

/** Interfaces that one file may declare. */
export const MAX_INTERFACES = 1024;

const INTERFACE = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const STATISTICS = 5;

const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;
const OPTION_DROP_COUNT = 4;
const OPTION_DROPPED_BY_INTERFACE = 5;
const OPTION_DROPPED_BY_SYSTEM = 7;
const MAX_NAME_BYTES = 64;
const UNKNOWN_DROPS = 0xffff;

/** An interface of the current section. */
interface SectionInterface {
  readonly index: number;
  readonly info: CaptureInterface;
  readonly clock: PcapngClock;
  readonly drops: DropAccount;
}

/** The state of a reader: the current section, and what outlives it. */
export interface Section {
  littleEndian: boolean;
  interfaces: SectionInterface[];
  readonly report: CaptureReport;
  /** Time of the last packet. */
  last: bigint | undefined;
  ordinal: number;
}

export interface Block {
  readonly type: number;
  /** The body is `[start, end)` of the window. */
  readonly start: number;
  readonly end: number;
}

export function createSection(report: CaptureReport): Section {
  return { littleEndian: false, interfaces: [], report, last: undefined, ordinal: 0 };
}

/** A section header was read: interfaces are numbered anew. */
export function startSection(section: Section, littleEndian: boolean): void {
  section.littleEndian = littleEndian;
  section.interfaces = [];
}

/** Reads one block whose length is known to be right. */
export function readBlock(
  section: Section,
  window: ByteWindow,
  block: Block,
  packets: Packet[],
): void {
  switch (block.type) {
    case INTERFACE:
      return readInterface(section, window, block);
    case STATISTICS:
      return readStatistics(section, window, block);
    case SIMPLE_PACKET:
      return readSimplePacket(section, window, block, packets);
    case OBSOLETE_PACKET:
      return readPacket(section, window, block, packets, true);
    default:
      return readPacket(section, window, block, packets, false);
  }
}

function damaged(section: Section, note: string): void {
  const { last, report } = section;
  addLoss(report.losses, { reason: "corrupt", count: 1, from: last, until: last, note });
}

function readInterface(section: Section, window: ByteWindow, block: Block): void {
  const { view, bytes } = window;
  const { littleEndian, report, interfaces } = section;
  if (block.end - block.start < 8) {
    damaged(section, "an interface block is too short");
    return;
  }
  if (report.interfaces.length >= MAX_INTERFACES) {
    damaged(section, `more than ${MAX_INTERFACES} interfaces: packets of the others are not read`);
    return;
  }
  let name: string | undefined;
  let resolution = DEFAULT_RESOLUTION;
  let offset = 0n;
  for (const option of optionsIn(view, block.start + 8, block.end, littleEndian)) {
    if (option.code === OPTION_NAME) {
      const end = option.offset + Math.min(option.length, MAX_NAME_BYTES);
      name = new TextDecoder().decode(bytes.subarray(option.offset, end)).replace(/\0.*$/s, "");
    } else if (option.code === OPTION_RESOLUTION && option.length >= 1) {
      resolution = view.getUint8(option.offset);
    } else if (option.code === OPTION_OFFSET && option.length >= 8) {
      offset = view.getBigInt64(option.offset, littleEndian);
    }
  }
  const info: CaptureInterface = {
    name,
    linkType: view.getUint16(block.start, littleEndian),
    snapLength: view.getUint32(block.start + 4, littleEndian),
    packets: 0,
    dropped: undefined,
  };
  const clock = pcapngClock(resolution, offset);
  interfaces.push({ index: report.interfaces.length, info, clock, drops: createDropAccount() });
  report.interfaces.push(info);
}

/** Enhanced packet blocks, and their obsolete predecessor with 16-bit fields in front. */
function readPacket(
  section: Section,
  window: ByteWindow,
  block: Block,
  packets: Packet[],
  obsolete: boolean,
): void {
  const { view } = window;
  const { littleEndian } = section;
  const { start, end } = block;
  section.ordinal++;
  if (end - start < 20) {
    return damaged(section, `packet ${section.ordinal} has a block that is too short`);
  }
  const id = obsolete ? view.getUint16(start, littleEndian) : view.getUint32(start, littleEndian);
  const on = section.interfaces[id];
  if (on === undefined) {
    return damaged(
      section,
      `packet ${section.ordinal} names interface ${id}, which is not declared`,
    );
  }
  const captured = view.getUint32(start + 12, littleEndian);
  const body = start + 20;
  if (captured > end - body) {
    return damaged(section, `packet ${section.ordinal} claims more bytes than its block has`);
  }
  const high = view.getUint32(start + 4, littleEndian);
  const time = pcapngTime(on.clock, high, view.getUint32(start + 8, littleEndian));
  const drops = obsolete
    ? view.getUint16(start + 2, littleEndian) % UNKNOWN_DROPS
    : dropsBefore(view, body + padded(captured), end, littleEndian);
  if (drops > 0) {
    countBeforePacket(on.drops, drops, time, section.report.losses);
    on.info.dropped = on.drops.reported;
  }
  on.drops.lastPacket = time;
  on.info.packets++;
  section.last = time;
  packets.push({
    time,
    linkType: on.info.linkType,
    interface: on.index,
    captured: window.bytes.subarray(body, body + captured),
    originalLength: view.getUint32(start + 16, littleEndian),
    ordinal: section.ordinal,
  });
}

/** The drop count among the options of an enhanced packet block. */
function dropsBefore(view: DataView, start: number, end: number, littleEndian: boolean): number {
  for (const option of optionsIn(view, start, end, littleEndian)) {
    if (option.code === OPTION_DROP_COUNT && option.length >= 8) {
      return Number(view.getBigUint64(option.offset, littleEndian));
    }
  }
  return 0;
}

function readSimplePacket(
  section: Section,
  window: ByteWindow,
  block: Block,
  packets: Packet[],
): void {
  section.ordinal++;
  const on = section.interfaces[0];
  if (on === undefined || block.end - block.start < 4) {
    return damaged(section, `packet ${section.ordinal} is a simple packet without an interface`);
  }
  const originalLength = window.view.getUint32(block.start, section.littleEndian);
  const body = block.start + 4;
  const snap = on.info.snapLength === 0 ? originalLength : on.info.snapLength;
  const captured = Math.min(originalLength, snap, block.end - body);
  const time = section.last ?? on.clock.offset;
  addLoss(section.report.losses, {
    reason: "corrupt",
    count: undefined,
    from: time,
    until: undefined,
    note: `packet ${section.ordinal} has no time; it gets that of the packet before`,
  });
  on.info.packets++;
  packets.push({
    time,
    linkType: on.info.linkType,
    interface: on.index,
    captured: window.bytes.subarray(body, body + captured),
    originalLength,
    ordinal: section.ordinal,
  });
}

function readStatistics(section: Section, window: ByteWindow, block: Block): void {
  const { view } = window;
  const { littleEndian } = section;
  const { start, end } = block;
  if (end - start < 12) {
    return damaged(section, "a statistics block is too short");
  }
  const on = section.interfaces[view.getUint32(start, littleEndian)];
  if (on === undefined) {
    return damaged(section, "a statistics block names an interface that is not declared");
  }
  let total: number | undefined;
  for (const option of optionsIn(view, start + 12, end, littleEndian)) {
    const counts =
      option.code === OPTION_DROPPED_BY_INTERFACE || option.code === OPTION_DROPPED_BY_SYSTEM;
    if (counts && option.length >= 8) {
      total = (total ?? 0) + Number(view.getBigUint64(option.offset, littleEndian));
    }
  }
  if (total !== undefined) {
    const high = view.getUint32(start + 4, littleEndian);
    const time = pcapngTime(on.clock, high, view.getUint32(start + 8, littleEndian));
    countTotal(on.drops, total, time, section.report.losses);
    on.info.dropped = on.drops.reported;
  }
}
