/**
 * Which symmetric id types of a Model really are interchangeable in it.
 *
 * The language keeps the ids of a `symmetric id` alike as long as only the text of machines is
 * looked at; a constant, a setting or an initial value can still pick one out, and a `for` can
 * depend on their order. So nothing is believed: for each type, every swap of two neighbouring ids
 * is tried on the whole Model, and it must come out the same, up to the order of its parts.
 *
 *     Client, 3 ids:   swap 1,2  ✓     swap 2,3  ✓     →  all 6 permutations map runs to runs
 *
 * Neighbouring swaps generate all permutations of a type, and the types are independent, so the
 * group is the product of the symmetric groups of the types that pass.
 *
 * Rejected: finding symmetries of Models that declare none (graph automorphism). Ids say where to
 * look, and an unexpected symmetry would be hard to explain to a reader.
 *
 * Source: C. N. Ip and D. L. Dill, "Better verification through symmetry", 1996 (scalarsets); here
 * the restrictions on their use are checked on the lowered Model instead of demanded of the text.
 */
import type { Expr, Model } from "../../spec/model.ts";
import { difference, type Portrait, portraitOf } from "./alike.ts";
import { orderedLoop } from "./order-free.ts";
import { idsIn, partsOf, type Permutation, permutationOf } from "./permutation.ts";
import { expressionsOf, innerEffects, walk } from "./walk.ts";

/** Most permutations of one Model: 8!. A canonical form may have to look at each of them. */
export const PERMUTATIONS_MAX = 40_320;

/** An id type whose ids are interchangeable in a Model. */
export interface SymmetricType {
  readonly name: string;
  readonly size: number;
  /** For each pair of neighbours: what their swap does. */
  readonly swaps: readonly Permutation[];
}

export interface Symmetry {
  readonly model: Model;
  readonly types: readonly SymmetricType[];
  /** Number of permutations: the product of the factorials of the sizes. */
  readonly order: number;
}

export interface SymmetryFound {
  /** Undefined when no type can be used. */
  readonly symmetry: Symmetry | undefined;
  /** For each type that is declared symmetric and cannot be used: why. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/** The symmetry of a Model with respect to the properties that `only` leaves in. */
export function symmetryOf(model: Model): SymmetryFound {
  const refused: { name: string; reason: string }[] = [];
  const types: SymmetricType[] = [];
  let order = 1;
  const plain = portraitOf(model, undefined);
  for (const [name, sizes] of declaredTypes(model)) {
    const [size = 0] = sizes;
    const grown = order * factorial(size);
    if (size < 2) continue;
    const reason =
      sizes.size > 1
        ? "two types have this name"
        : grown > PERMUTATIONS_MAX
          ? `there would be more than ${PERMUTATIONS_MAX} permutations`
          : undefined;
    const tried = reason ?? swapsOf(model, plain, name, size);
    if (typeof tried === "string") {
      refused.push({ name, reason: tried });
    } else {
      types.push({ name, size, swaps: tried });
      order = grown;
    }
  }
  return { symmetry: types.length === 0 ? undefined : { model, types, order }, refused };
}

export function factorial(size: number): number {
  return size < 2 ? 1 : size * factorial(size - 1);
}

/** Symmetric id types in the slots, messages and families, in the order of first mention. */
function declaredTypes(model: Model): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  const add = (type: Model["slots"][number]["type"]): void => {
    if (type.kind === "id" && type.symmetric) {
      found.set(type.name, (found.get(type.name) ?? new Set()).add(type.size));
    }
    for (const inner of partsOf(type)) add(inner);
  };
  for (const { family } of [...model.instances, ...model.channels]) {
    for (const { type } of family.index) add(type);
  }
  for (const { type } of model.slots) add(type);
  return found;
}

// ---------------------------------------------------------------------------- one type

/** The swaps of all neighbours, or why one of them changes the Model. */
function swapsOf(
  model: Model,
  plain: Portrait,
  name: string,
  size: number,
): readonly Permutation[] | string {
  const ordered = orderUse(model, name);
  if (ordered !== undefined) return ordered;
  const swaps: Permutation[] = [];
  for (let first = 0; first + 1 < size; first++) {
    const ids = Array.from({ length: size }, (_, id) => id);
    ids[first] = first + 1;
    ids[first + 1] = first;
    const swap = permutationOf(model, new Map([[name, ids]]));
    if (swap === undefined) return "a family lacks a member";
    const differs = difference(model, plain, swap);
    if (differs !== undefined) {
      return `${differs} when ${name}${first + 1} and ${name}${first + 2} change places`;
    }
    swaps.push(swap);
  }
  return swaps;
}

/** A use of the order of the ids, which no permutation preserves. */
function orderUse(model: Model, name: string): string | undefined {
  for (const { effects, name: transition } of model.transitions) {
    if (orderedLoop(model, effects, name) !== undefined) {
      return `the order of a \`for\` over ${name} can matter in \`${transition}\``;
    }
  }
  return conditionsOf(model).some((condition) => usesNumber(condition, name))
    ? `ids of ${name} are used as numbers: in a comparison, or as one of two indices`
    : undefined;
}

/** Operators to which an id is the number of its place. */
const NUMERIC: ReadonlySet<string> = new Set(["lt", "le", "gt", "ge", "add", "sub", "mul", "mod"]);

/** An index of two dimensions is computed from the numbers of both ids. */
function usesNumber(condition: Expr, name: string): boolean {
  let found = false;
  walk(condition, (node) => {
    if (!NUMERIC.has(node.op) || !("left" in node)) return;
    found ||= idsIn(node.left.type).has(name) || idsIn(node.right.type).has(name);
  });
  return found;
}

function conditionsOf(model: Model): readonly Expr[] {
  const effects = [...model.start, ...model.transitions.flatMap((each) => each.effects)];
  return [
    ...innerEffects(effects).flatMap(expressionsOf),
    ...model.transitions.map(({ guard }) => guard),
    ...model.receptions.flatMap(({ deferred, unhandled }) => [deferred, unhandled]),
    ...[...model.invariants, ...model.goals].map(({ condition }) => condition),
  ];
}
