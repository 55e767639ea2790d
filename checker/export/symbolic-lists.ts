/**
 * Lists as formulas: adding at the end, taking out at a known or unknown place, sorting in.
 *
 *     push    [a b -]  +  c     element i := (length == i -> c : element i)
 *     take    [a b c]  at 1     element i := element i + 1 from there on, the filler last
 *
 * Every operation keeps lists canonical: past the end lies the filler.
 */
import type { Formula, Formulas } from "./formula.ts";
import {
  chooseSymbolic,
  elementAt,
  equalSymbolic,
  formulaOf,
  lift,
  presentIn,
  setOfMembers,
  type Symbolic,
  type SymbolicList,
} from "./symbolic.ts";

/** The list with one more element at its end; the capacity grows where the length may. */
export function push(list: SymbolicList, element: Symbolic, f: Formulas): SymbolicList {
  const capacity = Math.min(list.length.high, list.elements.length) + 1;
  const elements = Array.from({ length: capacity }, (_, at) =>
    chooseSymbolic(f.eq(list.length, f.number(at)), element, elementAt(list, at), f),
  );
  return { ...list, length: f.add(list.length, f.number(1)), elements };
}

/** The list without the element at a known position, which must be there. */
export function takeAt(list: SymbolicList, position: number, f: Formulas): SymbolicList {
  const elements = list.elements.map((element, at) =>
    at < position ? element : elementAt(list, at + 1),
  );
  return { ...list, length: f.add(list.length, f.number(-1)), elements };
}

/** The list without its first element that equals `element`, if there is one. */
export function takeFirst(list: SymbolicList, element: Symbolic, f: Formulas): SymbolicList {
  let found: Formula = f.no;
  const elements = list.elements.map((one, at) => {
    const here = f.and(f.lt(f.number(at), list.length), equalSymbolic(one, element, f));
    found = f.or(found, here);
    return chooseSymbolic(found, elementAt(list, at + 1), one, f);
  });
  const length = f.choose(found, f.add(list.length, f.number(-1)), list.length);
  return { ...list, length, elements };
}

/** The list with `element` at a known position, the others moved up. */
export function insertAt(
  list: SymbolicList,
  position: number,
  element: Symbolic,
  f: Formulas,
): SymbolicList {
  const elements = Array.from({ length: list.elements.length + 1 }, (_, at) => {
    if (at < position) return elementAt(list, at);
    return at === position ? element : elementAt(list, at - 1);
  });
  return { ...list, length: f.add(list.length, f.number(1)), elements };
}

/**
 * A sorted list with one more element, still sorted: for bags, which have no order. The order is
 * one of cells, not that of `compareValues`; any total order makes equal bags equal states.
 */
export function insertSorted(list: SymbolicList, element: Symbolic, f: Formulas): SymbolicList {
  const capacity = Math.min(list.length.high, list.elements.length) + 1;
  // Does the new element stand before position `at`? Once it does, it does from there on.
  const before = Array.from({ length: capacity }, (_, at) =>
    f.or(f.le(list.length, f.number(at)), lessThan(element, elementAt(list, at), f)),
  );
  const elements = before.map((here, at) => {
    const earlier = before[at - 1] ?? f.no;
    const shifted = at === 0 ? element : elementAt(list, at - 1);
    const fromHere = chooseSymbolic(earlier, shifted, element, f);
    return chooseSymbolic(here, fromHere, elementAt(list, at), f);
  });
  return { ...list, length: f.add(list.length, f.number(1)), elements };
}

/** A strict total order of values of one type: part by part. */
function lessThan(left: Symbolic, right: Symbolic, f: Formulas): Formula {
  return pairs(left, right, f).reduceRight<Formula>(
    (less, [one, other]) => f.or(f.lt(one, other), f.and(f.eq(one, other), less)),
    f.no,
  );
}

type Pair = readonly [Formula, Formula];

/** The scalars of two values of one type, side by side. */
function pairs(left: Symbolic, right: Symbolic, f: Formulas): readonly Pair[] {
  const inner = (ones: readonly Symbolic[], others: readonly Symbolic[]): readonly Pair[] =>
    ones.flatMap((one, at) => pairs(one, others[at] ?? one, f));
  if (left.shape === "optional" || right.shape === "optional") {
    const [one, other] = [lift(left, f), lift(right, f)];
    return [[one.present, other.present], ...pairs(one.value, other.value, f)];
  }
  switch (left.shape) {
    case "scalar":
      return [[left.value, formulaOf(right, f)]];
    case "product":
      return right.shape === "product" ? inner(left.parts, right.parts) : [];
    case "message":
      return right.shape === "message"
        ? [[left.kind, right.kind], ...inner(left.fields.flat(), right.fields.flat())]
        : [];
    case "set": {
      const others = right.shape === "set" ? right.members : [];
      const all = setOfMembers([...left.members, ...others], f);
      const members = all.shape === "set" ? all.members : [];
      return members.map(({ element }) => [
        presentIn(left.members, element, f),
        presentIn(others, element, f),
      ]);
    }
    case "list": {
      if (right.shape !== "list") return [];
      const capacity = Math.max(left.elements.length, right.elements.length);
      const positions = Array.from({ length: capacity }, (_, at) => at);
      return [
        [left.length, right.length],
        ...inner(
          positions.map((at) => elementAt(left, at)),
          positions.map((at) => elementAt(right, at)),
        ),
      ];
    }
  }
}
