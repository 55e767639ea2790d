/**
 * The connection tracker: from the packets of one capture, in order of time, to events.
 *
 *     packet ─► frame ─► copy? ─► connection (generation) ─► segment or reset ─► events
 *
 * One pass, a bounded number of connections, one record per connection. The vocabulary of the
 * events is `docs/recordings.md`.
 */
import { formatAddress, formatMac } from "./address.ts";
import { findConnection, fromClient, pairHash, touchConnection } from "./connection-table.ts";
import { decodeFrame, type Frame, RST } from "./frame.ts";
import { addLoss } from "./loss-list.ts";
import type { Packet } from "./packet.ts";
import { checkRepetition } from "./repeated-frames.ts";
import type { Connection } from "./tcp-connection.ts";
import { type EventSink, emit, emitFree } from "./tcp-events.ts";
import { connectionOf, dismiss } from "./tcp-generation.ts";
import { takeReset } from "./tcp-reset.ts";
import { takeSegment, whatOf } from "./tcp-segment.ts";
import type { Side } from "./tcp-side.ts";
import type { Tracker } from "./tcp-tracker.ts";

/** Takes in the next packet; its events are in `tracker.sink.events`. */
export function trackPacket(tracker: Tracker, packet: Packet): void {
  const { sink, frame, counts } = tracker;
  sink.time = packet.time;
  sink.ordinal = packet.ordinal;
  decodeFrame(packet, frame);
  counts.frames[frame.kind]++;
  if (frame.kind === "tcp") {
    trackSegment(tracker, packet);
  } else if (frame.kind === "arp" && frame.source[3] === frame.destination[3]) {
    const ip = formatAddress(frame.source);
    emitFree(sink, "arp.announce", { ip, mac: formatMac(frame.mac) });
  }
}

function trackSegment(tracker: Tracker, packet: Packet): void {
  const { sink, frame, table, counts } = tracker;
  const place = Math.imul(packet.interface, 0x10001) + frame.device;
  const repetition = checkRepetition(tracker.repeated, frame, packet.time, place & 0x7fff_ffff);
  if (repetition === "copy") {
    counts.copies++;
    return;
  }
  const hash = pairHash(frame);
  const found = findConnection(table, hash, frame);
  if (repetition === "duplicate") {
    counts.duplicates++;
    if (found !== undefined) {
      const by = fromClient(found, frame) ? found.client.name : found.server.name;
      emit(sink, found, "tcp.duplicate", { by, what: whatOf(frame) });
    }
    return;
  }
  if (found !== undefined) {
    touchConnection(table, found);
  }
  const connection = connectionOf(tracker, found, hash);
  const client = fromClient(connection, frame);
  const sender = client ? connection.client : connection.server;
  const receiver = client ? connection.server : connection.client;
  checkMac(sink, connection, sender, frame);
  if ((frame.flags & RST) !== 0) {
    takeReset(sink, connection, sender, receiver, frame);
  } else if (!takeSegment(sink, connection, sender, receiver, frame)) {
    counts.implausible++;
  }
  sender.lastPacket = sink.time;
}

function checkMac(sink: EventSink, connection: Connection, sender: Side, frame: Frame): void {
  if (frame.mac < 0 || frame.mac === sender.mac) {
    return;
  }
  if (sender.mac >= 0) {
    emit(sink, connection, "tcp.macChanged", {
      by: sender.name,
      from: formatMac(sender.mac),
      to: formatMac(frame.mac),
    });
  }
  sender.mac = frame.mac;
}

/** The capture has ended: reports the connections that are open, and what could not be decoded. */
export function finishTracking(tracker: Tracker): void {
  const { sink, counts, table } = tracker;
  let connection = table.oldest;
  while (connection !== undefined) {
    dismiss(tracker, connection, "capture ended");
    connection = connection.newer;
  }
  const { short, broken, fragment } = counts.frames;
  noteFrames(sink, short, "packets were captured too short for their headers");
  noteFrames(sink, broken, "packets have headers that contradict themselves");
  noteFrames(sink, fragment, "IP fragments without ports: only the first part is known");
  noteFrames(sink, counts.implausible, "segments have numbers far outside of their connection");
}

function noteFrames(sink: EventSink, count: number, note: string): void {
  if (count > 0) {
    const loss = { reason: "corrupt", count, from: undefined, until: undefined, note } as const;
    addLoss(sink.losses, loss);
  }
}
