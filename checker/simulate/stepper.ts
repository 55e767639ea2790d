/**
 * `Stepper`: the steps of a state, one state at a time, for whoever walks and does not search.
 *
 *     initial() ──► moves ──choose──► place ──steps(place)──► moves ──choose──► place …
 *
 * A walk knows nothing else of a Model. Two things stand behind the face: the reference evaluator
 * (here), and compiled code (`compiled-stepper.ts`). A place is a state with what its stepper needs
 * to go on from it; two places with the same key are one state, ghosts aside.
 *
 * The reference stepper remembers the places it has been to and the moves between them, because
 * walks come back to the same states over and over: the second visit costs a look-up instead of an
 * evaluation. What it remembers is bounded by `PLACES_MAX`; beyond, it forgets everything and
 * begins anew, which costs time and changes no answer.
 *
 * Law: the moves of a place are always the same, in the same order, whatever was asked before.
 */
import type { Model, Value } from "../../spec/model.ts";
import type { Explorer } from "../explore/explorer.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import type { Compiled } from "../compile/compile.ts";
import type { Site } from "../compile/plan.ts";
import type { Meter } from "../reference/meter.ts";
import type { Violation } from "../reference/outcome.ts";
import { successors } from "../reference/successors.ts";

export interface Place {
  /** Names the state: equal keys are equal states, ghosts aside. */
  readonly key: string;
}

/** One way to go on, or to begin. */
export interface Move<P extends Place> {
  /** Index into `Model.transitions`; undefined for a way to begin. */
  readonly transition: number | undefined;
  /** Tells moves of one transition apart; the same wherever the move means the same. */
  readonly label: string;
  /** With a violation, the place is none to go on from. */
  readonly place: P;
  readonly violation: Violation | undefined;
  /** Rules that are taken: the transition's and those of its rendezvous partners. */
  readonly rules: readonly number[];
}

export interface Stepper<P extends Place> {
  readonly model: Model;
  /** What steps. */
  readonly explorer: Explorer;
  /** Every way to begin. */
  initial(): readonly Move<P>[];
  /**
   * Every step of a place. Those that violate `assert` or a range are among them, unless the
   * stepper surveys places.
   */
  steps(place: P): readonly Move<P>[];
  /** Every step of a place, those that violate included. */
  allSteps(place: P): readonly Move<P>[];
  /** Judges a place without evaluating; undefined where no compiled code can. */
  survey(place: P): Survey | undefined;
  /** The values of a place's slots; ghosts may be as they were when it was first met. */
  values(place: P): readonly Value[];
}

/** All that compiled code tells about one place. */
export interface Survey {
  /** What the place, or a step of it, hits: these and nothing else. */
  readonly finds: readonly Site[];
  /** Counters of the Code that it counts, each as often as it does. */
  readonly counted: readonly number[];
  /** What the counters mean. */
  readonly meaning: Pick<Compiled, "invariants" | "goals" | "messages" | "plan">;
}

/** Places that a reference stepper remembers before it begins anew. */
export const PLACES_MAX = 100_000;

/** A state of the reference evaluator, with its moves once they were asked for. */
export interface ReferencePlace extends Place {
  readonly values: readonly Value[];
  moves: readonly Move<ReferencePlace>[] | undefined;
}

/** The label of a move: that of its step, and what was chosen in it. */
export function moveLabel(label: string, choices: readonly Value[]): string {
  return `${label} ${JSON.stringify(choices)}`;
}

/** The reference evaluator as a Stepper. `meter` counts what it evaluates and may end it. */
export function referenceStepper(
  model: Model,
  meter: Meter,
  limit: number = PLACES_MAX,
  notCompiled?: string,
): Stepper<ReferencePlace> {
  const key = keyOf(model);
  const known = new Map<string, ReferencePlace>();
  let starts: readonly Move<ReferencePlace>[] | undefined;
  const forget = (): void => {
    // Moves link places to each other: without this, one place would keep all others alive.
    for (const place of known.values()) place.moves = undefined;
    for (const { place } of starts ?? []) place.moves = undefined;
    known.clear();
  };
  const placeOf = (values: readonly Value[]): ReferencePlace => {
    const name = key(values);
    const before = known.get(name);
    if (before !== undefined) return before;
    const place: ReferencePlace = { key: name, values, moves: undefined };
    known.set(name, place);
    return place;
  };
  const stepsOf = (place: ReferencePlace): readonly Move<ReferencePlace>[] => {
    if (place.moves !== undefined) return place.moves;
    if (known.size >= limit) forget();
    place.moves = successors(model, place.values, meter).steps.map(
      ({ transition, label, choices, state, violation, rules }) => ({
        transition,
        label: moveLabel(label, choices),
        place: placeOf(state),
        violation,
        rules,
      }),
    );
    return place.moves;
  };
  return {
    model,
    explorer: { backEnd: "reference", notCompiled, workers: 1 },
    initial() {
      starts ??= beginnings(model, meter).map(({ label, choices, state, violation }) => ({
        transition: undefined,
        label: moveLabel(label, choices),
        place: placeOf(state),
        violation,
        rules: [],
      }));
      return starts;
    },
    steps: stepsOf,
    allSteps: stepsOf,
    survey: () => undefined,
    values: (place) => place.values,
  };
}
