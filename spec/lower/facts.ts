/**
 * Facts: which optional places are known to hold a value at a point of a text.
 *
 * Expressions of Libretto are total, so reading `m[k]` of an optional map needs `k in m` on the path.
 * A fact is the text of a place, in a normal form (`owner`, `table[c]`, `app[c].conn`). Conditions
 * give facts, assignments take them away. This is a flow check on the syntax tree, not a proof system:
 * it knows `!= none`, `==` with a present value, `in`, and the connectives around them.
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

/** Looks a parameterless definition up, so that its condition gives the facts that it stands for. */
export type DefinitionBody = (name: string) => syntax.Expr | undefined;

/** Places known to be present when `condition` is `outcome`. */
export function factsOf(
  condition: syntax.Expr,
  outcome: boolean,
  bodyOf: DefinitionBody,
): ReadonlySet<string> {
  if (condition.kind === "not") return factsOf(condition.operand, !outcome, bodyOf);
  if (condition.kind === "name") {
    const body = bodyOf(condition.name);
    return body === undefined ? EMPTY : factsOf(body, outcome, () => undefined);
  }
  if (condition.kind !== "binary") return EMPTY;
  const { operator, left, right } = condition;
  const both = (leftOutcome: boolean, rightOutcome: boolean): ReadonlySet<string> =>
    new Set([...factsOf(left, leftOutcome, bodyOf), ...factsOf(right, rightOutcome, bodyOf)]);
  if (operator === "and") return outcome ? both(true, true) : EMPTY;
  if (operator === "or") return outcome ? EMPTY : both(false, false);
  if (operator === "implies") return outcome ? EMPTY : both(true, false);
  return comparisonFacts(operator, left, right, outcome);
}

function comparisonFacts(
  operator: syntax.BinaryOperator,
  left: syntax.Expr,
  right: syntax.Expr,
  outcome: boolean,
): ReadonlySet<string> {
  const facts = new Set<string>();
  const add = (expr: syntax.Expr): void => {
    const key = placeKey(expr);
    if (key !== undefined) facts.add(key);
  };
  const equal = (operator === "==" && outcome) || (operator === "!=" && !outcome);
  const different = (operator === "!=" && outcome) || (operator === "==" && !outcome);
  if (different && right.kind === "none") add(left);
  if (different && left.kind === "none") add(right);
  if (equal && isPresent(right)) add(left);
  if (equal && isPresent(left)) add(right);
  if ((operator === "in" && outcome) || (operator === "not in" && !outcome)) {
    add(left);
    const map = placeKey(right);
    const key = placeKey(left);
    if (map !== undefined && key !== undefined) facts.add(`${map}[${key}]`);
  }
  return facts;
}

/** Literals are present; a name may itself be optional, so `a == b` says nothing about either. */
function isPresent(expr: syntax.Expr): boolean {
  return expr.kind === "number" || expr.kind === "bool" || expr.kind === "call";
}

/**
 * Facts that survive a write to `place`: those that mention none of its names. A variable can be
 * written under another path than the fact's (`conn`, `self.conn`, `app[c].conn`), so any name of the
 * path counts.
 */
export function forget(facts: ReadonlySet<string>, place: syntax.Expr): ReadonlySet<string> {
  const written = namesOf(place);
  return new Set([...facts].filter((fact) => !written.some((name) => mentions(fact, name))));
}

function namesOf(place: syntax.Expr): readonly string[] {
  if (place.kind === "field") return [...namesOf(place.object), place.field.text];
  if (place.kind === "index") return namesOf(place.object);
  return place.kind === "name" ? [place.name] : [];
}

/** Does a fact speak of a name, as the place itself or in an index? */
export function mentions(fact: string, name: string): boolean {
  return fact.split(/[.[\]]/).includes(name);
}
