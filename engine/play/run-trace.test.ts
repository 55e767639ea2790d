/** What runs write into their traces: their steps, with what made them possible. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import { traceHeader } from "../record/header.ts";
import { createTrace, type Trace, type TraceEvent } from "../record/trace.ts";
import { deploymentOf, RING_TEXT, SERVER_TEXT, TALK_TEXT } from "./deployments.fixture.ts";
import { play, type Played } from "./player.ts";

const SERVER = deploymentOf(SERVER_TEXT.replace("CARRIER", "ring(512) doorbell evtchn"));
const DEPLOYMENTS = [SERVER, deploymentOf(RING_TEXT), deploymentOf(TALK_TEXT)];
const ignored = ["NoHalfOpen", "NoLostWakeup"];

interface Traced {
  readonly played: Played;
  readonly trace: Trace;
  readonly events: readonly TraceEvent[];
}

function tracedRun(deployment: typeof SERVER, seed: number): Traced {
  const traces: Trace[] = [];
  const played = play(deployment, stepSourceOf(deployment.model), {
    seed,
    events: 400,
    ignored,
    trace(names) {
      const header = { engine: "test", scenario: "test", seed, cores: deployment.hardware.cores };
      const trace = createTrace(traceHeader({ ...header, ...names }));
      traces.push(trace);
      return trace;
    },
  });
  const [trace] = traces;
  if (trace === undefined) throw new Error("no trace was made");
  const events = Array.from({ length: trace.end }, (_, id) => trace.event(id));
  return { played, trace, events };
}

const run = fc.tuple(fc.nat({ max: DEPLOYMENTS.length - 1 }), fc.nat({ max: 2 ** 31 - 1 }));

test("recording changes no run, and has its steps in order, at their times and places", () => {
  fc.assert(
    fc.property(run, ([which, seed]) => {
      const deployment = DEPLOYMENTS[which] ?? SERVER;
      const { played, trace, events } = tracedRun(deployment, seed);
      const source = stepSourceOf(deployment.model);
      const alone = play(deployment, source, { seed, events: 400, ignored });
      expect(played.events()).toEqual(alone.events());
      const steps = events.filter(({ kind }) => kind === "step" || kind === "fault");
      const told = steps.map(({ time, object, core, domain, component }) => ({
        time,
        label: trace.textOf(object),
        core,
        domain: domain === undefined ? undefined : trace.header.domains[domain],
        component: trace.header.components[component ?? -1],
      }));
      const wanted = alone.events().map(({ time, label, core, domain, actor, cause }) => ({
        time,
        label,
        core,
        domain,
        // A line of the plan is no part of the system.
        component: cause === "plan" ? undefined : actor,
      }));
      expect(told).toEqual(wanted);
    }),
    { numRuns: 30 },
  );
});

test("causes are before what they cause, and name what was waited for", () => {
  fc.assert(
    fc.property(run, ([which, seed]) => {
      const deployment = DEPLOYMENTS[which] ?? SERVER;
      const { played, trace, events } = tracedRun(deployment, seed);
      const steps = events.filter(({ kind }) => kind === "step" || kind === "fault");
      for (const { id, causes, time } of events) {
        for (const cause of causes) {
          expect(cause).toBeLessThan(id);
          expect(events[cause]?.time).toBeLessThanOrEqual(time);
        }
      }
      // What made a step possible is its cause, or that of the arrival which is.
      for (const [index, { after }] of played.events().entries()) {
        if (after === undefined) continue;
        const direct = steps[index]?.causes ?? [];
        const behind = direct.flatMap((cause) => events[cause]?.causes ?? []);
        expect([...direct, ...behind]).toContain(steps[after]?.id);
      }
      for (const { kind, object, causes } of events) {
        if (kind !== "arrive") continue;
        expect(causes.length).toBeGreaterThan(0);
        const names = deployment.model.channels.map(({ name }) => name);
        expect(names).toContain(trace.textOf(object));
      }
    }),
    { numRuns: 30 },
  );
});

test("one message, from its sender over hardware to its receiver", () => {
  const { trace, events } = tracedRun(SERVER, 1);
  const first = events.find(({ kind }) => kind === "arrive");
  const received = events.find(({ causes }) => causes.includes(first?.id ?? -1));
  const way: string[] = [];
  let at: TraceEvent | undefined = received;
  while (at !== undefined) {
    const isTold = ["step", "arrive"].includes(at.kind);
    way.unshift(isTold ? trace.textOf(at.object) : at.kind);
    at = at.kind === "step" && at !== received ? undefined : events[at.causes[0] ?? -1];
  }
  expect(way.join(" > ")).toMatch(
    /^app\[Client\d\]\.open > store > .*load > req > server\.Open\(Client\d\)$/,
  );
});
