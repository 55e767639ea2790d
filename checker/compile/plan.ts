/**
 * `Plan`: the numbers that Code speaks in (labels, counters, sites, registers) and what they mean.
 *
 *     label      a transition and its rendezvous partners      tally: times taken
 *     counter    assertions, comparisons with ranges, …        tally: times counted
 *     site       a property that may be violated or reached    told to the explorer by number
 *     register   0: did a step other than a fault happen       1, …: bounds that were felt
 */
import type { Span } from "../../spec/source.ts";
import type { Model } from "../../spec/model.ts";
import type { StepLabel } from "../explore/state-graph.ts";
import { isFault } from "../reference/built-in.ts";
import { emit, type Emitter } from "./emitter.ts";
import { num } from "./terms.ts";

/** What a sighting is about. */
export type Site =
  | { readonly property: "assert" | "range"; readonly span: Span }
  | { readonly property: "unhandled"; readonly channel: number; readonly kind: number }
  | { readonly property: "stuck" }
  | { readonly property: "invariant" | "goal"; readonly index: number };

/** The register that is 1 when a step other than a fault was possible. */
export const MOVED = 0;
const BITS = 32;

export interface Plan {
  readonly model: Model;
  readonly labels: readonly StepLabel[];
  readonly sites: readonly Site[];
  /** Slots whose fullness hinders something; bit i of the bound registers is the i-th. */
  readonly bounds: readonly number[];
  /** Counters of assertions evaluated, and of values compared with ranges. */
  readonly asserts: number;
  readonly ranges: number;
  labelOf(transition: number, partners: readonly number[]): number;
  /** Counters of violating steps by label, and of felt bounds by slot, as far as there are any. */
  readonly violations: readonly (number | undefined)[];
  readonly felt: ReadonlyMap<number, number>;
  /** The counter of violating steps of a label. */
  violationOf(label: number): number;
  /** The counter of states in which the bound of a slot was felt. */
  boundCounter(slot: number): number;
  siteOf(site: Site): number;
  counter(): number;
  counters(): number;
  noteMove(emitter: Emitter, transition: number): void;
  noteBound(emitter: Emitter, slot: number): void;
  registers(): number;
}

export function newPlan(model: Model): Plan {
  const labels: StepLabel[] = [];
  const sites: Site[] = [];
  const bounds: number[] = [];
  const violations: (number | undefined)[] = [];
  const ids = new Map<string, number>();
  const felt = new Map<number, number>();
  let counters = 2;
  const numbered = <T>(name: string, list: T[], item: T): number => {
    const known = ids.get(name) ?? list.push(item) - 1;
    ids.set(name, known);
    return known;
  };
  return {
    model,
    labels,
    sites,
    bounds,
    violations,
    felt,
    asserts: 0,
    ranges: 1,
    labelOf: (transition, partners) =>
      numbered(`label ${[transition, ...partners].join()}`, labels, { transition, partners }),
    violationOf(label) {
      const counter = violations[label] ?? counters++;
      violations[label] = counter;
      return counter;
    },
    boundCounter(slot) {
      const counter = felt.get(slot) ?? counters++;
      felt.set(slot, counter);
      return counter;
    },
    siteOf: (site) => numbered(`site ${JSON.stringify(site)}`, sites, site),
    counter: () => counters++,
    counters: () => counters,
    noteMove(emitter, transition) {
      const kind = model.transitions[transition]?.kind;
      if (kind === undefined || isFault(kind)) return;
      emit(emitter, { do: "register", register: MOVED, value: num(1) });
    },
    noteBound(emitter, slot) {
      const bit = numbered(`bound ${slot}`, bounds, slot);
      const register = MOVED + 1 + Math.floor(bit / BITS);
      const left = { op: "register", register } as const;
      const value = { op: "or", left, right: num(1 << (bit % BITS)) } as const;
      emit(emitter, { do: "register", register, value });
    },
    registers: () => MOVED + 1 + Math.ceil(bounds.length / BITS),
  };
}
