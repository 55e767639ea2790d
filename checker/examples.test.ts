/**
 * The four example models, with their exact numbers.
 *
 * The counts come from two independent prototypes; they change only when the meaning of the
 * language does. Every path was replayed, and its length is that of the shortest.
 */
import { describe, expect, test } from "vitest";
import { deadRules } from "./dead-rules.ts";
import { codes, judged, loweredFile, propertyOf, summary } from "./verdict-notation.ts";

const netserver = loweredFile("models/examples/netserver.libretto");
const modeswitch = loweredFile("models/examples/modeswitch.libretto");
const ring = loweredFile("models/examples/ring.libretto");
const device = loweredFile("models/examples/device.libretto");

describe("exact numbers", () => {
  test.each([
    [netserver, "crashOnce", 1769, 4986, 24],
    [netserver, "noFaults", 127, 320, 16],
    [modeswitch, "switch", 57, 91, 11],
    [modeswitch, "wireNotDrained", 81, 144, 13],
    [modeswitch, "queueNotDrained", 100, 188, 13],
    [ring, "fenced", 1407, 3061, 48],
    [ring, "unfenced", 2240, 5802, 43],
    [ring, "unfencedSc", 356, 636, 27],
    [ring, "noRecheck", 214, 351, 27],
    [device, "twoDomains", 239, 454, 13],
  ])("%#: %s", async (file, name, states, transitions, depth) => {
    const { verdict } = await judged(file, name);
    const { statistics } = verdict;
    expect([statistics.states, statistics.transitions, statistics.depth]).toEqual([
      states,
      transitions,
      depth,
    ]);
    expect(statistics.complete).toBe(true);
    expect(verdict.result).toBe("ok");
    expect(verdict.expectations.every(({ met }) => met)).toBe(true);
    // Without a crash no client is open that the server does not know, so `Heals` says nothing.
    expect(codes(verdict)).toEqual(name === "noFaults" ? ["W0501"] : []);
  });
});

describe("shortest counterexamples", () => {
  test.each([
    [netserver, "crashOnce", "NoHalfOpen", 5],
    [modeswitch, "wireNotDrained", "assert", 7],
    [modeswitch, "queueNotDrained", "assert", 10],
    [ring, "unfenced", "NoLostWakeup", 8],
    [ring, "noRecheck", "NoLostWakeup", 5],
  ])("%#: %s violates %s", async (file, name, property, steps) => {
    const { verdict } = await judged(file, name);
    const { outcome, counterexample } = propertyOf(verdict, property);
    expect(outcome).toBe("violated");
    expect(counterexample?.steps.length).toBe(steps + 1);
    expect([counterexample?.replayed, counterexample?.shortest]).toEqual([true, true]);
  });

  test("the crash that leaves a connection half open, step by step", async () => {
    const { verdict } = await judged(netserver, "crashOnce");
    const path = propertyOf(verdict, "NoHalfOpen").counterexample;
    expect(path?.steps.map(({ label }) => label)).toEqual([
      "(initial)",
      "app[Client1].open",
      "server.Open(Client1)",
      "server.crash",
      "server.restart",
      "app[Client1].Opened(0)",
    ]);
    expect(path?.why.map((c) => `${c.text} ${c.value} ${c.since} ${c.witness ?? ""}`)).toEqual([
      "server in Up true 4 ",
      "req.empty true 2 ",
      "forall c in Client: rep[c].empty true 5 ",
      "forall c in Client: app[c] in Open implies c in server.table false 5 c = Client1",
      "app[c] in Open true 5 ",
      "c in server.table false 3 ",
    ]);
  });

  test("the lost wake-up of the unfenced ring ends with a flush that comes too late", async () => {
    const { verdict } = await judged(ring, "unfenced");
    const steps = propertyOf(verdict, "NoLostWakeup").counterexample?.steps ?? [];
    expect(steps.filter(({ label }) => label.includes("flush")).length).toBeGreaterThan(0);
    expect(steps.at(-1)?.label).toBe("cons.flush ring.asleep=true");
  });
});

describe("evidence", () => {
  test("goals have shortest ways, invariants say how often their premise held", async () => {
    const { verdict } = await judged(netserver, "noFaults");
    expect(summary(verdict)).toEqual([
      "NoHalfOpen holds",
      "SomeoneOpen holds 3",
      "Heals holds",
      "range holds",
      "unhandled holds",
      "stuck holds",
    ]);
    expect(propertyOf(verdict, "NoHalfOpen")).toMatchObject({ examined: 127, premiseTrue: 3 });
  });

  test("the scenario of the network server holds", async () => {
    const { verdict } = await judged(netserver, "a write after the crash heals the client");
    expect([verdict.result, ...summary(verdict)]).toEqual([
      "ok",
      "a write after the crash heals the client holds",
    ]);
    expect(verdict.expectations.map(({ met }) => met)).toEqual([true, true]);
  });

  test("fairness is named", async () => {
    const { verdict } = await judged(netserver, "noFaults");
    expect(verdict.statistics.fairness).toContain("app[Client1].write (strong)");
    expect(verdict.statistics.fairness).toContain("server.Open (weak)");
  });

  test("the ring takes every rule in some check, the kernel leaves two untaken", async () => {
    const rings = await Promise.all(ring.models.map((model) => judged(ring, model.name)));
    expect(deadRules(rings)).toEqual([]);
    const titles = deadRules([await judged(device)]).map(({ title }) => title);
    expect(titles).toEqual([
      "transition `Kernel.Idle on ask.Give` was never taken",
      "transition `Kernel.Held on ask.Give if owner != d` was never taken",
    ]);
  });
});
