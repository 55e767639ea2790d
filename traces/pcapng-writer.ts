/**
 * Writes captures in pcapng (draft-ietf-opsawg-pcapng): what a run of the engine puts on its
 * interfaces, for Wireshark and for our own reader.
 *
 *     section header │ interface description … │ enhanced packet … in the order of time
 *
 * Times are nanoseconds (`if_tsresol` 9). Blocks are little-endian. The whole capture is made at
 * once; a longer one is written in parts by whoever calls, header first.
 */

export interface CapturedFrame {
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  /** Index into the interfaces of the header. */
  readonly interface: number;
  readonly bytes: Uint8Array;
  /** Shown by Wireshark beside the frame. */
  readonly comment?: string | undefined;
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
const OPTION_END = 0;
const OPTION_COMMENT = 1;
const OPTION_NAME = 2;
const OPTION_APPLICATION = 4;
const OPTION_RESOLUTION = 9;
const NANOSECONDS = 9;

type Option = readonly [code: number, value: Uint8Array];

/** The beginning of a capture: who wrote it, and its Ethernet interfaces by name. */
export function captureHeader(application: string, interfaces: readonly string[]): Uint8Array {
  const section = block(
    SECTION_HEADER,
    16,
    (view) => {
      view.setUint32(0, BYTE_ORDER_MAGIC, true);
      view.setUint16(4, 1, true);
      // Length of the section: not known.
      view.setBigInt64(8, -1n, true);
    },
    [[OPTION_APPLICATION, utf8(application)]],
  );
  const described = interfaces.map((name) =>
    block(INTERFACE_DESCRIPTION, 8, (view) => view.setUint16(0, LINKTYPE_ETHERNET, true), [
      [OPTION_NAME, utf8(name)],
      [OPTION_RESOLUTION, Uint8Array.of(NANOSECONDS)],
    ]),
  );
  return joined([section, ...described]);
}

export function captureFrame({
  time,
  interface: index,
  bytes,
  comment,
}: CapturedFrame): Uint8Array {
  const fixed = 20 + padded(bytes.length);
  const options: readonly Option[] = comment === undefined ? [] : [[OPTION_COMMENT, utf8(comment)]];
  return block(
    ENHANCED_PACKET,
    fixed,
    (view, body) => {
      view.setUint32(0, index, true);
      view.setUint32(4, Number(time >> 32n), true);
      view.setUint32(8, Number(time & 0xffff_ffffn), true);
      view.setUint32(12, bytes.length, true);
      view.setUint32(16, bytes.length, true);
      body.set(bytes, 20);
    },
    options,
  );
}

/** A block: type, length, body, options, and the length once more. */
function block(
  type: number,
  fixed: number,
  fill: (view: DataView, body: Uint8Array) => void,
  options: readonly Option[],
): Uint8Array {
  const optionBytes =
    options.length === 0
      ? 0
      : options.reduce((sum, [, value]) => sum + 4 + padded(value.length), 4);
  const length = 12 + fixed + optionBytes;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  fill(new DataView(bytes.buffer, 8), bytes.subarray(8));
  let at = 8 + fixed;
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  if (options.length > 0) view.setUint32(at, OPTION_END, true);
  view.setUint32(length - 4, length, true);
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
