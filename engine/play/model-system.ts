/**
 * A Model as a System: each instance, each store buffer and each channel that may fail is an actor.
 *
 *     instance  server, app[App1]        its steps, receptions and timers
 *     drain     prod.flush               the store buffer of a thread
 *     fault     server.crash, req        faults of machines and channels
 *
 * Actions get numbers as they are met: one for each way of each transition, the same in every
 * state.
 */
import type { Model, Transition } from "../../spec/model.ts";
import type { Actor, Choice, System } from "../system.ts";
import type { PlayedStep, StepSource } from "../../spec/step-source.ts";

export interface ModelSystem<State = unknown> extends System<State> {
  readonly source: StepSource<State>;
  readonly state: State;
  /** What is wrong now: false invariants, or what the last step violated. */
  readonly wrong: readonly string[];
  /** Every step of the present state, those that are held included; none after a violation. */
  steps(): readonly PlayedStep<State>[];
  /** Takes a step of the present state that is held, such as a fault that a plan brings about. */
  force(step: PlayedStep<State>): void;
  /** The step that a choice of the present state stands for. */
  stepOf(choice: Choice): PlayedStep<State>;
}

export interface ModelSystemOptions {
  /** Which of the initial states it begins in; zero-based. */
  readonly begin?: number;
  /** Transitions that never happen by themselves, such as faults that a plan brings about. */
  readonly held?: (transition: Transition, index: number) => boolean;
}

/** Throws a RangeError when the Model has no such initial state. */
export function createModelSystem<State>(
  source: StepSource<State>,
  { begin = 0, held = () => false }: ModelSystemOptions = {},
): ModelSystem<State> {
  const { model } = source;
  const first = source.initial()[begin];
  if (first === undefined) throw new RangeError(`The Model has no initial state ${begin}`);
  const { actors, actorOf } = actorsOf(model);
  let state: State = first;
  let violated: string | undefined;
  let known: Look<State> | undefined;

  const lookAt = createLooks<State>(model, actorOf, held);
  const look = (): Look<State> => {
    known ??= lookAt(violated === undefined ? source.steps(state) : []);
    return known;
  };
  const stepOf = (choice: Choice): PlayedStep<State> => {
    const { choices, steps } = look();
    const index = choices.findIndex(
      ({ actor, action }) => actor === choice.actor && action === choice.action,
    );
    const step = steps[index];
    if (step === undefined) throw new RangeError("The choice is none of this state");
    return step;
  };
  const move = ({ violation, state: next }: PlayedStep<State>): void => {
    violated = violation;
    state = next ?? state;
    known = undefined;
  };
  return {
    source,
    actors,
    get state() {
      return state;
    },
    get wrong() {
      return violated === undefined ? source.broken(state) : [violated];
    },
    steps: () => (violated === undefined ? source.steps(state) : []),
    stepOf,
    force: move,
    choices: () => look().choices,
    take: (choice) => move(stepOf(choice)),
    describe: (choice) => source.describe(state, stepOf(choice)),
    save: () => state,
    restore(saved) {
      state = saved;
      violated = undefined;
      known = undefined;
    },
    key: () => source.key(state),
  };
}

/** What can happen in a state: each choice, and at the same place the step that it stands for. */
interface Look<State> {
  readonly choices: readonly Choice[];
  readonly steps: readonly PlayedStep<State>[];
}

/**
 * From the steps of a state to its Look. A source that remembers its steps gives the same list
 * again, and then so does this. Actions get their numbers as they are met.
 */
function createLooks<State>(
  model: Model,
  actorOf: readonly number[],
  held: (transition: Transition, index: number) => boolean,
): (steps: readonly PlayedStep<State>[]) => Look<State> {
  const numbers = new Map<string, number>();
  const looks = new WeakMap<readonly PlayedStep<State>[], Look<State>>();
  return (steps) => {
    const before = looks.get(steps);
    if (before !== undefined) return before;
    const pairs = steps.flatMap((step) => {
      const written = model.transitions[step.transition];
      if (written === undefined || held(written, step.transition)) return [];
      const name = `${step.transition} ${step.way}`;
      const action = numbers.get(name) ?? numbers.size;
      numbers.set(name, action);
      return [{ choice: { actor: actorOf[step.transition] ?? 0, action }, step }];
    });
    pairs.sort((one, other) => one.choice.actor - other.choice.actor);
    const look = {
      choices: pairs.map(({ choice }) => choice),
      steps: pairs.map(({ step }) => step),
    };
    looks.set(steps, look);
    return look;
  };
}

/** The actors of a Model, and the actor of each transition. */
function actorsOf(model: Model): {
  readonly actors: readonly Actor[];
  readonly actorOf: readonly number[];
} {
  const actors: Actor[] = model.instances.map(({ name }) => ({ name, kind: "core" }));
  const others = new Map<string, number>();
  const other = (name: string, kind: Actor["kind"]): number => {
    const known = others.get(name);
    if (known !== undefined) return known;
    others.set(name, actors.length);
    return actors.push({ name, kind }) - 1;
  };
  const actorOf = model.transitions.map(({ kind, instance, name }) => {
    if (kind === "flush") return other(name, "drain");
    const isFault =
      kind === "fault" || kind === "lossy" || kind === "duplicating" || kind === "reordering";
    return isFault || instance === undefined ? other(name, "fault") : instance;
  });
  return { actors, actorOf };
}
