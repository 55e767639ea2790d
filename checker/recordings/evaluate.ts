/**
 * What a condition is at a position, on one rail.
 *
 * A past operator is a signal: between the positions of its row it keeps its value. On the wary
 * rail it is asked with a gap in between, unless the row has just had its position.
 */
import type { LogArgument, LogExpr, LogValue, PastOperator } from "../../spec/log.ts";
import type { Happening } from "./feed.ts";
import { EMPTY_MEMORY, type Memory, recall, suspect } from "./memory.ts";
import {
  type Binding,
  idRecord,
  type Interval,
  NEVER,
  type Row,
  rowKey,
  type View,
} from "./monitor-state.ts";
import { both, either, FALSE, not, TRUE, type Truth, truth, UNKNOWN } from "./truth.ts";

/** The variables of an expression, by slot. */
export type Environment = readonly Binding[];

/**
 * A value, `undefined` when an event that it reads does not happen, `null` when that is not known.
 */
type Reading = LogValue | undefined | null;

/** Whether the condition holds. */
export function evaluate(view: View, expr: LogExpr, env: Environment): Truth {
  switch (expr.kind) {
    case "constant":
      return truth(expr.value === true);
    case "occurs":
      return occurs(view, expr.event, expr.arguments, env);
    case "passed": {
      const moment = read(view, expr.moment, env, undefined);
      return typeof moment === "bigint" ? truth(moment <= view.now) : UNKNOWN;
    }
    case "compare":
      return compare(view, expr, env);
    case "not":
      return not(evaluate(view, expr.operand, env));
    case "and":
      return fold(view, expr.operands, env, both, FALSE, TRUE);
    case "or":
      return fold(view, expr.operands, env, either, TRUE, FALSE);
    case "past":
      return askRow(view, expr.operator, expr.slots, env);
    case "quantified":
      return expr.quantifier === "exists"
        ? quantify(view, expr, env, either, TRUE, FALSE)
        : quantify(view, expr, env, both, FALSE, TRUE);
    default:
      return FALSE;
  }
}

function fold(
  view: View,
  operands: readonly LogExpr[],
  env: Environment,
  join: (left: Truth, right: Truth) => Truth,
  decided: Truth,
  start: Truth,
): Truth {
  let result = start;
  for (const operand of operands) {
    result = join(result, evaluate(view, operand, env));
    if (result === decided) return result;
  }
  return result;
}

// ---------------------------------------------------------------------------- events

function occurs(view: View, event: number, args: readonly LogArgument[], env: Environment): Truth {
  if (view.gap) return mayOccur(view, event, args, env) ? UNKNOWN : FALSE;
  for (const happening of view.position.happenings) {
    if (happening.event === event && matches(happening, args, env)) return TRUE;
  }
  return FALSE;
}

/** Whether the event may have happened where the recording may lack something. */
function mayOccur(
  view: View,
  event: number,
  args: readonly LogArgument[],
  env: Environment,
): boolean {
  const declared = view.state.log.events[event];
  if (declared === undefined || !declared.captured || declared.final) return false;
  return !args.some((argument, index) => {
    if (argument.kind !== "slot") return false;
    const id = env[argument.slot];
    const sort = declared.parameters[index]?.name ?? "";
    const record = typeof id === "string" ? idRecord(view.state, sort, id) : undefined;
    return record?.finished === true;
  });
}

/** Whether the happening has these arguments. An id that has not been seen matches nothing. */
export function matches(
  happening: Happening,
  args: readonly LogArgument[],
  env: Environment,
): boolean {
  for (let index = 0; index < args.length; index++) {
    const argument = args[index];
    if (argument === undefined || argument.kind === "wildcard") continue;
    const wanted = argument.kind === "slot" ? env[argument.slot] : argument.value;
    if (wanted !== happening.values[index]) return false;
  }
  return true;
}

// ---------------------------------------------------------------------------- values

/**
 * A comparison. Where it reads parameters of events, it is true when it is for one of the events
 * that happen here.
 */
function compare(view: View, expr: Extract<LogExpr, { kind: "compare" }>, env: Environment): Truth {
  if (!readsEvent(expr)) return comparePair(view, expr, env, undefined);
  if (view.gap) return comparePair(view, expr, env, undefined);
  let result: Truth = FALSE;
  for (const happening of view.position.happenings) {
    result = either(result, comparePair(view, expr, env, happening));
    if (result === TRUE) break;
  }
  return result;
}

function readsEvent(expr: LogExpr): boolean {
  if (expr.kind === "parameter") return true;
  return (
    (expr.kind === "compare" || expr.kind === "arithmetic") &&
    (readsEvent(expr.left) || readsEvent(expr.right))
  );
}

function comparePair(
  view: View,
  expr: Extract<LogExpr, { kind: "compare" }>,
  env: Environment,
  happening: Happening | undefined,
): Truth {
  const left = read(view, expr.left, env, happening);
  const right = read(view, expr.right, env, happening);
  if (left === undefined || right === undefined) return FALSE;
  if (left === null || right === null) return UNKNOWN;
  switch (expr.operator) {
    case "==":
      return truth(left === right);
    case "!=":
      return truth(left !== right);
    case "<":
      return truth(left < right);
    case "<=":
      return truth(left <= right);
    case ">":
      return truth(left > right);
    case ">=":
      return truth(left >= right);
  }
}

function read(
  view: View,
  expr: LogExpr,
  env: Environment,
  happening: Happening | undefined,
): Reading {
  switch (expr.kind) {
    case "constant":
      return expr.value;
    case "slot": {
      const id = env[expr.slot];
      return typeof id === "string" ? id : undefined;
    }
    case "parameter":
      if (view.gap) return mayOccur(view, expr.event, expr.arguments, env) ? null : undefined;
      if (happening?.event !== expr.event || !matches(happening, expr.arguments, env)) {
        return undefined;
      }
      return happening.values[expr.parameter];
    case "moment":
      return momentOf(view, env[expr.slot], expr.end);
    case "arithmetic": {
      const left = read(view, expr.left, env, happening);
      const right = read(view, expr.right, env, happening);
      if (left === undefined || right === undefined) return undefined;
      if (typeof left !== "bigint" || typeof right !== "bigint") return null;
      if (expr.operator === "*") return left * right;
      return expr.operator === "+" ? left + right : left - right;
    }
    case "quantified":
      return count(view, expr, env);
    default: {
      const value = evaluate(view, expr, env);
      return value === UNKNOWN ? null : value === TRUE;
    }
  }
}

/** The time of a moment. In the gap before the position that ends an interval, it has not ended. */
function momentOf(view: View, binding: Binding, end: boolean): bigint {
  if (binding === undefined || typeof binding === "string") return NEVER;
  if (!end) return binding.begin;
  return view.gap && binding.ended === view.position.index ? NEVER : binding.end;
}

// ---------------------------------------------------------------------------- quantifiers

function quantify(
  view: View,
  expr: Extract<LogExpr, { kind: "quantified" }>,
  env: Environment,
  join: (left: Truth, right: Truth) => Truth,
  decided: Truth,
  start: Truth,
): Truth {
  let result = start;
  for (const element of elementsOf(view, expr.domain, env)) {
    const inner = [...env];
    inner[expr.slot] = element;
    result = join(result, evaluate(view, expr.body, inner));
    if (result === decided) break;
  }
  return result;
}

function count(
  view: View,
  expr: Extract<LogExpr, { kind: "quantified" }>,
  env: Environment,
): Reading {
  if (expr.quantifier !== "count") {
    const value = evaluate(view, expr, env);
    return value === UNKNOWN ? null : value === TRUE;
  }
  let total = 0n;
  for (const element of elementsOf(view, expr.domain, env)) {
    const inner = [...env];
    inner[expr.slot] = element;
    const value = evaluate(view, expr.body, inner);
    if (value === UNKNOWN) return null;
    if (value === TRUE) total++;
  }
  return total;
}

const NO_ELEMENTS: readonly never[] = [];

/** The ids seen, or the intervals begun, up to this position. */
export function elementsOf(
  view: View,
  domain: Extract<LogExpr, { kind: "quantified" }>["domain"],
  env: Environment,
): readonly (string | Interval)[] {
  const { state } = view;
  if (domain.kind === "seen") {
    return state.seen.get(`${domain.event}.${domain.parameter}`)?.ids ?? NO_ELEMENTS;
  }
  const key = argumentKey(domain.arguments, env);
  return (
    (key === undefined ? undefined : state.intervals[domain.interval]?.get(key)) ?? NO_ELEMENTS
  );
}

/** The ids that arguments stand for, joined; undefined when one of them has not been seen. */
export function argumentKey(args: readonly LogArgument[], env: Environment): string | undefined {
  const ids: string[] = [];
  for (const argument of args) {
    const id = argument.kind === "slot" ? env[argument.slot] : undefined;
    if (typeof id !== "string") return undefined;
    ids.push(id);
  }
  return rowKey(ids);
}

// ---------------------------------------------------------------------------- the past

function askRow(view: View, operator: number, slots: readonly number[], env: Environment): Truth {
  const declared = view.state.log.past[operator];
  if (declared === undefined) return FALSE;
  const ids = slots.map((slot) => {
    const id = env[slot];
    return typeof id === "string" ? id : undefined;
  });
  const row = findRow(view, operator, ids);
  if (row === undefined) return recall(declared, EMPTY_MEMORY, view.position.time);
  return recall(declared, memoryOf(view, declared, row), view.position.time);
}

/** The row of these ids; that of ids never seen where an id has not been mentioned yet. */
function findRow(
  view: View,
  operator: number,
  ids: readonly (string | undefined)[],
): Row | undefined {
  const table = view.state.past[operator];
  const row = table?.rows.get(rowKey(ids));
  if (row !== undefined || ids.length === 0) return row;
  const sorts = view.state.log.past[operator]?.sorts ?? [];
  const known = ids.map((id, index) =>
    id !== undefined && idRecord(view.state, sorts[index] ?? "", id) !== undefined ? id : undefined,
  );
  return table?.rows.get(rowKey(known));
}

/** What the row remembers from where the view looks. */
export function memoryOf(view: View, operator: PastOperator, row: Row): Memory {
  if (!view.wary) return row.seen;
  const current = row.last === view.position.index;
  if (current) return view.gap ? row.gapped : row.wary;
  const gap: View = view.gap ? view : { ...view, gap: true };
  return gapMemory(gap, operator, row);
}

/** The wary memory with something missing after the row's last position. */
export function gapMemory(gap: View, operator: PastOperator, row: Row): Memory {
  const left = operator.left === undefined ? TRUE : evaluate(gap, operator.left, row.ids);
  const right = evaluate(gap, operator.right, row.ids);
  return suspect(operator.operator, row.wary, left, right, gap.position.time);
}
