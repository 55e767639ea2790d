/** `send port[i].Msg(e)`: which queue, which message. */
import { badWiring, noSuchMember } from "../errors.ts";
import type { Effect, Expr } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { showType } from "../type-relations.ts";
import { ordinalOf } from "../values.ts";
import { onlyOne, unwired } from "./entities.ts";
import { expressionOf } from "./expression.ts";
import { indexInto } from "./family-index.ts";
import { messageOf } from "./literals.ts";
import { ownerOf, type PortScope, type Scope } from "./scope.ts";

export function sendEffects(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "send" }>,
): Effect[] {
  const port = outPort(scope, statement.port);
  if (port === undefined) return [];
  if (!port.message.kinds.some((known) => known.name === statement.message.text)) {
    const owner = `message \`${port.message.name}\``;
    const names = port.message.kinds.map((known) => known.name);
    const { text, span } = statement.message;
    scope.lowering.report(noSuchMember(owner, "kind", text, span, names));
    return [];
  }
  const { span } = statement;
  const name = statement.message.text;
  const message = messageOf(scope, port.message, name, statement.arguments, span);
  const target = sendTarget(scope, statement, port);
  if (message === undefined || target === undefined) return [];
  return [{ effect: "send", ...target, message, span }];
}

function outPort(scope: Scope, name: syntax.Name): PortScope | undefined {
  const member = scope.instance?.members.get(name.text);
  if (member?.kind === "port" && member.port.declaration.direction === "out") return member.port;
  if (member?.kind === "broken" || scope.instance?.lacksPorts === true) return undefined;
  const ports = [...(scope.instance?.members ?? [])].flatMap(([known, each]) =>
    each.kind === "port" && each.port.declaration.direction === "out" ? [known] : [],
  );
  scope.lowering.report(noSuchMember(ownerOf(scope), "out port", name.text, name.span, ports));
  return undefined;
}

function sendTarget(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "send" }>,
  port: PortScope,
): { readonly channels: readonly number[]; readonly index: Expr | undefined } | undefined {
  const { span, text: name } = statement.port;
  const missing = (): undefined => {
    unwired(scope, port, span);
    return undefined;
  };
  if (port.per === undefined) {
    if (statement.index !== undefined) {
      scope.lowering.report(onlyOne(name, statement.index.span));
      return undefined;
    }
    const channel = port.channels[0]?.[0];
    return channel === undefined ? missing() : { channels: [channel], index: undefined };
  }
  if (statement.index === undefined) {
    const title = `\`${name}\` is a port per ${showType(port.per)}`;
    scope.lowering.report(badWiring(title, span, "which one?", `write \`${name}[…]\``));
    return undefined;
  }
  const written = expressionOf(scope, statement.index, port.per);
  if (written === undefined) return undefined;
  const index = indexInto(port.per, written);
  if (index.op === "const") {
    const channel = port.channels[ordinalOf(index.value, index.type)]?.[0];
    return channel === undefined ? missing() : { channels: [channel], index: undefined };
  }
  const channels = port.channels.flatMap((ends) => ends[0] ?? []);
  return channels.length < port.channels.length ? missing() : { channels, index };
}
