/**
 * How large will the state space be? A range from the sizes of the layers of a breadth-first
 * search, or the answer that nothing can be said yet.
 *
 *     log size │      · ·                 a parabola through the logarithms of the newer half of
 *     of layer │   ·       · ┈┈┈ slow     the layers says how the sizes bend; what is still to come
 *              │ ·          ┈             is read from the bend
 *              └──────────┼────── depth
 *                        now
 *
 *     low    the states that were found: more than a fact would be a guess, and was wrong too often
 *     high   what is found if the sizes bend only `SLOW_BEND` times as much from here on
 *
 * Layers that do not bend down, or a range wider than `RANGE_MAX`, are "still growing": no estimate
 * is better than one that nobody should believe. Two waves (a fault that opens a second space) fool
 * every such method; `estimate.test.ts` says how often the range held on recorded models.
 *
 * The rejected alternative, the ratio of the last two layers, is right only when nine tenths of the
 * states have been found, and jumps when layers alternate.
 */
import type { Progress } from "./explore/explorer.ts";

/** Layers that are needed before anything is said. */
const LAYERS_MIN = 6;
/** Layers that are looked at; a graph that is deeper is a chain, and a chain cannot be foreseen. */
const LAYERS_MAX = 5000;
/** Part of the bend that the upper end counts on. */
const SLOW_BEND = 0.3;
/** An upper end above so many times the lower is no estimate. */
const RANGE_MAX = 3;
/** Layers over which sizes are smoothed, because many models alternate. */
const SMOOTHING = 3;
/** Observations that are kept; then every second is dropped. */
const OBSERVATIONS_MAX = 512;

export interface SizeEstimate {
  /** States that the whole graph has at least and, probably, at most. */
  readonly low: number;
  readonly high: number;
}

/** The range for a search with these complete layers; undefined when it is still growing. */
export function estimateSize(layers: readonly number[]): SizeEstimate | undefined {
  const count = layers.length;
  const used = Math.max(LAYERS_MIN, Math.ceil(count / 2));
  if (count < used || count > LAYERS_MAX) return undefined;
  const smooth = layers.map((_, index) => {
    const window = layers.slice(Math.max(0, index + 1 - SMOOTHING), index + 1);
    return Math.log(total(window) / window.length);
  });
  const curve = parabola(smooth.slice(count - used));
  if (curve === undefined || curve.bend >= 0) return undefined;
  const low = total(layers);
  const high = Math.ceil(low + tail({ ...curve, bend: curve.bend * SLOW_BEND }, low * RANGE_MAX));
  return high > low * RANGE_MAX ? undefined : { low, high };
}

interface Curve {
  /** Logarithm of the newest size, how it changes per layer, and how that changes. */
  readonly level: number;
  readonly slope: number;
  readonly bend: number;
}

/** States of the layers to come, until they are empty or more than `most`. */
function tail({ level, slope, bend }: Curve, most: number): number {
  let sum = 0;
  for (let ahead = 1; sum <= most; ahead++) {
    const size = Math.exp(level + slope * ahead + bend * ahead * ahead);
    sum += size;
    if (size < 0.5 && slope + 2 * bend * ahead < 0) break;
  }
  return sum;
}

/** Least squares: level + slope t + bend t², where the newest of the heights has t = 0. */
function parabola(heights: readonly number[]): Curve | undefined {
  const powers = [0, 0, 0, 0, 0];
  const right = [0, 0, 0];
  for (const [index, height] of heights.entries()) {
    const time = index + 1 - heights.length;
    for (let power = 0; power <= 4; power++) powers[power] = (powers[power] ?? 0) + time ** power;
    for (let power = 0; power <= 2; power++) {
      right[power] = (right[power] ?? 0) + height * time ** power;
    }
  }
  const row = (from: number): [number, number, number] => [
    powers[from] ?? 0,
    powers[from + 1] ?? 0,
    powers[from + 2] ?? 0,
  ];
  const matrix = [row(0), row(1), row(2)] as const;
  const whole = determinant(matrix);
  if (whole === 0) return undefined;
  // Cramer's rule: the column of each unknown is replaced by the right-hand side.
  const [level = 0, slope = 0, bend = 0] = [0, 1, 2].map((column) => {
    const [a, b, c] = matrix.map((line, index) => line.with(column, right[index] ?? 0));
    return determinant([a ?? [], b ?? [], c ?? []]) / whole;
  });
  return { level, slope, bend };
}

function determinant(rows: readonly [readonly number[], readonly number[], readonly number[]]) {
  const [[a = 0, b = 0, c = 0], [d = 0, e = 0, f = 0], [g = 0, h = 0, i = 0]] = rows;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

// ---------------------------------------------------------------------------- observing a search

/** After `expanded` states were expanded, `states` had been found. */
export interface Observation {
  readonly expanded: number;
  readonly states: number;
}

export interface SizeMeter {
  readonly observe: (progress: Pick<Progress, "states" | "queue">) => void;
  /** From all that was observed; undefined when nothing can be said. */
  readonly estimate: () => SizeEstimate | undefined;
}

/** Watches the progress of one breadth-first search, whichever explorer runs it. */
export function createSizeMeter(): SizeMeter {
  let seen: Observation[] = [{ expanded: 0, states: 1 }];
  return {
    observe: ({ states, queue }) => {
      const expanded = states - queue;
      if (expanded <= (seen.at(-1)?.expanded ?? 0)) return;
      if (seen.length >= OBSERVATIONS_MAX) {
        seen = seen.filter((_, index) => index % 2 === 0);
      }
      seen.push({ expanded, states });
    },
    estimate: () => {
      const range = estimateSize(layersOf(seen));
      const found = seen.at(-1)?.states ?? 0;
      if (range === undefined) return undefined;
      return { low: Math.max(found, range.low), high: Math.max(found, range.high) };
    },
  };
}

/**
 * The complete layers behind some observations: a layer ends where the states end that were found
 * by expanding the layer before. Between two observations the search is taken to be even.
 */
export function layersOf(observations: readonly Observation[]): readonly number[] {
  const layers: number[] = [];
  const last = observations.at(-1)?.expanded ?? 0;
  let begin = 0;
  let end = observations[0]?.states ?? 0;
  let at = 0;
  while (end <= last && end > begin && layers.length <= LAYERS_MAX) {
    layers.push(end - begin);
    while ((observations[at + 1]?.expanded ?? Infinity) < end) at++;
    const [left, right] = [observations[at], observations[at + 1]];
    if (left === undefined || right === undefined) break;
    const part = (end - left.expanded) / (right.expanded - left.expanded);
    begin = end;
    end = Math.round(left.states + part * (right.states - left.states));
  }
  return layers;
}
