/**
 * Which concrete events feed a declared event, and how its parameters are filled.
 *
 *     event down(server: id) from "server.kill" if e.signal == "SIGKILL" where { server =
 *     e.instance }
 *
 * Without `from`, an event takes the concrete events of its own name, from an event log (`down`) or
 * from the connection tracker (`tcp.down`). A parameter that `where` does not set takes the field
 * of its name. The fields of concrete events have no declared types, so these expressions are
 * evaluated with the types that the recording has; what does not fit feeds nothing.
 */
import {
  type LogParameterType,
  LOG_PARAMETER_TYPES,
  type ResolvedEvent,
  type ResolvedParameter,
  type ResolvedSource,
  SOURCE_FUNCTIONS,
  type SourceExpr,
} from "../log.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Expr, LogEventDeclaration, LogEventSource } from "../syntax.ts";
import {
  badSourceExpression,
  declaredTwice,
  unknownParameter,
  unknownParameterType,
} from "./errors.ts";

type Report = (diagnostic: Diagnostic) => void;

/** Kinds that come from captures. */
const CAPTURED = /^(?:tcp|arp)\./;

/** Resolves a declared event. Mistakes are reported; what can be resolved is. */
export function resolveEvent(declared: LogEventDeclaration, report: Report): ResolvedEvent {
  const name = declared.name.text;
  const parameters: ResolvedParameter[] = [];
  for (const { name: parameter, type } of declared.parameters) {
    const known = LOG_PARAMETER_TYPES.find((one): one is LogParameterType => one === type.text);
    const twin = declared.parameters.find((other) => other.name.text === parameter.text);
    if (twin !== undefined && twin.name !== parameter) {
      report(declaredTwice(parameter.text, parameter.span, twin.name.span));
      continue;
    }
    if (known === undefined) {
      report(unknownParameterType(type.text, type.span, LOG_PARAMETER_TYPES));
    }
    parameters.push({ name: parameter.text, type: known ?? "id" });
  }
  const sources =
    declared.sources.length === 0
      ? [name, `tcp.${name}`].map((kind) => plainSource(kind, parameters))
      : declared.sources.map((source) => resolveSource(name, source, parameters, report));
  return {
    name,
    span: declared.span,
    parameters,
    final: declared.final,
    sources,
    captured: sources.some(({ kind }) => CAPTURED.test(kind)),
  };
}

function plainSource(kind: string, parameters: readonly ResolvedParameter[]): ResolvedSource {
  return { kind, condition: undefined, values: parameters.map(({ name }) => field(name)) };
}

function field(name: string): SourceExpr {
  return { kind: "field", name };
}

function resolveSource(
  event: string,
  source: LogEventSource,
  parameters: readonly ResolvedParameter[],
  report: Report,
): ResolvedSource {
  const given = new Map<string, SourceExpr>();
  for (const { name, value } of source.where) {
    const resolved = sourceExprOf(value, report);
    if (!parameters.some((parameter) => parameter.name === name.text)) {
      const names = parameters.map((parameter) => parameter.name);
      report(unknownParameter(event, name.text, name.span, names));
    } else if (given.has(name.text)) {
      const first = source.where.find((other) => other.name.text === name.text);
      report(declaredTwice(name.text, name.span, first?.name.span ?? name.span));
    } else if (resolved !== undefined) {
      given.set(name.text, resolved);
    }
  }
  return {
    kind: source.event,
    condition: source.condition === undefined ? undefined : sourceExprOf(source.condition, report),
    values: parameters.map(({ name }) => given.get(name) ?? field(name)),
  };
}

/** An expression over the fields of `e`; undefined after a message. */
function sourceExprOf(expr: Expr, report: Report): SourceExpr | undefined {
  switch (expr.kind) {
    case "number":
      return { kind: "constant", value: BigInt(expr.value) };
    case "duration":
      return { kind: "constant", value: BigInt(expr.duration.nanoseconds) };
    case "bool":
    case "string":
      return { kind: "constant", value: expr.value };
    case "none":
      return { kind: "constant", value: null };
    case "field": {
      const path = pathOf(expr);
      if (path !== undefined) return field(path);
      break;
    }
    case "not":
    case "minus": {
      const operand = sourceExprOf(expr.operand, report);
      return operand && { kind: expr.kind, operand };
    }
    case "binary":
      return binaryOf(expr, report);
    case "conditional": {
      const condition = sourceExprOf(expr.condition, report);
      const then = sourceExprOf(expr.then, report);
      const otherwise = sourceExprOf(expr.else, report);
      if (condition === undefined || then === undefined || otherwise === undefined)
        return undefined;
      return { kind: "conditional", condition, then, else: otherwise };
    }
    case "call":
      return callOf(expr, report);
    default:
      break;
  }
  report(badSourceExpression("this", expr.span));
  return undefined;
}

/** `mac.client` of `e.mac.client`; undefined when the root is not `e`. */
function pathOf(expr: Expr): string | undefined {
  if (expr.kind !== "field") return undefined;
  if (expr.object.kind === "name") return expr.object.name === "e" ? expr.field.text : undefined;
  const before = pathOf(expr.object);
  return before === undefined ? undefined : `${before}.${expr.field.text}`;
}

function binaryOf(expr: Extract<Expr, { kind: "binary" }>, report: Report): SourceExpr | undefined {
  const { operator } = expr;
  if (operator === "in" || operator === "not in" || operator === "%") {
    report(badSourceExpression(`\`${operator}\``, expr.span));
    return undefined;
  }
  const left = sourceExprOf(expr.left, report);
  const right = sourceExprOf(expr.right, report);
  if (left === undefined || right === undefined) return undefined;
  return { kind: "binary", operator, left, right };
}

function callOf(expr: Extract<Expr, { kind: "call" }>, report: Report): SourceExpr | undefined {
  const name = expr.callee.kind === "name" ? expr.callee.name : "";
  const known = SOURCE_FUNCTIONS.find((one) => one === name);
  if (known === undefined || (known === "each" && expr.arguments.length !== 1)) {
    report(badSourceExpression(`\`${name}\``, expr.span));
    return undefined;
  }
  const converted: SourceExpr[] = [];
  for (const argument of expr.arguments) {
    const resolved = sourceExprOf(argument, report);
    if (resolved === undefined) return undefined;
    converted.push(resolved);
  }
  return { kind: "call", function: known, arguments: converted };
}
