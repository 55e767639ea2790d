/** Suggestions for misspelt names, one case a line: word, candidates, answer. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean } from "./suggest.ts";

const cases: readonly (readonly [word: string, candidates: string, answer: string | undefined])[] =
  [
    ["Opne", "Idle Opening Open", "Open"],
    ["Opn", "Idle Opening Open", "Open"],
    ["Openn", "Idle Open", "Open"],
    ["Opon", "Idle Open", "Open"],
    ["open", "Idle Open", "Open"],
    ["x", "y z", undefined],
    ["C", "c d", "c"],
    ["Crash", "Idle Open", undefined],
    ["", "a", undefined],
    ["Open", "Open", undefined],
    ["abc", "abd abe", "abd"],
    ["abc", "abe abd", "abd"],
    ["server", "sever", "sever"],
  ];

test.each(cases)("`%s` among %s gives %s", (word, candidates, answer) => {
  expect(didYouMean(word, candidates.split(" "))).toBe(answer);
});

test("the order of the candidates does not matter", () => {
  const names = fc.array(fc.string({ maxLength: 6 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.string({ maxLength: 6 }), names, (word, candidates) => {
      expect(didYouMean(word, candidates.toReversed())).toBe(didYouMean(word, candidates));
    }),
    { seed: 1 },
  );
});

test("a name with one letter swapped, lost or added is found when nothing else is near", () => {
  const letters = fc.array(fc.constantFrom(..."abcdefgh"), { minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(letters, fc.nat(), (name, at) => {
      const spot = at % name.length;
      const lost = name.toSpliced(spot, 1).join("");
      const added = name.toSpliced(spot, 0, "z").join("");
      const swapped = name.toSpliced(spot, 2, ...name.slice(spot, spot + 2).toReversed()).join("");
      const whole = name.join("");
      for (const word of [lost, added, swapped]) {
        expect(didYouMean(word, [whole])).toBe(word === whole ? undefined : whole);
      }
    }),
    { seed: 2 },
  );
});

test("a word of many thousand letters gets no suggestion and costs nothing", () => {
  expect(didYouMean("a".repeat(100_000), ["a".repeat(100_001)])).toBeUndefined();
});
