/** Binary operators: connectives with the facts they carry, comparisons, membership, arithmetic, sets. */
import { constantDivisor, symmetricOrder, typeMismatch, wrongKind } from "../errors.ts";
import { any, binary, type Binary, not } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { BOOL, comparable, INT, isNumber, showType, symmetricId } from "../type-relations.ts";
import { instancesOf, modeMembership } from "./entities.ts";
import { anyExpression, assuming, coerce, conditionOf, pair, present } from "./expression.ts";
import { typeDomain } from "./quantifiers.ts";
import { lookUp, type Scope, textAt } from "./scope.ts";

type BinaryExpr = Extract<syntax.Expr, { kind: "binary" }>;

const OPS: Readonly<Record<syntax.BinaryOperator, Binary | "in" | "not in">> = {
  and: "and",
  or: "or",
  implies: "implies",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  "+": "add",
  "-": "sub",
  "*": "mul",
  "%": "mod",
  in: "in",
  "not in": "not in",
};

export function binaryExpression(
  scope: Scope,
  written: BinaryExpr,
  expected: Type | undefined,
): Expr | undefined {
  const op = OPS[written.operator];
  switch (op) {
    case "and":
    case "or":
    case "implies":
      return connective(scope, written, op);
    case "in":
      return membership(scope, written);
    case "not in": {
      const inside = membership(scope, written);
      return inside === undefined ? undefined : not(inside, written.span);
    }
    case "eq":
    case "ne":
      return equality(scope, written, op);
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return order(scope, written, op);
    default:
      return arithmetic(scope, written, op, expected);
  }
}

function connective(
  scope: Scope,
  written: BinaryExpr,
  op: "and" | "or" | "implies",
): Expr | undefined {
  const left = conditionOf(scope, written.left);
  const right = conditionOf(assuming(scope, written.left, op !== "or"), written.right);
  if (left === undefined || right === undefined) return undefined;
  return binary(op, left, right, written.span);
}

function equality(scope: Scope, written: BinaryExpr, op: "eq" | "ne"): Expr | undefined {
  const [left, right] = pair(scope, written.left, scope, written.right, undefined);
  if (left === undefined || right === undefined) return undefined;
  if (comparable(left.type, right.type)) return binary(op, left, right, written.span);
  scope.lowering.report(
    typeMismatch(showType(left.type), showType(right.type), written.right.span, {
      span: written.left.span,
      note: `it is compared with ${showType(left.type)}`,
    }),
  );
  return undefined;
}

function order(scope: Scope, written: BinaryExpr, op: "lt" | "le" | "gt" | "ge"): Expr | undefined {
  const left = anyExpression(scope, written.left, undefined);
  const right = anyExpression(scope, written.right, left?.type);
  if (left === undefined || right === undefined) return undefined;
  for (const side of [left, right]) {
    const id = symmetricId(side.type);
    const declared = id === undefined ? undefined : lookUp(scope, id.name)?.declaration;
    if (id !== undefined && declared !== undefined) {
      const text = textAt(scope.lowering, written.span);
      scope.lowering.report(symmetricOrder(text, id.name, written.span, declared.span));
      return undefined;
    }
  }
  const low = numberFrom(scope, left, written.left);
  const high = numberFrom(scope, right, written.right);
  return low === undefined || high === undefined ? undefined : binary(op, low, high, written.span);
}

/** Ids without symmetry and enums have an order too: that of their declaration. */
function numberFrom(scope: Scope, expr: Expr, written: syntax.Expr): Expr | undefined {
  const known = present(scope, expr, written);
  if (known?.type.kind === "id" || known?.type.kind === "enum") return known;
  return known === undefined ? undefined : coerce(scope, known, INT, written);
}

function arithmetic(
  scope: Scope,
  written: BinaryExpr,
  op: Binary,
  expected: Type | undefined,
): Expr | undefined {
  const wish = expected?.kind === "set" ? expected : undefined;
  const [left, right] = pair(scope, written.left, scope, written.right, wish);
  if (left === undefined || right === undefined) return undefined;
  if (left.type.kind === "set" && (op === "add" || op === "sub")) {
    const other = coerce(scope, right, left.type, written.right);
    if (other === undefined) return undefined;
    const combine = op === "add" ? "union" : "difference";
    return { op: combine, type: left.type, left, right: other, span: written.span };
  }
  const first = coerce(scope, left, INT, written.left);
  const second = coerce(scope, right, INT, written.right);
  if (first === undefined || second === undefined) return undefined;
  if (op === "mod" && !(second.op === "const" && isPositive(second.value))) {
    scope.lowering.report(constantDivisor(written.right.span));
    return undefined;
  }
  return binary(op, first, second, written.span);
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && value > 0;
}

/** `x in Mode`, `x in {Mode, Mode}`, `e in set`, `k in map`, `e in list`, `n in Type`. */
function membership(scope: Scope, written: BinaryExpr): Expr | undefined {
  const instances = instancesOf(scope, written.left);
  if (instances === "bad") return undefined;
  if (instances !== undefined) {
    const modes = written.right.kind === "setLiteral" ? written.right.elements : [written.right];
    const tests = modes.map((mode) => modeMembership(scope, instances, mode, written.span));
    const good = tests.flatMap((test) => (test === undefined ? [] : [test]));
    return good.length < tests.length ? undefined : any(good, written.span);
  }
  const domain = typeDomain(scope, written.right);
  const wish = anyExpression(scope, written.left, elementType(domain?.type));
  const right = domain ?? anyExpression(scope, written.right, setOf(wish?.type));
  if (wish === undefined || right === undefined) return undefined;
  return memberOf(scope, wish, right, written);
}

function elementType(type: Type | undefined): Type | undefined {
  return type?.kind === "set" ? type.of : undefined;
}

function setOf(type: Type | undefined): Type | undefined {
  if (type === undefined) return undefined;
  return { kind: "set", of: type.kind === "optional" ? type.of : type };
}

function memberOf(scope: Scope, element: Expr, right: Expr, written: BinaryExpr): Expr | undefined {
  const { type } = right;
  if (type.kind === "map" && type.value.kind === "optional") {
    const key = coerce(scope, element, type.key, written.left);
    if (key === undefined) return undefined;
    return { op: "has", type: BOOL, map: right, key, span: written.span };
  }
  if (type.kind !== "set" && type.kind !== "list") {
    const is = `of type ${showType(type)}`;
    const text = textAt(scope.lowering, written.right.span);
    const wanted = "a set, a list, a map with optional values or a type";
    scope.lowering.report(wrongKind(text, is, wanted, written.right.span));
    return undefined;
  }
  if (!comparable(element.type, type.of)) {
    scope.lowering.report(
      typeMismatch(showType(type.of), showType(element.type), written.left.span),
    );
    return undefined;
  }
  if (right.op === "all" && isNumber(element.type) && type.of.kind === "range") {
    const { low, high } = type.of;
    return withinRange(element, low, high, written);
  }
  return { op: "in", type: BOOL, element, set: right, span: written.span };
}

function withinRange(element: Expr, low: number, high: number, written: BinaryExpr): Expr {
  const { span } = written;
  const number = (value: number): Expr => ({ op: "const", type: INT, value, span });
  const above = binary("ge", element, number(low), span);
  const below = binary("le", element, number(high), span);
  return binary("and", above, below, span);
}

/** Elaborates an operand that must be a set. */
export function setExpression(scope: Scope, written: syntax.Expr): Expr | undefined {
  const domain = typeDomain(scope, written);
  if (domain !== undefined) return domain;
  const expr = anyExpression(scope, written, undefined);
  if (expr === undefined) return undefined;
  if (expr.type.kind === "set") return expr;
  const text = textAt(scope.lowering, written.span);
  const is = `of type ${showType(expr.type)}`;
  scope.lowering.report(wrongKind(text, is, "a set or a type", written.span));
  return undefined;
}
