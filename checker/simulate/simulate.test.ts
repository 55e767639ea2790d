/** What walks say: violations that are real, nothing that holds, and how much was walked. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import { checkModel } from "../check.ts";
import { modelOf } from "../libretto-notation.ts";
import { replay } from "../replay.ts";
import { propertyOf, summary } from "../verdict-notation.ts";
import { timeless, walked, walkedFile, walkedModel } from "./simulate-notation.ts";

const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 40);

/** A counter from 0 to 9 that goes up and down, with properties and the lines of a check. */
function counter(properties: string, check = "", guard = "if n < 9"): string {
  return `type N = 0..9
    machine M { var n : N = 0
      initial mode A { step up ${guard} { n += 1 } step down if n > 0 { n -= 1 } } }
    system S { m : M  ${properties} }
    check c of S { ${check} }`;
}

describe("verdicts", () => {
  test("what a walk violates is violated, by a short path that was replayed", async () => {
    const verdict = await walked(counter("invariant I: m.n < 4"));
    expect(verdict.result).toBe("failed");
    expect(summary(verdict)[0]).toBe("I violated 4");
    expect(propertyOf(verdict, "I").counterexample).toMatchObject({
      shortest: true,
      replayed: true,
    });
    expect(propertyOf(verdict, "I").counterexample?.reason).toBe("not `m.n < 4` since step 4");
  });

  test("what no walk violates is unknown, even when every state was seen", async () => {
    const verdict = await walked(counter("invariant I: m.n < 10"));
    expect(verdict.result).toBe("unknown");
    expect(verdict.statistics).toMatchObject({ complete: false, transitions: 3000 });
    const { outcome, unknown, examined } = propertyOf(verdict, "I");
    expect({ outcome, unknown }).toEqual({
      outcome: "unknown",
      unknown: { reason: "not decided by walks", runs: 100, steps: 3000 },
    });
    expect(examined).toBe(verdict.statistics.states);
  });

  test("a goal that a walk reaches is reached, and one that none reaches is unknown", async () => {
    const goals = "reachable Three: m.n == 3  reachable Never: m.n > 9";
    const verdict = await walked(counter(goals));
    expect(summary(verdict).slice(0, 2)).toEqual(["Three holds 3", "Never unknown"]);
    expect(propertyOf(verdict, "Three").witness?.shortest).toBe(true);
  });

  test("temporal properties are said to be not judged by walks", async () => {
    const verdict = await walked(counter("property P: always eventually m.n == 0"));
    expect(propertyOf(verdict, "P")).toMatchObject({
      outcome: "unknown",
      unknown: { reason: "not judged by walks" },
      examined: 0,
    });
  });

  test("a step that violates is found where it is possible, taken or not", async () => {
    const verdict = await walked(counter("", "", ""), { runs: 300, steps: 100 });
    const found = propertyOf(verdict, "range");
    expect(summary(verdict)).toContain("range violated 10");
    expect(found.counterexample).toMatchObject({ shortest: true, replayed: true });
    expect(verdict.findings.map(({ code }) => code)).toEqual(["E0203"]);
  });

  test("an expected violation occurs, or is open; the check is unknown either way", async () => {
    const both = "invariant I: m.n < 4  invariant J: m.n < 10";
    const expects = "expect violation of I  expect violation of J";
    const verdict = await walked(counter(both, expects));
    expect(verdict.result).toBe("unknown");
    expect(verdict.expectations.map(({ met }) => met)).toEqual([true, false]);
  });

  test("an expected number of states is not confirmed, but too many states are found", async () => {
    expect((await walked(counter("", "expect 10 states"))).expectations).toEqual([]);
    const verdict = await walked(counter("", "expect 3 states"));
    expect(verdict.result).toBe("failed");
  });

  test("a model that gets stuck, and one with a message without a rule", async () => {
    const stuck = await walked(`machine M { initial mode A { step go -> B } mode B { } }
      system S { m : M } check c of S { }`);
    expect(summary(stuck)).toEqual(["stuck violated 1"]);
    const unhandled = await walkedFile("models/examples/netserver.libretto", {
      check: "crashOnce",
    });
    expect(summary(unhandled)).toContain("unhandled unknown");
  });
});

describe("determinism and limits", () => {
  const ring = { check: "unfenced", runs: 60 } as const;

  test("the same seed gives the same bytes, another seed other walks", async () => {
    const path = "models/examples/ring.libretto";
    const once = JSON.stringify(timeless(await walkedFile(path, ring)));
    expect(JSON.stringify(timeless(await walkedFile(path, ring)))).toBe(once);
    expect(JSON.stringify(timeless(await walkedFile(path, { ...ring, seed: 2 })))).not.toBe(once);
  });

  test("a budget of states ends the walks, and the verdict says so", async () => {
    const budget = { states: 5 };
    const verdict = await walkedFile("models/examples/ring.libretto", { ...ring, budget });
    expect(verdict.simulation?.ended).toEqual({ reason: "states", limit: 5 });
    expect(verdict.statistics.states).toBe(5);
  });

  test("an abort ends the walks with everything that was found", async () => {
    const stop = new AbortController();
    const walking = {
      ...ring,
      runs: 1e9,
      signal: stop.signal,
      onProgress: () => stop.abort("SIGINT"),
    };
    const verdict = await walkedFile("models/examples/ring.libretto", walking);
    expect(verdict.simulation?.ended).toEqual({ reason: "interrupted" });
    expect(verdict.simulation?.runs).toBeLessThan(1e9);
    const { counterexample } = propertyOf(verdict, "NoLostWakeup");
    expect(counterexample?.replayed).toBe(true);
  });

  test("a budget of time ends the walks", async () => {
    const budget = { milliseconds: 30 };
    const verdict = await walkedFile("models/examples/ring.libretto", {
      ...ring,
      runs: 1e9,
      budget,
    });
    expect(verdict.simulation?.ended).toEqual({ reason: "time", limit: 30 });
  });
});

test("nothing is violated that a search finds to hold, no path is too short", async () => {
  let violations = 0;
  let shortest = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, fc.constantFrom("random", "pct"), async (text, kind) => {
      const model = modelOf(text);
      const options = { budget: model.budget, signal: undefined, onProgress: undefined };
      const searched = await checkModel(model, { ...options, sources: new Map() });
      const strategy =
        kind === "pct" ? ({ kind, depth: 2 } as const) : ({ kind: "random" } as const);
      const verdict = await walkedModel(model, { runs: 20, steps: 20, strategy });
      for (const property of verdict.properties) {
        if (property.kind !== "reachable") expect(property.outcome).not.toBe("holds");
        const path = property.counterexample ?? property.witness;
        if (path === undefined) continue;
        violations++;
        expect(replay(model, property.name, path.steps)).toEqual({ agrees: true });
        expect(path.replayed).toBe(true);
        const other = propertyOf(searched, property.name);
        expect(property.outcome).toBe(other.outcome);
        const best = (other.counterexample ?? other.witness)?.steps.length ?? 0;
        expect(path.steps.length).toBeGreaterThanOrEqual(best);
        if (path.shortest) expect(path.steps.length).toBe(best);
        if (path.shortest) shortest++;
      }
    }),
    { numRuns: RUNS },
  );
  expect(violations).toBeGreaterThan(0);
  expect(shortest).toBeGreaterThan(0);
});
