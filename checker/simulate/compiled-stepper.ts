/**
 * Compiled code as a Stepper: walks at the speed of the search.
 *
 *     place ──words──► Core.successors of surveying Code ──► moves, finds, counts
 *       └── only where something new was found ──values──► the reference evaluator
 *
 * One call of the Core gives the steps of a state and all that is to be said about it
 * (`surveying-code.ts`), so that the walks evaluate only the few states that show something new.
 * Steps that violate `assert` or a range lead to no state and are not among the compiled ones; they
 * are evaluated when they are asked for.
 *
 * The first `CROSS_CHECKED` places are evaluated as well and must agree, steps and finds. A
 * difference is a defect of the compiler, and is thrown: walks over wrong code are worth nothing.
 *
 * What the Core said of a state is remembered by its key, up to `PLACES_MAX` states. The key of a
 * place is made when it is asked for: most moves are never taken.
 */
import { BUILT_IN_PROPERTIES } from "../verdict.ts";
import type { Model } from "../../spec/model.ts";
import type { Compiled } from "../compile/compile.ts";
import type { CreateCore } from "../compile/core.ts";
import { decodeState, encodeState } from "../compile/layout.ts";
import type { Site } from "../compile/plan.ts";
import type { BackEnd } from "../explore/explorer.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import {
  type Move,
  type Place,
  PLACES_MAX,
  referenceStepper,
  type Stepper,
  type Survey,
} from "./stepper.ts";
import { surveyingCode, toldBy } from "./surveying-code.ts";
import { placeHits, unhandledIn } from "./target.ts";

/** Places that are evaluated as well. */
const CROSS_CHECKED = 64;
/** Memory of a Core that keeps no states. */
const CORE_BYTES = 2 ** 26;

/** A packed state. */
export interface PackedPlace extends Place {
  readonly words: Uint32Array;
}

interface Told {
  readonly moves: readonly Move<PackedPlace>[];
  readonly survey: Survey;
}

/** What was told of the places that were asked about last. */
interface Memory {
  recall(place: PackedPlace): Told | undefined;
  keep(place: PackedPlace, told: Told): void;
}

function createMemory(): Memory {
  const known = new Map<string, Told>();
  // The same by place, which is faster. What was told leads from place to place without an end, so
  // it must not hang on the places themselves: they are kept by whoever plays.
  let near = new WeakMap<PackedPlace, Told>();
  return {
    recall(place) {
      const before = near.get(place);
      if (before !== undefined) return before;
      const told = known.get(place.key);
      if (told !== undefined) near.set(place, told);
      return told;
    },
    keep(place, told) {
      if (known.size >= PLACES_MAX) {
        known.clear();
        near = new WeakMap();
      }
      known.set(place.key, told);
      near.set(place, told);
    },
  };
}

/** Compiled code as a Stepper. `meter` counts what it evaluates to begin, and may end it. */
export function compiledStepper(
  model: Model,
  compiled: Compiled,
  createCore: CreateCore,
  backEnd: Exclude<BackEnd, "reference">,
  meter: Meter,
): Stepper<PackedPlace> {
  const { layout } = compiled;
  // The Code has counted what is evaluated a second time to be shown.
  const silent = createMeter(meter.pause);
  let starts: readonly Move<PackedPlace>[] | undefined;
  const code = surveyingCode(compiled.code);
  const core = createCore(code, { states: 1, bytes: CORE_BYTES, sight: () => true });
  const rules = compiled.plan.labels.map(({ transition, partners }) =>
    [transition, ...partners].flatMap((index) => model.transitions[index]?.rules ?? []),
  );
  const memory = createMemory();
  let checked = 0;
  const ask = (place: PackedPlace): Told => {
    const before = memory.recall(place);
    if (before !== undefined) return before;
    const found = core.successors(place.words);
    // A copy: the Core uses its array again.
    const words = found.words.slice(0, found.count * code.words);
    const moves: Move<PackedPlace>[] = [];
    const finds: Site[] = [];
    const counted: number[] = [];
    for (let index = 0; index < found.count; index++) {
      const told = toldBy(compiled.code, found.labels[index] ?? -1);
      if (told.what === "step") {
        const at = index * code.words;
        moves.push(moveOf(compiled, rules, told.label, words.subarray(at, at + code.words)));
      } else if (told.what === "sight") {
        finds.push(...compiled.plan.sites.slice(told.site, told.site + 1));
      } else counted.push(told.counter);
    }
    const told = { moves, survey: { finds, counted, meaning: compiled } };
    if (checked++ < CROSS_CHECKED) crossCheck(model, compiled, place, told);
    memory.keep(place, told);
    return told;
  };
  return {
    model,
    explorer: { backEnd, notCompiled: undefined, workers: 1 },
    initial() {
      starts ??= beginnings(model, meter).map(({ label, state, violation }) => ({
        transition: undefined,
        label,
        // A beginning that violates was computed in part only: it has no packed form.
        place: placeOf(violation === undefined ? encodeState(layout, state) : new Uint32Array(0)),
        violation,
        rules: [],
      }));
      return starts;
    },
    steps: (place) => ask(place).moves,
    allSteps(place) {
      const { steps } = successors(model, decodeState(layout, place.words), silent);
      return [...ask(place).moves, ...steps.flatMap((step) => violatingMove(step, place))];
    },
    survey: (place) => ask(place).survey,
    values: (place) => decodeState(layout, place.words),
  };
}

function placeOf(words: Uint32Array): PackedPlace {
  let key: string | undefined;
  return {
    get key() {
      key ??= keyOfWords(words);
      return key;
    },
    words,
  };
}

function keyOfWords(words: Uint32Array): string {
  const halves = new Uint16Array(words.buffer, words.byteOffset, words.length * 2);
  return String.fromCharCode(...halves);
}

function moveOf(
  { plan }: Compiled,
  rules: readonly (readonly number[])[],
  label: number,
  words: Uint32Array,
): Move<PackedPlace> {
  return {
    transition: plan.labels[label]?.transition,
    label: String(label),
    place: placeOf(words),
    violation: undefined,
    rules: rules[label] ?? [],
  };
}

/** A step that violates stays where it is, as it leads to no state. */
function violatingMove(step: Step, place: PackedPlace): readonly Move<PackedPlace>[] {
  const { transition, label, violation, rules } = step;
  return violation === undefined ? [] : [{ transition, label, place, violation, rules }];
}

/** Throws when compiled code and the reference evaluator say different things about a place. */
function crossCheck(
  model: Model,
  { layout }: Compiled,
  { words }: PackedPlace,
  { moves, survey }: Told,
): void {
  const key = keyOf(model);
  const compiled = [
    ...moves.map(
      ({ transition, place }) => `${transition} ${key(decodeState(layout, place.words))}`,
    ),
    ...survey.finds.map((find) => findName(model, find)),
  ];
  const reference = evaluated(model, decodeState(layout, words));
  const ours = new Set(compiled);
  if (ours.size === reference.size && [...ours].every((told) => reference.has(told))) return;
  throw new Error(
    `compiled code and the reference evaluator differ in a state of \`${model.name}\``,
  );
}

function findName({ invariants, goals }: Model, find: Site): string {
  switch (find.property) {
    case "invariant":
      return `I ${invariants[find.index]?.name}`;
    case "goal":
      return `G ${goals[find.index]?.name}`;
    default:
      return find.property;
  }
}

/** The steps of a state, and the names of what it hits, by the reference evaluator. */
function evaluated(model: Model, values: ReturnType<typeof decodeState>): ReadonlySet<string> {
  const meter = createMeter();
  const key = keyOf(model);
  const stepper = referenceStepper(model, meter);
  const place = { key: key(values), values, moves: undefined };
  const hits = (property: string): boolean =>
    placeHits(stepper, { property, culprit: "" }, place, meter);
  const steps = stepper.steps(place);
  const violated = steps.flatMap(({ violation }) => violation?.property ?? []);
  const unhandled = unhandledIn(model, values, meter).size > 0;
  return new Set([
    ...steps.flatMap(({ violation, transition, place: next }) =>
      violation === undefined ? [`${transition} ${next.key}`] : [],
    ),
    ...BUILT_IN_PROPERTIES.filter(
      (property) =>
        violated.some((one) => one === property) ||
        (property === "unhandled" && unhandled) ||
        (property === "stuck" && hits("stuck")),
    ),
    ...model.invariants.flatMap(({ name }) => (hits(name) ? [`I ${name}`] : [])),
    ...model.goals.flatMap(({ name }) => (hits(name) ? [`G ${name}`] : [])),
  ]);
}
