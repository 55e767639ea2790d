/** Scenarios: what fits, and what a line says that does not. */
import { describe, expect, test } from "vitest";
import { judged, lowered, rendered, summary } from "./verdict-notation.ts";
import type { CheckVerdict } from "./verdict.ts";

/** A lamp that can break; `press` is possible while it is whole, `wink` chooses, `burn` asserts. */
function lamp(lines: string): string {
  return `type N = 0..2
machine Lamp {
  var on : bool = false
  var n : N = 0
  initial mode Whole {
    step press if n < 2 { on = not on; n += 1 }
    step wink { choose k in bool; on = k }
    step burn -> Whole { assert not on }
  }
  mode Broken { step mend -> Whole }
  fault break from Whole -> Broken
}
system Room {
  lamp : Lamp
  invariant Dark: not lamp.on
}
scenario "run" of Room {
  ${lines}
}`;
}

async function run(lines: string): Promise<CheckVerdict> {
  return (await judged(lowered(lamp(lines)))).verdict;
}

async function error(lines: string): Promise<string> {
  const { verdict, sources } = await judged(lowered(lamp(lines)));
  expect(verdict.result).toBe("failed");
  return rendered(verdict.findings, sources);
}

/** The path that a failed scenario shows. */
async function path(lines: string): Promise<readonly string[]> {
  const { properties } = await run(lines);
  const [property] = properties;
  expect(property?.counterexample?.replayed).toBe(true);
  return property?.counterexample?.steps.map(({ label }) => label) ?? [];
}

describe("lines that fit", () => {
  test("`do` takes a step, `expect` is true there", async () => {
    const verdict = await run("do lamp.press  expect lamp.on  do lamp.press  expect not lamp.on");
    expect([verdict.result, ...summary(verdict)]).toEqual(["ok", "run holds"]);
    expect(verdict.expectations.map(({ met }) => met)).toEqual([true, true]);
    expect(verdict.statistics).toMatchObject({ transitions: 2, depth: 2, complete: true });
  });

  test("faults strike where the scenario says so, without a budget", async () => {
    const lines = "do lamp.break do lamp.mend do lamp.break expect lamp in Broken";
    expect((await run(lines)).result).toBe("ok");
  });

  test("a gap lets other steps happen, none included, but no faults", async () => {
    expect((await run("… do lamp.press … do lamp.press")).result).toBe("ok");
    expect((await run("... expect lamp in Whole")).result).toBe("ok");
    expect((await run("… do lamp.mend")).result).toBe("failed");
  });

  test("a choice keeps every result, and what follows may pick among them", async () => {
    expect((await run("do lamp.wink  do lamp.press")).result).toBe("ok");
  });

  test("`must fail` holds where the invariant is false", async () => {
    const verdict = await run("do lamp.press  must fail Dark");
    expect([verdict.result, verdict.expectations[0]?.met]).toEqual(["ok", true]);
  });

  test("a scenario without lines examined nothing", async () => {
    const verdict = await run("");
    expect(verdict.result).toBe("unknown");
    expect(verdict.properties[0]?.unknown).toEqual({ reason: "nothing examined" });
  });
});

describe("lines that do not fit", () => {
  test("a step whose guard is false: which clause, and what was possible instead", async () => {
    const lines = "do lamp.press  do lamp.press  do lamp.press";
    expect(await error(lines)).toBe(`\
error E0310: \`lamp.press\` is not possible here
  --> test.libretto:18:33
   |
18 |   do lamp.press  do lamp.press  do lamp.press
   |                                 ^^^^^^^^^^^^^ not enabled after the lines before
   |
   = \`press\` is not enabled: \`n < 2\` is false
   = possible instead: lamp.wink {k = false}, lamp.wink {k = true}, lamp.burn, lamp.break
   = after lamp.press, lamp.press
   = hint: write \`…\` before it to let other steps happen, or correct the step`);
    expect(await path(lines)).toEqual(["(initial)", "lamp.press", "lamp.press"]);
    const [property] = (await run(lines)).properties;
    expect(property?.counterexample?.why).toMatchObject([
      { text: "n < 2", value: false, since: 2 },
    ]);
  });

  test("a step of another mode", async () => {
    expect(await error("do lamp.break  do lamp.press")).toContain(
      "= `press` is not enabled: no rule of that name in `Broken`",
    );
  });

  test("an expectation that is false, with the clauses that decide", async () => {
    expect(await error("do lamp.press  expect lamp in Whole and not lamp.on")).toBe(`\
error E0311: \`lamp in Whole and not lamp.on\` is false here
  --> test.libretto:18:18
   |
18 |   do lamp.press  expect lamp in Whole and not lamp.on
   |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`lamp.on\` since step 1
   |
   = after lamp.press
   = hint: correct the steps before it, the model, or what is expected`);
  });

  test("an expectation must be true in every state that fits", async () => {
    const verdict = await run("do lamp.wink  expect lamp.on");
    expect(verdict.result).toBe("failed");
    expect(verdict.expectations).toMatchObject([{ met: false, detail: "false in 1 of 2 states" }]);
    expect(verdict.findings[0]?.notes[0]).toBe("false in 1 of 2 states that fit the lines before");
  });

  test("`must fail` where the invariant is true", async () => {
    expect(await error("must fail Dark")).toContain("error E0312: `Dark` does not fail here");
  });

  test("a step that violates an assertion ends the scenario", async () => {
    const lines = "do lamp.press  do lamp.burn";
    expect(await error(lines)).toContain("error E0313: this step violates `assert`");
    expect(await path(lines)).toEqual(["(initial)", "lamp.press", "lamp.burn"]);
  });

  test("a step that waits for a message, for room, or for a partner", async () => {
    const mail = (channel: string, lines: string): string => `message Msg { A, B }
      machine Out { port out o : Msg  initial mode Go { step a { send o.A } step b { send o.B } } }
      machine In { port in i : Msg  initial mode W { on i.A  on i.B } }
      system S { out : Out  inn : In  channel q : out.o -> inn.i ${channel} }
      scenario "s" of S { ${lines} }`;
    const notes = async (channel: string, lines: string): Promise<string | undefined> =>
      (await judged(lowered(mail(channel, lines)))).verdict.findings[0]?.notes[0];
    expect(await notes("fifo(1)", "do inn.A")).toBe("waits for a message on `q`");
    expect(await notes("fifo(1)", "do out.a do inn.B")).toBe(
      "waits for another message than `A` on `q`",
    );
    expect(await notes("fifo(1)", "do out.a do out.b")).toBe(
      "`b` needs room in `q`, which is full",
    );
    expect(await notes("rendezvous", "do out.a do inn.A")).toBe(undefined);
  });
});
