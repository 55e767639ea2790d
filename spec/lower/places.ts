/** Places: what stands on the left of an assignment, and the lines of interrupts. */
import { noSuchMember, wrongKind } from "../errors.ts";
import type { Expr, Place, PlaceStep, Type } from "../model.ts";
import { kindOf } from "../phrases.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { notAssignable } from "../type-errors.ts";
import { describeType } from "../type-relations.ts";
import { requirePresent } from "./access.ts";
import { instancesOf, type InstancesRef } from "./entities.ts";
import { expressionOf, reportUnknownValue } from "./expression.ts";
import { isDeclared, lookUp, type Member, memberNamed, type Scope, textAt } from "./scope.ts";

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
      if (members[0] === undefined) {
        reportMember(scope, instances, written.field, "variable");
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
  const member = memberNamed(scope, name);
  if (member !== undefined) return variablePlace(scope, [member], undefined, span);
  if (scope.system?.broken.has(name) === true) return undefined;
  const entity = scope.system?.families.has(name) === true ? "an instance" : "a channel";
  if (scope.system?.families.has(name) === true || scope.system?.channels.has(name) === true) {
    return refuse(scope, name, `this is ${entity}`, span);
  }
  const found = lookUp(scope, name);
  if (found !== undefined) {
    return refuse(scope, name, `this is ${kindOf(found.declaration.kind)}`, span);
  }
  return reportUnknownValue(scope, name, span);
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
  if (members[0]?.kind === "broken") return undefined;
  if (first === undefined) {
    const is = kindOf(members[0]?.kind ?? "name");
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
  const { text, span } = written.field;
  const names = fields.map((known) => known.name);
  const owner = `${record.kind === "record" ? "record " : ""}${describeType(record)}`;
  scope.lowering.report(noSuchMember(owner, "field", text, span, names));
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
  const instances = written.kind === "field" ? instancesOf(scope, written.object) : undefined;
  if (instances === "bad") return undefined;
  const name = written.kind === "name" ? written.name : undefined;
  const own = name === undefined ? undefined : memberNamed(scope, name);
  const members =
    written.kind === "field" && instances !== undefined
      ? instances.instances.map((instance) => instance.members.get(written.field.text))
      : [own];
  const index = instances?.index;
  if (members[0]?.kind === "broken") return undefined;
  const lines = members.filter((member) => member?.kind === "interrupt");
  if (lines.length > 0) {
    return {
      pending: lines.map((line) => line.pending),
      masked: lines.map((line) => line.masked),
      index,
    };
  }
  const root = rootOf(written);
  if (written.kind === "field" && instances !== undefined) {
    reportMember(scope, instances, written.field, "interrupt");
  } else if (root !== undefined && written !== root && !isDeclared(scope, root.name)) {
    return reportUnknownValue(scope, root.name, root.span);
  } else if (name !== undefined && own === undefined && lookUp(scope, name) === undefined) {
    return reportUnknownValue(scope, name, written.span);
  } else {
    const text = textAt(scope.lowering, written.span);
    const is = own === undefined ? "something else" : kindOf(own.kind);
    scope.lowering.report(wrongKind(text, is, "an interrupt line", written.span));
  }
  return undefined;
}

/** The name with which a place begins. */
function rootOf(place: syntax.Expr): Extract<syntax.Expr, { kind: "name" }> | undefined {
  if (place.kind === "field" || place.kind === "index") return rootOf(place.object);
  return place.kind === "name" ? place : undefined;
}

/** Reports a member that an instance does not have, with those of its kind that it has. */
function reportMember(
  scope: Scope,
  instances: InstancesRef,
  field: syntax.Name,
  kind: "variable" | "interrupt",
): void {
  const { machine } = instances;
  const known = [...(instances.instances[0]?.members ?? [])].flatMap(([name, member]) =>
    member.kind === kind ? [name] : [],
  );
  const owner = `${machine.kind} \`${machine.name.text}\``;
  scope.lowering.report(noSuchMember(owner, kind, field.text, field.span, known));
}
