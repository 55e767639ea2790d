/**
 * What a file holds, told from its first bytes.
 *
 * Names lie: captures are called `.cap`, `.dmp` or nothing at all, and a `.pcap` is often gzip or
 * pcapng. So the content decides alone. Compressed and foreign files are recognised only to say
 * what they are.
 */
import type { ByteWindow } from "./byte-window.ts";
import {
  type CaptureDiagnostic,
  compressedFile,
  damagedHeader,
  emptyFile,
  unknownFormat,
} from "./capture-diagnostics.ts";
import type { RecordingSource } from "./trace.ts";

/** Bytes that detection looks at. */
export const DETECTION_BYTES = 512;

interface Signature {
  readonly bytes: readonly number[];
  readonly name: string;
  /** The program that unpacks it, when it is a compression. */
  readonly unpack: string | undefined;
}

const SIGNATURES: readonly Signature[] = [
  { bytes: [0x1f, 0x8b], name: "gzip", unpack: "gunzip --keep" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: "zstd", unpack: "unzstd" },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], name: "xz", unpack: "unxz --keep" },
  { bytes: [0x42, 0x5a, 0x68], name: "bzip2", unpack: "bunzip2 --keep" },
  { bytes: [0x04, 0x22, 0x4d, 0x18], name: "lz4", unpack: "unlz4" },
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: "zip", unpack: "unzip" },
  { bytes: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0], name: "a snoop capture", unpack: undefined },
  { bytes: [0xa1, 0xb2, 0xcd, 0x34], name: "a pcap with patched records", unpack: undefined },
  { bytes: [0x34, 0xcd, 0xb2, 0xa1], name: "a pcap with patched records", unpack: undefined },
  { bytes: [0x7f, 0x45, 0x4c, 0x46], name: "a program (ELF)", unpack: undefined },
  { bytes: [0x25, 0x50, 0x44, 0x46], name: "a PDF document", unpack: undefined },
];

const PCAP_MAGICS: readonly number[] = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1];
const PCAPNG_MAGIC = 0x0a0d0d0a;
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];
const OPENING_BRACE = 0x7b;

/** The format of the file at the start of `window`, or why it cannot be read. */
export function detectFormat(
  window: ByteWindow,
  path: string,
): RecordingSource["format"] | CaptureDiagnostic {
  const head = window.bytes.subarray(window.start, Math.min(window.end, DETECTION_BYTES));
  if (head.length === 0) {
    return emptyFile(path);
  }
  const magic = head.length < 4 ? 0 : window.view.getUint32(window.start);
  if (PCAP_MAGICS.includes(magic)) {
    return "pcap";
  }
  if (magic === PCAPNG_MAGIC) {
    return "pcapng";
  }
  if (firstInk(head) === OPENING_BRACE) {
    return "jsonl";
  }
  const known = SIGNATURES.find((signature) => startsWith(head, signature.bytes));
  if (known?.unpack !== undefined) {
    return compressedFile(path, known.name, known.unpack);
  }
  if (head.length < 4 && PCAP_MAGICS.some((pcap) => head[0] === pcap >>> 24)) {
    return damagedHeader(path, `the file has only ${head.length} bytes`);
  }
  return unknownFormat(path, known?.name ?? describe(head));
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

/** The first byte that is neither a byte order mark nor a blank. */
function firstInk(head: Uint8Array): number | undefined {
  const start = startsWith(head, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  return head
    .subarray(start)
    .find((byte) => byte !== 32 && byte !== 9 && byte !== 10 && byte !== 13);
}

function describe(head: Uint8Array): string {
  if (head.every((byte) => byte === 0)) {
    return "a file of zero bytes, as a crashed or full disk leaves it";
  }
  return isText(head)
    ? `text: ${JSON.stringify(firstWords(head))}`
    : `binary data: ${hex(head.subarray(0, 8))}`;
}

/** Whether the bytes are UTF-8 without control characters; the last character may be cut. */
function isText(head: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
  } catch {
    return false;
  }
  return head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}

/** The first words of a text, in printable ASCII, so that they can be put into a message. */
function firstWords(head: Uint8Array): string {
  const text = String.fromCharCode(...head.subarray(0, 40)).split("\n", 1)[0] ?? "";
  return text.replace(/[^ -~]/g, "?").trim();
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
