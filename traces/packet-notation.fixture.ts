/**
 * A notation for synthetic packets: one line, one frame.
 *
 *     C>S SYN                     numbers follow by themselves, per connection and side
 *     S>C SYNACK
 *     C>S ACK
 *     +2s C>S DATA 20 seq=1       two seconds later, twenty bytes from relative number 1 on
 *     C>S DATA 20 again           the very same frame once more (same identification)
 *     S>C RST seq=1               without ACK flag; RSTACK has it
 *     S ARP                       gratuitous ARP
 *
 * `C` and `S` are 10.0.0.2:41001 and 10.0.0.10:80; `C2>S` is another client port, `C6>S6` speaks
 * IPv6. Without `+TIME` a frame comes 1 ms after the one before, from 1,000 s on. Numbers in the
 * notation are relative to the initial ones, 1,000 and 5,000 unless `isn=` on a SYN says otherwise.
 *
 * More words: `ack=` `win=` `id=` `ts=` `echo=` `if=` (interface) `mac=` `cut=` (captured bytes)
 * `scale=` `fin` (with DATA) `total=` (IP length).
 */

/** A frame as a capture would hold it. */
export interface SyntheticFrame {
  readonly time: bigint;
  readonly interface: number;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
}

const START: bigint = 1_000_000_000_000n;
const STEP: bigint = 1_000_000n;
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
]);
const FLAGS: ReadonlyMap<string, number> = new Map([
  ["SYN", 0x02],
  ["SYNACK", 0x12],
  ["ACK", 0x10],
  ["DATA", 0x18],
  ["FIN", 0x11],
  ["RST", 0x04],
  ["RSTACK", 0x14],
]);
const LINE: RegExp = /^(?:\+(\d+)(ns|us|ms|s) )?(\w+)>(\w+) (\w+)(?: (\d+))?((?: [\w=-]+)*)$/;
const ARP_LINE: RegExp = /^(?:\+(\d+)(ns|us|ms|s) )?([CS]) ARP((?: [\w=]+)*)$/;
const SYN = 0x02;
const ACK = 0x10;
const FIN = 0x01;
const RST = 0x04;
const ETHERNET_BYTES = 14;

/** What one endpoint of a pair will send next. */
interface Sender {
  initial: number;
  next: number;
  identification: number;
  last: Uint8Array | undefined;
}

/** The frames of a text with one frame per line; empty lines are passed over. */
export function frames(text: string): SyntheticFrame[] {
  const senders = new Map<string, Sender>();
  const out: SyntheticFrame[] = [];
  let time = START - STEP;
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const arp = ARP_LINE.exec(line);
    const tcp = LINE.exec(line);
    const [, amount, unit = "ns"] = arp ?? tcp ?? [];
    time += amount === undefined ? STEP : BigInt(amount) * (UNITS.get(unit) ?? 0n);
    if (arp !== null) {
      out.push(whole(time, arpFrame(arp[3] === "C", wordsOf(arp[4] ?? ""))));
    } else if (tcp !== null) {
      out.push(tcpFrame(tcp, time, senders));
    } else {
      throw new Error(`not a line of the notation: ${line}`);
    }
  }
  return out;
}

type Words = ReadonlyMap<string, string>;

function wordsOf(text: string): Words {
  const words = text.trim().split(" ");
  return new Map(words.map((word) => [word.split("=")[0] ?? "", word.split("=")[1] ?? ""]));
}

function whole(time: bigint, bytes: Uint8Array): SyntheticFrame {
  return { time, interface: 0, bytes, originalLength: bytes.length };
}

function senderOf(senders: Map<string, Sender>, from: string, to: string): Sender {
  const key = `${from}>${to}`;
  const initial = from.startsWith("C") ? 1000 : 5000;
  const sender = senders.get(key) ?? {
    initial,
    next: initial + 1,
    identification: 0,
    last: undefined,
  };
  senders.set(key, sender);
  return sender;
}

function tcpFrame(
  match: RegExpExecArray,
  time: bigint,
  senders: Map<string, Sender>,
): SyntheticFrame {
  const [, , , from = "", to = "", what = "", amount = "0", rest = ""] = match;
  const words = wordsOf(rest);
  const sender = senderOf(senders, from, to);
  const receiver = senderOf(senders, to, from);
  const place = Number(words.get("if") ?? 0);
  if (words.has("again") && sender.last !== undefined) {
    const bytes = sender.last;
    return { time, interface: place, bytes, originalLength: bytes.length };
  }
  const flags = (FLAGS.get(what) ?? 0) | (words.has("fin") ? FIN : 0);
  if ((flags & SYN) !== 0) {
    sender.initial = Number(words.get("isn") ?? sender.initial);
    sender.next = sender.initial;
  }
  const length = Number(amount);
  const sequence = words.has("seq") ? sender.initial + Number(words.get("seq")) : sender.next;
  const acknowledgement = words.has("ack")
    ? receiver.initial + Number(words.get("ack"))
    : receiver.next;
  const past = sequence + length + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
  if ((flags & RST) === 0 && past > sender.next) sender.next = past;
  if (!words.has("id")) sender.identification++;
  const segment = tcpSegment(from, to, { flags, length, sequence, acknowledgement }, words);
  const bytes = ipFrame(from, to, segment, words, sender.identification);
  sender.last = bytes;
  const captured = bytes.subarray(0, Number(words.get("cut") ?? bytes.length));
  return { time, interface: place, bytes: captured, originalLength: bytes.length };
}

interface Numbers {
  readonly flags: number;
  readonly length: number;
  readonly sequence: number;
  readonly acknowledgement: number;
}

function portOf(name: string): number {
  return name.startsWith("C") ? 41_000 + Number(name.slice(1) || 1) : 80;
}

function tcpSegment(from: string, to: string, numbers: Numbers, words: Words): Uint8Array {
  const options = [
    ...(words.has("scale") ? [3, 3, Number(words.get("scale")), 1] : []),
    ...(words.has("ts") ? [1, 1, 8, 10, ...be32(words.get("ts")), ...be32(words.get("echo"))] : []),
  ];
  const header = 20 + options.length;
  const { flags, length, sequence, acknowledgement } = numbers;
  const bytes = new Uint8Array(header + length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, portOf(from));
  view.setUint16(2, portOf(to));
  view.setUint32(4, sequence);
  view.setUint32(8, (flags & ACK) === 0 ? 0 : acknowledgement);
  view.setUint8(12, (header / 4) << 4);
  view.setUint8(13, flags);
  view.setUint16(14, Number(words.get("win") ?? 1000));
  bytes.set(options, 20);
  return bytes;
}

function be32(text: string | undefined): number[] {
  const value = Number(text ?? 0);
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function ipFrame(
  from: string,
  to: string,
  segment: Uint8Array,
  words: Words,
  identification: number,
): Uint8Array {
  const six = from.endsWith("6");
  const header = six ? 40 : 20;
  const bytes = new Uint8Array(ETHERNET_BYTES + header + segment.length);
  const view = new DataView(bytes.buffer);
  setMacs(view, from, words);
  view.setUint16(12, six ? 0x86dd : 0x0800);
  const at = ETHERNET_BYTES;
  if (six) {
    view.setUint8(at, 0x60);
    view.setUint16(at + 4, Number(words.get("total") ?? segment.length));
    view.setUint8(at + 6, 6);
    for (const [offset, host] of [
      [8, from],
      [24, to],
    ] as const) {
      view.setUint32(at + offset, 0x2001_0db8);
      view.setUint32(at + offset + 12, host.startsWith("C") ? 2 : 10);
    }
  } else {
    view.setUint8(at, 0x45);
    view.setUint16(at + 2, Number(words.get("total") ?? header + segment.length));
    view.setUint16(at + 4, Number(words.get("id") ?? identification));
    view.setUint8(at + 9, 6);
    view.setUint32(at + 12, hostOf(from));
    view.setUint32(at + 16, hostOf(to));
  }
  bytes.set(segment, at + header);
  return bytes;
}

function hostOf(name: string): number {
  return 0x0a00_0000 + (name.startsWith("C") ? 2 : 10);
}

function setMacs(view: DataView, from: string, words: Words): void {
  view.setUint32(2, 0x0200_0000);
  view.setUint16(6, 0x0200);
  view.setUint32(8, Number(words.get("mac") ?? hostOf(from)));
}

function arpFrame(client: boolean, words: Words): Uint8Array {
  const bytes = new Uint8Array(ETHERNET_BYTES + 28);
  const view = new DataView(bytes.buffer);
  const name = client ? "C" : "S";
  setMacs(view, name, words);
  view.setUint16(12, 0x0806);
  view.setUint32(14, 0x0001_0800);
  view.setUint32(18, 0x0604_0001);
  bytes.copyWithin(22, 6, 12);
  view.setUint32(28, hostOf(name));
  view.setUint32(38, hostOf(name));
  return bytes;
}
