/**
 * Deployments with every mechanism, played: runs are paths of the Model by the reference evaluator,
 * the same when they are recorded, and nothing waits for ever.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stepSourceOf } from "../../../checker/simulate/step-source.ts";
import type { Deployment } from "../../../spec/deployment.ts";
import { type TraceHeader, traceHeader } from "../../record/header.ts";
import { createTrace, type Trace } from "../../record/trace.ts";
import { deploymentOf, SERVER_TEXT, TALK_TEXT } from "../deployments.fixture.ts";
import { play, type Played } from "../player.ts";
import { referenceSource } from "../reference-source.fixture.ts";
import type { StepSource } from "../../../spec/step-source.ts";

const MECHANISMS = [
  "hypercall",
  "evtchn",
  "ring(2)",
  "ring(2) doorbell evtchn",
  "ring(512) doorbell evtchn",
  "nic",
];

/** The server crashes, and other domains hold what it has granted. */
function serverBy(requests: string, replies: string, memory: string): Deployment {
  const text = SERVER_TEXT.replace("CARRIER", requests)
    .replace("via ring(512) doorbell evtchn", `via ${replies}`)
    .replace("cores 4", `cores 4  memory ${memory}  nic { vfs 4 }`)
    .replace("run 20ms", "at 8ms fault server.crash  at 9ms do server.restart  run 20ms");
  return deploymentOf(text);
}

/** The link does everything. */
const TALK = deploymentOf(TALK_TEXT.replace("rest 1ms", "rest 10us"));

const arbitraryDeployment: fc.Arbitrary<Deployment> = fc.oneof(
  fc.constant(TALK),
  fc
    .tuple(
      fc.constantFrom(...MECHANISMS),
      fc.constantFrom(...MECHANISMS),
      fc.constantFrom("sc", "tso(2)"),
    )
    .map((parts) => serverBy(...parts)),
);
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

const optionsFor = (seed: number) => ({ seed, events: 400, ignored: ["NoHalfOpen"] });

function expectPath<State>(
  { model }: Deployment,
  source: StepSource<State>,
  played: Played<State>,
): void {
  const reference = referenceSource(model);
  let [state] = reference.initial();
  for (const { transition, state: next } of played.steps()) {
    const wanted = next === undefined ? "" : reference.key(source.values(next));
    const found = reference
      .steps(state ?? [])
      .find((one) => one.transition === transition && reference.key(one.state ?? []) === wanted);
    expect(found).toBeDefined();
    state = found?.state;
  }
}

test("law: each run is a path by the reference evaluator, whatever carries what", () => {
  fc.assert(
    fc.property(arbitraryDeployment, seeds, (deployment, seed) => {
      const source = stepSourceOf(deployment.model);
      const played = play(deployment, source, optionsFor(seed));
      expect(played.count).toBeGreaterThan(20);
      expectPath(deployment, source, played);
      let last = 0;
      for (const { time } of played.events()) {
        expect(time).toBeGreaterThanOrEqual(last);
        last = time;
      }
    }),
    { numRuns: 25 },
  );
});

test("law: recording changes nothing", () => {
  fc.assert(
    fc.property(arbitraryDeployment, seeds, (deployment, seed) => {
      const source = stepSourceOf(deployment.model);
      const header = { engine: "0", scenario: "played", seed, cores: deployment.hardware.cores };
      const traces: Trace[] = [];
      const begin = (names: Partial<TraceHeader>): Trace => {
        const trace = createTrace(traceHeader({ ...header, ...names }));
        traces.push(trace);
        return trace;
      };
      const plain = play(deployment, source, optionsFor(seed));
      const recorded = play(deployment, source, { ...optionsFor(seed), trace: begin });
      expect(recorded.events()).toEqual(plain.events());
      expect(recorded.time).toBe(plain.time);
      expect(traces[0]?.end).toBeGreaterThan(plain.count);
    }),
    { numRuns: 15 },
  );
});

test.each(MECHANISMS)("by %s everybody is served to the end, over two crashes", (mechanism) => {
  const deployment = serverBy(mechanism, mechanism, "tso(8)");
  const options = { seed: 5, events: 100_000, ignored: ["NoHalfOpen"] };
  const events = play(deployment, stepSourceOf(deployment.model), options).events();
  for (const from of [0, 7_000_000, 15_000_000]) {
    const late = events.filter(({ time }) => time >= from && time < from + 5_000_000);
    for (const client of ["Client1", "Client2", "Client3"]) {
      const served = late.filter(({ label }) => label.startsWith(`app[${client}].Ack`));
      expect(served.length).toBeGreaterThan(3);
    }
  }
});

/** A plan that takes messages away and doubles others, wherever they are on their way. */
function robbedBy(mechanism: string): Deployment {
  const lines = Array.from({ length: 40 }, (_, index) => {
    const fault = ["ask.lossy", "answer.lossy", "ask.duplicating", "ask.reordering"][index % 4];
    return `  at ${index * 20}us..${index * 20 + 20}us fault ${fault}`;
  });
  const text = TALK_TEXT.replace("ask, answer via nic", `ask, answer via ${mechanism}`)
    .replace("rest 1ms", "rest 1us")
    .replace("loss 20%  duplication 10%  reordering 5%", "")
    .replace("run 100ms", `${lines.join("\n")}\n  run 5ms`);
  return deploymentOf(text);
}

test.each(MECHANISMS)(
  "by %s, a message that the Model loses on its way is heard of no more",
  (mechanism) => {
    const deployment = robbedBy(mechanism);
    const source = stepSourceOf(deployment.model);
    let struck = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const played = play(deployment, source, { seed, events: 2000 });
      expectPath(deployment, source, played);
      const events = played.events();
      const isAfter = (time: number): boolean => time > 2_000_000;
      struck += events.filter(({ cause }) => cause === "plan").length;
      // Nobody waits for ever.
      expect(
        events.filter(({ time, actor }) => isAfter(time) && actor === "client").length,
      ).toBeGreaterThan(3);
      for (const [index, { after = -1 }] of events.entries()) expect(after).toBeLessThan(index);
    }
    expect(struck).toBeGreaterThan(10);
  },
);
