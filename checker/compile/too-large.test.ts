/** Models whose code would be too large: another evaluator takes over, and the verdict says so. */
import { expect, test } from "vitest";
import type { Model } from "../../spec/model.ts";
import { BACK_ENDS } from "../back-end.ts";
import { explore } from "../explore/explore.ts";
import { modelOf } from "../libretto-notation.ts";
import { compileModel } from "./compile.ts";
import { compiledExplore } from "./explore.ts";
import type { CreateCore } from "./core.ts";
import { compiledGraph } from "./graph.ts";
import { createJavaScriptCore } from "./javascript-core.ts";
import { encodeState } from "./layout.ts";

const NO_BUDGET = { milliseconds: undefined, bytes: undefined, states: undefined };
const OPTIONS = { budget: NO_BUDGET, signal: undefined, onProgress: undefined };

/** A counter up to 3, with a condition under quantifiers over 0..63, one for each letter. */
function quantified(letters: string, kind = "invariant"): Model {
  const bound = [...letters].map((letter) => `forall ${letter} in R: `).join("");
  return modelOf(`
    type R = 0..63
    machine M { var x : R = 0  initial mode A { step s if x < 3 { x += 1 } } }
    system S { m : M  ${kind} P: ${bound} ${[...letters].join(" + ")} + m.x >= 0 }
    check c of S { allow stuck }`);
}

test("quantifiers that would be written out a million times are left to the reference", () => {
  const compiled = compileModel(quantified("abcd"));
  expect(compiled).toEqual({ unsupported: expect.stringContaining("400000 expressions") });
});

test("some thousand repetitions are compiled, and agree", async () => {
  const model = quantified("ab");
  const found = await BACK_ENDS.wasm(model, OPTIONS);
  expect(found.explorer.backEnd).toBe("wasm");
  expect(found.invariants).toEqual((await explore(model, OPTIONS)).invariants);
});

test("code that the engine refuses is left to the reference, which the verdict names", async () => {
  const refusing: CreateCore = () => {
    throw new RangeError("too much");
  };
  const found = await compiledExplore("wasm", refusing, explore)(quantified("a"), OPTIONS);
  expect(found.explorer).toMatchObject({
    backEnd: "reference",
    notCompiled: "code that is too large",
  });
  expect(found.states).toBe(4);
});

test("a condition that is too large to be compiled is observed by the reference", () => {
  const model = quantified("a");
  const compiled = compileModel(model);
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  const limits = { states: 100, bytes: 2 ** 24, sight: () => true };
  const core = createJavaScriptCore(compiled.code, limits);
  core.add(
    encodeState(
      compiled.layout,
      model.slots.map(({ initial }) => initial),
    ),
  );
  core.expand(100);
  const huge = quantified("abcd").invariants[0];
  if (huge === undefined) throw new Error("no invariant");
  // With a first conjunct that is false, the reference need not look at the rest.
  const { span } = huge;
  const no = { op: "const", type: { kind: "bool" }, value: false, span } as const;
  const condition = { ...huge.condition, op: "and", left: no, right: huge.condition } as const;
  const observe = compiledGraph(compiled, core, [0]).observer([
    { condition: { ...condition, type: { kind: "bool" } }, locals: huge.locals },
  ]);
  expect(observe(0)).toBe(0);
});
