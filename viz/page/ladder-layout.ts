/**
 * Where everything of a ladder stands: pure geometry, no DOM.
 *
 *               laneX(0)    laneX(1)    laneX(2)
 *     tops[0] ────┼───────────┼───────────┼────
 *       markY     ●───.       │           │   a message leaves on the mark line of its step,
 *     tops[1] ────┼────╲──────┼───────────┼────
 *                 │     ╲     │           │   waits dotted beside its receiver's lifeline,
 *     tops[2] ────┼──────┊────┼───────────┼────
 *                 │      └──▶ ●           │   and arrives where the step that takes it has its mark
 *
 * Rows have different heights because they list differences. Waiting messages of one receiver stand
 * side by side in columns, so that a queue looks like a queue.
 */
import type { Arrow, Lane } from "../document.ts";

/** Width of a character of the lane font, in CSS pixels, like all lengths here. */
export const CHARACTER_WIDTH = 6.7;
export const MARK_OFFSET = 17;
const ROW_BASE = 48;
const NOTE_HEIGHT = 16;
const NOTES_BASE = 32;
export const LANE_MIN = 104;
export const LANE_MAX = 210;
const QUEUE_OFFSET = 12;
const QUEUE_STEP = 9;
const QUEUE_COLUMNS = 4;
/** Differences listed in a row; more are counted. */
export const NOTES_SHOWN = 5;

/** Positions of rows and lanes. */
export interface Geometry {
  /** Top of each row, and the bottom of the last one. */
  readonly tops: readonly number[];
  readonly laneGap: number;
  readonly width: number;
  readonly height: number;
}

/** Lays out rows that list `notes[row]` differences, and lanes in the available width. */
export function layOut(notes: readonly number[], lanes: number, available: number): Geometry {
  const tops = [0];
  for (const listed of notes) {
    const lines = Math.min(listed, NOTES_SHOWN) + (listed > NOTES_SHOWN ? 1 : 0);
    const height = Math.max(ROW_BASE, NOTES_BASE + lines * NOTE_HEIGHT);
    tops.push((tops.at(-1) ?? 0) + height);
  }
  const gap = Math.min(LANE_MAX, Math.max(LANE_MIN, available / Math.max(lanes, 1)));
  return {
    tops,
    laneGap: gap,
    width: Math.max(available, gap * lanes),
    height: tops.at(-1) ?? 0,
  };
}

/** The middle of a lane. */
export function laneX(geometry: Geometry, lane: number): number {
  return geometry.laneGap * (lane + 0.5);
}

/** The line of a row on which its mark, and the ends of arrows, stand. */
export function markY(geometry: Geometry, row: number): number {
  return (geometry.tops[row] ?? geometry.height) + MARK_OFFSET;
}

/** The first and last row that touch a stretch of the page, by binary search. */
export function rowsWithin(geometry: Geometry, top: number, bottom: number): [number, number] {
  const count = geometry.tops.length - 1;
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((geometry.tops[middle] ?? 0) <= top) {
      low = middle;
    } else {
      high = middle;
    }
  }
  let last = low;
  while (last < count - 1 && (geometry.tops[last + 1] ?? 0) < bottom) {
    last++;
  }
  return [low, last];
}

/** An arrow with rows in place of steps, and its column in the receiver's queue. */
export interface PlacedArrow {
  readonly arrow: Arrow;
  readonly sent: number;
  readonly received: number | undefined;
  readonly column: number;
  /** Position among the arrows that leave one lane in one row towards one side. */
  readonly stack: number;
}

/** Places arrows; rows are steps minus `first`. */
export function placeArrows(
  arrows: readonly Arrow[],
  first: number,
  rowCount: number,
): readonly PlacedArrow[] {
  const busy = new Map<string, number[]>();
  const stacks = new Map<string, number>();
  return arrows.map((arrow) => {
    const sent = arrow.sent === undefined ? -1 : arrow.sent - first;
    const received = arrow.received === undefined ? undefined : arrow.received - first;
    const side = (arrow.from ?? -1) <= arrow.to ? "left" : "right";
    const columns = busy.get(`${arrow.to} ${side}`) ?? [];
    busy.set(`${arrow.to} ${side}`, columns);
    let column = columns.findIndex((until) => until <= sent);
    column = column < 0 ? columns.length : column;
    columns[column] = received ?? rowCount;
    const place = `${sent} ${arrow.from} ${side}`;
    const stack = stacks.get(place) ?? 0;
    stacks.set(place, stack + 1);
    return { arrow, sent, received, column: column % QUEUE_COLUMNS, stack };
  });
}

/** The points of an arrow: `travel` is drawn solid, `wait` dotted. */
export interface ArrowShape {
  readonly travel: readonly (readonly [number, number])[];
  readonly wait: readonly (readonly [number, number])[];
  readonly end: readonly [number, number];
  /** Where a label may stand: its middle, and how wide it may be. */
  readonly label: { readonly x: number; readonly y: number; readonly room: number };
}

/** `clear` is half the width of what stands on the sender's lifeline below the mark. */
export function arrowShape(geometry: Geometry, placed: PlacedArrow, clear: number): ArrowShape {
  const { arrow, sent, received } = placed;
  const target = laneX(geometry, arrow.to);
  const from = arrow.from === undefined ? undefined : laneX(geometry, arrow.from);
  const direction = from === undefined || from <= target ? 1 : -1;
  const queue = target - direction * (QUEUE_OFFSET + placed.column * QUEUE_STEP);
  const endY = received === undefined ? geometry.height - 4 : markY(geometry, received);
  const startX = from ?? queue;
  const startY = sent < 0 ? 0 : markY(geometry, sent);
  const near = Math.min(geometry.laneGap, Math.max(Math.abs(target - startX), 40));
  const left = clear + 4;
  const room = near - left - 12;
  const labelX = startX + direction * (left + room / 2);
  if (received !== undefined && sent >= 0 && received - sent <= 1 && from !== undefined) {
    const end: [number, number] = [target - direction * 6, endY];
    const travel: [number, number][] = [[startX, startY], end];
    return { travel, wait: [], end, label: labelAt(travel, labelX, placed, room) };
  }
  const landing = sent < 0 ? 0 : (geometry.tops[sent + 1] ?? geometry.height) - 3;
  const travel: [number, number][] =
    from === undefined
      ? []
      : [
          [startX, startY],
          [queue, landing],
        ];
  const arrives = received !== undefined && arrow.fate !== "lost" && arrow.fate !== "discarded";
  const stop = arrives ? Math.max(landing, endY - 9) : endY;
  const wait: [number, number][] = [
    [queue, landing],
    [queue, stop],
  ];
  const end: [number, number] = arrives ? [target - direction * 6, endY] : [queue, endY];
  if (arrives) {
    wait.push(end);
  }
  return { travel, wait, end, label: labelAt(travel, labelX, placed, room) };
}

/** On the line at `x`, moved down where several arrows leave together. */
function labelAt(
  travel: readonly (readonly [number, number])[],
  x: number,
  placed: PlacedArrow,
  room: number,
): ArrowShape["label"] {
  const [start, end] = travel;
  if (start === undefined || end === undefined || start[0] === end[0]) {
    return { x, y: (start?.[1] ?? 0) + placed.stack * 13, room };
  }
  const along = (x - start[0]) / (end[0] - start[0]);
  // A level line would strike its label through, so the label stands above it.
  const lift = start[1] === end[1] ? 8 : 0;
  return { x, y: start[1] + along * (end[1] - start[1]) - lift + placed.stack * 13, room };
}

/** Lanes of which a path shows nothing: no step, no arrow, no change of mode. */
export function idleLanes(
  lanes: readonly Lane[],
  acting: ReadonlySet<number>,
  arrows: readonly Arrow[],
): readonly number[] {
  const busy = new Set(acting);
  for (const arrow of arrows) {
    busy.add(arrow.to);
    if (arrow.from !== undefined) {
      busy.add(arrow.from);
    }
  }
  return lanes.map((_, lane) => lane).filter((lane) => !busy.has(lane));
}

/** Neighbouring lanes of one domain. */
export interface DomainSpan {
  readonly name: string;
  /** Position of its first lane. */
  readonly from: number;
  readonly count: number;
}

/** The domains of the shown lanes, from left to right. */
export function domainSpans(domains: readonly (string | undefined)[]): readonly DomainSpan[] {
  const spans: DomainSpan[] = [];
  domains.forEach((name, position) => {
    if (name === undefined) return;
    const last = spans.at(-1);
    if (last?.name === name && last.from + last.count === position) {
      spans[spans.length - 1] = { ...last, count: last.count + 1 };
    } else {
      spans.push({ name, from: position, count: 1 });
    }
  });
  return spans;
}
