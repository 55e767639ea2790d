/**
 * Where the time goes: how often each rule was tried, what kept it from being taken, and which
 * clause of its guard was the first to be false.
 *
 *     tried ──message there?──► guard ──clause by clause──► effects ──room? partner? choice?──►
 *     taken
 *              no: "no message"      first false clause         "no room", …
 *
 * A try is one transition in one state, or one message that it is offered there. Everything is
 * evaluated anew by the reference evaluator, on an even sample of the states when there are many.
 */
import type { Expr, Model, Transition, Value } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";
import { part, parts } from "../../spec/values.ts";
import { frame, holds, type Scope } from "../reference/evaluate.ts";
import { candidates } from "../reference/messages.ts";
import type { Meter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import { type Sources, wordsAt } from "../source-words.ts";

export interface ClauseProfile {
  /** As it is written, or `in mode Up` for the mode of the rule. */
  readonly words: string;
  readonly span: Span;
  /** Times that it was evaluated, and was the first clause to be false. */
  readonly evaluated: number;
  readonly falseFirst: number;
}

export interface RuleProfile {
  /** Index into `Model.rules`. */
  readonly rule: number;
  readonly tried: number;
  /** Tries in which the guard was true, or there was none. */
  readonly enabled: number;
  /** Steps that were taken. */
  readonly taken: number;
  /** Tries without a message to take. */
  readonly noMessage: number;
  /** Tries in which effects could not run: a full channel, nobody to meet, nothing to choose. */
  readonly blocked: number;
  readonly clauses: readonly ClauseProfile[];
}

interface ClauseCount {
  readonly clause: Expr;
  readonly words: string;
  evaluated: number;
  falseFirst: number;
}

interface Counts {
  tried: number;
  enabled: number;
  taken: number;
  noMessage: number;
  blocked: number;
  readonly clauses: Map<string, ClauseCount>;
}

export type AttemptTally = readonly Counts[];

export function countAttempts(model: Model): AttemptTally {
  return model.rules.map(() => ({
    tried: 0,
    enabled: 0,
    taken: 0,
    noMessage: 0,
    blocked: 0,
    clauses: new Map(),
  }));
}

/** Tries every transition in one state and notes what came of it. */
export function noteAttempts(
  tally: AttemptTally,
  model: Model,
  state: readonly Value[],
  sources: Sources,
  meter: Meter,
): void {
  for (const transition of model.transitions) {
    for (const rule of transition.rules) {
      const counts = tally[rule];
      const place = model.rules[rule]?.span ?? transition.span;
      if (counts === undefined) continue;
      for (const scope of triesOf(counts, model, transition, state, meter)) {
        noteGuard(counts, clausesOf(transition.guard, place), scope, (clause) =>
          wordsOf(model, clause, place, sources),
        );
      }
    }
  }
  const { steps, hindrances } = successors(model, state, meter);
  for (const { rules } of steps) {
    for (const rule of rules) {
      const counts = tally[rule];
      if (counts !== undefined) counts.taken++;
    }
  }
  for (const { transition, obstacle } of hindrances) {
    if (obstacle.why === "guard" || obstacle.why === "message") continue;
    for (const rule of model.transitions[transition]?.rules ?? []) {
      const counts = tally[rule];
      if (counts !== undefined) counts.blocked++;
    }
  }
}

/** The scope of every try; a message that is not there is noted at once. */
function triesOf(
  counts: Counts,
  model: Model,
  { trigger, locals }: Transition,
  state: readonly Value[],
  meter: Meter,
): readonly Scope[] {
  if (trigger === undefined) return [{ state, locals: frame(locals), meter }];
  const offered = candidates(model, trigger.channel, state, meter).filter(
    ({ message }) => part(message, 0) === trigger.kind,
  );
  if (offered.length === 0) {
    counts.tried++;
    counts.noMessage++;
  }
  return offered.map(({ message }) => {
    return { state, locals: frame(locals, parts(message).slice(1)), meter };
  });
}

function noteGuard(
  counts: Counts,
  clauses: readonly Expr[],
  scope: Scope,
  words: (clause: Expr) => string,
): void {
  counts.tried++;
  for (const clause of clauses) {
    const { start, end } = clause.span;
    const key = `${clause.op} ${start} ${end}`;
    const known = counts.clauses.get(key);
    const count = known ?? { clause, words: words(clause), evaluated: 0, falseFirst: 0 };
    if (known === undefined) counts.clauses.set(key, count);
    count.evaluated++;
    if (holds(clause, scope)) continue;
    count.falseFirst++;
    return;
  }
  counts.enabled++;
}

/** The sides of a conjunction that are clauses: written as such, or added by the lowering. */
function clausesOf(expr: Expr, rule: Span): readonly Expr[] {
  if (expr.op === "const" && expr.value === true) return [];
  if (expr.op !== "and") return [expr];
  const { left, right } = expr;
  const isOnePhrase =
    isWritten(expr.span, rule) &&
    [left, right].every(({ span }) => span.start === expr.span.start && span.end === expr.span.end);
  return isOnePhrase ? [expr] : [...clausesOf(left, rule), ...clausesOf(right, rule)];
}

/** What the lowering adds stands at the place of the whole rule, or of more. */
function isWritten({ file, start, end }: Span, rule: Span): boolean {
  return file !== rule.file || start > rule.start || end < rule.end;
}

/**
 * What the lowering added has no words of its own: modes, timers and interrupts, budgets of faults,
 * waiting writes, and rules further in that come first.
 */
function wordsOf(model: Model, clause: Expr, rule: Span, sources: Sources): string {
  const words = wordsAt(sources, clause.span);
  const written = isWritten(clause.span, rule);
  if (clause.op === "modeIn" && !(written && IN_MODE.test(words))) {
    const { type } = clause.region;
    const leaves = type.kind === "mode" ? clause.leaves.map((leaf) => type.leaves[leaf]) : [];
    return `in mode ${leaves.join(", ")}`;
  }
  if (written) return words;
  if (clause.op === "gt") return "a write waits";
  if (clause.op === "or") return "in one of its modes";
  const read = "operand" in clause ? clause.operand : "left" in clause ? clause.left : clause;
  const slot = read.op === "read" ? model.slots[read.slots[0] ?? -1] : undefined;
  if (slot?.role.role === "faults") return "within its budget";
  return slot === undefined
    ? "no rule further in applies"
    : `${clause.op === "not" ? "not " : ""}${slot.name}`;
}

/** `server in Up`, `app[c] not in Open` */
const IN_MODE = /^\S+ (?:not )?in /;

/** The tally as plain data, in the order of the rules. */
export function attemptsOf(tally: AttemptTally): readonly RuleProfile[] {
  return tally.map(({ clauses, ...counts }, rule) => ({
    rule,
    ...counts,
    clauses: [...clauses.values()].map(({ clause, words, evaluated, falseFirst }) => ({
      words,
      span: clause.span,
      evaluated,
      falseFirst,
    })),
  }));
}
