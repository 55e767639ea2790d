/** Whatever is done to a text, judging it ends with coded messages about places inside of it. */
import fc from "fast-check";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judge } from "./judge-notation.ts";
import { scan } from "./tokens.ts";

const ROOT = join(import.meta.dirname, "..");
const examples = globSync("models/examples/*.libretto", { cwd: ROOT })
  .toSorted()
  .map((path) => readFileSync(join(ROOT, path), "utf8"));

/** Milliseconds for one text; a second on an idle machine, more on a shared one. */
const TIME_MAX = 5_000;

/** One change of a text at a token. */
type Change =
  | { readonly kind: "delete" | "double" | "swap"; readonly at: number }
  | { readonly kind: "replace"; readonly at: number; readonly by: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom("delete", "double", "swap"), at: fc.nat() }),
  // A replaced token is still well formed, so names, types and behaviour are judged most often.
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("replace"), at: fc.nat(), by: fc.nat() }) },
);

function changed(text: string, { at, ...how }: Change): string {
  const tokens = scan(text).filter((token) => token.kind !== "comment");
  const place = at % (tokens.length - 1);
  const [token, next] = [tokens[place], tokens[place + 1]];
  if (token === undefined || next === undefined) return text;
  const before = text.slice(0, token.start);
  const after = text.slice(token.end);
  switch (how.kind) {
    case "delete":
      return before + after;
    case "double":
      return `${before}${token.text} ${token.text}${after}`;
    case "swap": {
      const between = text.slice(token.end, next.start);
      return `${before}${next.text}${between}${token.text}${text.slice(next.end)}`;
    }
    case "replace": {
      const same = tokens.filter((each) => each.kind === token.kind);
      return before + (same[how.by % same.length]?.text ?? "") + after;
    }
  }
}

/** What is wrong with the messages about a text; nothing when all is well. */
function faultsOf(text: string): readonly string[] {
  const start = performance.now();
  const { diagnostics } = judge(text);
  const time = performance.now() - start;
  const faults = diagnostics.flatMap(({ code, span, title, related }) => {
    const spans = [...(span === undefined ? [] : [span]), ...related.map((one) => one.span)];
    const outside = spans.filter((each) => each.start < 0 || each.end > text.length);
    const good = /^[EW]0\d{3}$/.test(code) && span !== undefined && title !== "";
    return good && outside.length === 0 ? [] : [`${code} ${title}`];
  });
  return time > TIME_MAX ? [...faults, `${Math.round(time)} ms`] : faults;
}

describe("a changed example", () => {
  test("gives coded messages about places in the text, and nothing is thrown", () => {
    const example = fc.constantFrom(...examples);
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(example, changes, (text, all) => {
        expect(faultsOf(all.reduce(changed, text))).toEqual([]);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});
