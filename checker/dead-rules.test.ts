/** Rules that no check takes: told once for all checks, and only when nothing else explains it. */
import { describe, expect, test } from "vitest";
import { deadRules } from "./dead-rules.ts";
import { type Judged, judged, lowered, NO_BUDGET } from "./verdict-notation.ts";

/** A lamp that is mended after it broke; `never` waits for a value that does not come. */
function lamp(checks: string): Promise<Judged[]> {
  const file = lowered(`type N = 0..3
    const high = false
    machine Lamp {
      var n : N = 0
      initial mode Whole { step press if n < 2 { n += 1 }  step never if n > 2  step up if high }
      mode Broken { step mend -> Whole }
      fault break from Whole -> Broken
    }
    system Room { lamp : Lamp  invariant Low: lamp.n < 2 or not high }
    ${checks}`);
  return Promise.all(file.models.map((model) => judged(file, model.name)));
}

async function titles(checks: string): Promise<readonly string[]> {
  return deadRules(await lamp(checks)).map(({ title, notes }) => `${title}; ${notes[0]}`);
}

describe("dead rules", () => {
  test("are told with the checks that do not take them", async () => {
    expect(await titles("check plain of Room { allow stuck }")).toEqual([
      "transition `Lamp.Whole step never if n > 2` was never taken; in checks: plain",
      "transition `Lamp.Whole step up if high` was never taken; in checks: plain",
      "transition `Lamp.Broken step mend` was never taken; in checks: plain",
    ]);
  });

  test("are alive when any check takes them", async () => {
    const faulty = "check faulty of Room { faults lamp.break <= 1  allow stuck }";
    const high = "check high of Room { high = true  expect violation of Low }";
    expect(await titles(`check plain of Room { allow stuck } ${faulty} ${high}`)).toEqual([
      "transition `Lamp.Whole step never if n > 2` was never taken; in checks: plain, faulty, high",
    ]);
  });

  test("get the benefit of the doubt where a check failed or ended early", async () => {
    expect(await titles("check plain of Room { }")).toEqual([]);
    const file = lowered(`machine M { initial mode A { step s -> B  step t if 1 > 2 } mode B { } }
      system S { m : M } check c of S { allow stuck }`);
    const early = await judged(file, "c", { ...NO_BUDGET, states: 1 });
    expect([early.verdict.statistics.complete, deadRules([early])]).toEqual([false, []]);
  });

  test("are not the flushes of a thread that makes no plain stores", async () => {
    const file = lowered(`machine M { shared var x : bool = false  initial mode A { } }
      thread T { A: { swap(m.x, true) } then Done }
      system S { memory tso(1)  m : M  t : T } check c of S { allow stuck }`);
    expect(deadRules([await judged(file, "c")])).toEqual([]);
  });

  test("do not count scenarios", async () => {
    const file = lowered(`machine M { initial mode A { step s -> B } mode B { step t -> A } }
      system S { m : M } scenario "s" of S { do m.s }`);
    expect(deadRules([await judged(file)])).toEqual([]);
  });
});
