/**
 * Shrinking: from the long path on which a walk hit its target to a short one.
 *
 *     as walked    s0 a s1 b s2 c s1 d s3 e s4 ✗
 *     loops cut    s0 a s1 d s3 e s4 ✗              a state that comes again
 *     steps left   s0 a s1 e s5 ✗                   delta debugging: drop some, replay by names
 *     shortcuts    s0 f s5 ✗                        a bounded search between two of its states
 *
 * Dropping follows Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input"
 * (IEEE Transactions on Software Engineering 28, 2002): halves first, then quarters, down to single
 * steps. A step whose name is not possible where the replay stands is left out too, so one dropped
 * cause takes its consequences along. Whether the result is a shortest path is another question,
 * which `nearest` answers as far as its bounds reach.
 *
 * Everything is deterministic and bounded by counts, never by time: the same walk gives the same
 * bytes on a slow machine.
 */
import type { Meter } from "../reference/meter.ts";
import { breadthFirst, type Searched, trailTo } from "./breadth-first.ts";
import type { Move, Place, Stepper } from "./stepper.ts";
import { moveHits, placeHits, type Target, targetKey } from "./target.ts";
import type { Trail } from "./trail.ts";

/** Replays while steps are dropped from one path. */
export const REPLAYS_MAX = 2_000;
/** States expanded in search of shortcuts of one path, in all. */
export const SHORTCUT_STATES_MAX = 10_000;
/** States expanded in one search for a shortcut. */
const SHORTCUT_STATES_EACH = 1_000;
/** States expanded by the search for the shortest paths to all targets. */
export const NEAREST_STATES_MAX = 10_000;

/** What names a step: its transition, and what tells it from others of the same transition. */
export type StepName = Pick<Move<Place>, "transition" | "label">;

/** A path to the target, no longer than `names`; undefined when their replay does not hit it. */
export function shrink<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  names: readonly StepName[],
  meter: Meter,
): Trail<P> | undefined {
  const hits = remembered((place: P) => placeHits(stepper, target, place, meter));
  const walked = follow(stepper, target, names, hits);
  if (walked === undefined) return undefined;
  const dropped = dropSteps(walked, (some) => follow(stepper, target, some, hits));
  return takeShortcuts(stepper, target, dropped, hits);
}

/** Answers each place once. */
function remembered<P extends Place>(ask: (place: P) => boolean): (place: P) => boolean {
  const answers = new Map<string, boolean>();
  return (place) => {
    const answer = answers.get(place.key) ?? ask(place);
    answers.set(place.key, answer);
    return answer;
  };
}

/**
 * Takes the named steps as far as they are possible, and ends at the first hit. A state that comes
 * again cuts the loop between.
 */
function follow<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  names: readonly StepName[],
  hits: (place: P) => boolean,
): Trail<P> | undefined {
  let trail: Move<P>[] = [];
  for (const name of names) {
    const last = trail.at(-1);
    const possible = last === undefined ? stepper.initial() : stepper.steps(last.place);
    const move = possible.find((one) => isNamed(one, name));
    if (move === undefined) continue;
    if (move.violation !== undefined) {
      if (moveHits(target, move)) return [...trail, move];
      continue;
    }
    const before = trail.findIndex(({ place }) => place.key === move.place.key);
    trail = before < 0 ? [...trail, move] : trail.slice(0, before + 1);
    if (hits(move.place)) return trail;
  }
  return undefined;
}

function isNamed(move: Move<Place>, { transition, label }: StepName): boolean {
  return move.transition === transition && move.label === label;
}

/** Drops steps, halves first, until no single one can be dropped. */
function dropSteps<P extends Place>(
  walked: Trail<P>,
  replay: (names: readonly StepName[]) => Trail<P> | undefined,
): Trail<P> {
  let trail = walked;
  let replays = 0;
  let size = Math.max(1, trail.length >> 1);
  for (;;) {
    const before = trail.length;
    // The first entry is the way to begin and stays. From the end, so that causes go last.
    for (let end = trail.length; end > 1 && replays < REPLAYS_MAX; end -= size) {
      const shorter = replay(trail.toSpliced(Math.max(1, end - size), Math.min(size, end - 1)));
      replays++;
      if (shorter === undefined || shorter.length >= trail.length) continue;
      trail = shorter;
      // What now stands at the same place is tried next.
      end = Math.min(end, trail.length) + size;
    }
    if (size === 1 && (trail.length === before || replays >= REPLAYS_MAX)) return trail;
    size = Math.max(1, size >> 1);
  }
}

/** Replaces stretches between two places of a path by shorter ones, as far as the bounds allow. */
function takeShortcuts<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  dropped: Trail<P>,
  hits: (place: P) => boolean,
): Trail<P> {
  let trail = dropped;
  let left = SHORTCUT_STATES_MAX;
  for (let from = 0; from < trail.length - 2 && left > 0; ) {
    const found = shortcut(
      stepper,
      target,
      trail,
      from,
      Math.min(left, SHORTCUT_STATES_EACH),
      hits,
    );
    left -= found.states;
    if (found.trail === undefined) from++;
    else trail = found.trail;
  }
  return trail;
}

/** The trail with the stretch after `from` that can be shortened most; undefined when none can. */
function shortcut<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  trail: Trail<P>,
  from: number,
  states: number,
  hits: (place: P) => boolean,
): { readonly trail: Trail<P> | undefined; readonly states: number } {
  const start = trail[from];
  if (start === undefined) return { trail: undefined, states: 0 };
  const end = trail.length - 1;
  const later = new Map<string, number>();
  for (const [at, { place, violation }] of trail.entries()) {
    if (at > from && violation === undefined) later.set(place.key, at);
  }
  let best: Trail<P> | undefined;
  // The longest trail that is worth having; a search needs not to go deeper than its stretch.
  const bounds = { states, depth: end - from - 1 };
  const searched: Searched = breadthFirst(stepper, [start], bounds, (node) => {
    const { place, violation } = node.move;
    const isHit = violation === undefined ? hits(place) : moveHits(target, node.move);
    const to = isHit ? end : violation === undefined ? later.get(place.key) : undefined;
    const saved = to === undefined ? 0 : to - from - node.depth;
    if (to === undefined || saved <= trail.length - (best ?? trail).length) return false;
    best = [...trail.slice(0, from), ...trailTo(node), ...trail.slice(to + 1)];
    return false;
  });
  return { trail: best, states: Math.max(1, searched.states) };
}

/** What a search from the start finds out about targets. */
export interface Nearest<P extends Place> {
  /** By `targetKey`: a shortest path. */
  readonly trails: ReadonlyMap<string, Trail<P>>;
  /** A target without a path here is more than this many steps away. */
  readonly exhausted: number;
}

/** Shortest paths to the targets that are at most `depth` steps away, as far as bounds allow. */
export function nearest<P extends Place>(
  stepper: Stepper<P>,
  targets: readonly Target[],
  depth: number,
  meter: Meter,
  states: number = NEAREST_STATES_MAX,
): Nearest<P> {
  const open = new Map(targets.map((target) => [targetKey(target), target]));
  const trails = new Map<string, Trail<P>>();
  const searched = breadthFirst(stepper, stepper.initial(), { states, depth }, (node) => {
    for (const [key, target] of open) {
      const { violation, place } = node.move;
      const isHit =
        violation === undefined
          ? placeHits(stepper, target, place, meter)
          : moveHits(target, node.move);
      if (!isHit) continue;
      trails.set(key, trailTo(node));
      open.delete(key);
    }
    return open.size === 0;
  });
  return { trails, exhausted: searched.exhausted };
}
