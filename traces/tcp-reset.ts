/**
 * What a RST means.
 *
 * A RST is not a loss by itself: it can refuse a SYN, answer a straggler after both sides have
 * closed, or be an application's own abort. What tells them apart is in the packet: a stack that
 * does not know the connection answers without ACK flag, with the acknowledgement number of the
 * packet that it answers as sequence number; a stack that knew it sends RST and ACK. So the newest
 * packets of the other side are kept for matching (`tcp-side.ts`).
 */
import { ACK, type Frame } from "./frame.ts";
import { difference } from "./sequence-space.ts";
import { account, type Attributes, type Connection } from "./tcp-connection.ts";
import { type EventSink, emit } from "./tcp-events.ts";
import { packetsAcknowledging, type Side } from "./tcp-side.ts";

/** Takes in a RST of `sender`. */
export function takeReset(
  sink: EventSink,
  connection: Connection,
  sender: Side,
  receiver: Side,
  frame: Frame,
): void {
  if (refuses(connection, sender, receiver, frame)) {
    if (connection.ended !== "refused") {
      emit(sink, connection, "tcp.refused", { by: sender.name, tries: receiver.synTries });
    }
    connection.ended = "refused";
    return;
  }
  emit(sink, connection, "tcp.reset", {
    by: sender.name,
    ...answer(receiver, frame),
    afterBothFins: sender.finEnd !== undefined && receiver.finEnd !== undefined,
    inWindow: inWindow(sender, receiver, frame),
    repeat: connection.resets,
    ...account(connection, sink.time),
  });
  connection.resets++;
  if (connection.ended === undefined) {
    connection.ended = "reset";
    connection.resetBy = sender;
  }
}

/** Whether the RST answers the SYN of a connection that was never established. */
function refuses(connection: Connection, sender: Side, receiver: Side, frame: Frame): boolean {
  return (
    connection.establishedAt === undefined &&
    sender.synTries === 0 &&
    receiver.initial !== undefined &&
    (frame.flags & ACK) !== 0 &&
    difference(frame.acknowledgement, receiver.initial) === 1
  );
}

function answer(receiver: Side, frame: Frame): Attributes {
  const stateless = (frame.flags & ACK) === 0;
  const kinds = stateless ? packetsAcknowledging(receiver, frame.sequence) : [];
  const newest = packetsAcknowledging(receiver, newestNumber(receiver)).length > 0;
  return {
    stateless,
    answers: kinds[0] ?? "none",
    answersBarrenAck: kinds.includes("ack"),
    answersOld:
      newest && kinds.length > 0 && difference(frame.sequence, newestNumber(receiver)) < 0,
  };
}

/** The highest acknowledgement number among the remembered packets of `side`. */
function newestNumber(side: Side): number {
  return side.recentNumbers.reduce(
    (best, number) => (difference(number, best) > 0 ? number : best),
    side.recentNumbers[0] ?? 0,
  );
}

/** Whether the receiver accepts the sequence number; null when too little is known. */
function inWindow(sender: Side, receiver: Side, frame: Frame): boolean | null {
  if (!sender.space.started || receiver.window < 0 || receiver.windowScale < 0) {
    return null;
  }
  const offset = difference(frame.sequence, sender.space.acknowledged);
  return offset >= 0 && offset <= receiver.window * 2 ** receiver.windowScale;
}
