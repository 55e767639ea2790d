/**
 * Top-level declarations: one byRule, one action for each rule that a declaration's first word
 * chooses. `module` and `use` come out beside them, because a file is read in pieces.
 */
import type { Node } from "ohm-js";
import type { Span } from "../source.ts";
import type { Declaration, Name, Use } from "../syntax.ts";
import { checkOf, scenarioOf } from "./check.ts";
import { defOf } from "./definition.ts";
import { deploymentOf } from "./deployment.ts";
import { exprOf, stringOf } from "./expression.ts";
import { machineOf, portOf, threadOf } from "./machine.ts";
import { isWritten, listOf, nameOf, byRule, optional, spanOf, wordOf } from "./node.ts";
import { bindingOf, logOf, refinementOf } from "./recording.ts";
import { systemOf } from "./system.ts";
import { fieldOf, parametersOf, typeOf } from "./type.ts";

export interface ModuleHeader {
  readonly kind: "module";
  readonly span: Span;
  readonly name: Name;
}

export type TopLevel = ModuleHeader | Use | Declaration;

/** Builds what a rule of `RULES` matched. */
export const topLevelOf: (node: Node) => TopLevel = byRule<TopLevel>({
  Module: (node, _module, name) => ({ kind: "module", span: spanOf(node), name: nameOf(name) }),
  Use: (node, _use, name, _from, from) => {
    return {
      kind: "use",
      span: spanOf(node),
      name: nameOf(name),
      from: optional(from, stringOf),
    };
  },
  Const: (node, _const, name, _colon, type, _equals, value) => {
    return {
      kind: "const",
      span: spanOf(node),
      name: nameOf(name),
      type: optional(type, typeOf),
      value: exprOf(value),
    };
  },
  Id: (node, symmetric, _id, name) => {
    return {
      kind: "id",
      span: spanOf(node),
      name: nameOf(name),
      symmetric: isWritten(symmetric, "symmetric"),
    };
  },
  TypeAlias: (node, _type, name, _equals, type, overflow) => {
    return {
      kind: "type",
      span: spanOf(node),
      name: nameOf(name),
      type: typeOf(type),
      overflow: optional(overflow, (word) => wordOf(word, ["wrap", "saturate"])) ?? "fail",
    };
  },
  Enum: (node, _enum, name, _open, members, _comma, _close) => {
    const span = spanOf(node);
    return { kind: "enum", span, name: nameOf(name), members: listOf(members).map(nameOf) };
  },
  Record: (node, _record, name, _open, fields, _comma, _close) => {
    const span = spanOf(node);
    return { kind: "record", span, name: nameOf(name), fields: listOf(fields).map(fieldOf) };
  },
  Message: (node, _message, name, _open, kinds, _comma, _close) => {
    return {
      kind: "message",
      span: spanOf(node),
      name: nameOf(name),
      kinds: listOf(kinds).map((kind) => ({
        span: spanOf(kind),
        name: nameOf(kind.child(0)),
        fields: parametersOf(kind.child(1)),
      })),
    };
  },
  Interface: (node, _interface, name, _open, ports, _semis, _close) => {
    const span = spanOf(node);
    return { kind: "interface", span, name: nameOf(name), ports: ports.children.map(portOf) };
  },
  Def: defOf,
  Machine: machineOf,
  Thread: threadOf,
  System: systemOf,
  Check: checkOf,
  Scenario: scenarioOf,
  Refinement: refinementOf,
  Binding: bindingOf,
  Log: logOf,
  Deployment: deploymentOf,
});
