/**
 * A scheduler like Xen's credit2: who has the most credit runs, and running costs credit.
 *
 *     credit   10.5 ms ┬─ most that is kept over a reset
 *                10 ms ┼─ at the start
 *                    0 ┴─ when the next to run is here, everyone gets 10 ms more
 *
 *     cells    of each vCPU  runnable │ core + 1 │ last core + 1 │ credit │ charged until │
 *                            on its core since │ rest of the last charge
 *              of each core  vCPU + 1
 *
 * A nanosecond costs one of credit at the highest weight, more at lower ones. A vCPU that has run
 * for less than the rate limit is not replaced. One that waits moves to a core on which it has not
 * run last only when it is ahead by the resistance to migration.
 *
 * Source: Xen common/sched/credit2.c. Simplified: one run queue for all cores, no caps, no load
 * balancing, no yield; of equal credits the lower number goes first, where Xen goes by arrival.
 */
import { NONE, type VcpuScheduler } from "./vcpu-scheduler.ts";

const MICROSECOND = 1000;
export const DEFAULT_WEIGHT = 256;
/** Nanoseconds, as all times here. */
export const CREDIT_START: number = 10_000 * MICROSECOND;
export const CARRY_OVER_MAX: number = 500 * MICROSECOND;
/** A core decides again after at least and at most this time. */
export const TIMER_MIN: number = 500 * MICROSECOND;
export const TIMER_MAX: number = 10_000 * MICROSECOND;
export const MIGRATION_RESISTANCE: number = 500 * MICROSECOND;
export const RATE_LIMIT: number = 1000 * MICROSECOND;

export interface Credit2Shape {
  readonly cores: number;
  /** Of each vCPU; 256 by default in Xen. */
  readonly weights: readonly number[];
  /** Shortest time for which a vCPU runs; 0 turns the limit off. */
  readonly rateLimit?: number;
}

export interface Credit2 extends VcpuScheduler {
  /** Credit that a vCPU has now, after what it has used is taken off. */
  creditOf(vcpu: number, now: number): number;
}

const RUNNABLE = 0;
const CORE = 1;
const LAST = 2;
const CREDIT = 3;
const CHARGED = 4;
const SINCE = 5;
const REST = 6;
const VCPU_CELLS = 7;

export function credit2CellsOf({ cores, weights }: Credit2Shape): number {
  return weights.length * VCPU_CELLS + cores;
}

interface State {
  readonly cores: number;
  readonly weights: readonly number[];
  readonly weightMax: number;
  readonly rateLimit: number;
  readonly cells: Float64Array;
}

/** All vCPUs sleep, with the credit of the start. */
export function createCredit2(
  shape: Credit2Shape,
  cells: Float64Array = new Float64Array(credit2CellsOf(shape)),
): Credit2 {
  const { cores, weights, rateLimit = RATE_LIMIT } = shape;
  const state: State = { cores, weights, weightMax: Math.max(...weights), rateLimit, cells };
  for (const vcpu of weights.keys()) set(state, vcpu, CREDIT, CREDIT_START);
  const sleep = (vcpu: number, now: number): number => {
    charge(state, vcpu, now);
    const core = get(state, vcpu, CORE) - 1;
    set(state, vcpu, RUNNABLE, 0);
    set(state, vcpu, CORE, 0);
    if (core !== NONE) put(state, core, NONE);
    return core;
  };
  return {
    name: "credit2",
    cells,
    candidates: (core, now) => [candidate(state, core, now)],
    run(core, vcpu, now) {
      if (candidate(state, core, now) !== vcpu) {
        throw new RangeError(`${vcpu} may not run on core ${core}`);
      }
      return run(state, core, vcpu, now);
    },
    wake(vcpu, now) {
      if (get(state, vcpu, RUNNABLE) === 1) return NONE;
      set(state, vcpu, RUNNABLE, 1);
      set(state, vcpu, CHARGED, now);
      return coreToTickle(state, vcpu, now);
    },
    sleep,
    retire: sleep,
    runningOn: (core) => runningOn(state, core),
    isRunnable: (vcpu) => get(state, vcpu, RUNNABLE) === 1,
    creditOf: (vcpu, now) => get(state, vcpu, CREDIT) - used(state, vcpu, now).credit,
  };
}

function get({ cells }: State, vcpu: number, offset: number): number {
  return cells[vcpu * VCPU_CELLS + offset] ?? 0;
}

function set({ cells }: State, vcpu: number, offset: number, value: number): void {
  cells[vcpu * VCPU_CELLS + offset] = value;
}

function runningOn({ weights, cells }: State, core: number): number {
  return (cells[weights.length * VCPU_CELLS + core] ?? 0) - 1;
}

function put({ weights, cells }: State, core: number, vcpu: number): void {
  cells[weights.length * VCPU_CELLS + core] = vcpu + 1;
}

/** What a vCPU owes for the time since it was charged last; the rest is owed later. */
function used(state: State, vcpu: number, now: number) {
  if (get(state, vcpu, CORE) === 0) return { credit: 0, rest: get(state, vcpu, REST) };
  const weight = state.weights[vcpu] ?? DEFAULT_WEIGHT;
  const owed = (now - get(state, vcpu, CHARGED)) * state.weightMax + get(state, vcpu, REST);
  return { credit: Math.floor(owed / weight), rest: owed % weight };
}

function charge(state: State, vcpu: number, now: number): void {
  const { credit, rest } = used(state, vcpu, now);
  set(state, vcpu, CREDIT, get(state, vcpu, CREDIT) - credit);
  set(state, vcpu, REST, rest);
  set(state, vcpu, CHARGED, now);
}

/** Those that wait for a core, those with the most credit first. */
function waiting(state: State): readonly number[] {
  return [...state.weights.keys()]
    .filter((vcpu) => get(state, vcpu, RUNNABLE) === 1 && get(state, vcpu, CORE) === 0)
    .toSorted((a, b) => get(state, b, CREDIT) - get(state, a, CREDIT) || a - b);
}

function candidate(state: State, core: number, now: number): number {
  const current = runningOn(state, core);
  if (current !== NONE && now - get(state, current, SINCE) < state.rateLimit) return current;
  const own =
    current === NONE
      ? Number.NEGATIVE_INFINITY
      : get(state, current, CREDIT) - used(state, current, now).credit;
  const next = waiting(state).find((vcpu) => {
    const last = get(state, vcpu, LAST) - 1;
    const ahead = get(state, vcpu, CREDIT) - own;
    return ahead > 0 && (last === NONE || last === core || ahead >= MIGRATION_RESISTANCE);
  });
  return next ?? current;
}

function run(state: State, core: number, vcpu: number, now: number): number {
  const before = runningOn(state, core);
  if (before !== NONE) charge(state, before, now);
  if (vcpu === NONE) return now + TIMER_MAX;
  if (before !== vcpu) {
    if (before !== NONE) set(state, before, CORE, 0);
    set(state, vcpu, CORE, core + 1);
    set(state, vcpu, LAST, core + 1);
    set(state, vcpu, CHARGED, now);
    set(state, vcpu, SINCE, now);
    put(state, core, vcpu);
  }
  if (get(state, vcpu, CREDIT) <= 0) reset(state, vcpu, now);
  return now + timeFor(state, vcpu, now);
}

/** Everyone gets more, as often as it takes for the next to be above 0; what is over is cut. */
function reset(state: State, next: number, now: number): void {
  const debt = -get(state, next, CREDIT);
  const times = 1 + (debt > CREDIT_START ? Math.floor(debt / CREDIT_START) : 0);
  for (const vcpu of state.weights.keys()) {
    if (get(state, vcpu, CORE) !== 0) charge(state, vcpu, now);
    const credit = get(state, vcpu, CREDIT) + times * CREDIT_START;
    set(state, vcpu, CREDIT, Math.min(credit, CREDIT_START + CARRY_OVER_MAX));
  }
}

/** Until its credit is that of the first who waits, or 0; within the limits. */
function timeFor(state: State, vcpu: number, now: number): number {
  const [first] = waiting(state);
  const other = first === undefined ? 0 : Math.max(0, get(state, first, CREDIT));
  const credit = get(state, vcpu, CREDIT) - other;
  const weight = state.weights[vcpu] ?? DEFAULT_WEIGHT;
  const time = Math.floor((Math.max(0, credit) * weight) / state.weightMax);
  const rest = get(state, vcpu, SINCE) + state.rateLimit - now;
  return Math.min(TIMER_MAX, Math.max(time, TIMER_MIN, rest));
}

/** The core that is idle, its last one before others; else that of who has the least credit. */
function coreToTickle(state: State, vcpu: number, now: number): number {
  const cores = Array.from({ length: state.cores }, (_, core) => core);
  const last = get(state, vcpu, LAST) - 1;
  if (last !== NONE && runningOn(state, last) === NONE) return last;
  const idle = cores.find((core) => runningOn(state, core) === NONE);
  if (idle !== undefined) return idle;
  const creditOn = (core: number): number => {
    const running = runningOn(state, core);
    return get(state, running, CREDIT) - used(state, running, now).credit;
  };
  const [poorest] = cores
    .filter((core) => candidate(state, core, now) !== runningOn(state, core))
    .toSorted((a, b) => creditOn(a) - creditOn(b) || a - b);
  return poorest ?? NONE;
}
