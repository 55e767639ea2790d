/**
 * Entries of the cache: what changes a key and what does not, a verdict that comes back into a text
 * that has moved, and entries that are not believed.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { checkModel } from "../check.ts";
import { modelOf } from "../libretto-notation.ts";
import type { Sources } from "../source-words.ts";
import type { CheckVerdict } from "../verdict.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import { cacheKey } from "./key.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 30);

const COUNTER = `module test
type N = 0..3
machine Counter {
  var n : N = 0
  initial mode Run { step up if n < 3 { n += 1 } }
}
system One {
  counter : Counter
  def top = counter.n == 3
  invariant Small: counter.n < 3
  invariant Fine: counter.n <= 3
  reachable Top: top
}
check all of One { allow stuck }
`;

const sourcesOf = (text: string): Sources =>
  new Map([["test.libretto", { path: "test.libretto", text }]]);

const judge = async (model: Model, sources: Sources): Promise<CheckVerdict> =>
  checkModel(model, { budget: model.budget, signal: undefined, onProgress: undefined, sources });

const keyOf = (text: string, edit: (model: Model) => Model = (model) => model): string => {
  const context = { tool: "1.0.0", options: [], sources: sourcesOf(text) };
  return cacheKey(edit(modelOf(text)), context);
};

/** The shape of verdicts is the business of the reader; here any object will do. */
const anything = (data: unknown): CheckVerdict | undefined =>
  typeof data === "object" && data !== null && "properties" in data
    ? (data as CheckVerdict)
    : undefined;

async function entryOf(text: string): Promise<string> {
  const model = modelOf(text);
  const verdict = await judge(model, sourcesOf(text));
  const entry = encodeEntry(model, keyOf(text), verdict, anything);
  if (entry === undefined) throw new Error("it is not stored");
  return entry;
}

// ---------------------------------------------------------------------------- keys

const commented = COUNTER.replace("type N", "// numbers\n\n  type N").replace(
  "step up",
  "step // one\n    up",
);

test.each([
  ["comments and blanks", commented],
  ["another check", `${COUNTER}check other of One { }\n`],
  ["another system", `${COUNTER}system Two { counter : Counter }\n`],
  ["a budget", COUNTER.replace("allow stuck", "allow stuck  budget 9s").replace("budget 9s", "")],
])("%s do not change the key", (_what, text) => {
  expect(keyOf(text)).toBe(keyOf(COUNTER));
});

test.each([
  ["a range", COUNTER.replace("0..3", "0..4")],
  ["an initial value", COUNTER.replace("N = 0\n", "N = 1\n")],
  ["a guard", COUNTER.replace("n < 3 {", "n < 2 {")],
  ["an effect", COUNTER.replace("n += 1", "n = 1")],
  ["a property", COUNTER.replace("counter.n <= 3", "counter.n <= 2")],
  ["the name of a definition, which verdicts quote", COUNTER.replaceAll("top", "end")],
  ["an expectation", COUNTER.replace("allow stuck", "allow stuck  expect 4 states")],
  ["what may get stuck", COUNTER.replace("allow stuck", "")],
  ["fairness", COUNTER.replace("step up", "fair step up")],
  ["the name of the check", COUNTER.replace("check all", "check some")],
])("%s changes the key", (_what, text) => {
  expect(keyOf(text)).not.toBe(keyOf(COUNTER));
});

test("the tool, its options and what is judged change the key; the budget does not", () => {
  const model = modelOf(COUNTER);
  const sources = sourcesOf(COUNTER);
  const own = cacheKey(model, { tool: "1.0.0", options: [], sources });
  expect(cacheKey(model, { tool: "1.0.1", options: [], sources })).not.toBe(own);
  expect(cacheKey(model, { tool: "1.0.0", options: ["bitstate"], sources })).not.toBe(own);
  expect(keyOf(COUNTER, (one) => ({ ...one, only: ["Fine"] }))).not.toBe(own);
  const budget = { milliseconds: 1, bytes: undefined, states: 7 };
  expect(keyOf(COUNTER, (one) => ({ ...one, budget }))).toBe(own);
});

test("a property that `only` leaves out may change", () => {
  const only = (model: Model): Model => ({ ...model, only: ["Fine"] });
  const other = COUNTER.replace("counter.n < 3\n", "counter.n < 2\n");
  expect(keyOf(other, only)).toBe(keyOf(COUNTER, only));
});

test("remarks in a random program keep its key, and different programs have different keys", () => {
  const keys = new Map<string, string>();
  const meaning = (text: string): string =>
    JSON.stringify(modelOf(text), (key, value: unknown) =>
      ["span", "places", "budget", "file"].includes(key) ? undefined : value,
    );
  fc.assert(
    fc.property(arbitraryProgram, (text) => {
      const blank = text.replaceAll("\n", "  // a remark\n\n");
      expect(keyOf(blank)).toBe(keyOf(text));
      const known = keys.get(keyOf(text)) ?? meaning(text);
      expect(meaning(text) === known).toBe(true);
      keys.set(keyOf(text), known);
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
});

// ---------------------------------------------------------------------------- there and back

test("a verdict comes back into a text that has moved as that text's own verdict", async () => {
  const entry = await entryOf(COUNTER);
  const model = modelOf(commented);
  const found = decodeEntry(model, keyOf(commented), entry, anything);
  const own = await judge(model, sourcesOf(commented));
  const timeless = (verdict: CheckVerdict): unknown => ({
    ...verdict,
    statistics: { ...verdict.statistics, milliseconds: 0 },
  });
  expect(own.result).toBe("failed");
  expect("verdict" in found && timeless(found.verdict)).toEqual(timeless(own));
});

test("complete verdicts of random programs come back; others are not stored", async () => {
  const seen = new Set<boolean>();
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async (text) => {
      const moved = text.replaceAll("\n", "   // moved\n");
      // What is not judged yet would make every verdict unknown.
      const judged = (model: Model): Model => ({ ...model, temporal: [], refinements: [] });
      const [model, there] = [judged(modelOf(text)), judged(modelOf(moved))];
      const verdict = await judge(model, sourcesOf(text));
      const entry = encodeEntry(model, keyOf(text, judged), verdict, anything);
      seen.add(entry !== undefined);
      const complete = verdict.result !== "unknown" && verdict.statistics.complete;
      if (!complete) expect(entry).toBeUndefined();
      if (entry === undefined) return;
      const found = decodeEntry(there, keyOf(moved, judged), entry, anything);
      const own = await judge(there, sourcesOf(moved));
      const { statistics, ...rest } = own;
      expect(found).toMatchObject({ verdict: JSON.parse(JSON.stringify(rest)) });
      expect(statistics.states).toBe(verdict.statistics.states);
    }),
    { numRuns: Math.ceil(RUNS / 2) },
  );
  expect(seen.has(true)).toBe(true);
});

test("what is unknown, or was cut off, is not stored", async () => {
  const model = modelOf(COUNTER);
  const budget = { milliseconds: undefined, bytes: undefined, states: 2 };
  const options = { budget, signal: undefined, onProgress: undefined, sources: sourcesOf(COUNTER) };
  const verdict = await checkModel(model, options);
  expect(encodeEntry(model, keyOf(COUNTER), verdict, anything)).toBeUndefined();
});

test("a verdict that says more than the reader understands is not stored", async () => {
  const model = modelOf(COUNTER);
  const verdict = await judge(model, sourcesOf(COUNTER));
  const forgetful = (data: unknown): CheckVerdict | undefined => {
    const read = anything(data);
    return (
      read && { ...read, bounds: [], coverage: read.coverage.map((one) => ({ ...one, taken: 0 })) }
    );
  };
  expect(encodeEntry(model, keyOf(COUNTER), verdict, forgetful)).toBeUndefined();
});

// ---------------------------------------------------------------------------- not believed

const wrongOf = (text: string, key = keyOf(COUNTER)): string => {
  const answer = decodeEntry(modelOf(COUNTER), key, text, anything);
  return "wrong" in answer ? answer.wrong : "";
};

/** The entry after a change of its data, with a digest that is right again. */
async function forged(change: (verdict: CheckVerdict) => unknown): Promise<string> {
  const { createHash } = await import("node:crypto");
  const entry = JSON.parse(await entryOf(COUNTER));
  const verdict: unknown = JSON.parse(JSON.stringify(change(entry.verdict)));
  const key = keyOf(COUNTER);
  const digest = createHash("sha256")
    .update(`${key}\n${JSON.stringify(verdict)}`)
    .digest("hex");
  return JSON.stringify({ ...entry, verdict, digest });
}

test("every cut and every changed byte of an entry is noticed", async () => {
  const entry = await entryOf(COUNTER);
  const places = fc.integer({ min: 0, max: entry.length - 2 });
  fc.assert(
    fc.property(places, fc.integer({ min: 32, max: 126 }), (place, code) => {
      expect(wrongOf(entry.slice(0, place))).not.toBe("");
      const byte = String.fromCharCode(code);
      fc.pre(byte !== entry[place] && !/\s/.test(byte));
      expect(wrongOf(entry.slice(0, place) + byte + entry.slice(place + 1))).not.toBe("");
    }),
  );
});

test("`violated` that is edited to `holds` by hand is noticed", async () => {
  const entry = await entryOf(COUNTER);
  expect(wrongOf(entry.replace('"outcome":"violated"', '"outcome":"holds"'))).toBe(
    "its digest differs",
  );
});

test("an entry under another key is noticed, and one of another version", async () => {
  const entry = await entryOf(COUNTER);
  expect(wrongOf(entry, "0".repeat(64))).toBe("it is about something else");
  expect(wrongOf(entry.replace('"version":1', '"version":2'))).toBe("it has another version");
});

test("data that is nested deeper than the stack is no entry", () => {
  expect(wrongOf("[".repeat(1e6))).not.toBe("");
  expect(wrongOf(`${"[".repeat(1e6)}${"]".repeat(1e6)}`)).not.toBe("");
});

test.each(["", "null", "[]", "{}", "7", '{"format":"rehearsal-cache"}', "{", "\0"])(
  "%j is no entry",
  (text) => {
    expect(wrongOf(text)).not.toBe("");
  },
);

const FORGERIES: readonly (readonly [string, (verdict: CheckVerdict) => unknown, RegExp])[] = [
  ["it is no object", () => 7, /no verdict/],
  ["another check", (v) => ({ ...v, name: "other" }), /another check/],
  ["a scenario", (v) => ({ ...v, kind: "scenario" }), /another check/],
  ["a property less", (v) => ({ ...v, properties: v.properties.slice(1) }), /other properties/],
  ["left out", (v) => ({ ...v, leftOut: ["Fine"] }), /other properties/],
  ["another result", (v) => ({ ...v, result: "ok" }), /does not follow/],
  ["rules less", (v) => ({ ...v, coverage: [] }), /counts other things/],
  [
    "expectations",
    (v) => ({ ...v, expectations: [{ text: "", met: true, detail: "", span: v.span }] }),
    /counts other/,
  ],
  ["a place that is none", (v) => ({ ...v, span: { place: 1e9 } }), /place that is none/],
  [
    "a hidden violation without its result",
    (v) => ({ ...v, properties: v.properties.map((p) => ({ ...p, outcome: "holds" })) }),
    /does not follow/,
  ],
  [
    "a path that is missing",
    (v) => ({ ...v, properties: v.properties.map((p) => ({ ...p, counterexample: undefined })) }),
    /path for `Small` is missing/,
  ],
  [
    "a path that the model does not allow",
    (v) => ({
      ...v,
      properties: v.properties.map((p) =>
        p.counterexample === undefined
          ? p
          : {
              ...p,
              counterexample: { ...p.counterexample, steps: p.counterexample.steps.slice(1) },
            },
      ),
    }),
    /`Small`, step 0/,
  ],
  [
    "a path that ends before the violation",
    (v) => ({
      ...v,
      properties: v.properties.map((p) =>
        p.counterexample === undefined
          ? p
          : {
              ...p,
              counterexample: { ...p.counterexample, steps: p.counterexample.steps.slice(0, -1) },
            },
      ),
    }),
    /`Small` is true in the last state/,
  ],
];

test.each(FORGERIES)("a forged entry with the right digest: %s", async (_what, change, why) => {
  expect(wrongOf(await forged(change))).toMatch(why);
});
