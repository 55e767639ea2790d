/**
 * Small state graphs made by hand or at random, with formulas about them, for tests only.
 *
 *     smallGraph({ states: ["a", "", "b"], steps: ["0 go 1", "1 back 0", "1 done 2"],
 *                  fair: { done: "weak" } })
 *
 * A state is the list of atoms that are true in it. A step is its source, its transition (with the
 * transitions that take part, joined by `+`), and its target.
 */
import fc from "fast-check";
import type { Expr, Temporal } from "../../spec/model.ts";
import type { StateGraph, StepLabel, Steps } from "../explore/state-graph.ts";
import { sketch, step } from "../model-notation.ts";
import { evaluate, frame } from "../reference/evaluate.ts";
import { createMeter } from "../reference/meter.ts";
import { bool, place, yes } from "../term-notation.ts";

export const ATOMS = ["a", "b", "c"] as const;

export interface SmallGraph {
  readonly states: readonly string[];
  readonly steps: readonly string[];
  readonly initial?: readonly number[];
  readonly fair?: Readonly<Record<string, "weak" | "strong">>;
  /** States below this number were expanded; all when left out. */
  readonly expanded?: number;
}

/** The steps of a small graph, taken apart. */
export interface SmallStep {
  readonly from: number;
  readonly names: readonly string[];
  readonly to: number;
}

export function stepsOf({ steps }: SmallGraph): readonly SmallStep[] {
  return steps.map((text) => {
    const [from = "", names = "", to = ""] = text.split(" ");
    return { from: Number(from), names: names.split("+"), to: Number(to) };
  });
}

/** Names of transitions: those that steps mention, then those that are only declared fair. */
function namesOf(small: SmallGraph): readonly string[] {
  const taken = stepsOf(small).flatMap(({ names }) => names);
  return [...new Set([...taken, ...Object.keys(small.fair ?? {})])];
}

export function smallGraph(small: SmallGraph): StateGraph {
  const names = namesOf(small);
  const model = sketch({
    variables: Object.fromEntries(ATOMS.map((atom) => [atom, [bool, false]])),
    transitions: names.map((name) => {
      const fairness = small.fair?.[name];
      return step(name, yes, [], fairness === undefined ? {} : { fairness });
    }),
  });
  const steps = stepsOf(small);
  const labels: StepLabel[] = steps.map((each) => {
    const [transition = 0, ...partners] = each.names.map((name) => names.indexOf(name));
    return { transition, partners };
  });
  const state = (id: number): readonly boolean[] =>
    ATOMS.map((atom) => small.states[id]?.includes(atom) === true);
  return {
    model,
    states: small.states.length,
    expanded: small.expanded ?? small.states.length,
    initial: small.initial ?? [0],
    labels,
    state,
    steps(id): Steps {
      const own = steps.flatMap((each, label) => (each.from === id ? [{ ...each, label }] : []));
      return {
        count: own.length,
        labels: own.map(({ label }) => label),
        targets: own.map(({ to }) => to),
      };
    },
    observer: (conditions) => (id) =>
      conditions.reduce((bits, { condition, locals }, index) => {
        const scope = { state: state(id), locals: frame(locals), meter: createMeter() };
        return evaluate(condition, scope) === true ? bits | (1 << index) : bits;
      }, 0),
  };
}

// ---------------------------------------------------------------------------- formulas

const span = place();

export function atom(name: (typeof ATOMS)[number]): Temporal {
  const condition: Expr = {
    op: "read",
    type: bool,
    slots: [ATOMS.indexOf(name)],
    index: undefined,
    buffer: undefined,
    span,
  };
  return { op: "state", condition, span };
}

type Unary = Extract<Temporal, { readonly operand: Temporal }>["op"];
type Binary = Extract<Temporal, { readonly left: Temporal }>["op"];

const UNARY: readonly Unary[] = [
  "not",
  "always",
  "eventually",
  "once",
  "previously",
  "historically",
];
const BINARY: readonly Binary[] = ["and", "or", "implies", "until", "since", "leadsTo"];

/** `["leadsTo", "a", ["eventually", "b"]]` */
export type Written =
  | (typeof ATOMS)[number]
  | readonly [Unary, Written]
  | readonly [Binary, Written, Written];

export function formula(written: Written): Temporal {
  if (typeof written === "string") return atom(written);
  return written.length === 2
    ? { op: written[0], operand: formula(written[1]), span }
    : { op: written[0], left: formula(written[1]), right: formula(written[2]), span };
}

/** Formulas of at most this depth. */
export function randomFormula(maxDepth: number): fc.Arbitrary<Written> {
  return fc.letrec<{ formula: Written }>((tie) => ({
    formula: fc.oneof(
      { maxDepth, withCrossShrink: true },
      fc.constantFrom(...ATOMS),
      fc.tuple(fc.constantFrom(...UNARY), tie("formula")),
      fc.tuple(fc.constantFrom(...BINARY), tie("formula"), tie("formula")),
    ),
  })).formula;
}

const STATES_MAX = 5;
const TRANSITIONS = ["t", "u", "v"];
/** A transition that is never fair, and frequent: it makes loops that others are passed over in. */
const PLAIN = "w";

export const randomGraph: fc.Arbitrary<SmallGraph> = fc
  .tuple(
    fc.array(fc.subarray([...ATOMS]), { minLength: 1, maxLength: STATES_MAX }),
    fc.array(
      fc.tuple(
        fc.nat(STATES_MAX - 1),
        fc.oneof(fc.constant([PLAIN]), fc.subarray(TRANSITIONS, { minLength: 1, maxLength: 2 })),
        fc.nat(STATES_MAX - 1),
      ),
      { maxLength: 10 },
    ),
    fc.dictionary(fc.constantFrom(...TRANSITIONS), fc.constantFrom("weak", "strong")),
  )
  .map(([labels, steps, fair]) => {
    const states = labels.map((atoms) => atoms.join(""));
    const size = states.length;
    const written = steps.map(
      ([from, names, to]) => `${from % size} ${names.join("+")} ${to % size}`,
    );
    return searched({ states, steps: [...new Set(written)], fair });
  });

/**
 * The same graph as a breadth-first search finds it: reachable states only, in the order of
 * finding. With `expanded`, a search that ended after so many states.
 */
export function searched(small: SmallGraph, expanded: number = Infinity): SmallGraph {
  const steps = stepsOf(small);
  const order = [...(small.initial ?? [0])];
  const kept: string[] = [];
  for (const [number, id] of order.entries()) {
    if (number >= expanded) break;
    for (const { from, names, to } of steps.filter((each) => each.from === id)) {
      if (!order.includes(to)) order.push(to);
      kept.push(`${order.indexOf(from)} ${names.join("+")} ${order.indexOf(to)}`);
    }
  }
  return {
    ...small,
    states: order.map((id) => small.states[id] ?? ""),
    steps: kept,
    initial: (small.initial ?? [0]).map((_, number) => number),
    expanded: Math.min(expanded, order.length),
  };
}
