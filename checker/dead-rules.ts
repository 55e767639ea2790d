/**
 * Rules that no check ever takes, over all checks of a run.
 *
 * One check may leave a rule untaken for good reason: its faults have no budget, or a constant
 * switches the rule off. So a rule is reported only when no check of the run that has it takes it.
 * A check that failed or ended early gives every rule the benefit of the doubt: its graph is cut
 * where it went wrong. Call this with all checks of a file, or the answer is about a part.
 *
 *                       crashOnce   noFaults
 *     restart           127         0            taken
 *     on Give if …      0           0            W0503, in checks: crashOnce, noFaults
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import { usedChannels } from "./check-findings.ts";
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
  /** Taken somewhere, or there is a better reason why it was not. */
  alive: boolean;
}

/** W0503 for each rule that was never taken, in the order in which the rules were first seen. */
export function deadRules(judged: readonly Judged[]): readonly Diagnostic[] {
  const uses = new Map<string, RuleUse>();
  for (const { model, verdict } of judged) {
    if (verdict.kind !== "check") continue;
    const conclusive = verdict.statistics.complete && verdict.result !== "failed";
    const silent = rulesOfUnusedChannels(model);
    for (const { rule: index, taken } of verdict.coverage) {
      const rule = model.rules[index];
      // A thread without plain stores has nothing to flush. A store that never runs is told itself.
      if (rule === undefined || rule.kind === "flush") continue;
      const { file, start, end } = rule.span;
      const key = `${file} ${start} ${end} ${rule.text}`;
      const use = uses.get(key) ?? { text: rule.text, span: rule.span, checks: [], alive: false };
      use.alive ||= taken > 0 || !conclusive || silent.has(index);
      use.checks.push(model.name);
      uses.set(key, use);
    }
  }
  return [...uses.values()]
    .filter(({ alive }) => !alive)
    .map(({ text, span, checks }) => neverTaken(text, span, checks));
}

/** Rules that wait for a message of a channel on which nobody sends: W0506 says so already. */
function rulesOfUnusedChannels(model: Model): ReadonlySet<number> {
  const used = usedChannels(model);
  const rules = model.transitions.flatMap(({ trigger, rules: own }) =>
    trigger !== undefined && !used.has(trigger.channel) ? own : [],
  );
  return new Set(rules);
}
