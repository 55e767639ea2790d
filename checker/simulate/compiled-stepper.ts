/**
 * Compiled code as a Stepper: walks at the speed of the search.
 *
 *     place ──words──► Core.successors ──labels, words──► moves
 *       └────values──► Codec.decode ──► judged by the reference evaluator, once for each new state
 *
 * Successors of a Core are states, so a step that violates `assert` or a range is not among them.
 * `suspects` says of a state whether one of its steps may violate; then, or when there is no such
 * test, the reference evaluator is asked for the steps that do. A `suspects` that says too much
 * costs time only.
 *
 * The first `CROSS_CHECKED` places are stepped both ways and must agree. A difference is a defect
 * of the compiler, and is thrown: walks over wrong code are worth nothing.
 *
 * Places are not interned, as stepping again is cheaper than looking up; a place keeps its own
 * moves, because a walk asks for them several times.
 */
import type { Model, Value } from "../../spec/model.ts";
import type { Core } from "../compile/core.ts";
import type { StepLabel } from "../explore/state-graph.ts";
import { beginnings } from "../reference/initial.ts";
import type { Meter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import type { Move, Place, Stepper } from "./stepper.ts";

/** Places whose steps are taken both ways. */
const CROSS_CHECKED = 64;

/** States as values and as packed words. Ghosts may be lost on the way. */
export interface Codec {
  encode(values: readonly Value[]): Uint32Array;
  decode(words: Uint32Array): readonly Value[];
}

/** What stepping needs of a compiled Model. */
export interface CompiledForm {
  readonly core: Pick<Core, "successors">;
  readonly codec: Codec;
  /** By label of the Code: the step that it stands for. */
  readonly labels: readonly StepLabel[];
  /**
   * False only for a state none of whose steps violates `assert` or a range; undefined when that
   * is not known.
   */
  readonly suspects: ((words: Uint32Array) => boolean) | undefined;
}

/** A packed state, with its moves once they were asked for. */
export interface PackedPlace extends Place {
  readonly words: Uint32Array;
  moves: readonly Move<PackedPlace>[] | undefined;
}

/**
 * Compiled code as a Stepper. `meter` counts what the reference evaluator evaluates: with a
 * `suspects`, that is less than what the walks examine.
 */
export function compiledStepper(
  model: Model,
  form: CompiledForm,
  meter: Meter,
): Stepper<PackedPlace> {
  const { codec, suspects } = form;
  const rules = form.labels.map(({ transition, partners }) =>
    [transition, ...partners].flatMap((index) => model.transitions[index]?.rules ?? []),
  );
  let checked = 0;
  return {
    model,
    initial: () =>
      beginnings(model, meter).map(({ label, state, violation }) => ({
        transition: undefined,
        label,
        // A beginning that violates was computed in part only: it has no packed form.
        place: placeOf(violation === undefined ? codec.encode(state) : new Uint32Array(0)),
        violation,
        rules: [],
      })),
    steps(place) {
      if (place.moves !== undefined) return place.moves;
      const moves = compiledMoves(form, rules, place);
      const isSample = checked < CROSS_CHECKED;
      if (isSample || suspects === undefined || suspects(place.words)) {
        const { steps } = successors(model, codec.decode(place.words), meter);
        if (isSample) compare(model, codec, moves, steps);
        moves.push(...steps.flatMap((step) => violatingMove(step, place)));
        checked++;
      }
      place.moves = moves;
      return moves;
    },
    values: (place) => codec.decode(place.words),
  };
}

function placeOf(words: Uint32Array): PackedPlace {
  const halves = new Uint16Array(words.buffer, words.byteOffset, words.length * 2);
  return { key: String.fromCharCode(...halves), words, moves: undefined };
}

function compiledMoves(
  { core, labels }: CompiledForm,
  rules: readonly (readonly number[])[],
  place: PackedPlace,
): Move<PackedPlace>[] {
  const found = core.successors(place.words);
  const size = place.words.length;
  return Array.from({ length: found.count }, (_, index) => {
    const label = found.labels[index] ?? -1;
    return {
      transition: labels[label]?.transition,
      label: String(label),
      // A copy: the Core reuses its array at the next call.
      place: placeOf(found.words.slice(index * size, (index + 1) * size)),
      violation: undefined,
      rules: rules[label] ?? [],
    };
  });
}

/** A step that violates stays where it is, as it leads to no state. */
function violatingMove(step: Step, place: PackedPlace): readonly Move<PackedPlace>[] {
  const { transition, label, violation, rules } = step;
  return violation === undefined ? [] : [{ transition, label, place, violation, rules }];
}

/** Throws when compiled code and the reference evaluator see different steps. */
function compare(
  model: Model,
  codec: Codec,
  moves: readonly Move<PackedPlace>[],
  steps: readonly Step[],
): void {
  const compiled = moves.map(({ transition, place }) => `${transition} ${place.key}`);
  const reference = steps
    .filter(({ violation }) => violation === undefined)
    .map(({ transition, state }) => `${transition} ${placeOf(codec.encode(state)).key}`);
  const ours = new Set(compiled);
  const theirs = new Set(reference);
  if (ours.size === theirs.size && reference.every((step) => ours.has(step))) return;
  throw new Error(
    `compiled code and the reference evaluator differ in a step of \`${model.name}\``,
  );
}
