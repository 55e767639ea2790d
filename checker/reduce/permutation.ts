/**
 * Renaming ids: how a permutation of the ids of a type acts on values, states and places.
 *
 *     swap Client1, Client2        app[Client1] = Open    table = {Client1}    rep[Client2] = [Ack]
 *                            ──►   app[Client2] = Open    table = {Client2}    rep[Client1] = [Ack]
 *
 * The action follows types, never names: an id is renamed wherever its type says that it is one, a
 * map moves its entries with its keys, a set and a bag are put in order again, a waiting write of a
 * store buffer is renamed as the place and the value that it is. Slots move with their owners: an
 * instance or a channel of a family goes to the member whose index has the renamed ids, and its
 * slots go with it one by one, because members of a family are built alike.
 */
import type { Family, Model, Type, Value } from "../../spec/model.ts";
import { compareValues, ordinalOf, part, parts, setOf, valuesOf } from "../../spec/values.ts";
import { childOf, packEntry, unpackEntry } from "../reference/memory.ts";

/** For each renamed type by its name: the new ordinal of each id. */
export type Renaming = ReadonlyMap<string, readonly number[]>;

/** A renaming together with where it takes the places of one Model. */
export interface Permutation {
  readonly ids: Renaming;
  /** New place of each slot, channel and instance. */
  readonly slots: readonly number[];
  readonly channels: readonly number[];
  readonly instances: readonly number[];
}

/** The permutation that a renaming gives; undefined when the families do not admit it. */
export function permutationOf(model: Model, ids: Renaming): Permutation | undefined {
  const instances = moveMembers(model.instances, ids);
  const channels = moveMembers(model.channels, ids);
  const slots = model.slots.map((_, slot) => slot);
  for (const [from, to] of instances.entries()) {
    if (!moveAll(slots, slotsOf(model, from), slotsOf(model, to))) return undefined;
  }
  for (const [from, to] of channels.entries()) {
    slots[model.channels[from]?.slot ?? -1] = model.channels[to]?.slot ?? -1;
  }
  const places = [instances, channels, slots];
  return places.every(isPermutation) ? { ids, slots, channels, instances } : undefined;
}

/** The slots that belong to an instance, in the order of the Model. */
function slotsOf(model: Model, instance: number): readonly number[] {
  return model.slots.flatMap(({ role }, slot) =>
    "instance" in role && role.instance === instance ? [slot] : [],
  );
}

function moveAll(slots: number[], from: readonly number[], to: readonly number[]): boolean {
  for (const [position, slot] of from.entries()) slots[slot] = to[position] ?? -1;
  return from.length === to.length;
}

/** Where each member goes: to the one of its family whose index is the renamed one. */
function moveMembers(
  members: readonly { readonly family: Family }[],
  ids: Renaming,
): readonly number[] {
  const key = (family: Family, renamed: readonly Value[]): string =>
    JSON.stringify([family.name, renamed]);
  const places = new Map(
    members.map(({ family }, place) => [
      key(
        family,
        family.index.map(({ value }) => value),
      ),
      place,
    ]),
  );
  return members.map(({ family }) => {
    const renamed = family.index.map(({ type, value }) => renameValue(value, type, ids));
    return places.get(key(family, renamed)) ?? -1;
  });
}

function isPermutation(places: readonly number[]): boolean {
  return new Set(places).size === places.length && !places.includes(-1);
}

// ---------------------------------------------------------------------------- types

const mentioned = new WeakMap<Type, ReadonlySet<string>>();

/** Names of all id types inside a type. Entries of store buffers are of no type that is written. */
export function idsIn(type: Type): ReadonlySet<string> {
  const known = mentioned.get(type);
  if (known !== undefined) return known;
  const found = new Set(partsOf(type).flatMap((inner) => [...idsIn(inner)]));
  if (type.kind === "id") found.add(type.name);
  mentioned.set(type, found);
  return found;
}

/** The types that a type is made of. */
export function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case "record":
      return type.fields.map((field) => field.type);
    case "message":
      return type.kinds.flatMap((kind) => kind.fields.map((field) => field.type));
    case "optional":
    case "set":
    case "list":
      return [type.of];
    case "map":
      return [type.key, type.value];
    default:
      return [];
  }
}

function isRenamed(type: Type, ids: Renaming): boolean {
  const inside = idsIn(type);
  return inside.size > 0 && [...ids.keys()].some((name) => inside.has(name));
}

// ---------------------------------------------------------------------------- values

/** The value with its ids renamed. */
export function renameValue(value: Value, type: Type, ids: Renaming): Value {
  if (value === null || !isRenamed(type, ids)) return value;
  switch (type.kind) {
    case "id":
      return ids.get(type.name)?.[Number(value)] ?? value;
    case "optional":
      return renameValue(value, type.of, ids);
    case "record":
      return parts(value).map((field, index) => renameField(field, type.fields[index]?.type, ids));
    case "message": {
      const fields = type.kinds[Number(part(value, 0))]?.fields ?? [];
      return parts(value).map((field, index) => renameField(field, fields[index - 1]?.type, ids));
    }
    case "set":
      return setOf(parts(value).map((element) => renameValue(element, type.of, ids)));
    case "list":
      return parts(value).map((element) => renameValue(element, type.of, ids));
    case "map":
      return renameMap(value, type, ids);
    default:
      return value;
  }
}

function renameField(value: Value, type: Type | undefined, ids: Renaming): Value {
  return type === undefined ? value : renameValue(value, type, ids);
}

function renameMap(value: Value, type: Extract<Type, { kind: "map" }>, ids: Renaming): Value {
  const moved: Value[] = [...parts(value)];
  for (const [position, key] of valuesOf(type.key).entries()) {
    const place = ordinalOf(renameValue(key, type.key, ids), type.key);
    moved[place] = renameValue(part(value, position), type.value, ids);
  }
  return moved;
}

// ---------------------------------------------------------------------------- states

/** The state with its ids renamed and its slots moved. */
export function permuteState(
  model: Model,
  state: readonly Value[],
  permutation: Permutation,
): readonly Value[] {
  const moved: Value[] = [...state];
  for (const [slot, { type, role }] of model.slots.entries()) {
    const value = part(state, slot);
    moved[permutation.slots[slot] ?? slot] =
      role.role === "buffer"
        ? parts(value).map((entry) => permuteEntry(model, entry, permutation))
        : arranged(model, slot, renameValue(value, type, permutation.ids));
  }
  return moved;
}

/** A bag has no order of its own: it is kept sorted. */
function arranged(model: Model, slot: number, value: Value): Value {
  const role = model.slots[slot]?.role;
  const channel = role?.role === "channel" ? model.channels[role.channel] : undefined;
  return channel?.discipline === "bag" ? parts(value).toSorted(compareValues) : value;
}

/** A waiting write goes to the place that its own place is moved to. */
function permuteEntry(model: Model, packed: Value, permutation: Permutation): Value {
  const { slot, path, value } = unpackEntry(packed);
  let type = model.slots[slot]?.type;
  const renamed: Value[] = [];
  for (const step of path) {
    if (type?.kind === "optional") type = type.of;
    const key = type?.kind === "map" ? renameValue(step, type.key, permutation.ids) : step;
    renamed.push(key);
    type = type === undefined ? undefined : childOf(type, step)?.type;
  }
  return packEntry({
    slot: permutation.slots[slot] ?? slot,
    path: renamed,
    value: renameField(value, type, permutation.ids),
  });
}
