/** Quantifiers and comprehensions: `forall`, `exists`, `count`, `{ x in S where p }`. */
import { misplaced } from "../errors.ts";
import { constant } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import { BOOL, INT } from "../type-relations.ts";
import { DOMAIN_LIMIT, domainSize } from "../values.ts";
import { reportDuplicates } from "./duplicates.ts";
import { assuming, conditionOf } from "./expression.ts";
import { setExpression } from "./operators.ts";
import { lookUp, newLocal, type Scope, textAt, withLocal } from "./scope.ts";
import { declaredType } from "./type-of.ts";

/** The set of all values of a type, when the expression is the name of one. */
export function typeDomain(scope: Scope, written: syntax.Expr): Expr | undefined {
  if (written.kind !== "name" || scope.locals.has(written.name)) return undefined;
  if (scope.instance?.members.has(written.name) || scope.system?.members.has(written.name)) {
    return undefined;
  }
  const type = written.name === "bool" ? BOOL : typeNamed(scope, written);
  if (type === undefined) return undefined;
  return { op: "all", type: { kind: "set", of: type }, of: type, span: written.span };
}

function typeNamed(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "name" }>,
): Type | undefined {
  const found = lookUp(scope, written.name);
  const type = found === undefined ? undefined : declaredType(scope, found);
  return type === "not a type" ? undefined : type;
}

/** Values of a type are written out where they are gone through. */
function smallEnough(scope: Scope, domain: Expr, written: syntax.Expr): boolean {
  if (domain.op !== "all" || domainSize(domain.of) <= DOMAIN_LIMIT) return true;
  const text = textAt(scope.lowering, written.span);
  const title = `\`${text}\` has more than ${DOMAIN_LIMIT} values to go through`;
  scope.lowering.report(badSize(title, written.span, "quantify over a smaller type or a set"));
  return false;
}

export function quantified(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "quantified" }>,
): Expr | undefined {
  reportDuplicates(
    scope.lowering,
    written.binders.map((binder) => binder.name),
  );
  const second = written.binders[1];
  if (written.quantifier === "count" && second !== undefined) {
    const reason = "`count` has one binder";
    scope.lowering.report(misplaced(`\`${second.name.text}\``, reason, second.name.span));
    return undefined;
  }
  return nest(scope, written, 0);
}

function nest(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "quantified" }>,
  position: number,
): Expr | undefined {
  const binder = written.binders[position];
  if (binder === undefined) return conditionOf(scope, written.body);
  const bound = bind(scope, binder);
  if (bound === undefined) return undefined;
  const body = nest(bound.scope, written, position + 1);
  if (body === undefined) return undefined;
  const op = written.quantifier;
  const { local, name } = bound.local;
  const type = op === "count" ? INT : BOOL;
  return { op, type, local, name, domain: bound.domain, body, span: written.span };
}

interface Bound {
  readonly scope: Scope;
  readonly local: Expr & { op: "local" };
  readonly domain: Expr;
}

/** Enters a binder: allocates its local and learns that it is in its domain. */
export function bind(scope: Scope, binder: syntax.Binder): Bound | undefined {
  const domain = setExpression(scope, binder.domain);
  if (domain === undefined || domain.type.kind !== "set") return undefined;
  if (!smallEnough(scope, domain, binder.domain)) return undefined;
  const { text, span } = binder.name;
  const local = newLocal(scope, text, domain.type.of, span);
  return { scope: withLocal(scope, text, local), local, domain };
}

export function comprehension(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "comprehension" }>,
): Expr | undefined {
  const bound = bind(scope, written.binder);
  if (bound === undefined) return undefined;
  const body = conditionOf(bound.scope, written.where);
  if (body === undefined) return undefined;
  const { local, name } = bound.local;
  const { domain } = bound;
  return { op: "filter", type: domain.type, local, name, domain, body, span: written.span };
}

/** As `bind`, for `choose x in S where p`: what follows knows that `p` is true. */
export function bindWhere(
  scope: Scope,
  binder: syntax.Binder,
  where: syntax.Expr | undefined,
): (Bound & { readonly where: Expr }) | undefined {
  const bound = bind(scope, binder);
  if (bound === undefined) return undefined;
  if (where === undefined) {
    return { ...bound, where: constant(BOOL, true, binder.name.span) };
  }
  const condition = conditionOf(bound.scope, where);
  if (condition === undefined) return undefined;
  const after = assuming(bound.scope, where, true, condition);
  return { ...bound, scope: after, where: condition };
}
