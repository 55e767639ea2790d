/** Clause breakdown: which part of a condition decides, for which element, and since when. */
import { describe, expect, test } from "vitest";
import { explainProperty, sentence } from "./explain.ts";
import { lowered } from "./verdict-notation.ts";
import type { Clause } from "./verdict.ts";

/** Explains `condition` over a path of values of `x`, `y` and the set `s` of clients. */
function explained(condition: string, ...path: [number, number, number[]][]): readonly Clause[] {
  const { models, sources } = lowered(`id C  type N = 0..9
    machine M { var x : N = 0  var y : N = 0  var s : set<C> = {}
      initial mode A { step go { x = 1 } } }
    system S { m : M  def small = m.x < 5  invariant I: ${condition} }
    check c of S { C = 2  allow stuck }`);
  const [model] = models;
  const [invariant] = model?.invariants ?? [];
  if (model === undefined || invariant === undefined) throw new Error("no such invariant");
  const states = path.map(([x, y, s]) =>
    model.slots.map(({ name }) => ({ "m.x": x, "m.y": y, "m.s": s })[name] ?? 0),
  );
  return explainProperty(invariant, states, sources);
}

function lines(clauses: readonly Clause[]): readonly string[] {
  return clauses.map(
    ({ depth, text, value, since, witness }) =>
      "  ".repeat(depth) + [`${text}:`, value, since, ...(witness ? [witness] : [])].join(" "),
  );
}

describe("clauses", () => {
  test.each<[string, string, [number, number, number[]][], string[]]>([
    ["a comparison by itself", "m.x < 2", [[3, 0, []]], ["m.x < 2: false 0"]],
    ["the false sides of `and`", "m.x < 2 and m.y < 2", [[3, 0, []]], ["m.x < 2: false 0"]],
    [
      "both sides of `or`",
      "m.x < 2 or m.y < 2",
      [[3, 3, []]],
      ["m.x < 2: false 0", "m.y < 2: false 0"],
    ],
    [
      "premise and conclusion of `implies`",
      "m.x > 2 implies m.y > 2",
      [[3, 0, []]],
      ["m.x > 2: true 0", "m.y > 2: false 0"],
    ],
    [
      "through `not`, with the value of what is inside",
      "not (m.x > 2 and m.y > 2)",
      [[3, 3, []]],
      ["m.x > 2: true 0", "m.y > 2: true 0"],
    ],
    [
      "the condition and the branch of `if`",
      "if m.x > 2 then m.y > 2 else m.y > 3",
      [[3, 0, []]],
      ["m.x > 2: true 0", "m.y > 2: false 0"],
    ],
    [
      "the first element that breaks `forall`",
      "forall c in C: c in m.s",
      [[0, 0, [0]]],
      ["forall c in C: c in m.s: false 0 c = C2", "  c in m.s: false 0"],
    ],
    [
      "a false `exists` as a whole",
      "exists c in C: c in m.s",
      [[0, 0, []]],
      ["exists c in C: c in m.s: false 0"],
    ],
    [
      "`not in` as one clause",
      "forall c in C: c not in m.s",
      [[0, 0, [0, 1]]],
      ["forall c in C: c not in m.s: false 0 c = C1", "  c not in m.s: false 0"],
    ],
  ])("name %s", (_, condition, path, expected) => {
    expect(lines(explained(condition, ...path))).toEqual(expected);
  });

  test("say since which step they have had their value, up to the end", () => {
    const path: [number, number, number[]][] = [
      [3, 0, []],
      [0, 0, []],
      [3, 0, []],
      [3, 3, []],
    ];
    expect(lines(explained("m.x > 2 implies m.y > 9", ...path))).toEqual([
      "m.x > 2: true 2",
      "m.y > 9: false 0",
    ]);
  });

  test("quote what was written, on one line and without comments", () => {
    const [clause] = explained("(m.x\n  <   // twice\n  2)", [3, 0, []]);
    expect(clause?.text).toBe("m.x < 2");
  });
});

describe("the sentence", () => {
  test.each<[string, [number, number, number[]][], string]>([
    ["m.x < 2", [[3, 0, []]], "not `m.x < 2`"],
    [
      "m.x > 2 implies m.y > 2",
      [
        [0, 0, []],
        [3, 0, []],
      ],
      "`m.x > 2` since step 1, but not `m.y > 2`",
    ],
    ["forall c in C: c in m.s", [[0, 0, []]], "not `c in m.s` (c = C1)"],
  ])("of %s", (condition, path, words) => {
    expect(sentence(explained(condition, ...path))).toBe(words);
  });
});
