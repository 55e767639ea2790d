/**
 * Vector clocks of the events of a trace, from their causes, after the run.
 *
 * The clock of an event has a number for each place: how many events of that place are before it or
 * are it. One event is before another if and only if its clock is nowhere larger and not equal (C.
 * Fidge and F. Mattern, 1988).
 *
 *     place a   e0 [1 0]      e2 [2 0]
 *     place b         e1 [1 1]        e3 [2 2]        e1 is caused by e0, e3 by e2
 *
 * Only clocks of events that cause others are kept, until the last of these has been seen. In a
 * ring, causes that were overwritten are unknown: what is left is ordered correctly among itself
 * as far as its own causes tell.
 */
import { placeName, type Trace, type TraceEvent } from "./trace.ts";

export interface Place {
  readonly name: string;
  /** Position in clocks. */
  readonly index: number;
}

/** The places of a trace in the order in which they first appear. */
export function placesOf(trace: Trace): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  for (let id = trace.first; id < trace.end; id++) {
    const place = trace.placeAt(id);
    if (places.has(place)) continue;
    const name = placeName(trace.header, trace.event(id));
    places.set(place, { name, index: places.size });
  }
  return places;
}

/** Visits all events in order; `clock` is good only during the visit. */
export function forEachClock(
  trace: Trace,
  visit: (event: TraceEvent, place: Place, clock: Uint32Array) => void,
): void {
  const places = placesOf(trace);
  const uses = usesOf(trace);
  const latest = Array.from(places, () => new Uint32Array(places.size));
  const kept = new Map<number, Uint32Array>();
  for (let id = trace.first; id < trace.end; id++) {
    const event = trace.event(id);
    const place = places.get(trace.placeAt(id));
    const clock = place === undefined ? undefined : latest[place.index];
    if (place === undefined || clock === undefined) continue;
    for (const cause of event.causes) {
      const before = kept.get(cause);
      if (before === undefined) continue;
      for (const [index, count] of before.entries()) {
        clock[index] = Math.max(clock[index] ?? 0, count);
      }
      if (uses.get(cause) === id) kept.delete(cause);
    }
    clock[place.index] = (clock[place.index] ?? 0) + 1;
    if (uses.has(id)) kept.set(id, clock.slice());
    visit(event, place, clock);
  }
}

/** For each event that causes others: the last one that it causes. */
function usesOf(trace: Trace): ReadonlyMap<number, number> {
  const uses = new Map<number, number>();
  for (let id = trace.first; id < trace.end; id++) {
    for (const cause of trace.event(id).causes) uses.set(cause, id);
  }
  return uses;
}
