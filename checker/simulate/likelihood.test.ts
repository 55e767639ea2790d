/** Likelihoods: samples that are what they say, and facts that a naive fixpoint confirms. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomModel } from "../explore/random-model.ts";
import { createMeter } from "../reference/meter.ts";
import { judged, loweredFile, lowered, propertyOf } from "../verdict-notation.ts";
import type { Likelihood } from "../verdict.ts";
import { avoidanceFrom } from "./avoidance.ts";
import { likelihoodOf } from "./likelihood.ts";
import { type Place, type ReferencePlace, referenceStepper, type Stepper } from "./stepper.ts";
import { moveHits, placeHits, type Target } from "./target.ts";
import { withLikelihood } from "./with-likelihood.ts";

const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 60);
const OPTIONS = { walks: 400, steps: 30, seed: 1, signal: undefined };

async function likelihood(text: string, property: string, options = OPTIONS): Promise<Likelihood> {
  const { model, verdict } = await judged(lowered(text));
  const found = propertyOf(await withLikelihood(model, verdict, options), property);
  const answer = found.counterexample?.likelihood;
  if (answer === undefined) throw new Error("no likelihood");
  return answer;
}

/** `25 % 1/2`: the points, as a reader sees them. */
const points = ({ points: all, walks }: Likelihood): string[] =>
  all.map(({ hits, avoiding, successors }) => {
    const facts = avoiding === undefined ? "" : ` ${avoiding}/${successors}`;
    return `${Math.round((100 * hits) / walks)} %${facts}`;
  });

describe("along a path", () => {
  test("a fork, a point of no return, and the rest is fate", async () => {
    const text = `machine M { initial mode A { step left -> B  step right -> Good }
      mode B { step on -> C  step off -> Good }  mode C { step fall -> D  step drop -> D }
      mode D { step down -> Bad }  mode Bad { step lie }  mode Good { step rest } }
      system S { m : M  invariant Up: not m in Bad } check c of S { }`;
    const answer = await likelihood(text, "Up");
    expect(answer).toMatchObject({ exact: true, noReturn: 2, walks: 400, steps: 30, seed: 1 });
    const [start, fork, ...fate] = points(answer);
    expect(start).toMatch(/^2\d % 2\/2$/);
    expect(fork).toMatch(/^(?:4|5)\d % 1\/2$/);
    expect(fate).toEqual(["100 % 0/2", "100 % 0/1", "100 %"]);
  });

  test("a way to go round for ever avoids it, as fairness is not assumed", async () => {
    const text = `machine M { initial mode A { step wait  fair step go -> Bad }
      mode Bad { step lie } }
      system S { m : M  invariant Up: not m in Bad } check c of S { }`;
    expect(await likelihood(text, "Up")).toMatchObject({ exact: true, noReturn: undefined });
  });

  test("a step that violates is hit by taking it", async () => {
    const text = `type N = 0..2
      machine M { var n : N = 0  initial mode A { step up { n += 1 } } }
      system S { m : M } check c of S { }`;
    const answer = await likelihood(text, "range");
    expect(answer.noReturn).toBe(0);
    expect(points(answer)).toEqual(["100 % 0/1", "100 % 0/1", "100 % 0/1", "100 %"]);
  });

  test("the shipped server: the crash and the restart are where it becomes likely", async () => {
    const { model, verdict } = await judged(
      loweredFile("models/examples/netserver.libretto"),
      "crashOnce",
    );
    const answer = propertyOf(await withLikelihood(model, verdict, OPTIONS), "NoHalfOpen");
    const shown = answer.counterexample?.likelihood;
    if (shown === undefined) throw new Error("no likelihood");
    expect(points(shown)).toEqual([
      "10 % 3/3",
      "10 % 3/3",
      "29 % 3/3",
      "44 % 3/3",
      "73 % 1/2",
      "100 %",
    ]);
  });

  test("a long path takes fewer walks, and says how many", async () => {
    const text = `type N = 0..300
      machine M { var n : N = 0  initial mode A { step up if n < 300 { n += 1 }  step stay } }
      system S { m : M  invariant I: m.n < 290 } check c of S { }`;
    const answer = await likelihood(text, "I", { ...OPTIONS, steps: 1000 });
    expect(answer.walks).toBe(20);
  });

  test("an abort, and a path of another model, have no likelihood", async () => {
    const { model, verdict } = await judged(
      loweredFile("models/examples/ring.libretto"),
      "noRecheck",
    );
    const path = propertyOf(verdict, "NoLostWakeup").counterexample?.steps ?? [];
    const stop = AbortSignal.abort();
    expect(await likelihoodOf(model, "NoLostWakeup", path, { ...OPTIONS, signal: stop })).toBe(
      undefined,
    );
    expect(await likelihoodOf(model, "NoLostWakeup", path.toReversed(), OPTIONS)).toBe(undefined);
    expect(await likelihoodOf(model, "Bounded", path, OPTIONS)).toBe(undefined);
  });
});

/** Inevitable by the definition alone: grow the set until nothing changes. */
function naive(stepper: Stepper<Place>, target: Target, places: readonly Place[]): Set<string> {
  const inevitable = new Set<string>();
  for (let before = -1; before < inevitable.size; ) {
    before = inevitable.size;
    for (const place of places) {
      const moves = stepper.steps(place);
      const isDoomed = moves.every((move) =>
        move.violation === undefined ? inevitable.has(move.place.key) : moveHits(target, move),
      );
      if (placeHits(stepper, target, place, createMeter()) || (moves.length > 0 && isDoomed)) {
        inevitable.add(place.key);
      }
    }
  }
  return inevitable;
}

test("what is inevitable, and which steps avoid it, is what a naive fixpoint says", () => {
  let inevitableStates = 0;
  fc.assert(
    fc.property(randomModel, fc.constantFrom("I", "J", "stuck"), (model, property) => {
      const stepper = referenceStepper(model, createMeter());
      const starts = stepper.initial().filter(({ violation }) => violation === undefined);
      const target = { property, culprit: "" };
      const known = avoidanceFrom(stepper, target, starts, createMeter(), 300);
      const places = new Map<string, ReferencePlace>(starts.map(({ place }) => [place.key, place]));
      for (const place of places.values()) {
        if (places.size > 301) break;
        for (const move of stepper.steps(place)) {
          if (move.violation === undefined) places.set(move.place.key, move.place);
        }
      }
      if (places.size > 300) {
        expect(known).toBe(undefined);
        return;
      }
      const wanted = naive(stepper, target, [...places.values()]);
      inevitableStates += wanted.size;
      expect(known?.size).toBe(places.size);
      for (const [key, { inevitable, avoiding }] of known ?? []) {
        expect(inevitable).toBe(wanted.has(key));
        const place = places.get(key);
        const moves = place === undefined ? [] : stepper.steps(place);
        const ways = moves.filter((move) =>
          move.violation === undefined ? !wanted.has(move.place.key) : !moveHits(target, move),
        );
        expect(avoiding).toBe(ways.length);
      }
    }),
    { numRuns: RUNS },
  );
  expect(inevitableStates).toBeGreaterThan(0);
});
