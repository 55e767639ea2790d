/** Runs that others took, judged: real counterexamples, and nothing that the run did not meet. */
import { expect, test } from "vitest";
import { modelOf } from "../libretto-notation.ts";
import { createMeter } from "../reference/meter.ts";
import { beginnings } from "../reference/initial.ts";
import { successors } from "../reference/successors.ts";
import { verdictOfRun, type PlayedRun, type TakenStep } from "./played-run.ts";

const TEXT = `module lamp
machine Lamp {
  var presses : 0..3 = 0
  ghost var last : 0..3 = 0
  initial mode Off { step press -> On { presses += 1; last = presses } }
  mode On { step press -> Off { presses += 1 }  step break { assert presses < 1 } }
}
system Room {
  lamp : Lamp
  invariant Few: lamp.presses < 2
  reachable Lit: lamp in On
  property Settles: eventually lamp in Off
}
check room of Room { allow stuck }
`;
const MODEL = modelOf(TEXT, "room");
const EFFORT = { seed: 3, runs: 4, wanted: 9, stepsPerRun: 50, steps: 77, milliseconds: 5 };

/** The run that takes the first step of each of these names. */
function runOf(names: readonly string[], wrong: readonly string[]): PlayedRun {
  const start = beginnings(MODEL, createMeter())[0]?.state ?? [];
  let state = start;
  const steps = names.map((name): TakenStep => {
    const found = successors(MODEL, state, createMeter()).steps.find(
      ({ transition }) => MODEL.transitions[transition]?.name === `lamp.${name}`,
    );
    if (found === undefined) throw new Error(`no ${name}`);
    const violation = found.violation?.property;
    state = found.state;
    return { transition: found.transition, state: violation ? undefined : state, violation };
  });
  return { start, steps, wrong };
}

const judged = (names: readonly string[], wrong: readonly string[]) => {
  const { properties, ...rest } = verdictOfRun(MODEL, runOf(names, wrong), EFFORT, new Map());
  const by = (name: string) => properties.find((one) => one.name === name);
  return { ...rest, by };
};

test("what the end violates is a counterexample that replays", () => {
  const { result, by, simulation } = judged(["press", "press"], ["Few"]);
  expect(result).toBe("failed");
  const path = by("Few")?.counterexample;
  expect(path?.replayed).toBe(true);
  expect(path?.steps.map(({ label }) => label).slice(1)).toEqual(["lamp.press", "lamp.press"]);
  expect(by("Lit")?.witness?.steps.length).toBe(2);
  expect(by("Settles")?.outcome).toBe("unknown");
  expect(simulation).toMatchObject({ strategy: "played", seed: 3, runs: 4, wanted: 9, steps: 77 });
});

test("what no state tells is violated by the run, whatever has the same name", () => {
  for (const name of ["Few", "Settles", "a goal"]) {
    const failures = [{ name, reason: "the connection was reset" }];
    const run = { ...runOf(["press"], [name]), failures };
    const { result, properties } = verdictOfRun(MODEL, run, EFFORT, new Map());
    const [told, ...others] = properties.filter((one) => one.name === name);
    expect([result, others, told?.kind, told?.outcome]).toEqual(["failed", [], "run", "violated"]);
    const { reason, replayed, steps } = told?.counterexample ?? {};
    expect([reason, replayed, steps?.length]).toEqual(["the connection was reset", true, 2]);
  }
});

test("what a state tells as well is told by the state", () => {
  const failures = [{ name: "Few", reason: "the connection was reset" }];
  const run = { ...runOf(["press", "press"], ["Few", "Few"]), failures };
  const { properties } = verdictOfRun(MODEL, run, EFFORT, new Map());
  const told = properties.filter(({ name }) => name === "Few");
  expect(told.map(({ kind, outcome }) => [kind, outcome])).toEqual([["invariant", "violated"]]);
  expect(told[0]?.counterexample?.replayed).toBe(true);
});

test("a step that violates an assertion ends the path", () => {
  const { result, by } = judged(["press", "break"], ["assert"]);
  expect(result).toBe("failed");
  expect(by("assert")?.counterexample).toMatchObject({ replayed: true });
  expect(by("Few")?.outcome).toBe("unknown");
});

test("what the run could have met and did not is no finding", () => {
  const { result, by } = judged(["press"], []);
  expect(result).toBe("unknown");
  expect(by("assert")?.outcome).not.toBe("violated");
  expect(by("Lit")?.outcome).toBe("holds");
});
