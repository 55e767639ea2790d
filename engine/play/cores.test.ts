/** Schedulers of virtual CPUs in runs: who gets how much of a core, and that nobody starves. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import type { Deployment, Scheduler } from "../../spec/deployment.ts";
import { RATE_LIMIT, TIMER_MAX } from "../hypervisor/credit2.ts";
import { deploymentOf } from "./deployments.fixture.ts";
import { VM_SWITCH } from "./latencies.ts";
import { play } from "./player.ts";
import type { PlayedEvent } from "./playing.ts";

/** Three that are always at work, and one that now and then has something to do. */
const TEXT = `module busy
machine Worker {
  initial mode A { fair step go -> B }
  mode B { fair step go -> A }
}
machine Clock {
  timer tick 3ms..4ms
  initial mode Idle { fair step begin -> Waiting { start tick } }
  mode Waiting { fair after tick { start tick } }
}
system Busy {
  one : Worker
  two : Worker
  three : Worker
  clock : Clock
}
deployment busy of Busy {
  hardware { cores 4  scheduler SCHEDULER }
  domain first  on core 0 { one }
  domain second on core SECOND { two }
  domain third  on core THIRD { three }
  domain timer  on core CLOCK { clock }
  run 100ms
}
`;

function busy(scheduler: Scheduler, cores: readonly [number, number, number]): Deployment {
  const [second, third, clock] = cores;
  return deploymentOf(
    TEXT.replace("SCHEDULER", scheduler)
      .replace("SECOND", String(second))
      .replace("THIRD", String(third))
      .replace("CLOCK", String(clock)),
  );
}

function eventsOf(deployment: Deployment, seed: number, events = 1e6): readonly PlayedEvent[] {
  return play(deployment, stepSourceOf(deployment.model), { seed, events }).events();
}

/** How often another one acts than the one before, among these. */
function changesOf(events: readonly PlayedEvent[]): number {
  return events.filter(({ actor }, index) => actor !== (events[index - 1]?.actor ?? actor)).length;
}

const seed = fc.nat({ max: 2 ** 31 - 1 });
const MILLISECOND = 1_000_000;
const SHARED = [0, 0, 0] as const;

test("a core of one's own is the same under credit2 as under none", () => {
  fc.assert(
    fc.property(seed, (one) => {
      const [alone, scheduled] = (["null", "credit2"] as const).map((scheduler) =>
        eventsOf(busy(scheduler, [1, 2, 3]), one, 5000),
      );
      expect(scheduled).toEqual(alone);
    }),
    { numRuns: 5 },
  );
});

describe("under credit2", () => {
  const events = eventsOf(busy("credit2", SHARED), 1);
  const working = events.filter(({ actor }) => actor !== "clock");

  test("domains that are always at work share a core equally", () => {
    const counts = ["one", "two", "three"].map(
      (name) => working.filter(({ actor }) => actor === name).length,
    );
    const mean = working.length / counts.length;
    for (const count of counts) expect(Math.abs(count / mean - 1)).toBeLessThan(0.1);
  });

  test("one runs for as long as the rate limit says, at least", () => {
    expect(changesOf(working)).toBeLessThan((100 * MILLISECOND) / RATE_LIMIT);
    expect(changesOf(working)).toBeGreaterThan((100 * MILLISECOND) / TIMER_MAX);
  });

  test("between two domains a switch takes its time", () => {
    for (const [index, { actor, time }] of working.entries()) {
      const before = working[index - 1];
      if (before === undefined || before.actor === actor) continue;
      expect(time - before.time).toBeGreaterThanOrEqual(VM_SWITCH);
    }
  });

  test("nobody waits for longer than the others may run", () => {
    const most = 2 * (TIMER_MAX + VM_SWITCH);
    for (const name of ["one", "two", "three"]) {
      const times = working.flatMap(({ actor, time }) => (actor === name ? [time] : []));
      for (const [index, time] of times.entries()) {
        expect(time - (times[index - 1] ?? 0)).toBeLessThan(most);
      }
    }
  });

  test("who sleeps much waits for one slice at most, and seldom for a whole one", () => {
    const ticks = events.flatMap(({ actor, time }) => (actor === "clock" ? [time] : []));
    expect(ticks.length).toBeGreaterThan(18);
    const waits = ticks.slice(1).map((time, index) => time - (ticks[index] ?? 0) - 4 * MILLISECOND);
    expect(Math.max(...waits)).toBeLessThan(TIMER_MAX + 3 * VM_SWITCH);
    expect(waits.filter((wait) => wait > RATE_LIMIT).length).toBeLessThan(waits.length / 2);
  });
});

test("the adversary lets everybody go on, in any order, and stops anybody at any step", () => {
  const orders = new Set<string>();
  for (const one of [1, 2, 3, 4, 5]) {
    const events = eventsOf(busy("adversarial", SHARED), one, 3000);
    for (const name of ["one", "two", "three"]) {
      expect(events.filter(({ actor }) => actor === name).length).toBeGreaterThan(300);
    }
    expect(changesOf(events)).toBeGreaterThan(500);
    orders.add(
      events
        .slice(0, 20)
        .map(({ actor }) => actor)
        .join(),
    );
  }
  expect(orders.size).toBe(5);
});

test("the same seed gives the same run", () => {
  fc.assert(
    fc.property(seed, fc.constantFrom<Scheduler>("credit2", "adversarial"), (one, scheduler) => {
      const first = eventsOf(busy(scheduler, SHARED), one).slice(0, 1000);
      expect(eventsOf(busy(scheduler, SHARED), one).slice(0, 1000)).toEqual(first);
    }),
    { numRuns: 4 },
  );
});
