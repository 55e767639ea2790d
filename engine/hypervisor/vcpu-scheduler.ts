/**
 * Schedulers of vCPUs on cores: one face, of which credit2 is one (credit2.ts), and two here.
 *
 *     wake, sleep, retire ──which core should decide──► candidates(core) ──one of them──► run
 *
 * A scheduler that decides by itself has one candidate; the adversarial one leaves the decision to
 * whoever explores: any runnable vCPU, at any moment. vCPUs of all domains are numbered through.
 *
 *     cells of the two   of each vCPU  runnable │ core + 1 (null: where it lives; -1: gone)
 *                        of each core  vCPU + 1
 *
 * Sources: Xen common/sched/null.c.
 */

/** No vCPU: the core is idle. No core: nobody needs to decide. */
export const NONE: number = -1;

export interface VcpuScheduler {
  readonly name: string;
  /** The whole state; the array is its own. Times are nanoseconds, which need 53 bits. */
  readonly cells: Float64Array;
  /** Who may run on this core from now on: at least one, `NONE` when nobody may. */
  candidates(core: number, now: number): readonly number[];
  /**
   * Puts a candidate on a core; RangeError for any other. Gives the time at which the core decides
   * again unless it is told to earlier.
   */
  run(core: number, vcpu: number, now: number): number;
  /** A vCPU can run. Gives the core that should decide now (an IPI goes there), or `NONE`. */
  wake(vcpu: number, now: number): number;
  /** A vCPU blocks, or is paused. Gives the core that it leaves, or `NONE`. */
  sleep(vcpu: number, now: number): number;
  /** A vCPU is no more. Gives the core that should decide now, or `NONE`. */
  retire(vcpu: number, now: number): number;
  runningOn(core: number): number;
  isRunnable(vcpu: number): boolean;
}

export interface SchedulerShape {
  readonly cores: number;
  readonly vcpus: number;
}

/** Cells that the two schedulers of this file take. */
export function schedulerCellsOf({ cores, vcpus }: SchedulerShape): number {
  return 2 * vcpus + cores;
}

/**
 * One vCPU to a core, in the order in which they are numbered; it stays there. Those that find no
 * core wait until another is retired.
 */
export function createNullScheduler(
  shape: SchedulerShape,
  cells: Float64Array = new Float64Array(schedulerCellsOf(shape)),
): VcpuScheduler {
  const { cores, vcpus } = shape;
  const homeOf = (vcpu: number): number => Math.max(NONE, (cells[2 * vcpu + 1] ?? 0) - 1);
  const isRunnable = (vcpu: number): boolean => cells[2 * vcpu] === 1;
  const residentOf = (core: number): number =>
    numbers(vcpus).find((vcpu) => homeOf(vcpu) === core) ?? NONE;
  for (const vcpu of numbers(Math.min(cores, vcpus))) cells[2 * vcpu + 1] = vcpu + 1;
  const candidate = (core: number): number => {
    const vcpu = residentOf(core);
    return vcpu !== NONE && isRunnable(vcpu) ? vcpu : NONE;
  };
  return {
    name: "null",
    cells,
    candidates: (core) => [candidate(core)],
    run(core, vcpu) {
      if (candidate(core) !== vcpu) throw new RangeError(`${vcpu} may not run on core ${core}`);
      cells[2 * vcpus + core] = vcpu + 1;
      return Number.POSITIVE_INFINITY;
    },
    wake(vcpu) {
      const was = isRunnable(vcpu);
      cells[2 * vcpu] = 1;
      return was ? NONE : homeOf(vcpu);
    },
    sleep(vcpu) {
      cells[2 * vcpu] = 0;
      return takeOff(shape, cells, vcpu);
    },
    retire(vcpu) {
      const home = homeOf(vcpu);
      takeOff(shape, cells, vcpu);
      cells.set([0, GONE], 2 * vcpu);
      if (home === NONE) return NONE;
      const next = numbers(vcpus).find((one) => cells[2 * one + 1] === 0);
      if (next === undefined) return home;
      cells[2 * next + 1] = home + 1;
      return home;
    },
    runningOn: (core) => (cells[2 * vcpus + core] ?? 0) - 1,
    isRunnable,
  };
}

/** In place of a home, of a vCPU that is no more; unlike 0 it is not waiting for one. */
const GONE = -1;

/** Any runnable vCPU may run on any core, and may be replaced at any moment. */
export function createAdversarialScheduler(
  shape: SchedulerShape,
  cells: Float64Array = new Float64Array(schedulerCellsOf(shape)),
): VcpuScheduler {
  const { cores, vcpus } = shape;
  const isRunnable = (vcpu: number): boolean => cells[2 * vcpu] === 1;
  const candidates = (core: number): readonly number[] => {
    const free = numbers(vcpus).filter(
      (vcpu) => isRunnable(vcpu) && [0, core + 1].includes(cells[2 * vcpu + 1] ?? 0),
    );
    return free.length === 0 ? [NONE] : free;
  };
  const leave = (vcpu: number): number => {
    cells.set([0, 0], 2 * vcpu);
    return takeOff(shape, cells, vcpu);
  };
  return {
    name: "adversarial",
    cells,
    candidates,
    run(core, vcpu, now) {
      if (!candidates(core).includes(vcpu)) throw new RangeError(`${vcpu} may not run on ${core}`);
      const before = (cells[2 * vcpus + core] ?? 0) - 1;
      if (before !== NONE) cells[2 * before + 1] = 0;
      cells[2 * vcpus + core] = vcpu + 1;
      if (vcpu !== NONE) cells[2 * vcpu + 1] = core + 1;
      return vcpu === NONE ? Number.POSITIVE_INFINITY : now;
    },
    wake(vcpu) {
      const was = isRunnable(vcpu);
      cells[2 * vcpu] = 1;
      const idle = numbers(cores).find((core) => cells[2 * vcpus + core] === 0);
      return was ? NONE : (idle ?? NONE);
    },
    sleep: leave,
    retire: leave,
    runningOn: (core) => (cells[2 * vcpus + core] ?? 0) - 1,
    isRunnable,
  };
}

/** Takes a vCPU off the core on which it runs; gives the core. */
function takeOff({ cores, vcpus }: SchedulerShape, cells: Float64Array, vcpu: number): number {
  const core = numbers(cores).find((one) => cells[2 * vcpus + one] === vcpu + 1);
  if (core === undefined) return NONE;
  cells[2 * vcpus + core] = 0;
  return core;
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
