/**
 * State expressions of a log: what is true, or has which value, at one position.
 *
 * Past operators become tables (`past.ts` makes them); definitions are expanded where they are
 * used. A moment used as a truth value means that it has come. A parameter of an event is read with
 * `event(args).parameter`, only inside a comparison: where the event does not happen, the
 * comparison is false.
 */
import type { LogExpr, LogParameterType } from "../log.ts";
import type { Expr } from "../syntax.ts";
import { looksAheadBy, calledName } from "./ahead.ts";
import { bindVariable, type LogContext, type Scope, type Variable } from "./context.ts";
import {
  circularDefinition,
  looksAhead,
  misplaced,
  notInLogs,
  unknownParameter,
  wrongType,
} from "./errors.ts";
import { pastOf } from "./past.ts";
import {
  boundOf,
  describeType,
  describeVariable,
  domainOf,
  expand,
  occurrenceOf,
  sideOf,
} from "./terms.ts";

/** An expression with its type; `variable` for ids. */
interface Typed {
  readonly expr: LogExpr;
  readonly type: LogParameterType;
  readonly variable?: Variable | undefined;
  readonly sort?: string | undefined;
}

/** A truth value; undefined after a message. */
export function truthOf(context: LogContext, scope: Scope, expr: Expr): LogExpr | undefined {
  const typed = typedOf(context, scope, expr);
  if (typed === undefined) return undefined;
  if (typed.expr.kind === "parameter" && typed.type === "bool") {
    const right: LogExpr = { kind: "constant", value: true };
    return { kind: "compare", operator: "==", left: typed.expr, right };
  }
  if (typed.type === "bool") return typed.expr;
  if (typed.type === "time" && typed.expr.kind !== "parameter") {
    return { kind: "passed", moment: typed.expr };
  }
  context.report(wrongType("a truth value", describe(typed), expr.span));
  return undefined;
}

/** A moment or another time; undefined after a message. */
export function timeOf(context: LogContext, scope: Scope, expr: Expr): LogExpr | undefined {
  const typed = typedOf(context, scope, expr);
  if (typed === undefined) return undefined;
  if (typed.type === "time") return typed.expr;
  context.report(wrongType("a time", describe(typed), expr.span));
  return undefined;
}

function typedOf(context: LogContext, scope: Scope, expr: Expr): Typed | undefined {
  switch (expr.kind) {
    case "bool":
      return { expr: { kind: "constant", value: expr.value }, type: "bool" };
    case "number":
      return { expr: { kind: "constant", value: BigInt(expr.value) }, type: "int" };
    case "duration": {
      const value = BigInt(expr.duration.nanoseconds);
      return { expr: { kind: "constant", value }, type: "duration" };
    }
    case "string":
      return { expr: { kind: "constant", value: expr.value }, type: "text" };
    case "name":
    case "call":
      return namedOf(context, scope, expr);
    case "field":
      return fieldOf(context, scope, expr);
    case "not": {
      const operand = truthOf(context, scope, expr.operand);
      return operand && { expr: { kind: "not", operand }, type: "bool" };
    }
    case "minus": {
      const zero: LogExpr = { kind: "constant", value: 0n };
      return arithmeticOf(
        context,
        "-",
        { expr: zero, type: "int" },
        typedOf(context, scope, expr.operand),
        expr,
      );
    }
    case "binary":
      return binaryOf(context, scope, expr);
    case "conditional":
      return conditionalOf(context, scope, expr);
    case "quantified":
      return quantifiedOf(context, scope, expr);
    case "temporal":
    case "temporalBinary": {
      const past = pastOf(context, scope, expr, truthOf);
      return past && { expr: past, type: "bool" };
    }
    case "at":
      context.report(looksAhead("at", "a condition", expr.span));
      return undefined;
    case "wildcard":
      context.report(misplaced("`_`", "only an argument of an event can be left open", expr.span));
      return undefined;
    case "interval":
      context.report(misplaced("`from … until …`", "intervals are definitions", expr.span));
      return undefined;
    case "none":
    case "index":
    case "setLiteral":
    case "listLiteral":
    case "comprehension":
      context.report(notInLogs(NOT_IN_LOGS[expr.kind], expr.span));
      return undefined;
  }
}

const NOT_IN_LOGS = {
  none: "`none`",
  index: "maps or lists",
  setLiteral: "sets",
  listLiteral: "lists",
  comprehension: "sets",
} as const;

function namedOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "name" | "call" }>,
): Typed | undefined {
  const bound = boundOf(scope, expr);
  if (bound?.kind === "variable") {
    const { variable } = bound;
    if (variable.kind === "interval") {
      context.report(misplaced("an interval", "say `.begin` or `.end`", expr.span));
      return undefined;
    }
    variable.kind = "id";
    return { expr: { kind: "slot", slot: variable.slot }, type: "id", variable };
  }
  if (bound?.kind === "value") {
    return { expr: { kind: "constant", value: bound.value }, type: bound.type };
  }
  const name = calledName(expr);
  const definition = name === undefined ? undefined : context.definitions.get(name);
  if (name === undefined || definition === undefined || context.eventIndex.has(name)) {
    const occurrence = occurrenceOf(context, scope, expr);
    return occurrence && { expr: { kind: "occurs", ...occurrence }, type: "bool" };
  }
  if (definition.value.kind === "interval") {
    context.report(misplaced("an interval", "quantify over it: `o in …`", expr.span));
    return undefined;
  }
  if (context.open.includes(name)) {
    context.report(circularDefinition(name, expr.span));
    return undefined;
  }
  const inner = expand(context, scope, definition, expr);
  if (inner === undefined) return undefined;
  context.open.push(name);
  const typed = typedOf(context, inner, definition.value);
  context.open.pop();
  return typed;
}

/** `o.begin`, `o.end`, `roundTrip(c, _).sent` */
function fieldOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "field" }>,
): Typed | undefined {
  const { object, field } = expr;
  const bound = boundOf(scope, object);
  if (bound?.kind === "variable") {
    const { variable } = bound;
    const isMoment = field.text === "begin" || field.text === "end";
    if (isMoment && variable.kind !== "id") {
      variable.kind = "interval";
      const moment = { kind: "moment", slot: variable.slot, end: field.text === "end" } as const;
      return { expr: moment, type: "time" };
    }
    context.report(
      wrongType("an interval with `begin` and `end`", describeVariable(variable), object.span),
    );
    return undefined;
  }
  const occurrence = occurrenceOf(context, scope, object);
  if (occurrence === undefined) return undefined;
  const event = context.events[occurrence.event];
  const parameters = event?.parameters ?? [];
  const parameter = parameters.findIndex(({ name }) => name === field.text);
  const declared = parameters[parameter];
  if (event === undefined || declared === undefined) {
    const names = parameters.map(({ name }) => name);
    context.report(unknownParameter(event?.name ?? "", field.text, field.span, names));
    return undefined;
  }
  const sort = declared.type === "id" ? declared.name : undefined;
  return { expr: { kind: "parameter", parameter, ...occurrence }, type: declared.type, sort };
}

function binaryOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "binary" }>,
): Typed | undefined {
  const { operator } = expr;
  if (operator === "and" || operator === "or" || operator === "implies") {
    const left = truthOf(context, scope, expr.left);
    const right = truthOf(context, scope, expr.right);
    if (left === undefined || right === undefined) return undefined;
    if (operator !== "implies") {
      return { expr: { kind: operator, operands: [left, right] }, type: "bool" };
    }
    const operands: LogExpr[] = [{ kind: "not", operand: left }, right];
    return { expr: { kind: "or", operands }, type: "bool" };
  }
  if (operator === "in" || operator === "not in" || operator === "%") {
    context.report(notInLogs(operator === "%" ? "remainders" : "sets", expr.span));
    return undefined;
  }
  if (operator === "+" || operator === "-" || operator === "*") {
    const left = typedOf(context, scope, expr.left);
    return arithmeticOf(context, operator, left, typedOf(context, scope, expr.right), expr);
  }
  const sides = sidesOf(context, scope, expr);
  if (sides === undefined) return undefined;
  const [left, right] = sides;
  const ordered = ["int", "duration", "time"].includes(left.type);
  const fits = left.type === right.type && sameSort(left, right);
  if (!fits || (!ordered && operator !== "==" && operator !== "!=")) {
    const wanted = fits ? "a number, a duration or a time" : describe(left);
    context.report(wrongType(wanted, describe(right), expr.right.span));
    return undefined;
  }
  return { expr: { kind: "compare", operator, left: left.expr, right: right.expr }, type: "bool" };
}

/** Both sides of a comparison; `client` and `server` are sides when the other one is a side. */
function sidesOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "binary" }>,
): readonly [Typed, Typed] | undefined {
  const right = freeSide(context, scope, expr.right);
  const left = freeSide(context, scope, expr.left) ?? typedOf(context, scope, expr.left);
  const other = right ?? typedOf(context, scope, expr.right);
  return left === undefined || other === undefined ? undefined : [left, other];
}

function freeSide(context: LogContext, scope: Scope, expr: Expr): Typed | undefined {
  if (expr.kind !== "name" || scope.names.has(expr.name)) return undefined;
  if (context.eventIndex.has(expr.name) || context.definitions.has(expr.name)) return undefined;
  const value = sideOf(expr.name);
  return value === undefined ? undefined : { expr: { kind: "constant", value }, type: "side" };
}

function sameSort(left: Typed, right: Typed): boolean {
  const sort = left.variable?.sort ?? left.sort;
  const other = right.variable?.sort ?? right.sort;
  return sort === undefined || other === undefined || sort === other;
}

/** Times, durations and numbers: `time - time`, `time ± duration`, `duration * number`, … */
function arithmeticOf(
  context: LogContext,
  operator: "+" | "-" | "*",
  left: Typed | undefined,
  right: Typed | undefined,
  expr: Expr,
): Typed | undefined {
  if (left === undefined || right === undefined) return undefined;
  const type = resultOf(operator, left.type, right.type);
  if (type === undefined) {
    const wanted = "numbers, durations or times that go together";
    context.report(
      wrongType(wanted, `${describe(left)} ${operator} ${describe(right)}`, expr.span),
    );
    return undefined;
  }
  if (left.expr.kind === "constant" && right.expr.kind === "constant") {
    const value = calculate(operator, left.expr.value, right.expr.value);
    return { expr: { kind: "constant", value }, type };
  }
  return { expr: { kind: "arithmetic", operator, left: left.expr, right: right.expr }, type };
}

function calculate(operator: "+" | "-" | "*", left: unknown, right: unknown): bigint {
  const a = typeof left === "bigint" ? left : 0n;
  const b = typeof right === "bigint" ? right : 0n;
  return operator === "+" ? a + b : operator === "-" ? a - b : a * b;
}

function resultOf(
  operator: "+" | "-" | "*",
  left: LogParameterType,
  right: LogParameterType,
): LogParameterType | undefined {
  const both = `${left} ${operator} ${right}`;
  if (both === "time - time") return "duration";
  if (both === "time + duration" || both === "time - duration" || both === "duration + time") {
    return "time";
  }
  if (operator === "*") {
    return both === "duration * int" || both === "int * duration"
      ? "duration"
      : both === "int * int"
        ? "int"
        : undefined;
  }
  // The sign of a duration: 0 - 2s.
  if (both === "int - duration") return "duration";
  return left === right && (left === "int" || left === "duration") ? left : undefined;
}

function conditionalOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "conditional" }>,
): Typed | undefined {
  const condition = truthOf(context, scope, expr.condition);
  const then = truthOf(context, scope, expr.then);
  const otherwise = truthOf(context, scope, expr.else);
  if (condition === undefined || then === undefined || otherwise === undefined) return undefined;
  const operands: LogExpr[] = [
    { kind: "and", operands: [condition, then] },
    { kind: "and", operands: [{ kind: "not", operand: condition }, otherwise] },
  ];
  return { expr: { kind: "or", operands }, type: "bool" };
}

/** A quantifier inside a condition: it looks at the ids and intervals seen so far. */
function quantifiedOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "quantified" }>,
): Typed | undefined {
  const [binder, ...rest] = expr.binders;
  if (binder === undefined) return undefined;
  const domain = domainOf(context, scope, binder.domain);
  if (domain === undefined) return undefined;
  const ahead = looksAheadBy(context, expr.body);
  if (ahead !== undefined) {
    context.report(looksAhead(ahead, "an inner quantifier", expr.body.span));
    return undefined;
  }
  const sort = sortOf(context, domain);
  const kind = sort === undefined ? "interval" : "id";
  const { scope: inner, variable } = bindVariable(scope, binder.name.text, kind, sort);
  const { quantifier } = expr;
  if (rest.length > 0 && quantifier === "count") {
    context.report(
      misplaced("a second binder", "count one thing at a time", rest[0]?.name.span ?? expr.span),
    );
    return undefined;
  }
  const body =
    rest.length > 0
      ? quantifiedOf(context, inner, { ...expr, binders: rest })?.expr
      : truthOf(context, inner, expr.body);
  if (body === undefined) return undefined;
  const type = quantifier === "count" ? "int" : "bool";
  return { expr: { kind: "quantified", quantifier, slot: variable.slot, domain, body }, type };
}

/** The sort of the ids of a domain; undefined for intervals. */
export function sortOf(
  context: LogContext,
  domain: Extract<LogExpr, { kind: "quantified" }>["domain"],
): string | undefined {
  return domain.kind === "seen"
    ? context.events[domain.event]?.parameters[domain.parameter]?.name
    : undefined;
}

function describe(typed: Typed): string {
  if (typed.variable !== undefined) return describeVariable(typed.variable);
  return typed.sort === undefined ? describeType(typed.type) : `an id of kind \`${typed.sort}\``;
}
