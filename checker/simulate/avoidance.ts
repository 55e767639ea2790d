/**
 * From which states a target can still be avoided: exact, where all states are few enough to list.
 *
 *     hit ◄── s3 ◄── s2       s3: its only step hits, so does s2's: inevitable
 *              ▲      ╲
 *              s1 ──► s4 ⟲    s1, s4: there is a way out
 *
 * Inevitable is the least set that holds the hits, and each state that has steps which all lead
 * into the set. It is computed backwards: each state counts its steps that do not lead there yet,
 * and joins when none is left. Linear in the number of steps.
 */
import type { Meter } from "../reference/meter.ts";
import { breadthFirst } from "./breadth-first.ts";
import type { Move, Place, Stepper } from "./stepper.ts";
import { moveHits, placeHits, type Target } from "./target.ts";

/** States that are listed at most. */
export const AVOIDANCE_STATES_MAX = 50_000;

export interface Avoidance {
  /** Steps that are possible. */
  readonly successors: number;
  /** Those of them after which the target can still be avoided. */
  readonly avoiding: number;
  readonly inevitable: boolean;
}

/** A state on the way: how many of its steps still avoid the target. */
interface Tally {
  readonly successors: number;
  avoiding: number;
  inevitable: boolean;
  /** Once for each step that leads here. */
  readonly before: Tally[];
}

/**
 * By the key of a place: what is known about each state that can be reached from `starts`.
 * Undefined when there are more than `limit` of them.
 */
export function avoidanceFrom<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  starts: readonly Move<P>[],
  meter: Meter,
  limit: number = AVOIDANCE_STATES_MAX,
): ReadonlyMap<string, Avoidance> | undefined {
  const places: P[] = [];
  const bounds = { states: limit, depth: Infinity };
  const searched = breadthFirst(stepper, starts, bounds, ({ move }) => {
    if (move.violation === undefined) places.push(move.place);
    return places.length > limit;
  });
  if (searched.exhausted !== Infinity) return undefined;

  const tallies = new Map<string, Tally>();
  for (const place of places) {
    const moves = stepper.steps(place);
    const avoiding = moves.filter((move) => !moveHits(target, move)).length;
    const hit = placeHits(stepper, target, place, meter);
    const inevitable = hit || (moves.length > 0 && avoiding === 0);
    tallies.set(place.key, { successors: moves.length, avoiding, inevitable, before: [] });
  }
  for (const place of places) {
    const from = tallies.get(place.key);
    for (const move of stepper.steps(place)) {
      // A step that violates something leads to no state: it hits the target or avoids it.
      if (from === undefined || move.violation !== undefined) continue;
      tallies.get(move.place.key)?.before.push(from);
    }
  }
  spread([...tallies.values()].filter(({ inevitable }) => inevitable));
  return tallies;
}

/** Carries what is inevitable backwards. */
function spread(inevitable: Tally[]): void {
  for (let last = inevitable.pop(); last !== undefined; last = inevitable.pop()) {
    for (const before of last.before) {
      before.avoiding--;
      if (before.avoiding > 0 || before.inevitable) continue;
      before.inevitable = true;
      inevitable.push(before);
    }
  }
}
