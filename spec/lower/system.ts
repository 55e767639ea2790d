/** A whole system: its instances, channels, variables and transitions, in declaration order. */
import { portWithoutChannel } from "../errors.ts";
import type { ModuleScope } from "../program.ts";
import type * as syntax from "../syntax.ts";
import { isRead } from "../unread.ts";
import { type Builder, isTooBig, tooBig } from "./builder.ts";
import { judgeDefinition } from "./definitions.ts";
import { reportDuplicates } from "./duplicates.ts";
import { lowerFaults } from "./faults.ts";
import { addInterrupt, addVariable, buildFamily } from "./instances.ts";
import { judgeMachine } from "./judge-machine.ts";
import { lowerMachine } from "./machine.ts";
import {
  type ChannelFamily,
  type InstanceFamily,
  type Member,
  type Scope,
  type SystemScope,
  moduleScope,
} from "./scope.ts";
import { checkLines, lowerThread } from "./thread.ts";
import { buildChannel } from "./wiring.ts";

/** Lowers everything but the properties; the returned scope is where properties are read. */
export function lowerSystem(
  builder: Builder,
  home: ModuleScope,
  declaration: syntax.SystemDeclaration,
  parameters: ReadonlyMap<string, Member>,
): SystemScope {
  const { told } = builder.lowering;
  const errorsBefore = told.errors;
  checkDuplicates(builder, declaration);
  const members = new Map<string, Member>(parameters);
  const families = new Map<string, InstanceFamily>();
  const channels = new Map<string, ChannelFamily>();
  const broken = new Set<string>();
  const empty: SystemScope = {
    declaration,
    home,
    families,
    channels,
    broken,
    lacksChannels: false,
    isWhole: false,
    members,
    channelSlots: [],
    channelMessages: [],
    buffers: [],
  };
  const scope: Scope = { ...moduleScope(builder.lowering, home), system: empty };
  addMembers(builder, scope, declaration, members);
  for (const item of declaration.items) {
    if (item.kind !== "instance") continue;
    const family = buildFamily(builder, scope, item);
    if (family === undefined) broken.add(item.name.text);
    else families.set(item.name.text, family);
    if (tooBig(builder, item.span)) return empty;
  }
  for (const item of declaration.items) {
    if (item.kind !== "channel") continue;
    const channel = buildChannel(builder, scope, item);
    if (channel === undefined) broken.add(item.name.text);
    else channels.set(item.name.text, channel);
    if (tooBig(builder, item.span)) return empty;
  }
  const system: SystemScope = {
    ...empty,
    lacksChannels: declaration.items.some(
      (item) => item.kind === "channel" && broken.has(item.name.text),
    ),
    channelSlots: builder.channels.map((channel) => channel.slot),
    channelMessages: builder.channels.map((channel) => channel.message),
    buffers: builder.slots.flatMap((slot, index) => (slot.role.role === "buffer" ? [index] : [])),
  };
  for (const family of families.values()) warnUnwired(builder, system, family);
  for (const item of declaration.items) {
    if (item.kind === "def") judgeDefinition({ ...scope, system }, item);
  }
  for (const family of families.values()) {
    lowerFamily(builder, system, family);
    if (tooBig(builder, family.declaration.span)) break;
  }
  return { ...system, isWhole: told.errors === errorsBefore && isRead(home.unread) };
}

/** Variables, lines and definitions of the system itself. */
function addMembers(
  builder: Builder,
  scope: Scope,
  declaration: syntax.SystemDeclaration,
  members: Map<string, Member>,
): void {
  for (const item of declaration.items) {
    if (item.kind === "var") {
      const member = addVariable(builder, scope, item.name.text, undefined, item);
      members.set(item.name.text, member ?? { kind: "broken" });
    }
    if (item.kind === "interrupt") {
      members.set(item.name.text, addInterrupt(builder, item.name.text, undefined, item.span));
    }
    if (item.kind === "def") members.set(item.name.text, { kind: "definition", declaration: item });
  }
}

function lowerFamily(builder: Builder, system: SystemScope, family: InstanceFamily): void {
  const { machine } = family;
  for (const [position, instance] of family.instances.entries()) {
    if (isTooBig(builder)) return;
    if (machine.kind === "thread") {
      const context = { builder, system, instance, thread: machine };
      if (position === 0) checkLines(context);
      lowerThread(context);
    } else {
      const context = { builder, system, instance, machine };
      if (position === 0) judgeMachine(context);
      lowerMachine(context);
      lowerFaults(context, family.declaration.name.text);
    }
  }
}

/**
 * A port to which no channel leads, in any instance, is a forgotten line more often than a wish.
 */
function warnUnwired(builder: Builder, system: SystemScope, family: InstanceFamily): void {
  for (const [name, member] of family.instances[0]?.members ?? []) {
    if (member.kind !== "port" || member.port.channels.flat().length > 0) continue;
    const wired = family.instances.some((instance) => {
      const same = instance.members.get(name);
      return same?.kind === "port" && same.port.channels.flat().length > 0;
    });
    const owner = family.declaration.name.text;
    if (wired || system.lacksChannels) continue;
    builder.lowering.report(portWithoutChannel(name, owner, member.port.declaration.name.span));
  }
}

/**
 * Names of a system are one name space: instances, channels, variables, definitions, properties.
 */
function checkDuplicates(builder: Builder, declaration: syntax.SystemDeclaration): void {
  const { parameters, items } = declaration;
  const named = items.flatMap((item) => (item.kind === "memory" ? [] : [item.name]));
  reportDuplicates(builder.lowering, [...parameters.map((field) => field.name), ...named]);
}
