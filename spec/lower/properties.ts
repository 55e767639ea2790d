/**
 * Properties of a system: invariants, goals, and temporal formulas.
 *
 * A temporal property is judged for each instance of its outer quantifiers: `forall c in Client:
 * P(c) leads to Q(c)` is one formula for each client. Quantifiers further in become conjunctions
 * and disjunctions. What has no temporal operator is a condition of one state.
 */
import { misplaced } from "../errors.ts";
import { constant, truth } from "../fold.ts";
import type { Goal, Invariant, Temporal, TemporalProperty } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { modelTooBig } from "../type-errors.ts";
import { indexSize, indexValue, isIndex } from "../type-relations.ts";
import { printValue } from "../values.ts";
import { reportDuplicates } from "./duplicates.ts";
import { conditionOf } from "./expression.ts";
import { setExpression } from "./operators.ts";
import { type Scope, textAt, withLocal } from "./scope.ts";

export interface Properties {
  readonly invariants: readonly Invariant[];
  readonly goals: readonly Goal[];
  readonly temporal: readonly TemporalProperty[];
}

export function lowerProperties(scope: Scope, system: syntax.SystemDeclaration): Properties {
  const invariants: Invariant[] = [];
  const goals: Goal[] = [];
  const temporal: TemporalProperty[] = [];
  for (const item of system.items) {
    if (item.kind === "property") {
      const property = lowerTemporal(scope, item);
      if (property !== undefined) temporal.push(property);
    }
    if (item.kind !== "invariant" && item.kind !== "reachable") continue;
    const frame = { size: 0 };
    const condition = conditionOf({ ...scope, frame }, item.value);
    if (condition === undefined) continue;
    const judged = { name: item.name.text, condition, locals: frame.size, span: item.span };
    if (item.kind === "invariant") invariants.push(judged);
    else goals.push(judged);
  }
  return { invariants, goals, temporal };
}

function lowerTemporal(
  scope: Scope,
  property: syntax.PropertyDeclaration,
): TemporalProperty | undefined {
  const frame = { size: 0 };
  const outer = property.value;
  const quantifier =
    outer.kind === "quantified" && outer.quantifier === "exists" ? "exists" : "forall";
  const instances = instancesOf({ ...scope, frame }, outer, quantifier, "");
  if (instances === undefined) return undefined;
  return {
    name: property.name.text,
    instances,
    quantifier,
    locals: frame.size,
    bounded: hasBound(property.value),
    span: property.span,
  };
}

function instancesOf(
  scope: Scope,
  written: syntax.Expr,
  quantifier: "forall" | "exists",
  label: string,
): TemporalProperty["instances"] | undefined {
  if (written.kind === "quantified" && written.quantifier === quantifier && isTemporal(written)) {
    const expanded = expand(scope, written);
    if (expanded === undefined) return undefined;
    const all = expanded.map((each) =>
      instancesOf(each.scope, written.body, quantifier, joinLabels(label, each.label)),
    );
    const good = all.flatMap((each) => (each === undefined ? [] : [each]));
    return good.length < all.length ? undefined : good.flat();
  }
  const formula = temporalOf(scope, written);
  return formula === undefined ? undefined : [{ label, formula }];
}

function joinLabels(first: string, second: string): string {
  return first === "" ? second : `${first}, ${second}`;
}

/** A scope for each assignment of the binders. */
function expand(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "quantified" }>,
): readonly { readonly scope: Scope; readonly label: string }[] | undefined {
  let scopes: { scope: Scope; label: string }[] = [{ scope, label: "" }];
  reportDuplicates(
    scope.lowering,
    written.binders.map((binder) => binder.name),
  );
  for (const binder of written.binders) {
    const domain = setExpression(scope, binder.domain);
    if (domain === undefined) return undefined;
    const type = domain.op === "all" ? domain.of : undefined;
    if (type === undefined || !isIndex(type)) {
      const reason = "around a temporal operator, quantify over an id, enum, range or bool type";
      const text = textAt(scope.lowering, binder.domain.span);
      scope.lowering.report(misplaced(`\`${text}\``, reason, binder.domain.span));
      return undefined;
    }
    const { text: name, span } = binder.name;
    if (!mayExpand(scope, scopes.length * indexSize(type), written.span)) return undefined;
    const ordinals = Array.from({ length: indexSize(type) }, (_, ordinal) => ordinal);
    scopes = scopes.flatMap((each) =>
      ordinals.map((ordinal) => {
        const value = indexValue(type, ordinal);
        return {
          scope: withLocal(each.scope, name, constant(type, value, span)),
          label: joinLabels(each.label, `${name} = ${printValue(value, type)}`),
        };
      }),
    );
  }
  return scopes;
}

/** Most instances of the temporal properties of one model. */
const INSTANCES_MAX = 20_000;

/** Counts instances; after the limit, which is reported once, no property is written out. */
function mayExpand({ lowering }: Scope, instances: number, span: Span): boolean {
  const { spent } = lowering;
  if (spent.instances > INSTANCES_MAX) return false;
  spent.instances += instances;
  if (spent.instances <= INSTANCES_MAX) return true;
  lowering.report(modelTooBig("instances of properties", undefined, INSTANCES_MAX, span));
  return false;
}

/** The formula of an expression; undefined after a diagnostic. */
function temporalOf(scope: Scope, written: syntax.Expr): Temporal | undefined {
  const { span } = written;
  if (!isTemporal(written)) {
    const condition = conditionOf(scope, written);
    return condition === undefined ? undefined : { op: "state", condition, span };
  }
  switch (written.kind) {
    case "not":
      return unary("not", temporalOf(scope, written.operand), span);
    case "temporal":
      return unary(written.operator, temporalOf(scope, written.operand), span);
    case "temporalBinary": {
      const op = written.operator === "leads to" ? "leadsTo" : written.operator;
      return binary(op, temporalOf(scope, written.left), temporalOf(scope, written.right), span);
    }
    case "binary": {
      const op = written.operator;
      if (op !== "and" && op !== "or" && op !== "implies") break;
      return binary(op, temporalOf(scope, written.left), temporalOf(scope, written.right), span);
    }
    case "quantified":
      return written.quantifier === "count" ? undefined : quantified(scope, written);
    default:
  }
  const text = textAt(scope.lowering, span);
  const reason =
    "a temporal operator can only be combined with not, and, or, implies, forall, exists";
  scope.lowering.report(misplaced(`\`${text}\``, reason, span));
  return undefined;
}

function unary(
  op: Extract<Temporal, { operand: Temporal }>["op"],
  operand: Temporal | undefined,
  span: Span,
): Temporal | undefined {
  return operand === undefined ? undefined : { op, operand, span };
}

function binary(
  op: Extract<Temporal, { left: Temporal }>["op"],
  left: Temporal | undefined,
  right: Temporal | undefined,
  span: Span,
): Temporal | undefined {
  return left === undefined || right === undefined ? undefined : { op, left, right, span };
}

function quantified(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "quantified" }>,
): Temporal | undefined {
  const op = written.quantifier === "exists" ? "or" : "and";
  const { span } = written;
  let result: Temporal | undefined;
  for (const each of expand(scope, written) ?? []) {
    const formula = temporalOf(each.scope, written.body);
    if (formula === undefined) return undefined;
    result = result === undefined ? formula : { op, left: result, right: formula, span };
  }
  return result ?? { op: "state", condition: truth(op === "and", span), span };
}

/** Does the expression contain a temporal operator? */
export function isTemporal(written: syntax.Expr): boolean {
  switch (written.kind) {
    case "temporal":
    case "temporalBinary":
      return true;
    case "not":
    case "minus":
      return isTemporal(written.operand);
    case "binary":
      return isTemporal(written.left) || isTemporal(written.right);
    case "conditional":
      return [written.condition, written.then, written.else].some(isTemporal);
    case "quantified":
      return isTemporal(written.body);
    default:
      return false;
  }
}

function hasBound(written: syntax.Expr): boolean {
  switch (written.kind) {
    case "temporal":
      return written.within !== undefined || hasBound(written.operand);
    case "temporalBinary":
      return written.within !== undefined || hasBound(written.left) || hasBound(written.right);
    case "not":
      return hasBound(written.operand);
    case "binary":
      return hasBound(written.left) || hasBound(written.right);
    case "quantified":
      return hasBound(written.body);
    default:
      return false;
  }
}
