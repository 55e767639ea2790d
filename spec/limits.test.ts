/**
 * Texts that ask for more than can be done, and long ones that do not: each ends within seconds
 * with a coded message about a limit that has a name, or with none.
 */
import { describe, expect, test } from "vitest";
import { judge } from "./judge-notation.ts";

/** Milliseconds for one text: far above what is needed, far below what a person would wait. */
const TIME_MAX = 10_000;

const rows = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => row(index)).join("\n");

const SYSTEM = "system S { a : A }\ncheck c of S { }\n";

/** A machine that gives `expression` to a variable. */
const giving = (expression: string): string =>
  `machine A { var v : bool = true initial mode M { step go { v = ${expression} } } }\n${SYSTEM}`;

/** A machine of regions, each with these items in its only mode, and what sends to it. */
const regions = (count: number, items: string): string => `message K { Go }
machine A { port in i : K var v : bool = true
parallel { ${rows(count, (index) => `region R${index} { initial mode X { ${items} } }`)} } }
machine B { port out o : K initial mode M { } }
system S { a : A b : B channel c : b.o -> a.i fifo(1) }
check c of S { }`;

const cases: readonly (readonly [name: string, text: string, said: readonly string[]])[] = [
  ["2,000 constants, each by the one before", rows(2_000, (i) => `const c${i} = ${i}`), []],
  ["2,000 machines", rows(2_000, (i) => `machine A${i} { initial mode M { step go -> M } }`), []],
  [
    "1,000 modes that lead to one another",
    `machine A { initial mode M0 { step go -> M1 }
${rows(999, (i) => `mode M${i + 1} { step s -> M${i} step t -> M${(i * 7) % 999} }`)} }
${SYSTEM}check d of S { }`,
    [],
  ],
  [
    "1,000 modes that lead nowhere",
    `machine A { initial mode M { }\n${rows(999, (i) => `mode M${i} { step s -> N${i} }`)} }
${SYSTEM}`,
    Array.from({ length: 999 }, () => "E0107"),
  ],
  [
    "definitions that use the next one twice",
    `${rows(40, (i) => `def d${i} = d${i + 1} + d${i + 1}`)}\ndef d40 = 1\n${giving("d0 > 0")}`,
    ["E0305"],
  ],
  [
    "definitions in a long row",
    `${rows(2_000, (i) => `def d${i + 1} = d${i} + 1`)}\ndef d0 = 1\n${giving("d2000 > 0")}`,
    ["E0305"],
  ],
  ["constants in a long row", rows(2_000, (i) => `const c${i} = c${i + 1}`), ["E0305"]],
  ["types in a long row", rows(2_000, (i) => `type T${i} = T${i + 1}`), ["E0305"]],
  ["constants in a circle", rows(100, (i) => `const c${i} = c${(i + 1) % 100}`), ["E0144"]],
  ["definitions in a circle", rows(100, (i) => `def d${i} = d${(i + 1) % 100}`), ["E0144"]],
  ["records in a circle", rows(100, (i) => `record R${i} { f: R${(i + 1) % 100}? }`), ["E0207"]],
  [
    "records that hold the next one twice",
    `${rows(40, (i) => `record R${i} { a: R${i + 1}, b: R${i + 1} }`)}\nrecord R40 { x: bool }`,
    ["E0205"],
  ],
  ["a range of every exact integer", "type T = 0..9007199254740991", ["E0205"]],
  [
    "a billion of an id",
    `id I
machine A(i: I) { initial mode M { } }
system S { a[i: I] : A(i) }
check c of S { I = 1000000000 }`,
    ["E0205"],
  ],
  [
    "capacities of a billion",
    `message K { Go }
machine A { port out o : K port in i : K var l : list<bool; 1000000000> = []
initial mode M { step go { send o.Go } on i.Go } }
system S { a : A channel c : a.o -> a.i fifo(1000000000) }`,
    ["E0205", "E0205"],
  ],
  [
    "65,536 instances",
    `type T = 0..65535\nmachine A { initial mode M { } }\nsystem S { a[t: T] : A }`,
    ["E0305"],
  ],
  [
    "a family of ports in a family of instances",
    `id X
id Y
message K { Go }
machine A { port out o : K per Y initial mode M { } }
machine B { port in i : K per X initial mode M { } }
system S { a[x: X] : A b[y: Y] : B channel c : a[x].o[y] -> b[y].i[x] fifo(1) }
check c of S { X = 1024 Y = 1024 }`,
    ["E0305"],
  ],
  [
    "a property over a trillion of instances",
    `id X
system S { var v : bool = true
property P: forall a in X: forall b in X, c in X: exists d in X: always v }
check c of S { X = 1000 }`,
    ["E0305"],
  ],
  ["regions that react in a million ways", regions(6, "on i.Go if v ".repeat(20)), ["E0305"]],
  ["regions that react in one way each", regions(12, "on i.Go"), []],
  ["a long chain of operators", giving(Array.from({ length: 400 }, () => "v").join(" and ")), []],
  ["as many brackets as can be open", giving(`${"(".repeat(45)}v${")".repeat(45)}`), []],
  ["one bracket more", giving(`${"(".repeat(60)}v${")".repeat(60)}`), ["E0114"]],
  [
    "twenty conditions, each in the one before",
    giving(`${"if v then v else (".repeat(20)}v${")".repeat(20)}`),
    [],
  ],
];

describe("a text with", () => {
  test.each(cases)("%s", (_name, text, said) => {
    const start = performance.now();
    const { diagnostics } = judge(text);
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    expect(errors.map((diagnostic) => diagnostic.code)).toEqual(said);
    expect(performance.now() - start).toBeLessThan(TIME_MAX);
  });
});
