/** Laws that every well-typed program must satisfy, on random programs. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryProgram } from "../spec/arbitrary-program.ts";
import { explore } from "./explore/explore.ts";
import { modelOf } from "./libretto-notation.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 60);

it("random well-typed programs have no diagnostics and explore without internal error", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async (text) => {
      const model = modelOf(text);
      const { budget } = model;
      const found = await explore(model, { budget, signal: undefined, onProgress: undefined });
      expect(found.states).toBeGreaterThan(0);
    }),
    { numRuns: RUNS },
  );
});

it("lowering is deterministic: two lowerings of one text are equal", () => {
  fc.assert(
    fc.property(arbitraryProgram, (text) => {
      expect(modelOf(text)).toEqual(modelOf(text));
    }),
    { numRuns: Math.ceil(RUNS / 4) },
  );
});
