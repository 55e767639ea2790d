/**
 * `Symbolic`: a value of a Model whose parts are formulas over the state before the step.
 *
 *     number, bool, enum, id, mode    scalar     one formula; inactive is one past the leaves
 *     T?                              optional   present?, and the value
 *     record, map                     product    one part for each field or key
 *     message, store entry            message    which kind, and the fields of every kind
 *     set<T>                          set        for each possible element: is it in?
 *     list, channel, store buffer     list       length, and the elements up to some capacity
 *
 * Symbolic values are canonical: what is absent (the value of `none`, elements past the end, fields
 * of other kinds) is the default of its type. Equal values of a Model are therefore equal cells,
 * and a verifier that compares cells counts the same states.
 */
import type { Type, Value } from "../../spec/model.ts";
import {
  compareValues,
  DOMAIN_LIMIT,
  domainSize,
  part,
  parts,
  valuesOf,
} from "../../spec/values.ts";
import { tooLarge } from "./export-limit.ts";
import type { Formula, Formulas } from "./formula.ts";

export interface Member {
  readonly element: Value;
  readonly present: Formula;
}

export type Symbolic =
  | { readonly shape: "scalar"; readonly value: Formula }
  | { readonly shape: "optional"; readonly present: Formula; readonly value: Symbolic }
  | { readonly shape: "product"; readonly parts: readonly Symbolic[] }
  | {
      readonly shape: "message";
      readonly kind: Formula;
      readonly fields: readonly (readonly Symbolic[])[];
    }
  /** In the order of `compareValues`, each element once. */
  | { readonly shape: "set"; readonly members: readonly Member[] }
  /** `filler` is what lies past the end. */
  | {
      readonly shape: "list";
      readonly length: Formula;
      readonly elements: readonly Symbolic[];
      readonly filler: Symbolic;
    };

export type SymbolicList = Extract<Symbolic, { shape: "list" }>;
export type SymbolicMessage = Extract<Symbolic, { shape: "message" }>;

/** Values that are written out for one expression: elements of sets, keys, loops. */
const DOMAIN_WRITTEN_MAX = 4096;

export function scalar(value: Formula): Symbolic {
  return { shape: "scalar", value };
}

/** The number or truth value of a scalar. */
export function formulaOf(symbolic: Symbolic, f: Formulas): Formula {
  if (symbolic.shape === "optional") return formulaOf(symbolic.value, f);
  return symbolic.shape === "scalar" ? symbolic.value : f.no;
}

/** The values of a type that is written out; an error when there are too many. */
export function domainOf(type: Type): readonly Value[] {
  if (domainSize(type) > Math.min(DOMAIN_WRITTEN_MAX, DOMAIN_LIMIT)) {
    throw tooLarge(
      "a set, a map or a choice ranges over a large type",
      `${DOMAIN_WRITTEN_MAX} values`,
      "export a check with smaller ids or ranges",
    );
  }
  return valuesOf(type);
}

// ---------------------------------------------------------------------------- constants

/** A known value of a type, in symbolic form. */
export function constantSymbolic(value: Value, type: Type, f: Formulas): Symbolic {
  switch (type.kind) {
    case "optional":
      return value === null
        ? { shape: "optional", present: f.no, value: defaultOf(type.of, f) }
        : { shape: "optional", present: f.yes, value: constantSymbolic(value, type.of, f) };
    case "record": {
      const fields = type.fields.map((field, index) =>
        constantSymbolic(part(value, index), field.type, f),
      );
      return { shape: "product", parts: fields };
    }
    case "map":
      return {
        shape: "product",
        parts: parts(value).map((entry) => constantSymbolic(entry, type.value, f)),
      };
    case "message": {
      const kind = Number(part(value, 0));
      const fields = type.kinds.map((one, ordinal) =>
        one.fields.map((field, index) =>
          ordinal === kind
            ? constantSymbolic(part(value, index + 1), field.type, f)
            : defaultOf(field.type, f),
        ),
      );
      return { shape: "message", kind: f.number(kind), fields };
    }
    case "set":
      return {
        shape: "set",
        members: parts(value).map((element) => ({ element, present: f.yes })),
      };
    case "list": {
      const filler = type.of.kind === "store" ? scalar(f.no) : defaultOf(type.of, f);
      const elements = parts(value).map((element) => constantSymbolic(element, type.of, f));
      return { shape: "list", length: f.number(elements.length), elements, filler };
    }
    case "mode":
      return scalar(f.number(value === null ? type.leaves.length : Number(value)));
    default:
      return scalar(f.number(Number(value)));
  }
}

/** What lies where nothing is: 0, or the least value when 0 is none; empty; absent. */
export function defaultOf(type: Type, f: Formulas): Symbolic {
  switch (type.kind) {
    case "range":
      return scalar(f.number(type.low <= 0 && type.high >= 0 ? 0 : type.low));
    case "optional":
      return { shape: "optional", present: f.no, value: defaultOf(type.of, f) };
    case "record":
      return { shape: "product", parts: type.fields.map((field) => defaultOf(field.type, f)) };
    case "map":
      return {
        shape: "product",
        parts: domainOf(type.key).map(() => defaultOf(type.value, f)),
      };
    case "message": {
      const fields = type.kinds.map((kind) => kind.fields.map((field) => defaultOf(field.type, f)));
      return { shape: "message", kind: f.no, fields };
    }
    case "set":
      return { shape: "set", members: [] };
    case "list":
      return { shape: "list", length: f.no, elements: [], filler: defaultOf(type.of, f) };
    default:
      return scalar(f.no);
  }
}

// ---------------------------------------------------------------------------- parts

/** The element at a known position, or what lies past the end. */
export function elementAt(list: SymbolicList, position: number): Symbolic {
  return list.elements[position] ?? list.filler;
}

export function presentIn(members: readonly Member[], element: Value, f: Formulas): Formula {
  return members.find((one) => compareValues(one.element, element) === 0)?.present ?? f.no;
}

/** A set of possible elements, those of equal value joined, in order. */
export function setOfMembers(members: readonly Member[], f: Formulas): Symbolic {
  const joined = new Map<string, Member>();
  for (const { element, present } of members) {
    const key = JSON.stringify(element);
    const old = joined.get(key);
    joined.set(key, { element, present: old === undefined ? present : f.or(old.present, present) });
  }
  const sorted = [...joined.values()]
    .filter(({ present }) => present !== f.no)
    .toSorted((left, right) => compareValues(left.element, right.element));
  return { shape: "set", members: sorted };
}

/** The possible elements of a set, each with the condition that it is there. */
export function elementsOf(
  whole: Symbolic,
  type: Type,
  f: Formulas,
): readonly { readonly present: Formula; readonly value: Symbolic }[] {
  if (whole.shape !== "set") return [];
  const of: Type = type.kind === "set" ? type.of : { kind: "int" };
  return whole.members.map(({ element, present }) => ({
    present,
    value: constantSymbolic(element, of, f),
  }));
}

/** A value that is there, as one that may be absent. */
export function lift(symbolic: Symbolic, f: Formulas): Extract<Symbolic, { shape: "optional" }> {
  return symbolic.shape === "optional"
    ? symbolic
    : { shape: "optional", present: f.yes, value: symbolic };
}

// ---------------------------------------------------------------------------- choosing

/** `condition -> then : otherwise`, part by part. */
export function chooseSymbolic(
  condition: Formula,
  then: Symbolic,
  otherwise: Symbolic,
  f: Formulas,
): Symbolic {
  if (then === otherwise || condition === f.yes) return then;
  if (condition === f.no) return otherwise;
  const both = (left: Symbolic, right: Symbolic): Symbolic =>
    chooseSymbolic(condition, left, right, f);
  if (then.shape === "optional" || otherwise.shape === "optional") {
    const [left, right] = [lift(then, f), lift(otherwise, f)];
    const present = f.choose(condition, left.present, right.present);
    return { shape: "optional", present, value: both(left.value, right.value) };
  }
  switch (then.shape) {
    case "scalar":
      return scalar(f.choose(condition, then.value, formulaOf(otherwise, f)));
    case "product": {
      const others = otherwise.shape === "product" ? otherwise.parts : then.parts;
      return {
        shape: "product",
        parts: then.parts.map((one, index) => both(one, others[index] ?? one)),
      };
    }
    case "message": {
      if (otherwise.shape !== "message") return then;
      const fields = then.fields.map((kind, ordinal) =>
        kind.map((field, index) => both(field, otherwise.fields[ordinal]?.[index] ?? field)),
      );
      return { shape: "message", kind: f.choose(condition, then.kind, otherwise.kind), fields };
    }
    case "set": {
      const others = otherwise.shape === "set" ? otherwise.members : [];
      const elements = [...then.members, ...others].map(({ element }) => ({
        element,
        present: f.choose(
          condition,
          presentIn(then.members, element, f),
          presentIn(others, element, f),
        ),
      }));
      return setOfMembers(elements, f);
    }
    case "list": {
      if (otherwise.shape !== "list") return then;
      const capacity = Math.max(then.elements.length, otherwise.elements.length);
      const elements = Array.from({ length: capacity }, (_, index) =>
        both(elementAt(then, index), elementAt(otherwise, index)),
      );
      const length = f.choose(condition, then.length, otherwise.length);
      return { shape: "list", length, elements, filler: then.filler };
    }
  }
}

// ---------------------------------------------------------------------------- equality

export function equalSymbolic(left: Symbolic, right: Symbolic, f: Formulas): Formula {
  if (left === right) return f.yes;
  if (left.shape === "optional" || right.shape === "optional") {
    const [one, other] = [lift(left, f), lift(right, f)];
    const both = f.and(one.present, other.present, equalSymbolic(one.value, other.value, f));
    return f.or(both, f.and(f.not(one.present), f.not(other.present)));
  }
  switch (left.shape) {
    case "scalar":
      return right.shape === "scalar" ? f.eq(left.value, right.value) : f.no;
    case "product":
      return right.shape === "product" ? equalParts(left.parts, right.parts, f) : f.no;
    case "message":
      return right.shape === "message" ? equalMessages(left, right, f) : f.no;
    case "set": {
      if (right.shape !== "set") return f.no;
      const elements = [...left.members, ...right.members].map(({ element }) => element);
      return f.and(
        ...elements.map((element) =>
          equivalent(presentIn(left.members, element, f), presentIn(right.members, element, f), f),
        ),
      );
    }
    case "list": {
      if (right.shape !== "list") return f.no;
      const capacity = Math.max(left.elements.length, right.elements.length);
      const positions = Array.from({ length: capacity }, (_, index) => index);
      // Both are canonical, so what lies past the ends is equal when the lengths are.
      return f.and(
        f.eq(left.length, right.length),
        ...positions.map((at) => equalSymbolic(elementAt(left, at), elementAt(right, at), f)),
      );
    }
  }
}

function equalParts(left: readonly Symbolic[], right: readonly Symbolic[], f: Formulas): Formula {
  return f.and(
    ...left.map((one, index) => {
      const other = right[index];
      return other === undefined ? f.no : equalSymbolic(one, other, f);
    }),
  );
}

/** Fields of other kinds are defaults, so all fields are compared. */
function equalMessages(left: SymbolicMessage, right: SymbolicMessage, f: Formulas): Formula {
  const fields = left.fields.map((kind, ordinal) =>
    equalParts(kind, right.fields[ordinal] ?? [], f),
  );
  return f.and(f.eq(left.kind, right.kind), ...fields);
}

function equivalent(left: Formula, right: Formula, f: Formulas): Formula {
  return f.choose(left, right, f.not(right));
}

/** Is it this known value? */
export function equalsValue(symbolic: Symbolic, value: Value, f: Formulas): Formula {
  switch (symbolic.shape) {
    case "scalar":
      return typeof value === "object" ? f.no : f.eq(symbolic.value, f.number(Number(value)));
    case "optional":
      return value === null
        ? f.not(symbolic.present)
        : f.and(symbolic.present, equalsValue(symbolic.value, value, f));
    case "product":
      return f.and(...symbolic.parts.map((one, at) => equalsValue(one, part(value, at), f)));
    case "message": {
      const kind = Number(part(value, 0));
      const fields = symbolic.fields[kind] ?? [];
      return f.and(
        f.eq(symbolic.kind, f.number(kind)),
        ...fields.map((field, index) => equalsValue(field, part(value, index + 1), f)),
      );
    }
    case "set": {
      const wanted = parts(value).map((element) => ({ element, present: f.yes }));
      return equalSymbolic(symbolic, { shape: "set", members: wanted }, f);
    }
    case "list":
      return f.and(
        f.eq(symbolic.length, f.number(parts(value).length)),
        ...parts(value).map((element, at) => equalsValue(elementAt(symbolic, at), element, f)),
      );
  }
}
