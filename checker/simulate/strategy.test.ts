/** PCT: who goes first, when that changes, and that its bound is kept. */
import { describe, expect, test } from "vitest";
import type { Model } from "../../spec/model.ts";
import { modelOf } from "../libretto-notation.ts";
import { createMeter } from "../reference/meter.ts";
import { createRandom } from "./random.ts";
import { referenceStepper } from "./stepper.ts";
import { chooserOf, pctBound, type Strategy, threadsOf } from "./strategy.ts";
import { walked, walkedModel } from "./simulate-notation.ts";

/** Two threads of `length` steps each. */
function race(length: number, properties = ""): string {
  const steps = Array.from({ length }, (_, at) => `mode M${at} { step go -> M${at + 1} }`).join(
    "\n",
  );
  return `machine Walker { initial ${steps} final mode M${length} { } }
    system S { a : Walker  b : Walker  ${properties} }
    check c of S { }`;
}

/** `aaabbb`: who moves in one run. */
function run(model: Model, strategy: Strategy, seed: number): string {
  const stepper = referenceStepper(model, createMeter());
  const chooser = chooserOf(strategy, threadsOf(model), 8, createRandom(seed, 0));
  let [at] = stepper.initial();
  let moved = "";
  for (let moves = at === undefined ? [] : stepper.steps(at.place); moves.length > 0; ) {
    at = moves[chooser.choose(moves)];
    if (at === undefined) break;
    chooser.arrived(false);
    moved += at.label[0];
    moves = stepper.steps(at.place);
  }
  return moved;
}

const pct = (depth: number): Strategy => ({ kind: "pct", depth });
const FOUR = modelOf(race(4));
const runs = (strategy: Strategy, count = 200): Set<string> =>
  new Set(Array.from({ length: count }, (_, seed) => run(FOUR, strategy, seed)));

/** How often it changes who moves. */
const switches = (moved: string): number =>
  [...moved].filter((who, at) => at > 0 && who !== moved[at - 1]).length;

describe("pct", () => {
  test("of depth 1: one thread runs to its end, then the other; both orders occur", () => {
    expect([...runs(pct(1))].toSorted()).toEqual(["aaaabbbb", "bbbbaaaa"]);
  });

  test("each further depth interrupts once more", () => {
    const most = (depth: number): number => Math.max(...[...runs(pct(depth), 600)].map(switches));
    expect([1, 2, 3, 4].map(most)).toEqual([1, 2, 3, 4]);
  });

  test("the thread that is interrupted stays behind until the others end", () => {
    // At most one change point lies in a run: a, then b to its end, then the rest of a.
    for (const moved of runs(pct(2))) expect(moved).toMatch(/^(?:a*b{4}a*|b*a{4}b*)$/);
  });

  test("a bug of depth 2 is met at least as often as its bound says", async () => {
    // `a` stands between two of its steps while `b` does all of its own.
    const text = race(5, "invariant I: not (a in M2 and b in M5)");
    const model = modelOf(text);
    const threads = threadsOf(model).names.length;
    const bound = pctBound(threads, 20, 2);
    let met = 0;
    const seeds = 400;
    for (let seed = 0; seed < seeds; seed++) {
      const verdict = await walkedModel(model, { runs: 1, steps: 20, seed, strategy: pct(2) });
      if (verdict.properties.some(({ name, outcome }) => name === "I" && outcome === "violated"))
        met++;
    }
    expect(bound).toBe(1 / 40);
    // Its expectation is 10 of 400; the probability of less than 4 is below 1 %.
    expect(met).toBeGreaterThanOrEqual(4);
  });

  test("a thread that goes round falls behind, so that the others move", async () => {
    const text = `machine Spin { initial mode A { step there -> B } mode B { step back -> A } }
      machine Once { initial mode A { step go -> B } mode B { step rest -> B } }
      system S { s : Spin  o : Once  reachable Moved: o in B } check c of S { }`;
    const verdict = await walked(text, { runs: 10, steps: 10, strategy: pct(1) });
    expect(verdict.coverage.every(({ taken }) => taken > 0)).toBe(true);
  });
});

test("faults, losses and store buffers are threads of their own", () => {
  const model = modelOf(`message Q { Ping }
    machine Sender { port out o : Q  initial mode A { step go { send o.Ping } }
      fault crash from A -> A }
    machine Receiver { port in i : Q  initial mode A { on i.Ping } }
    system S { s : Sender  r : Receiver  channel q : s.o -> r.i fifo(1) lossy }
    check c of S { faults s.crash <= 1  faults q.lossy <= 1 }`);
  expect(threadsOf(model).names.toSorted()).toEqual(["fault s.crash", "lossy q.lossy", "r", "s"]);
});

test("the bound of the paper", () => {
  expect(pctBound(2, 100, 1)).toBe(0.5);
  expect(pctBound(4, 10, 3)).toBe(1 / 400);
});
