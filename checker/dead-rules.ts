/**
 * Rules that no check ever takes, over all checks of a run.
 *
 * One check may leave a rule untaken for good reason: its faults have no budget, or a constant switches
 * the rule off. So a rule is reported only when no check of the run that has it takes it, and only
 * complete searches can say so. Call this with all checks of a file, or the answer is about a part.
 *
 *                       crashOnce   noFaults
 *     restart           127         0            taken
 *     on Give if …      0           0            W0503, in checks: crashOnce, noFaults
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import { neverTaken } from "./findings.ts";
import type { CheckVerdict } from "./verdict.ts";

/** A verdict with the Model that it is about. */
export interface Judged {
  readonly model: Model;
  readonly verdict: CheckVerdict;
}

interface RuleUse {
  readonly text: string;
  readonly span: Span;
  readonly checks: string[];
  taken: number;
}

/** W0503 for each rule that was never taken, in the order in which the rules were first seen. */
export function deadRules(judged: readonly Judged[]): readonly Diagnostic[] {
  const uses = new Map<string, RuleUse>();
  for (const { model, verdict } of judged) {
    if (verdict.kind !== "check" || !verdict.statistics.complete) continue;
    for (const { rule: index, taken } of verdict.coverage) {
      const rule = model.rules[index];
      if (rule === undefined) continue;
      const { file, start, end } = rule.span;
      const key = `${file} ${start} ${end} ${rule.text}`;
      const use = uses.get(key) ?? { text: rule.text, span: rule.span, checks: [], taken: 0 };
      use.taken += taken;
      use.checks.push(model.name);
      uses.set(key, use);
    }
  }
  return [...uses.values()]
    .filter(({ taken }) => taken === 0)
    .map(({ text, span, checks }) => neverTaken(text, span, checks));
}
