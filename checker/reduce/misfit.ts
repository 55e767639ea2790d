/**
 * Can a value fail to fit the type of its place, so that storing it violates `range`?
 *
 * Only a plain range and the length of a list can be left. A constant is tried; a part of the state
 * of the very same type always fits; everything else that holds a number or a list may misfit.
 */
import type { Expr, Type } from "../../spec/model.ts";
import { canMisfit, fit } from "../reference/fit.ts";
import { typeShape } from "./shape.ts";

export function mayMisfit(value: Expr, type: Type): boolean {
  if (!canMisfit(type)) return false;
  switch (value.op) {
    case "const":
      return fit(value.value, type).misfit !== undefined;
    case "if":
      return mayMisfit(value.then, type) || mayMisfit(value.else, type);
    case "get":
      return mayMisfit(value.fallback, type) || !isStored(value.map) || !agree(value.type, type);
    case "message":
      return type.kind !== "message" || misfitField(value, type);
    default:
      return !isStored(value) || !agree(value.type, type);
  }
}

/** Is the value a part of the state as it is? What is stored fits the type under which it is. */
function isStored(value: Expr): boolean {
  switch (value.op) {
    case "read":
      return true;
    case "index":
    case "field":
      return isStored(value.object);
    case "present":
      return isStored(value.of);
    default:
      return false;
  }
}

/** Are the types the same but for being optional? */
function agree(left: Type, right: Type): boolean {
  const core = (type: Type): Type => (type.kind === "optional" ? type.of : type);
  return typeShape(core(left)) === typeShape(core(right));
}

function misfitField(
  value: Extract<Expr, { readonly op: "message" }>,
  type: Extract<Type, { readonly kind: "message" }>,
): boolean {
  const fields = type.kinds[value.kind]?.fields ?? [];
  return value.fields.some((field, index) => {
    const wanted = fields[index]?.type;
    return wanted === undefined || mayMisfit(field, wanted);
  });
}
