/**
 * Runs of deployments: the same for a seed, the same by two evaluators, and in the plan's order.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stepSourceOf } from "../../cli/step-source.ts";
import { type Deployment, loadProgram, lowerProgram } from "../../spec/index.ts";
import type { SourceFile } from "../../spec/source.ts";
import { play } from "./player.ts";
import { referenceSource } from "./reference-source.fixture.ts";

const EXAMPLES = new URL("../../models/examples/", import.meta.url);

const TEXT = `module deployed
use netserver from "./netserver"
deployment underLoad of Net {
  hardware { cores 4  link { delay 20us  loss 10% } }
  domain netserver on core 0 { server }
  domain app[c: Client] on core 1..3 { app[c] }
  channel req via CARRIER
  channel rep via ring(512) doorbell evtchn
  at 5ms fault server.crash
  at 7ms do server.restart
  run 20ms
}
`;

function deploymentOf(text: string): Deployment {
  const source = (path: string): SourceFile => {
    return { path, text: readFileSync(new URL(path, EXAMPLES), "utf8") };
  };
  const program = loadProgram([{ path: "deployed.libretto", text }], source);
  const { deployments, diagnostics } = lowerProgram(program);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const [deployment] = deployments;
  if (deployment === undefined) throw new Error("no deployment");
  return deployment;
}

const RING = deploymentOf(TEXT.replace("CARRIER", "ring(512) doorbell evtchn"));
const options = (seed: number) => ({ seed, events: 5000, ignored: ["NoHalfOpen"] });

test("the same seed gives the same run, another one another", () => {
  const source = stepSourceOf(RING.model);
  const first = play(RING, source, options(1));
  expect(play(RING, source, options(1))).toEqual(first);
  expect(play(RING, source, options(2)).events).not.toEqual(first.events);
});

test("each run is a path by the reference evaluator, too", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const compiled = play(RING, stepSourceOf(RING.model), options(seed));
    const reference = play(RING, referenceSource(RING.model), options(seed));
    const plain = (label: string): string => label.replace(/ \{.*\}$/, "");
    expect(compiled.events.map(({ time, label }) => `${time} ${plain(label)}`)).toEqual(
      reference.events.map(({ time, label }) => `${time} ${plain(label)}`),
    );
    expect(compiled.events.length).toBeGreaterThan(100);
  }
});

test("the plan happens at its times, and what it names does not happen by itself", () => {
  const { events, skipped } = play(RING, stepSourceOf(RING.model), options(3));
  const planned = events.filter(({ label }) => /^server\.(crash|restart)/.test(label));
  expect(planned.map(({ time, label, cause }) => [time, label, cause])).toEqual([
    [5_000_000, "server.crash", "plan"],
    [7_000_000, "server.restart", "plan"],
  ]);
  expect(skipped).toEqual([]);
  // Nobody is served while the server is down.
  const served = events.filter(({ actor, time }) => actor === "server" && time > 5e6 && time < 7e6);
  expect(served).toEqual([]);
});

test("three applications are on three cores, and a core does one step at a time", () => {
  const { events } = play(RING, stepSourceOf(RING.model), options(4));
  const cores = new Map(events.map(({ actor, core }) => [actor, core]));
  expect([...cores].filter(([, core]) => core !== undefined).length).toBe(4);
  const last = new Map<number, number>();
  for (const { time, core, cause } of events) {
    if (core === undefined || cause !== "program") continue;
    expect(time - (last.get(core) ?? -1000)).toBeGreaterThanOrEqual(200);
    last.set(core, time);
  }
});

test("a message is received after the doorbell, not at once", () => {
  const { events } = play(RING, stepSourceOf(RING.model), options(5));
  const sent = events.find(({ label }) => label.endsWith(".open"));
  const received = events.find(({ label }) => label.startsWith("server.Open"));
  expect((received?.time ?? 0) - (sent?.time ?? 0)).toBeGreaterThan(4_800);
});

test("a violation ends the run and says what is wrong", () => {
  const text = TEXT.replace("CARRIER", "ring")
    .replace("ring(512) doorbell evtchn", "ring")
    .replace("1..3", "1")
    .replace("at 7ms do server.restart", "at 5001us do server.restart");
  const deployment = deploymentOf(text);
  const source = stepSourceOf(deployment.model);
  const found = Array.from({ length: 60 }, (_, seed) =>
    play(deployment, source, { seed, events: 10_000 }),
  ).filter(({ ended }) => ended === "violated");
  expect(found.length).toBeGreaterThan(0);
  expect(found.map(({ wrong }) => wrong).every(([name]) => name === "NoHalfOpen")).toBe(true);
});
