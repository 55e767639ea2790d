/**
 * Parts of symbolic values: entries of maps, elements of lists and sets, by keys that may be
 * unknown.
 *
 * A key that is not known becomes one case for each value that it can have. Where the type rules
 * out every other value, the last case needs no condition.
 */
import type { Type, Value } from "../../spec/model.ts";
import { ordinalOf } from "../../spec/values.ts";
import { constantIn, type Formula, type Formulas } from "./formula.ts";
import { takeFirst } from "./symbolic-lists.ts";
import {
  chooseSymbolic,
  defaultOf,
  domainOf,
  equalSymbolic,
  equalsValue,
  formulaOf,
  lift,
  type Member,
  setOfMembers,
  type Symbolic,
} from "./symbolic.ts";

/** One of the values that an index can have, and when it has it. */
export interface Case {
  readonly when: Formula;
  readonly ordinal: number;
}

/** The ordinals that a key of `type` can have. */
export function keyCases(key: Symbolic, type: Type, f: Formulas): readonly Case[] {
  const known = key.shape === "scalar" ? constantIn(key.value) : undefined;
  if (known !== undefined && type.kind !== "bool" && type.kind !== "mode") {
    const ordinal = ordinalOf(known, type);
    return ordinal < 0 ? [] : [{ when: f.yes, ordinal }];
  }
  return domainOf(type)
    .map((value, ordinal) => ({ when: equalsValue(key, value, f), ordinal }))
    .filter(({ when }) => when !== f.no);
}

/** The value of the first case that applies; of the last one where the type rules out the rest. */
export function select(
  cases: readonly { readonly when: Formula; readonly value: Symbolic }[],
  otherwise: Symbolic,
  f: Formulas,
): Symbolic {
  const last = cases.at(-1);
  if (last === undefined) return otherwise;
  return cases
    .slice(0, -1)
    .reduceRight((rest, { when, value }) => chooseSymbolic(when, value, rest, f), last.value);
}

/** The entry of a map, or the element of a list as one that may be absent. */
export function entryOf(whole: Symbolic, type: Type, at: Symbolic, f: Formulas): Symbolic {
  if (type.kind === "map") {
    const parts = whole.shape === "product" ? whole.parts : [];
    const cases = keyCases(at.shape === "optional" ? at.value : at, type.key, f);
    const values = cases.flatMap(({ when, ordinal }) => {
      const value = parts[ordinal];
      return value === undefined ? [] : [{ when, value }];
    });
    return select(values, defaultOf(type.value, f), f);
  }
  if (whole.shape !== "list") return whole;
  const position = formulaOf(at, f);
  const there = f.and(f.le(f.number(0), position), f.lt(position, whole.length));
  const values = whole.elements.map((value, index) => ({
    when: f.eq(position, f.number(index)),
    value,
  }));
  const found = [...values, { when: f.yes, value: whole.filler }].reduceRight(
    (rest, { when, value }) => chooseSymbolic(when, value, rest, f),
    whole.filler,
  );
  const element = lift(found, f);
  return { shape: "optional", present: f.and(there, element.present), value: element.value };
}

export function membersOf(whole: Symbolic): readonly Member[] {
  return whole.shape === "set" ? whole.members : [];
}

export function candidates(value: Symbolic, type: Type): readonly Value[] {
  if (value.shape !== "scalar" || type.kind === "bool" || type.kind === "mode") {
    return domainOf(type);
  }
  const { low, high } = value.value;
  return domainOf({ kind: "range", name: undefined, low, high, overflow: "fail" });
}

export function contains(whole: Symbolic, element: Symbolic, f: Formulas): Formula {
  if (whole.shape === "list") {
    return f.or(
      ...whole.elements.map((one, index) =>
        f.and(f.lt(f.number(index), whole.length), equalSymbolic(one, element, f)),
      ),
    );
  }
  const members = membersOf(whole);
  return (
    interval(members, element, f) ??
    f.or(...members.map((one) => f.and(one.present, equalsValue(element, one.element, f))))
  );
}

/** A number in a set of all numbers between two: two comparisons are enough. */
function interval(members: readonly Member[], element: Symbolic, f: Formulas): Formula | undefined {
  const [first, last] = [members[0], members.at(-1)];
  if (first === undefined || last === undefined || element.shape !== "scalar") return undefined;
  const [low, high] = [first.element, last.element];
  if (typeof low !== "number" || typeof high !== "number") return undefined;
  if (high - low !== members.length - 1) return undefined;
  if (members.some(({ present }) => present !== f.yes)) return undefined;
  return f.and(f.le(f.number(low), element.value), f.le(element.value, f.number(high)));
}

export function without(whole: Symbolic, element: Symbolic, f: Formulas): Symbolic {
  const { present, value } = lift(element, f);
  if (whole.shape === "list") {
    return chooseSymbolic(present, takeFirst(whole, value, f), whole, f);
  }
  const members = membersOf(whole).map((one) => ({
    element: one.element,
    present: f.and(one.present, f.not(f.and(present, equalsValue(value, one.element, f)))),
  }));
  return setOfMembers(members, f);
}

export function total(truths: readonly Formula[], f: Formulas): Formula {
  return truths.reduce((sum, truth) => f.add(sum, truth), f.number(0));
}
