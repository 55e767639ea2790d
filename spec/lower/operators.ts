/**
 * BinaryOp operators: connectives with the facts they carry, comparisons, membership, arithmetic,
 * sets.
 */
import { wrongKind } from "../errors.ts";
import { any, binary, constant, not, truth } from "../fold.ts";
import type { BinaryOp, Expr, Type } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { constantDivisor, constantTooBig, symmetricOrder, typeMismatch } from "../type-errors.ts";
import { BOOL, comparable, describeType, INT, isNumber, symmetricId } from "../type-relations.ts";
import { instancesOf, modeMembership } from "./entities.ts";
import { anyExpression, assuming, coerce, conditionOf, pair, present } from "./expression.ts";
import { typeDomain } from "./quantifiers.ts";
import { lookUp, type Scope, textAt } from "./scope.ts";

type BinaryExpr = Extract<syntax.Expr, { kind: "binary" }>;

const OPS: Readonly<Record<syntax.BinaryOperator, BinaryOp | "in" | "not in">> = {
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
  const right = conditionOf(assuming(scope, written.left, op !== "or", left), written.right);
  if (left === undefined || right === undefined) return undefined;
  return binary(op, left, right, written.span);
}

function equality(scope: Scope, written: BinaryExpr, op: "eq" | "ne"): Expr | undefined {
  const [left, right] = pair(scope, written.left, scope, written.right, undefined);
  if (left === undefined || right === undefined) return undefined;
  if (comparable(left.type, right.type)) return binary(op, left, right, written.span);
  reportUnequal(scope, left, right, written);
  return undefined;
}

/** Two sides that can never be equal or in order: the right one is taken for the culprit. */
function reportUnequal(scope: Scope, left: Expr, right: Expr, written: BinaryExpr): void {
  const wanted = describeType(left.type);
  const related = [{ span: written.left.span, note: `compared with ${wanted}` }];
  const { span } = written.right;
  scope.lowering.report(typeMismatch(wanted, describeType(right.type), span, related));
}

function order(scope: Scope, written: BinaryExpr, op: "lt" | "le" | "gt" | "ge"): Expr | undefined {
  const left = anyExpression(scope, written.left, undefined);
  const right = anyExpression(scope, written.right, left?.type);
  if (left === undefined || right === undefined) return undefined;
  const id = symmetricId(left.type) ?? symmetricId(right.type);
  if (id !== undefined) {
    const text = textAt(scope.lowering, written.span);
    const declared = declarationOf(scope, id.name)?.span ?? written.span;
    scope.lowering.report(symmetricOrder(text, id, written.span, declared));
    return undefined;
  }
  const low = present(scope, left, written.left);
  const high = present(scope, right, written.right);
  if (low === undefined || high === undefined) return undefined;
  // Ids without symmetry and enums have an order too: that of their declaration.
  const ordered = (type: Type): boolean => type.kind === "id" || type.kind === "enum";
  if (ordered(low.type)) {
    if (comparable(low.type, high.type)) return binary(op, low, high, written.span);
    reportUnequal(scope, low, high, written);
    return undefined;
  }
  const first = coerce(scope, low, INT, written.left);
  const second = first === undefined ? undefined : coerce(scope, high, INT, written.right);
  if (first === undefined || second === undefined) return undefined;
  return binary(op, first, second, written.span);
}

/** A declaration of this module or of one that it uses, at any distance. */
function declarationOf(scope: Scope, name: string): syntax.Declaration | undefined {
  const found = scope.module.reachable.find((each) => each.names.has(name));
  return (lookUp(scope, name) ?? found?.names.get(name))?.declaration;
}

function arithmetic(
  scope: Scope,
  written: BinaryExpr,
  op: BinaryOp,
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
  const result = binary(op, first, second, written.span);
  if (result.op !== "const" || Number.isSafeInteger(result.value)) return result;
  scope.lowering.report(constantTooBig(written.span));
  return undefined;
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
  // What is unknown on the left may be an instance, and the right one of its modes.
  if (wish === undefined) return undefined;
  const right = domain ?? anyExpression(scope, written.right, setOf(wish.type));
  if (right === undefined) return undefined;
  return memberOf(scope, wish, right, written);
}

function elementType(type: Type | undefined): Type | undefined {
  return type?.kind === "set" ? type.of : undefined;
}

function setOf(type: Type): Type {
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
    const is = describeType(type);
    const text = textAt(scope.lowering, written.right.span);
    const wanted = "a set, a list, a map with optional values or a type";
    scope.lowering.report(wrongKind(text, is, wanted, written.right.span));
    return undefined;
  }
  if (!comparable(element.type, type.of)) {
    const [wanted, found] = [describeType(type.of), describeType(element.type)];
    scope.lowering.report(typeMismatch(wanted, found, written.left.span));
    return undefined;
  }
  if (right.op === "all") return memberOfType(element, type.of, written);
  return { op: "in", type: BOOL, element, set: right, span: written.span };
}

/** `n in Type`: a number may be outside of a range, `none` is in no type, all else is inside. */
function memberOfType(element: Expr, type: Type, written: BinaryExpr): Expr {
  const { span } = written;
  if (type.kind === "range" && isNumber(element.type)) {
    return withinRange(element, type.low, type.high, written);
  }
  if (type.kind === "range" && element.type.kind === "optional") {
    const set: Expr = { op: "all", type: { kind: "set", of: type }, of: type, span };
    return { op: "in", type: BOOL, element, set, span };
  }
  if (element.type.kind !== "optional") return truth(true, span);
  return binary("ne", element, constant(element.type, null, span), span);
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
  const is = describeType(expr.type);
  scope.lowering.report(wrongKind(text, is, "a set or a type", written.span));
  return undefined;
}
