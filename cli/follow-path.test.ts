/** Counterexamples of the search are runs of the engine, explained by what waits for what. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkModel } from "../checker/check.ts";
import { BUILT_IN_PROPERTIES } from "../checker/verdict.ts";
import { followPath } from "./follow-path.ts";
import { loadSpecifications } from "./load.ts";
import { run } from "./memory-host.fixture.ts";

const ROOT = join(import.meta.dirname, "..");
/** Checks that a search has done with in a moment. */
const STATES_MAX = 20_000;

const FOLDERS = ["examples", "restart", "composition", "devices", "hypervisor"];

test.each(FOLDERS)("the engine plays every finite counterexample of models/%s", async (name) => {
  const { models, sources } = loadSpecifications([`models/${name}`], ROOT);
  const wrong = models.filter(
    ({ kind, nightly, expect: { violations } }) =>
      kind === "check" && !nightly && violations.length > 0,
  );
  let played = 0;
  for (const model of wrong) {
    const budget = { milliseconds: undefined, bytes: undefined, states: STATES_MAX };
    const options = { budget, signal: undefined, onProgress: undefined, sources };
    const { properties } = await checkModel(model, options);
    const ofStates = new Set([...model.invariants.map((one) => one.name), ...BUILT_IN_PROPERTIES]);
    for (const { name: property, counterexample } of properties) {
      // Properties of whole runs, and refinements, are nothing that a state violates.
      if (counterexample === undefined || !ofStates.has(property)) continue;
      const followed = followPath(model, counterexample.steps);
      if (typeof followed === "number") {
        throw new Error(`${model.file} ${model.name} ${property}: step ${followed}`);
      }
      expect(followed.choices).toHaveLength(counterexample.steps.length - 1);
      expect(followed.wrong).toContain(property);
      played++;
    }
  }
  expect(played).toBeGreaterThan(0);
});

const folder = mkdtempSync(join(tmpdir(), "rehearsal-follow-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a report is explained", async () => {
  const ring = readFileSync(join(ROOT, "models/examples/ring.libretto"));
  writeFileSync(join(folder, "ring.libretto"), ring);
  await run(["check", "ring.libretto", "--check", "unfenced", "--format", "json=r.json"], {
    folder,
  });
  const { code, output } = await run(["replay", "r.json", "--explain"], { folder });
  expect(code).toBe(0);
  expect(output).toMatch(/NoLostWakeup violated after \d+ steps, replayed\n {2}it happens because/);
  expect(output).toMatch(/prod\.flush .* waits until cons/);
});
