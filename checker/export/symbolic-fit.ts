/**
 * What is stored when a symbolic value meets the type of its place: the twin of `reference/fit.ts`.
 *
 * The value is brought into the type, and beside it stands the condition under which it does not
 * fit: then the step is a violation and has no next state.
 */
import type { Type } from "../../spec/model.ts";
import { fit } from "../reference/fit.ts";
import type { Formula, Formulas } from "./formula.ts";
import { lift, scalar, setOfMembers, type Member, type Symbolic } from "./symbolic.ts";

export interface SymbolicFit {
  readonly value: Symbolic;
  /** True in the states in which the value leaves its type. */
  readonly misfit: Formula;
}

type RangeType = Extract<Type, { kind: "range" }>;

export function fitSymbolic(given: Symbolic, type: Type, f: Formulas): SymbolicFit {
  if (type.kind === "optional") {
    const { present, value } = lift(given, f);
    const fitted = fitSymbolic(value, type.of, f);
    const misfit = f.and(present, fitted.misfit);
    return { value: { shape: "optional", present, value: fitted.value }, misfit };
  }
  const bare = given.shape === "optional" ? given.value : given;
  switch (bare.shape) {
    case "scalar":
      return type.kind === "range" ? fitNumber(bare.value, type, f) : { value: bare, misfit: f.no };
    case "product": {
      const typeAt = (index: number): Type | undefined =>
        type.kind === "record"
          ? type.fields[index]?.type
          : type.kind === "map"
            ? type.value
            : undefined;
      const { values, misfit } = fitEach(bare.parts, typeAt, f);
      return { value: { shape: "product", parts: values }, misfit };
    }
    case "message": {
      if (type.kind !== "message") return { value: bare, misfit: f.no };
      const kinds = bare.fields.map((fields, ordinal) => {
        const typeAt = (index: number): Type | undefined =>
          type.kinds[ordinal]?.fields[index]?.type;
        const fitted = fitEach(fields, typeAt, f);
        const misfit = f.and(f.eq(bare.kind, f.number(ordinal)), fitted.misfit);
        return { values: fitted.values, misfit };
      });
      const fields = kinds.map(({ values }) => values);
      return { value: { ...bare, fields }, misfit: f.or(...kinds.map(({ misfit }) => misfit)) };
    }
    case "set":
      return type.kind === "set" ? fitSet(bare.members, type.of, f) : { value: bare, misfit: f.no };
    case "list": {
      if (type.kind !== "list") return { value: bare, misfit: f.no };
      const { capacity } = type;
      const kept = bare.elements.slice(0, capacity);
      const fitted = kept.map((element, at) => {
        const one = fitSymbolic(element, type.of, f);
        return { value: one.value, misfit: f.and(f.lt(f.number(at), bare.length), one.misfit) };
      });
      const tooLong = f.lt(f.number(capacity), bare.length);
      return {
        value: { ...bare, elements: fitted.map(({ value }) => value) },
        misfit: f.or(tooLong, ...fitted.map(({ misfit }) => misfit)),
      };
    }
    case "optional":
      // The type checker admits no `T??`.
      return { value: bare, misfit: f.no };
  }
}

function fitEach(
  values: readonly Symbolic[],
  typeAt: (index: number) => Type | undefined,
  f: Formulas,
): { readonly values: readonly Symbolic[]; readonly misfit: Formula } {
  const fitted = values.map((value, index): SymbolicFit => {
    const type = typeAt(index);
    return type === undefined ? { value, misfit: f.no } : fitSymbolic(value, type, f);
  });
  return {
    values: fitted.map(({ value }) => value),
    misfit: f.or(...fitted.map(({ misfit }) => misfit)),
  };
}

function fitNumber(value: Formula, type: RangeType, f: Formulas): SymbolicFit {
  const [low, high] = [f.number(type.low), f.number(type.high)];
  const [under, over] = [f.lt(value, low), f.lt(high, value)];
  switch (type.overflow) {
    case "fail":
      return { value: scalar(value), misfit: f.or(under, over) };
    case "saturate":
      return { value: scalar(f.choose(under, low, f.choose(over, high, value))), misfit: f.no };
    case "wrap": {
      const wrapped = f.mod(f.sub(value, low), type.high - type.low + 1);
      const inside = under === f.no && over === f.no;
      return { value: scalar(inside ? value : f.add(wrapped, low)), misfit: f.no };
    }
  }
}

/** The possible elements are known values, so each is fitted as such. */
function fitSet(members: readonly Member[], of: Type, f: Formulas): SymbolicFit {
  const fitted: Member[] = [];
  const misfits: Formula[] = [];
  for (const { element, present } of members) {
    const one = fit(element, of);
    if (one.misfit === undefined) fitted.push({ element: one.value, present });
    else misfits.push(present);
  }
  return { value: setOfMembers(fitted, f), misfit: f.or(...misfits) };
}
