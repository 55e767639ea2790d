/**
 * Threads: labels are modes, and one line is one step.
 *
 * The store buffer of a thread under `memory tso` drains by a step of its own, `flush`, which is
 * weakly fair: hardware does not hold a store back for ever.
 */
import { misplaced, noSuchMode } from "../errors.ts";
import { and, binary, constant, isFalse, isTrue, truth } from "../fold.ts";
import type { Effect, Expr } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { INT } from "../type-relations.ts";
import { type Builder, ruleFor } from "./builder.ts";
import { assignSlots, effectsOf } from "./effects.ts";
import { modeTypeOf, readSlots, sizeOf } from "./entities.ts";
import { anyExpression, assuming, conditionOf, constantExpression } from "./expression.ts";
import { reportDuplicates } from "./duplicates.ts";
import { THREAD_END } from "./modes.ts";
import { inLeaves } from "./reactions.ts";
import {
  type Frame,
  type InstanceScope,
  linesOf,
  type Scope,
  type SystemScope,
  moduleScope,
} from "./scope.ts";

export interface ThreadContext {
  readonly builder: Builder;
  readonly system: SystemScope;
  readonly instance: InstanceScope;
  readonly thread: syntax.ThreadDeclaration;
}

/** Lowers all lines of one instance of a thread, and its flushes. */
export function lowerThread(context: ThreadContext): void {
  const { builder, instance, thread } = context;
  for (const [ordinal, line] of thread.lines.entries()) lowerLine(context, line, ordinal);
  if (instance.buffer !== undefined) lowerFlush(builder, instance, thread, instance.buffer);
}

function lowerLine(context: ThreadContext, line: syntax.ThreadLine, ordinal: number): void {
  const { builder, instance, thread } = context;
  const [region] = instance.regions;
  if (region === undefined) return;
  const frame: Frame = { size: 0 };
  const scope: Scope = {
    ...moduleScope(builder.lowering, instance.home),
    system: context.system,
    instance,
    frame,
  };
  const { span } = line;
  const here = inLeaves(instance, region, [ordinal], span);
  const ready = line.await === undefined ? truth(true, span) : conditionOf(scope, line.await);
  const knowing = line.await === undefined ? scope : assuming(scope, line.await, true, ready);
  const body = effectsOf(knowing, line.body);
  const effects = [...body.effects, ...nextEffects(context, body.scope, line, ordinal)];
  const rule = ruleFor(builder, line, () => ({
    text: `${thread.name.text}.${line.name.text}`,
    machine: thread.name.text,
    kind: "step",
    span,
  }));
  const guard = and(here, ready ?? truth(false, span), span);
  if (isFalse(guard)) return;
  builder.transitions.push({
    name: `${instance.name}.${line.name.text}`,
    kind: "step",
    rules: [rule],
    instance: instance.index,
    fairness: line.fairness,
    trigger: undefined,
    guard,
    effects,
    locals: frame.size,
    span,
    subject: undefined,
    distance: undefined,
  });
}

/** Where the thread goes after a line: what it says, else the next line, else the end. */
function nextEffects(
  context: ThreadContext,
  scope: Scope,
  line: syntax.ThreadLine,
  ordinal: number,
): Effect[] {
  const { thread } = context;
  if (line.next !== undefined) return jump(context, scope, line.next);
  const following = thread.lines[ordinal + 1]?.name.text ?? THREAD_END;
  return goTo(context, { text: following, span: line.name.span });
}

function jump(context: ThreadContext, scope: Scope, next: syntax.Next): Effect[] {
  if (next.kind === "then") return goTo(context, next.label);
  const condition: Expr | undefined = conditionOf(scope, next.condition);
  const yes = goTo(context, next.then);
  const no = jump(context, scope, next.else);
  if (condition === undefined) return [];
  if (isTrue(condition)) return yes;
  if (isFalse(condition)) return no;
  return [{ effect: "if", condition, then: yes, else: no, span: next.span }];
}

function goTo(context: ThreadContext, label: syntax.Name): Effect[] {
  const { builder, instance, thread } = context;
  const [region] = instance.regions;
  const slot = region === undefined ? undefined : instance.modeSlots.get(region);
  if (region === undefined || slot === undefined) return [];
  const labels = region.leaves.map((leaf) => leaf.local);
  const leaf = labels.indexOf(label.text);
  if (leaf < 0) {
    const where = linesOf(
      builder.lowering,
      region.leaves.map((each) => each.span),
    );
    const owner = { kind: thread.kind, name: thread.name.text };
    builder.lowering.report(noSuchMode(owner, label.text, label.span, labels, where));
    return [];
  }
  const type = modeTypeOf(thread.name.text, region);
  const value = constant(type, leaf, label.span);
  return [assignSlots([slot], undefined, type, value, label.span)];
}

function lowerFlush(
  builder: Builder,
  instance: InstanceScope,
  thread: syntax.ThreadDeclaration,
  buffer: number,
): void {
  const { span } = thread.name;
  const entries = readSlots(
    { kind: "list", of: { kind: "store" }, capacity: 0 },
    [buffer],
    undefined,
    span,
  );
  const rule = ruleFor(builder, thread, () => ({
    text: `${thread.name.text} flush`,
    machine: thread.name.text,
    kind: "flush",
    span,
  }));
  builder.transitions.push({
    name: `${instance.name}.flush`,
    kind: "flush",
    rules: [rule],
    instance: instance.index,
    fairness: "weak",
    trigger: undefined,
    guard: binary("gt", sizeOf(entries, span), constant(INT, 0, span), span),
    effects: [],
    locals: 0,
    span,
    subject: buffer,
    distance: undefined,
  });
}

/** What is wrong with lines as such: labels that stand twice, fences that wait for ever, cores. */
export function checkLines(context: ThreadContext): void {
  const { thread, builder } = context;
  const { lowering } = builder;
  reportDuplicates(
    lowering,
    thread.parameters.map((parameter) => parameter.name),
  );
  reportDuplicates(
    lowering,
    thread.lines.map((line) => line.name),
  );
  if (thread.core !== undefined) checkCore(context, thread.core);
  checkFences(context);
}

/** A core is a number, or an id: `thread Worker(me: Cpu) on core me`. */
function checkCore({ builder, instance }: ThreadContext, written: syntax.Expr): void {
  const { lowering } = builder;
  const scope = { ...moduleScope(lowering, instance.home), instance };
  const core = anyExpression(scope, written, undefined);
  if (core === undefined) return;
  constantExpression(scope, written, core.type.kind === "id" ? core.type : INT);
}

/**
 * A fence after a store in one step could never run: the store waits in the buffer until the step
 * ends.
 */
function checkFences(context: ThreadContext): void {
  for (const line of context.thread.lines) {
    let stored = false;
    for (const statement of line.body?.statements ?? []) {
      if (statement.kind === "assign" && isShared(context, statement.place)) stored = true;
      const waits = ["fence", "swap", "cas"].includes(statement.kind);
      if (!waits || !stored) continue;
      const reason = "a store of the same step is still in the buffer, so this would wait for ever";
      const hint = "put it on a line of its own";
      const what = `\`${statement.kind}\``;
      context.builder.lowering.report(misplaced(what, reason, statement.span, hint));
    }
  }
}

function isShared(context: ThreadContext, place: syntax.Expr): boolean {
  if (context.instance.buffer === undefined) return false;
  if (place.kind === "index") return isShared(context, place.object);
  if (place.kind === "name") {
    const member =
      context.instance.members.get(place.name) ?? context.system.members.get(place.name);
    return member?.kind === "variable" && member.shared;
  }
  if (place.kind !== "field") return false;
  const object = place.object.kind === "index" ? place.object.object : place.object;
  if (object.kind !== "name") return false;
  const family = context.system.families.get(object.name);
  const member = family?.instances[0]?.members.get(place.field.text);
  return member?.kind === "variable" && member.shared;
}
