/** Machines and threads: from matched rules to their items. */
import type { Node } from "ohm-js";
import type {
  EventName,
  Fairness,
  InterruptDeclaration,
  MachineDeclaration,
  MachineItem,
  ModeDeclaration,
  ModeItem,
  Name,
  Next,
  Path,
  PortDeclaration,
  RegionDeclaration,
  ThreadDeclaration,
  ThreadLine,
  VariableDeclaration,
} from "../syntax.ts";
import { durationOf, exprOf } from "./expression.ts";
import { isWritten, listOf, nameOf, byRule, optional, spanOf, wordOf } from "./node.ts";
import { blockOf } from "./statement.ts";
import { defOf } from "./definition.ts";
import { parametersOf, typeOf } from "./type.ts";

const DISPOSITIONS = ["ignore", "defer", "block"] as const;

export function machineOf(node: Node): MachineDeclaration {
  return {
    kind: "machine",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    parameters: parametersOf(node.child(2)),
    items: node.child(4).children.map(machineItemOf),
  };
}

const machineItemOf: (node: Node) => MachineItem = byRule<MachineItem>({
  Port: portOf,
  InterfaceUse: (node, _use, name) => {
    return { kind: "interfaceUse", span: spanOf(node), name: nameOf(name) };
  },
  Variable: variableOf,
  Timer: (node, _timer, name, least, _dots, most) => {
    return {
      kind: "timer",
      span: spanOf(node),
      name: nameOf(name),
      least: durationOf(least),
      most: optional(most, durationOf) ?? durationOf(least),
    };
  },
  Interrupt: interruptOf,
  Def: defOf,
  Mode: modeOf,
  Parallel: (node, _parallel, _open, regions, _semis, _close) => {
    return { kind: "parallel", span: spanOf(node), regions: regions.children.map(regionOf) };
  },
  Fault: (node, _fault, name, _from, from, target, body, inbox) => {
    return {
      kind: "fault",
      span: spanOf(node),
      name: nameOf(name),
      from: optional(from, (paths) => listOf(paths.child(0)).map(pathOf)) ?? [],
      target: optional(target, targetOf),
      body: optional(body, blockOf),
      dropInbox: optional(inbox, (node) => node.child(1).sourceString === "drop") ?? false,
    };
  },
  Otherwise: (node, _otherwise, disposition) => {
    return {
      kind: "otherwise",
      span: spanOf(node),
      disposition: wordOf(disposition, ["fail", "drop", "block"]),
    };
  },
});

export function portOf(node: Node): PortDeclaration {
  return {
    kind: "port",
    span: spanOf(node),
    direction: wordOf(node.child(1), ["in", "out"]),
    name: nameOf(node.child(2)),
    message: nameOf(node.child(4)),
    per: optional(node.child(6), nameOf),
  };
}

export function variableOf(node: Node): VariableDeclaration {
  const words = node.child(0);
  return {
    kind: "var",
    span: spanOf(node),
    name: nameOf(node.child(2)),
    durable: isWritten(words, "durable"),
    shared: isWritten(words, "shared"),
    ghost: isWritten(words, "ghost"),
    type: typeOf(node.child(4)),
    initial: exprOf(node.child(6)),
  };
}

export function interruptOf(node: Node): InterruptDeclaration {
  return { kind: "interrupt", span: spanOf(node), name: nameOf(node.child(1)) };
}

function regionOf(node: Node): RegionDeclaration {
  return {
    kind: "region",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    modes: node.child(3).children.map(modeOf),
  };
}

function modeOf(node: Node): ModeDeclaration {
  const words = node.child(0);
  return {
    kind: "mode",
    span: spanOf(node),
    name: nameOf(node.child(2)),
    initial: isWritten(words, "initial"),
    final: isWritten(words, "final"),
    items: node.child(4).children.map(modeItemOf),
  };
}

const modeItemOf: (node: Node) => ModeItem = byRule<ModeItem>({
  Mode: modeOf,
  Parallel: (node, _parallel, _open, regions, _semis, _close) => {
    return { kind: "parallel", span: spanOf(node), regions: regions.children.map(regionOf) };
  },
  EntryExit: (node, word, body) => {
    return { kind: wordOf(word, ["entry", "exit"]), span: spanOf(node), body: blockOf(body) };
  },
  Rule: (node, fairness, head, guard, target, body) => {
    return {
      ...ruleHeadOf(head),
      span: spanOf(node),
      fairness: optional(fairness, fairnessOf) ?? "none",
      guard: optional(guard, (node) => exprOf(node.child(1))),
      target: optional(target, targetOf),
      body: optional(body, blockOf),
    };
  },
  Disposition: (node, word, events) => {
    return {
      kind: "disposition",
      span: spanOf(node),
      disposition: wordOf(word, DISPOSITIONS),
      events: listOf(events).map(eventOf),
    };
  },
});

type RuleHead =
  | { readonly kind: "step"; readonly name: Name }
  | {
      readonly kind: "receive";
      readonly port: Name;
      readonly index: Name | undefined;
      readonly message: Name;
      readonly binders: readonly Name[];
    }
  | { readonly kind: "after"; readonly timer: Name }
  | { readonly kind: "onInterrupt"; readonly line: Name };

const ruleHeadOf: (node: Node) => RuleHead = byRule<RuleHead>({
  RuleHead_step: (_node, _step, name) => ({ kind: "step", name: nameOf(name) }),
  RuleHead_receive: (_node, _on, port, index, _dot, message, binders) => ({
    kind: "receive",
    port: nameOf(port),
    index: optional(index, binderIndexOf),
    message: nameOf(message),
    binders: optional(binders, (list) => listOf(list.child(1)).map(nameOf)) ?? [],
  }),
  RuleHead_interrupt: (_node, _on, _interrupt, line) => ({
    kind: "onInterrupt",
    line: nameOf(line),
  }),
  RuleHead_timer: (_node, _after, timer) => ({ kind: "after", timer: nameOf(timer) }),
});

/** The name in `[c]`. */
export function binderIndexOf(node: Node): Name {
  return nameOf(node.child(1));
}

function fairnessOf(node: Node): Fairness {
  return node.sourceString.startsWith("strongly") ? "strong" : "weak";
}

/** The mode in `-> Up.Draining`. */
function targetOf(node: Node): Path {
  return pathOf(node.child(1));
}

function pathOf(node: Node): Path {
  return { span: spanOf(node), parts: listOf(node.child(0)).map(nameOf) };
}

function eventOf(node: Node): EventName {
  return {
    span: spanOf(node),
    port: nameOf(node.child(0)),
    message: nameOf(node.child(2)),
  };
}

export function threadOf(node: Node): ThreadDeclaration {
  return {
    kind: "thread",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    parameters: parametersOf(node.child(2)),
    core: optional(node.child(3), (core) => exprOf(core.child(2))),
    variables: node.child(5).children.map(variableOf),
    lines: node.child(7).children.map(lineOf),
  };
}

function lineOf(node: Node): ThreadLine {
  return {
    kind: "line",
    span: spanOf(node),
    fairness: optional(node.child(0), fairnessOf) ?? "none",
    name: nameOf(node.child(1)),
    await: optional(node.child(3), (guard) => exprOf(guard.child(1))),
    body: optional(node.child(4), blockOf),
    next: optional(node.child(5), nextOf),
  };
}

const nextOf: (node: Node) => Next = byRule<Next>({
  Next_then: (node, _then, label) => {
    return { kind: "then", span: spanOf(node), label: nameOf(label) };
  },
  Next_else: (node, _if, condition, _then, label, _else, otherwise) => {
    return {
      kind: "branch",
      span: spanOf(node),
      condition: exprOf(condition),
      then: nameOf(label),
      else: { kind: "then", span: spanOf(otherwise), label: nameOf(otherwise) },
    };
  },
  Next_elseIf: (node, _if, condition, _then, label, _else, otherwise) => {
    return {
      kind: "branch",
      span: spanOf(node),
      condition: exprOf(condition),
      then: nameOf(label),
      else: nextOf(otherwise),
    };
  },
});
