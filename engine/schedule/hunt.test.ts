/**
 * The lost wakeup of the shipped ring, as a hunter finds it: with the fences left out it is found
 * and explained by a few constraints, with the fences there is nothing to find.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { modelOf } from "../../checker/libretto-notation.ts";
import type { Value } from "../../spec/model.ts";
import { createModelSystem, type ModelSystem } from "../play/model-system.ts";
import { referenceSource } from "../play/reference-source.fixture.ts";
import { hunt } from "./hunt.ts";
import { replay } from "./run.ts";

const TEXT = readFileSync(new URL("../../models/examples/ring.libretto", import.meta.url), "utf8");
const STEPS = 200;

const ring = (check: string): ModelSystem<readonly Value[]> =>
  createModelSystem(referenceSource(modelOf(TEXT, check)));
const seeds = (last: number): { seeds: readonly [number, number]; steps: number } => ({
  seeds: [1, last],
  steps: STEPS,
});

test("the lost wakeup is found, explained, and found again by replaying", () => {
  const system = ring("unfenced");
  const { found } = hunt(system, seeds(1000), () => system.wrong.length > 0);
  const shrunk = found?.shrunk;
  expect(shrunk?.constraints.length).toBeLessThanOrEqual(3);
  replay(system, shrunk?.run.choices ?? []);
  expect(system.wrong).toEqual(["NoLostWakeup"]);
});

test("with fences nothing is found", () => {
  const system = ring("fenced");
  const { found, seeds: tried } = hunt(system, seeds(300), () => system.wrong.length > 0);
  expect(found).toBeUndefined();
  expect(tried).toBe(300);
});
