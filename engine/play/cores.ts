/**
 * Who may use a core: each does one step at a time, and where several domains share one, a
 * scheduler says whose virtual CPU runs there.
 *
 *     actor ── virtual CPU: its domain on its core ── scheduler of the core
 *
 *     asleep ──an actor's turn comes──► runnable ──chosen──► running: its actors take their steps
 *        ▲                                 ▲  └─ actors wait ─┘   │
 *        └──────── nothing to do soon ─────┴─── another chosen ───┘
 *
 * A virtual CPU stays on the core on which its instances are, so each core has a scheduler of its
 * own. One is at work as long as an actor of it has a turn soon, which is what a program's next
 * step takes at most. Who waits does not draw anew: it acts as soon as its virtual CPU runs.
 *
 * `null` knows no virtual CPUs: whoever has something to do, as soon as the core is free. Store
 * buffers drain by themselves under each of them: an exit of a virtual machine drains them, but
 * waiting for that is never later than what memory does on its own.
 */
import type { Scheduler } from "../../spec/deployment.ts";
import { createCredit2, DEFAULT_WEIGHT } from "../hypervisor/credit2.ts";
import {
  createAdversarialScheduler,
  NONE,
  type VcpuScheduler,
} from "../hypervisor/vcpu-scheduler.ts";
import type { Random } from "../schedule/random.ts";
import type { Agenda } from "./agenda.ts";
import { BUSY, STEP, VM_SWITCH } from "./latencies.ts";
import type { Home, Turn } from "./playing.ts";

export interface Cores {
  /** May the actor take its step now? If not, it is given a turn at the time at which it may. */
  admits(actor: number): boolean;
  /** It takes a step now. */
  occupy(actor: number): void;
  /** What it does in this turn is over, and all turns that follow from it are given. */
  settle(actor: number): void;
}

export interface CoresOptions {
  readonly scheduler: Scheduler;
  /** By actor. */
  readonly homes: readonly Home[];
  readonly agenda: Agenda;
  readonly random: Random;
  /** By actor, as they are now. */
  readonly turns: readonly Turn[];
  readonly give: (actor: number, turn: Turn) => void;
  /** It has a turn some time, and wants no other before. */
  readonly hold: (actor: number, turn: Turn) => void;
}

export function createCores(options: CoresOptions): Cores {
  return options.scheduler === "null" ? unscheduled(options) : scheduled(options);
}

function unscheduled({ homes, agenda, give }: CoresOptions): Cores {
  const free = new Map<number, number>();
  return {
    admits(actor) {
      const time = free.get(homes[actor]?.core ?? -1) ?? 0;
      if (time <= agenda.now) return true;
      give(actor, { time, earliest: time });
      return false;
    },
    occupy(actor) {
      const core = homes[actor]?.core;
      if (core !== undefined) free.set(core, agenda.now + BUSY);
    },
    settle: () => undefined,
  };
}

// ---------------------------------------------------------------------------- virtual CPUs

interface Core {
  readonly scheduler: VcpuScheduler;
  readonly vcpus: readonly Vcpu[];
  /** When the step that it does is over. */
  free: number;
  /** The virtual CPU that ran last. */
  last: number;
  /** When it decides again, if somebody waits. */
  deadline: number;
  /** Is it going to decide then? */
  isSet: boolean;
}

interface Vcpu {
  readonly actors: readonly number[];
  /** Nanoseconds within which the next step of a program comes. */
  readonly soon: number;
  /** Actors whose turn has come. */
  waiting: number[];
}

interface Place {
  readonly core: Core;
  /** Its number on this core. */
  readonly vcpu: number;
}

function scheduled(options: CoresOptions): Cores {
  const { agenda } = options;
  const places = placesOf(options);
  return {
    admits(actor) {
      const place = places[actor];
      if (place === undefined) return true;
      const { core, vcpu } = place;
      const { scheduler } = core;
      const told = scheduler.wake(vcpu, agenda.now);
      const isFree = scheduler.runningOn(0) === NONE;
      if (told !== NONE || isFree || options.scheduler === "adversarial") decide(options, core);
      if (scheduler.runningOn(0) !== vcpu) {
        wait(options, core, vcpu, actor);
        return false;
      }
      if (core.free <= agenda.now) return true;
      options.give(actor, { time: core.free, earliest: core.free });
      return false;
    },
    occupy(actor) {
      const { core } = places[actor] ?? {};
      if (core !== undefined) core.free = agenda.now + BUSY;
    },
    settle(actor) {
      const place = places[actor];
      if (place !== undefined) settle(options, place);
    },
  };
}

/** A virtual CPU for each domain on each core. */
function placesOf({ homes, scheduler }: CoresOptions): readonly (Place | undefined)[] {
  const domains = new Map<number, Map<string | undefined, number[]>>();
  for (const [actor, { core, domain }] of homes.entries()) {
    if (core === undefined) continue;
    const here = domains.get(core) ?? new Map<string | undefined, number[]>();
    domains.set(core, here);
    here.set(domain, [...(here.get(domain) ?? []), actor]);
  }
  const places: (Place | undefined)[] = homes.map(() => undefined);
  for (const here of domains.values()) {
    const vcpus = [...here.values()].map((actors): Vcpu => {
      const pace = Math.max(...actors.map((actor) => homes[actor]?.pace ?? 1));
      return { actors, soon: STEP.most * pace, waiting: [] };
    });
    const weights = vcpus.map(() => DEFAULT_WEIGHT);
    const core: Core = {
      scheduler:
        scheduler === "credit2"
          ? createCredit2({ cores: 1, weights })
          : createAdversarialScheduler({ cores: 1, vcpus: vcpus.length }),
      vcpus,
      free: 0,
      last: NONE,
      deadline: Number.POSITIVE_INFINITY,
      isSet: false,
    };
    for (const [vcpu, { actors }] of vcpus.entries()) {
      for (const actor of actors) places[actor] = { core, vcpu };
    }
  }
  return places;
}

/** Puts a virtual CPU on the core, whose actors then go on. */
function decide({ agenda, random, scheduler, give }: CoresOptions, core: Core): void {
  const candidates = core.scheduler.candidates(0, agenda.now);
  const chosen = candidates[random.below(candidates.length)] ?? NONE;
  const deadline = core.scheduler.run(0, chosen, agenda.now);
  // The adversary may decide at any moment: it does whenever somebody acts.
  core.deadline = scheduler === "credit2" ? deadline : Number.POSITIVE_INFINITY;
  const vcpu = core.vcpus[chosen];
  if (vcpu === undefined) return;
  if (chosen !== core.last) {
    if (core.last !== NONE) core.free = Math.max(core.free, agenda.now) + VM_SWITCH;
    core.last = chosen;
  }
  const time = Math.max(core.free, agenda.now);
  const going = vcpu.waiting;
  vcpu.waiting = [];
  for (const actor of going) give(actor, { time, earliest: time });
}

function wait(options: CoresOptions, core: Core, vcpu: number, actor: number): void {
  core.vcpus[vcpu]?.waiting.push(actor);
  options.hold(actor, { time: Number.POSITIVE_INFINITY, earliest: options.agenda.now });
  setTimer(options, core);
}

/** As long as anybody waits, the core decides again when the scheduler says so. */
function setTimer(options: CoresOptions, core: Core): void {
  const { agenda } = options;
  if (core.isSet || core.deadline === Number.POSITIVE_INFINITY) return;
  core.isSet = true;
  agenda.later(Math.max(core.deadline, agenda.now), () => {
    core.isSet = false;
    decide(options, core);
    if (core.vcpus.some(({ waiting }) => waiting.length > 0)) setTimer(options, core);
  });
}

/** A virtual CPU that has nothing to do soon sleeps, and another may run. */
function settle(options: CoresOptions, { core, vcpu }: Place): void {
  const { agenda, turns } = options;
  const { scheduler } = core;
  if (scheduler.runningOn(0) !== vcpu) return;
  const { actors, waiting, soon } = core.vcpus[vcpu] ?? { actors: [], waiting: [], soon: 0 };
  const until = Math.max(agenda.now, core.free) + soon;
  const isAtWork = actors.some((actor) => (turns[actor]?.time ?? Infinity) <= until);
  if (isAtWork || waiting.length > 0) return;
  scheduler.sleep(vcpu, agenda.now);
  decide(options, core);
}
