/**
 * What the conditions of a log quantify over.
 *
 * The judge keeps lists only of the ids that some quantifier ranges over, and keeps the past of an
 * id that is over only when a quantifier inside a condition may still ask for it.
 */
import type { Formula, LogDomain, LogExpr, ResolvedLog } from "../../spec/log.ts";
import { partsOf } from "../../spec/logs/abstract.ts";

/** `${event}.${parameter}` of all domains, at the heads of properties and inside conditions. */
export function domainsOf(log: ResolvedLog): ReadonlySet<string> {
  const heads = log.properties.flatMap(({ binders }) => binders.map(({ domain }) => domain));
  return new Set(
    [...heads, ...innerDomains(log)].flatMap((domain) =>
      domain.kind === "seen" ? [`${domain.event}.${domain.parameter}`] : [],
    ),
  );
}

/** Sorts over which conditions quantify: the rows of their ids are asked for ever after. */
export function quantifiedSorts(log: ResolvedLog): ReadonlySet<string> {
  return new Set(
    innerDomains(log).flatMap((domain) => {
      if (domain.kind !== "seen") return [];
      return [log.events[domain.event]?.parameters[domain.parameter]?.name ?? ""];
    }),
  );
}

function innerDomains(log: ResolvedLog): readonly LogDomain[] {
  const conditions = [
    ...log.past.flatMap(({ left, right }) => (left === undefined ? [right] : [left, right])),
    ...log.intervals.flatMap(({ from, until }) => [from, until]),
    ...log.moments.map(({ operand }) => operand),
    ...log.properties.flatMap(({ formula }) => exprsOf(formula)),
  ];
  return conditions.flatMap(domainsIn);
}

function domainsIn(expr: LogExpr): readonly LogDomain[] {
  const own = expr.kind === "quantified" ? [expr.domain] : [];
  return [...own, ...partsOf(expr).flatMap(domainsIn)];
}

function exprsOf(formula: Formula): readonly LogExpr[] {
  switch (formula.kind) {
    case "state":
      return [formula.expr];
    case "at":
      return [];
    case "and":
    case "or":
      return formula.operands.flatMap(exprsOf);
    case "until":
    case "release":
      return [...exprsOf(formula.left), ...exprsOf(formula.right)];
    default:
      return exprsOf(formula.operand);
  }
}
