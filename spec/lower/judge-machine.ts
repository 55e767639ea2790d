/**
 * Judging all text of a machine, whether or not anything leads to it.
 *
 * Lowering reads a rule once for each way in which it can fire: a rule whose guard is false in
 * every check, whose port has no channel, or an entry block of a mode that nothing enters is never
 * read. Everything that is declared is judged, so one instance of each family is read here as a
 * whole; the effects are thrown away, and the same mistake found twice is one message.
 */
import { setTwice } from "../errors.ts";
import { constant } from "../fold.ts";
import type * as syntax from "../syntax.ts";
import { indexValue } from "../type-relations.ts";
import { judgeDefinition } from "./definitions.ts";
import { reportDuplicates } from "./duplicates.ts";
import { effectsOf } from "./effects.ts";
import { guardOf, knowing, type MachineContext, modesOf, scopeOf } from "./machine.ts";
import { targetOf } from "./mode-change.ts";
import type { ModeInfo } from "./modes.ts";
import type { EventRule } from "./reactions.ts";
import { newLocal, type Scope, withLocal } from "./scope.ts";

/** Reads every definition, rule, entry and exit block of the machine of one instance. */
export function judgeMachine(context: MachineContext): void {
  const { machine, builder } = context;
  reportDuplicates(
    builder.lowering,
    machine.parameters.map((parameter) => parameter.name),
  );
  const [first, second] = machine.items.filter((item) => item.kind === "otherwise");
  if (first !== undefined && second !== undefined) {
    builder.lowering.report(setTwice("`otherwise`", second.span, first.span));
  }
  for (const item of machine.items) {
    if (item.kind === "def") judgeDefinition(scopeOf(context, { size: 0 }), item);
  }
  for (const mode of modesOf(context)) {
    for (const item of mode.items) judgeItem(context, mode, item);
  }
}

function judgeItem(context: MachineContext, mode: ModeInfo, item: syntax.ModeItem): void {
  switch (item.kind) {
    case "entry":
    case "exit":
      effectsOf(scopeOf(context, { size: 0 }), item.body);
      return;
    case "step":
    case "receive":
    case "after":
    case "onInterrupt":
      judgeRule(context, mode, item);
      return;
    default:
  }
}

function judgeRule(context: MachineContext, mode: ModeInfo, rule: EventRule): void {
  const plain = scopeOf(context, { size: 0 });
  const scope = rule.kind === "receive" ? withBinders(context, plain, rule) : plain;
  guardOf(scope, rule);
  effectsOf(knowing(scope, rule), rule.body);
  if (rule.target !== undefined) targetOf(scope, context.instance, rule.target, mode);
}

/** The names that `on port[i].Msg(x, y)` binds; those that nothing stands behind are broken. */
function withBinders(
  context: MachineContext,
  plain: Scope,
  rule: Extract<EventRule, { kind: "receive" }>,
): Scope {
  const member = context.instance.members.get(rule.port.text);
  const port = member?.kind === "port" ? member.port : undefined;
  const kind = port?.message.kinds.find((each) => each.name === rule.message.text);
  let scope = plain;
  if (rule.index !== undefined) {
    const { text, span } = rule.index;
    const per = port?.per;
    const first = per === undefined ? undefined : constant(per, indexValue(per, 0), span);
    scope = withLocal(scope, text, first);
  }
  const isWhole = rule.binders.length === kind?.fields.length;
  for (const [position, { text, span }] of rule.binders.entries()) {
    if (text === "_") continue;
    const type = isWhole ? kind?.fields[position]?.type : undefined;
    const local = type === undefined ? undefined : newLocal(scope, text, type, span);
    scope = withLocal(scope, text, local);
  }
  return scope;
}
