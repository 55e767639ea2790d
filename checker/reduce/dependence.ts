/**
 * Which transitions may disturb each other: from what each touches to who meets whom.
 *
 *     a writes what b reads or writes     →  a and b conflict: their order may matter
 *     a reads what b writes               →  the same, and b may enable a
 *
 * Two transitions that do not conflict commute in every state in which both are enabled, and
 * neither disables the other nor changes how the other ends.
 *
 * Judged properties take part as *watchers*: transitions that write nothing and read what their
 * property reads. Where a transition conflicts with a watcher, its order to the others can decide
 * whether the property is ever seen true or false.
 */
import type { Expr, Model } from "../../spec/model.ts";
import { isFalse } from "../../spec/fold.ts";
import { isWanted } from "../judgement.ts";
import { type Access, accessOf, back, front, type Part, readsOf } from "./access.ts";
import { type Conjunct, conjunctsOf, premisesAsConditions } from "./conjuncts.ts";

/** What is to be seen if it is ever so. */
export type Watcher =
  /** A violated invariant, a premise that holds, a goal: all conjuncts are as needed. */
  | {
      readonly kind: "condition";
      readonly access: Access;
      readonly conjuncts: readonly Conjunct[];
      readonly locals: number;
    }
  /** A message of the channel that has no rule. */
  | { readonly kind: "unhandled"; readonly access: Access; readonly channel: number };

export interface Dependence {
  readonly model: Model;
  /** By transition. */
  readonly accesses: readonly Access[];
  /** Their nodes are numbered after the transitions. */
  readonly watchers: readonly Watcher[];
  /** Transitions that write a part. */
  readonly writers: (part: Part) => readonly number[];
  /** Transitions that write something that is read there. */
  readonly writersOf: (access: Access) => ReadonlySet<number>;
  /**
   * Transitions and watchers that conflict with a transition. For a flush, `slot` is where its
   * oldest write goes.
   */
  readonly conflicts: (transition: number, slot: number | undefined) => readonly number[];
}

export function dependenceOf(model: Model): Dependence {
  const accesses = model.transitions.map((transition) => accessOf(model, transition));
  const watchers = watchersOf(model);
  const nodes = [...accesses, ...watchers.map(({ access }) => access)];
  const readers = new Map<Part, number[]>();
  const writing = new Map<Part, number[]>();
  for (const [node, { reads, writes }] of nodes.entries()) {
    for (const part of reads.keys()) readers.set(part, [...(readers.get(part) ?? []), node]);
    for (const part of writes) writing.set(part, [...(writing.get(part) ?? []), node]);
  }
  const writers = (part: Part): readonly number[] => writing.get(part) ?? [];
  const writersOf = (access: Access): ReadonlySet<number> => {
    const found = [...access.reads].flatMap(([part, through]) =>
      writers(part).filter((node) => sees(nodes[node], through)),
    );
    return new Set(found);
  };
  const known = new Map<string, readonly number[]>();
  const conflicts = (transition: number, slot: number | undefined): readonly number[] => {
    const key = `${transition} ${slot ?? ""}`;
    const found = known.get(key) ?? meet(transition, slot);
    known.set(key, found);
    return found;
  };
  const meet = (transition: number, slot: number | undefined): readonly number[] => {
    const access = accesses[transition];
    if (access === undefined) return [];
    const written = slot === undefined ? access.writes : flushed(access, slot);
    const met = new Set(writersOf(access));
    for (const part of written) {
      for (const node of writers(part)) met.add(node);
      for (const node of readers.get(part) ?? []) {
        if (sees(access, nodes[node]?.reads.get(part) ?? new Set())) met.add(node);
      }
    }
    met.delete(transition);
    return [...met];
  };
  return { model, accesses, watchers, writers, writersOf, conflicts };
}

/** Who reads only through the buffer that is flushed sees no change. */
function sees(writer: Access | undefined, through: ReadonlySet<number | undefined>): boolean {
  const flushes = writer?.flushes;
  return flushes === undefined || [...through].some((buffer) => buffer !== flushes);
}

/** What a flush writes when the oldest write goes to the slot. */
function flushed({ flushes, writes }: Access, slot: number): ReadonlySet<Part> {
  return flushes === undefined ? writes : new Set([front(flushes), `${slot}`]);
}

function watchersOf(model: Model): readonly Watcher[] {
  const condition = (expr: Expr, truth: boolean, locals: number): Watcher => {
    const access = readsOf(model, [expr]);
    return { kind: "condition", access, conjuncts: conjunctsOf(expr, truth), locals };
  };
  const wanted = ({ name }: { readonly name: string }): boolean => isWanted(model, name);
  const invariants = model.invariants
    .filter(wanted)
    .flatMap((invariant) => [
      condition(invariant.condition, false, invariant.locals),
      ...premisesAsConditions(invariant.condition).map((premise) =>
        condition(premise, true, invariant.locals),
      ),
    ]);
  const goals = model.goals
    .filter(wanted)
    .map((goal) => condition(goal.condition, true, goal.locals));
  const unhandled = model.channels.flatMap((_, channel): Watcher[] => {
    const conditions = model.receptions.flatMap((reception) =>
      reception.channel === channel && !isFalse(reception.unhandled) ? [reception.unhandled] : [],
    );
    if (conditions.length === 0) return [];
    return [{ kind: "unhandled", access: readsOf(model, conditions, channel), channel }];
  });
  return [...invariants, ...goals, ...unhandled];
}

/** Transitions that put something into a queue, or change it otherwise. */
export function fillers({ model, writers }: Dependence, slot: number): readonly number[] {
  return [...new Set([...writers(back(slot)), ...whole(model, slot, writers)])];
}

/** Transitions that take something from a queue, or change it otherwise. */
export function takers({ model, writers }: Dependence, slot: number): readonly number[] {
  return [...new Set([...writers(front(slot)), ...whole(model, slot, writers)])];
}

/** A bag has one part only. */
function whole(
  model: Model,
  slot: number,
  writers: (part: Part) => readonly number[],
): readonly number[] {
  return model.slots[slot] === undefined ? [] : writers(`${slot}`);
}
