/** Instances of a system: their slots, their members, and the values of their parameters. */
import { duplicateName, wrongArguments, wrongKind } from "../errors.ts";
import { constant } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import { kindOf } from "../phrases.ts";
import type { ModuleScope } from "../program.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import { BOOL, indexSize, indexValue, isIndex } from "../type-relations.ts";
import { printValue } from "../values.ts";
import { addSlot, type Builder, isTooBig } from "./builder.ts";
import { modeTypeOf } from "./entities.ts";
import { constantExpression, expressionOf, reportUnknown } from "./expression.ts";
import { type RegionInfo, regionsOfMachine, regionsOfThread, startOf, withInner } from "./modes.ts";
import {
  type InstanceFamily,
  type InstanceScope,
  lookUp,
  type Member,
  moduleScope,
  type PortScope,
  type Scope,
  withLocal,
} from "./scope.ts";
import { typeOf } from "./type-of.ts";

/** Most ends of one port: one for each value of its index. */
const ENDS_MAX = 1_024;

type Machine = syntax.MachineDeclaration | syntax.ThreadDeclaration;

/** Builds the family that an instance declaration stands for; undefined after a diagnostic. */
export function buildFamily(
  builder: Builder,
  scope: Scope,
  declaration: syntax.InstanceDeclaration,
): InstanceFamily | undefined {
  const found = lookUp(scope, declaration.machine.text);
  const { text, span } = declaration.machine;
  if (found === undefined) {
    const machines = [...scope.module.names].flatMap(([name, each]) =>
      each.declaration.kind === "machine" || each.declaration.kind === "thread" ? [name] : [],
    );
    return reportUnknown(scope, text, span, machines);
  }
  const machine = found.declaration;
  if (machine.kind !== "machine" && machine.kind !== "thread") {
    const is = kindOf(machine.kind);
    builder.lowering.report(wrongKind(text, is, "a machine or a thread", span));
    return undefined;
  }
  const home = found.home();
  if (declaration.index === undefined) {
    const instance = buildInstance(builder, scope, declaration, machine, home, undefined);
    if (instance === undefined) return undefined;
    return { declaration, machine, index: undefined, instances: [instance] };
  }
  const index = indexTypeOf(scope, declaration.index.type);
  if (index === undefined) return undefined;
  const name = declaration.index.name.text;
  const instances: InstanceScope[] = [];
  for (let ordinal = 0; ordinal < indexSize(index); ordinal++) {
    const value = constant(index, indexValue(index, ordinal), declaration.index.name.span);
    const inner = withLocal(scope, name, value);
    const instance = buildInstance(builder, inner, declaration, machine, home, value);
    if (instance === undefined) return undefined;
    instances.push(instance);
    if (isTooBig(builder)) break;
  }
  return { declaration, machine, index, instances };
}

/** A type that can index a family: bool, range, enum or id. */
export function indexTypeOf(scope: Scope, name: syntax.Name): Type | undefined {
  const type = typeOf(scope, { kind: "namedType", span: name.span, name });
  if (type === undefined || isIndex(type)) return type;
  const wanted = "a bool, range, enum or id as an index";
  scope.lowering.report(wrongKind(name.text, "no such type", wanted, name.span));
  return undefined;
}

function buildInstance(
  builder: Builder,
  scope: Scope,
  declaration: syntax.InstanceDeclaration,
  machine: Machine,
  home: ModuleScope,
  index: Expr | undefined,
): InstanceScope | undefined {
  const family = declaration.name.text;
  const suffix = index?.op === "const" ? `[${printValue(index.value, index.type)}]` : "";
  const name = `${family}${suffix}`;
  const number = builder.instances.length;
  const members = new Map<string, Member>();
  if (!addParameters(builder, scope, declaration, machine, home, members)) return undefined;
  const regions =
    machine.kind === "machine"
      ? regionsOfMachine(builder.lowering, machine)
      : regionsOfThread(machine);
  const span = declaration.span;
  const finals = withInner(regions).map((region) =>
    region.leaves.flatMap((leaf, ordinal) => (leaf.final ? [ordinal] : [])),
  );
  // Reserves the number before members need it for the roles of their slots.
  const slots: number[] = [];
  builder.instances.push({
    name,
    family: {
      name: family,
      index: index?.op === "const" ? [{ type: index.type, value: index.value }] : [],
    },
    machine: machine.name.text,
    kind: machine.kind,
    regions: slots,
    finals,
    places: withInner(regions).map((region) => region.leaves.map((leaf) => leaf.span)),
    span,
  });
  const modeSlots = addModeSlots(builder, name, number, machine, regions);
  slots.push(...modeSlots.values());
  const lacksPorts = !addMembers(builder, { name, number, machine, home, members });
  const buffer = machine.kind === "thread" ? addBuffer(builder, name, number, machine) : undefined;
  return { index: number, name, machine, home, members, lacksPorts, regions, modeSlots, buffer };
}

function addParameters(
  builder: Builder,
  scope: Scope,
  declaration: syntax.InstanceDeclaration,
  machine: Machine,
  home: ModuleScope,
  members: Map<string, Member>,
): boolean {
  const { parameters } = machine;
  const given = declaration.arguments;
  if (parameters.length !== given.length) {
    const name = machine.name.text;
    const { span } = declaration.machine;
    builder.lowering.report(wrongArguments(name, parameters.length, given.length, span));
    return false;
  }
  for (const [position, parameter] of parameters.entries()) {
    const type = typeOf(moduleScope(builder.lowering, home), parameter.type);
    const written = given[position];
    if (type === undefined || written === undefined) return false;
    const value = constantExpression(scope, written, type);
    if (value === undefined) return false;
    members.set(parameter.name.text, {
      kind: "value",
      value: constant(type, value, written.span),
    });
  }
  return true;
}

/** Slots of all regions; inner regions start inactive unless the modes around them start. */
function addModeSlots(
  builder: Builder,
  name: string,
  number: number,
  machine: Machine,
  regions: readonly RegionInfo[],
): ReadonlyMap<RegionInfo, number> {
  const slots = new Map<RegionInfo, number>();
  const active = new Set<RegionInfo>();
  for (const region of withInner(regions)) {
    const start = startOf(region);
    const starts = region.owner === undefined || isStart(region.owner, active);
    if (starts) active.add(region);
    const slot = addSlot(builder, {
      name: region.path === "" ? name : `${name} ${region.path}`,
      type: modeTypeOf(machine.name.text, region),
      initial: starts && start !== undefined ? region.leaves.indexOf(start) : null,
      role: { role: "mode", instance: number, region: region.path },
      span: region.leaves[0]?.span ?? machine.span,
    });
    slots.set(region, slot);
  }
  return slots;
}

function isStart(owner: RegionInfo["leaves"][number], active: ReadonlySet<RegionInfo>): boolean {
  return active.has(owner.region) && startOf(owner.region) === owner;
}

function addBuffer(
  builder: Builder,
  name: string,
  number: number,
  machine: Machine,
): number | undefined {
  if (builder.memory.model === "sc") return undefined;
  const { entries } = builder.memory;
  return addSlot(builder, {
    name: `${name} buffer`,
    type: { kind: "list", of: { kind: "store" }, capacity: entries },
    initial: [],
    role: { role: "buffer", instance: number, entries },
    span: machine.name.span,
  });
}

interface NewInstance {
  readonly name: string;
  readonly number: number;
  readonly machine: Machine;
  readonly home: ModuleScope;
  readonly members: Map<string, Member>;
}

/** Adds all members; false when an interface is not known, so that ports are missing. */
function addMembers(builder: Builder, instance: NewInstance): boolean {
  const { machine, members } = instance;
  const items: readonly syntax.MachineItem[] =
    machine.kind === "machine" ? machine.items : machine.variables;
  const declared = new Map<string, Span>(
    machine.parameters.map((parameter) => [parameter.name.text, parameter.name.span]),
  );
  const add = (name: syntax.Name, member: Member | undefined): void => {
    const before = declared.get(name.text);
    if (before !== undefined) {
      builder.lowering.report(duplicateName(name.text, name.span, before));
      return;
    }
    declared.set(name.text, name.span);
    members.set(name.text, member ?? { kind: "broken" });
  };
  const results = items.map((item) => addMember(builder, instance, item, add));
  return results.every((complete) => complete);
}

function addMember(
  builder: Builder,
  instance: NewInstance,
  item: syntax.MachineItem,
  add: (name: syntax.Name, member: Member | undefined) => void,
): boolean {
  const { name, number, home } = instance;
  const scope = parameterScope(builder, home, instance.members);
  const addPort = (port: syntax.PortDeclaration): void => {
    const member = portMember(scope, port);
    builder.counts.ends += member?.kind === "port" ? member.port.channels.length : 0;
    add(port.name, member);
  };
  switch (item.kind) {
    case "var":
      add(item.name, addVariable(builder, scope, `${name}.${item.name.text}`, number, item));
      return true;
    case "port":
      addPort(item);
      return true;
    case "interfaceUse":
      return addInterface(scope, item, addPort);
    case "timer": {
      if (item.least.nanoseconds > item.most.nanoseconds) {
        const title = `timer \`${item.name.text}\` would expire after its end`;
        const span = { ...item.least.span, end: item.most.span.end };
        scope.lowering.report(badSize(title, span, "put the shorter duration first"));
      }
      const slot = addSlot(builder, {
        name: `${name}.${item.name.text}`,
        type: BOOL,
        initial: false,
        role: {
          role: "timer",
          instance: number,
          least: item.least.nanoseconds,
          most: item.most.nanoseconds,
        },
        span: item.span,
      });
      add(item.name, { kind: "timer", slot });
      return true;
    }
    case "interrupt":
      add(item.name, addInterrupt(builder, `${name}.${item.name.text}`, number, item.span));
      return true;
    case "def":
      add(item.name, { kind: "definition", declaration: item });
      return true;
    default:
      return true;
  }
}

function parameterScope(
  builder: Builder,
  home: ModuleScope,
  members: ReadonlyMap<string, Member>,
): Scope {
  let scope = moduleScope(builder.lowering, home);
  for (const [name, member] of members) {
    if (member.kind === "value") scope = withLocal(scope, name, member.value);
  }
  return scope;
}

/** Adds the slot of a variable of an instance, or of the system when `instance` is undefined. */
export function addVariable(
  builder: Builder,
  scope: Scope,
  name: string,
  instance: number | undefined,
  variable: syntax.VariableDeclaration,
): Member | undefined {
  const type = typeOf(scope, variable.type);
  const expr = type === undefined ? undefined : expressionOf(scope, variable.initial, type);
  if (type === undefined || expr === undefined) return undefined;
  const initial = constantExpression(scope, variable.initial, type);
  if (initial === undefined) return undefined;
  const { shared, ghost } = variable;
  const slot = addSlot(builder, {
    name,
    type,
    initial,
    role: { role: "variable", instance, shared, ghost },
    span: variable.span,
  });
  return { kind: "variable", slot, type, shared, ghost };
}

/** The pending bit and the mask of an interrupt line. */
export function addInterrupt(
  builder: Builder,
  name: string,
  instance: number | undefined,
  span: Span,
): Member {
  const bit = (what: "pending" | "masked"): number =>
    addSlot(builder, {
      name: `${name} ${what}`,
      type: BOOL,
      initial: false,
      role: { role: what, instance },
      span,
    });
  return { kind: "interrupt", pending: bit("pending"), masked: bit("masked") };
}

export function portMember(scope: Scope, declaration: syntax.PortDeclaration): Member | undefined {
  const { text, span } = declaration.message;
  const message = typeOf(scope, { kind: "namedType", span, name: declaration.message });
  if (message === undefined) return undefined;
  if (message.kind !== "message") {
    const is = kindOf(message.kind === "range" ? "type" : message.kind);
    scope.lowering.report(wrongKind(text, is, "a message", span));
    return undefined;
  }
  const per = declaration.per === undefined ? undefined : indexTypeOf(scope, declaration.per);
  if (declaration.per !== undefined && per === undefined) return undefined;
  const size = per === undefined ? 1 : indexSize(per);
  if (declaration.per !== undefined && size > ENDS_MAX) {
    const title = `a port per \`${declaration.per.text}\` has ${size} ends, more than ${ENDS_MAX}`;
    const hint = "choose a smaller one: sizes can be set per check";
    scope.lowering.report(badSize(title, declaration.per.span, hint));
    return undefined;
  }
  const channels = Array.from({ length: size }, (): number[] => []);
  const port: PortScope = { declaration, message, per, channels };
  return { kind: "port", port };
}

/** Adds the ports of an interface; false when there is no such interface. */
function addInterface(
  scope: Scope,
  use: syntax.InterfaceUse,
  addPort: (port: syntax.PortDeclaration) => void,
): boolean {
  const found = lookUp(scope, use.name.text);
  if (found?.declaration.kind === "interface") {
    for (const port of found.declaration.ports) addPort(port);
    return true;
  }
  const { text, span } = use.name;
  if (found === undefined) {
    const interfaces = [...scope.module.names].flatMap(([name, { declaration }]) =>
      declaration.kind === "interface" ? [name] : [],
    );
    reportUnknown(scope, text, span, interfaces);
  } else {
    const is = kindOf(found.declaration.kind);
    scope.lowering.report(wrongKind(text, is, "an interface", span));
  }
  return false;
}
