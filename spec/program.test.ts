/** Modules and what they use: names, clashes, circles, what is missing. */
import { expect, test } from "vitest";
import { codes, judge, type Texts } from "./judge-notation.ts";

const cases: readonly (readonly [name: string, texts: Texts, said: readonly string[]])[] = [
  ["names of a used module", { m: "use lib\nconst a = b", "lib.libretto": "const b = 2" }, []],
  [
    "paths are relative to the file that uses",
    {
      "dir/m.libretto": 'use lib from "../lib"\nconst a = b',
      "lib.libretto": 'use more from "./sub/more"\nconst b = c',
      "sub/more.libretto": "const c = 1",
    },
    [],
  ],
  [
    "a module does not pass on what it uses",
    {
      m: "use lib\nconst a = c",
      "lib.libretto": "use more\nconst b = c",
      "more.libretto": "const c = 1",
    },
    ["E0108 c"],
  ],
  [
    "a check sets constants of modules at any distance",
    {
      m: "use lib\nsystem S { invariant I: b > 0 }\ncheck c of S { deep = 2 }",
      "lib.libretto": "use more\nconst b = deep",
      "more.libretto": "const deep = 1",
    },
    [],
  ],
  [
    "a module that is used by two ways is the same",
    {
      m: "use left\nuse right\nuse base\nconst a = l + r + b",
      "left.libretto": "use base\nconst l = b",
      "right.libretto": "use base\nconst r = b",
      "base.libretto": "const b = 1",
    },
    [],
  ],
  [
    "two used modules clash at the second use",
    { m: "use l\nuse r", "l.libretto": "const x = 1", "r.libretto": "const x = 2" },
    ["E0109 use r"],
  ],
  [
    "an own declaration that clashes is shown",
    { m: "use l\nconst x = 1", "l.libretto": "const x = 1" },
    ["E0109 x"],
  ],
  [
    "checks and scenarios of a used module are its own",
    {
      m: "use l\nsystem T { }\ncheck c of T { }",
      "l.libretto": "system S { }\ncheck c of S { }",
    },
    [],
  ],
  [
    "a circle is one message, and nothing is missed because of it",
    { "m.libretto": "use l\nconst a = b + z", "l.libretto": "use m\nconst b = a" },
    ["E0132 use m"],
  ],
  [
    "a module that is not there is one message",
    { m: "use nope\nconst a = b\nmachine M { var v : T = f(1) use I initial mode X { } }" },
    ["E0131 use nope"],
  ],
  [
    "of a used module with a mistake in its form nothing is missed",
    { m: "use lib\nconst a = b", "lib.libretto": "const b = (1" },
    ["E0101 ("],
  ],
  [
    "a mistake in a used machine is found through the system that uses it",
    {
      m: "use lib\nsystem S { m : M }",
      "lib.libretto": "machine M { var v : 0..3 = true initial mode X { } }",
    },
    ["E0201 true"],
  ],
];

test.each(cases)("%s", (_name, texts, said) => {
  expect(codes(texts)).toEqual(said);
});

test("constants of a used module take the value that the check gives them", () => {
  const { models } = judge({
    m: "use lib\nsystem S { var v : 0..9 = n }\ncheck c of S { n = 7 }\ncheck d of S { }",
    "lib.libretto": "const n = 2",
  });
  expect(models.map((model) => model.slots.map((slot) => slot.initial))).toEqual([[7], [2]]);
});

test("modules that use one another in a row are limited", () => {
  const row = Array.from({ length: 100 }, (_, index) => [
    `m${index}.libretto`,
    `use m${index + 1}\nconst c${index} = 1`,
  ]);
  expect(codes(Object.fromEntries(row))).toEqual(["E0305 use m64"]);
});
