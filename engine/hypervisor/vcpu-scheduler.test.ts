/** Schedulers of vCPUs, sentence by sentence, with times in nanoseconds. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CARRY_OVER_MAX,
  createCredit2,
  CREDIT_START,
  type Credit2,
  DEFAULT_WEIGHT,
  MIGRATION_RESISTANCE,
  RATE_LIMIT,
  TIMER_MAX,
  TIMER_MIN,
} from "./credit2.ts";
import {
  createAdversarialScheduler,
  createNullScheduler,
  NONE,
  type VcpuScheduler,
} from "./vcpu-scheduler.ts";

const MS = 1_000_000;

/** Lets a core decide, where there is one candidate; gives when it decides again. */
function decide(scheduler: VcpuScheduler, core: number, now: number): number {
  const [vcpu = NONE] = scheduler.candidates(core, now);
  return scheduler.run(core, vcpu, now);
}

/** Runs all cores from time 0 to the end; gives the time that each vCPU has had. */
function play(scheduler: VcpuScheduler, cores: number, vcpus: number, end: number) {
  const had = Array.from({ length: vcpus }, () => 0);
  const until = Array.from({ length: cores }, (_, core) => decide(scheduler, core, 0));
  for (let now = 0; now < end; ) {
    const next = Math.min(end, ...until);
    for (let core = 0; core < cores; core++) {
      const running = scheduler.runningOn(core);
      if (running !== NONE) had[running] = (had[running] ?? 0) + next - now;
    }
    now = next;
    for (let core = 0; core < cores; core++) {
      if (until[core] === now) until[core] = decide(scheduler, core, now);
    }
  }
  return had;
}

function credit2(weights: readonly number[], cores = 1, rateLimit = RATE_LIMIT): Credit2 {
  return createCredit2({ cores, weights, rateLimit });
}

function awake(weights: readonly number[], cores = 1, rateLimit = RATE_LIMIT): Credit2 {
  const scheduler = credit2(weights, cores, rateLimit);
  for (const vcpu of weights.keys()) scheduler.wake(vcpu, 0);
  return scheduler;
}

const W = DEFAULT_WEIGHT;

describe("credit2", () => {
  test("the constants are those of the published scheduler", () => {
    expect([W, CREDIT_START, CARRY_OVER_MAX, TIMER_MIN, TIMER_MAX]).toEqual([
      256,
      10 * MS,
      0.5 * MS,
      0.5 * MS,
      10 * MS,
    ]);
    expect([MIGRATION_RESISTANCE, RATE_LIMIT]).toEqual([0.5 * MS, MS]);
  });

  test("running costs one of credit for a nanosecond at the highest weight, more below", () => {
    const scheduler = credit2([W, W / 2], 2);
    scheduler.wake(0, 0);
    expect(decide(scheduler, 0, 0)).toBe(10 * MS);
    scheduler.wake(1, 0);
    expect(decide(scheduler, 1, 0)).toBe(5 * MS);
    expect(scheduler.creditOf(0, MS)).toBe(9 * MS);
    expect(scheduler.creditOf(1, MS)).toBe(8 * MS);
  });

  test("what does not divide is owed later, and not lost", () => {
    const scheduler = awake([3, 2], 2, 0);
    decide(scheduler, 0, 0);
    decide(scheduler, 1, 0);
    for (let now = 1; now <= 6; now++) scheduler.run(1, 1, now);
    expect(scheduler.creditOf(1, 6)).toBe(CREDIT_START - 9);
  });

  test("who sleeps, or waits, pays nothing", () => {
    const scheduler = awake([W, W]);
    decide(scheduler, 0, 0);
    expect([scheduler.creditOf(1, 5 * MS), scheduler.sleep(0, MS)]).toEqual([CREDIT_START, 0]);
    expect(scheduler.creditOf(0, 9 * MS)).toBe(9 * MS);
  });

  test("a core runs a vCPU until its credit is that of the first who waits", () => {
    const scheduler = credit2([W, W]);
    scheduler.wake(1, 0);
    decide(scheduler, 0, 0);
    scheduler.sleep(1, 4 * MS);
    scheduler.wake(0, 4 * MS);
    scheduler.wake(1, 4 * MS);
    // 10 ms of credit against 6 ms.
    expect([scheduler.candidates(0, 4 * MS), decide(scheduler, 0, 4 * MS)]).toEqual([[0], 8 * MS]);
  });

  test("it decides after at least 500 µs and the rate limit, and at most 10 ms", () => {
    expect(decide(awake([W, W]), 0, 0)).toBe(RATE_LIMIT);
    expect(decide(awake([W, W], 1, 0), 0, 0)).toBe(TIMER_MIN);
    expect(decide(awake([W]), 0, 0)).toBe(TIMER_MAX);
    expect(decide(credit2([W]), 0, 7)).toBe(7 + TIMER_MAX);
  });

  test("who has run for less than the rate limit is not replaced", () => {
    const scheduler = credit2([W, W]);
    scheduler.wake(0, 0);
    decide(scheduler, 0, 0);
    expect(scheduler.wake(1, RATE_LIMIT / 2)).toBe(NONE);
    expect(scheduler.candidates(0, RATE_LIMIT - 1)).toEqual([0]);
    expect(scheduler.candidates(0, RATE_LIMIT)).toEqual([1]);
    expect(() => scheduler.run(0, 1, RATE_LIMIT - 1)).toThrow(RangeError);
  });

  test("who wakes with more credit than one who runs sends an IPI to that core", () => {
    const scheduler = credit2([W, W, W], 2);
    expect([scheduler.wake(0, 0), decide(scheduler, 0, 0)]).toEqual([0, TIMER_MAX]);
    expect(scheduler.wake(1, 2 * MS)).toBe(1);
    decide(scheduler, 1, 2 * MS);
    expect(scheduler.wake(2, 5 * MS)).toBe(0);
    expect(scheduler.wake(2, 5 * MS)).toBe(NONE);
  });

  test("when the next has no credit left, everyone gets 10 ms", () => {
    const scheduler = awake([W]);
    decide(scheduler, 0, 0);
    decide(scheduler, 0, 10 * MS);
    expect(scheduler.creditOf(0, 10 * MS)).toBe(CREDIT_START);
  });

  test("at a reset everyone is cut to 10.5 ms", () => {
    const scheduler = credit2([W, W]);
    scheduler.wake(0, 0);
    decide(scheduler, 0, 0);
    decide(scheduler, 0, 10 * MS);
    expect(scheduler.creditOf(1, 10 * MS)).toBe(CREDIT_START + CARRY_OVER_MAX);
  });

  test("who owes more than a reset gives is above 0 after it", () => {
    const scheduler = awake([W]);
    decide(scheduler, 0, 0);
    decide(scheduler, 0, 35 * MS);
    expect(scheduler.creditOf(0, 35 * MS)).toBe(5 * MS);
  });

  test("a vCPU moves to another core only when it is ahead by 500 µs", () => {
    const scheduler = awake([W, W, W], 2);
    decide(scheduler, 0, 0);
    decide(scheduler, 1, 0);
    // 2 takes over core 0, so that 0 waits with a credit of 9 ms and was last on core 0.
    decide(scheduler, 0, MS);
    expect([0, 1].map((core) => scheduler.runningOn(core))).toEqual([2, 1]);
    const gap = (now: number) => scheduler.creditOf(0, now) - scheduler.creditOf(1, now);
    expect([gap(1.4 * MS), scheduler.candidates(1, 1.4 * MS)]).toEqual([0.4 * MS, [1]]);
    expect([gap(1.5 * MS), scheduler.candidates(1, 1.5 * MS)]).toEqual([0.5 * MS, [0]]);
  });

  test("who wakes is sent to its last core, if that is idle", () => {
    const scheduler = awake([W, W], 2);
    decide(scheduler, 0, 0);
    decide(scheduler, 1, 0);
    expect([scheduler.sleep(0, MS), scheduler.sleep(1, MS)]).toEqual([0, 1]);
    expect(scheduler.wake(1, 2 * MS)).toBe(1);
  });

  test("at a reset, those that run elsewhere pay first for what they have used", () => {
    const scheduler = awake([W, W], 2);
    decide(scheduler, 0, 0);
    decide(scheduler, 1, 0);
    decide(scheduler, 0, 10 * MS);
    expect([0, 1].map((vcpu) => scheduler.creditOf(vcpu, 10 * MS))).toEqual([10 * MS, 10 * MS]);
  });

  test.each([
    ["equal weights: equal times", [W, W, W], 1],
    ["twice the weight: twice the time", [2 * W, W], 1],
    ["two cores for three", [W, W, W], 2],
  ])("%s", (_name, weights, cores) => {
    const end = 3000 * MS;
    const had = play(awake(weights, cores), cores, weights.length, end);
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [vcpu, weight] of weights.entries()) {
      const share = (weight / all) * cores * end;
      expect(Math.abs((had[vcpu] ?? 0) - share) / share).toBeLessThan(0.02);
    }
  });

  test("a retired vCPU runs no more", () => {
    const scheduler = awake([W, W]);
    decide(scheduler, 0, 0);
    expect([scheduler.retire(0, MS), scheduler.candidates(0, MS)]).toEqual([0, [1]]);
    expect(scheduler.isRunnable(0)).toBe(false);
  });
});

describe("null", () => {
  test("each vCPU has a core of its own, on which nobody else runs", () => {
    const scheduler = createNullScheduler({ cores: 2, vcpus: 3 });
    expect([0, 1, 2].map((vcpu) => scheduler.wake(vcpu, 0))).toEqual([0, 1, NONE]);
    expect([0, 1].map((core) => scheduler.candidates(core, 0))).toEqual([[0], [1]]);
    expect(decide(scheduler, 0, 0)).toBe(Number.POSITIVE_INFINITY);
    expect([scheduler.sleep(0, 0), scheduler.candidates(0, 0)]).toEqual([0, [NONE]]);
    expect([scheduler.runningOn(0), scheduler.wake(1, 0)]).toEqual([NONE, NONE]);
    expect(() => scheduler.run(0, 1, 0)).toThrow(RangeError);
  });

  test("who finds no core waits until another is retired", () => {
    const scheduler = createNullScheduler({ cores: 2, vcpus: 3 });
    for (const vcpu of [0, 1, 2]) scheduler.wake(vcpu, 0);
    decide(scheduler, 1, 0);
    expect([scheduler.retire(1, 0), scheduler.candidates(1, 0)]).toEqual([1, [2]]);
    expect([scheduler.retire(2, 0), scheduler.candidates(1, 0)]).toEqual([1, [NONE]]);
    expect(scheduler.retire(1, 0)).toBe(NONE);
  });
});

describe("adversarial", () => {
  test("any runnable vCPU may run, but not on two cores, and may be replaced at once", () => {
    const scheduler = createAdversarialScheduler({ cores: 2, vcpus: 3 });
    expect(scheduler.candidates(0, 0)).toEqual([NONE]);
    expect([0, 1, 2].map((vcpu) => scheduler.wake(vcpu, 0))).toEqual([0, 0, 0]);
    expect(scheduler.candidates(0, 0)).toEqual([0, 1, 2]);
    expect(scheduler.run(0, 1, 5)).toBe(5);
    expect(scheduler.candidates(1, 5)).toEqual([0, 2]);
    scheduler.run(1, 2, 5);
    scheduler.run(0, 0, 5);
    expect([0, 1].map((core) => scheduler.candidates(core, 5))).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(() => scheduler.run(0, 2, 5)).toThrow(RangeError);
    expect(scheduler.sleep(0, 6)).toBe(0);
    expect([scheduler.runningOn(0), scheduler.retire(0, 6)]).toEqual([NONE, NONE]);
  });
});

test.each([
  ["credit2", (cores: number, vcpus: number) => credit2(Array<number>(vcpus).fill(W), cores)],
  ["null", (cores: number, vcpus: number) => createNullScheduler({ cores, vcpus })],
  ["adversarial", (cores: number, vcpus: number) => createAdversarialScheduler({ cores, vcpus })],
])("%s: nobody runs on two cores, or asleep, and what is offered can be run", (_name, create) => {
  const call = fc.record({
    name: fc.constantFrom("wake", "sleep", "decide", "decide"),
    vcpu: fc.nat(3),
    core: fc.nat(1),
    pause: fc.nat(3 * MS),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      const scheduler = create(2, 4);
      let now = 0;
      for (const { name, vcpu, core, pause } of calls) {
        now += pause;
        if (name === "wake") scheduler.wake(vcpu, now);
        else if (name === "sleep") scheduler.sleep(vcpu, now);
        else {
          const candidates = scheduler.candidates(core, now);
          const pick = candidates[vcpu % candidates.length] ?? NONE;
          expect(scheduler.run(core, pick, now)).toBeGreaterThanOrEqual(now);
          expect(scheduler.runningOn(core)).toBe(pick);
        }
        const running = [0, 1].map((one) => scheduler.runningOn(one)).filter((one) => one >= 0);
        expect(new Set(running).size).toBe(running.length);
        expect(running.every((one) => scheduler.isRunnable(one))).toBe(true);
      }
    }),
  );
});
