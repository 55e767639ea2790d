/** What compiled code has found, as an Exploration: numbers get their meaning back. */
import type { Exploration, Progress } from "../explore/explorer.ts";
import { spreadMarks } from "../explore/tally.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import type { Meter } from "../reference/meter.ts";
import type { UnknownReason } from "../verdict.ts";
import type { Compiled } from "./compile.ts";
import type { Finder } from "./core.ts";
import { pathThrough } from "./path.ts";
import { boundsOf, changedSlots, coverageOf, talliesOf } from "./tally.ts";
import { type Sightings, violations } from "./violations.ts";

/** What the search knows beside the states. */
export interface SearchEnd extends Progress {
  /** States that were expanded. */
  readonly expanded: number;
  /** What was evaluated before the first step. */
  readonly meter: Meter;
  readonly stopped: UnknownReason | undefined;
  readonly graph: StateGraph;
  /** Slots that stand for each other; see `Reducer`. */
  readonly alike?: readonly (readonly number[])[] | undefined;
  /** When the search began, on the clock of `performance.now()`. */
  readonly began: number;
}

export function explorationOf(
  compiled: Compiled,
  finder: Finder,
  sightings: Sightings,
  end: SearchEnd,
): Omit<Exploration, "explorer"> {
  const { plan, layout, messages } = compiled;
  const tallies = finder.tallies();
  const { counters } = tallies;
  const tallied = (property: "invariant" | "goal") =>
    talliesOf(compiled, property, end.states, counters, (index) => {
      const at = sightings.first({ property, index });
      return at === undefined ? undefined : pathThrough(compiled, finder, at);
    });
  const { states, transitions, depth, bytes, queue, stopped, graph, meter, alike = [] } = end;
  return {
    reductions: [],
    states,
    transitions,
    depth,
    bytes,
    queue,
    stopped,
    invariants: tallied("invariant"),
    goals: tallied("goal"),
    builtIns: violations(compiled, finder, sightings),
    examined: {
      assert: (counters[plan.asserts] ?? 0) + meter.asserts,
      range: (counters[plan.ranges] ?? 0) + meter.ranges,
      unhandled: counters[messages] ?? 0,
      stuck: layout.model.allowStuck ? 0 : end.expanded,
    },
    coverage: coverageOf(compiled, tallies),
    bounds: boundsOf(compiled, counters, alike),
    changed: spreadMarks(changedSlots(compiled, finder), alike),
    graph,
    milliseconds: performance.now() - end.began,
  };
}

/** Steps that were taken so far. */
export function stepsTaken(finder: Pick<Finder, "tallies">): number {
  return finder.tallies().labels.reduce((sum, taken) => sum + taken, 0);
}
