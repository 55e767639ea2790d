/**
 * The slow twin of the judge: does a fair run of a small graph make a formula false?
 *
 * Declarative: a run is guessed together with the truth of every subformula at every position, and
 * the guesses are held to the equations of the operators from one position to the next. What is
 * left is a question of fairness, answered by the fixpoint of Emerson and Lei (Modalities for model
 * checking, 1985) on sets of steps: νZ ∩ over demands D of pre(E[Z U Z ∩ D]). Strong fairness is
 * tried out: for each set of transitions that are to be disabled for ever, the others must be taken
 * again and again. No automaton, no components, no order of search.
 */
import type { Temporal } from "../../spec/model.ts";
import { type SmallGraph, smallGraph, stepsOf } from "./small-graph.fixture.ts";

/** The truth of all subformulas at a position. */
type Truths = ReadonlyMap<Temporal, boolean>;

/** A position with the step that leaves it; without names the run stays. */
interface Point {
  readonly state: number;
  readonly truths: Truths;
  readonly names: readonly string[];
  readonly isStay: boolean;
  /** Key of the position that follows. */
  readonly here: string;
  readonly next: string;
}

/** True when some fair run does not satisfy the formula. */
export function isViolatedNaively(small: SmallGraph, written: Temporal): boolean {
  const formula = withoutLeadsTo(written);
  const parts = partsOf(formula);
  const positions = small.states.flatMap((_, state) =>
    assignments(small, state, parts).map((truths) => ({ state, truths })),
  );
  const key = (state: number, truths: Truths): string =>
    `${state} ${parts.map((part) => Number(truths.get(part))).join("")}`;
  const points = positions.flatMap(({ state, truths }): Point[] => {
    const here = key(state, truths);
    const leaving = stepsOf(small)
      .filter(({ from }) => from === state)
      .flatMap(({ names, to }) =>
        positions
          .filter((next) => next.state === to && follows(parts, truths, next.truths))
          .map((next) => {
            return { state, truths, names, isStay: false, here, next: key(to, next.truths) };
          }),
      );
    const stay = parts.every((part) => looksAheadRightly(part, truths, truths));
    return stay
      ? [...leaving, { state, truths, names: [], isStay: true, here, next: here }]
      : leaving;
  });
  const starts = points.filter(
    ({ state, truths }) =>
      (small.initial ?? [0]).includes(state) &&
      truths.get(formula) === false &&
      parts.every((part) => beginsRightly(part, truths)),
  );
  const strong = namesWith(small, "strong");
  return subsets(strong).some((disabled) => {
    const fair = fairPoints(small, parts, points, disabled);
    const reach = grow(points, fair);
    return starts.some((start) => reach.has(start));
  });
}

// ---------------------------------------------------------------------------- truths

function withoutLeadsTo(formula: Temporal): Temporal {
  if (formula.op === "state") return formula;
  if ("operand" in formula) return { ...formula, operand: withoutLeadsTo(formula.operand) };
  const left = withoutLeadsTo(formula.left);
  const right = withoutLeadsTo(formula.right);
  if (formula.op !== "leadsTo") return { ...formula, left, right };
  const { span } = formula;
  const comes: Temporal = { op: "eventually", operand: right, span };
  return { op: "always", operand: { op: "implies", left, right: comes, span }, span };
}

/** All subformulas, inner ones first. */
function partsOf(formula: Temporal): readonly Temporal[] {
  if (formula.op === "state") return [formula];
  const inner =
    "operand" in formula
      ? partsOf(formula.operand)
      : [...partsOf(formula.left), ...partsOf(formula.right)];
  return [...inner, formula];
}

/** Every way to guess the temporal subformulas in a state. */
function assignments(
  small: SmallGraph,
  state: number,
  parts: readonly Temporal[],
): readonly Truths[] {
  const values = smallGraph(small).observer(
    parts.flatMap((part) =>
      part.op === "state" ? [{ condition: part.condition, locals: 0 }] : [],
    ),
  )(state);
  let seen = 0;
  let made: Map<Temporal, boolean>[] = [new Map()];
  for (const part of parts) {
    if (part.op === "state") {
      const truth = ((values >>> seen++) & 1) === 1;
      for (const truths of made) truths.set(part, truth);
      continue;
    }
    made = made.flatMap((truths) =>
      choices(part, truths).map((truth) => new Map(truths).set(part, truth)),
    );
  }
  return made;
}

function choices(part: Temporal, truths: Truths): readonly boolean[] {
  const of = (inner: Temporal): boolean => truths.get(inner) === true;
  switch (part.op) {
    case "not":
      return [!of(part.operand)];
    case "and":
      return [of(part.left) && of(part.right)];
    case "or":
      return [of(part.left) || of(part.right)];
    case "implies":
      return [!of(part.left) || of(part.right)];
    default:
      return [false, true];
  }
}

function follows(parts: readonly Temporal[], now: Truths, next: Truths): boolean {
  return parts.every(
    (part) => looksAheadRightly(part, now, next) && looksBackRightly(part, now, next),
  );
}

function looksAheadRightly(part: Temporal, now: Truths, next: Truths): boolean {
  const then = next.get(part) === true;
  switch (part.op) {
    case "always":
      return now.get(part) === (now.get(part.operand) === true && then);
    case "eventually":
      return now.get(part) === (now.get(part.operand) === true || then);
    case "until":
      return (
        now.get(part) === (now.get(part.right) === true || (now.get(part.left) === true && then))
      );
    default:
      return true;
  }
}

function looksBackRightly(part: Temporal, now: Truths, next: Truths): boolean {
  const before = now.get(part) === true;
  switch (part.op) {
    case "once":
      return next.get(part) === (next.get(part.operand) === true || before);
    case "historically":
      return next.get(part) === (next.get(part.operand) === true && before);
    case "previously":
      return next.get(part) === now.get(part.operand);
    case "since":
      return (
        next.get(part) ===
        (next.get(part.right) === true || (next.get(part.left) === true && before))
      );
    default:
      return true;
  }
}

function beginsRightly(part: Temporal, now: Truths): boolean {
  switch (part.op) {
    case "once":
    case "historically":
      return now.get(part) === now.get(part.operand);
    case "previously":
      return now.get(part) === false;
    case "since":
      return now.get(part) === now.get(part.right);
    default:
      return true;
  }
}

// ---------------------------------------------------------------------------- fairness

function namesWith({ fair = {} }: SmallGraph, kind: "weak" | "strong"): readonly string[] {
  return Object.keys(fair).filter((name) => fair[name] === kind);
}

function subsets(names: readonly string[]): readonly (readonly string[])[] {
  return names.reduce<(readonly string[])[]>(
    (sets, name) => [...sets, ...sets.map((set) => [...set, name])],
    [[]],
  );
}

/** Points of runs that meet every demand again and again, with `disabled` disabled for ever. */
function fairPoints(
  small: SmallGraph,
  parts: readonly Temporal[],
  points: readonly Point[],
  disabled: readonly string[],
): ReadonlySet<Point> {
  const enables = (state: number, name: string): boolean =>
    stepsOf(small).some(({ from, names }) => from === state && names.includes(name));
  const demands: ((point: Point) => boolean)[] = [
    ...parts.map((part) => (point: Point) => isFulfilled(part, point.truths)),
    ...namesWith(small, "weak").map(
      (name) => (point: Point) => point.names.includes(name) || !enables(point.state, name),
    ),
    ...namesWith(small, "strong")
      .filter((name) => !disabled.includes(name))
      .map((name) => (point: Point) => point.names.includes(name)),
  ];
  let kept: readonly Point[] = points.filter((point) =>
    disabled.every((name) => !enables(point.state, name)),
  );
  for (;;) {
    let next = kept;
    for (const demand of demands) {
      const inside = next;
      const coming = grow(inside, new Set(inside.filter(demand)));
      const starts = new Set([...coming].map(({ here }) => here));
      next = inside.filter((point) => starts.has(point.next));
    }
    if (next.length === kept.length) return new Set(kept);
    kept = next;
  }
}

/** What is put off may not be put off for ever. */
function isFulfilled(part: Temporal, truths: Truths): boolean {
  switch (part.op) {
    case "until":
      return truths.get(part) !== true || truths.get(part.right) === true;
    case "eventually":
      return truths.get(part) !== true || truths.get(part.operand) === true;
    case "always":
      return truths.get(part) === true || truths.get(part.operand) === false;
    default:
      return true;
  }
}

/** E[within U goal]: points from which the goal is reached, itself included. */
function grow(within: readonly Point[], goal: ReadonlySet<Point>): ReadonlySet<Point> {
  const found = new Set(goal);
  for (let before = -1; before < found.size; ) {
    before = found.size;
    const starts = new Set([...found].map(({ here }) => here));
    for (const point of within) if (starts.has(point.next)) found.add(point);
  }
  return found;
}
