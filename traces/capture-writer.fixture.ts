/**
 * Writers of captures for tests: pcap in all four magics, pcapng block by block.
 *
 * They are independent of the readers: constants are written out as the formats define them, so
 * that a reader and a writer cannot agree on a wrong one.
 */
import type { SyntheticFrame } from "./packet-notation.fixture.ts";

export interface PcapStyle {
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  readonly linkType: number;
}

export const PLAIN_PCAP: PcapStyle = { littleEndian: true, nanoseconds: true, linkType: 1 };

/** A classic pcap file. */
export function writePcap(frames: readonly SyntheticFrame[], style: PcapStyle): Uint8Array {
  const { littleEndian, nanoseconds, linkType } = style;
  const head = new DataView(new ArrayBuffer(24));
  head.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, littleEndian);
  head.setUint16(4, 2, littleEndian);
  head.setUint16(6, 4, littleEndian);
  head.setUint32(16, 262_144, littleEndian);
  head.setUint32(20, linkType, littleEndian);
  const parts: Uint8Array[] = [new Uint8Array(head.buffer)];
  for (const { time, bytes, originalLength } of frames) {
    const record = new DataView(new ArrayBuffer(16));
    record.setUint32(0, Number(time / 1_000_000_000n), littleEndian);
    const fraction = Number(time % 1_000_000_000n);
    record.setUint32(4, nanoseconds ? fraction : Math.floor(fraction / 1000), littleEndian);
    record.setUint32(8, bytes.length, littleEndian);
    record.setUint32(12, originalLength, littleEndian);
    parts.push(new Uint8Array(record.buffer), bytes);
  }
  return concatenate(parts);
}

/** An option of a pcapng block: code and value. */
export type Option = readonly [code: number, value: Uint8Array];

/** Makes the blocks of one byte order. */
export interface BlockWriter {
  readonly section: () => Uint8Array;
  readonly interface: (
    linkType: number,
    snapLength: number,
    options?: readonly Option[],
  ) => Uint8Array;
  readonly packet: (
    index: number,
    ticks: bigint,
    frame: SyntheticFrame,
    options?: readonly Option[],
  ) => Uint8Array;
  readonly simple: (frame: SyntheticFrame) => Uint8Array;
  readonly obsolete: (
    index: number,
    drops: number,
    ticks: bigint,
    frame: SyntheticFrame,
  ) => Uint8Array;
  readonly statistics: (index: number, ticks: bigint, options: readonly Option[]) => Uint8Array;
  readonly block: (type: number, body: Uint8Array) => Uint8Array;
  readonly u64: (value: bigint) => Uint8Array;
}

export function blockWriter(littleEndian: boolean): BlockWriter {
  const numbers = (size: 2 | 4, ...values: readonly number[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(size * values.length));
    for (const [index, value] of values.entries()) {
      if (size === 2) view.setUint16(index * 2, value, littleEndian);
      else view.setUint32(index * 4, value, littleEndian);
    }
    return new Uint8Array(view.buffer);
  };
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const filled = pad(body);
    const length = filled.length + 12;
    return concatenate([numbers(4, type, length), filled, numbers(4, length)]);
  };
  const options = (list: readonly Option[] = []): Uint8Array =>
    concatenate(list.flatMap(([code, value]) => [numbers(2, code, value.length), pad(value)]));
  const halves = (ticks: bigint): Uint8Array =>
    numbers(4, Number(ticks >> 32n), Number(ticks & 0xffff_ffffn));
  return {
    block,
    section: () =>
      block(
        0x0a0d0d0a,
        concatenate([
          numbers(4, 0x1a2b3c4d),
          numbers(2, 1, 0),
          numbers(4, 0xffff_ffff, 0xffff_ffff),
        ]),
      ),
    interface: (linkType, snapLength, list) =>
      block(1, concatenate([numbers(2, linkType, 0), numbers(4, snapLength), options(list)])),
    packet: (index, ticks, { bytes, originalLength }, list) =>
      block(
        6,
        concatenate([
          numbers(4, index),
          halves(ticks),
          numbers(4, bytes.length, originalLength),
          pad(bytes),
          options(list),
        ]),
      ),
    simple: ({ bytes, originalLength }) =>
      block(3, concatenate([numbers(4, originalLength), pad(bytes)])),
    obsolete: (index, drops, ticks, { bytes, originalLength }) =>
      block(
        2,
        concatenate([
          numbers(2, index, drops),
          halves(ticks),
          numbers(4, bytes.length, originalLength),
          pad(bytes),
        ]),
      ),
    statistics: (index, ticks, list) =>
      block(5, concatenate([numbers(4, index), halves(ticks), options(list)])),
    u64: (value) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, value, littleEndian);
      return new Uint8Array(view.buffer);
    },
  };
}

/**
 * A pcapng file of one section, with nanoseconds, and as many Ethernet interfaces as the frames
 * use.
 */
export function writePcapng(frames: readonly SyntheticFrame[], littleEndian: boolean): Uint8Array {
  const writer = blockWriter(littleEndian);
  const count = frames.reduce((most, frame) => Math.max(most, frame.interface + 1), 1);
  const interfaces = Array.from({ length: count }, () =>
    writer.interface(1, 262_144, [[9, new Uint8Array([9])]]),
  );
  const packets = frames.map((frame) => writer.packet(frame.interface, frame.time, frame));
  return concatenate([writer.section(), ...interfaces, ...packets]);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function pad(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  out.set(bytes);
  return out;
}
