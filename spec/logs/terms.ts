/**
 * Names, arguments and domains of the expressions of a log.
 *
 * The sort of an id is the name of its parameter: everything called `conn` is one kind of id. A
 * variable keeps the sort of the quantifier that binds it, so handing a server where an event wants
 * a connection is found before any recording is read.
 */
import type { LogArgument, LogDomain, LogValue, ResolvedParameter } from "../log.ts";
import type { Span } from "../source.ts";
import type { DefDeclaration, Expr } from "../syntax.ts";
import { calledName } from "./ahead.ts";
import { type Bound, type LogContext, namesOf, type Scope, type Variable } from "./context.ts";
import {
  intervalOfIntervals,
  notADomain,
  unknownInLog,
  wrongArguments,
  wrongType,
} from "./errors.ts";

/** The arguments of a call; none for a bare name. */
export function argumentsOf(expr: Expr): readonly Expr[] {
  return expr.kind === "call" ? expr.arguments : [];
}

/** Reports that a name is unknown. */
export function reportUnknown(context: LogContext, scope: Scope, name: string, span: Span): void {
  context.report(unknownInLog(name, span, context.log, namesOf(context, scope)));
}

/** The index of the event and its arguments, padded with `_`; undefined after a message. */
export function occurrenceOf(
  context: LogContext,
  scope: Scope,
  expr: Expr,
): { readonly event: number; readonly arguments: readonly LogArgument[] } | undefined {
  const name = calledName(expr) ?? "";
  const event = context.eventIndex.get(name);
  const declared = event === undefined ? undefined : context.events[event];
  if (event === undefined || declared === undefined) {
    reportUnknown(context, scope, name, expr.span);
    return undefined;
  }
  const given = argumentsOf(expr);
  const { parameters } = declared;
  if (given.length > parameters.length) {
    const names = parameters.map((parameter) => parameter.name);
    context.report(wrongArguments(name, given.length, names, "event", expr.span));
    return undefined;
  }
  const converted: LogArgument[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const argument = given[index];
    const value =
      argument === undefined
        ? { kind: "wildcard" as const }
        : argumentOf(context, scope, argument, parameter);
    if (value === undefined) return undefined;
    converted.push(value);
  }
  return { event, arguments: converted };
}

/** One argument of an event. */
function argumentOf(
  context: LogContext,
  scope: Scope,
  expr: Expr,
  parameter: ResolvedParameter,
): LogArgument | undefined {
  if (expr.kind === "wildcard") return { kind: "wildcard" };
  const bound = boundOf(scope, expr);
  if (bound?.kind === "wildcard") return bound;
  if (bound?.kind === "variable") {
    if (parameter.type === "id" && takesSort(bound.variable, parameter.name)) {
      return { kind: "slot", slot: bound.variable.slot };
    }
    context.report(
      wrongType(describeParameter(parameter), describeVariable(bound.variable), expr.span),
    );
    return undefined;
  }
  const value =
    bound === undefined ? constantOf(expr, parameter) : valueFor(bound.value, parameter);
  if (value !== undefined) return { kind: "constant", value };
  if (expr.kind === "name" && bound === undefined && parameter.type !== "side") {
    reportUnknown(context, scope, expr.name, expr.span);
    return undefined;
  }
  context.report(wrongType(describeParameter(parameter), "something else", expr.span));
  return undefined;
}

/** What a name stands for in this scope. */
export function boundOf(scope: Scope, expr: Expr): Bound | undefined {
  return expr.kind === "name" ? scope.names.get(expr.name) : undefined;
}

/** Whether the variable can be an id of `sort`; a variable of unknown sort becomes one. */
export function takesSort(variable: Variable, sort: string): boolean {
  if (variable.kind === "interval") return false;
  variable.kind = "id";
  variable.sort ??= sort;
  return variable.sort === sort;
}

function constantOf(expr: Expr, parameter: ResolvedParameter): LogValue | undefined {
  switch (expr.kind) {
    case "bool":
      return parameter.type === "bool" ? expr.value : undefined;
    case "number":
      return parameter.type === "int" ? BigInt(expr.value) : undefined;
    case "duration":
      return parameter.type === "duration" ? BigInt(expr.duration.nanoseconds) : undefined;
    case "string":
      return parameter.type === "text" || parameter.type === "id" ? expr.value : undefined;
    case "name":
      return parameter.type === "side" ? sideOf(expr.name) : undefined;
    default:
      return undefined;
  }
}

/** `client` and `server` where a side is meant. */
export function sideOf(name: string): LogValue | undefined {
  return name === "client" || name === "server" ? name : undefined;
}

function valueFor(value: LogValue, parameter: ResolvedParameter): LogValue | undefined {
  const type = typeof value;
  const fits =
    (type === "bigint" && (parameter.type === "int" || parameter.type === "duration")) ||
    (type === "string" && (parameter.type === "text" || parameter.type === "id"));
  return fits ? value : undefined;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  bool: "a truth value",
  int: "a number",
  duration: "a duration",
  time: "a time",
  side: "a side (`client` or `server`)",
  text: "a text",
  id: "an id",
};

/** `a truth value`, for messages. */
export function describeType(type: string): string {
  return TYPE_WORDS[type] ?? type;
}

function describeParameter(parameter: ResolvedParameter): string {
  return parameter.type === "id"
    ? `an id of kind \`${parameter.name}\``
    : describeType(parameter.type);
}

/** `an id of kind conn`, for messages. */
export function describeVariable(variable: Variable): string {
  if (variable.kind === "interval") return "an interval";
  return variable.sort === undefined ? "an id" : `an id of kind \`${variable.sort}\``;
}

/** Binds the parameters of a definition to the caller's arguments; undefined after a message. */
export function expand(
  context: LogContext,
  scope: Scope,
  definition: DefDeclaration,
  call: Expr,
): Scope | undefined {
  const name = definition.name.text;
  const given = argumentsOf(call);
  const { parameters } = definition;
  if (given.length !== parameters.length) {
    const names = parameters.map((parameter) => parameter.name.text);
    context.report(wrongArguments(name, given.length, names, "definition", call.span));
    return undefined;
  }
  const names = new Map<string, Bound>();
  for (const [index, parameter] of parameters.entries()) {
    const argument = given[index];
    const bound = argument === undefined ? undefined : handIn(context, scope, argument);
    if (bound === undefined) return undefined;
    names.set(parameter.name.text, bound);
  }
  context.expanded.add(name);
  return { names, slots: scope.slots };
}

function handIn(context: LogContext, scope: Scope, expr: Expr): Bound | undefined {
  if (expr.kind === "wildcard") return { kind: "wildcard" };
  if (expr.kind === "number") return { kind: "value", value: BigInt(expr.value), type: "int" };
  if (expr.kind === "string") return { kind: "value", value: expr.value, type: "text" };
  if (expr.kind === "duration") {
    return { kind: "value", value: BigInt(expr.duration.nanoseconds), type: "duration" };
  }
  const bound = boundOf(scope, expr);
  if (bound !== undefined) return bound;
  if (expr.kind === "name") reportUnknown(context, scope, expr.name, expr.span);
  else context.report(wrongType("a variable or a constant", "an expression", expr.span));
  return undefined;
}

/** `established.conn`, `outage`, `appDown(s)`; undefined after a message. */
export function domainOf(context: LogContext, scope: Scope, expr: Expr): LogDomain | undefined {
  if (expr.kind === "field" && expr.object.kind === "name") {
    const event = context.eventIndex.get(expr.object.name);
    const parameters = event === undefined ? [] : (context.events[event]?.parameters ?? []);
    const parameter = parameters.findIndex(({ name }) => name === expr.field.text);
    if (event !== undefined && parameters[parameter]?.type === "id") {
      return { kind: "seen", event, parameter };
    }
  }
  const name = calledName(expr);
  if (name !== undefined && context.definitions.get(name)?.value.kind === "interval") {
    return intervalDomain(context, scope, expr, name);
  }
  context.report(notADomain("this", expr.span, domainsOf(context)));
  return undefined;
}

function intervalDomain(
  context: LogContext,
  scope: Scope,
  expr: Expr,
  name: string,
): LogDomain | undefined {
  const interval = context.intervalIndex.get(name);
  if (interval === undefined) context.report(intervalOfIntervals(name, expr.span));
  const definition = interval === undefined ? undefined : context.intervals[interval];
  if (interval === undefined || definition === undefined) return undefined;
  const given = argumentsOf(expr);
  if (given.length !== definition.sorts.length) {
    const names = context.definitions.get(name)?.parameters.map((one) => one.name.text) ?? [];
    context.report(wrongArguments(name, given.length, names, "definition", expr.span));
    return undefined;
  }
  const converted: LogArgument[] = [];
  for (const [index, sort] of definition.sorts.entries()) {
    const argument = given[index];
    const bound = argument === undefined ? undefined : boundOf(scope, argument);
    if (argument === undefined) return undefined;
    if (bound?.kind !== "variable" || !takesSort(bound.variable, sort)) {
      const found = bound?.kind === "variable" ? describeVariable(bound.variable) : "this";
      context.report(wrongType(`an id of kind \`${sort}\``, found, argument.span));
      return undefined;
    }
    converted.push({ kind: "slot", slot: bound.variable.slot });
  }
  return { kind: "intervals", interval, arguments: converted };
}

function domainsOf(context: LogContext): readonly string[] {
  const ids = context.events.flatMap(({ name, parameters }) =>
    parameters.flatMap((parameter) =>
      parameter.type === "id" ? [`${name}.${parameter.name}`] : [],
    ),
  );
  const intervals = [...context.definitions.values()].flatMap((definition) =>
    definition.value.kind === "interval" ? [definition.name.text] : [],
  );
  return [...ids, ...intervals];
}
