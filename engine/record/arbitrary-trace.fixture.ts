/** Random traces for tests: a few places, causes among earlier events. */
import fc from "fast-check";
import { type TraceHeader, traceHeader } from "./header.ts";
import { KINDS } from "./kinds.ts";
import { createTrace, NONE, NOWHERE, placeOf, type Trace } from "./trace.ts";

export const HEADER: TraceHeader = traceHeader({
  engine: "0.1.0",
  scenario: "6f1c",
  seed: 7,
  memory: { model: "tso", entries: 8 },
  schedule: { strategy: "pct", depth: 3 },
  plan: [{ at: 2000, do: "crash", target: "server" }],
  draws: { loss: 0.05 },
  cores: 2,
  domains: ["server", "app[Client1]"],
  components: ["nic"],
});

export interface RandomEvent {
  readonly gap: number;
  readonly kind: number;
  readonly place: number;
  readonly object: number;
  readonly value: number;
  readonly choice: number;
  /** How far back the causes are; further back than the beginning means none. */
  readonly back: readonly [number, number];
}

const PLACES: readonly number[] = [
  placeOf(0, 0, NOWHERE),
  placeOf(1, 1, NOWHERE),
  placeOf(NOWHERE, NOWHERE, 0),
  placeOf(NOWHERE, NOWHERE, NOWHERE),
];

export const arbitraryEvents: fc.Arbitrary<readonly RandomEvent[]> = fc.array(
  fc.record({
    gap: fc.nat(5_000_000),
    kind: fc.nat(KINDS.length - 1),
    place: fc.constantFrom(...PLACES),
    object: fc.nat(3),
    value: fc.nat(0xffff_ffff),
    choice: fc.nat(4),
    back: fc.tuple(fc.nat(12), fc.nat(12)),
  }),
  { maxLength: 40 },
);

export function traceOf(events: readonly RandomEvent[], ring?: number): Trace {
  const trace = createTrace(HEADER, ring === undefined ? {} : { ring });
  for (let text = 0; text < 4; text++) trace.handleOf(`server.Open(Client${text})`);
  let time = 0;
  for (const [id, { gap, kind, place, object, value, choice, back }] of events.entries()) {
    const [one, other] = back.map((far) => (far === 0 || far > id ? NONE : id - far));
    time += gap;
    trace.record(time, kind, place, object, value, one, other);
    trace.chose(choice);
  }
  return trace;
}
