/**
 * From the lines of a refinement to one expression for each variable of the abstract system.
 *
 *     link[c].mode = if … c …            link[Client1]   if … Client1 …
 *     owner[k]     = app[k] in Open      link[Client2]   if … Client2 …
 *                                        owner           { Client1: …, Client2: … }
 *
 * Lines about parts of a variable are gathered in a tree and made into one value, in which no part
 * may be missing. What no line speaks about has the value of its namesake (`namesake.ts`).
 */
import { setTwice } from "../errors.ts";
import { composite, conditional } from "../fold.ts";
import type { Expr, Slot, SlotMapping, Type } from "../model.ts";
import type { ModuleScope } from "../program.ts";
import { ghostMapped, unmapped } from "../refinement-errors.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { modelTooBig, typeMismatch } from "../type-errors.ts";
import { assignable, describeType, indexSize, indexValue } from "../type-relations.ts";
import { printValue } from "../values.ts";
import {
  type AbstractPlace,
  abstractPlace,
  bindersOf,
  modeSlot,
  queueSlot,
  waysOf,
  withValues,
} from "./abstract-place.ts";
import type { Builder } from "./builder.ts";
import { readSlots } from "./entities.ts";
import { conditionOf, expressionOf } from "./expression.ts";
import { mayBeInactive, namesakeOf, type Variables } from "./namesake.ts";
import {
  type Frame,
  type Lowering,
  moduleScope,
  type Scope,
  type SystemScope,
  textAt,
} from "./scope.ts";

/** Most places that the lines of one refinement may name, written out. */
const PLACES_MAX = 20_000;

export interface LoweredSystem {
  readonly builder: Builder;
  readonly system: SystemScope;
}

/** The value of a variable, or of its parts. */
interface Node {
  readonly parts: Map<number, Node>;
  value: Expr | undefined;
  /** The line that gives it, or the last one that gives a part. */
  span: Span;
}

interface Mapping {
  readonly declaration: syntax.RefinementDeclaration;
  /** Where the places are read, and where the values are. */
  readonly places: Scope;
  readonly values: Scope;
  readonly implementation: Variables;
  readonly abstraction: Variables;
  readonly nodes: Map<number, Node>;
  /** Frames of the slots that have lines. */
  readonly frames: Map<number, Frame>;
  /** A line has a mistake: what it was meant to give is not to be missed. */
  flawed: boolean;
}

type Line = syntax.RefinementDeclaration["mappings"][number];

/** Lowers the lines of a refinement; mistakes are reported where they stand. */
export function lowerMapping(
  lowering: Lowering,
  module: ModuleScope,
  declaration: syntax.RefinementDeclaration,
  implementation: LoweredSystem,
  abstraction: LoweredSystem,
): readonly SlotMapping[] {
  const report: Lowering["report"] = (diagnostic) => {
    mapping.flawed = true;
    lowering.report(diagnostic);
  };
  const scope = moduleScope({ ...lowering, literals: false, report }, module);
  const mapping: Mapping = {
    declaration,
    places: { ...scope, system: abstraction.system },
    values: { ...scope, system: implementation.system },
    implementation: implementation.builder,
    abstraction: abstraction.builder,
    nodes: new Map(),
    frames: new Map(),
    flawed: !implementation.system.isWhole || !abstraction.system.isWhole,
  };
  let total = 0;
  for (const line of declaration.mappings) {
    const binders = bindersOf(mapping.places, line.place);
    const ways = waysOf(binders);
    total += ways;
    if (total > PLACES_MAX) {
      const what = "places in one refinement";
      report(modelTooBig(what, undefined, PLACES_MAX, line.span));
      break;
    }
    for (let way = 0; way < ways; way++) {
      readLine(mapping, line, (inner) => withValues(inner, binders, way));
    }
  }
  return gather(mapping);
}

/** Reads a line with all its names bound. */
function readLine(mapping: Mapping, line: Line, binding: (scope: Scope) => Scope): void {
  const { places, values, abstraction, frames } = mapping;
  const place = abstractPlace(binding(places), abstraction.slots, line.place);
  const slot = place === undefined ? undefined : abstraction.slots[place.slot];
  if (place === undefined || slot === undefined) {
    mapping.flawed = true;
    return;
  }
  if (slot.role.role === "variable" && slot.role.ghost) {
    places.lowering.report(ghostMapped(textAt(places.lowering, line.place.span), line.place.span));
    return;
  }
  const frame = frames.get(place.slot) ?? { size: 0 };
  frames.set(place.slot, frame);
  const scope: Scope = { ...binding(values), frame };
  const value = valueOf(scope, mapping.implementation, line.value, wishOf(place.type, slot), slot);
  // What the line names may have a mistake that is told elsewhere.
  if (value === undefined) mapping.flawed = true;
  else enter(mapping, place, line, value);
}

/** The type that a value is read with: a region inside a mode may also be `none`. */
function wishOf(type: Type, { role }: Slot): Type {
  const inner = role.role === "mode" && mayBeInactive(role);
  return inner ? { kind: "optional", of: type } : type;
}

/**
 * A value as it goes into the place. The mode of an instance and the contents of a channel are
 * values here and nowhere else: `copy.mode = server.mode`, `sent = req`.
 */
function valueOf(
  scope: Scope,
  system: Variables,
  written: syntax.Expr,
  type: Type,
  slot: Slot,
): Expr | undefined {
  const { role } = slot.role;
  if (role !== "mode" && role !== "channel") return expressionOf(scope, written, type);
  if (written.kind === "conditional" && [written.then, written.else].some(isWhole(scope, role))) {
    const condition = conditionOf(scope, written.condition);
    const yes = valueOf(scope, system, written.then, type, slot);
    const no = valueOf(scope, system, written.else, type, slot);
    if (condition === undefined || yes === undefined || no === undefined) return undefined;
    return conditional(condition, yes, no, type, written.span);
  }
  if (!isWhole(scope, role)(written)) return expressionOf(scope, written, type);
  const found = role === "mode" ? modeSlot(scope, written) : queueSlot(scope, written);
  const other = typeof found === "number" ? system.slots[found] : undefined;
  if (typeof found !== "number" || other === undefined) return undefined;
  if (assignable(other.type, type)) return readSlots(other.type, [found], undefined, written.span);
  const name = describeType(type);
  scope.lowering.report(typeMismatch(name, describeType(other.type), written.span));
  return undefined;
}

/** Is it the mode of an instance, or a channel, as a whole? */
function isWhole(scope: Scope, role: "mode" | "channel"): (written: syntax.Expr) => boolean {
  return (written) => {
    let base = written;
    if (role === "mode") {
      while (base.kind === "field" && base.field.text !== "mode") base = base.object;
      return base.kind === "field" || conditionHas(scope, role, written);
    }
    while (base.kind === "index") base = base.object;
    const isQueue = base.kind === "name" && scope.system?.channels.has(base.name) === true;
    return isQueue || conditionHas(scope, role, written);
  };
}

/** Does a branch of a conditional name such a whole? */
function conditionHas(scope: Scope, role: "mode" | "channel", written: syntax.Expr): boolean {
  return written.kind === "conditional" && [written.then, written.else].some(isWhole(scope, role));
}

// ---------------------------------------------------------------------------- the tree of parts

function newNode(span: Span): Node {
  return { parts: new Map(), value: undefined, span };
}

/** Enters a value at its place; a place that has one already is reported. */
function enter(mapping: Mapping, place: AbstractPlace, line: Line, value: Expr): void {
  let node = childOf(mapping.nodes, place.slot, line.span);
  const around: Node[] = [];
  for (const part of place.path) {
    around.push(node);
    node = childOf(node.parts, part, line.span);
  }
  const outer = around.find((each) => each.value !== undefined);
  const first = outer ?? (node.value !== undefined || node.parts.size > 0 ? node : undefined);
  if (first !== undefined && first.span !== line.span) {
    const { lowering } = mapping.places;
    const name = `\`${textAt(lowering, line.place.span)}\``;
    lowering.report(setTwice(name, line.place.span, first.span));
    return;
  }
  node.value ??= value;
  node.span = line.span;
}

function childOf(nodes: Map<number, Node>, key: number, span: Span): Node {
  const node = nodes.get(key) ?? newNode(span);
  nodes.set(key, node);
  return node;
}

/** One value for each slot; what has none is reported, all in one message. */
function gather(mapping: Mapping): readonly SlotMapping[] {
  const { abstraction, implementation, declaration, nodes, frames } = mapping;
  const missing: { readonly name: string; readonly slot: Slot }[] = [];
  const all = abstraction.slots.flatMap((slot, index): SlotMapping[] => {
    if (slot.role.role === "variable" && slot.role.ghost) return [];
    const node = nodes.get(index);
    const value =
      node === undefined
        ? namesakeOf(abstraction, index, implementation, declaration.span)
        : wholeOf(node, slot.type, placeName(slot), (name) => missing.push({ name, slot }));
    if (node === undefined && value === undefined) missing.push({ name: placeName(slot), slot });
    if (value === undefined) return [];
    const span = node?.span ?? declaration.span;
    return [{ slot: index, value, locals: frames.get(index)?.size ?? 0, span }];
  });
  if (!mapping.flawed) reportMissing(mapping, missing);
  return all;
}

function reportMissing(
  { declaration, places }: Mapping,
  missing: readonly { readonly name: string; readonly slot: Slot }[],
): void {
  const [first] = missing;
  if (first === undefined) return;
  const { name, abstraction } = declaration;
  const names = missing.map((each) => each.name.replace(/\[[^\]]*\]/g, "[…]"));
  const unique = [...new Set(names)];
  const related = { span: first.slot.span, note: `\`${unique[0]}\` is declared here` };
  places.lowering.report(unmapped(name.text, abstraction.text, name.span, unique, related));
}

/** How a line of a refinement would name the slot. */
function placeName({ name, role }: Slot): string {
  if (role.role === "mode") {
    const instance = role.region === "" ? name : name.slice(0, -role.region.length - 1);
    return role.region === "" ? `${instance}.mode` : `${instance}.mode.${role.region}`;
  }
  return role.role === "pending" ? name.replace(/ pending$/, "") : name;
}

/** The value of a node, put together from its parts; parts without a value go to `miss`. */
function wholeOf(
  node: Node,
  type: Type,
  name: string,
  miss: (name: string) => void,
): Expr | undefined {
  if (node.value !== undefined) return node.value;
  const { span } = node;
  const make = (part: number, inner: Type, path: string): Expr | undefined => {
    const child = node.parts.get(part);
    if (child === undefined) miss(path);
    return child === undefined ? undefined : wholeOf(child, inner, path, miss);
  };
  const whole = type.kind === "optional" ? type.of : type;
  if (whole.kind === "record") {
    const fields = whole.fields.map((field, part) =>
      make(part, field.type, `${name}.${field.name}`),
    );
    const known = fields.filter((field) => field !== undefined);
    return known.length < fields.length ? undefined : composite("record", type, known, span);
  }
  if (whole.kind !== "map") return undefined;
  const { key, value } = whole;
  const entries = Array.from({ length: indexSize(key) }, (_, part) =>
    make(part, value, `${name}[${printValue(indexValue(key, part), key)}]`),
  );
  const known = entries.filter((entry) => entry !== undefined);
  return known.length < entries.length ? undefined : composite("list", type, known, span);
}
