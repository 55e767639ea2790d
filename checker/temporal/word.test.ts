/** Truth on one run, by definition: what needs further rounds of a loop, and what is not known. */
import { expect, test } from "vitest";
import { ATOMS, formula, type Written } from "./small-graph.fixture.ts";
import { evaluationOf, type Word } from "./word.ts";

/** `word("a . b", 1)`: states by the atoms that are true in them, `.` for none. */
function word(text: string, start: number | undefined): Word {
  const states = text.split(" ").map((atoms) => ATOMS.map((atom) => atoms.includes(atom)));
  return { states, start };
}

const CASES: readonly (readonly [Written, Word, boolean | undefined])[] = [
  // The loop repeats the states behind its start: . a . a . a …
  [["always", ["eventually", "a"]], word(". a .", 0), true],
  [["eventually", ["always", "a"]], word(". a .", 0), false],
  // Only in the second round was there an a before the state without one.
  [["always", ["eventually", ["not", ["once", "a"]]]], word("b . a .", 1), false],
  [["eventually", ["always", ["once", "a"]]], word("b . a .", 1), true],
  [["eventually", ["once", ["previously", ["once", "b"]]]], word(". a b .", 0), true],
  // Staying is no step.
  [["eventually", ["previously", "a"]], word("a", 0), false],
  [["eventually", ["previously", "a"]], word("a .", 1), true],
  [["always", ["implies", "b", ["previously", "a"]]], word("a b", 1), true],
  // An until needs its right side.
  [["until", "a", "b"], word("a a", 1), false],
  [["until", "a", "b"], word("a b", 1), true],
  [["leadsTo", "a", "b"], word("a b a", 0), true],
  [["leadsTo", "a", "b"], word("a b a .", 3), false],
  [["since", "a", "b"], word("a", 0), false],
  // What may come decides, unless something did.
  [["eventually", "a"], word(". .", undefined), undefined],
  [["eventually", "a"], word(". a", undefined), true],
  [["always", "a"], word("a .", undefined), false],
  [["always", "a"], word("a a", undefined), undefined],
  [["until", "a", "b"], word("a .", undefined), false],
  [["and", ["always", "a"], ["eventually", "b"]], word("a .", undefined), false],
];

test.each(CASES)("%j", (written, run, wanted) => {
  const judged = formula(written);
  expect(evaluationOf(run, judged, 0).at(judged, 0)).toBe(wanted);
});
