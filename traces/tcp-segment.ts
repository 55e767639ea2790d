/**
 * What one segment means for its connection: the rules from packets to events.
 *
 *     segment ─► SYN? ─► handshake complete? ─► new, repeated, late bytes ─► ACK ─► window
 *
 * `sender` and `receiver` are the two sides as seen from the packet. A segment tells two things,
 * bytes of its sender and an acknowledgement for its receiver; both go into one `tcp.progress`.
 * Resets are judged in `tcp-reset.ts`.
 *
 * Invariant: a byte is counted as new once per connection, whatever copies arrive in whatever
 * order.
 */
import { ACK, FIN, type Frame, SYN } from "./frame.ts";
import { addLoss } from "./loss-list.ts";
import { type Arrival, acknowledge, arrive, difference, reach } from "./sequence-space.ts";
import { account, type Connection } from "./tcp-connection.ts";
import { type EventSink, emit, emitFree } from "./tcp-events.ts";
import {
  countData,
  countTry,
  forgetTries,
  outstanding,
  type PacketKind,
  rememberPacket,
  type Side,
} from "./tcp-side.ts";

/** IP identifications further apart than this were not counted up from one another. */
const NEAR_IDENTIFICATIONS = 4096;

/** Takes in a segment without RST; false when its numbers cannot belong to the connection. */
export function takeSegment(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  receiver: Side,
  frame: Frame,
): boolean {
  const { flags } = frame;
  const syn = (flags & SYN) !== 0;
  const late = isLate(sender, frame);
  if (syn) {
    takeSyn(sink, connection, sender, receiver, frame);
  }
  if (connection.establishedAt === undefined) {
    checkEstablished(sink, connection, sender, frame);
  }
  const keepalive = !syn && isKeepalive(sender, frame, late);
  let data = 0;
  if (keepalive) {
    const attempt = countTry(sender, sink.time, "keepalive");
    emit(sink, connection, "tcp.keepalive", { by: sender.name, try: attempt });
  } else if (frame.length > 0 || (flags & (SYN | FIN)) !== 0) {
    const arrived = takeNumbers(sink, connection, sender, receiver, frame, late);
    if (arrived === undefined) {
      return false;
    }
    data = arrived;
  } else if ((flags & ACK) !== 0) {
    reach(sender.space, frame.sequence, frame);
  }
  const acked =
    (flags & ACK) === 0 ? 0 : takeAcknowledgement(sink, connection, sender, receiver, frame, data);
  if (data > 0 || acked > 0) {
    reopen(connection, sender, late);
  }
  checkClosed(sink, connection);
  if (!late && !syn) {
    takeWindow(sink, connection, sender, frame);
  }
  if (!late) {
    sender.stamp = frame.stamp;
    sender.identification = frame.identification;
  }
  rememberPacket(sender, frame.acknowledgement, kindOf(frame, keepalive));
  return true;
}

/**
 * Whether the segment was sent before one that was captured earlier: its time stamp is older, or
 * with equal time stamps its IP identification. Counters that do not count up say nothing.
 */
function isLate(sender: Side, frame: Frame): boolean {
  return sentBefore(frame, sender.stamp, sender.identification);
}

function sentBefore(frame: Frame, stamp: number, identification: number): boolean {
  if (frame.stamped && stamp !== 0 && frame.stamp !== stamp) {
    return difference(frame.stamp, stamp) < 0;
  }
  if (frame.identification <= 0 || identification <= 0) {
    return false;
  }
  const step = ((frame.identification - identification) << 16) >> 16;
  return step < 0 && step > -NEAR_IDENTIFICATIONS;
}

function takeSyn(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  receiver: Side,
  frame: Frame,
): void {
  sender.initial ??= frame.sequence;
  sender.space.settled = true;
  sender.firstSyn ??= sink.time;
  sender.windowScale = frame.windowScale;
  sender.synTries++;
  const kind = (frame.flags & ACK) === 0 ? "tcp.syn" : "tcp.synAck";
  emit(sink, connection, kind, {
    by: sender.name,
    try: sender.synTries,
    maximumSegment: frame.maximumSegment,
    windowScale: frame.windowScale,
    selectiveAcks: frame.selectiveAcks,
  });
  if (frame.windowScale < 0) {
    // Scaling is used only when both SYNs offer it.
    sender.windowScale = 0;
    receiver.windowScale = 0;
  }
}

/** Reports the connection as established when this segment shows that it is. */
function checkEstablished(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  frame: Frame,
): void {
  if (!showsEstablished(connection, sender, frame)) {
    return;
  }
  const { client, server } = connection;
  connection.establishedAt = sink.time;
  connection.complete = sender === client && client.synTries > 0 && server.synTries > 0;
  emit(sink, connection, "tcp.established", {
    complete: connection.complete,
    tries: client.synTries,
  });
}

/**
 * With a SYN in the capture, the client's next segment shows it, or data of the server that
 * acknowledge that SYN (other data are leftovers of a former connection). Without, data show it, or
 * segments of both sides; a lone ACK or FIN can be the end of something old.
 */
function showsEstablished(connection: Connection, sender: Side, frame: Frame): boolean {
  const { client, server, firstFin } = connection;
  if ((frame.flags & SYN) !== 0 || (frame.flags & ACK) === 0) {
    return false;
  }
  if (client.initial === undefined && server.initial === undefined) {
    const other = sender === client ? server : client;
    const heard = other.lastPacket !== undefined && firstFin === undefined;
    return frame.length > 0 || (heard && (frame.flags & FIN) === 0);
  }
  if (sender === client) {
    return true;
  }
  const step = client.initial === undefined ? 1 : difference(frame.acknowledgement, client.initial);
  return frame.length > 0 && step > 0;
}

/** A probe: one acknowledged byte, or none, just below the next number. */
function isKeepalive(sender: Side, frame: Frame, late: boolean): boolean {
  const { space, finEnd } = sender;
  if (late || frame.length > 1 || (frame.flags & FIN) !== 0 || finEnd !== undefined) {
    return false;
  }
  const below = space.started && difference(frame.sequence, space.next) === -1;
  return below && (frame.length === 0 || space.acknowledged === space.next);
}

/**
 * Takes in the numbers that the segment occupies; its new stream bytes, or undefined for nonsense.
 */
function takeNumbers(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  receiver: Side,
  frame: Frame,
  late: boolean,
): number | undefined {
  const { length, flags, sequence } = frame;
  const syn = (flags & SYN) === 0 ? 0 : 1;
  const fin = (flags & FIN) === 0 ? 0 : 1;
  const total = syn + length + fin;
  const waiting = outstanding(sender) > 0;
  const arrival = arrive(sender.space, sequence, total, sink.time, frame);
  if (!arrival.plausible) {
    return undefined;
  }
  const fresh = arrival.ahead + arrival.filled;
  if (fresh < total || arrival.filled > 0) {
    reportRepeated(sink, connection, sender, frame, arrival, late);
  }
  const newSyn = syn === 1 && sender.synTries === 1 ? 1 : 0;
  const newFin = fin === 1 && sender.finEnd === undefined ? 1 : 0;
  if (newFin === 1) {
    takeFin(sink, connection, sender, (sequence + total) | 0);
  }
  if (fresh > 0 && (!waiting || sender.tries === 0)) {
    sender.lastSent = sink.time;
  }
  const data = Math.max(0, fresh - newSyn - newFin);
  if (data > 0) {
    countData(sender, receiver, data, sink.time);
  }
  return data;
}

/** Reports bytes that were seen before, or that fill a hole. */
function reportRepeated(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  frame: Frame,
  arrival: Arrival,
  late: boolean,
): void {
  const { hole, filled, ahead } = arrival;
  const early =
    hole === undefined ? late : sentBefore(frame, hole.stamp, Math.max(hole.identification, 0));
  if (early) {
    emit(sink, connection, "tcp.reordered", { by: sender.name, bytes: filled });
    return;
  }
  const attempt = countTry(sender, sink.time, "retransmission");
  emit(sink, connection, "tcp.retransmission", {
    by: sender.name,
    what: whatOf(frame),
    bytes: Math.max(0, frame.length - ahead),
    try: attempt,
    original: filled > 0 ? "missing" : "seen",
  });
}

/** What a segment is sent for, in the words of `tcp.retransmission` and `tcp.duplicate`. */
export function whatOf(frame: Frame): string {
  if (frame.length > 0) {
    return "data";
  }
  if ((frame.flags & SYN) !== 0) {
    return (frame.flags & ACK) === 0 ? "syn" : "synAck";
  }
  return (frame.flags & FIN) === 0 ? "ack" : "fin";
}

function takeFin(sink: EventSink, connection: Connection, sender: Side, end: number): void {
  const first = connection.firstFin === undefined;
  emit(sink, connection, "tcp.fin", {
    by: sender.name,
    first,
    ...account(connection, sink.time),
  });
  connection.firstFin ??= sender;
  sender.finEnd = end;
}

/** Takes in the acknowledgement; how many stream bytes it acknowledges for the first time. */
function takeAcknowledgement(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  receiver: Side,
  frame: Frame,
  data: number,
): number {
  const { space } = receiver;
  const pending = receiver.tries > 0;
  const sent = receiver.lastSent;
  const synPending = receiver.initial !== undefined && space.acknowledged === receiver.initial;
  const news = acknowledge(space, frame.acknowledgement);
  const finAcked =
    receiver.finEnd !== undefined &&
    !receiver.finAcked &&
    difference(frame.acknowledgement, receiver.finEnd) >= 0;
  const acked = Math.max(
    0,
    news.advanced - (synPending && news.advanced > 0 ? 1 : 0) - (finAcked ? 1 : 0),
  );
  if (news.missing > 0) {
    reportGap(sink, connection, receiver, news.missing);
  }
  if (news.advanced > 0) {
    forgetTries(receiver);
    receiver.lastSent = outstanding(receiver) > 0 ? sink.time : receiver.lastSent;
    receiver.roundTripSent = news.sentAt ?? receiver.roundTripSent;
  }
  if (data > 0 || acked > 0) {
    emitProgress(sink, connection, sender, data, acked, news.sentAt);
  } else if (pending && news.advanced === 0 && outstanding(receiver) === 0) {
    const bare = frame.length === 0 && (frame.flags & (SYN | FIN)) === 0;
    if (bare && sent !== undefined && frame.acknowledgement === space.next) {
      const roundTrip = sink.time - sent;
      emit(sink, connection, "tcp.probeAnswered", {
        by: sender.name,
        probe: receiver.probe,
        roundTrip,
      });
      forgetTries(receiver);
    }
  }
  if (finAcked) {
    receiver.finAcked = true;
    emit(sink, connection, "tcp.finAcked", { by: sender.name });
  }
  return acked;
}

/** The most frequent event, so its attributes are written down at once. */
function emitProgress(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  data: number,
  acked: number,
  sentAt: bigint | undefined,
): void {
  if (!connection.shadow) {
    emitFree(sink, "tcp.progress", {
      conn: connection.conn,
      client: connection.clientEndpoint,
      server: connection.serverEndpoint,
      by: sender.name,
      data,
      acked,
      roundTrip: acked > 0 && sentAt !== undefined ? sink.time - sentAt : null,
    });
  }
}

/** Bytes of `side` were acknowledged that the capture does not have. */
function reportGap(sink: EventSink, connection: Connection, side: Side, bytes: number): void {
  side.missing += bytes;
  const since = side.lastPacket;
  emit(sink, connection, "tcp.gap", { by: side.name, bytes, since: since ?? null });
  if (!connection.shadow) {
    const whose = `${side.name} of ${connection.conn}`;
    addLoss(sink.losses, {
      reason: "gap",
      count: undefined,
      from: since,
      until: sink.time,
      note: `${bytes} bytes of the ${whose} are acknowledged but not captured`,
    });
  }
}

/** Progress of the side that sent the RST shows that it had no effect, or was not that side's. */
function reopen(connection: Connection, sender: Side, late: boolean): void {
  if (connection.ended === "reset" && connection.resetBy === sender && !late) {
    connection.ended = undefined;
  }
}

function checkClosed(sink: EventSink, connection: Connection): void {
  const { client, server, firstFin, ended } = connection;
  if (ended === undefined && firstFin !== undefined && client.finAcked && server.finAcked) {
    emit(sink, connection, "tcp.closed", {
      by: firstFin.name,
      confirmed: true,
      ...account(connection, sink.time),
    });
    connection.ended = "closed";
  }
}

function takeWindow(sink: EventSink, connection: Connection, sender: Side, frame: Frame): void {
  const before = sender.window;
  sender.window = frame.window;
  if (frame.window === 0 && before !== 0) {
    emit(sink, connection, "tcp.zeroWindow", { by: sender.name });
  } else if (frame.window > 0 && before === 0) {
    emit(sink, connection, "tcp.windowOpened", { by: sender.name });
  }
}

function kindOf(frame: Frame, keepalive: boolean): PacketKind {
  if ((frame.flags & SYN) !== 0) {
    return (frame.flags & ACK) === 0 ? "syn" : "synAck";
  }
  if ((frame.flags & FIN) !== 0) {
    return "fin";
  }
  return keepalive ? "keepalive" : frame.length > 0 ? "data" : "ack";
}
