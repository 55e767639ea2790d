/**
 * The formatter: laws on random texts, and one case a line for layouts.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryText } from "./arbitrary-module.fixture.ts";
import { formatText } from "./format.ts";
import { parseModule } from "./parse.ts";
import { scan } from "./tokens.ts";
import { withoutPlaces } from "./without-places.fixture.ts";

const EXAMPLES = join(import.meta.dirname, "../models/examples");
/** `FORMAT_RUNS=10000 FORMAT_SEED=3` looks at more texts, or at others. */
const RUNS = Number(process.env["FORMAT_RUNS"] ?? 200);
const SEED = Number(process.env["FORMAT_SEED"] ?? 7);

function format(text: string): string {
  const result = formatText({ path: "t.libretto", text });
  expect(result.diagnostics).toEqual([]);
  return result.text;
}

function tree(text: string): unknown {
  const { module, diagnostics } = parseModule({ path: "t.libretto", text });
  expect(diagnostics).toEqual([]);
  return withoutPlaces(module);
}

function comments(text: string): readonly string[] {
  const found = scan(text).filter((token) => token.kind === "comment");
  return found.map((token) => token.text.replaceAll("\r\n", "\n"));
}

test("on random texts: the tree and the comments stay, and twice is once", () => {
  fc.assert(
    fc.property(arbitraryText, (text) => {
      const once = format(text);
      expect(tree(once)).toEqual(tree(text));
      expect(comments(once).toSorted()).toEqual(comments(text).toSorted());
      expect(format(once)).toBe(once);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test.each(globSync("*.libretto", { cwd: EXAMPLES }).toSorted())("%s keeps its meaning", (name) => {
  const text = readFileSync(join(EXAMPLES, name), "utf8");
  const once = format(text);
  expect(tree(once)).toEqual(tree(text));
  expect(comments(once)).toEqual(comments(text));
  expect(format(once)).toBe(once);
});

test("a value in parentheses ends behind them", () => {
  const text = 'binding b of S { event "x" => s.t where { a = (e.b), c = (e.d) } }\n';
  expect(format(text)).toBe(text);
});

test("a file that cannot be read stays as it is", () => {
  const text = "const  a = 1\nmachine {  }\n";
  const result = formatText({ path: "t", text });
  expect(result.text).toBe(text);
  expect(result.diagnostics.map(({ code }) => code)).toEqual(["E0100"]);
});

/** A layout before and after; `|` starts each line, so that indentation can be seen. */
function lines(table: string): string {
  return table
    .split("\n")
    .filter((line) => line.includes("|"))
    .map((line) => line.slice(line.indexOf("|") + 1))
    .join("\n");
}

const layouts: readonly (readonly [sentence: string, before: string, after: string])[] = [
  [
    "braces on one line stay there, and others stay open",
    `|machine  A{mode B{step s->C{x=1;y  +=2}}
     |mode D {
     |ignore p.M,q.N }
     |}`,
    `|machine A {
     |  mode B { step s -> C { x = 1; y += 2 } }
     |  mode D {
     |    ignore p.M, q.N
     |  }
     |}`,
  ],
  [
    "a line that gets too long opens its braces",
    `|machine A {
     |  mode B {
     |fair on ask.Want(d) if d not in dead->Held{owner=d;mapped+=d;dma=true;send answer[d].Yours}
     |  }
     |}`,
    `|machine A {
     |  mode B {
     |    fair on ask.Want(d) if d not in dead -> Held {
     |      owner = d
     |      mapped += d
     |      dma = true
     |      send answer[d].Yours
     |    }
     |  }
     |}`,
  ],
  [
    "neighbours are aligned: bodies, comments, labels, channels, checks",
    `|machine A {
     |  mode B {
     |    fair on req.Open(c) { x = 1 } // one
     |    fair on req.Data(c) if c in table { x = 2 } // two
     |  }
     |}
     |thread P {
     |  A: await x then B
     |  Longer: { x = 1 } then A
     |}
     |system S {
     |  channel req : a.p -> b.q fifo(1)
     |  channel answer : b.p -> a.q fifo(1)
     |}
     |check one of S { N = 1 }
     |check three of S { N = 3; allow stuck }`,
    `|machine A {
     |  mode B {
     |    fair on req.Open(c)               { x = 1 }  // one
     |    fair on req.Data(c) if c in table { x = 2 }  // two
     |  }
     |}
     |thread P {
     |  A:      await x then B
     |  Longer: { x = 1 } then A
     |}
     |system S {
     |  channel req    : a.p -> b.q fifo(1)
     |  channel answer : b.p -> a.q fifo(1)
     |}
     |check one   of S { N = 1 }
     |check three of S { N = 3  allow stuck }`,
  ],
  [
    "comments stay where they were, and at most one blank line",
    `|// first
     |
     |
     |
     |machine A { // why
     |  // own
     |  use I   /* here */ // and there
     |
     |
     |  /* block
     |     comment */
     |  use J
     |  // last
     |}
     |// end`,
    `|// first
     |
     |machine A {  // why
     |  // own
     |  use I  /* here */ // and there
     |
     |  /* block
     |     comment */
     |  use J
     |  // last
     |}
     |// end`,
  ],
  [
    "a line that goes on is indented by what stands before it",
    `|system S {
     |invariant I:
     |a and b implies
     |forall c in C: d
     |property P: forall c in C:
     |a
     |leads to b
     |}`,
    `|system S {
     |  invariant I:
     |    a and b implies
     |      forall c in C: d
     |  property P: forall c in C:
     |    a
     |      leads to b
     |}`,
  ],
  [
    "a long expression is broken before its operators",
    `|def f=alphabetical+numerical==some+thing*one and theOtherCondition(withParts)or anyThirdOne`,
    `|def f = alphabetical + numerical == some + thing * one and theOtherCondition(withParts)
     |    or anyThirdOne`,
  ],
  [
    "steps that share a line still do",
    `|scenario "s" of S {
     |  do a.b    do c.d;  do e.f
     |  expect x==1
     |}`,
    `|scenario "s" of S {
     |  do a.b  do c.d  do e.f
     |  expect x == 1
     |}`,
  ],
  [
    "signs stand as their meaning wants",
    `|const a:0 .. 3=- 1
     |type T=map < K , set<V> > ?
     |def f(x:T)=f (x) [ 1 ] . y-1<2 and not(a in{1,2})and{}=={x in S where x<1}
     |deployment d of S { hardware { loss 1 % } }`.replace("1 %", "1%"),
    `|const a : 0..3 = -1
     |type T = map<K, set<V>>?
     |def f(x: T) = f(x)[1].y - 1 < 2 and not (a in { 1, 2 }) and {} == { x in S where x < 1 }
     |deployment d of S { hardware { loss 1% } }`,
  ],
];

test.each(layouts)("%s", (_sentence, before, after) => {
  expect(format(lines(before))).toBe(`${lines(after)}\n`);
});
