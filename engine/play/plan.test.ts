/** Plans: lines with times, conditions and chances, swizzles, healing, durations, swarm. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import type { Deployment } from "../../spec/deployment.ts";
import { replay } from "../schedule/run.ts";
import { deploymentOf, TALK_TEXT } from "./deployments.fixture.ts";
import { choicesOf, createPlannedSystem } from "./planned-system.ts";
import { play, type Played } from "./player.ts";
import type { PlayedEvent } from "./playing.ts";

/** A client of the network server, and these lines; `shared`: on the core of the server. */
function withLines(lines: string, scheduler = "null", shared = false): Deployment {
  return deploymentOf(`module deployed
use netserver from "./netserver"
deployment planned of Net {
  Client = 1  hardware { cores 2  scheduler ${scheduler}  nic { vfs 1 }  link { delay 20us } }
  domain netserver on core 0 { server }
  domain app[c: Client] on core ${shared ? 0 : 1} { app[c] }
  channel req, rep via ring
  ${lines}
  run 20ms
}
`);
}

const ignored = ["NoHalfOpen"];

function runOf(deployment: Deployment, seed: number): Played {
  return play(deployment, stepSourceOf(deployment.model), { seed, events: 100_000, ignored });
}

function named(played: Played, name: string): readonly PlayedEvent[] {
  return played.events().filter(({ label }) => label === name);
}

test("a line with two times strikes between them, and not always at the same moment", () => {
  const deployment = withLines("at 5ms..9ms fault server.crash");
  const times = [1, 2, 3, 4, 5].map((seed) => {
    const crashes = named(runOf(deployment, seed), "server.crash");
    expect(crashes.length).toBe(1);
    return crashes[0]?.time ?? 0;
  });
  for (const time of times) expect(time >= 5e6 && time <= 9e6).toBe(true);
  expect(new Set(times).size).toBe(times.length);
});

test("a line with a chance strikes in about so many seeds", () => {
  const deployment = withLines("at 10us fault server.crash 30%\n  heal 11us");
  let struck = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const played = play(deployment, stepSourceOf(deployment.model), { seed, events: 20, ignored });
    struck += named(played, "server.crash").length;
  }
  expect(struck).toBeGreaterThan(85);
  expect(struck).toBeLessThan(155);
});

test("a condition is seen each time that it becomes true, and only so often", () => {
  const lines = "when server in Up after 1ms..2ms fault server.crash times 2";
  for (const seed of [1, 2, 3]) {
    const events = runOf(withLines(lines), seed).events();
    const changes = events.filter(({ label }) => /^server\.(crash|restart)$/.test(label));
    const labels = changes.map(({ label }) => label);
    expect(labels).toEqual(["server.crash", "server.restart", "server.crash", "server.restart"]);
    const [first = 0, up = 0, second = 0] = changes.map(({ time }) => time);
    expect(first >= 1e6 && first <= 2e6).toBe(true);
    expect(second - up >= 1e6 && second - up <= 2e6).toBe(true);
  }
});

test("after the heal no fault strikes, and what has to be done is done", () => {
  const lines = "at 12ms fault server.crash  at 5ms fault server.crash  at 13ms do server.restart";
  const events = runOf(withLines(`${lines}  heal 10ms`), 1).events();
  const told = events.flatMap(({ label, time, cause }) =>
    cause === "plan" ? [[label, time]] : [],
  );
  expect(told).toEqual([
    ["server.crash", 5e6],
    ["server.restart", 13e6],
  ]);
});

test("after the heal the link is perfect", () => {
  const text = TALK_TEXT.replace("run 100ms", "heal 30ms  run 100ms");
  const link = runOf(deploymentOf(text), 1)
    .events()
    .filter(({ cause }) => cause === "link");
  expect(link.length).toBeGreaterThan(5);
  for (const { time } of link) expect(time).toBeLessThan(30e6);
});

test("what has not become true after the heal is violated, by its name and at its time", () => {
  const lines = "at 5ms fault server.crash  at 20ms do server.restart";
  const goal = "heal 10ms { IsUp within 2ms: server in Up }";
  const down = runOf(withLines(`${lines}  ${goal}`), 1);
  expect([down.wrong, down.ended, down.time]).toEqual([["IsUp"], "violated", 12e6]);
  const up = runOf(withLines(`at 5ms fault server.crash  ${goal}`), 1);
  expect([up.wrong, up.ended]).toEqual([[], "duration"]);
});

test("what was true and is false again is violated, too", () => {
  const goal = "heal 10ms { Idle within 0ms: server.inc == 0 }";
  const lines = "at 9ms fault server.crash  at 15ms do server.restart";
  const played = runOf(withLines(`${lines}  ${goal}`), 1);
  expect([played.wrong, played.time]).toEqual([["Idle"], 15e6]);
});

test("a step takes as long as the text says, and work that becomes impossible is lost", () => {
  const lines = "server.restart takes 3ms..4ms";
  const played = runOf(
    withLines(`${lines}  when server in Up after 1ms fault server.crash times 3`),
    2,
  );
  const times = played
    .events()
    .flatMap(({ label, time }) => (/^server\.(crash|restart)$/.test(label) ? [time] : []));
  expect(times.length).toBeGreaterThanOrEqual(5);
  for (let index = 1; index < times.length; index += 2) {
    const took = (times[index] ?? 0) - (times[index - 1] ?? 0);
    expect(took >= 3e6 && took < 4.01e6).toBe(true);
  }
});

test("a swizzle only delays: channels stand still for a while, and all start again", () => {
  const deployment = withLines("at 5ms swizzle req, rep over 8ms");
  const received = runOf(deployment, 1)
    .events()
    .flatMap(({ label, time }) => (label.startsWith("server.Open") ? [time] : []));
  expect(received.some((time) => time < 5e6)).toBe(true);
  // Both channels stand still in the middle.
  expect(received.filter((time) => time > 8.5e6 && time < 9e6)).toEqual([]);
  const late = withLines("at 5ms swizzle req, rep over 2ms");
  const after = runOf(late, 1)
    .events()
    .filter(({ time }) => time > 7.1e6);
  expect(after.length).toBeGreaterThan(100);
});

test("a swarm leaves out faults and draws the link, each seed its own, and says what", () => {
  const lines = "at 5ms fault server.crash  at 8ms fault server.crash  at 9ms do server.restart";
  const deployment = withLines(`${lines}  swarm`);
  const drawn = Array.from({ length: 24 }, (_, seed) => runOf(deployment, seed));
  const left = new Set(drawn.map(({ draws }) => draws?.without.length));
  expect(left).toEqual(new Set([0, 1, 2]));
  expect(new Set(drawn.map(({ draws }) => draws?.link.delay)).size).toBe(3);
  expect(new Set(drawn.map(({ draws }) => draws?.paces["netserver"])).size).toBe(3);
  for (const played of drawn) {
    if (played.draws?.without.length === 2) expect(named(played, "server.crash")).toEqual([]);
    expect(runOf(deployment, played.seed).draws).toEqual(played.draws);
  }
  expect(runOf(withLines(lines), 1).draws).toBeUndefined();
});

test("a line more does not make everything before it another run", () => {
  const before = (lines: string): readonly PlayedEvent[] =>
    runOf(withLines(lines), 3)
      .events()
      .filter(({ time }) => time < 5e6);
  expect(before("at 5ms..6ms fault server.crash 50%")).toEqual(before(""));
});

const window = fc
  .tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 3000 }))
  .map(([from, more]) => `${from}us..${Math.min(20_000, from + more)}us`);
const action = fc.constantFrom("fault server.crash", "do server.restart");
const condition = fc.constantFrom(
  "server in Down",
  "server in Up",
  "app[Client1] in Open",
  "server.inc == 1 and not req.empty",
);
const line = fc.oneof(
  fc.tuple(window, action).map(([time, what]) => `at ${time} ${what}`),
  fc
    .tuple(condition, window, action, fc.integer({ min: 1, max: 3 }))
    .map(([when, after, what, times]) => `when ${when} after ${after} ${what} times ${times}`),
  fc
    .tuple(window, action, fc.integer({ min: 1, max: 100 }))
    .map(([time, what, chance]) => `at ${time} ${what} ${chance}%`),
  window.map((time) => `at ${time} swizzle req, rep over 2ms`),
);
/** What a deployment has once at most. */
const single = fc.subarray([
  "swarm",
  "heal 15ms { IsUp within 2ms: server in Up }",
  "server.restart takes 0us..5ms",
  "app.open takes 10us..3ms",
]);
const plan = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 5 }), single)
  .map(([lines, more]) => [...lines, ...more]);
const scheduler = fc.constantFrom("null", "credit2", "adversarial");

test("law: each timed run is a run of the plan without its times", () => {
  fc.assert(
    fc.property(plan, scheduler, fc.boolean(), fc.nat(), (lines, scheduled, shared, seed) => {
      const deployment = withLines(lines.join("\n  "), scheduled, shared);
      const source = stepSourceOf(deployment.model);
      const options = { seed, events: 1500, ignored: [...ignored, "IsUp"] };
      const played = play(deployment, source, options);
      const system = createPlannedSystem(deployment, source);
      const steps = played.steps();
      const choices = choicesOf(system, steps, played.lines());
      expect(choices?.length).toBe(steps.length);
      replay(system, choices ?? []);
      const end = steps.at(-1)?.state;
      // A step that violates leads nowhere.
      if (end === undefined) expect(system.wrong).toEqual(played.wrong);
      else expect(source.key(end)).toBe(source.key(system.state));
    }),
    { numRuns: 80 },
  );
});
