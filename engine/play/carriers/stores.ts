/**
 * Memory of the machine while time passes: stores wait in their core's buffer and drain one by one,
 * each some nanoseconds after the one before.
 *
 *     store ──buffer of the core──each 20 to 80 ns──► memory        fence: waits until it is empty
 *
 * A core whose buffer is full waits for the oldest store; here that drains at once. Under `sc` a
 * store is in memory at once.
 */
import type { Model } from "../../../spec/model.ts";
import { createMemory, type Memory } from "../../hardware/memory.ts";
import { KIND } from "../../record/kinds.ts";
import { NONE } from "../../record/trace.ts";
import type { Task } from "../agenda.ts";
import { DRAIN, FENCE } from "../latencies.ts";
import type { Home } from "../playing.ts";
import type { Machine } from "./machine.ts";

export interface Stores {
  readonly memory: Memory;
  /** Gives the event of the store; `drained` is called when it is in memory. */
  store(home: Home, address: number, value: number, cause: number, drained?: Task): number;
  load(home: Home, address: number): number;
  /** Records that a core has read a word. */
  recordLoad(home: Home, address: number, cause: number, other?: number): number;
  /** The core goes on when none of its stores waits. */
  fence(home: Home, cause: number, then: (event: number) => void): void;
  /** Quietly, when all that the core has stored by now is in memory. */
  afterDrains(home: Home, task: Task): void;
  /** All stores of a core reach memory now, as on a switch to another virtual machine. */
  settle(home: Home): void;
}

export function createStores(machine: Machine, words: number): Stores {
  const { agenda, cores, coreOf, record } = machine;
  const memory = createMemory({ words, cores, entries: entriesOf(machine.deployment.model) });
  /** By core: how many stores were made and drained, and when the last one drains. */
  const made = Array.from({ length: cores }, () => 0);
  const drained = Array.from({ length: cores }, () => 0);
  const last = Array.from({ length: cores }, () => 0);
  /** By core: of the stores that wait, their events and who wants to know when they are done. */
  const waiting: { readonly event: number; readonly then: Task | undefined }[][] = Array.from(
    { length: cores },
    () => [],
  );
  const drain = (home: Home, core: number): void => {
    const oldest = memory.oldest(core);
    memory.drain(core);
    // Stores that the hypervisor's tables have made for themselves are not counted.
    drained[core] = Math.min(made[core] ?? 0, (drained[core] ?? 0) + 1);
    const { event = NONE, then } = waiting[core]?.shift() ?? {};
    record(KIND.drain, home, oldest?.address ?? 0, oldest?.value ?? 0, event);
    then?.();
  };
  const settle = (home: Home): void => {
    const core = coreOf(home);
    while (memory.waiting(core) > 0) drain(home, core);
  };
  return {
    memory,
    store(home, address, value, cause, then) {
      const core = coreOf(home);
      const event = record(KIND.store, home, address, value, cause);
      while (!memory.hasRoom(core)) drain(home, core);
      memory.store(core, address, value);
      if (memory.shape.entries === 0) {
        then?.();
        return event;
      }
      waiting[core]?.push({ event, then });
      const number = made[core] ?? 0;
      made[core] = number + 1;
      const time = Math.max(agenda.now, last[core] ?? 0) + machine.draw(DRAIN);
      last[core] = time;
      agenda.quietly(time, () => {
        if ((drained[core] ?? 0) <= number) drain(home, core);
      });
      return event;
    },
    load: (home, address) => memory.load(coreOf(home), address),
    recordLoad: (home, address, cause, other) =>
      record(KIND.load, home, address, memory.load(coreOf(home), address), cause, other),
    fence(home, cause, then) {
      const time = Math.max(last[coreOf(home)] ?? 0, agenda.now + machine.draw(FENCE));
      agenda.quietly(time, () => {
        settle(home);
        then(record(KIND.fence, home, 0, 0, cause));
      });
    },
    afterDrains: (home, task) =>
      agenda.quietly(Math.max(last[coreOf(home)] ?? 0, agenda.now), task),
    settle,
  };
}

function entriesOf({ memory }: Model): number {
  return memory.model === "tso" ? memory.entries : 0;
}
