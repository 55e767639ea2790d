/** Orders of steps that are left out, and those that must not be. */
import { describe, expect, test } from "vitest";
import type { Model } from "../../spec/model.ts";
import { checkModel } from "../check.ts";
import { modelOf } from "../libretto-notation.ts";
import { NO_BUDGET } from "../verdict-notation.ts";
import { outcomes, search } from "./reduce-notation.ts";

/** States of the whole graph and of the reduced one, when both tell the same. */
async function sizes(model: Model): Promise<readonly number[]> {
  const whole = await search(model);
  const reduced = await search(model, "order");
  expect(outcomes(reduced, whole)).toEqual(outcomes(whole, whole));
  return [whole.states, reduced.states];
}

/** Machines by name, each with one instance in small letters, and further lines of the system. */
function system(machines: Record<string, string>, lines = "", check = "allow stuck"): Model {
  const texts = Object.entries(machines).map(([name, body]) => `machine ${name} {\n${body}\n}`);
  const instances = Object.keys(machines).map((name) => `${name.toLowerCase()} : ${name}`);
  return modelOf(`module test
type Bit = 0..1
message Msg { Hi, Bye }
${texts.join("\n")}
system S {
  ${instances.join("\n  ")}
  ${lines}
}
check c of S { ${check} }`);
}

const COUNTER = `var n : 0..3 = 0
  initial mode On { step up if n < 3 { n += 1 } }`;
/** Turns for ever, and nobody minds. */
const WHEEL = "initial mode P { step there -> Q } mode Q { step back -> P }";

describe("one order is enough", () => {
  test("of steps of machines that share nothing", async () => {
    expect(await sizes(system({ A: COUNTER, B: COUNTER, C: COUNTER }))).toEqual([64, 10]);
  });

  test("of putting into a queue and taking out of it", async () => {
    const model = system(
      {
        A: `port out out : Msg  var n : 0..4 = 0
          initial mode On { step put if n < 4 { n += 1; send out.Hi } }`,
        B: `port in from : Msg  var n : 0..4 = 0
          initial mode On { on from.Hi if n < 4 { n += 1 } }
          otherwise block`,
      },
      "channel ch : a.out -> b.from fifo(4)",
    );
    expect(await sizes(model)).toEqual([15, 9]);
  });

  test("but not when a property reads what both change", async () => {
    const model = system({ A: COUNTER, B: COUNTER }, "invariant Sum: a.n + b.n < 7");
    expect(await sizes(model)).toEqual([16, 16]);
  });

  test("and only the orders that can make all parts of it true", async () => {
    const model = system({ A: COUNTER, B: COUNTER }, "reachable Far: a.n == 3 and b.n == 3");
    expect(await sizes(model)).toEqual([16, 7]);
  });
});

describe("nothing is missed", () => {
  test("by turning a wheel for ever (the ignoring problem)", async () => {
    const slow = `initial mode One { step a -> Two }
      mode Two { step b -> Three { assert false } }
      mode Three { }`;
    const [whole = 0, reduced = 0] = await sizes(system({ A: WHEEL, B: slow }));
    expect([whole, reduced <= whole]).toEqual([4, true]);
  });

  test("by a step that looks at itself", async () => {
    const still = "initial mode P { step stay }";
    await sizes(system({ A: still, B: COUNTER }, "reachable End: b.n == 3"));
  });

  test("when only a fault is left", async () => {
    const frail = `initial mode Up { step go -> Mid }
      mode Mid { }
      mode Down { step up -> Down }
      fault crash from Mid -> Down`;
    const model = system({ A: frail, B: COUNTER }, "", "faults a.crash <= 1");
    const { builtIns } = await search(model, "order");
    expect(builtIns.map(({ property }) => property)).toEqual(["stuck"]);
    await sizes(model);
  });

  test("when a message may come too early", async () => {
    const model = system(
      {
        // The receiver stands first, so that its step is the first to be tried.
        B: "port in from : Msg initial mode Shut { step open -> Open } mode Open { block from.Hi }",
        A: "port out out : Msg initial mode On { step put -> Off { send out.Hi } } mode Off { }",
      },
      "channel ch : a.out -> b.from fifo(1)",
    );
    const { builtIns } = await search(model, "order");
    expect(builtIns.map(({ property }) => property)).toEqual(["unhandled"]);
    await sizes(model);
  });

  test("of a premise that holds in one order only", async () => {
    const still = "var z : Bit = 0 initial mode On { }";
    const condition = "b.n == 3 and a.n == 0 implies c.z == 0";
    await sizes(system({ A: COUNTER, B: COUNTER, C: still }, `invariant I: ${condition}`));
  });

  const taker = "port in from : Msg initial mode On { on from.Hi }";
  const queue = "channel ch : a.out -> b.from fifo(1)";

  test("of a sender that waits for room and could also do something else", async () => {
    const sender = `port out out : Msg
      initial mode Fill { step fill -> Full { send out.Hi } }
      mode Full { step more -> Sent { send out.Hi }  step quit -> Sent }
      mode Sent { }`;
    await sizes(system({ A: sender, B: taker }, queue));
  });

  test("of a choice that needs room", async () => {
    const sender = `port out out : Msg  var sent : bool = false
      initial mode Fill { step fill -> Full { send out.Hi } }
      mode Full { step go -> End { choose x in Bit; if x == 0 { send out.Hi; sent = true } } }
      mode End { }`;
    await sizes(system({ A: sender, B: taker }, `${queue}  reachable Sent: a.sent`));
  });

  test("of a bag, in which a later message can be taken first", async () => {
    const sender = `port out out : Msg
      initial mode One { step one -> Two { send out.Bye } }
      mode Two { step two -> End { send out.Hi } }
      mode End { }`;
    const picker = `port in from : Msg
      initial mode Pick { on from.Bye -> Done  on from.Hi -> Done }
      mode Done { }
      otherwise block`;
    await sizes(system({ B: picker, A: sender }, "channel ch : a.out -> b.from bag(2)"));
  });

  test("of what two store buffers do to each other", async () => {
    const thread = (me: string, other: string): string => `thread ${me} {
  var got : 0..1 = 1
  One: { mem.${me.toLowerCase()} = 1 }
  Two: { got = mem.${other} }
}`;
    const model = modelOf(`module test
machine Memory { shared var p : 0..1 = 0  shared var q : 0..1 = 0 }
${thread("P", "q")}
${thread("Q", "p")}
system S {
  memory tso(1)
  mem : Memory
  p : P
  q : Q
  reachable BothOld: p.got == 0 and q.got == 0
}
check c of S { allow stuck }`);
    const [whole = 0, reduced = 0] = await sizes(model);
    expect(reduced).toBeLessThan(whole);
    const { goals } = await search(model, "order");
    expect(goals[0]?.path).toBeDefined();
  });
});

describe("what a reduced search does not claim", () => {
  const twins = { A: COUNTER, B: COUNTER };
  const verdictOf = (model: Model, budget = NO_BUDGET): ReturnType<typeof checkModel> =>
    checkModel(model, {
      budget,
      signal: undefined,
      onProgress: undefined,
      sources: new Map(),
      reductions: ["order"],
    });

  test("an expected number of states", async () => {
    const verdict = await verdictOf(system(twins, "", "expect 16 states  allow stuck"));
    expect([verdict.result, verdict.expectations[0]?.detail]).toEqual([
      "unknown",
      "found 7 in a reduced graph, which says nothing about all",
    ]);
    expect(verdict.findings).toEqual([]);
  });

  test("that a path is shortest where a limit ends the search for shortest ones", async () => {
    const model = system(twins, "reachable Full: a.n == 3");
    const witnessWithin = async (states: number | undefined) => {
      const { properties } = await verdictOf(model, { ...NO_BUDGET, states });
      return properties[0]?.witness;
    };
    expect((await witnessWithin(undefined))?.shortest).toBe(true);
    expect((await witnessWithin(7))?.shortest).toBe(false);
  });

  test("anything about runs: a temporal property turns it off", async () => {
    const verdict = await verdictOf(system(twins, "property Fills: eventually a.n == 3"));
    expect(verdict.reductions).toEqual([
      { name: "order", on: false, detail: "off: `Fills` is judged on the whole graph" },
    ]);
    expect(verdict.statistics.states).toBe(16);
  });
});
