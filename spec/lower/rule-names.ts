/** Ports, messages, timers and lines that rules name must exist, also where nothing can arrive. */
import { deferNeedsMailbox, misplaced, noSuchMember, wrongArguments } from "../errors.ts";
import type { Type } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { type MachineContext, modesOf } from "./machine.ts";
import type { PortScope } from "./scope.ts";

/** Ports, messages, timers and binders that rules name must exist, also where nothing can arrive. */
export function checkNames(context: MachineContext): void {
  for (const mode of modesOf(context)) {
    for (const item of mode.items) {
      if (item.kind === "receive") checkReceive(context, item);
      if (item.kind === "after") checkMember(context, item.timer, "timer");
      if (item.kind === "onInterrupt") checkMember(context, item.line, "interrupt");
      if (item.kind === "disposition") {
        for (const event of item.events) checkDisposition(context, item, event);
      }
      if (item.kind === "entry" || item.kind === "exit") continue;
    }
  }
}

function portNamed(context: MachineContext, name: syntax.Name): PortScope | undefined {
  const { instance, builder, machine } = context;
  const member = instance.members.get(name.text);
  if (member?.kind === "port" && member.port.declaration.direction === "in") return member.port;
  const ports = [...instance.members].flatMap(([known, each]) =>
    each.kind === "port" && each.port.declaration.direction === "in" ? [known] : [],
  );
  const owner = `\`${machine.name.text}\` has no port to receive from; it`;
  builder.lowering.report(
    noSuchMember(
      member === undefined ? `\`${machine.name.text}\`` : owner,
      name.text,
      name.span,
      ports,
    ),
  );
  return undefined;
}

function kindNamed(
  context: MachineContext,
  port: PortScope,
  name: syntax.Name,
): Type & { kind: "message" } extends { kinds: readonly (infer K)[] } ? K | undefined : never {
  const found = port.message.kinds.find((kind) => kind.name === name.text);
  if (found !== undefined) return found;
  const owner = `message \`${port.message.name}\``;
  const names = port.message.kinds.map((kind) => kind.name);
  context.builder.lowering.report(noSuchMember(owner, name.text, name.span, names));
  return undefined;
}

function checkReceive(context: MachineContext, rule: syntax.ReceiveRule): void {
  const { lowering } = context.builder;
  const port = portNamed(context, rule.port);
  const kind = port === undefined ? undefined : kindNamed(context, port, rule.message);
  if (port === undefined || kind === undefined) return;
  const { length } = rule.binders;
  if (length > 0 && length !== kind.fields.length) {
    lowering.report(wrongArguments(kind.name, kind.fields.length, length, rule.message.span));
  }
  if (rule.index !== undefined && port.per === undefined) {
    const reason = `\`${rule.port.text}\` is one port, so it has no index`;
    lowering.report(misplaced("an index", reason, rule.index.span));
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
  const { instance, system, builder, machine } = context;
  const member = instance.members.get(name.text) ?? system.members.get(name.text);
  if (member?.kind === kind) return;
  const known = [...instance.members, ...system.members].flatMap(([each, found]) =>
    found.kind === kind ? [each] : [],
  );
  const owner = `\`${machine.name.text}\``;
  builder.lowering.report(noSuchMember(owner, name.text, name.span, known));
}
