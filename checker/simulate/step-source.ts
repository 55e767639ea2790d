/**
 * The checker's steppers as the engine's `StepSource`: compiled code where a Model can be compiled,
 * else the reference evaluator. What a step is called, and what it violates, the reference says.
 */
import { createWasmCore } from "../compile/wasm-core.ts";
import { frame, holds } from "../reference/evaluate.ts";
import { createMeter } from "../reference/meter.ts";
import { successorsBy } from "../reference/successors.ts";
import { type Move, type Place, type Stepper } from "./stepper.ts";
import { steppersOver } from "./steppers-over.ts";
import { isStuckAt, unhandledIn } from "./target.ts";
import { keyOf } from "../reference/identity.ts";
import type { PlayedStep, StepSource } from "../../spec/step-source.ts";
import type { Model, Value } from "../../spec/model.ts";

/** The steps of a Model, at the speed of the search. */
export function stepSourceOf(model: Model): StepSource<Place> {
  const meter = createMeter();
  const stepper: Stepper<Place> = steppersOver(createWasmCore, "wasm")(model, meter);
  const nameOf = keyOf(model);
  // Runs come back to the same places, and unpacking one costs more than a step.
  const unpacked = new WeakMap<Place, readonly Value[]>();
  const values = (place: Place): readonly Value[] => {
    const known = unpacked.get(place) ?? stepper.values(place);
    unpacked.set(place, known);
    return known;
  };
  // A step object belongs to one place.
  const described = new WeakMap<PlayedStep<Place>, string>();
  const numbered = new WeakMap<readonly Move<Place>[], readonly PlayedStep<Place>[]>();
  const played = (moves: readonly Move<Place>[]): readonly PlayedStep<Place>[] => {
    const known = numbered.get(moves) ?? playedSteps(moves);
    numbered.set(moves, known);
    return known;
  };
  return {
    model,
    initial: () =>
      stepper.initial().flatMap(({ place, violation }) => (violation === undefined ? [place] : [])),
    steps(place) {
      const survey = stepper.survey(place);
      // Compiled steps leave out those that violate; only the survey says that there are some.
      const violates =
        survey === undefined ||
        survey.finds.some(({ property }) => property === "assert" || property === "range");
      return played(violates ? stepper.allSteps(place) : stepper.steps(place));
    },
    broken(place) {
      const survey = stepper.survey(place);
      if (survey === undefined) return brokenByReference(model, stepper, place);
      return survey.finds.flatMap((find) => {
        if (find.property === "invariant") return model.invariants[find.index]?.name ?? [];
        return find.property === "unhandled" || find.property === "stuck" ? [find.property] : [];
      });
    },
    holds: (place, { expr, locals }) =>
      holds(expr, { state: values(place), locals: frame(locals), meter }),
    describe(place, step) {
      const known = described.get(step);
      if (known !== undefined) return known;
      const { transition, state } = step;
      const { steps: own } = successorsBy(model, transition, values(place), meter);
      const [first, second] = own;
      const wanted =
        state === undefined || second === undefined ? undefined : nameOf(values(state));
      const found = own.find((one) => nameOf(one.state) === wanted) ?? first;
      const label = found?.label ?? model.transitions[transition]?.name ?? "";
      described.set(step, label);
      return label;
    },
    values,
    key: ({ key }) => key,
  };
}

/** Compiled code has one label for all that can be chosen in a step: order tells them apart. */
function playedSteps(moves: readonly Move<Place>[]): readonly PlayedStep<Place>[] {
  const counts = new Map<string, number>();
  return moves.flatMap(({ transition, label, place, violation }) => {
    if (transition === undefined) return [];
    const count = counts.get(label) ?? 0;
    counts.set(label, count + 1);
    const way = count === 0 ? label : `${label} ${count + 1}`;
    const state = violation === undefined ? place : undefined;
    return [{ transition, way, state, violation: violation?.property }];
  });
}

function brokenByReference(model: Model, stepper: Stepper<Place>, place: Place): readonly string[] {
  const meter = createMeter();
  const state = stepper.values(place);
  const invariants = model.invariants.flatMap(({ name, condition, locals }) =>
    holds(condition, { state, locals: frame(locals), meter }) ? [] : [name],
  );
  const unhandled = unhandledIn(model, state, meter).size > 0 ? ["unhandled"] : [];
  return [...invariants, ...unhandled, ...(isStuckAt(stepper, place) ? ["stuck"] : [])];
}
