/**
 * `Trace`: what happened in a run, event by event, with causes.
 *
 * Events are numbered from 0. A record is 24 bytes, and 8 more in an array of their own for causes,
 * which only exporters read; nothing is allocated for an event.
 *
 *     bytes   0 time (float64, ns) │ 8 kind, 24 bits of place │ 12 object │ 16 value │
 *             20 which of the choices (16 bits), 8 more bits of place, 8 free
 *     place   0 core (8 bits) │ 8 domain (12 bits) │ 20 component (12 bits)       all ones: none
 *     causes  0 first │ 4 second            numbers of events, or NONE
 *
 * A model has as many components as instances, store buffers and channels, soon more than the 255
 * of a byte; 4,095 are more than anybody explores. One record size for all is kept for the speed.
 *
 * What precedes an event in the same place (core, domain and component) causes it without being
 * named. Others are: the store that a load reads from, the message that was sent, the timer that
 * was set, the interrupt that was raised.
 *
 * A growing trace keeps everything, up to `EVENTS_MAX`; a ring keeps the newest. Both find event n
 * at n modulo the capacity, a power of two. Online vector clocks are the rejected alternative: they
 * made the whole engine seven times slower, and can be had from the causes afterwards
 * (`clocks.ts`).
 */
import type { TraceHeader } from "./header.ts";
import { HAS_TEXT, KINDS, type Kind } from "./kinds.ts";

/** Cause of an event that has none. */
export const NONE = 0xffff_ffff;
/** A core, domain or component that an event does not have. */
export const NOWHERE = 0xfff;
/** How many of each there are at most. */
export const PLACES_MAX = { cores: 255, domains: 4095, components: 4095 } as const;
/** Events of a growing trace: 2 GiB of records. */
export const EVENTS_MAX: number = 2 ** 26;

const WORDS = 6;
const CAPACITY_FIRST = 4096;
const CHOICES_MAX = 0xffff;
const CORE_NONE = 0xff;
const PLACE_LOW = 24;

/** An event taken out of its record. */
export interface TraceEvent {
  readonly id: number;
  /** Nanoseconds since the start. */
  readonly time: number;
  readonly kind: Kind;
  readonly core: number | undefined;
  readonly domain: number | undefined;
  readonly component: number | undefined;
  readonly object: number;
  readonly value: number;
  /** Index among the choices there were; 0 when there was one. */
  readonly choice: number;
  /** Numbers of the events that caused it, beside what precedes it in its place. */
  readonly causes: readonly number[];
}

export interface Trace {
  readonly header: TraceHeader;
  /** Number of the oldest event that is kept. */
  readonly first: number;
  /** Number that the next event will have. */
  readonly end: number;
  /** Records an event and gives its number; `kind` is a code of `KIND`, `place` of `placeOf`. */
  record(
    time: number,
    kind: number,
    place: number,
    object: number,
    value: number,
    cause?: number,
    other?: number,
  ): number;
  /** Which of the possible choices the newest event was. */
  chose(index: number): void;
  /** The handle of a text, for the object of an event; equal texts have one. */
  handleOf(text: string): number;
  /** Throws a RangeError for a handle that was not given. */
  textOf(handle: number): string;
  /** The place of an event that is kept, as it was recorded; throws a RangeError otherwise. */
  placeAt(id: number): number;
  /** Throws a RangeError when the event is not kept. */
  event(id: number): TraceEvent;
}

/**
 * Packs where something happens; NOWHERE stands for what it does not have. Numbers are below those
 * of PLACES_MAX.
 */
export function placeOf(core: number, domain: number, component: number): number {
  return ((core & CORE_NONE) | (domain << 8) | (component << 20)) >>> 0;
}

/** `ring`: how many of the newest events are kept, rounded up to a power of two. */
export function createTrace(header: TraceHeader, { ring }: { ring?: number } = {}): Trace {
  let capacity = ring === undefined ? CAPACITY_FIRST : powerOfTwo(ring);
  let times = new Float64Array(capacity * (WORDS / 2));
  let words = new Uint32Array(times.buffer);
  let parents = new Uint32Array(capacity * 2);
  let mask = capacity - 1;
  let end = 0;

  const grow = (): void => {
    if (capacity >= EVENTS_MAX) throw new RangeError(`A trace has at most ${EVENTS_MAX} events`);
    const [before, causes] = [times, parents];
    capacity *= 2;
    mask = capacity - 1;
    times = new Float64Array(capacity * (WORDS / 2));
    times.set(before);
    words = new Uint32Array(times.buffer);
    parents = new Uint32Array(capacity * 2);
    parents.set(causes);
  };
  const first = (): number => (ring === undefined ? 0 : Math.max(0, end - capacity));
  const slotOf = (id: number): number => {
    if (!(id >= first() && id < end)) throw new RangeError(`Event ${id} is not kept`);
    return id & mask;
  };
  return {
    header,
    get first() {
      return first();
    },
    get end() {
      return end;
    },
    record(time, kind, place, object, value, cause = NONE, other = NONE) {
      if (end === capacity && ring === undefined) grow();
      const slot = end & mask;
      const word = slot * WORDS;
      times[slot * (WORDS / 2)] = time;
      words[word + 2] = kind | (place << 8);
      words[word + 3] = object;
      words[word + 4] = value;
      words[word + 5] = (place >>> PLACE_LOW) << 16;
      parents[slot * 2] = cause;
      parents[slot * 2 + 1] = other;
      return end++;
    },
    chose(index) {
      const word = slotOf(end - 1) * WORDS + 5;
      words[word] = ((words[word] ?? 0) & ~CHOICES_MAX) | Math.min(index, CHOICES_MAX);
    },
    ...createTexts(),
    placeAt: (id) => placeIn(words, slotOf(id) * WORDS),
    event: (id) => eventAt({ times, words, parents }, slotOf(id), id),
  };
}

/** Texts with handles from 0. */
function createTexts(): Pick<Trace, "handleOf" | "textOf"> {
  const texts: string[] = [];
  const handles = new Map<string, number>();
  return {
    handleOf(text) {
      const known = handles.get(text);
      if (known !== undefined) return known;
      handles.set(text, texts.length);
      return texts.push(text) - 1;
    },
    textOf(handle) {
      const text = texts[handle];
      if (text === undefined) throw new RangeError(`No text has the handle ${handle}`);
      return text;
    },
  };
}

function placeIn(words: Uint32Array, word: number): number {
  const high = (words[word + 5] ?? 0) >>> 16;
  return (((words[word + 2] ?? 0) >>> 8) | (high << PLACE_LOW)) >>> 0;
}

interface Records {
  readonly times: Float64Array;
  readonly words: Uint32Array;
  readonly parents: Uint32Array;
}

function eventAt({ times, words, parents }: Records, slot: number, id: number): TraceEvent {
  const word = (index: number): number => words[slot * WORDS + index] ?? 0;
  const place = placeIn(words, slot * WORDS);
  const where = (shift: number, none: number): number | undefined => {
    const part = (place >>> shift) & none;
    return part === none ? undefined : part;
  };
  const causes = [parents[slot * 2] ?? NONE, parents[slot * 2 + 1] ?? NONE];
  return {
    id,
    time: times[slot * (WORDS / 2)] ?? 0,
    kind: KINDS[word(2) & 0xff] ?? "step",
    core: where(0, CORE_NONE),
    domain: where(8, NOWHERE),
    component: where(20, NOWHERE),
    object: word(3),
    value: word(4),
    choice: word(5) & CHOICES_MAX,
    causes: causes.filter((cause) => cause !== NONE),
  };
}

function powerOfTwo(least: number): number {
  if (!(least >= 1 && least <= EVENTS_MAX)) {
    throw new RangeError(`A ring keeps from 1 to ${EVENTS_MAX} events`);
  }
  return 2 ** Math.ceil(Math.log2(least));
}

/** What a place is called: `core0@server`, `nic`. */
export function placeName(header: TraceHeader, event: TraceEvent): string {
  const { core, domain, component } = event;
  const parts: string[] = [];
  if (component !== undefined) parts.push(header.components[component] ?? `part${component}`);
  if (core !== undefined) parts.push(`core${core}`);
  if (domain !== undefined) parts.push(header.domains[domain] ?? `domain${domain}`);
  return parts.length === 0 ? "machine" : parts.join("@");
}

/** What an event was, in one line: `store 3 = 1`, `step server.Open(Client1)`. */
export function eventText(trace: Trace, event: TraceEvent): string {
  const { kind, object, value } = event;
  return HAS_TEXT.has(kind) ? `${kind} ${trace.textOf(object)}` : `${kind} ${object} = ${value}`;
}
