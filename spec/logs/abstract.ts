/**
 * Making an expression independent of the place where it stands.
 *
 *     not reset(slot 3) since established(slot 3)   →   table with 1 id, called with slot 3
 *
 * The ids that an operand mentions are renumbered from 0 in the order of their first use, and
 * variables of inner quantifiers come after them. Equal texts then give equal tables, whoever uses
 * them.
 */
import type { LogArgument, LogDomain, LogExpr, PastOperator } from "../log.ts";

/** The slots that `expr` uses and does not bind itself, in the order of their first use. */
export function freeSlots(expr: LogExpr): readonly number[] {
  const free: number[] = [];
  walk(expr, new Set(), (slot) => {
    if (!free.includes(slot)) free.push(slot);
  });
  return free;
}

function walk(expr: LogExpr, bound: ReadonlySet<number>, use: (slot: number) => void): void {
  const see = (slot: number): void => {
    if (!bound.has(slot)) use(slot);
  };
  const seeAll = (list: readonly LogArgument[]): void => {
    for (const argument of list) if (argument.kind === "slot") see(argument.slot);
  };
  switch (expr.kind) {
    case "slot":
    case "moment":
      see(expr.slot);
      return;
    case "occurs":
    case "parameter":
      seeAll(expr.arguments);
      return;
    case "past":
      for (const slot of expr.slots) see(slot);
      return;
    case "quantified":
      if (expr.domain.kind === "intervals") seeAll(expr.domain.arguments);
      walk(expr.body, new Set([...bound, expr.slot]), use);
      return;
    default:
      for (const part of partsOf(expr)) walk(part, bound, use);
  }
}

/** The expressions directly inside `expr`. */
export function partsOf(expr: LogExpr): readonly LogExpr[] {
  switch (expr.kind) {
    case "passed":
      return [expr.moment];
    case "compare":
    case "arithmetic":
      return [expr.left, expr.right];
    case "not":
      return [expr.operand];
    case "and":
    case "or":
      return expr.operands;
    case "quantified":
      return [expr.body];
    default:
      return [];
  }
}

/** `expr` with its slots renumbered: free ones by `places`, inner ones from `next` on. */
export function renumber(
  expr: LogExpr,
  places: ReadonlyMap<number, number>,
  next: number,
): LogExpr {
  const place = (slot: number): number => places.get(slot) ?? slot;
  const again = (part: LogExpr): LogExpr => renumber(part, places, next);
  const argument = (given: LogArgument): LogArgument =>
    given.kind === "slot" ? { kind: "slot", slot: place(given.slot) } : given;
  switch (expr.kind) {
    case "constant":
      return expr;
    case "slot":
      return { ...expr, slot: place(expr.slot) };
    case "moment":
      return { ...expr, slot: place(expr.slot) };
    case "occurs":
    case "parameter":
      return { ...expr, arguments: expr.arguments.map(argument) };
    case "passed":
      return { ...expr, moment: again(expr.moment) };
    case "compare":
    case "arithmetic":
      return { ...expr, left: again(expr.left), right: again(expr.right) };
    case "not":
      return { ...expr, operand: again(expr.operand) };
    case "and":
    case "or":
      return { ...expr, operands: expr.operands.map(again) };
    case "past":
      return { ...expr, slots: expr.slots.map(place) };
    case "quantified": {
      const domain: LogDomain =
        expr.domain.kind === "seen"
          ? expr.domain
          : { ...expr.domain, arguments: expr.domain.arguments.map(argument) };
      const inner = new Map(places).set(expr.slot, next);
      return { ...expr, domain, slot: next, body: renumber(expr.body, inner, next + 1) };
    }
  }
}

/**
 * The events that `expr` names without one of the ids in slots below `count`. They concern every
 * combination of ids, so they are positions of all of them.
 */
export function sharedEvents(
  expr: LogExpr,
  count: number,
  past: readonly PastOperator[],
): readonly number[] {
  const events = new Set<number>();
  collect(expr, (slot) => slot < count, past, events);
  return [...events].toSorted((a, b) => a - b);
}

function collect(
  expr: LogExpr,
  isId: (slot: number) => boolean,
  past: readonly PastOperator[],
  events: Set<number>,
): void {
  if (expr.kind === "occurs" || expr.kind === "parameter") {
    if (!expr.arguments.some((given) => given.kind === "slot" && isId(given.slot))) {
      events.add(expr.event);
    }
    return;
  }
  if (expr.kind === "past") {
    const operator = past[expr.operator];
    const inner = (slot: number): boolean => {
      const outer = expr.slots[slot];
      return outer !== undefined && isId(outer);
    };
    for (const part of [operator?.left, operator?.right]) {
      if (part !== undefined) collect(part, inner, past, events);
    }
    return;
  }
  for (const part of partsOf(expr)) collect(part, isId, past, events);
}

/** Whether `expr` looks at intervals: at a moment of one, or at all of them. */
export function mentionsInterval(expr: LogExpr): boolean {
  if (expr.kind === "moment") return true;
  if (expr.kind === "quantified" && expr.domain.kind === "intervals") return true;
  return partsOf(expr).some(mentionsInterval);
}
