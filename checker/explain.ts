/**
 * Why a condition has the value it has: the clauses that decide it, each with its age.
 *
 *     server in Up and quiet implies forall c in Client: app[c] in Open implies c in server.table
 *
 *     server in Up                 true   since 4
 *     quiet                        true   since 5
 *     forall c in Client: …        false  since 5    c = Client1
 *       app[c] in Open             true   since 5
 *       c in server.table          false  since 3
 *
 * Only what decides is listed: of a false `and` its false sides, of a false `implies` its true left
 * and false right side, of a false `forall` the first element that breaks it. `since` is the first
 * step from which on the clause had this value up to the end, which is where a reader starts to
 * look.
 */
import type { Expr, Value } from "../spec/model.ts";
import { parts, printValue } from "../spec/values.ts";
import { evaluate, frame, holds, type Scope, withLocal } from "./reference/evaluate.ts";
import { createMeter, type Meter } from "./reference/meter.ts";
import { type Sources, wordsAt } from "./source-words.ts";
import type { Clause } from "./verdict.ts";

/** Clauses listed for one condition; a condition with more is cut here. */
const MAX_CLAUSES = 50;

interface Explaining {
  /** States of the path; the condition is explained in the last one. */
  readonly path: readonly (readonly Value[])[];
  readonly sources: Sources;
  readonly meter: Meter;
}

/** A clause under way: an expression with the elements that enclosing quantifiers decided on. */
interface Part {
  readonly expr: Expr;
  readonly locals: readonly Value[];
  readonly depth: number;
}

/** The clauses that give `condition` its value in the last state of the path. */
export function explain(
  condition: Expr,
  locals: readonly Value[],
  path: readonly (readonly Value[])[],
  sources: Sources,
): readonly Clause[] {
  const explaining: Explaining = { path, sources, meter: createMeter() };
  return clauses({ expr: condition, locals, depth: 0 }, explaining).slice(0, MAX_CLAUSES);
}

/** Explains a condition of a property, whose frame holds nothing at first. */
export function explainProperty(
  property: { readonly condition: Expr; readonly locals: number },
  path: readonly (readonly Value[])[],
  sources: Sources,
): readonly Clause[] {
  return explain(property.condition, frame(property.locals), path, sources);
}

function clauses(part: Part, explaining: Explaining): readonly Clause[] {
  const { expr } = part;
  const inner = (expression: Expr): readonly Clause[] =>
    clauses({ ...part, expr: expression }, explaining);
  const value = (expression: Expr): boolean => holds(expression, scopeAt(part, explaining, -1));
  if (isOnePhrase(expr)) return [clause(part, undefined, explaining)];
  switch (expr.op) {
    case "not":
      return inner(expr.operand);
    case "and":
    case "or": {
      // `and` is false by its false sides and true by both; `or` the other way round.
      const deciding = value(expr);
      const sides = [expr.left, expr.right].filter((side) => value(side) === deciding);
      return sides.flatMap(inner);
    }
    case "implies":
      if (!value(expr)) return [...inner(expr.left), ...inner(expr.right)];
      return value(expr.left) ? inner(expr.right) : inner(expr.left);
    case "if":
      return [...inner(expr.condition), ...inner(value(expr.condition) ? expr.then : expr.else)];
    case "forall":
    case "exists":
      return quantified(expr, part, explaining);
    default:
      return [clause(part, undefined, explaining)];
  }
}

/**
 * Did the user write the whole as one phrase? `q.empty` and `x not in s` are lowered to several
 * terms, but their parts have no words of their own.
 */
function isOnePhrase(expr: Expr): boolean {
  const isWhole = (part: Expr): boolean =>
    part.span.start === expr.span.start && part.span.end === expr.span.end;
  if (expr.op === "not") return isWhole(expr.operand);
  return (expr.op === "and" || expr.op === "or") && isWhole(expr.left) && isWhole(expr.right);
}

/** A quantifier with the element that decides it; a leaf when all elements do. */
function quantified(
  expr: Extract<Expr, { readonly domain: Expr }>,
  part: Part,
  explaining: Explaining,
): readonly Clause[] {
  const scope = scopeAt(part, explaining, -1);
  const deciding = expr.op === "exists";
  const element = parts(evaluate(expr.domain, scope)).find((candidate) => {
    const locals = withLocal(part.locals, expr.local, candidate);
    return holds(expr.body, { ...scope, locals }) === deciding;
  });
  if (element === undefined) return [clause(part, undefined, explaining)];
  const type = expr.domain.type.kind === "set" ? expr.domain.type.of : undefined;
  const name = type === undefined ? JSON.stringify(element) : printValue(element, type);
  const locals = withLocal(part.locals, expr.local, element);
  return [
    clause(part, `${expr.name} = ${name}`, explaining),
    ...clauses({ expr: expr.body, locals, depth: part.depth + 1 }, explaining),
  ];
}

function clause(part: Part, witness: string | undefined, explaining: Explaining): Clause {
  const last = explaining.path.length - 1;
  const value = holds(part.expr, scopeAt(part, explaining, -1));
  let since = last;
  while (since > 0 && holds(part.expr, scopeAt(part, explaining, since - 1)) === value) since--;
  return {
    text: wordsAt(explaining.sources, part.expr.span),
    span: part.expr.span,
    value,
    since: Math.max(0, since),
    witness,
    depth: part.depth,
  };
}

/** The scope of a part in one state of the path; -1 is the last. */
function scopeAt(part: Part, explaining: Explaining, index: number): Scope {
  const state = explaining.path.at(index) ?? [];
  return { state, locals: part.locals, meter: explaining.meter };
}

/**
 * One sentence from clauses: "`app[c] in Open` since step 5, but not `c in server.table` since step
 * 3 (c = Client1)". Only the innermost clauses speak; quantifiers give their elements.
 */
export function sentence(all: readonly Clause[]): string {
  const leaves = all.filter((one, index) => (all[index + 1]?.depth ?? 0) <= one.depth);
  const say = (one: Clause): string =>
    `\`${one.text}\`${one.since > 0 ? ` since step ${one.since}` : ""}`;
  const positive = leaves.filter((one) => one.value).map(say);
  const negative = leaves.filter((one) => !one.value).map((one) => `not ${say(one)}`);
  const elements = all.flatMap((one) => one.witness ?? []);
  const where = elements.length === 0 ? "" : ` (${elements.join(", ")})`;
  if (positive.length === 0) return `${negative.join(" and ")}${where}`;
  if (negative.length === 0) return `${positive.join(" and ")}${where}`;
  return `${positive.join(" and ")}, but ${negative.join(" and ")}${where}`;
}
