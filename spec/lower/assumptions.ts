/**
 * Values for what nothing sets: parameters of a system or a machine that is judged without a check.
 *
 * Any value of the type will do; the text is only typed, never run.
 */
import type { Expr, Type, Value } from "../model.ts";
import type { ModuleScope } from "../program.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { indexSize } from "../type-relations.ts";
import { type Lowering, type Member, moduleScope } from "./scope.ts";
import { typeOf } from "./type-of.ts";

/** A value for each parameter of a system; one whose type has a mistake is broken. */
export function assumedParameters(
  lowering: Lowering,
  module: ModuleScope,
  system: syntax.SystemDeclaration,
): ReadonlyMap<string, Member> {
  const parameters = new Map<string, Member>();
  for (const { name, type: written } of system.parameters) {
    const type = typeOf(moduleScope(lowering, module), written);
    const value: Expr | undefined =
      type === undefined
        ? undefined
        : { op: "const", type, value: someValue(type), span: name.span };
    parameters.set(name.text, value === undefined ? { kind: "broken" } : { kind: "value", value });
  }
  return parameters;
}

/** Any value of a type. */
function someValue(type: Type): Value {
  switch (type.kind) {
    case "bool":
      return false;
    case "range":
      return type.low;
    case "optional":
    case "mode":
      return null;
    case "set":
    case "list":
      return [];
    case "map":
      return Array.from({ length: indexSize(type.key) }, () => someValue(type.value));
    case "record":
      return type.fields.map((field) => someValue(field.type));
    case "message":
      return [0, ...(type.kinds[0]?.fields ?? []).map((field) => someValue(field.type))];
    default:
      return 0;
  }
}

/** Some value of a type as a user would write it. */
export function writtenValue(type: Type, span: Span): syntax.Expr {
  const name = (text: string): syntax.Expr => ({ kind: "name", span, name: text });
  const call = (callee: string, fields: readonly { readonly type: Type }[]): syntax.Expr => ({
    kind: "call",
    span,
    callee: name(callee),
    arguments: fields.map((field) => writtenValue(field.type, span)),
  });
  switch (type.kind) {
    case "bool":
      return { kind: "bool", span, value: false };
    case "optional":
      return { kind: "none", span };
    case "id":
      return name(`${type.name}1`);
    case "enum":
      return {
        kind: "field",
        span,
        object: name(type.name),
        field: { text: type.members[0] ?? "", span },
      };
    case "set":
      return { kind: "setLiteral", span, elements: [] };
    case "list":
      return { kind: "listLiteral", span, elements: [] };
    case "record":
      return call(type.name, type.fields);
    case "message":
      return call(type.kinds[0]?.name ?? "", type.kinds[0]?.fields ?? []);
    case "map":
      // One value fills a map; where it may be absent `{}` does.
      return type.value.kind === "optional"
        ? { kind: "setLiteral", span, elements: [] }
        : writtenValue(type.value, span);
    default:
      return { kind: "number", span, value: type.kind === "range" ? type.low : 0 };
  }
}
