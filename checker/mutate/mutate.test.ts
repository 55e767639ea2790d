/**
 * Mutation on specifications of known strength: each operator, each fate, and what properties
 * noticed.
 */
import { expect, test } from "vitest";
import { loadProgram, lowerProgram } from "../../spec/index.ts";
import type { Budget, Model } from "../../spec/model.ts";
import { mutate, MUTANTS_MAX, type MutationOptions } from "./mutate.ts";
import { mutantsOf } from "./mutants.ts";
import type { MutationReport } from "./report.ts";

/** Mutates the texts, the first of which may use the others by name. */
async function mutated(
  text: string,
  options: Partial<MutationOptions> & { readonly used?: string; readonly times?: number } = {},
): Promise<MutationReport> {
  const source = { path: "test.libretto", text };
  const used = { path: "used.libretto", text: options.used ?? "" };
  const program = loadProgram([source], (path) => (path === used.path ? used : undefined));
  const { models, diagnostics } = lowerProgram(program);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const mutants = mutantsOf([program]);
  return mutate(models, Array.from({ length: options.times ?? 1 }, () => mutants).flat(), {
    budgetOf: (model: Model): Budget => model.budget,
    milliseconds: undefined,
    signal: undefined,
    sources: program.sources,
    explore: undefined,
    select: (some) => some,
    onProgress: undefined,
    ...options,
  });
}

/** `survived effect n += 1`, in the order of the text. */
async function fates(text: string): Promise<readonly string[]> {
  const { mutants } = await mutated(text);
  return mutants.map(({ fate, operator, words }) => `${fate} ${operator} ${words}`);
}

/** A counter from 0 to 3 with these rules, and these lines in its system. */
const counter = (rules: string, lines: string, check = "check all of One { allow stuck }") => `
module test
type N = 0..3
machine Counter {
  var n : N = 0
  var other : N = 0
  initial mode Run { ${rules} }
  mode End { }
}
system One {
  counter : Counter
  ${lines}
}
${check}
`;

test("a guard that a range needs is noticed", async () => {
  expect(
    await fates(counter("step up if n < 3 { n += 1 }", "reachable Top: counter.n == 3")),
  ).toEqual(["noticed guard n < 3", "noticed effect n += 1"]);
});

test("a guard that no property needs survives", async () => {
  const rules = "step up if n < 2 { n = 2 }  step more if n == 2 { n = 3 }";
  expect(await fates(counter(rules, "invariant Small: counter.n <= 3"))).toEqual([
    "survived guard n < 2",
    "survived effect n = 2",
    "survived guard n == 2",
    "survived effect n = 3",
  ]);
});

test("each clause of a guard is missing once, and the rest stays", async () => {
  const rules = "step up if n < 3 and (other == 0 and n != 2) { n += 1 }";
  expect(await fates(counter(rules, "invariant Two: counter.n <= 2"))).toEqual([
    "noticed guard n < 3 and (other == 0 and n != 2)",
    "changes nothing clause n < 3",
    "changes nothing clause other == 0",
    "noticed clause n != 2",
    "survived effect n += 1",
  ]);
});

test("what only a ghost or an unread variable remembers survives; it is not nothing", async () => {
  const rules = "step up if n < 3 { n += 1; other = n }";
  expect(await fates(counter(rules, "reachable Top: counter.n == 3"))).toContain(
    "survived effect other = n",
  );
});

test("a guard that always holds changes nothing", async () => {
  const rules = "step up if n < 3 and other == 0 { n += 1 }";
  expect(await fates(counter(rules, "invariant Fine: counter.other == 0"))).toContain(
    "changes nothing clause other == 0",
  );
});

test("effects are looked for in branches, loops and blocks of modes", async () => {
  const rules = `
    entry { other = 1 }
    exit { other = 2 }
    step up -> End { if n == 0 { n = 1 } else { n = 2 }  for x in N { n = x } }`;
  const found = await fates(counter(rules, "reachable Two: counter.n == 2"));
  expect(found.map((line) => line.replace(/^.* effect /, ""))).toEqual([
    "other = 1",
    "other = 2",
    "n = 1",
    "n = 2",
    "n = x",
  ]);
});

test("a hole that makes the text wrong is refused", async () => {
  const declared = "var other : N = 0  var maybe : N? = 2";
  const text = counter("step up if maybe != none { n = maybe }", "reachable Two: counter.n == 2");
  expect(await fates(text.replace("var other : N = 0", declared))).toContain(
    "refused guard maybe != none",
  );
});

const THREADS = (fence: string) => `
module test
machine Memory {
  shared var x : bool = false
  shared var y : bool = false
  initial mode Here { }
}
thread Left {
  Store: { m.x = true }
  Wait:  ${fence}
  Look:  if m.y then Saw else Missed
  Saw:   then Done
  Missed: then Missed
}
thread Right {
  Store: { m.y = true }
  Wait:  ${fence}
  Look:  if m.x then Saw else Missed
  Saw:   then Done
  Missed: then Missed
}
system Both {
  memory tso(1)
  m : Memory
  left : Left
  right : Right
  invariant OneSees: not (left in Missed and right in Missed)
}
check both of Both { allow stuck }
`;

test("a fence that store buffers need is noticed, as a fence", async () => {
  const found = await fates(THREADS("{ fence }"));
  expect(found.filter((line) => line.includes("fence"))).toEqual([
    "noticed fence fence",
    "noticed fence fence",
  ]);
});

const MESSAGES = `
module test
message Ask { Please }
machine Asker {
  port out ask : Ask
  timer patience 1s
  initial mode Idle { step go -> Waiting { send ask.Please; start patience } }
  mode Waiting { after patience -> Done }
  final mode Done { }
}
machine Answerer {
  port in ask : Ask
  initial final mode Here { on ask.Please { } }
}
system Two {
  asker : Asker
  answerer : Answerer
  channel ask : asker.ask -> answerer.ask fifo(1)
}
`;

test("a timer that is not started leaves the run stuck; a message may go unmissed", async () => {
  expect(await fates(`${MESSAGES}check all of Two { }`)).toEqual([
    "survived effect send ask.Please",
    "noticed effect start patience",
  ]);
});

test("a scenario notices what no property does, and any check of the run will do", async () => {
  const text = `${MESSAGES}
check all of Two { allow stuck }
scenario "it is heard" of Two { do asker.go  do answerer.Please }`;
  const { mutants, findings } = await mutated(text);
  expect(mutants[0]).toMatchObject({
    fate: "noticed",
    noticedBy: [{ check: "it is heard", property: "it is heard" }],
  });
  expect(findings.map(({ title }) => title)).toEqual([
    "no property notices when the effect `start patience` is missing",
  ]);
});

test("a violation that is expected and does not occur any more is noticed", async () => {
  const rules = "step up if n < 3 { n += 1 }";
  const check = "check all of One { allow stuck  expect violation of Small  expect 4 states }";
  const { mutants } = await mutated(counter(rules, "invariant Small: counter.n < 3", check));
  expect(mutants[1]?.noticedBy).toEqual([{ check: "all", property: "Small" }]);
});

test("an expected number of states is no property", async () => {
  const rules = "step up if n < 3 { n += 1 }  step aside if other < 1 { other += 1 }";
  const check = "check all of One { allow stuck  expect 8 states }";
  const found = await mutated(counter(rules, "reachable Top: counter.n == 3", check));
  expect(found.mutants.at(-1)).toMatchObject({ words: "other += 1", fate: "survived" });
});

test("all instances of a rule have the hole, and it is named as coverage names it", async () => {
  const text = `
module test
id Who
machine One(me: Who) {
  var n : bool = false
  initial mode Run { step up if not n { n = true } }
}
system Many {
  one[w: Who] : One(w)
  reachable All: forall w in Who: one[w].n
}
check three of Many { Who = 3  allow stuck }`;
  const { mutants } = await mutated(text);
  expect(mutants.map(({ rule, words, fate }) => [rule, words, fate])).toEqual([
    ["One.Run step up if not n", "not n", "survived"],
    ["One.Run step up if not n", "n = true", "noticed"],
  ]);
});

test("a rule of a used module is mutated too, and one of no check is left aside", async () => {
  const used = `
module used
machine Lamp { var lit : bool = false  initial mode A { step press { lit = not lit } } }
machine Spare { var lit : bool = false  initial mode A { step press { lit = not lit } } }`;
  const text = `
module test
use used
system Room { lamp : Lamp  reachable Lit: lamp.lit }
check all of Room { }`;
  const { mutants } = await mutated(text, { used });
  expect(mutants.map(({ span, fate }) => [span.file, fate])).toEqual([
    ["used.libretto", "noticed"],
  ]);
});

// ---------------------------------------------------------------------------- properties

test("a property that notices nothing which it depends on is weak", async () => {
  const rules = "step up if n < 3 { n += 1 }  step aside if other < 3 { other += 1 }";
  const lines = `
  invariant Needless: counter.n <= 3
  invariant Strong: counter.n == 3 implies counter.other <= 3
  reachable Top: counter.n == 3
  reachable Far: counter.other == 3`;
  const { properties, findings } = await mutated(counter(rules, lines));
  const weak = findings.filter(({ code }) => code === "W0510").map(({ title }) => title);
  expect(properties.map(({ name, touching, noticed }) => [name, touching, noticed])).toEqual([
    ["Needless", 2, 0],
    ["Strong", 4, 0],
    ["Top", 2, 1],
    ["Far", 2, 1],
    ["range", 2, 2],
  ]);
  expect(weak).toEqual([
    "property `Needless` notices no mutant",
    "property `Strong` notices no mutant",
  ]);
});

test("a property that no hole can touch is not called weak", async () => {
  const rules = "step up if n < 3 { n += 1 }";
  const { properties, findings } = await mutated(
    counter(rules, "invariant Still: counter.other == 0"),
  );
  expect(properties[0]).toMatchObject({ name: "Still", touching: 0 });
  expect(findings.map(({ code }) => code)).not.toContain("W0510");
});

// ---------------------------------------------------------------------------- limits

const LONG = counter(
  "step up if n < 3 { n += 1 }  step aside if other < 3 { other += 1 }",
  "invariant Fine: counter.n <= 3",
);

test("a check that is not complete takes no part", async () => {
  const budget: Budget = { milliseconds: undefined, bytes: undefined, states: 3 };
  const report = await mutated(LONG, { budgetOf: () => budget });
  expect(report).toMatchObject({
    mutants: [],
    untried: 0,
    leftOut: [{ check: "all", reason: "its own search is not complete" }],
  });
});

test("time that is up leaves mutants untried, and then no property is weak", async () => {
  const report = await mutated(LONG, { milliseconds: 0 });
  expect(report).toMatchObject({ mutants: [], untried: 4, stopped: "time", findings: [] });
});

test("an interruption ends the run, which tells what it knows", async () => {
  const stop = new AbortController();
  const report = await mutated(LONG, {
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done === 2) stop.abort();
    },
  });
  expect(report).toMatchObject({ untried: 2, stopped: "interrupted" });
  expect(report.mutants).toHaveLength(2);
});

test("more mutants than the limit are counted, not tried", async () => {
  const stop = new AbortController();
  const times = MUTANTS_MAX / 4 + 1;
  const totals = new Set<number>();
  const report = await mutated(LONG, {
    times,
    signal: stop.signal,
    onProgress: ({ total, done }) => {
      totals.add(total);
      if (done === 1) stop.abort();
    },
  });
  expect([...totals]).toEqual([MUTANTS_MAX + 4]);
  expect(report.untried).toBe(MUTANTS_MAX + 3);
});

test("a mutant whose search does not end within its limit is undecided", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const up = names.map((name) => `step ${name} if ${name} < 15 and ${name} < 1 { ${name} += 1 }`);
  const text = `
module test
type N = 0..15
machine Counter {
  ${names.map((name) => `var ${name} : N = 0`).join("\n  ")}
  initial mode Run {
    ${up.join("\n    ")}
    step all if a + b + c + d + e < 0 { a = 15; b = 15; c = 15; d = 15; e = 15 }
    ${names.map((name) => `step ${name}down if ${name} > 1 { ${name} -= 1 }`).join("\n    ")}
  }
}
system One { counter : Counter  invariant Fine: counter.a <= 15 }
check all of One { allow stuck }`;
  const { mutants } = await mutated(text);
  expect(mutants.find(({ words }) => words === "a + b + c + d + e < 0")).toMatchObject({
    fate: "undecided",
    noticedBy: [],
  });
}, 30_000);
