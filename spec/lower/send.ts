/** `send port[i].Msg(e)`: which queue, which message. */
import { misplaced, noSuchMember, portNotWired } from "../errors.ts";
import type { Effect, Expr } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { showType } from "../type-relations.ts";
import { ordinalOf } from "../values.ts";
import { expressionOf } from "./expression.ts";
import { messageOf } from "./literals.ts";
import type { PortScope, Scope } from "./scope.ts";

export function sendEffects(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "send" }>,
): Effect[] {
  const port = outPort(scope, statement.port);
  if (port === undefined) return [];
  const kind = port.message.kinds.findIndex((known) => known.name === statement.message.text);
  if (kind < 0) {
    const owner = `message \`${port.message.name}\``;
    const names = port.message.kinds.map((known) => known.name);
    const { text, span } = statement.message;
    scope.lowering.report(noSuchMember(owner, text, span, names));
    return [];
  }
  const { span } = statement;
  const message = messageOf(scope, port.message, kind, statement.arguments, span);
  const target = sendTarget(scope, statement, port);
  if (message === undefined || target === undefined) return [];
  return [{ effect: "send", ...target, message, span }];
}

function outPort(scope: Scope, name: syntax.Name): PortScope | undefined {
  const member = scope.instance?.members.get(name.text);
  if (member?.kind === "port" && member.port.declaration.direction === "out") return member.port;
  const ports = [...(scope.instance?.members ?? [])].flatMap(([known, each]) =>
    each.kind === "port" && each.port.declaration.direction === "out" ? [known] : [],
  );
  const machine = scope.instance?.machine.name.text ?? "";
  const owner =
    member?.kind === "port"
      ? `\`${machine}\` only receives at \`${name.text}\`; it`
      : `\`${machine}\``;
  scope.lowering.report(noSuchMember(owner, name.text, name.span, ports));
  return undefined;
}

function sendTarget(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "send" }>,
  port: PortScope,
): { readonly channels: readonly number[]; readonly index: Expr | undefined } | undefined {
  const { span, text: name } = statement.port;
  const instance = scope.instance?.name ?? "";
  const unwired = (): undefined => {
    scope.lowering.report(portNotWired(name, instance, span));
    return undefined;
  };
  if (port.per === undefined) {
    if (statement.index !== undefined) {
      const reason = `\`${name}\` is one port, so it has no index`;
      scope.lowering.report(misplaced("an index", reason, statement.index.span));
      return undefined;
    }
    const channel = port.channels[0]?.[0];
    return channel === undefined ? unwired() : { channels: [channel], index: undefined };
  }
  if (statement.index === undefined) {
    const reason = `\`${name}\` is a port per ${showType(port.per)}: say which one`;
    scope.lowering.report(misplaced(`\`${name}\``, reason, span, `write \`${name}[…]\``));
    return undefined;
  }
  const index = expressionOf(scope, statement.index, port.per);
  if (index === undefined) return undefined;
  if (index.op === "const") {
    const channel = port.channels[ordinalOf(index.value, index.type)]?.[0];
    return channel === undefined ? unwired() : { channels: [channel], index: undefined };
  }
  const channels = port.channels.flatMap((ends) => ends[0] ?? []);
  return channels.length < port.channels.length ? unwired() : { channels, index };
}
