/**
 * Terms of a Model as text: types, expressions, effects.
 *
 * The notation is Libretto where Libretto has one; what only exists in a Model gets words of its
 * own (`take the head of req`, `l0` for a local without a name). Operators are written with
 * parentheses around every inner one, so nobody has to know a precedence to read it.
 */
import type { Effect, Expr, Model, Place, Read, Type } from "../spec/model.ts";
import { printValue } from "../spec/values.ts";

/** `0..3`, `set<Client>`, `mode Server { Up, Down }` */
export function printType(type: Type): string {
  switch (type.kind) {
    case "bool":
    case "int":
    case "store":
      return type.kind;
    case "range": {
      const overflow = type.overflow === "fail" ? "" : ` ${type.overflow}`;
      return `${type.low}..${type.high}${overflow}`;
    }
    case "enum":
      return `enum ${type.name} { ${type.members.join(", ")} }`;
    case "id":
      return `${type.symmetric ? "symmetric " : ""}id ${type.name}(${type.size})`;
    case "record":
    case "message":
      return `${type.kind} ${type.name}`;
    case "optional":
      return `${printType(type.of)}?`;
    case "set":
      return `set<${printType(type.of)}>`;
    case "map":
      return `map<${printType(type.key)}, ${printType(type.value)}>`;
    case "list":
      return `list<${printType(type.of)}; ${type.capacity}>`;
    case "mode":
      return `mode ${type.machine} { ${type.leaves.join(", ")} }`;
  }
}

const SIGNS: Readonly<Record<string, string>> = {
  and: "and",
  or: "or",
  implies: "implies",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  add: "+",
  sub: "-",
  mul: "*",
  mod: "%",
  union: "union",
  difference: "minus",
  append: "append",
  insert: "with",
  remove: "without",
};

/** An expression, with slots by their names. */
export function printExpr(model: Model, expr: Expr): string {
  const inner = (one: Expr): string => printExpr(model, one);
  switch (expr.op) {
    case "const":
      return printValue(expr.value, expr.type);
    case "local":
      return localName(expr.local, expr.name);
    case "read":
      return printRead(model, expr);
    case "not":
      return `not ${inner(expr.operand)}`;
    case "minus":
      return `-${inner(expr.operand)}`;
    case "if":
      return `(if ${inner(expr.condition)} then ${inner(expr.then)} else ${inner(expr.else)})`;
    case "forall":
    case "exists":
    case "count":
      return `(${expr.op} ${expr.name} in ${inner(expr.domain)}: ${inner(expr.body)})`;
    case "filter":
      return `{ ${expr.name} in ${inner(expr.domain)} where ${inner(expr.body)} }`;
    case "all":
      return printType(expr.of);
    case "in":
      return `(${inner(expr.element)} in ${inner(expr.set)})`;
    case "has":
      return `(${inner(expr.key)} in ${inner(expr.map)})`;
    case "index":
      return `${inner(expr.object)}[${inner(expr.key)}]`;
    case "get":
      return `${inner(expr.map)}.get(${inner(expr.key)}, ${inner(expr.fallback)})`;
    case "field":
      return `${inner(expr.object)}.${fieldName(expr.object.type, expr.field)}`;
    case "size":
      return `${inner(expr.of)}.size`;
    case "set":
      return `{${expr.elements.map(inner).join(", ")}}`;
    case "list":
      return `[${expr.elements.map(inner).join(", ")}]`;
    case "record": {
      const fields = expr.fields.map((one, i) => `${fieldName(expr.type, i)}: ${inner(one)}`);
      return `{${fields.join(", ")}}`;
    }
    case "message":
      return `${kindName(expr.type, expr.kind)}(${expr.fields.map(inner).join(", ")})`;
    case "insert":
    case "remove":
      return `(${inner(expr.set)} ${SIGNS[expr.op]} ${inner(expr.element)})`;
    case "modeIn": {
      const leaves = expr.region.type.kind === "mode" ? expr.region.type.leaves : [];
      const names = expr.leaves.map((leaf) => leaves[leaf] ?? String(leaf));
      return `(${printRead(model, expr.region)} in ${names.join(" or ")})`;
    }
    case "present":
      return inner(expr.of);
    default:
      return `(${inner(expr.left)} ${SIGNS[expr.op]} ${inner(expr.right)})`;
  }
}

/** `server.table`, or `app[c]` for one of a family of slots. */
function printRead(model: Model, read: Read): string {
  const through = read.buffer === undefined ? "" : ` via ${slotName(model, read.buffer)}`;
  return `${family(model, read.slots, read.index)}${through}`;
}

function printPlace(model: Model, place: Place): string {
  const path = place.path.map((step) =>
    step.step === "field" ? `.${step.field}` : `[${printExpr(model, step.key)}]`,
  );
  const through = place.buffer === undefined ? "" : ` via ${slotName(model, place.buffer)}`;
  return `${family(model, place.slots, place.index)}${path.join("")}${through}`;
}

/** Slots of a family are told by their first name and the index that chooses one. */
function family(model: Model, slots: readonly number[], index: Expr | undefined): string {
  const first = slotName(model, slots[0]);
  if (index === undefined) return first;
  return `(${slots.map((slot) => slotName(model, slot)).join(" | ")})[${printExpr(model, index)}]`;
}

function slotName(model: Model, slot: number | undefined): string {
  return slot === undefined ? "?" : (model.slots[slot]?.name ?? `slot ${slot}`);
}

/** The name of a local in the text, or its number in the frame. */
export function localName(local: number, name: string): string {
  return name === "" ? `l${local}` : name;
}

function fieldName(type: Type, field: number): string {
  return type.kind === "record" ? (type.fields[field]?.name ?? String(field)) : String(field);
}

function kindName(type: Type, kind: number): string {
  return type.kind === "message" ? (type.kinds[kind]?.name ?? String(kind)) : String(kind);
}

/** Effects as lines, each with `indent` blanks. */
export function printEffects(model: Model, effects: readonly Effect[], indent: number): string[] {
  const blank = " ".repeat(indent);
  return effects.flatMap((effect) => {
    const expr = (one: Expr): string => printExpr(model, one);
    const block = (inner: readonly Effect[]): string[] => printEffects(model, inner, indent + 2);
    switch (effect.effect) {
      case "assign":
        return [`${blank}${printPlace(model, effect.place)} = ${expr(effect.value)}`];
      case "send": {
        const names = effect.channels.map(
          (channel) => model.channels[channel]?.name ?? `channel ${channel}`,
        );
        const which =
          effect.index === undefined
            ? (names[0] ?? "?")
            : `(${names.join(" | ")})[${expr(effect.index)}]`;
        return [`${blank}send ${which} ${expr(effect.message)}`];
      }
      case "if":
        return [
          `${blank}if ${expr(effect.condition)} {`,
          ...block(effect.then),
          ...(effect.else.length > 0 ? [`${blank}} else {`, ...block(effect.else)] : []),
          `${blank}}`,
        ];
      case "for":
        return [
          `${blank}for ${effect.name} in ${expr(effect.domain)} {`,
          ...block(effect.body),
          `${blank}}`,
        ];
      case "choose":
        return [`${blank}choose ${effect.name} in ${expr(effect.domain)}`];
      case "assert":
        return [`${blank}assert ${expr(effect.condition)}`];
      case "fence":
        return [`${blank}fence until ${slotName(model, effect.buffer)} is empty`];
      case "bind":
        return [`${blank}l${effect.local} = ${expr(effect.value)}`];
    }
  });
}
