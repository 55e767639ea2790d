/**
 * What each variable multiplies: the number of distinct states when it is projected away.
 *
 *     state     | a | b | c | d |            without c: distinct pairs of
 *     prefix of c └─────┘                      class of (a, b)  and  class of (d)
 *     suffix of c           └───┘
 *
 * Classes of prefixes and of suffixes are numbered from the classes one slot shorter, so each state
 * costs a few map look-ups per slot, and the answer is exact. Slots of one machine stand side by
 * side, which answers for a whole machine in the same way. Ghosts take no part: they do not tell
 * states apart. The rejected alternative, a text of the other slots as key, needs as many
 * characters per slot as a state has.
 */
import type { Model, Value } from "../../spec/model.ts";

/** A run of slots in the order of `columnsOf`, and what it is called. */
export interface Group {
  readonly name: string;
  /** Columns `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

export interface Columns {
  /** Slots in the order in which they are projected. */
  readonly slots: readonly number[];
  readonly groups: readonly Group[];
}

/** The slots that tell states apart: machine by machine, then channels, then what is left. */
export function columnsOf(model: Model): Columns {
  const owners = model.slots.map(({ role }) => {
    if (role.role === "channel") return "channels";
    if (role.role === "faults") return "fault budgets";
    const instance = role.instance === undefined ? undefined : model.instances[role.instance];
    return instance === undefined ? model.system : instance.machine;
  });
  const isGhost = (slot: number): boolean => {
    const role = model.slots[slot]?.role;
    return role?.role === "variable" && role.ghost;
  };
  const slots: number[] = [];
  const groups: Group[] = [];
  for (const name of new Set(owners)) {
    const own = owners.flatMap((owner, slot) => (owner === name && !isGhost(slot) ? [slot] : []));
    if (own.length === 0) continue;
    groups.push({ name, from: slots.length, to: slots.length + own.length });
    slots.push(...own);
  }
  return { slots, groups };
}

export interface Projections {
  readonly states: number;
  /** Per column: distinct values, and distinct states without it. */
  readonly values: readonly number[];
  readonly without: readonly number[];
  /** Per group: distinct states without all of its columns. */
  readonly withoutGroup: readonly number[];
}

/** Counts over `states` states; `pause` is called now and then, and may throw to end it. */
export async function project(
  columns: Columns,
  states: number,
  state: (id: number) => readonly Value[],
  pause: () => Promise<void>,
): Promise<Projections> {
  const width = columns.slots.length;
  const values = columns.slots.map(() => new Map<string, number>());
  const ranks = columns.slots.map(() => new Uint32Array(states));
  for (let id = 0; id < states; id++) {
    if (id % STATES_PER_PAUSE === 0) await pause();
    const vector = state(id);
    for (const [column, slot] of columns.slots.entries()) {
      const known = values[column];
      const ranked = ranks[column];
      if (known === undefined || ranked === undefined) continue;
      ranked[id] = numberIn(known, JSON.stringify(vector[slot] ?? null));
    }
  }
  // prefixes[c]: classes of the columns before c; suffixes[c]: of those from c on.
  const prefixes = [new Uint32Array(states)];
  for (let column = 0; column < width; column++) {
    await pause();
    prefixes.push(pairsOf(prefixes[column], ranks[column], states).classes);
  }
  const suffixes = [new Uint32Array(states)];
  for (let column = width - 1; column >= 0; column--) {
    await pause();
    suffixes.unshift(pairsOf(suffixes[0], ranks[column], states).classes);
  }
  const without = (from: number, to: number): number =>
    pairsOf(prefixes[from], suffixes[to], states).count;
  const each: number[] = [];
  for (let column = 0; column < width; column++) {
    await pause();
    each.push(without(column, column + 1));
  }
  return {
    states,
    values: values.map(({ size }) => size),
    without: each,
    withoutGroup: columns.groups.map(({ from, to }) => without(from, to)),
  };
}

const STATES_PER_PAUSE = 4096;
/** Above all classes: two class numbers make one number that is exact. */
const CLASS_RADIX = 2 ** 26;

function numberIn<K>(known: Map<K, number>, key: K): number {
  const number = known.get(key) ?? known.size;
  if (number === known.size) known.set(key, number);
  return number;
}

/** Numbers the distinct pairs of two classes, state by state. */
function pairsOf(
  left: Uint32Array | undefined,
  right: Uint32Array | undefined,
  states: number,
): { readonly classes: Uint32Array<ArrayBuffer>; readonly count: number } {
  const classes = new Uint32Array(states);
  const known = new Map<number, number>();
  for (let id = 0; id < states; id++) {
    const key = (left?.[id] ?? 0) * CLASS_RADIX + (right?.[id] ?? 0);
    classes[id] = numberIn(known, key);
  }
  return { classes, count: known.size };
}
