/** Shrinking: what is left is a run of the model, hits the same thing, and is no longer. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import { explore } from "../explore/explore.ts";
import { modelOf } from "../libretto-notation.ts";
import { createMeter } from "../reference/meter.ts";
import { replay } from "../replay.ts";
import { limitsOf } from "../explore/budget.ts";
import { NO_BUDGET } from "../verdict-notation.ts";
import { nearest, shrink } from "./shrink.ts";
import { referenceStepper } from "./stepper.ts";
import type { Target } from "./target.ts";
import { pathOf } from "./trail.ts";
import { beginWalks, walkAll } from "./walks.ts";

const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 40);

const target = (property: string): Target => ({ property, culprit: "" });

/** Shrinks a path that is given by the labels of its steps. */
function shrunk(text: string, property: string, labels: string): string | undefined {
  const meter = createMeter();
  const stepper = referenceStepper(modelOf(text), meter);
  const names: { transition: number | undefined; label: string }[] = [];
  let moves = stepper.initial();
  for (const label of ["(initial)", ...labels.split(" ")]) {
    const move = moves.find((one) => one.label === `${label} []`);
    if (move === undefined) throw new Error(`no step ${label}`);
    names.push(move);
    moves = stepper.steps(move.place);
  }
  const trail = shrink(stepper, target(property), names, meter);
  return trail
    ?.slice(1)
    .map(({ label }) => label.replace(" []", ""))
    .join(" ");
}

const LAMPS = `machine Lamp { initial mode Off { step on -> On } mode On { step off -> Off } }
  machine Wire { initial mode W0 { step a -> W1  step jump -> W3 } mode W1 { step b -> W2 }
    mode W2 { step c -> W3 } mode W3 { step rest -> W3 } }
  system S { x : Lamp  y : Lamp  w : Wire  invariant Dark: not (x in On and y in On)
    invariant Start: not w in W3  invariant Fine: true }
  check c of S { }`;

const cases: readonly (readonly [
  what: string,
  property: string,
  from: string,
  to: string | undefined,
])[] = [
  ["steps that do not matter are dropped", "Dark", "w.a x.on w.b y.on", "x.on y.on"],
  ["loops are cut", "Dark", "x.on x.off x.on x.off y.on x.on", "y.on x.on"],
  ["the path ends at its first hit", "Dark", "x.on y.on x.off x.on", "x.on y.on"],
  ["a shortcut that the walk did not take is found", "Start", "w.a x.on w.b w.c", "w.jump"],
  ["a path that does not hit is refused", "Fine", "x.on y.on", undefined],
];

test.each(cases)("%s", (_what, property, from, to) => {
  expect(shrunk(LAMPS, property, from)).toBe(to);
});

describe("on random programs", () => {
  test("a shrunk path replays, hits its target, and is no longer than it was", async () => {
    let paths = 0;
    let shorter = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryProgram, fc.nat(), async (text, seed) => {
        const model = modelOf(text);
        const meter = createMeter();
        const stepper = referenceStepper(model, meter);
        const plan = { runs: 3, steps: 30, seed, strategy: { kind: "random" } } as const;
        const limits = limitsOf(NO_BUDGET, undefined, 0);
        const walks = beginWalks(stepper, plan, meter, limits);
        await walkAll(walks, () => undefined);
        for (const met of walks.met.values()) {
          const trail = shrink(stepper, met.target, met.trail, meter) ?? [];
          paths++;
          if (trail.length < met.trail.length) shorter++;
          expect(trail.length).toBeLessThanOrEqual(met.trail.length);
          const path = pathOf(stepper, trail);
          expect(replay(model, met.target.property, path)).toEqual({ agrees: true });
        }
      }),
      { numRuns: RUNS },
    );
    expect(paths).toBeGreaterThan(RUNS / 2);
    expect(shorter).toBeGreaterThan(0);
  });

  test("what is nearest is as near as the search says, and nothing is nearer", async () => {
    let found = 0;
    const bounds = fc.record({ states: fc.nat(40), depth: fc.nat(8) });
    await fc.assert(
      fc.asyncProperty(arbitraryProgram, bounds, async (text, { states, depth }) => {
        const model = modelOf(text);
        const options = { budget: model.budget, signal: undefined, onProgress: undefined };
        const searched = await explore(model, options);
        const named = [...model.invariants, ...model.goals].map(({ name }) => name);
        const tallies = [...searched.invariants, ...searched.goals];
        const targets = named.map(target);
        const meter = createMeter();
        const near = nearest(referenceStepper(model, meter), targets, depth, meter, states);
        for (const [index, name] of named.entries()) {
          const best = tallies[index]?.path?.length;
          const trail = near.trails.get(`${name} `);
          if (trail !== undefined) found++;
          if (trail !== undefined) expect(trail.length).toBe(best);
          else if (best !== undefined) expect(best - 1).toBeGreaterThan(near.exhausted);
        }
      }),
      { numRuns: RUNS },
    );
    expect(found).toBeGreaterThan(0);
  });
});

test("a stepper that forgets gives the same moves as one that remembers", () => {
  fc.assert(
    fc.property(arbitraryProgram, fc.array(fc.nat(5), { maxLength: 30 }), (text, choices) => {
      const model = modelOf(text);
      const trace = (limit: number): string[] => {
        const stepper = referenceStepper(model, createMeter(), limit);
        let moves = stepper.initial();
        return choices.map((choice) => {
          const clean = moves.filter(({ violation }) => violation === undefined);
          const move = clean[choice % Math.max(1, clean.length)];
          if (move !== undefined) moves = stepper.steps(move.place);
          return `${move?.label} ${move?.place.key} ${moves.map(({ label }) => label).join()}`;
        });
      };
      expect(trace(1)).toEqual(trace(1e6));
    }),
    { numRuns: RUNS },
  );
});
