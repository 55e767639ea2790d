/**
 * A Model in which some instances run as XState machines.
 *
 *     steps of the source ──event──► transition(machine, snapshot) ──► next mode, or none
 *
 * The source says what may happen and what it does to variables and channels; XState says for its
 * instances whether they take the event, and which mode follows. A step that a machine does not
 * take is no step. When both speak of the same mode and differ, `Disagreement` is thrown: the
 * machine of an instance is generated from the Model, so it is a mistake of the translation.
 *
 * Only the pure functions of XState are used: no actor is started, nothing waits in a mailbox, and
 * a state can be kept and gone back to. The result is a StepSource like any other, so schedulers,
 * hunters and explorers need not know.
 */
import { type AnyMachineSnapshot, type AnyStateMachine, transition as stepOf } from "xstate";
import type { Model } from "../../spec/model.ts";
import type { PlayedStep, StepSource } from "../../spec/step-source.ts";
import { configOf, eventName, isOwn, machineFrom, type StepEvent } from "./machine-of.ts";
import {
  type Modes,
  modesIn,
  modesOfValue,
  printModes,
  type Region,
  regionsOf,
  valueOfModes,
} from "./regions.ts";

/** A state of the source, and where each machine is. */
export interface WithMachines<State> {
  readonly model: State;
  /** In the order of the machines. */
  readonly snapshots: readonly AnyMachineSnapshot[];
}

/** XState and the Model do not agree on the mode after a step. */
export class Disagreement extends Error {}

interface Player {
  readonly instance: number;
  readonly machine: AnyStateMachine;
  readonly regions: readonly Region[];
}

/** What a step is to one machine. */
interface Call {
  readonly player: number;
  /** Transitions of the Model, one of which the step is. */
  readonly candidates: readonly number[];
}

/**
 * The source with machines for some instances, by their index; `machines` are those of `configOf`
 * unless others are given.
 */
export function withMachines<State>(
  source: StepSource<State>,
  instances: readonly number[],
  machines: readonly AnyStateMachine[] = instances.map((instance) =>
    machineFrom(configOf(source.model, instance)),
  ),
): StepSource<WithMachines<State>> {
  const { model } = source;
  const players = instances.flatMap((instance, index): Player[] => {
    const machine = machines[index];
    return machine === undefined
      ? []
      : [{ instance, machine, regions: regionsOf(model, instance) }];
  });
  const meets = model.channels.some(({ discipline }) => discipline === "rendezvous");
  const originals = new WeakMap<object, PlayedStep<State>>();

  const stepFrom = (
    state: WithMachines<State>,
    step: PlayedStep<State>,
  ): PlayedStep<WithMachines<State>> | undefined => {
    const label = meets ? source.describe(state.model, step) : "";
    const calls = callsOf(model, players, step.transition, label);
    const values = step.state === undefined ? undefined : source.values(step.state);
    const wanted = players.map(({ regions }) =>
      values === undefined ? undefined : modesIn(values, regions),
    );
    const snapshots = answer(model, players, state.snapshots, calls, wanted);
    if (snapshots === undefined) return undefined;
    for (const [index, { regions, machine }] of players.entries()) {
      const [found, right] = [modesAt(snapshots[index], regions), wanted[index]];
      if (right === undefined || found.join() === right.join()) continue;
      const text = source.describe(state.model, step);
      throw new Disagreement(
        `After \`${text}\` machine \`${machine.id}\` is in ${printModes(found, regions)}; ` +
          `the Model says ${printModes(right, regions)}`,
      );
    }
    const next = step.state === undefined ? undefined : { model: step.state, snapshots };
    const played = { ...step, state: next };
    originals.set(played, step);
    return played;
  };
  return {
    model,
    initial: () =>
      source.initial().map((first) => ({
        model: first,
        snapshots: players.map(({ machine, regions }) => {
          const value = valueOfModes(modesIn(source.values(first), regions), regions);
          return machine.resolveState({ value, context: {} });
        }),
      })),
    steps: (state) => source.steps(state.model).flatMap((step) => stepFrom(state, step) ?? []),
    describe(state, step) {
      const original = originals.get(step);
      if (original === undefined) throw new RangeError("The step is none of this source");
      return source.describe(state.model, original);
    },
    values: ({ model: inner }) => source.values(inner),
    holds: ({ model: inner }, condition) => source.holds(inner, condition),
    // Modes are slots of the Model, and a machine of a Model has nothing else.
    key: ({ model: inner }) => source.key(inner),
    broken: ({ model: inner }) => source.broken(inner),
  };
}

export function modesAt(
  snapshot: AnyMachineSnapshot | undefined,
  regions: readonly Region[],
): Modes {
  return modesOfValue(snapshot?.value ?? {}, regions);
}

/**
 * Which machines a step concerns, in order: that of its instance, then those that receive through
 * a rendezvous, which labels tell: `app[Client1].ask & server.Open(Client1)`.
 */
function callsOf(
  model: Model,
  players: readonly Player[],
  transition: number,
  label: string,
): readonly Call[] {
  const calls: Call[] = [];
  const call = (instance: number | undefined, candidates: readonly number[]): void => {
    const player = players.findIndex((one) => one.instance === instance);
    if (player >= 0) calls.push({ player, candidates });
  };
  const taken = model.transitions[transition];
  if (taken !== undefined && isOwn(taken)) call(taken.instance, [transition]);
  for (const part of label.split(" & ").slice(1)) {
    const [name] = part.split(/\(| \{/);
    const candidates = model.transitions.flatMap((one, index) => {
      const channel = one.trigger === undefined ? undefined : model.channels[one.trigger.channel];
      return one.name === name && channel?.discipline === "rendezvous" ? [index] : [];
    });
    call(model.transitions[candidates[0] ?? -1]?.instance, candidates);
  }
  return calls;
}

/**
 * The machines after all calls; undefined when one does not take its event. Where names leave open
 * which transition it was, it is one that leads where the Model goes, if there is one.
 */
function answer(
  model: Model,
  players: readonly Player[],
  snapshots: readonly AnyMachineSnapshot[],
  calls: readonly Call[],
  wanted: readonly (Modes | undefined)[],
): readonly AnyMachineSnapshot[] | undefined {
  const [call, ...others] = calls;
  if (call === undefined) return snapshots;
  const { machine, regions } = players[call.player] ?? {};
  const snapshot = snapshots[call.player];
  if (machine === undefined || regions === undefined || snapshot === undefined) return undefined;
  const right = wanted[call.player];
  let found: readonly AnyMachineSnapshot[] | undefined;
  for (const index of call.candidates) {
    const transition = model.transitions[index];
    if (transition === undefined) continue;
    const to = right && regions.flatMap(({ leaves }, region) => leaves[right[region] ?? -1] ?? []);
    const event: StepEvent = { type: eventName(model, transition), transition: index, to };
    const next = taken(machine, snapshot, event);
    if (next === undefined) continue;
    const after = answer(model, players, snapshots.with(call.player, next), others, wanted);
    if (after === undefined) continue;
    if (right === undefined || modesAt(after[call.player], regions).join() === right.join()) {
      return after;
    }
    found ??= after;
  }
  return found;
}

/** The machine after an event; undefined when it has no transition for it. */
function taken(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: StepEvent,
): AnyMachineSnapshot | undefined {
  const [next, effects] = stepOf(machine, snapshot, event);
  return effects.some((effect: { readonly type: string }) => effect.type === "effects")
    ? next
    : undefined;
}
