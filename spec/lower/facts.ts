/**
 * Facts: which optional places are known to hold a value at a point of a text.
 *
 * Expressions of Libretto are total, so reading `m[k]` of an optional map needs `k in m` on the
 * path. A fact is the text of a place, in a normal form (`owner`, `app[c].conn`); that a map has an
 * entry is a fact of its own (`table[c]in`), since `2 in list` says nothing about `list[2]`.
 * Conditions give facts, assignments take them away. This is a flow check on the syntax tree, not a
 * proof system: it knows `!= none`, `==` with a present value, `in`, and the connectives around
 * them.
 *
 * Invariant: a fact is dropped whenever one of its names may mean something else or may have
 * changed. One variable has several names (`conn`, `self.conn`, `app[me].conn`), so a write drops
 * every fact that mentions the variable, whichever instance it belongs to.
 */
import type * as syntax from "../syntax.ts";

const EMPTY: ReadonlySet<string> = new Set();

/** Normal form of a place, or undefined when the expression is not one that can carry a fact. */
export function placeKey(expr: syntax.Expr): string | undefined {
  switch (expr.kind) {
    case "name":
      return expr.name;
    case "number":
      return String(expr.value);
    case "field": {
      const object = placeKey(expr.object);
      return object === undefined ? undefined : `${object}.${expr.field.text}`;
    }
    case "index": {
      const object = placeKey(expr.object);
      const index = placeKey(expr.index);
      return object === undefined || index === undefined ? undefined : `${object}[${index}]`;
    }
    default:
      return undefined;
  }
}

/** The fact that a map has an entry: `key` is that of the place `map[index]`. */
export function entryKey(key: string): string {
  return `${key}in`;
}

/** What the names of a condition stand for where it is written. */
export interface FactContext {
  /**
   * The body of a parameterless definition, so that its condition gives the facts it stands for.
   */
  readonly bodyOf: (name: string) => syntax.Expr | undefined;
  /** Does the fact, found in the body of a definition, speak of something else out here? */
  readonly isHidden: (fact: string) => boolean;
  /** Is the value of the expression never `none`? */
  readonly isPresent: (expr: syntax.Expr) => boolean;
}

/** Places known to be present when `condition` is `outcome`. */
export function factsOf(
  condition: syntax.Expr,
  outcome: boolean,
  context: FactContext,
): ReadonlySet<string> {
  if (condition.kind === "not") return factsOf(condition.operand, !outcome, context);
  if (condition.kind === "name") {
    const body = context.bodyOf(condition.name);
    if (body === undefined) return EMPTY;
    const inside = { ...context, bodyOf: () => undefined, isPresent: isLiteral };
    const facts = factsOf(body, outcome, inside);
    return new Set([...facts].filter((fact) => !context.isHidden(fact)));
  }
  if (condition.kind !== "binary") return EMPTY;
  const { operator, left, right } = condition;
  const both = (leftOutcome: boolean, rightOutcome: boolean): ReadonlySet<string> =>
    new Set([...factsOf(left, leftOutcome, context), ...factsOf(right, rightOutcome, context)]);
  if (operator === "and") return outcome ? both(true, true) : EMPTY;
  if (operator === "or") return outcome ? EMPTY : both(false, false);
  if (operator === "implies") return outcome ? EMPTY : both(true, false);
  return comparisonFacts(condition, outcome, context);
}

function isLiteral(expr: syntax.Expr): boolean {
  return expr.kind === "number" || expr.kind === "bool";
}

function comparisonFacts(
  condition: Extract<syntax.Expr, { kind: "binary" }>,
  outcome: boolean,
  context: FactContext,
): ReadonlySet<string> {
  const { operator, left, right } = condition;
  const facts = new Set<string>();
  const add = (expr: syntax.Expr): void => {
    const key = placeKey(expr);
    if (key !== undefined) facts.add(key);
  };
  const equal = (operator === "==" && outcome) || (operator === "!=" && !outcome);
  const different = (operator === "!=" && outcome) || (operator === "==" && !outcome);
  if (different && right.kind === "none") add(left);
  if (different && left.kind === "none") add(right);
  if (equal && placeKey(left) !== undefined && context.isPresent(right)) add(left);
  if (equal && placeKey(right) !== undefined && context.isPresent(left)) add(right);
  if ((operator === "in" && outcome) || (operator === "not in" && !outcome)) {
    add(left);
    const map = placeKey(right);
    const key = placeKey(left);
    if (map !== undefined && key !== undefined) facts.add(entryKey(`${map}[${key}]`));
  }
  return facts;
}

/** Facts that survive a write to `place`: those that mention none of its names, indices apart. */
export function forget(facts: ReadonlySet<string>, place: syntax.Expr): ReadonlySet<string> {
  const written = namesOf(place);
  return new Set([...facts].filter((fact) => !written.some((name) => mentions(fact, name))));
}

function namesOf(place: syntax.Expr): readonly string[] {
  if (place.kind === "index") return namesOf(place.object);
  if (place.kind === "field") return [...namesOf(place.object), place.field.text];
  return place.kind === "name" ? [place.name] : [];
}

/** Facts that survive every write of a block, in whatever order its statements run. */
export function forgetWrites(
  facts: ReadonlySet<string>,
  block: syntax.Block | undefined,
): ReadonlySet<string> {
  let left = facts;
  for (const statement of block?.statements ?? []) {
    if (statement.kind === "assign") left = forget(left, statement.place);
    if (statement.kind === "swap" || statement.kind === "cas") {
      left = forget(left, statement.place);
      if (statement.target !== undefined) left = forget(left, statement.target);
    }
    if (statement.kind === "if") {
      left = forgetWrites(forgetWrites(left, statement.then), statement.else);
    }
    if (statement.kind === "for") left = forgetWrites(left, statement.body);
  }
  return left;
}

/** Does the name occur in the fact? */
export function mentions(fact: string, name: string): boolean {
  return fact.split(/[.[\]]/).includes(name);
}
