/** Places: what stands on the left of an assignment, and the lines of interrupts. */
import { noSuchMember, notAssignable } from "../errors.ts";
import type { Expr, Place, PlaceStep, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { requirePresent } from "./access.ts";
import { instancesOf } from "./entities.ts";
import { expressionOf, reportUnknown } from "./expression.ts";
import { lookUp, type Member, type Scope, textAt, visibleNames } from "./scope.ts";

/** A place, and whether it belongs to a ghost. */
export interface PlaceInfo {
  readonly place: Place;
  readonly ghost: boolean;
}

type Variable = Extract<Member, { kind: "variable" }>;

/** The place that an expression names, or undefined after a diagnostic. */
export function placeOf(scope: Scope, written: syntax.Expr): PlaceInfo | undefined {
  const { span } = written;
  if (written.kind === "name") return namedPlace(scope, written.name, span);
  if (written.kind === "field") {
    const instances = instancesOf(scope, written.object);
    if (instances === "bad") return undefined;
    if (instances !== undefined) {
      const members = instances.instances.map((each) => each.members.get(written.field.text));
      const known = [...(instances.instances[0]?.members.keys() ?? [])];
      if (members[0] === undefined) {
        const owner = `\`${instances.machine.name.text}\``;
        scope.lowering.report(noSuchMember(owner, written.field.text, written.field.span, known));
        return undefined;
      }
      return variablePlace(scope, members, instances.index, span);
    }
    return fieldPlace(scope, written);
  }
  if (written.kind === "index") return elementPlace(scope, written);
  const text = textAt(scope.lowering, span);
  scope.lowering.report(notAssignable(`\`${text}\``, "this is not a variable", span));
  return undefined;
}

function namedPlace(scope: Scope, name: string, span: Span): PlaceInfo | undefined {
  if (scope.locals.has(name)) return refuse(scope, name, "a bound name never changes", span);
  const member = scope.instance?.members.get(name) ?? scope.system?.members.get(name);
  if (member !== undefined) return variablePlace(scope, [member], undefined, span);
  const found = lookUp(scope, name);
  if (found !== undefined) {
    return refuse(scope, name, `this is a ${found.declaration.kind}`, span);
  }
  return reportUnknown(scope, name, span, visibleNames(scope));
}

function refuse(scope: Scope, name: string, reason: string, span: Span): undefined {
  scope.lowering.report(notAssignable(`\`${name}\``, reason, span));
  return undefined;
}

function variablePlace(
  scope: Scope,
  members: readonly (Member | undefined)[],
  index: Expr | undefined,
  span: Span,
): PlaceInfo | undefined {
  const variables = members.filter((member): member is Variable => member?.kind === "variable");
  const [first] = variables;
  if (first === undefined) {
    const is = members[0]?.kind === "value" ? "a parameter" : `a ${members[0]?.kind ?? "name"}`;
    return refuse(scope, textAt(scope.lowering, span), `this is ${is}`, span);
  }
  const place: Place = {
    slots: variables.map((variable) => variable.slot),
    index,
    path: [],
    type: first.type,
    buffer: first.shared ? scope.instance?.buffer : undefined,
    span,
  };
  return { place, ghost: first.ghost };
}

function extended(base: PlaceInfo, step: PlaceStep, type: Type, span: Span): PlaceInfo {
  return { ...base, place: { ...base.place, path: [...base.place.path, step], type, span } };
}

function fieldPlace(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "field" }>,
): PlaceInfo | undefined {
  const base = placeOf(scope, written.object);
  if (base === undefined) return undefined;
  if (!requirePresent(scope, written.object, base.place.type)) return undefined;
  const { type } = base.place;
  const record = type.kind === "optional" ? type.of : type;
  const fields = record.kind === "record" ? record.fields : [];
  const field = fields.findIndex((known) => known.name === written.field.text);
  const found = fields[field];
  if (found !== undefined)
    return extended(base, { step: "field", field }, found.type, written.span);
  const owner = `\`${textAt(scope.lowering, written.object.span)}\``;
  const names = fields.map((known) => known.name);
  scope.lowering.report(noSuchMember(owner, written.field.text, written.field.span, names));
  return undefined;
}

function elementPlace(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "index" }>,
): PlaceInfo | undefined {
  const base = placeOf(scope, written.object);
  if (base === undefined) return undefined;
  const { type } = base.place;
  if (type.kind !== "map") {
    const text = textAt(scope.lowering, written.span);
    return refuse(scope, text, "only entries of a map can be assigned one by one", written.span);
  }
  const key = expressionOf(scope, written.index, type.key);
  if (key === undefined) return undefined;
  return extended(base, { step: "key", key }, type.value, written.span);
}

/** The interrupt line that an expression names: `line` or `server.line`. */
export function lineOf(
  scope: Scope,
  written: syntax.Expr,
):
  | {
      readonly pending: readonly number[];
      readonly masked: readonly number[];
      readonly index: Expr | undefined;
    }
  | undefined {
  const members: (Member | undefined)[] = [];
  let index: Expr | undefined;
  if (written.kind === "name") {
    const { name } = written;
    members.push(scope.instance?.members.get(name) ?? scope.system?.members.get(name));
  } else if (written.kind === "field") {
    const instances = instancesOf(scope, written.object);
    if (instances === "bad") return undefined;
    for (const instance of instances?.instances ?? []) {
      members.push(instance.members.get(written.field.text));
    }
    index = instances?.index;
  }
  const lines = members.filter((member) => member?.kind === "interrupt");
  if (lines.length > 0) {
    return {
      pending: lines.map((line) => line.pending),
      masked: lines.map((line) => line.masked),
      index,
    };
  }
  const text = textAt(scope.lowering, written.span);
  return reportUnknown(scope, text, written.span, visibleNames(scope));
}
