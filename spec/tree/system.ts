/** Systems: instances, channels and what stands between them. */
import type { Node } from "ohm-js";
import type {
  ChannelDeclaration,
  ChannelEnd,
  ChannelFault,
  Expr,
  Name,
  SystemDeclaration,
  SystemItem,
} from "../syntax.ts";
import { defOf, memoryOf, propertyOf } from "./definition.ts";
import { argumentsOf, exprOf, indexOf } from "./expression.ts";
import { binderIndexOf, interruptOf, variableOf } from "./machine.ts";
import { nameOf, byRule, optional, spanOf, wordOf } from "./node.ts";
import { parametersOf } from "./type.ts";

const BUFFERED = ["fifo", "mailbox", "bag"] as const;

export function systemOf(node: Node): SystemDeclaration {
  return {
    kind: "system",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    parameters: parametersOf(node.child(2)),
    items: node.child(4).children.map(systemItemOf),
  };
}

const systemItemOf: (node: Node) => SystemItem = byRule<SystemItem>({
  Channel: channelOf,
  Def: defOf,
  Variable: variableOf,
  Interrupt: interruptOf,
  Memory: (_node, memory) => memoryOf(memory),
  Property: propertyOf,
  Instance: (node, name, index, _colon, machine, args) => {
    return {
      kind: "instance",
      span: spanOf(node),
      name: nameOf(name),
      index: optional(index, instanceIndexOf),
      machine: nameOf(machine),
      arguments: optional(args, argumentsOf) ?? [],
    };
  },
});

/** The name and the type in `[c: Client]`. */
export function instanceIndexOf(node: Node): { readonly name: Name; readonly type: Name } {
  return { name: nameOf(node.child(1)), type: nameOf(node.child(3)) };
}

function channelOf(node: Node): ChannelDeclaration {
  return {
    kind: "channel",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    from: channelEndOf(node.child(3)),
    to: channelEndOf(node.child(5)),
    ...disciplineOf(node.child(6)),
    faults: node.child(7).children.map(channelFaultOf),
  };
}

function channelEndOf(node: Node): ChannelEnd {
  return {
    span: spanOf(node),
    instance: nameOf(node.child(0)),
    instanceIndex: optional(node.child(1), endIndexOf),
    port: nameOf(node.child(3)),
    portIndex: optional(node.child(4), binderIndexOf),
  };
}

const endIndexOf: (node: Node) => "all" | Name = byRule<"all" | Name>({
  EndIndex_all: (_node, _open, _star, _close) => "all",
  EndIndex_one: (_node, index) => binderIndexOf(index),
});

interface DisciplineParts {
  readonly discipline: ChannelDeclaration["discipline"];
  readonly capacity: Expr | undefined;
}

const disciplineOf: (node: Node) => DisciplineParts = byRule<DisciplineParts>({
  Discipline_buffered: (_node, word, _open, capacity, _close) => ({
    discipline: wordOf(word, BUFFERED),
    capacity: exprOf(capacity),
  }),
  Discipline_rendezvous: (_node, _word) => ({ discipline: "rendezvous", capacity: undefined }),
});

const channelFaultOf: (node: Node) => ChannelFault = byRule<ChannelFault>({
  ChannelFault_lossy: (node, _word) => {
    return { span: spanOf(node), fault: "lossy", distance: undefined };
  },
  ChannelFault_duplicating: (node, _word) => {
    return { span: spanOf(node), fault: "duplicating", distance: undefined };
  },
  ChannelFault_reordering: (node, _word, distance) => {
    return { span: spanOf(node), fault: "reordering", distance: optional(distance, indexOf) };
  },
});
