/** What a verdict says: outcomes, results, expectations, `only`, limits, findings. */
import { describe, expect, test } from "vitest";
import type { Budget } from "../spec/model.ts";
import {
  codes,
  judged,
  lowered,
  NO_BUDGET,
  only,
  propertyOf,
  summary,
} from "./verdict-notation.ts";

/** A counter from 0 to 3, with properties and the lines of a check. */
function counter(properties: string, check: string, effect = "n += 1"): string {
  return `type N = 0..3
    machine M { var n : N = 0  initial mode A { step up if n < 3 { ${effect} } } }
    system S { m : M  ${properties} }
    check c of S { allow stuck  ${check} }`;
}

describe("properties", () => {
  test("an invariant holds when it was true in every state, and says in how many", async () => {
    const verdict = await only(counter("invariant I: m.n <= 3", ""));
    expect([verdict.result, ...summary(verdict)]).toEqual(["ok", "I holds", "range holds"]);
    expect(propertyOf(verdict, "I")).toMatchObject({ examined: 4, premiseTrue: undefined });
  });

  test("an invariant that is false somewhere is violated by a shortest path", async () => {
    const verdict = await only(counter("invariant I: m.n < 2", ""));
    expect([verdict.result, ...summary(verdict)]).toEqual([
      "failed",
      "I violated 2",
      "range holds",
    ]);
    const { counterexample } = propertyOf(verdict, "I");
    expect(counterexample?.steps.map(({ state }) => state.at(-1))).toEqual([0, 1, 2]);
    expect(counterexample?.reason).toBe("not `m.n < 2` since step 2");
  });

  test("a goal holds when some state reaches it, with a shortest way", async () => {
    const verdict = await only(counter("reachable G: m.n == 2", ""));
    expect([verdict.result, ...summary(verdict)]).toEqual(["ok", "G holds 2", "range holds"]);
    expect(propertyOf(verdict, "G").witness?.replayed).toBe(true);
  });

  test("a goal that is never reached is a failure with a finding", async () => {
    const verdict = await only(counter("reachable G: m.n * 2 == 3", ""));
    expect([verdict.result, ...summary(verdict)]).toEqual(["failed", "G violated", "range holds"]);
    expect(codes(verdict)).toEqual(["W0502"]);
  });

  test("a temporal property holds of every run of the whole graph", async () => {
    const verdict = await only(counter("property P: always m.n <= 3", ""));
    expect([verdict.result, ...summary(verdict)]).toEqual(["ok", "P holds", "range holds"]);
    expect(propertyOf(verdict, "P")).toMatchObject({ examined: 4, temporal: { instances: 1 } });
  });

  test("a violation weighs more than what is not judged", async () => {
    const huge = Array.from({ length: 9 }, () => "once (always m.n < 9)").join(" and ");
    const verdict = await only(counter(`property P: ${huge} invariant I: m.n < 1`, ""));
    expect(propertyOf(verdict, "P").unknown).toEqual({
      reason: "not judged yet",
      what: "temporal formulas of this size",
    });
    expect(verdict.result).toBe("failed");
  });

  test("`only` judges the named properties and the built-in ones", async () => {
    const text = counter(
      "invariant I: m.n < 1 invariant J: m.n >= 0 reachable G: m.n == 9",
      "only J",
    );
    const verdict = await only(text);
    expect([verdict.result, ...summary(verdict)]).toEqual(["ok", "J holds", "range holds"]);
    expect([codes(verdict), verdict.leftOut]).toEqual([[], ["I", "G"]]);
  });
});

describe("built-in properties", () => {
  test("a failed assertion", async () => {
    const verdict = await only(counter("", "", "assert n < 2; n += 1"));
    expect(summary(verdict)).toEqual(["assert violated 3", "range holds"]);
    expect(propertyOf(verdict, "assert").counterexample?.reason).toBe("`n < 2` is false: `n` is 2");
    expect(codes(verdict)).toEqual(["E0303"]);
  });

  test("a value outside its range", async () => {
    const verdict = await only(counter("", "", "n += 2"));
    expect(summary(verdict)).toEqual(["range violated 2"]);
    expect(propertyOf(verdict, "range").counterexample?.reason).toBe(
      "`m.n` is 2 and would be 4, outside `N` (0..3)",
    );
    expect(codes(verdict)).toEqual(["E0203"]);
  });

  const mailing = (rules: string): string => `message Msg { A, B }
    machine Out { port out o : Msg
      initial mode Go { step a -> End { send o.A } } final mode End { } }
    machine In { port in i : Msg  initial mode Wait { ${rules} } final mode Got { } }
    system S { out : Out  in1 : In  channel q : out.o -> in1.i fifo(1) }
    check c of S { }`;

  test("a message without a rule", async () => {
    const verdict = await only(mailing("on i.B -> Got"));
    expect(summary(verdict)).toEqual(["unhandled violated 1", "stuck violated 1"]);
    expect(propertyOf(verdict, "unhandled").counterexample?.reason).toBe(
      "`In` in `Wait` has no rule for `A` on `q`",
    );
    // One cause, one message: what is stuck there waits for that rule.
    expect(codes(verdict)).toEqual(["E0301"]);
  });

  test("stuck says what holds each instance that is not at its end", async () => {
    const reason = async (rules: string): Promise<string | undefined> => {
      const verdict = await only(mailing(rules));
      expect(summary(verdict)).toEqual(["unhandled holds", "stuck violated 1"]);
      return propertyOf(verdict, "stuck").counterexample?.reason;
    };
    expect(await reason("on i.A if i.size > 1 -> Got")).toBe(
      "no step is possible: `in1` in `Wait`: `A` is not enabled: `i.size > 1` is false",
    );
    expect(await reason("block i.A")).toBe(
      "no step is possible: `in1` in `Wait`: no rule takes `A` from `q` now",
    );
  });

  test("every instance in a final mode is an intended end", async () => {
    const verdict = await only(mailing("on i.A -> Got"));
    expect([verdict.result, ...summary(verdict)]).toEqual(["ok", "unhandled holds", "stuck holds"]);
  });
});

describe("expectations", () => {
  test("an expected violation that occurs is ok", async () => {
    const verdict = await only(counter("invariant I: m.n < 2", "expect violation of I"));
    expect(verdict.result).toBe("ok");
    expect(verdict.expectations).toMatchObject([
      { text: "expect violation of I", met: true, detail: "after 2 steps" },
    ]);
  });

  test("an expected violation that does not occur is a failure", async () => {
    const verdict = await only(counter("invariant I: m.n < 9", "expect violation of I"));
    expect([verdict.result, verdict.expectations[0]?.detail]).toEqual(["failed", "I holds"]);
  });

  test("an expected violation of what nothing examines is a failure", async () => {
    const verdict = await only(counter("", "expect violation of assert"));
    expect([verdict.result, verdict.expectations[0]?.detail]).toEqual([
      "failed",
      "there was nothing to examine for assert",
    ]);
  });

  test("an expected violation of a built-in property gives no error", async () => {
    const verdict = await only(counter("", "expect violation of range", "n += 2"));
    expect([verdict.result, codes(verdict)]).toEqual(["ok", []]);
  });

  test("an expected violation of a goal means that it is not reached", async () => {
    const verdict = await only(counter("reachable G: m.n == 9", "expect violation of G"));
    expect([verdict.result, codes(verdict)]).toEqual(["ok", []]);
  });

  test("an expected violation of a temporal property is ok", async () => {
    const text = counter("property P: always m.n < 1", "expect violation of P");
    expect((await only(text)).result).toBe("ok");
  });

  test("an expectation of what is not judged yet is neither met nor failed", async () => {
    const huge = Array.from({ length: 9 }, () => "once (always m.n < 9)").join(" and ");
    const text = counter(`property P: ${huge}`, "expect violation of P");
    expect((await only(text)).result).toBe("unknown");
  });

  test("one expected violation does not excuse another", async () => {
    const text = counter("invariant I: m.n < 2 invariant J: m.n < 1", "expect violation of I");
    expect((await only(text)).result).toBe("failed");
  });

  test("a number of states is exact", async () => {
    expect((await only(counter("", "expect 4 states"))).result).toBe("ok");
    const verdict = await only(counter("", "expect 5 states"));
    expect([verdict.result, codes(verdict)]).toEqual(["failed", ["W0508"]]);
    expect(verdict.expectations).toMatchObject([{ met: false, detail: "found 4" }]);
  });
});

describe("limits", () => {
  const limited = async (
    properties: string,
    check: string,
    budget: Partial<Budget>,
  ): Promise<Awaited<ReturnType<typeof judged>>["verdict"]> => {
    const text = counter(properties, check);
    return (await judged(lowered(text), "c", { ...NO_BUDGET, ...budget })).verdict;
  };

  test("what a limit leaves open is unknown, and the bound is named", async () => {
    const verdict = await limited("invariant I: m.n < 9 reachable G: m.n == 3", "", { states: 2 });
    expect([verdict.result, ...summary(verdict)]).toEqual([
      "unknown",
      "I unknown",
      "G unknown",
      "range unknown",
    ]);
    expect(propertyOf(verdict, "I").unknown).toEqual({ reason: "states", limit: 2 });
    expect(verdict.bounds).toEqual([{ bound: "states", subject: "c", limit: 2, count: 1 }]);
    expect([codes(verdict), verdict.statistics.complete]).toEqual([["W0505"], false]);
  });

  test("what was found before the limit stands", async () => {
    const verdict = await limited("invariant I: m.n < 1 reachable G: m.n == 1", "", { states: 2 });
    expect([verdict.result, ...summary(verdict)]).toEqual([
      "failed",
      "I violated 1",
      "G holds 1",
      "range unknown",
    ]);
  });

  test("an expected count is open until more states than that are seen", async () => {
    expect((await limited("", "expect 4 states", { states: 2 })).result).toBe("unknown");
    expect((await limited("", "expect 1 states", { states: 2 })).result).toBe("failed");
  });
});

describe("findings", () => {
  test("W0501: a premise that is never true", async () => {
    const verdict = await only(counter("invariant I: m.n > 3 implies m.n == 0", ""));
    expect([verdict.result, codes(verdict)]).toEqual(["ok", ["W0501"]]);
    expect(propertyOf(verdict, "I").premiseTrue).toBe(0);
  });

  test("W0504: an invariant that reads nothing, or only what never changes", async () => {
    const text = counter("var k : N = 2 invariant I: k == 2 invariant J: 1 < 2", "");
    const verdict = await only(text);
    expect(codes(verdict)).toEqual(["W0504", "W0504"]);
    expect(verdict.findings[0]?.notes).toEqual(["never changed: k"]);
  });

  test("W0506: a channel on which nothing is sent, a family once", async () => {
    const text = `id C  message Msg { A }
      machine Out { port out o : Msg per C  final mode Go { } initial mode I { step s -> Go } }
      machine In { port in i : Msg  initial mode W { ignore i.A } }
      system S { out : Out  ins[c: C] : In  channel q : out.o[c] -> ins[c].i fifo(1) }
      check c of S { C = 2  allow stuck }`;
    const verdict = await only(text);
    expect(verdict.findings.map(({ title }) => title)).toEqual(["channel `q` is never used"]);
  });

  test("a check that judges nothing is unknown", async () => {
    const text = `machine M { initial mode A { step s -> B } mode B { } }
      system S { m : M } check c of S { allow stuck }`;
    const verdict = await only(text);
    expect([verdict.result, verdict.properties]).toEqual(["unknown", []]);
  });
});
