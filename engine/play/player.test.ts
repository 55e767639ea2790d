/**
 * Runs of deployments: the same for a seed, paths of the model by the reference evaluator, and as
 * the hardware and the plan want them.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import { deploymentOf, RING_TEXT, SERVER_TEXT, TALK_TEXT } from "./deployments.fixture.ts";
import { play, type Played } from "./player.ts";
import { referenceSource } from "./reference-source.fixture.ts";

const SERVER = deploymentOf(SERVER_TEXT.replace("CARRIER", "ring(512) doorbell evtchn"));
const RING = deploymentOf(RING_TEXT);
const TALK = deploymentOf(TALK_TEXT);
const SOURCES = new Map([SERVER, RING, TALK].map((one) => [one, stepSourceOf(one.model)]));
const options = (seed: number) => ({ seed, events: 2000, ignored: ["NoHalfOpen", "NoLostWakeup"] });

function run(deployment: typeof SERVER, seed: number): Played {
  const source = SOURCES.get(deployment) ?? stepSourceOf(deployment.model);
  return play(deployment, source, options(seed));
}

test("the same seed gives the same run, another one another", () => {
  const first = run(SERVER, 1);
  expect(run(SERVER, 1).events()).toEqual(first.events());
  expect(run(SERVER, 2).events()).not.toEqual(first.events());
});

test("each run is a path by the reference evaluator, and its times go on", () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(seeds, fc.nat({ max: 2 }), (seed, index) => {
      const deployment = [SERVER, RING, TALK][index] ?? SERVER;
      const source = SOURCES.get(deployment) ?? stepSourceOf(deployment.model);
      const played = play(deployment, source, { ...options(seed), events: 300 });
      const events = played.events();
      const reference = referenceSource(deployment.model);
      let [state] = reference.initial();
      for (const { transition, state: next } of played.steps()) {
        const wanted = next === undefined ? "" : reference.key(source.values(next));
        const found = reference
          .steps(state ?? [])
          .find(
            (one) => one.transition === transition && reference.key(one.state ?? []) === wanted,
          );
        expect(found).toBeDefined();
        state = found?.state;
      }
      expect(events.length).toBeGreaterThan(10);
      for (const [index, { time, after = -1 }] of events.entries()) {
        expect(time).toBeGreaterThanOrEqual(events[index - 1]?.time ?? 0);
        expect(after).toBeLessThan(index);
      }
    }),
    { numRuns: 30 },
  );
});

test("compiled code and the reference evaluator play the same runs", () => {
  for (const deployment of [SERVER, RING, TALK]) {
    const compiled = run(deployment, 1);
    const reference = play(deployment, referenceSource(deployment.model), options(1));
    const plain = (played: Played): string[] =>
      played
        .events()
        .map(({ time, actor, label }) => `${time} ${actor} ${label.replace(/ \{.*\}$/, "")}`);
    expect(plain(compiled)).toEqual(plain(reference));
  }
});

test("the plan happens at its times, and what it names does not happen by itself", () => {
  const played = play(SERVER, stepSourceOf(SERVER.model), { ...options(3), events: 8000 });
  const events = played.events();
  const planned = events.filter(({ label }) => /^server\.(crash|restart)/.test(label));
  expect(planned.map(({ time, label, cause }) => [time, label, cause])).toEqual([
    [5_000_000, "server.crash", "plan"],
    [7_000_000, "server.restart", "plan"],
  ]);
  expect(played.skipped).toEqual([]);
  // Nobody is served while the server is down.
  const served = events.filter(({ actor, time }) => actor === "server" && time > 5e6 && time < 7e6);
  expect(served).toEqual([]);
});

test("a step of the plan that is not possible at its time is passed over, and told", () => {
  const text = SERVER_TEXT.replace("CARRIER", "ring").replace("at 5ms fault", "at 8ms fault");
  const deployment = deploymentOf(text);
  const { skipped } = play(deployment, stepSourceOf(deployment.model), {
    ...options(1),
    events: 20_000,
  });
  expect(skipped).toEqual([{ time: 7_000_000, name: "server.restart" }]);
});

test("three applications are on three cores, and a core does one step at a time", () => {
  const events = run(SERVER, 4).events();
  const cores = new Map(events.map(({ actor, core }) => [actor, core]));
  expect([...cores].filter(([, core]) => core !== undefined).length).toBe(4);
  expect(new Set(cores.values()).size).toBe(4);
  const last = new Map<number, number>();
  for (const { time, core, cause } of events) {
    if (core === undefined || cause !== "program") continue;
    expect(time - (last.get(core) ?? -1000)).toBeGreaterThanOrEqual(200);
    last.set(core, time);
  }
});

test("a message is received after the doorbell, not at once", () => {
  const events = run(SERVER, 5).events();
  const received = events.findIndex(({ label }) => label.startsWith("server.Open"));
  const sent = events[events[received]?.after ?? -1];
  expect(sent?.label).toMatch(/\.open$/);
  expect((events[received]?.time ?? 0) - (sent?.time ?? 0)).toBeGreaterThan(4_800);
});

test("a timer expires within its durations, and not when the answer comes first", () => {
  const events = play(TALK, stepSourceOf(TALK.model), { ...options(6), events: 10_000 }).events();
  const waits = (timer: string): number[] =>
    events.flatMap(({ label, time, after }) =>
      label === `client.${timer}` ? [time - (events[after ?? -1]?.time ?? 0)] : [],
    );
  const rto = waits("rto");
  expect(rto.length).toBeGreaterThan(10);
  // What a program does about it takes some time, too.
  for (const wait of rto) expect(wait).toBeGreaterThanOrEqual(200_000);
  for (const wait of rto) expect(wait).toBeLessThan(303_000);
  for (const wait of waits("rest")) expect(wait).toBeLessThan(1_003_000);
  const answered = events.filter(({ label }) => label.startsWith("client.Answer"));
  expect(answered.length).toBeGreaterThan(rto.length);
});

test("the link loses, doubles and reorders what it carries, about as often as it should", () => {
  const counts = new Map<string, number>();
  let sent = 0;
  for (let seed = 1; seed <= 20; seed++) {
    for (const { label, cause } of run(TALK, seed).events()) {
      const kind = /\.(lossy|duplicating|reordering)/.exec(label)?.[1];
      if (cause === "link") counts.set(kind ?? "", (counts.get(kind ?? "") ?? 0) + 1);
      else if (/begin|rto|server\.Ask/.test(label)) sent++;
    }
  }
  const share = (kind: string): number => (counts.get(kind) ?? 0) / sent;
  expect(share("lossy")).toBeCloseTo(0.2, 1);
  expect(share("duplicating")).toBeCloseTo(0.08, 1);
  // With several messages on their way, some overtake others.
  const text = TALK_TEXT.replace("delay 20us  loss 20%  duplication 10%", "delay 900us")
    .replace("reordering 5%", "reordering 60%")
    .replace("rest 1ms", "rest 10us");
  const slow = deploymentOf(text);
  const events = play(slow, stepSourceOf(slow.model), options(1)).events();
  expect(events.filter(({ label }) => label.startsWith("ask.reordering")).length).toBeGreaterThan(
    0,
  );
});

test("stores drain after they were made, in their order", () => {
  const events = run(RING, 7).events();
  const drains = events.filter(({ cause }) => cause === "drain");
  expect(drains.length).toBeGreaterThan(5);
  for (const { after, time, actor } of drains) {
    const store = events[after ?? -1];
    expect(store?.actor).toBe(actor.replace(".flush", ""));
    expect(time).toBeGreaterThan(store?.time ?? time);
  }
});

test("a violation ends the run and says what is wrong", () => {
  const text = SERVER_TEXT.replace("CARRIER", "ring")
    .replace("ring(512) doorbell evtchn", "ring")
    .replace("1..3", "1")
    .replace("at 7ms do server.restart", "at 5001us do server.restart");
  const deployment = deploymentOf(text);
  const source = stepSourceOf(deployment.model);
  const found = Array.from({ length: 40 }, (_, seed) =>
    play(deployment, source, { seed, events: 10_000 }),
  ).filter(({ ended }) => ended === "violated");
  expect(found.length).toBeGreaterThan(0);
  expect(found.map(({ wrong }) => wrong).every(([name]) => name === "NoHalfOpen")).toBe(true);
});
