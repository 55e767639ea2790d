/**
 * Instances and queues as expressions name them: `server`, `app[c]`, `self`; `req`, `rep[c]`.
 *
 * They are not values. An instance can be asked for a member or whether it is in a mode; a queue
 * for its size. A name may stand for a whole family, which then needs its index.
 */
import type { Diagnostic } from "../diagnostic.ts";
import { badWiring, misplaced, portNotWired } from "../errors.ts";
import { all, binary, constant } from "../fold.ts";
import type { Expr, Read, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL, INT } from "../type-relations.ts";
import { ordinalOf } from "../values.ts";
import { expressionOf, outOfRange } from "./expression.ts";
import { indexInto, indexWithin } from "./family-index.ts";
import { findMode, leavesOf, type RegionInfo } from "./modes.ts";
import {
  type InstanceFamily,
  type InstanceScope,
  type PortScope,
  type Scope,
  textAt,
} from "./scope.ts";

/** One instance, or one of a family chosen by `index`. */
export interface InstancesRef {
  readonly name: string;
  readonly machine: syntax.MachineDeclaration | syntax.ThreadDeclaration;
  readonly instances: readonly InstanceScope[];
  readonly index: Expr | undefined;
}

/**
 * What the expression names: an instance, nothing of the kind (undefined), or a reported mistake.
 */
export function instancesOf(scope: Scope, written: syntax.Expr): InstancesRef | "bad" | undefined {
  if (written.kind === "name") return instanceByName(scope, written.name, written.span);
  if (written.kind !== "index" || written.object.kind !== "name") return undefined;
  const family = familyNamed(scope, written.object.name);
  if (family === undefined || family === "bad") return family;
  if (family.index === undefined) {
    scope.lowering.report(onlyOne(family.declaration.name.text, written.index.span));
    return "bad";
  }
  const index = expressionOf(scope, written.index, family.index);
  if (index === undefined) return "bad";
  const at = indexInto(family.index, index);
  if (isBeyond(family, at)) {
    scope.lowering.report(outOfRange(family.index, at, written.index.span));
    return "bad";
  }
  return pick(family, at);
}

/** A constant index that none of the instances has. */
function isBeyond(family: InstanceFamily, index: Expr): index is Extract<Expr, { op: "const" }> {
  if (index.op !== "const" || family.instances.length === 0) return false;
  return family.instances[ordinalOf(index.value, index.type)] === undefined;
}

function familyNamed(scope: Scope, name: string): InstanceFamily | "bad" | undefined {
  if (scope.locals.has(name) || scope.instance?.members.has(name) === true) return undefined;
  if (scope.system?.broken.has(name) === true) return "bad";
  return scope.system?.families.get(name);
}

function instanceByName(scope: Scope, name: string, span: Span): InstancesRef | "bad" | undefined {
  if (name === "self" && scope.instance !== undefined && !scope.locals.has(name)) {
    const { instance } = scope;
    return { name, machine: instance.machine, instances: [instance], index: undefined };
  }
  const family = familyNamed(scope, name);
  if (family === undefined || family === "bad") return family;
  if (family.index === undefined) {
    return { name, machine: family.machine, instances: family.instances, index: undefined };
  }
  scope.lowering.report(whichOne(name, span));
  return "bad";
}

/** An instance or a queue of a family is named without its index. */
export function whichOne(name: string, span: Span, indices = 1): Diagnostic {
  const title = `\`${name}\` is a family`;
  return badWiring(title, span, "which one?", `write \`${name}${"[…]".repeat(indices)}\``);
}

/** An index where there is nothing to choose from; `span` is the index. */
export function onlyOne(name: string, span: Span): Diagnostic {
  return badWiring(`there is only one \`${name}\``, span, "it has no index", "leave the index out");
}

function pick(family: InstanceFamily, index: Expr): InstancesRef {
  const name = family.declaration.name.text;
  if (index.op === "const") {
    const instance = family.instances[ordinalOf(index.value, index.type)];
    const instances = instance === undefined ? [] : [instance];
    return { name, machine: family.machine, instances, index: undefined };
  }
  return { name, machine: family.machine, instances: family.instances, index };
}

/** A read of one slot, or of one of a family of slots. */
export function readSlots(
  type: Type,
  slots: readonly number[],
  index: Expr | undefined,
  span: Span,
  buffer?: number,
): Read {
  return { op: "read", type, slots, index, buffer, span };
}

/** `instance in Mode`. */
export function modeMembership(
  scope: Scope,
  ref: InstancesRef,
  mode: syntax.Expr,
  span: Span,
): Expr | undefined {
  const parts = pathParts(mode);
  const first = ref.instances[0];
  if (parts === undefined) {
    const text = textAt(scope.lowering, mode.span);
    scope.lowering.report(misplaced(`\`${text}\``, "a mode is needed here", mode.span));
    return undefined;
  }
  if (first === undefined) return constant(BOOL, false, span);
  const machine = ref.machine.name.text;
  const found = findMode(scope.lowering, first, parts, mode.span, undefined);
  if (found === undefined) return undefined;
  const slots = ref.instances.flatMap((instance) => slotOfMode(instance, found.region.path));
  const type = modeTypeOf(machine, found.region);
  const region = readSlots(type, slots, ref.index, span);
  return { op: "modeIn", type: BOOL, region, leaves: leavesOf(found), span };
}

/** Instances of one machine have regions of their own, with equal paths. */
function slotOfMode(instance: InstanceScope, path: string): number[] {
  for (const [region, slot] of instance.modeSlots) {
    if (region.path === path) return [slot];
  }
  return [];
}

const modeTypes = new WeakMap<RegionInfo, Type>();

/** The type of the slot of a region: its leaves. One object for each region. */
export function modeTypeOf(machine: string, region: RegionInfo): Type {
  const known = modeTypes.get(region);
  if (known !== undefined) return known;
  const type: Type = { kind: "mode", machine, leaves: region.leaves.map((leaf) => leaf.local) };
  modeTypes.set(region, type);
  return type;
}

function pathParts(written: syntax.Expr): readonly string[] | undefined {
  if (written.kind === "name") return [written.name];
  if (written.kind !== "field") return undefined;
  const object = pathParts(written.object);
  return object === undefined ? undefined : [...object, written.field.text];
}

// ---------------------------------------------------------------------------- queues

/** Reads of the queues that the expression names; undefined when it names none. */
export function queuesOf(scope: Scope, written: syntax.Expr): readonly Expr[] | "bad" | undefined {
  const indices: syntax.Expr[] = [];
  let base = written;
  while (base.kind === "index") {
    indices.unshift(base.index);
    base = base.object;
  }
  if (base.kind !== "name" || scope.locals.has(base.name)) return undefined;
  const member = scope.instance?.members.get(base.name);
  if (member?.kind === "port") return portQueues(scope, member.port, indices, written.span);
  if (member !== undefined || scope.system === undefined) return undefined;
  if (scope.system.members.has(base.name)) return undefined;
  if (scope.system.broken.has(base.name)) return "bad";
  const family = scope.system.channels.get(base.name);
  if (family === undefined) return undefined;
  const types = family.indices.map((index) => index.type);
  const index = combinedIndex(scope, base.name, types, indices, written.span);
  if (index === "bad") return "bad";
  const read = readChannels(scope, family.channels, index, written.span);
  return read === undefined ? undefined : [read];
}

function portQueues(
  scope: Scope,
  port: PortScope,
  indices: readonly syntax.Expr[],
  span: Span,
): readonly Expr[] | "bad" {
  const name = port.declaration.name.text;
  const types = port.per === undefined ? [] : [port.per];
  const index = combinedIndex(scope, name, types, indices, span);
  if (index === "bad") return "bad";
  if (index === undefined || index.op === "const") {
    const ordinal = index === undefined ? 0 : ordinalOf(index.value, index.type);
    const channels = port.channels[ordinal] ?? [];
    if (channels.length === 0) return unwired(scope, port, span);
    return channels.flatMap((channel) => readChannels(scope, [channel], undefined, span) ?? []);
  }
  const channels = port.channels.map((ends) => ends[0]);
  const wired = channels.flatMap((channel) => (channel === undefined ? [] : [channel]));
  if (wired.length < channels.length) return unwired(scope, port, span);
  const read = readChannels(scope, wired, index, span);
  return read === undefined ? "bad" : [read];
}

/** Reports a port that is used and has no channel, with the end that is missing. */
export function unwired(scope: Scope, port: PortScope, span: Span): "bad" {
  const { declaration, per } = port;
  const { text } = declaration.name;
  const [instance = ""] = (scope.instance?.name ?? "").split("[", 1);
  if (scope.system?.lacksChannels === true) return "bad";
  const index = scope.instance?.name === instance ? "" : "[…]";
  const end = `${instance}${index}.${text}${per === undefined ? "" : "[…]"}`;
  const way = declaration.direction === "out" ? `${end} -> …` : `… -> ${end}`;
  const channel = `channel ${text} : ${way} fifo(1)`;
  scope.lowering.report(portNotWired(text, instance, declaration.name.span, span, channel));
  return "bad";
}

function readChannels(
  scope: Scope,
  channels: readonly number[],
  index: Expr | undefined,
  span: Span,
): Expr | undefined {
  const slots = channels.flatMap((channel) => scope.system?.channelSlots[channel] ?? []);
  const message = scope.system?.channelMessages[channels[0] ?? -1];
  if (message === undefined) return undefined;
  const type: Type = { kind: "list", of: message, capacity: 0 };
  const only = index?.op === "const" ? slots[ordinalOf(index.value, index.type)] : undefined;
  if (only !== undefined) return readSlots(type, [only], undefined, span);
  return readSlots(type, slots, index, span);
}

/** One index expression for all indices of a family: `i * size + j`, as ordinals. */
export function combinedIndex(
  scope: Scope,
  name: string,
  types: readonly Type[],
  written: readonly syntax.Expr[],
  span: Span,
): Expr | undefined | "bad" {
  if (written.length !== types.length) {
    scope.lowering.report(wrongIndices(name, types.length, written, span));
    return "bad";
  }
  let result: Expr | undefined;
  for (const [position, type] of types.entries()) {
    const part = written[position];
    const index = part === undefined ? undefined : expressionOf(scope, part, type);
    if (index === undefined) return "bad";
    result = result === undefined ? indexInto(type, index) : indexWithin(result, type, index, span);
  }
  return result;
}

function wrongIndices(
  name: string,
  wanted: number,
  written: readonly syntax.Expr[],
  span: Span,
): Diagnostic {
  const [first] = written;
  if (first === undefined) return whichOne(name, span, wanted);
  if (wanted === 0) return onlyOne(name, first.span);
  const title = `\`${name}\` needs ${wanted === 1 ? "1 index" : `${wanted} indices`}`;
  const hint = `write \`${name}${"[…]".repeat(wanted)}\``;
  return badWiring(title, span, `${written.length} given`, hint);
}

/** Is every one of the queues empty? */
export function allEmpty(queues: readonly Expr[], span: Span): Expr {
  const zero = constant(INT, 0, span);
  return all(
    queues.map((queue) => binary("eq", sizeOf(queue, span), zero, span)),
    span,
  );
}

export function sizeOf(of: Expr, span: Span): Expr {
  return { op: "size", type: INT, of, span };
}
