/**
 * Channels: which ports they join, one queue for each value of their indices.
 *
 *     channel req : app[*].req -> server.req fifo(2)       one queue, all apps send to it
 *     channel rep : server.rep[c] -> app[c].rep fifo(2)    one queue for each c
 *
 * An out port leads to one channel; an in port may take from several.
 */
import { badWiring, misplaced, noSuchMember, setTwice } from "../errors.ts";
import type { Channel, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { modelTooBig } from "../type-errors.ts";
import { indexSize, indexValue, sameType, showType } from "../type-relations.ts";
import { printValue } from "../values.ts";
import { addSlot, type Builder } from "./builder.ts";
import { onlyOne } from "./entities.ts";
import { reportUnknown } from "./expression.ts";
import { lowerChannelFaults } from "./faults.ts";
import type { ChannelFamily, InstanceFamily, InstanceScope, PortScope, Scope } from "./scope.ts";
import { capacityOf } from "./type-of.ts";

/** Most queues of one channel: one for each value of its indices. */
const QUEUES_MAX = 20_000;

/** Values of the index names of one queue, by ordinal. */
type Assignment = ReadonlyMap<string, number>;

/**
 * Builds the queues of one channel declaration and joins the ports; undefined after a diagnostic.
 */
export function buildChannel(
  builder: Builder,
  scope: Scope,
  declaration: syntax.ChannelDeclaration,
): ChannelFamily | undefined {
  const from = endOf(builder, scope, declaration.from, "out");
  const to = endOf(builder, scope, declaration.to, "in");
  if (from === undefined || to === undefined) return undefined;
  if (!messagesAgree(builder, declaration, from, to)) return undefined;
  if (declaration.to.instanceIndex === "all" && to.family.index !== undefined) {
    const receivers = to.family.declaration.name.text;
    const title = `\`${declaration.name.text}\` ends at every \`${receivers}\``;
    const hint = "name one with an index, so that each has a queue of its own";
    builder.lowering.report(badWiring(title, declaration.to.span, "which one receives?", hint));
    return undefined;
  }
  const indices = indicesOf(builder, [from, to]);
  if (indices === undefined) return undefined;
  if (!sendersChoose(builder, indices, from, to)) return undefined;
  const count = indices.reduce((product, { type }) => product * indexSize(type), 1);
  if (count > QUEUES_MAX) {
    const { span } = declaration.name;
    builder.lowering.report(modelTooBig("queues for one channel", count, QUEUES_MAX, span));
    return undefined;
  }
  const capacity = capacityFor(scope, declaration);
  if (capacity === undefined) return undefined;
  const channels: number[] = [];
  for (const assignment of assignments(indices)) {
    const channel = buildQueue(builder, { declaration, from, to, capacity, indices }, assignment);
    if (channel === undefined) return undefined;
    channels.push(channel);
  }
  checkFaults(builder, declaration);
  lowerChannelFaults(builder, declaration, channels, distancesOf(scope, declaration));
  return { declaration, indices, channels };
}

/** The sender must name every index: else one port would lead to several queues. */
function sendersChoose(
  builder: Builder,
  indices: ChannelFamily["indices"],
  from: End,
  to: End,
): boolean {
  const { instanceIndex, portIndex } = from.written;
  const own = [instanceIndex, portIndex].map((index) => index !== "all" && index?.text);
  const missing = indices.find((index) => !own.includes(index.name));
  if (missing === undefined) return true;
  const ends = [to.written.instanceIndex, to.written.portIndex];
  const culprit = ends.find((end) => end !== "all" && end?.text === missing.name);
  const span = culprit === undefined || culprit === "all" ? to.written.span : culprit.span;
  const { instance, port } = from.written;
  const sender = `${instance.text}.${port.text}`;
  const title = `\`${sender}\` would lead to a queue for each \`${missing.name}\``;
  const hint = "use an index of the sender here";
  builder.lowering.report(badWiring(title, span, "the sender does not say which", hint));
  return false;
}

/** Each fault once, and only where messages wait. */
function checkFaults(builder: Builder, declaration: syntax.ChannelDeclaration): void {
  const seen = new Map<string, Span>();
  for (const { fault, span } of declaration.faults) {
    const before = seen.get(fault);
    if (before !== undefined) builder.lowering.report(setTwice(`\`${fault}\``, span, before));
    else seen.set(fault, span);
    if (declaration.discipline !== "rendezvous") continue;
    const reason = "in a `rendezvous` no message is ever on its way";
    builder.lowering.report(misplaced(`\`${fault}\``, reason, span));
  }
}

function capacityFor(scope: Scope, declaration: syntax.ChannelDeclaration): number | undefined {
  if (declaration.discipline === "rendezvous" || declaration.capacity === undefined) return 0;
  return capacityOf(scope, declaration.capacity);
}

function distancesOf(
  scope: Scope,
  declaration: syntax.ChannelDeclaration,
): ReadonlyMap<syntax.ChannelFault, number> {
  const distances = new Map<syntax.ChannelFault, number>();
  for (const fault of declaration.faults) {
    if (fault.distance === undefined) continue;
    const distance = capacityOf(scope, fault.distance);
    if (distance !== undefined) distances.set(fault, distance);
  }
  return distances;
}

// ---------------------------------------------------------------------------- ends

interface End {
  readonly written: syntax.ChannelEnd;
  readonly family: InstanceFamily;
  /** The port of the first instance; all of a family are alike. */
  readonly port: PortScope;
}

function endOf(
  builder: Builder,
  scope: Scope,
  written: syntax.ChannelEnd,
  direction: "in" | "out",
): End | undefined {
  const { text, span } = written.instance;
  const family = scope.system?.families.get(text);
  if (family === undefined) {
    if (scope.system?.broken.has(text) === true) return undefined;
    return reportUnknown(scope, text, span, [...(scope.system?.families.keys() ?? [])]);
  }
  const first = family.instances[0];
  const member = first?.members.get(written.port.text);
  if (member?.kind === "broken") return undefined;
  if (member === undefined && first?.lacksPorts === true) return undefined;
  if (member?.kind !== "port" || member.port.declaration.direction !== direction) {
    reportPort(builder, family, written, direction, member?.kind === "port");
    return undefined;
  }
  if (!indexFits(builder, written, family, member.port)) return undefined;
  return { written, family, port: member.port };
}

function reportPort(
  builder: Builder,
  family: InstanceFamily,
  written: syntax.ChannelEnd,
  direction: "in" | "out",
  isPort: boolean,
): void {
  const { kind, name } = family.machine;
  const machine = `${kind} \`${name.text}\``;
  const { text, span } = written.port;
  if (isPort) {
    const end = direction === "out" ? "start" : "end";
    const title = `a channel cannot ${end} at port \`${text}\` of ${machine}`;
    const hint = "a channel leads from an `out` port to an `in` port";
    builder.lowering.report(badWiring(title, span, `not an ${direction} port`, hint));
    return;
  }
  const ports = [...(family.instances[0]?.members ?? [])].flatMap(([name, each]) =>
    each.kind === "port" && each.port.declaration.direction === direction ? [name] : [],
  );
  builder.lowering.report(noSuchMember(machine, `${direction} port`, text, span, ports));
}

function indexFits(
  builder: Builder,
  written: syntax.ChannelEnd,
  family: InstanceFamily,
  port: PortScope,
): boolean {
  const report = (title: string, span: Span, label: string, hint: string): boolean => {
    builder.lowering.report(badWiring(title, span, label, hint));
    return false;
  };
  const { instance, port: end } = written;
  const only = (name: syntax.Name): boolean => {
    builder.lowering.report(onlyOne(name.text, name.span));
    return false;
  };
  if (family.index === undefined && written.instanceIndex !== undefined) return only(instance);
  if (family.index !== undefined && written.instanceIndex === undefined) {
    const { text, span } = instance;
    const hint = `write \`${text}[*]\` for all of them, or \`${text}[c]\` for a queue each`;
    return report(`\`${text}\` is a family`, span, "which of them?", hint);
  }
  if (port.per === undefined && written.portIndex !== undefined) return only(end);
  if (port.per !== undefined && written.portIndex === undefined) {
    const title = `\`${end.text}\` is a port per ${showType(port.per)}`;
    return report(title, end.span, "which of them?", `write \`${end.text}[c]\``);
  }
  return true;
}

function messagesAgree(
  builder: Builder,
  declaration: syntax.ChannelDeclaration,
  from: End,
  to: End,
): boolean {
  if (from.port.message.name === to.port.message.name) return true;
  const [sent, received] = [from.port.message.name, to.port.message.name];
  const ports = `a port for \`${sent}\` with one for \`${received}\``;
  const title = `\`${declaration.name.text}\` joins ${ports}`;
  const hint = "both ends must carry the same message type";
  builder.lowering.report(badWiring(title, declaration.name.span, "two message types", hint));
  return false;
}

// ---------------------------------------------------------------------------- indices

function indicesOf(builder: Builder, ends: readonly End[]): ChannelFamily["indices"] | undefined {
  const indices: { name: string; type: Type }[] = [];
  const add = (name: syntax.Name, type: Type): boolean => {
    const known = indices.find((index) => index.name === name.text);
    if (known === undefined) indices.push({ name: name.text, type });
    if (known === undefined || sameType(known.type, type)) return true;
    const title = `\`${name.text}\` is both a ${showType(known.type)} and a ${showType(type)}`;
    const hint = "use two names";
    builder.lowering.report(badWiring(title, name.span, `a ${showType(type)} here`, hint));
    return false;
  };
  for (const { written, family, port } of ends) {
    const { instanceIndex, portIndex } = written;
    if (instanceIndex !== undefined && instanceIndex !== "all" && family.index !== undefined) {
      if (!add(instanceIndex, family.index)) return undefined;
    }
    if (portIndex !== undefined && port.per !== undefined) {
      if (!add(portIndex, port.per)) return undefined;
    }
  }
  return indices;
}

function assignments(indices: ChannelFamily["indices"]): readonly Assignment[] {
  let all: Assignment[] = [new Map()];
  for (const { name, type } of indices) {
    const ordinals = Array.from({ length: indexSize(type) }, (_, ordinal) => ordinal);
    all = all.flatMap((before) => ordinals.map((ordinal) => new Map(before).set(name, ordinal)));
  }
  return all;
}

// ---------------------------------------------------------------------------- queues

interface NewChannel {
  readonly declaration: syntax.ChannelDeclaration;
  readonly from: End;
  readonly to: End;
  readonly capacity: number;
  readonly indices: ChannelFamily["indices"];
}

function buildQueue(
  builder: Builder,
  parts: NewChannel,
  assignment: Assignment,
): number | undefined {
  const { declaration, from, to, capacity, indices } = parts;
  const index = indices.map(({ name, type }) => ({
    type,
    value: indexValue(type, assignment.get(name) ?? 0),
  }));
  const suffix = index.map(({ type, value }) => `[${printValue(value, type)}]`);
  const name = declaration.name.text + suffix.join("");
  const senders = instancesAt(from, assignment);
  const [receiver] = instancesAt(to, assignment);
  if (receiver === undefined) return undefined;
  const number = builder.channels.length;
  if (!joinSenders(builder, parts, senders, assignment, number)) return undefined;
  portEnds(receiver, to, assignment).push(number);
  const { message } = from.port;
  const slot = addSlot(builder, {
    name,
    type: { kind: "list", of: message, capacity },
    initial: [],
    role: { role: "channel", channel: number },
    span: declaration.span,
  });
  const channel: Channel = {
    name,
    family: { name: declaration.name.text, index },
    port: to.written.port.text,
    slot,
    message,
    discipline: declaration.discipline,
    capacity,
    senders: senders.map((sender) => sender.index),
    receiver: receiver.index,
    span: declaration.span,
  };
  builder.channels.push(channel);
  return number;
}

function joinSenders(
  builder: Builder,
  parts: NewChannel,
  senders: readonly InstanceScope[],
  assignment: Assignment,
  number: number,
): boolean {
  const { declaration, from } = parts;
  for (const sender of senders) {
    const ends = portEnds(sender, from, assignment);
    const before = ends[0];
    if (before !== undefined) {
      const { port, instance } = from.written;
      const title = `port \`${port.text}\` of \`${instance.text}\` leads to two channels`;
      const other = builder.channels[before]?.span;
      const related = other === undefined ? [] : [{ span: other, note: "the first channel" }];
      const hint = "declare a second port";
      const { span } = declaration.from;
      builder.lowering.report(badWiring(title, span, "a second time here", hint, related));
      return false;
    }
    ends.push(number);
  }
  return true;
}

function instancesAt(end: End, assignment: Assignment): readonly InstanceScope[] {
  const { instanceIndex } = end.written;
  if (instanceIndex === undefined || instanceIndex === "all") return end.family.instances;
  const instance = end.family.instances[assignment.get(instanceIndex.text) ?? 0];
  return instance === undefined ? [] : [instance];
}

function portEnds(instance: InstanceScope, end: End, assignment: Assignment): number[] {
  const member = instance.members.get(end.written.port.text);
  const { portIndex } = end.written;
  const ordinal = portIndex === undefined ? 0 : (assignment.get(portIndex.text) ?? 0);
  const ends = member?.kind === "port" ? member.port.channels[ordinal] : undefined;
  if (ends === undefined) throw new Error(`${instance.name} has no end ${end.written.port.text}`);
  return ends;
}
