/** Mutants and profiles are the same whichever explorer finds the states. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadProgram, lowerProgram } from "../../spec/index.ts";
import { BACK_ENDS } from "../back-end.ts";
import type { Explore } from "../explore/explorer.ts";
import { profileOf } from "../profile/profile.ts";
import { mutate } from "./mutate.ts";
import { mutantsOf } from "./mutants.ts";

const EXAMPLES = join(import.meta.dirname, "..", "..", "models", "examples");

/** Everything that is said about an example, times aside. */
async function said(name: string, search: Explore): Promise<unknown> {
  const text = readFileSync(join(EXAMPLES, `${name}.libretto`), "utf8");
  const program = loadProgram([{ path: `${name}.libretto`, text }], () => undefined);
  const { models } = lowerProgram(program);
  const { milliseconds: _, ...report } = await mutate(models, mutantsOf([program]), {
    budgetOf: ({ budget }) => budget,
    milliseconds: undefined,
    signal: undefined,
    sources: program.sources,
    explore: search,
    select: (some) => some,
    onProgress: undefined,
  });
  const [model] = models;
  if (model === undefined) throw new Error("no model");
  const { budget } = model;
  const { graph } = await search(model, { budget, signal: undefined, onProgress: undefined });
  return { report, profile: await profileOf(graph, program.sources, undefined) };
}

test.each(["device", "modeswitch"])("%s", async (name) => {
  const reference = await said(name, BACK_ENDS.reference);
  expect(reference).toMatchObject({ report: { untried: 0, leftOut: [] } });
  expect(await said(name, BACK_ENDS.wasm)).toEqual(reference);
  expect(await said(name, BACK_ENDS.javascript)).toEqual(reference);
});
