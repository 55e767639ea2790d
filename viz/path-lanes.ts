/**
 * Lanes of a path: who has a lifeline, and in which mode it is from which step on.
 *
 *     server   app[Client1]   app[Client2]       ring   prod buffer   prod   cons buffer   cons
 *
 * Every instance has a lane, in the order of the text. Under a store-buffer memory each thread's
 * buffer has a lane beside it; variables and interrupt lines of the system itself get one lane
 * each. Where domains are known, their lanes stand side by side, in the order of the domains.
 */
import type { PlayedDomain } from "../checker/verdict.ts";
import type { Model, Value } from "../spec/model.ts";
import type { Lane, LaneMode } from "./document.ts";

/** The palette of a page has this many colours. */
export const COLOUR_COUNT = 8;

/** The lanes, and which lane a slot or an instance belongs to. */
export interface LanePlan {
  readonly lanes: readonly Lane[];
  readonly ofInstance: ReadonlyMap<number, number>;
  /** Lane of the part of the system that a slot belongs to; channels and counters have none. */
  readonly ofSlot: ReadonlyMap<number, number>;
}

/** Plans the lanes of a Model. */
export function planLanes(model: Model, domains: readonly PlayedDomain[] = []): LanePlan {
  const lanes: Lane[] = [];
  const ofInstance = new Map<number, number>();
  const ofSlot = new Map<number, number>();
  for (const { index, domain } of inDomains(model, domains)) {
    const instance = model.instances[index];
    if (instance === undefined) continue;
    const colour = index % COLOUR_COUNT;
    const within = domain === undefined ? {} : { domain };
    model.slots.forEach((slot, slotIndex) => {
      if (slot.role.role === "buffer" && slot.role.instance === index) {
        ofSlot.set(slotIndex, lanes.length);
        lanes.push({ name: slot.name, kind: "buffer", colour, ...within });
      }
    });
    ofInstance.set(index, lanes.length);
    lanes.push({ name: instance.name, kind: instance.kind, colour, ...within });
  }
  let memory: number | undefined;
  model.slots.forEach((slot, index) => {
    const { role } = slot;
    if (role.role === "mode" || role.role === "timer") {
      setIfDefined(ofSlot, index, ofInstance.get(role.instance));
    } else if (role.role === "variable" || role.role === "pending" || role.role === "masked") {
      if (role.instance !== undefined) {
        setIfDefined(ofSlot, index, ofInstance.get(role.instance));
      } else if (role.role === "variable") {
        memory ??= addLane(lanes, { name: "system", kind: "memory", colour: 0 });
        ofSlot.set(index, memory);
      } else if (role.role === "pending") {
        ofSlot.set(index, addLane(lanes, { name: slot.name, kind: "interrupt", colour: 0 }));
      }
    }
  });
  return { lanes, ofInstance, ofSlot };
}

interface Placed {
  readonly index: number;
  readonly domain: string | undefined;
}

/** Every instance once: domain by domain, then what is in none. */
function inDomains({ instances }: Model, domains: readonly PlayedDomain[]): readonly Placed[] {
  const placed = domains.flatMap(({ name: domain, instances: members }) =>
    members.map((index): Placed => ({ index, domain })),
  );
  const known = new Set(placed.map(({ index }) => index));
  const rest = instances.flatMap((_, index) => (known.has(index) ? [] : [index]));
  return [...placed, ...rest.map((index): Placed => ({ index, domain: undefined }))];
}

function addLane(lanes: Lane[], lane: Omit<Lane, "colour"> & { colour: number }): number {
  lanes.push({ ...lane, colour: lanes.length % COLOUR_COUNT });
  return lanes.length - 1;
}

function setIfDefined(map: Map<number, number>, key: number, value: number | undefined): void {
  if (value !== undefined) {
    map.set(key, value);
  }
}

/** The modes of each lane, one entry per change. `first` is the number of the first state. */
export function laneModes(
  model: Model,
  plan: LanePlan,
  states: readonly (readonly Value[])[],
  first: number,
): readonly LaneMode[] {
  const modes: LaneMode[] = [];
  model.instances.forEach((instance, index) => {
    const lane = plan.ofInstance.get(index);
    let last: string | undefined;
    states.forEach((state, offset) => {
      const text = modeText(model, instance.regions, state);
      if (lane !== undefined && text !== last) {
        modes.push({ lane, step: first + offset, text, down: false });
        last = text;
      }
    });
  });
  return modes;
}

function modeText(model: Model, regions: readonly number[], state: readonly Value[]): string {
  const texts: string[] = [];
  for (const region of regions) {
    const type = model.slots[region]?.type;
    const leaf = state[region];
    if (type?.kind === "mode" && typeof leaf === "number") {
      texts.push(type.leaves[leaf] ?? `mode ${leaf}`);
    }
  }
  return texts.join(" · ");
}
