/**
 * Properties of a log: the quantifiers at the head, and what has to hold for each assignment.
 *
 *     forall c in established.conn, o in outage:  P implies not lost(c) until proven(c, o)
 *     └──────────── binders ──────────────────┘   └────────── formula, negations inside ─┘
 *
 * Negation is pushed down to conditions while the formula is built: `not (a until b)` becomes
 * `not a release not b`. The left side of `leads to` is judged at every position, unless it speaks
 * of one moment with `at`; then there is one obligation.
 */
import type { Bound, Formula, LogBinder, LogExpr, ResolvedProperty } from "../log.ts";
import type { Expr, PropertyDeclaration, Within } from "../syntax.ts";
import { freeSlots, partsOf, sharedEvents } from "./abstract.ts";
import { calledName, looksAheadBy, mentionsAt } from "./ahead.ts";
import { bindVariable, emptyScope, type LogContext, type Scope } from "./context.ts";
import { circularDefinition, looksAhead, notAMoment, unbounded } from "./errors.ts";
import { sortOf, timeOf, truthOf } from "./expressions.ts";
import { boundOf, domainOf, expand } from "./terms.ts";

/** What `resolveProperty` collects besides the formula. */
interface Collected {
  hasPremise: boolean;
}

/** Resolves a property, an invariant or a goal; undefined after a message. */
export function resolveProperty(
  context: LogContext,
  declared: PropertyDeclaration,
): ResolvedProperty | undefined {
  const head = peel(context, declared.value);
  if (head === undefined) return undefined;
  const { binders, quantifier, scope, body } = head;
  const collected: Collected = { hasPremise: false };
  const formula = formulaFor(context, scope, declared.kind, body, collected);
  if (formula === undefined) return undefined;
  const exprs = exprsOf(formula, context);
  const shared = new Set(
    exprs.flatMap((expr) => [...sharedEvents(expr, binders.length, context.past)]),
  );
  return {
    name: declared.name.text,
    kind: declared.kind,
    span: declared.span,
    onLoss: declared.onLoss ?? "inconclusive",
    quantifier: declared.kind === "reachable" ? "exists" : quantifier,
    binders,
    formula,
    hasPremise: collected.hasPremise,
    shared: [...shared].toSorted((a, b) => a - b),
    usesCapture: exprs.some((expr) => usesCapture(context, expr)),
    offsets: exprs.flatMap((expr) => offsetsOf(expr, binders.length)),
  };
}

function formulaFor(
  context: LogContext,
  scope: Scope,
  kind: PropertyDeclaration["kind"],
  body: Expr,
  collected: Collected,
): Formula | undefined {
  if (kind === "property") {
    return formulaOf(context, scope, body, false, collected);
  }
  const operand = formulaOf(context, scope, body, false, collected);
  if (operand === undefined) return undefined;
  if (kind === "reachable") {
    collected.hasPremise = false;
    return { kind: "eventually", operand, bound: undefined };
  }
  return { kind: "always", operand, bound: undefined };
}

interface Head {
  readonly quantifier: "forall" | "exists";
  readonly binders: readonly LogBinder[];
  readonly scope: Scope;
  readonly body: Expr;
}

/** Takes the quantifiers at the head of a property; undefined after a message. */
function peel(context: LogContext, value: Expr): Head | undefined {
  let scope = emptyScope();
  let body = value;
  const binders: LogBinder[] = [];
  let quantifier: "forall" | "exists" | undefined;
  while (body.kind === "quantified" && body.quantifier !== "count") {
    if (quantifier !== undefined && body.quantifier !== quantifier) break;
    quantifier = body.quantifier;
    for (const binder of body.binders) {
      const domain = domainOf(context, scope, binder.domain);
      if (domain === undefined) return undefined;
      const sort = sortOf(context, domain);
      const kind = sort === undefined ? "interval" : "id";
      const interval = domain.kind === "intervals" ? domain.interval : undefined;
      scope = bindVariable(scope, binder.name.text, kind, sort, interval).scope;
      binders.push({ name: binder.name.text, domain, sort });
    }
    body = body.body;
  }
  return { quantifier: quantifier ?? "forall", binders, scope, body };
}

/** The formula of `expr`, or of its negation; undefined after a message. */
function formulaOf(
  context: LogContext,
  scope: Scope,
  expr: Expr,
  negated: boolean,
  collected: Collected,
): Formula | undefined {
  if (looksAheadBy(context, expr) === undefined && !isImplication(expr)) {
    return conditionOf(context, scope, expr, negated);
  }
  switch (expr.kind) {
    case "not":
      return formulaOf(context, scope, expr.operand, !negated, collected);
    case "binary":
      return connectiveOf(context, scope, expr, negated, collected);
    case "temporal":
    case "temporalBinary":
      return temporalOf(context, scope, expr, negated, collected);
    case "at":
      return momentOf(context, scope, expr, negated);
    case "conditional": {
      const yes = { ...binary("and", expr.condition, expr.then) };
      const no = binary(
        "and",
        { kind: "not", span: expr.span, operand: expr.condition },
        expr.else,
      );
      return formulaOf(context, scope, binary("or", yes, no), negated, collected);
    }
    case "name":
    case "call":
      return expandedOf(context, scope, expr, negated, collected);
    default: {
      const operator = looksAheadBy(context, expr) ?? "implies";
      const place = expr.kind === "quantified" ? "an inner quantifier" : "a condition";
      context.report(looksAhead(operator, place, expr.span));
      return undefined;
    }
  }
}

function isImplication(expr: Expr): boolean {
  return expr.kind === "binary" && expr.operator === "implies";
}

function binary(operator: "and" | "or", left: Expr, right: Expr): Expr {
  return { kind: "binary", span: left.span, operator, left, right };
}

function conditionOf(
  context: LogContext,
  scope: Scope,
  expr: Expr,
  negated: boolean,
): Formula | undefined {
  const truth = truthOf(context, scope, expr);
  if (truth === undefined) return undefined;
  return { kind: "state", expr: negated ? { kind: "not", operand: truth } : truth };
}

function connectiveOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "binary" }>,
  negated: boolean,
  collected: Collected,
): Formula | undefined {
  const { operator } = expr;
  if (operator !== "and" && operator !== "or" && operator !== "implies") {
    context.report(looksAhead(looksAheadBy(context, expr) ?? operator, "a comparison", expr.span));
    return undefined;
  }
  const implies = operator === "implies";
  const left = formulaOf(context, scope, expr.left, implies ? !negated : negated, collected);
  const right = formulaOf(context, scope, expr.right, negated, collected);
  if (left === undefined || right === undefined) return undefined;
  const kind = (operator === "and") === negated ? "or" : "and";
  if (!implies || negated) return { kind: implies ? "and" : kind, operands: [left, right] };
  collected.hasPremise = true;
  return { kind: "or", operands: [{ kind: "premise", operand: left }, right] };
}

function temporalOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "temporal" | "temporalBinary" }>,
  negated: boolean,
  collected: Collected,
): Formula | undefined {
  const { operator } = expr;
  if (operator === "leads to") return leadsTo(context, scope, expr, negated, collected);
  if (!["always", "eventually", "until"].includes(operator)) {
    context.report(
      looksAhead(looksAheadBy(context, expr) ?? operator, `\`${operator}\``, expr.span),
    );
    return undefined;
  }
  const bound = boundsOf(context, scope, expr.within);
  if (bound === false) return undefined;
  if (expr.kind === "temporal") {
    const operand = formulaOf(context, scope, expr.operand, negated, collected);
    const kind = (operator === "always") === negated ? "eventually" : "always";
    return operand && { kind, operand, bound };
  }
  const left = formulaOf(context, scope, expr.left, negated, collected);
  const right = formulaOf(context, scope, expr.right, negated, collected);
  if (left === undefined || right === undefined) return undefined;
  return { kind: negated ? "release" : "until", left, right, bound };
}

/** `p leads to q`: always (p implies eventually q); with `at` in p, p implies eventually q. */
function leadsTo(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "temporal" | "temporalBinary" }>,
  negated: boolean,
  collected: Collected,
): Formula | undefined {
  if (expr.kind !== "temporalBinary") return undefined;
  const bound = boundsOf(context, scope, expr.within);
  const left = formulaOf(context, scope, expr.left, !negated, collected);
  const right = formulaOf(context, scope, expr.right, negated, collected);
  if (bound === false || left === undefined || right === undefined) return undefined;
  const once = mentionsAt(context, expr.left);
  if (negated) {
    const operand: Formula = {
      kind: "and",
      operands: [left, { kind: "always", operand: right, bound }],
    };
    return once ? operand : { kind: "eventually", operand, bound: undefined };
  }
  collected.hasPremise = true;
  const answered: Formula = { kind: "eventually", operand: right, bound };
  const operand: Formula = { kind: "or", operands: [{ kind: "premise", operand: left }, answered] };
  return once ? operand : { kind: "always", operand, bound: undefined };
}

/** The bound of an operator; undefined without one, false after a message. */
function boundsOf(
  context: LogContext,
  scope: Scope,
  within: Within | undefined,
): Bound | undefined | false {
  if (within === undefined) return undefined;
  const duration = BigInt(within.duration.nanoseconds);
  if (within.after === undefined) return { duration, after: undefined };
  const after = timeOf(context, scope, within.after);
  if (after === undefined) return false;
  if (offsetOf(after) === undefined) {
    context.report(notAMoment("`after`", within.after.span));
    return false;
  }
  return { duration, after };
}

/** `e at o.end + 2s`, where `o` is bound at the head. */
function momentOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "at" }>,
  negated: boolean,
): Formula | undefined {
  const ahead = looksAheadBy(context, expr.operand);
  if (ahead !== undefined) {
    context.report(looksAhead(ahead, "`at`", expr.operand.span));
    return undefined;
  }
  const operand = truthOf(context, scope, expr.operand);
  const moment = timeOf(context, scope, expr.moment);
  if (operand === undefined || moment === undefined) return undefined;
  const place = offsetOf(moment);
  const interval = place === undefined ? undefined : scope.slots[place.slot]?.interval;
  if (place === undefined || interval === undefined) {
    context.report(notAMoment("`at`", expr.moment.span));
    return undefined;
  }
  const others = freeSlots(operand).filter((slot) => slot !== place.slot);
  const [id] = others;
  const sort = id === undefined ? undefined : scope.slots[id]?.sort;
  if (others.length > 1 || (id !== undefined && sort === undefined)) {
    const title = "`at` remembers a condition about more than one id";
    const note = "split it, or say with `until` what may not happen before the moment";
    context.report(unbounded(title, "about several ids or intervals", expr.operand.span, note));
    return undefined;
  }
  const value = {
    operand,
    interval,
    ...place,
    id: id === undefined || sort === undefined ? undefined : { slot: id, sort },
  };
  context.moments.push(value);
  return { kind: "at", moment: context.moments.length - 1, negated };
}

function expandedOf(
  context: LogContext,
  scope: Scope,
  expr: Extract<Expr, { kind: "name" | "call" }>,
  negated: boolean,
  collected: Collected,
): Formula | undefined {
  const name = calledName(expr) ?? "";
  const definition = boundOf(scope, expr) === undefined ? context.definitions.get(name) : undefined;
  if (definition === undefined) return conditionOf(context, scope, expr, negated);
  if (context.open.includes(name)) {
    context.report(circularDefinition(name, expr.span));
    return undefined;
  }
  const inner = expand(context, scope, definition, expr);
  if (inner === undefined) return undefined;
  context.open.push(name);
  const formula = formulaOf(context, inner, definition.value, negated, collected);
  context.open.pop();
  return formula;
}

// ---------------------------------------------------------------------------- what a formula
// mentions

/** All conditions of a formula. */
function exprsOf(formula: Formula, context: LogContext): readonly LogExpr[] {
  switch (formula.kind) {
    case "state":
      return [formula.expr];
    case "at": {
      const value = context.moments[formula.moment];
      if (value === undefined) return [];
      const start: LogExpr = { kind: "moment", slot: value.slot, end: value.end };
      const right: LogExpr = { kind: "constant", value: value.offset };
      const moment: LogExpr = { kind: "arithmetic", operator: "+", left: start, right };
      return [value.operand, { kind: "passed", moment }];
    }
    case "and":
    case "or":
      return formula.operands.flatMap((operand) => exprsOf(operand, context));
    case "until":
    case "release":
      return [...exprsOf(formula.left, context), ...exprsOf(formula.right, context)];
    default:
      return exprsOf(formula.operand, context);
  }
}

function usesCapture(context: LogContext, expr: LogExpr): boolean {
  if (expr.kind === "occurs" || expr.kind === "parameter") {
    return context.events[expr.event]?.captured === true;
  }
  if (expr.kind === "past") {
    const operator = context.past[expr.operator];
    return [operator?.left, operator?.right].some(
      (part) => part !== undefined && usesCapture(context, part),
    );
  }
  return partsOf(expr).some((part) => usesCapture(context, part));
}

/** A moment with a constant distance: `o.end`, `o.end + 2s`. */
function offsetOf(
  expr: LogExpr,
): { readonly slot: number; readonly end: boolean; readonly offset: bigint } | undefined {
  if (expr.kind === "moment") return { slot: expr.slot, end: expr.end, offset: 0n };
  if (expr.kind !== "arithmetic" || expr.operator !== "+") return undefined;
  const { left, right } = expr;
  if (left.kind !== "moment" || right.kind !== "constant") return undefined;
  if (typeof right.value !== "bigint") return undefined;
  return { slot: left.slot, end: left.end, offset: right.value };
}

/** The moments of head binders at which a condition becomes true by itself. */
function offsetsOf(expr: LogExpr, binders: number): ResolvedProperty["offsets"] {
  const inner = partsOf(expr).flatMap((part) => offsetsOf(part, binders));
  if (expr.kind !== "passed") return inner;
  const place = offsetOf(expr.moment);
  if (place === undefined || place.slot >= binders || place.offset <= 0n) return inner;
  return [...inner, place];
}
