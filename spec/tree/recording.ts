/** Refinements, bindings and logs: what a model or a recording is compared with. */
import type { Node } from "ohm-js";
import type {
  BindingDeclaration,
  BindingItem,
  ClockDeclaration,
  Expr,
  FieldValue,
  LogDeclaration,
  LogEventSource,
  LogItem,
  LogParameter,
  RefinementDeclaration,
} from "../syntax.ts";
import { defOf, propertyOf, transitionOf } from "./definition.ts";
import { durationOf, exprOf, numberOf, stringOf } from "./expression.ts";
import { listOf, nameOf, byRule, optional, spanOf, wordOf } from "./node.ts";

export function refinementOf(node: Node): RefinementDeclaration {
  return {
    kind: "refinement",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    implementation: nameOf(node.child(3)),
    abstraction: nameOf(node.child(5)),
    mappings: node.child(7).children.map((mapping) => ({
      span: spanOf(mapping),
      place: exprOf(mapping.child(0)),
      value: exprOf(mapping.child(2)),
    })),
  };
}

export function bindingOf(node: Node): BindingDeclaration {
  return {
    kind: "binding",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    system: nameOf(node.child(3)),
    items: node.child(5).children.map(bindingItemOf),
  };
}

const bindingItemOf: (node: Node) => BindingItem = byRule<BindingItem>({
  Clock: clockOf,
  BindingItem_event: (node, _event, event, guard, _arrow, transition, where) => {
    return {
      kind: "bindEvent",
      span: spanOf(node),
      event: stringOf(event),
      condition: optional(guard, guardOf),
      transition: transitionOf(transition),
      where: optional(where, whereOf) ?? [],
    };
  },
  BindingItem_observe: (node, _observe, place, _equals, value) => {
    return { kind: "observe", span: spanOf(node), place: exprOf(place), value: exprOf(value) };
  },
  BindingItem_hidden: (node, _hidden, transitions, _upto, bound) => {
    return {
      kind: "hidden",
      span: spanOf(node),
      transitions: listOf(transitions).map(transitionOf),
      upto: numberOf(bound),
    };
  },
  IgnoreEvents: (node, _ignore, events) => {
    return ignoredOf(node, events);
  },
});

export function logOf(node: Node): LogDeclaration {
  return {
    kind: "log",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    items: node.child(3).children.map(logItemOf),
  };
}

const logItemOf: (node: Node) => LogItem = byRule<LogItem>({
  Clock: clockOf,
  LogEvent: (node, final, _event, name, parameters, sources) => {
    return {
      kind: "event",
      span: spanOf(node),
      name: nameOf(name),
      final: optional(final, () => true) ?? false,
      parameters: optional(parameters, (list) => listOf(list.child(1)).map(logParameterOf)) ?? [],
      sources: sources.children.map(logSourceOf),
    };
  },
  Def: defOf,
  Property: propertyOf,
  IgnoreEvents: (node, _ignore, events) => {
    return ignoredOf(node, events);
  },
});

function logParameterOf(node: Node): LogParameter {
  return { name: nameOf(node.child(0)), type: nameOf(node.child(2)) };
}

function logSourceOf(node: Node): LogEventSource {
  return {
    span: spanOf(node),
    event: stringOf(node.child(1)),
    condition: optional(node.child(2), guardOf),
    where: optional(node.child(3), whereOf) ?? [],
  };
}

function clockOf(node: Node): ClockDeclaration {
  return {
    kind: "clock",
    span: spanOf(node),
    field: exprOf(node.child(1)),
    unit: wordOf(node.child(2), ["ns", "us", "ms", "s"]),
    skew: optional(node.child(3), (skew) => durationOf(skew.child(1))),
  };
}

function ignoredOf(node: Node, events: Node): Extract<LogItem, { kind: "ignoreEvents" }> {
  return { kind: "ignoreEvents", span: spanOf(node), events: listOf(events).map(stringOf) };
}

function guardOf(node: Node): Expr {
  return exprOf(node.child(1));
}

function whereOf(node: Node): readonly FieldValue[] {
  return listOf(node.child(2)).map((field) => ({
    span: spanOf(field),
    name: nameOf(field.child(0)),
    value: exprOf(field.child(2)),
  }));
}
