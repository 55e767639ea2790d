/**
 * The drop counters of one capturing interface.
 *
 * pcapng counts drops in two ways: each packet may say how many were lost just before it, and
 * statistics blocks give totals since the start of the capture, which include the former. The first
 * tell where, the second how many; what is counted twice is reported once.
 */
import { addLoss } from "./loss-list.ts";
import type { FileLoss } from "./packet.ts";

export interface DropAccount {
  /** Drops reported so far, by either way. */
  reported: number;
  lastPacket: bigint | undefined;
  lastStatistics: bigint | undefined;
}

export function createDropAccount(): DropAccount {
  return { reported: 0, lastPacket: undefined, lastStatistics: undefined };
}

/** A packet of `time` says that `count` packets were lost since the packet before. */
export function countBeforePacket(
  account: DropAccount,
  count: number,
  time: bigint,
  losses: FileLoss[],
): void {
  account.reported += count;
  addLoss(losses, {
    reason: "dropped",
    count,
    from: account.lastPacket,
    until: time,
    note: `the capture tool counted ${count} lost packets just before this time`,
  });
}

/**
 * A statistics block says that `total` packets were lost since the start. `stamp` is its time; it
 * is not believed when it is before the last packet, because a common tool writes it in
 * microseconds whatever the resolution of the interface.
 */
export function countTotal(
  account: DropAccount,
  total: number,
  stamp: bigint,
  losses: FileLoss[],
): void {
  const { lastPacket } = account;
  const time = lastPacket !== undefined && stamp < lastPacket ? lastPacket : stamp;
  const count = total - account.reported;
  if (count > 0) {
    account.reported = total;
    addLoss(losses, {
      reason: "dropped",
      count,
      from: account.lastStatistics,
      until: time,
      note: `the statistics of the capture count ${count} lost packets up to this time`,
    });
  }
  account.lastStatistics = time;
}
