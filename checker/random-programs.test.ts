/** Laws that every well-typed program must satisfy, on random programs. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryProgram } from "../spec/arbitrary-program.ts";
import { formatText } from "../spec/format.ts";
import { checkModel } from "./check.ts";
import { explore } from "./explore/explore.ts";
import { modelOf } from "./libretto-notation.ts";
import { replay } from "./replay.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 60);

it("random well-typed programs have no diagnostics and explore without a fault", async () => {
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

it("every counterexample and witness of a random program replays, step by step", async () => {
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async (text) => {
      const model = modelOf(text);
      const { budget } = model;
      const options = { budget, signal: undefined, onProgress: undefined, sources: new Map() };
      const verdict = await checkModel(model, options);
      for (const { name, counterexample, witness } of verdict.properties) {
        for (const shown of [counterexample, witness]) {
          if (shown === undefined) continue;
          expect(shown.replayed).toBe(true);
          expect(replay(model, name, shown.steps, shown.loop)).toEqual({ agrees: true });
          replayed++;
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(replayed).toBeGreaterThan(0);
});

it("lowering is deterministic: two lowerings of one text are equal", () => {
  fc.assert(
    fc.property(arbitraryProgram, (text) => {
      expect(modelOf(text)).toEqual(modelOf(text));
    }),
    { numRuns: Math.ceil(RUNS / 4) },
  );
});

it("formatting a random program changes no meaning: it lowers to the same Model", () => {
  // Places move, and rules quote the text; everything else must stay.
  const moved = new Set(["span", "text", "places"]);
  const meaning = (text: string): string =>
    JSON.stringify(modelOf(text), (key, value: unknown) => (moved.has(key) ? undefined : value));
  fc.assert(
    fc.property(arbitraryProgram, (text) => {
      const formatted = formatText({ path: "test.libretto", text }).text;
      expect(meaning(formatted) === meaning(text)).toBe(true);
    }),
    { numRuns: Math.ceil(RUNS / 2) },
  );
});
