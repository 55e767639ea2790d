/** Types: from matched rules to `TypeExpr`, and the lists of typed names. */
import type { Node } from "ohm-js";
import type { DefParameter, Field, TypeExpr } from "../syntax.ts";
import { exprOf } from "./expression.ts";
import { listOf, nameOf, byRule, optional, spanOf } from "./node.ts";

export const typeOf: (node: Node) => TypeExpr = byRule<TypeExpr>({
  Type_optional: (node, of, _mark) => {
    return { kind: "optionalType", span: spanOf(node), of: typeOf(of) };
  },
  BaseType_bool: (node) => ({ kind: "boolType", span: spanOf(node) }),
  BaseType_set: (node, _set, _open, of, _close) => {
    return { kind: "setType", span: spanOf(node), of: typeOf(of) };
  },
  BaseType_map: (node, _map, _open, key, _comma, value, _close) => {
    return { kind: "mapType", span: spanOf(node), key: typeOf(key), value: typeOf(value) };
  },
  BaseType_list: (node, _list, _open, of, _semicolon, capacity, _close) => {
    return { kind: "listType", span: spanOf(node), of: typeOf(of), capacity: exprOf(capacity) };
  },
  BaseType_named: (_node, name) => ({ kind: "namedType", span: spanOf(name), name: nameOf(name) }),
  BaseType_range: (node, low, _dots, high) => {
    return { kind: "rangeType", span: spanOf(node), low: exprOf(low), high: exprOf(high) };
  },
});

/** `name: T`, a `Field` or a `Parameter`. */
export function fieldOf(node: Node): Field {
  return { name: nameOf(node.child(0)), type: typeOf(node.child(2)) };
}

/** The fields in optional parentheses. */
export function parametersOf(node: Node): readonly Field[] {
  return optional(node, (list) => listOf(list.child(1)).map(fieldOf)) ?? [];
}

export function defParametersOf(node: Node): readonly DefParameter[] {
  return optional(node, (list) => listOf(list.child(1)).map(defParameterOf)) ?? [];
}

function defParameterOf(node: Node): DefParameter {
  return { name: nameOf(node.child(0)), type: optional(node.child(2), typeOf) };
}
