/** Ports, messages, timers and lines that rules name must exist, also where nothing can arrive. */
import { noSuchMember, wrongArguments } from "../errors.ts";
import type { MessageType } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { deferNeedsMailbox } from "../type-errors.ts";
import { reportDuplicates } from "./duplicates.ts";
import { onlyOne } from "./entities.ts";
import { type MachineContext, modesOf } from "./machine.ts";
import { ownerOf, type PortScope } from "./scope.ts";

/**
 * Ports, messages, timers and binders that rules name must exist, also where nothing can arrive.
 */
export function checkNames(context: MachineContext): void {
  for (const mode of modesOf(context)) {
    for (const item of mode.items) {
      if (item.kind === "receive") checkReceive(context, item);
      if (item.kind === "after") checkMember(context, item.timer, "timer");
      if (item.kind === "onInterrupt") checkMember(context, item.line, "interrupt");
      if (item.kind === "disposition") {
        for (const event of item.events) checkDisposition(context, item, event);
      }
    }
  }
}

function portNamed(context: MachineContext, name: syntax.Name): PortScope | undefined {
  const { instance, builder } = context;
  const member = instance.members.get(name.text);
  if (member?.kind === "port" && member.port.declaration.direction === "in") return member.port;
  if (member?.kind === "broken" || instance.lacksPorts) return undefined;
  const ports = [...instance.members].flatMap(([known, each]) =>
    each.kind === "port" && each.port.declaration.direction === "in" ? [known] : [],
  );
  const owner = ownerOf(context);
  builder.lowering.report(noSuchMember(owner, "in port", name.text, name.span, ports));
  return undefined;
}

function kindNamed(
  context: MachineContext,
  port: PortScope,
  name: syntax.Name,
): MessageType | undefined {
  const found = port.message.kinds.find((kind) => kind.name === name.text);
  if (found !== undefined) return found;
  const owner = `message \`${port.message.name}\``;
  const names = port.message.kinds.map((kind) => kind.name);
  context.builder.lowering.report(noSuchMember(owner, "kind", name.text, name.span, names));
  return undefined;
}

function checkReceive(context: MachineContext, rule: syntax.ReceiveRule): void {
  const { lowering } = context.builder;
  const port = portNamed(context, rule.port);
  const kind = port === undefined ? undefined : kindNamed(context, port, rule.message);
  const index = rule.index === undefined ? [] : [rule.index];
  reportDuplicates(lowering, [...index, ...rule.binders]);
  if (port === undefined || kind === undefined) return;
  const { length } = rule.binders;
  if (length > 0 && length !== kind.fields.length) {
    lowering.report(wrongArguments(kind.name, kind.fields.length, length, rule.message.span));
  }
  if (rule.index !== undefined && port.per === undefined) {
    lowering.report(onlyOne(rule.port.text, rule.index.span));
  }
}

function checkDisposition(
  context: MachineContext,
  rule: syntax.DispositionRule,
  event: syntax.EventName,
): void {
  const { builder } = context;
  const port = portNamed(context, event.port);
  if (port === undefined || kindNamed(context, port, event.message) === undefined) return;
  if (rule.disposition !== "defer") return;
  for (const channel of port.channels.flat()) {
    const wired = builder.channels[channel];
    if (wired !== undefined && (wired.discipline === "fifo" || wired.discipline === "rendezvous")) {
      builder.lowering.report(deferNeedsMailbox(wired.name, event.span, wired.span));
      return;
    }
  }
}

function checkMember(
  context: MachineContext,
  name: syntax.Name,
  kind: "timer" | "interrupt",
): void {
  const { instance, system, builder } = context;
  const member = instance.members.get(name.text) ?? system.members.get(name.text);
  if (member?.kind === kind || member?.kind === "broken") return;
  const known = [...instance.members, ...system.members].flatMap(([each, found]) =>
    found.kind === kind ? [each] : [],
  );
  const owner = ownerOf(context);
  builder.lowering.report(noSuchMember(owner, kind, name.text, name.span, known));
}
