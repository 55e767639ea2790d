/**
 * `PermutePlan`: the swaps of a symmetry as plain data, for a compiler to make code of.
 *
 *     swap Client1, Client2 │ slots   app[1] ⇄ app[2], rep[1] ⇄ rep[2]
 *                           │ values  server.table: a set, swap elements 0 and 1
 *                           │         req: a list of messages, in `Open` field 0 is an id
 *
 * A swap moves the values of slots, then changes the values themselves, each by an *action* that
 * its type gives. An action says where ids are and nothing about how they are stored. Swaps of
 * neighbours generate all permutations, so a canonical form can be found by applying swaps alone:
 * the permutations in the order of Steinhaus, Johnson and Trotter differ by one swap each.
 */
import type { Model, Type } from "../../spec/model.ts";
import { ordinalOf, valuesOf } from "../../spec/values.ts";
import { idsIn, renameValue, type Renaming } from "./permutation.ts";
import type { Symmetry } from "./symmetry.ts";

/** What a swap does to a value; `undefined` where it changes nothing. */
export type Action =
  /** The value is an id: the two ordinals change places. */
  | { readonly kind: "id"; readonly swap: readonly [number, number] }
  | { readonly kind: "optional" | "set" | "list"; readonly of: Action }
  | { readonly kind: "record"; readonly fields: readonly (Action | undefined)[] }
  /** By kind of message, then by field. */
  | { readonly kind: "message"; readonly kinds: readonly (readonly (Action | undefined)[])[] }
  /** The entry at position i goes to position `keys[i]`, and is changed by `value`. */
  | {
      readonly kind: "map";
      readonly keys: readonly number[];
      readonly value: Action | undefined;
    }
  /** Waiting writes: their slot and path are moved like the place they go to. */
  | { readonly kind: "store" };

export interface SwapPlan {
  readonly type: string;
  readonly ids: readonly [number, number];
  /** The value of slot i goes to slot `slots[i]`. */
  readonly slots: readonly number[];
  /** By slot, before it is moved. */
  readonly values: readonly (Action | undefined)[];
  /** Slots that hold bags: their messages are put in order again. */
  readonly sorted: readonly number[];
}

export interface PermutePlan {
  /** Number of permutations in all. */
  readonly order: number;
  /** By type, the swaps of its neighbours in the order of the ids. */
  readonly types: readonly {
    readonly name: string;
    readonly size: number;
    readonly swaps: readonly SwapPlan[];
  }[];
}

export function permutePlan({ model, types, order }: Symmetry): PermutePlan {
  return {
    order,
    types: types.map(({ name, size, swaps }) => ({
      name,
      size,
      swaps: swaps.map((swap, first): SwapPlan => {
        const ids = [first, first + 1] as const;
        const values = model.slots.map(({ type }) => actionOn(type, name, ids, swap.ids));
        return { type: name, ids, slots: swap.slots, values, sorted: bagsOf(model, values) };
      }),
    })),
  };
}

/** Bags in which the swap changes messages. */
function bagsOf(model: Model, values: readonly (Action | undefined)[]): readonly number[] {
  return model.channels.flatMap(({ discipline, slot }) =>
    discipline === "bag" && values[slot] !== undefined ? [slot] : [],
  );
}

function actionOn(
  type: Type,
  name: string,
  swap: readonly [number, number],
  ids: Renaming,
): Action | undefined {
  const within = (inner: Type): Action | undefined => actionOn(inner, name, swap, ids);
  if (type.kind === "list" && type.of.kind === "store") {
    return { kind: "list", of: { kind: "store" } };
  }
  if (!idsIn(type).has(name)) return undefined;
  switch (type.kind) {
    case "id":
      return { kind: "id", swap };
    case "optional":
    case "set":
    case "list": {
      const of = within(type.of);
      return of === undefined ? undefined : { kind: type.kind, of };
    }
    case "record":
      return { kind: "record", fields: type.fields.map((field) => within(field.type)) };
    case "message":
      return {
        kind: "message",
        kinds: type.kinds.map(({ fields }) => fields.map((field) => within(field.type))),
      };
    case "map": {
      const keys = valuesOf(type.key).map((key) =>
        ordinalOf(renameValue(key, type.key, ids), type.key),
      );
      return { kind: "map", keys, value: within(type.value) };
    }
    default:
      return undefined;
  }
}
