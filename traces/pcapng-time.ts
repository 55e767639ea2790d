/**
 * Time stamps of pcapng: a 64-bit count of units, whose size and origin each interface declares.
 *
 * The resolution byte is `n` for 10^-n seconds, or 128 + n for 2^-n seconds; the offset is in
 * seconds. Results are nanoseconds; finer resolutions are cut off, which keeps the order of
 * packets.
 */

export interface PcapngClock {
  /** Nanoseconds = ticks × `multiplier` ÷ `divisor` + `offset`. */
  readonly multiplier: bigint;
  readonly divisor: bigint;
  readonly offset: bigint;
}

const NANOSECONDS: bigint = 1_000_000_000n;
const BINARY = 0x80;
const HALF: bigint = 0x1_0000_0000n;
/** What an interface has that declares no resolution: microseconds. */
export const DEFAULT_RESOLUTION = 6;

export function pcapngClock(resolution: number, offsetSeconds: bigint): PcapngClock {
  const offset = offsetSeconds * NANOSECONDS;
  if ((resolution & BINARY) !== 0) {
    return { multiplier: NANOSECONDS, divisor: 1n << BigInt(resolution & ~BINARY), offset };
  }
  const digits = BigInt(resolution);
  return digits <= 9n
    ? { multiplier: 10n ** (9n - digits), divisor: 1n, offset }
    : { multiplier: 1n, divisor: 10n ** (digits - 9n), offset };
}

/** The time of a stamp that is stored as its upper and lower 32 bits. */
export function pcapngTime(clock: PcapngClock, high: number, low: number): bigint {
  const ticks = BigInt(high) * HALF + BigInt(low);
  const scaled = clock.multiplier === 1n ? ticks : ticks * clock.multiplier;
  return (clock.divisor === 1n ? scaled : scaled / clock.divisor) + clock.offset;
}
