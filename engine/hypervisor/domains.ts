/**
 * The life of domains, and the order in which one is destroyed.
 *
 *     absent ──create──► alive ──destroy──► dying ──steps──► dead
 *                          │                                  └─ zombie while a page is mapped
 *                          └─shutdown(reason): paused, keeps everything until it is destroyed
 *
 *     at once      pause its vCPUs │ mark dying │ close its ports │ release what it has mapped
 *     restartable  release devices │ tear down paging │ give back memory │ mark dead, tell Dom0
 *     cells        of each domain  life │ shutdown reason + 1 │ next step
 *                  of each frame   owner + 1
 *
 * The order matters: a mapper that still runs must not lose its pins, and a device that can still
 * write must not outlive the memory. The first four steps are one hypercall; between the others
 * minutes can pass. Another order can be given, to see what it breaks.
 *
 * Ids are given out in ascending order and never again, so a restarted server has a new one.
 * Sources: Xen common/domain.c (domain_kill), arch/x86/domain.c (relinquish resources).
 */
import type { EventChannels } from "./event-channels.ts";
import type { Grants } from "./grants.ts";
import type { Iommu } from "./iommu.ts";
import { EINVAL, ENOMEM, OK } from "./status.ts";

export const ABSENT = 0;
export const ALIVE = 1;
export const DYING = 2;
export const DEAD = 3;

/** Reasons of a shutdown, with the numbers of Xen's public/sched.h. */
export const Shutdown = { poweroff: 0, reboot: 1, suspend: 2, crash: 3 };
/** VIRQ by which Dom0 hears that a domain has been shut down or is dead. */
export const VIRQ_DOMAIN_EXCEPTION = 3;

export type Teardown =
  | "pause"
  | "mark dying"
  | "close ports"
  | "release grants"
  | "release devices"
  | "tear down paging"
  | "give back memory"
  | "mark dead";

/** Xen's order. */
export const TEARDOWN: readonly Teardown[] = [
  "pause",
  "mark dying",
  "close ports",
  "release grants",
  "release devices",
  "tear down paging",
  "give back memory",
  "mark dead",
];
/** Steps of the first hypercall. */
const AT_ONCE = 4;

export interface DomainShape {
  /** Domains that there can ever be; 0 is Dom0. */
  readonly domains: number;
  readonly frames: number;
}

/** What a domain holds resources of. `core` is the one on which Xen tears down. */
export interface DomainParts {
  readonly channels: EventChannels;
  readonly grants: Grants;
  readonly iommu: Iommu;
  readonly core: number;
}

export interface Domains {
  readonly shape: DomainShape;
  /** The whole state; the array is its own. */
  readonly cells: Int32Array;
  /** The new domain's id, or ENOMEM when ids have run out. */
  create(): number;
  /** Gives a free frame to a living domain; the frame, EINVAL or ENOMEM. */
  allocate(domain: number): number;
  /** The guest stops: paused, with all its resources. Dom0 hears of it. EINVAL unless alive. */
  shutdown(domain: number, reason: number): number;
  /** All the steps that Xen takes at once. EINVAL unless the domain is alive, and for Dom0. */
  destroy(domain: number): number;
  /** One step of a destruction, from the first on; gives which, or undefined after the last. */
  step(domain: number): Teardown | undefined;
  /** Gives back pages of dead domains that nobody maps any more; gives how many. */
  collect(): number;
  lifeOf(domain: number): number;
  /** Why it was shut down, if it was. */
  reasonOf(domain: number): number | undefined;
  /** May its vCPUs run? */
  mayRun(domain: number): boolean;
  /** Dead, but with pages that somebody else maps. */
  isZombie(domain: number): boolean;
  /** Who owns a frame; undefined when it is free. */
  ownerOf(frame: number): number | undefined;
}

const LIFE = 0;
const REASON = 1;
const NEXT = 2;
const DOMAIN_CELLS = 3;

/** Cells that domains of this shape take. */
export function domainCellsOf({ domains, frames }: DomainShape): number {
  return domains * DOMAIN_CELLS + frames;
}

interface State {
  readonly shape: DomainShape;
  readonly parts: DomainParts;
  readonly order: readonly Teardown[];
  readonly cells: Int32Array;
  /** For each frame, owner + 1. */
  readonly frames: Int32Array;
}

/** Only Dom0 is there. `order` has the same steps as `TEARDOWN`. */
export function createDomains(
  shape: DomainShape,
  parts: DomainParts,
  order: readonly Teardown[] = TEARDOWN,
  cells: Int32Array = new Int32Array(domainCellsOf(shape)),
): Domains {
  const frames = cells.subarray(shape.domains * DOMAIN_CELLS, domainCellsOf(shape));
  const state: State = { shape, parts, order, cells, frames };
  const lifeOf = (domain: number): number => get(state, domain, LIFE);
  const ids = Array.from({ length: shape.domains }, (_, id) => id);
  set(state, 0, LIFE, ALIVE);
  return {
    shape,
    cells,
    create() {
      const domain = ids.find((id) => lifeOf(id) === ABSENT);
      if (domain === undefined) return ENOMEM;
      set(state, domain, LIFE, ALIVE);
      return domain;
    },
    allocate(domain) {
      if (lifeOf(domain) !== ALIVE) return EINVAL;
      const frame = frames.indexOf(0);
      if (frame < 0) return ENOMEM;
      frames[frame] = domain + 1;
      return frame;
    },
    shutdown(domain, reason) {
      if (lifeOf(domain) !== ALIVE) return EINVAL;
      set(state, domain, REASON, reason + 1);
      parts.channels.raiseVirq(0, VIRQ_DOMAIN_EXCEPTION);
      return OK;
    },
    destroy(domain) {
      if (domain === 0 || lifeOf(domain) !== ALIVE || get(state, domain, NEXT) > 0) return EINVAL;
      for (let count = 0; count < AT_ONCE; count++) stepOf(state, domain);
      return OK;
    },
    step: (domain) => stepOf(state, domain),
    collect: () =>
      ids
        .filter((domain) => lifeOf(domain) === DEAD)
        .reduce((count, domain) => count + giveBack(state, domain), 0),
    lifeOf,
    reasonOf(domain) {
      const reason = get(state, domain, REASON) - 1;
      return reason < 0 ? undefined : reason;
    },
    mayRun(domain) {
      const isThere = lifeOf(domain) === ALIVE || lifeOf(domain) === DYING;
      const isPaused = get(state, domain, NEXT) > order.indexOf("pause");
      return isThere && !isPaused && get(state, domain, REASON) === 0;
    },
    isZombie: (domain) => lifeOf(domain) === DEAD && frames.includes(domain + 1),
    ownerOf: (frame) => (frames[frame] === 0 ? undefined : (frames[frame] ?? 0) - 1),
  };
}

function get({ shape, cells }: State, domain: number, offset: number): number {
  return domain >= 0 && domain < shape.domains ? (cells[domain * DOMAIN_CELLS + offset] ?? 0) : 0;
}

function set({ cells }: State, domain: number, offset: number, value: number): void {
  cells[domain * DOMAIN_CELLS + offset] = value;
}

function stepOf(state: State, domain: number): Teardown | undefined {
  const next = get(state, domain, NEXT);
  const step = state.order[next];
  if (step === undefined || domain === 0 || get(state, domain, LIFE) === ABSENT) return undefined;
  // That it has been paused is told by how far its destruction is.
  set(state, domain, NEXT, next + 1);
  if (step === "mark dying") set(state, domain, LIFE, DYING);
  else if (step === "give back memory") giveBack(state, domain);
  else if (step === "mark dead") {
    set(state, domain, LIFE, DEAD);
    state.parts.channels.raiseVirq(0, VIRQ_DOMAIN_EXCEPTION);
  } else release(state.parts, domain, step);
  return step;
}

/** Frees the frames of a domain that nobody maps; gives how many. */
function giveBack({ parts, frames }: State, domain: number): number {
  let count = 0;
  for (const [frame, owner] of frames.entries()) {
    if (owner !== domain + 1 || parts.grants.isPinned(domain, frame)) continue;
    frames[frame] = 0;
    count++;
  }
  return count;
}

function release({ channels, grants, iommu, core }: DomainParts, domain: number, step: Teardown) {
  if (step === "close ports") channels.destroy(domain);
  if (step === "release grants") grants.releaseMappings(core, domain);
  if (step === "tear down paging") iommu.clear(domain);
  if (step !== "release devices") return;
  for (let requester = 0; requester < iommu.shape.requesters; requester++) {
    if (iommu.ownerOf(requester) === domain) iommu.release(requester);
  }
}
