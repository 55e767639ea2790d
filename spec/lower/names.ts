/** Names, fields, indices and calls: what they stand for in the scope where they are written. */
import { misplaced, noSuchMember, noSuchMode, wrongKind } from "../errors.ts";
import { constant } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { ghostRead } from "../type-errors.ts";
import { BOOL } from "../type-relations.ts";
import { expandMember } from "./definitions.ts";
import { allEmpty, type InstancesRef, readSlots } from "./entities.ts";
import { declaredName, wordLiteral } from "./literals.ts";
import { lookUp, type Member, memberNamed, type Scope } from "./scope.ts";

export function nameExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "name" }>,
  expected: Type | undefined,
): Expr | undefined {
  const { name, span } = written;
  const local = scope.locals.get(name);
  if (local !== undefined) return { ...local, span };
  if (scope.locals.has(name)) return undefined;
  const member = memberNamed(scope, name);
  if (member !== undefined) return ownMember(scope, name, member, span);
  if (scope.system?.broken.has(name) === true) return undefined;
  if (scope.system?.families.has(name) === true || name === "self") {
    return notValue(scope, name, "an instance", span, `ask for its mode: \`${name} in …\``);
  }
  if (scope.system?.channels.has(name) === true) return queueIsNoValue(scope, name, span);
  const literal = wordLiteral(scope, name, span, expected);
  if (literal !== undefined) return literal === "bad" ? undefined : literal;
  if (expected?.kind === "mode" && lookUp(scope, name) === undefined) {
    const { machine, leaves } = expected;
    scope.lowering.report(noSuchMode({ kind: "machine", name: machine }, name, span, leaves, ""));
    return undefined;
  }
  const declared = lookUp(scope, name) !== undefined;
  if (name === "settled" && !declared && scope.system !== undefined) return settled(scope, span);
  return declaredName(scope, written);
}

export function notValue(
  scope: Scope,
  name: string,
  is: string,
  span: Span,
  hint?: string,
): undefined {
  scope.lowering.report(wrongKind(name, is, "a value", span, hint));
  return undefined;
}

export function queueIsNoValue(scope: Scope, name: string, span: Span): undefined {
  const hint = `ask for what waits in it: \`${name}.empty\` or \`${name}.size\``;
  return notValue(scope, name, "a channel", span, hint);
}

/** True when every store buffer is empty. */
function settled(scope: Scope, span: Span): Expr {
  const buffers = (scope.system?.buffers ?? []).map((slot) =>
    readSlots({ kind: "list", of: { kind: "store" }, capacity: 0 }, [slot], undefined, span),
  );
  return buffers.length === 0 ? constant(BOOL, true, span) : allEmpty(buffers, span);
}

function ownMember(scope: Scope, name: string, member: Member, span: Span): Expr | undefined {
  switch (member.kind) {
    case "value":
      return { ...member.value, span };
    case "variable": {
      if (member.ghost && !scope.ghosts) {
        scope.lowering.report(ghostRead(name, span));
        return undefined;
      }
      return readVariable(scope, member, [member.slot], undefined, span);
    }
    case "definition":
      return expandMember(scope, member.declaration, [], span);
    case "timer":
      return readSlots(BOOL, [member.slot], undefined, span);
    case "interrupt":
      return readSlots(BOOL, [member.pending], undefined, span);
    case "port":
      return notValue(scope, name, "a port", span);
    case "broken":
      return undefined;
  }
}

function readVariable(
  scope: Scope,
  member: Extract<Member, { kind: "variable" }>,
  slots: readonly number[],
  index: Expr | undefined,
  span: Span,
): Expr {
  const buffer = member.shared ? scope.instance?.buffer : undefined;
  return readSlots(member.type, slots, index, span, buffer);
}

/** A member of an instance, or of one of a family: the same member of each. */
export function memberOfInstances(
  scope: Scope,
  ref: InstancesRef,
  field: syntax.Name,
  span: Span,
): Expr | undefined {
  const members = ref.instances.map((instance) => instance.members.get(field.text));
  const first = members[0];
  if (first?.kind === "broken") return undefined;
  if (first === undefined || first.kind === "port" || first.kind === "definition") {
    const known = [...(ref.instances[0]?.members ?? [])].flatMap(([name, { kind }]) =>
      kind === "port" || kind === "definition" ? [] : [name],
    );
    const { kind, name } = ref.machine;
    const owner = `${kind} \`${name.text}\``;
    scope.lowering.report(noSuchMember(owner, "variable", field.text, field.span, known));
    return undefined;
  }
  if (first.kind === "value" && ref.index !== undefined) {
    const reason = "a parameter is known only inside its machine";
    scope.lowering.report(misplaced(`\`${field.text}\``, reason, field.span));
    return undefined;
  }
  if (first.kind === "variable") {
    if (first.ghost && !scope.ghosts) {
      scope.lowering.report(ghostRead(field.text, field.span));
      return undefined;
    }
    const slots = members.flatMap((member) => (member?.kind === "variable" ? [member.slot] : []));
    return readVariable(scope, first, slots, ref.index, span);
  }
  if (first.kind === "value") return { ...first.value, span };
  const slots = members.flatMap((member) => {
    if (member?.kind === "timer") return [member.slot];
    return member?.kind === "interrupt" ? [member.pending] : [];
  });
  return readSlots(BOOL, slots, ref.index, span);
}
