/** Adding a transition of a machine to the Model under construction. */
import { isFalse } from "../fold.ts";
import type { Effect, Expr, Transition, TransitionKind, Trigger } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { ruleFor } from "./builder.ts";
import type { MachineContext } from "./machine.ts";
import type { ModeInfo } from "./modes.ts";
import type { EventRule } from "./reactions.ts";
import { textOfRule } from "./rule-text.ts";
import type { Frame } from "./scope.ts";

interface NewTransition {
  readonly name: string;
  readonly kind: TransitionKind;
  readonly guard: Expr;
  readonly effects: readonly Effect[];
  readonly frame: Frame;
  readonly span: Span;
  readonly trigger: Trigger | undefined;
}

const FAIRNESS: readonly syntax.Fairness[] = ["none", "weak", "strong"];

export function addTransition(
  context: MachineContext,
  parts: NewTransition & {
    readonly rules: readonly EventRule[];
    readonly modes: readonly ModeInfo[];
  },
): void {
  const { builder, machine } = context;
  const rules = parts.rules.map((rule, index) =>
    ruleFor(builder, rule, () => ({
      text: textOfRule(builder.lowering, machine.name.text, parts.modes[index], rule),
      machine: machine.name.text,
      kind: parts.kind,
      span: rule.span,
    })),
  );
  const strength = Math.max(...parts.rules.map((rule) => FAIRNESS.indexOf(rule.fairness)));
  pushTransition(context, { ...parts, rules, fairness: FAIRNESS[strength] ?? "none" });
}

export function pushTransition(
  context: MachineContext,
  parts: NewTransition & {
    readonly rules: readonly number[];
    readonly fairness: syntax.Fairness;
  },
): void {
  const { builder, instance } = context;
  if (isFalse(parts.guard)) return;
  const transition: Transition = {
    name: `${instance.name}.${parts.name}`,
    kind: parts.kind,
    rules: parts.rules,
    instance: instance.index,
    fairness: parts.fairness,
    trigger: parts.trigger,
    guard: parts.guard,
    effects: parts.effects,
    locals: parts.frame.size,
    span: parts.span,
    subject: undefined,
    distance: undefined,
  };
  builder.transitions.push(transition);
}
