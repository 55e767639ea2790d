/** Printing expressions: a law on random ones, and where parentheses stay or go. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryExpression } from "./arbitrary-module.fixture.ts";
import { spaced } from "./arbitrary-tokens.fixture.ts";
import { parseModule } from "./parse.ts";
import { printExpr } from "./print-expression.ts";
import type { Expr } from "./syntax.ts";
import { withoutPlaces } from "./without-places.fixture.ts";

function read(text: string): Expr {
  const { module, diagnostics } = parseModule({ path: "t", text: `def f = ${text}` });
  expect(diagnostics).toEqual([]);
  const [def] = module.declarations;
  if (def?.kind !== "def") throw new Error(`no definition in ${text}`);
  return def.value;
}

test("what is printed reads back as the same tree", () => {
  fc.assert(
    fc.property(spaced(arbitraryExpression), (text) => {
      const expr = read(text);
      expect(withoutPlaces(read(printExpr(expr)))).toEqual(withoutPlaces(expr));
    }),
    { seed: 3, numRuns: 500 },
  );
});

/** Each line is printed as it stands. */
const asWritten = `
  a + b * c - d
  (a + b) * c
  a - (b - c)
  not (a and b) or not c
  a implies b implies c
  (a implies b) implies c
  a < b and b in { c, d }
  (a == b) == c
  -(a + b) % 2
  m.get(k, d)[i].size
  if a then b else if c then d else e
  (if a then b else c) + 1
  quiet implies forall c in Client: app[c] in Open implies c in server.table
  (forall x in S: a) and b
  count x in S, y in T: x == y
  { x in S where x not in done }
  {}
  [a, [b]]
  always (a implies eventually b)
  (always a) implies b
  a leads to b within 2s
  (a leads to b) and c
  not reset(c) since established(c)
  a at o.begin implies not reset(c) until o.end + 3s
  a leads to progress(c) within 3s after o.end
  eventually (once a) within 5ms
  from down(_) until up(_)
  "a \\" b" == e.kind
`;

test.each(
  asWritten
    .trim()
    .split("\n")
    .map((line) => line.trim()),
)("%s", (text) => {
  const printed = printExpr(read(text));
  // `always` reads to the right as far as it can, so these parentheses say nothing.
  expect(printed).toBe(
    text.replace("always (a implies eventually b)", "always a implies eventually b"),
  );
});
