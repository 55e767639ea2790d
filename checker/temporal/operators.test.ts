/**
 * What each operator and each kind of fairness means: small models with known answers, both ways.
 */
import { describe, expect, test } from "vitest";
import type { PropertyVerdict } from "../verdict.ts";
import { checkModel } from "../check.ts";
import { judged, lowered, NO_BUDGET, only, propertyOf } from "../verdict-notation.ts";

/** Counts from 0 to 3, one step at a time, when it feels like it or `fair`. */
function counter(property: string, fair = ""): string {
  return `type N = 0..3
    machine M { var n : N = 0  initial mode A { ${fair} step up if n < 3 { n += 1 } } }
    system S { m : M  property P: ${property} }
    check c of S { allow stuck }`;
}

async function verdictOf(text: string): Promise<PropertyVerdict> {
  return propertyOf(await only(text), "P");
}

/** `violated after 2, loop of 1`, and that a replay agrees. */
function told({ outcome, counterexample }: PropertyVerdict): string {
  if (counterexample === undefined) return outcome;
  expect(counterexample.replayed).toBe(true);
  const { steps, loop } = counterexample;
  if (loop === undefined) return `${outcome} after ${steps.length - 1}`;
  const round = steps.length - 1 - loop.start;
  return `${outcome} after ${loop.start}, ${loop.stutters ? "stays" : `loop of ${round}`}`;
}

describe("operators, without fairness and with it", () => {
  test.each([
    ["always m.n <= 3", "holds", "holds"],
    ["always m.n < 3", "violated after 3", "violated after 3"],
    ["eventually m.n == 3", "violated after 0, stays", "holds"],
    ["eventually m.n * 2 == 3", "violated after 0, stays", "violated after 3, stays"],
    ["m.n < 2 until m.n == 2", "violated after 0, stays", "holds"],
    ["m.n < 1 until m.n == 2", "violated after 1", "violated after 1"],
    ["m.n <= 3 until m.n * 2 == 3", "violated after 0, stays", "violated after 3, stays"],
    ["m.n == 1 leads to m.n == 3", "violated after 1, stays", "holds"],
    ["m.n == 2 leads to m.n == 1", "violated after 2, stays", "violated after 3, stays"],
    ["always (m.n == 1 implies eventually m.n > 1)", "violated after 1, stays", "holds"],
    ["always eventually m.n == 3", "violated after 0, stays", "holds"],
    ["eventually always m.n == 3", "violated after 0, stays", "holds"],
    ["eventually always m.n < 3", "violated after 3, stays", "violated after 3, stays"],
    ["not eventually m.n == 1", "violated after 1", "violated after 1"],
    ["always (m.n == 2 implies once m.n == 1)", "holds", "holds"],
    ["always (m.n == 1 implies once m.n == 2)", "violated after 1", "violated after 1"],
    ["always (m.n == 2 implies previously m.n == 1)", "holds", "holds"],
    ["always (m.n == 2 implies previously m.n == 0)", "violated after 2", "violated after 2"],
    ["always historically m.n < 4", "holds", "holds"],
    ["always historically m.n < 2", "violated after 2", "violated after 2"],
    ["always (m.n >= 1 implies m.n >= 1 since m.n == 1)", "holds", "holds"],
    ["always (m.n >= 1 implies m.n < 3 since m.n == 1)", "violated after 3", "violated after 3"],
    ["eventually once m.n == 1", "violated after 0, stays", "holds"],
    ["once eventually m.n == 3", "violated after 0, stays", "holds"],
    ["eventually once always m.n == 3", "violated after 0, stays", "holds"],
  ])("%s", async (property, free, fair) => {
    expect(told(await verdictOf(counter(property)))).toBe(free);
    expect(told(await verdictOf(counter(property, "fair")))).toBe(fair);
  });

  test.each([
    ["previously m.n == 0", "violated after 0"],
    ["not previously m.n == 0", "holds"],
    ["once m.n == 0", "holds"],
    ["once m.n == 1", "violated after 0"],
    ["historically m.n == 0", "holds"],
    ["historically m.n == 1", "violated after 0"],
    ["m.n == 1 since m.n == 0", "holds"],
    ["m.n == 0 since m.n == 1", "violated after 0"],
  ])("nothing is before the first state: %s", async (property, wanted) => {
    expect(told(await verdictOf(counter(property)))).toBe(wanted);
  });
});

/** Turns a wheel; the way out is open at one place of it. */
function wheel(turn: string, leave: string): string {
  return `machine M { var open : bool = false
      initial mode In {
        ${turn} step turn { open = not open }
        ${leave} step leave if open -> Out
      }
      final mode Out { }
    }
    system S { m : M  property P: eventually m in Out }
    check c of S { allow stuck }`;
}

describe("fairness", () => {
  test.each([
    ["", "", "violated after 0, stays"],
    ["", "fair", "violated after 0, stays"],
    ["", "strongly fair", "violated after 0, stays"],
    ["fair", "", "violated after 0, loop of 2"],
    ["fair", "fair", "violated after 0, loop of 2"],
    ["fair", "strongly fair", "holds"],
    ["strongly fair", "strongly fair", "holds"],
  ])("turn is '%s' and leave is '%s': %s", async (turn, leave, wanted) => {
    expect(told(await verdictOf(wheel(turn, leave)))).toBe(wanted);
  });

  test("a loop says why it is fair to each transition, and what would rule it out", async () => {
    const { counterexample } = await verdictOf(wheel("fair", "fair"));
    expect(counterexample?.loop).toEqual({
      start: 0,
      stutters: false,
      states: 2,
      fairness: [
        { transition: "m.turn", kind: "weak", enabled: 2, taken: true, verdict: "taken" },
        {
          transition: "m.leave",
          kind: "weak",
          enabled: 1,
          taken: false,
          verdict: "allowed: not enabled in 1 of 2 states",
        },
      ],
      hint: "declare `m.leave` `strongly fair` if no real run can pass it over for ever",
    });
  });

  test("without any, the hint names what could be fair", async () => {
    const { counterexample } = await verdictOf(wheel("", ""));
    expect(counterexample?.loop?.hint).toContain("declare `m.turn` `fair`");
  });

  test("a step that changes nothing counts as taken, and as a loop", async () => {
    const text = `machine M { var n : 0..1 = 0
        initial mode A { fair step beat  step up if n < 1 { n += 1 } } }
      system S { m : M  property P: eventually m.n == 1 }
      check c of S { allow stuck }`;
    const verdict = await verdictOf(text);
    expect(told(verdict)).toBe("violated after 0, loop of 1");
    expect(verdict.counterexample?.steps.at(-1)?.label).toBe("m.beat");
  });

  test("what is disabled now and then may be passed over when weakly fair", async () => {
    const pulse = (
      fair: string,
    ): string => `machine M { var on : bool = false  var hit : bool = false
        initial mode A {
          fair step pulse { on = not on }
          ${fair} step catch if on and not hit { hit = true }
        } }
      system S { m : M  property P: eventually m.hit }
      check c of S { }`;
    expect(told(await verdictOf(pulse("fair")))).toBe("violated after 0, loop of 2");
    expect(told(await verdictOf(pulse("strongly fair")))).toBe("holds");
  });

  test("a receiver's rule of a rendezvous is enabled and taken by the sender", async () => {
    const meeting = (send: string, receive: string): string => `message Q { Hi }
      machine A { port out q : Q
        initial mode X { ${send} step say -> Y { send q.Hi } } final mode Y { } }
      machine B { port in q : Q  initial mode X { ${receive} on q.Hi -> Y } final mode Y { } }
      system S { a : A  b : B  channel q : a.q -> b.q rendezvous
        property P: eventually b in Y }
      check c of S { allow stuck }`;
    expect(told(await verdictOf(meeting("", "")))).toBe("violated after 0, stays");
    expect(told(await verdictOf(meeting("", "fair")))).toBe("holds");
    expect(told(await verdictOf(meeting("fair", "")))).toBe("holds");
  });

  test("faults are never fair, and a run without a further one is a run", async () => {
    const text = `machine M { initial mode Up { } mode Down { fair step mend -> Up }
        fault crash from Up -> Down }
      system S { m : M  property P: eventually m in Down  property Q: m in Down leads to m in Up }
      check c of S { faults m.crash <= 1  allow stuck }`;
    const verdict = await only(text);
    expect(told(propertyOf(verdict, "P"))).toBe("violated after 0, stays");
    expect(told(propertyOf(verdict, "Q"))).toBe("holds");
  });

  test("a message that nobody wants does not hold up its queue for ever", async () => {
    const queue = `message Q { Noise, Word }
      machine A { port out q : Q
        initial mode X { fair step noise -> Y { send q.Noise } }
        mode Y { fair step word -> Z { send q.Word } } final mode Z { } }
      machine B { port in q : Q
        initial mode X { fair on q.Word -> Y  ignore q.Noise } final mode Y { } }
      system S { a : A  b : B  channel q : a.q -> b.q fifo(1)  property P: eventually b in Y }
      check c of S { }`;
    expect(told(await verdictOf(queue))).toBe("holds");
  });
});

describe("instances", () => {
  const race = (quantifier: string): string => `symmetric id Who
    message Q { Me(w: Who) }
    machine Runner(me: Who) { port out q : Q
      initial mode Idle { fair step go -> Done { send q.Me(me) } } final mode Done { } }
    machine Judge { port in q : Q  var first : Who? = none
      initial mode A {
        fair on q.Me(w) if first == none { first = w }
        fair on q.Me(w) if first != none
      } }
    system S { run[w: Who] : Runner(w)  judge : Judge  channel q : run[*].q -> judge.q fifo(2)
      property P: ${quantifier} w in Who: eventually judge.first == w }
    check c of S { Who = 2  allow stuck }`;

  test("an outer exists asks each run for a value, not one value for all runs", async () => {
    expect(told(await verdictOf(race("exists")))).toBe("holds");
  });

  test("an outer forall judges each value, and the counterexample names it", async () => {
    const verdict = await verdictOf(race("forall"));
    expect(verdict.outcome).toBe("violated");
    expect(verdict.counterexample?.reason).toContain("(w = Who1)");
    expect(verdict.temporal).toMatchObject({ instances: 1 });
  });

  test("a bound in time is left out, and that is said", async () => {
    const verdict = await verdictOf(counter("m.n == 1 leads to m.n == 3 within 2s", "fair"));
    expect(verdict).toMatchObject({ outcome: "holds", temporal: { withoutBound: true } });
  });

  test("states with a premise are counted, and one that is never true is a finding", async () => {
    expect((await verdictOf(counter("m.n >= 2 leads to m.n == 3", "fair"))).premiseTrue).toBe(2);
    const verdict = await only(counter("m.n * 2 == 3 leads to m.n == 3"));
    expect(verdict.findings.map(({ code }) => code)).toEqual(["W0501"]);
  });
});

describe("a search that was cut off", () => {
  const cut = async (property: string, states: number): Promise<PropertyVerdict> => {
    const budget = { ...NO_BUDGET, states };
    return propertyOf((await judged(lowered(counter(property)), undefined, budget)).verdict, "P");
  };

  test("is never a proof", async () => {
    for (const property of ["always m.n <= 3", "m.n == 3 leads to m.n == 3"]) {
      const { outcome, unknown } = await cut(property, 2);
      expect([outcome, unknown]).toEqual(["unknown", { reason: "states", limit: 2 }]);
    }
  });

  test("may have found a violation", async () => {
    expect(told(await cut("eventually m.n == 3", 2))).toBe("violated after 0, stays");
    expect(told(await cut("always m.n == 0", 2))).toBe("violated after 1");
  });
});

describe("with reductions asked for", () => {
  // A client that has left was in before, and in the state before its last step in particular.
  const text = `symmetric id Client
    machine App(me: Client) {
      initial mode Out { step enter -> In }
      mode In { step leave -> Gone }
      final mode Gone { }
    }
    system S { app[c: Client] : App(c)
      property P: forall c in Client: always (app[c] in Gone implies once app[c] in In)
      property Q: forall c in Client: always (app[c] in Gone implies previously app[c] in In) }
    check c of S { Client = 2  allow stuck }`;

  test.each(["symmetry", "order", "slice"] as const)(
    "past under %s is judged on the whole graph",
    async (name) => {
      const { models, sources } = lowered(text);
      const options = { budget: NO_BUDGET, signal: undefined, onProgress: undefined, sources };
      const [model] = models;
      if (model === undefined) throw new Error("no model");
      const verdict = await checkModel(model, { ...options, reductions: [name] });
      expect(told(propertyOf(verdict, "P"))).toBe("holds");
      // While another client takes its steps, the step before is no longer that of this client.
      expect(told(propertyOf(verdict, "Q"))).toBe("violated after 3");
      expect(verdict.reductions.map(({ on }) => on)).toEqual([false]);
    },
  );
});
