/** Both executions of a specification, by its evaluator and by XState, agree step by step. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { modelOf } from "../../checker/libretto-notation.ts";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { createModelSystem } from "../play/model-system.ts";
import { referenceSource } from "../play/reference-source.fixture.ts";
import { createRandom } from "../schedule/random.ts";
import { playerText } from "./player.fixture.ts";
import { modesIn, regionsOf } from "./regions.ts";
import { modesAt, withMachines } from "./system-of.ts";

const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 60);
const STEPS = 40;

/** Runs both side by side and gives the number of steps that changed a mode. */
function sideBySide(model: Model, instances: readonly number[], seed: number): number {
  const source = referenceSource(model);
  if (source.initial().length === 0) return 0;
  const plain = createModelSystem(source);
  const placed = createModelSystem(withMachines(source, instances));
  const random = createRandom(seed);
  let moves = 0;
  for (let step = 0; step < STEPS; step++) {
    const choices = plain.choices();
    const labels = choices.map((choice) => plain.describe(choice));
    expect(placed.choices()).toEqual(choices);
    expect(placed.choices().map((choice) => placed.describe(choice))).toEqual(labels);
    const choice = choices[choices.length === 0 ? 0 : random.below(choices.length)];
    if (choice === undefined) break;
    const before = plain.state;
    plain.take(choice);
    placed.take(choice);
    const values = source.values(plain.state);
    expect(placed.source.values(placed.state)).toEqual(values);
    expect(placed.wrong).toEqual(plain.wrong);
    for (const [index, instance] of instances.entries()) {
      const regions = regionsOf(model, instance);
      const modes = modesIn(values, regions);
      expect(modesAt(placed.state.snapshots[index], regions)).toEqual(modes);
      if (modes.join() !== modesIn(before, regions).join()) moves++;
    }
  }
  return moves;
}

test("random programs: same choices, same modes, same values, whoever runs as XState", () => {
  let moves = 0;
  fc.assert(
    fc.property(
      arbitraryProgram,
      fc.nat(1000),
      fc.infiniteStream(fc.boolean()),
      (text, seed, on) => {
        const model = modelOf(text);
        const chosen = model.instances.flatMap((_, index) =>
          on.next().value === true ? [index] : [],
        );
        moves += sideBySide(model, chosen, seed);
      },
    ),
    { numRuns: RUNS },
  );
  expect(moves).toBeGreaterThan(RUNS);
});

test.each(["fifo(2)", "mailbox(2)", "rendezvous"])(
  "regions in modes, entered, left, crashed and reacting together, by %s",
  (channel) => {
    const model = modelOf(playerText(channel));
    let moves = 0;
    for (let seed = 1; seed <= 20; seed++) moves += sideBySide(model, [0, 1], seed);
    expect(moves).toBeGreaterThan(200);
  },
);

test.each(["netserver", "ring", "modeswitch"])("shipped example %s", (file) => {
  const url = new URL(`../../models/examples/${file}.libretto`, import.meta.url);
  const text = readFileSync(url, "utf8");
  const model = modelOf(text, /^check (\w+)/m.exec(text)?.[1]);
  const instances = [...model.instances.keys()];
  let moves = 0;
  for (let seed = 1; seed <= 3; seed++) moves += sideBySide(model, instances, seed);
  expect(moves).toBeGreaterThan(10);
});
