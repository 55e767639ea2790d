/**
 * The same traffic as live XState actors would carry it: cores send their loads and stores to a
 * memory, which answers each. One send is one event; a round trip is two.
 *
 * This is what XState is not made for, and what the engine would be if each core and device were an
 * actor with a mailbox.
 */
import { assign, createActor, sendTo, setup, type AnyActorRef } from "xstate";
import { CORES } from "./core-loop.ts";

type ToMemory =
  | { readonly type: "load"; readonly address: number; readonly from: AnyActorRef }
  | {
      readonly type: "store";
      readonly address: number;
      readonly value: number;
      readonly from: AnyActorRef;
    };

type ToCore = { readonly type: "go" } | { readonly type: "answer"; readonly value: number };

const WORDS = 64;

const memoryMachine = setup({
  types: { context: {} as { cells: Int32Array }, events: {} as ToMemory },
}).createMachine({
  context: { cells: new Int32Array(WORDS) },
  on: {
    load: {
      actions: sendTo(
        ({ event }) => event.from,
        ({ context, event }) => ({ type: "answer", value: context.cells[event.address] ?? 0 }),
      ),
    },
    store: {
      actions: [
        ({ context, event }): void => {
          context.cells[event.address] = event.value;
        },
        sendTo(
          ({ event }) => event.from,
          ({ event }) => ({ type: "answer", value: event.value }),
        ),
      ],
    },
  },
});

interface CoreContext {
  readonly memory: AnyActorRef;
  readonly steps: number;
}

const coreMachine = setup({
  types: { context: {} as CoreContext, input: {} as AnyActorRef, events: {} as ToCore },
}).createMachine({
  context: ({ input }) => ({ memory: input, steps: 0 }),
  initial: "ready",
  states: {
    ready: {
      on: {
        go: {
          target: "waits",
          actions: sendTo(
            ({ context }) => context.memory,
            ({ context, self }): ToMemory =>
              (context.steps & 1) === 0
                ? { type: "load", address: context.steps % WORDS, from: self }
                : { type: "store", address: context.steps % WORDS, value: 1, from: self },
          ),
        },
      },
    },
    waits: {
      on: {
        answer: {
          target: "ready",
          actions: assign({ steps: ({ context }) => context.steps + 1 }),
        },
      },
    },
  },
});

/** Performs so many round trips; gives the number of sends between actors. */
export function runActors(trips: number): number {
  const memory = createActor(memoryMachine).start();
  const cores = Array.from({ length: CORES }, () =>
    createActor(coreMachine, { input: memory }).start(),
  );
  for (let trip = 0; trip < trips; trip++) cores[trip % CORES]?.send({ type: "go" });
  const done = cores.reduce((sum, core) => sum + core.getSnapshot().context.steps, 0);
  if (done !== trips) throw new Error(`${done} of ${trips} round trips were completed`);
  return trips * 2;
}
