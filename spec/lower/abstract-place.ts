/**
 * The places of an abstract system that the lines of a refinement give values to.
 *
 *     link[c].mode = …          the mode of an instance; `it.mode.Region` where it has regions
 *     link[c].count = …         a variable, timer (armed?) or interrupt line (pending?)
 *     server.table[k].left = …  an entry of a map, a field of a record
 *     rep[c] = […]              the contents of a channel
 *
 * A name that stands in an index and means nothing there binds a variable of the whole line: the
 * line is then read once for each value. The rejected alternative, expressions over the index,
 * would need one slot chosen at run time for what is known when the check is lowered.
 */
import { noSuchMember } from "../errors.ts";
import { constant } from "../fold.ts";
import type { Expr, Slot, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { notConstant } from "../type-errors.ts";
import { indexSize, indexValue, isIndex } from "../type-relations.ts";
import { ordinalOf } from "../values.ts";
import { instancesOf, queuesOf } from "./entities.ts";
import { constantExpression } from "./expression.ts";
import { placeOf } from "./places.ts";
import { isDeclared, memberNamed, type Scope, withLocal } from "./scope.ts";

export interface AbstractPlace {
  readonly slot: number;
  /** Fields of records and ordinals of keys, from the outside in. */
  readonly path: readonly number[];
  readonly type: Type;
}

/** A name that a line binds in an index, and the type that it goes through. */
interface Binder {
  readonly name: string;
  readonly type: Type;
  readonly span: Span;
}

// ---------------------------------------------------------------------------- names in indices

/** The names that the indices of a place bind, from the outside in. */
export function bindersOf(scope: Scope, written: syntax.Expr): readonly Binder[] {
  if (written.kind === "field") return bindersOf(scope, written.object);
  if (written.kind !== "index") return [];
  const outer = bindersOf(scope, written.object);
  const { index } = written;
  if (index.kind !== "name") return outer;
  const inner = withValues(scope, outer, 0);
  const type = indexedType(inner, written.object);
  if (type === undefined || !isIndex(type) || isMeant(inner, index.name, type)) return outer;
  return [...outer, { name: index.name, type, span: index.span }];
}

/** How many ways there are to give all the names values. */
export function waysOf(binders: readonly Binder[]): number {
  return binders.reduce((ways, { type }) => ways * indexSize(type), 1);
}

/** The scope in which the names have the values of one way; the last name runs fastest. */
export function withValues(scope: Scope, binders: readonly Binder[], way: number): Scope {
  let inner = scope;
  let rest = way;
  for (const { name, type, span } of binders.toReversed()) {
    const size = Math.max(1, indexSize(type));
    inner = withLocal(inner, name, constant(type, indexValue(type, rest % size), span));
    rest = Math.floor(rest / size);
  }
  return inner;
}

/** The type of the next index of an instance family, a channel family or a map. */
function indexedType(scope: Scope, object: syntax.Expr): Type | undefined {
  let depth = 0;
  let base = object;
  for (; base.kind === "index"; base = base.object) depth++;
  if (base.kind === "name") {
    const family = scope.system?.families.get(base.name);
    if (family !== undefined) return depth === 0 ? family.index : undefined;
    const channel = scope.system?.channels.get(base.name);
    if (channel !== undefined) return channel.indices[depth]?.type;
  }
  const type = placeOf(scope, object)?.place.type;
  const map = type?.kind === "optional" ? type.of : type;
  return map?.kind === "map" ? map.key : undefined;
}

/** Does the name mean something already: a literal of the type, or anything that is declared? */
function isMeant(scope: Scope, name: string, type: Type): boolean {
  if (type.kind === "enum" && type.members.includes(name)) return true;
  const isId = type.kind === "id" && name.startsWith(type.name);
  if (isId && /^\d+$/.test(name.slice(type.name.length))) return true;
  return isDeclared(scope, name);
}

/** Is every index a value of its type that is known here? What is not has been reported. */
function indicesAreKnown(scope: Scope, written: syntax.Expr): boolean {
  if (written.kind === "field") return indicesAreKnown(scope, written.object);
  if (written.kind !== "index") return true;
  if (!indicesAreKnown(scope, written.object)) return false;
  const type = indexedType(scope, written.object);
  return type === undefined || constantExpression(scope, written.index, type) !== undefined;
}

// ---------------------------------------------------------------------------- places

/** The place that is named, all indices being known; undefined after a diagnostic. */
export function abstractPlace(
  scope: Scope,
  slots: readonly Slot[],
  written: syntax.Expr,
): AbstractPlace | undefined {
  if (!indicesAreKnown(scope, written)) return undefined;
  const whole = modeSlot(scope, written) ?? queueSlot(scope, written) ?? bitSlot(scope, written);
  if (whole === "bad") return undefined;
  if (whole !== undefined) {
    const type = slots[whole]?.type;
    return type === undefined ? undefined : { slot: whole, path: [], type };
  }
  const place = placeOf(scope, written)?.place;
  if (place === undefined) return undefined;
  const [slot] = place.slots;
  if (slot === undefined || place.index !== undefined) return unknownIndex(scope, written.span);
  const path: number[] = [];
  for (const step of place.path) {
    const ordinal = step.step === "field" ? step.field : ordinalAt(step.key);
    if (ordinal === undefined || ordinal < 0) return unknownIndex(scope, written.span);
    path.push(ordinal);
  }
  return { slot, path, type: place.type };
}

function ordinalAt(key: Expr): number | undefined {
  return key.op === "const" ? ordinalOf(key.value, key.type) : undefined;
}

function unknownIndex(scope: Scope, span: Span): undefined {
  scope.lowering.report(notConstant(span));
  return undefined;
}

/** The slot behind `instance.mode` and `instance.mode.Region`; undefined when it is no mode. */
export function modeSlot(scope: Scope, written: syntax.Expr): number | "bad" | undefined {
  const region: string[] = [];
  let base = written;
  while (base.kind === "field" && base.field.text !== "mode") {
    region.unshift(base.field.text);
    base = base.object;
  }
  if (base.kind !== "field") return undefined;
  const ref = instancesOf(scope, base.object);
  if (ref === undefined || ref === "bad") return ref;
  const [instance] = ref.instances;
  if (instance === undefined || ref.index !== undefined) {
    scope.lowering.report(notConstant(written.span));
    return "bad";
  }
  const paths = instance.regions.map(({ path }) => path);
  const wanted = region.join(".");
  for (const [info, slot] of instance.modeSlots) {
    if (info.path === wanted) return slot;
  }
  const owner = `${ref.machine.kind} \`${ref.machine.name.text}\``;
  const named = paths.filter((path) => path !== "");
  const last = written.kind === "field" ? written.field.span : written.span;
  scope.lowering.report(noSuchMember(owner, "region", wanted || "mode", last, named));
  return "bad";
}

/** The slot of a channel that is named; undefined when it is none. */
export function queueSlot(scope: Scope, written: syntax.Expr): number | "bad" | undefined {
  let base = written;
  while (base.kind === "index") base = base.object;
  if (base.kind !== "name" || scope.system?.channels.has(base.name) !== true) return undefined;
  const queues = queuesOf(scope, written);
  if (queues === undefined || queues === "bad") return queues;
  const [queue] = queues;
  const slot = queue?.op === "read" && queue.index === undefined ? queue.slots[0] : undefined;
  if (slot !== undefined) return slot;
  scope.lowering.report(notConstant(written.span));
  return "bad";
}

/** The slot of a timer or of the pending bit of an interrupt line; undefined when it is neither. */
function bitSlot(scope: Scope, written: syntax.Expr): number | "bad" | undefined {
  let member = written.kind === "name" ? memberNamed(scope, written.name) : undefined;
  if (written.kind === "field") {
    const ref = instancesOf(scope, written.object);
    if (ref === "bad") return "bad";
    if (ref?.index !== undefined) return undefined;
    member = ref?.instances[0]?.members.get(written.field.text);
  }
  if (member?.kind === "timer") return member.slot;
  return member?.kind === "interrupt" ? member.pending : undefined;
}
