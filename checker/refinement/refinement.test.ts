/** Refinements with known answers, both ways. */
import { describe, expect, test } from "vitest";
import { replay } from "../replay.ts";
import { judged, lowered, propertyOf, summary } from "../verdict-notation.ts";
import type { PropertyVerdict } from "../verdict.ts";

/** The verdict about the refinement `R` of a text whose checks are of `Impl`. */
async function verdictOf(text: string, check = "c"): Promise<PropertyVerdict> {
  return propertyOf((await judged(lowered(`module m\n${text}`), check)).verdict, "R");
}

/** `holds`, or `violated: ` with the reason and the number of steps. */
async function answer(text: string, check?: string): Promise<string> {
  const { outcome, unknown, counterexample } = await verdictOf(text, check);
  if (counterexample === undefined) return `${outcome}${unknown ? `: ${unknown.reason}` : ""}`;
  expect(counterexample.replayed).toBe(true);
  return `${outcome} in ${counterexample.steps.length - 1}: ${counterexample.reason}`;
}

/** `begins, stutters, it.go`: what each step of the counterexample is in the abstract system. */
function abstractly({ counterexample }: PropertyVerdict): string {
  return (counterexample?.abstract?.steps ?? []).map(({ kind, label }) => label ?? kind).join(", ");
}

// ---------------------------------------------------------------------------- pairs of systems

/** Takes an item, then puts it down: two steps for the one of `Mover`. */
const HAND = `
machine Hand {
  var from : 0..2 = 2
  var held : 0..1 = 0
  var to : 0..2 = 0
  initial mode Free { step take if from > 0 -> Full { from -= 1; held = 1 } }
  mode Full { step put -> Free { held = 0; to += 1 } }
}
machine Mover {
  var left : 0..2 = 2
  var right : 0..2 = 0
  initial mode Only { step move if left > 0 { left -= 1; right += 1 } }
}
system Impl { hand : Hand }
system Abs { mover : Mover }
check c of Impl { allow stuck }
`;

/** A server that crashes and restarts; to a client it is up or not. */
const SERVER = `
machine Server {
  durable var served : 0..3 = 0
  initial mode Up { step serve if served < 3 { served += 1 } }
  mode Down { step restart -> Up }
  fault crash from Up -> Down
}
machine Service {
  var served : 0..3 = 0
  initial mode Up { step serve if served < 3 { served += 1 } }
  mode Down { }
}
system Impl { server : Server }
system Abs { service : Service }
refinement R : Impl implements Abs {
  service.mode = if server in Up then Up else Down
  service.served = server.served
}
check calm of Impl { allow stuck }
check c of Impl { faults server.crash <= 1  allow stuck }
`;

/** A coordinator that asks two voters one after the other, and an abstract decision. */
function twoPhase(commits: string): string {
  return `
enum Vote { Open, Yes, No }
machine Voter {
  var vote : Vote = Open
  initial mode Here {
    step agree if vote == Open { vote = Yes }
    step refuse if vote == Open { vote = No }
  }
}
machine Coordinator {
  initial mode Asking {
    step commit if ${commits} -> Committed
    step abort if a.vote == No or b.vote == No -> Aborted
  }
  mode Committed { }
  mode Aborted { }
}
machine Decision {
  var yes : 0..2 = 0
  initial mode Open_ {
    step vote if yes < 2 { yes += 1 }
    step commit if yes == 2 -> Committed
    step abort -> Aborted
  }
  mode Committed { }
  mode Aborted { step late if yes < 2 { yes += 1 } }
}
system Impl { a : Voter  b : Voter  coordinator : Coordinator }
system Abs { decision : Decision }
def count(v: Vote) = if v == Yes then 1 else 0
refinement R : Impl implements Abs {
  decision.yes = count(a.vote) + count(b.vote)
  decision.mode = if coordinator in Committed then Committed
    else if coordinator in Aborted then Aborted else Open_
}
check c of Impl { allow stuck }
`;
}

describe("two steps for one", () => {
  test("holds where the abstract step happens at the second", async () => {
    const lines = `refinement R : Impl implements Abs {
      mover.left = hand.from + hand.held
      mover.right = hand.to
    }`;
    const { outcome, examined, refinement } = await verdictOf(HAND + lines);
    expect([outcome, examined]).toEqual(["holds", 5]);
    expect(refinement).toEqual({
      abstract: "Abs",
      states: 3,
      steps: 4,
      stuttering: 2,
      matched: [{ name: "mover.move", steps: 2 }],
      idle: false,
    });
  });

  test("is violated where an item in the hand is nowhere", async () => {
    const lines =
      "refinement R : Impl implements Abs { mover.left = hand.from  mover.right = hand.to }";
    expect(await answer(HAND + lines)).toBe(
      "violated in 1: no step of `Abs` takes `mover.left` from 2 to 1; it can take `mover.move`",
    );
  });

  test("is violated where the run does not begin as it must", async () => {
    const lines = "refinement R : Impl implements Abs { mover.left = hand.from  mover.right = 1 }";
    expect(await answer(HAND + lines)).toBe(
      "violated in 0: `Abs` begins with `mover.right` = 0, not 1",
    );
  });

  test("is violated where a value leaves the range of its place", async () => {
    const lines = `refinement R : Impl implements Abs {
      mover.left = hand.from + hand.held
      mover.right = hand.to + 2 * hand.held * hand.to
    }`;
    const { counterexample } = await verdictOf(HAND + lines);
    expect(counterexample?.reason).toBe("`mover.right` of `Abs` would be 3; 3 is not in 0..2");
    expect(counterexample?.steps).toHaveLength(4);
    expect(counterexample?.replayed).toBe(true);
  });

  test("that all stutter says so", async () => {
    const lines = "refinement R : Impl implements Abs { mover.left = 2  mover.right = 0 }";
    const { verdict } = await judged(lowered(`module m\n${HAND}${lines}`), "c");
    expect(propertyOf(verdict, "R").outcome).toBe("holds");
    expect(propertyOf(verdict, "R").refinement?.idle).toBe(true);
    expect(verdict.findings.map(({ code }) => code)).toContain("W0530");
  });
});

describe("a server that crashes", () => {
  test("is one that is always up, as long as it does not", async () => {
    expect(await answer(SERVER, "calm")).toBe("holds");
  });

  test("is not when it does, and both levels are shown", async () => {
    expect(await answer(SERVER)).toBe(
      "violated in 1: no step of `Abs` takes `service` from Up to Down; " +
        "it can take `service.serve`",
    );
    expect(abstractly(await verdictOf(SERVER))).toBe("begins, impossible");
  });

  test("is one that may go down as often as it likes", async () => {
    const text = SERVER.replace(
      /machine Service \{[^]*?\n\}/,
      `machine Service {
        durable var served : 0..3 = 0
        initial mode Up { step serve if served < 3 { served += 1 } }
        mode Down { step back -> Up }
        fault outage from Up -> Down
      }`,
    );
    expect(await answer(text.replace("crash <= 1", "crash <= 3"))).toBe("holds");
  });
});

describe("a decision in two phases", () => {
  test("holds when the coordinator waits for both", async () => {
    expect(await answer(twoPhase("a.vote == Yes and b.vote == Yes"))).toBe("holds");
  });

  test("is violated when it commits after the first, by the shortest run", async () => {
    const text = twoPhase("a.vote == Yes or b.vote == Yes");
    expect(await answer(text)).toBe(
      "violated in 2: no step of `Abs` takes `decision` from Open_ to Committed; " +
        "it can take `decision.vote`, `decision.abort`",
    );
    expect(abstractly(await verdictOf(text))).toBe("begins, decision.vote, impossible");
  });
});

test("two refinements in a row: each is judged by a check of its own implementation", async () => {
  const text = `
    machine Bits {
      var low : bool = false  var high : bool = false
      initial mode Only {
        step up if not low { low = true }
        step carry if low and not high { low = false; high = true }
      }
    }
    machine Count { var n : 0..3 = 0  initial mode Only { step add if n < 3 { n += 1 } } }
    machine Done_ { var full : bool = false  initial mode Only { step fill { full = true } } }
    system Low { bits : Bits }  system Middle { count : Count }  system High { goal : Done_ }
    refinement R : Low implements Middle {
      count.n = (if bits.low then 1 else 0) + (if bits.high then 2 else 0)
    }
    refinement S : Middle implements High { goal.full = count.n == 3 }
    check low of Low { allow stuck }
    check middle of Middle { allow stuck }`;
  const models = lowered(`module m\n${text}`);
  expect(summary((await judged(models, "low")).verdict)[0]).toBe("R holds");
  expect(summary((await judged(models, "middle")).verdict)[0]).toBe("S holds");
});

describe("what the abstract system cannot do", () => {
  const counter = (effect: string, lines = "it.n = count.n"): string => `
    machine Count { var n : 0..5 = 0  initial mode Only { step add if n < 4 { n += 1 } } }
    machine It { var n : 0..3 = 0  initial mode Only { step add { ${effect} } } }
    system Impl { count : Count }  system Abs { it : It }
    refinement R : Impl implements Abs { ${lines} }
    check c of Impl { allow stuck }`;

  test("a step that violates `assert` is no step", async () => {
    expect(await answer(counter("assert n < 1; n += 1"))).toBe(
      "violated in 2: no step of `Abs` takes `it.n` from 1 to 2; nothing can happen there, " +
        "and `it.add` would be a violation there",
    );
  });

  test("a value outside of the abstract range is told", async () => {
    expect(await answer(counter("n += 1"))).toBe(
      "violated in 4: `it.n` of `Abs` would be 4; 4 is not in 0..3",
    );
  });

  test("a range that saturates takes the value as an assignment would", async () => {
    const text =
      counter("n += 1").replace("var n : 0..3", "var n : N") + "\ntype N = 0..3 saturate";
    expect(await answer(text)).toBe("holds");
  });

  test("a choice is taken in every way", async () => {
    const text = counter("choose k in Few\n if n + k < 4 { n += k }", "it.n = 3 * (count.n % 2)");
    expect(await answer(`${text}\ntype Few = 0..3`)).toBe(
      "violated in 2: no step of `Abs` takes `it.n` from 3 to 0; nothing can happen there",
    );
  });
});

test("an unfinished search leaves open what it did not find, and keeps what it did", async () => {
  const models = lowered(`module m\n${SERVER}`);
  const outcome = async (check: string, states: number): Promise<string> => {
    const budget = { milliseconds: undefined, bytes: undefined, states };
    const found = propertyOf((await judged(models, check, budget)).verdict, "R");
    return `${found.outcome} ${found.unknown?.reason ?? ""}`.trim();
  };
  expect(await outcome("calm", 2)).toBe("unknown states");
  expect(await outcome("calm", 4)).toBe("holds");
  expect(await outcome("c", 4)).toBe("violated");
});

describe("the replay of a refinement", () => {
  test("refuses a run that the abstract system can follow", async () => {
    const { model, verdict } = await judged(lowered(`module m\n${SERVER}`), "c");
    const steps = propertyOf(verdict, "R").counterexample?.steps ?? [];
    expect(replay(model, "R", steps)).toEqual({ agrees: true });
    expect(replay(model, "R", steps.slice(0, -1))).toEqual({
      agrees: false,
      step: 0,
      reason: "`Abs` can follow every step",
    });
  });
});

test("`only` leaves a refinement out, and a violation can be expected", async () => {
  const text = SERVER.replace("check c of Impl {", "check c of Impl { expect violation of R ");
  const { verdict } = await judged(lowered(`module m\n${text}`), "c");
  expect(verdict.result).toBe("ok");
  const without = SERVER.replace("check c of Impl {", "check c of Impl { only range ");
  const left = (await judged(lowered(`module m\n${without}`), "c")).verdict;
  expect(left.leftOut).toEqual(["R"]);
  expect(left.properties.map(({ name }) => name)).toEqual(["range"]);
});
