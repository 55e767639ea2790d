/**
 * One cause gives one message: a word that nothing has, put in the place of any word of a right
 * text, is one mistake, whatever it breaks. Then the cases that a renamed word does not make.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { codes, messages } from "./judge-notation.ts";
import { scan } from "./tokens.ts";

const paths = ["../models/examples/*.libretto", "judged/everything.libretto"].flatMap((glob) =>
  globSync(glob, { cwd: import.meta.dirname }).toSorted(),
);
const texts = paths.map((path) => ({
  name: basename(path),
  text: readFileSync(join(import.meta.dirname, path), "utf8"),
}));

/** A text with those that it may use. */
function among(name: string, text: string): Readonly<Record<string, string>> {
  const others = texts.filter((other) => other.name !== name);
  return Object.fromEntries([{ name, text }, ...others].map((one) => [one.name, one.text]));
}

/** Every how many words one is replaced: all of them take a minute. */
const STRIDE = 5;

test.each(texts)("$name is right as it stands", ({ name, text }) => {
  expect(codes(among(name, text))).toEqual([]);
});

test.each(texts)("a wrong word in $name is one message at most", ({ name, text }) => {
  const words = scan(text).filter((token) => token.kind === "word");
  const wrong = words.flatMap((word, index) => {
    if (index % STRIDE !== 0) return [];
    const changed = `${text.slice(0, word.start)}zz${text.slice(word.end)}`;
    const found = codes(among(name, changed));
    return found.length > 1 ? [`${word.text} at ${word.start}: ${found.join(", ")}`] : [];
  });
  expect(wrong).toEqual([]);
});

/** A check of `machine` in three instances, and the same for four checks. */
function threefold(machine: string): string {
  const checks = ["a", "b", "c", "d"].map((name) => `check ${name} of S { Id = 3 }`);
  return `${machine}\nid Id\nsystem S { one[i: Id] : M }\n${checks.join("\n")}\n`;
}

const ROWS = Array.from({ length: 10 }, (_, index) => `v${index}`);

const cases: readonly (readonly [name: string, text: string, said: readonly string[]])[] = [
  [
    "an unknown type in a message that ten places use",
    `message Req { Go(n: Nope) }
machine M { port in req : Req
  initial mode X { ${ROWS.map((row) => `on req.Go(${row}) { n = ${row} }`).join(" ")} }
  var n : 0..3 = 0 }
machine N { port out req : Req  initial mode X { step go { send req.Go(1) } } }
system S { m : M  n : N  channel req : n.req -> m.req fifo(1)  invariant I: req.empty }
scenario "s" of S { do n.go  do m.Go }`,
    ["E0108 Nope"],
  ],
  [
    "an id without a number, in types, families, domains and literals",
    `id Id
machine M(me: Id) { var seen : set<Id> = {}  initial mode X { step go { seen += me } } }
system S { m[i: Id] : M(i)  invariant I: forall i in Id: m[i] in X }
check c of S { }`,
    ["E0138 c"],
  ],
  [
    "a machine with a mistake that a system uses",
    `machine M { initial mode X { step go -> } }
system S { m : M  invariant I: m in X and m.n == 1  reachable G: m in Y }
check c of S { faults m.crash <= 1 }
scenario "s" of S { do m.go  expect m in X }`,
    ["E0100 }"],
  ],
  [
    "a mistake in a definition that three properties use",
    `system S { var n : 0..3 = 0  def low = n < true
  invariant I: low  reachable R: not low  property P: always low }
check c of S { }`,
    ["E0201 true"],
  ],
  [
    "a mistake that three instances and four checks meet",
    threefold("machine M { var n : 0..3 = 0  initial mode X { step go { n = true } } }"),
    ["E0201 true"],
  ],
  [
    "a guard with a mistake shows what it was meant to show",
    threefold(`machine M { var n : 0..3 = 0  var o : 0..3? = none
  initial mode X { step go if o != none and nope { n = o } } }`),
    ["E0108 nope"],
  ],
  [
    "two mistakes are two messages",
    threefold("machine M { var n : 0..3 = 0  initial mode X { step go -> Y { n = true } } }"),
    ["E0107 Y", "E0201 true"],
  ],
];

describe("one message for", () => {
  test.each(cases)("%s", (_name, text, said) => {
    expect(codes(text)).toEqual(said);
  });
});

test("the first place says in which lines the name is missed as well", () => {
  const text = "const a = nope\nconst b = nope\n\nconst c = nope\nconst d = nope + nope\n";
  expect(messages(text).split("\n").at(-1)).toBe("   = also in lines 2, 4, 5");
});
