/**
 * The recorded events that verdicts point at, each kept once.
 *
 * Instances are judged in any order; `sorted` puts the events in the order of time and tells where
 * each has gone.
 */
import type { TraceEvent } from "../../traces/trace.ts";

export interface Evidence {
  /** Numbers of the events, for `places` to translate. */
  readonly add: (events: readonly TraceEvent[]) => readonly number[];
  /** The events in order of time, and the final index of each number. */
  readonly sorted: () => {
    readonly events: readonly TraceEvent[];
    readonly places: readonly number[];
  };
}

export function createEvidence(): Evidence {
  const numbers = new Map<TraceEvent, number>();
  return {
    add: (events) =>
      events.map((event) => {
        const number = numbers.get(event) ?? numbers.size;
        numbers.set(event, number);
        return number;
      }),
    sorted: () => {
      const ordered = [...numbers.entries()].toSorted(
        ([a], [b]) =>
          compare(a.time, b.time) ||
          a.origin.source - b.origin.source ||
          a.origin.ordinal - b.origin.ordinal,
      );
      const places: number[] = [];
      for (const [place, [, number]] of ordered.entries()) places[number] = place;
      return { events: ordered.map(([event]) => event), places };
    },
  };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
