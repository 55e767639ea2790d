/**
 * What holds each instance: the words behind "stuck", and behind a scenario's step that is not
 * possible.
 *
 *     server (Down)         `restart` is not enabled: `inc < 3` is false
 *     app[Client1] (Open)   waits for a message on `rep[Client1]`;  `write` needs room in `req`
 *
 * Only transitions that belong to the instance's present modes speak. Lowering puts the mode into
 * the guard, so a guard splits into conjuncts about the instance's own regions and what the user
 * wrote.
 */
import type { Expr, Model, Transition, Value } from "../spec/model.ts";
import { part, parts, printValue } from "../spec/values.ts";
import { frame, holds, type Scope } from "./reference/evaluate.ts";
import { isFault, isFinal } from "./reference/built-in.ts";
import { createMeter } from "./reference/meter.ts";
import { candidates } from "./reference/messages.ts";
import type { Obstacle } from "./reference/outcome.ts";
import type { Hindrance } from "./reference/successors.ts";
import { type Sources, wordsAt } from "./source-words.ts";

/** One line for each instance that is not at its end, in the order of the Model. */
export function holdings(
  model: Model,
  state: readonly Value[],
  hindrances: readonly Hindrance[],
  sources: Sources,
): readonly string[] {
  return model.instances.flatMap((instance, index) => {
    if (isFinal(instance, state)) return [];
    const reasons = hindrances.flatMap(({ transition: number, obstacle }) => {
      const transition = model.transitions[number];
      if (transition?.instance !== index || isFault(transition.kind)) return [];
      if (transition.kind === "flush" || !isInMode(model, transition, state)) return [];
      return [reasonOf(model, transition, obstacle, state, sources)];
    });
    const modes = modesOf(model, index, state);
    const where = modes === "" ? "" : ` in \`${modes}\``;
    if (reasons.length === 0) reasons.push(...leftWaiting(model, index, state));
    const why = reasons.length === 0 ? "has no step" : [...new Set(reasons)].join("; ");
    return [`\`${instance.name}\`${where}: ${why}`];
  });
}

/** Messages that wait for an instance without a transition that could take them. */
function leftWaiting(model: Model, receiver: number, state: readonly Value[]): readonly string[] {
  return model.channels.flatMap((channel, index) => {
    if (channel.receiver !== receiver) return [];
    return candidates(model, index, state, createMeter()).map(
      ({ message }) =>
        `no rule takes \`${printValue(message, channel.message)}\` from \`${channel.name}\` now`,
    );
  });
}

/** The active leaves of an instance: `Up`, or `Up, Idle` for two regions. */
export function modesOf(model: Model, instance: number, state: readonly Value[]): string {
  const regions = model.instances[instance]?.regions ?? [];
  return regions
    .filter((slot) => part(state, slot) !== null)
    .map((slot) => {
      const type = model.slots[slot]?.type;
      return type === undefined ? "" : printValue(part(state, slot), type);
    })
    .join(", ");
}

/** Why a transition is not enabled in `state`, as a clause of a sentence. */
export function reasonOf(
  model: Model,
  transition: Transition,
  obstacle: Obstacle,
  state: readonly Value[],
  sources: Sources,
): string {
  const name = `\`${ownName(model, transition)}\``;
  const channel = (index: number): string => `\`${model.channels[index]?.name ?? "?"}\``;
  const slot = (index: number): string => `\`${model.slots[index]?.name ?? "?"}\``;
  switch (obstacle.why) {
    case "guard":
      return `${name} is not enabled: ${falseParts(model, transition, state, sources)}`;
    case "message":
      return offered(model, obstacle.channel, state, channel(obstacle.channel));
    case "room":
      return `${name} needs room in ${channel(obstacle.channel)}, which is full`;
    case "partner":
      return `${name} finds nobody who receives on ${channel(obstacle.channel)}`;
    case "store":
      return `${name} needs room in ${slot(obstacle.buffer)}, which is full`;
    case "fence":
      return `${name} waits until ${slot(obstacle.buffer)} is empty`;
    case "choose":
      return `${name} has nothing to choose from in \`${wordsAt(sources, obstacle.span)}\``;
    case "nothing":
      return `${name} finds ${slot(obstacle.slot)} empty`;
  }
}

/** The name without the instance before it: `write` of `app[Client1].write`. */
function ownName(model: Model, transition: Transition): string {
  const instance = model.instances[transition.instance ?? -1]?.name;
  const { name } = transition;
  return instance !== undefined && name.startsWith(`${instance}.`)
    ? name.slice(instance.length + 1)
    : name;
}

function offered(model: Model, channel: number, state: readonly Value[], name: string): string {
  const [next] = candidates(model, channel, state, createMeter());
  const type = model.channels[channel]?.message;
  if (next === undefined || type === undefined) return `waits for a message on ${name}`;
  return `waits for another message than \`${printValue(next.message, type)}\` on ${name}`;
}

function falseParts(
  model: Model,
  transition: Transition,
  state: readonly Value[],
  sources: Sources,
): string {
  const scope = transitionScope(model, transition, state);
  const wrong = conjuncts(transition.guard).filter((conjunct) => !holds(conjunct, scope));
  if (wrong.some((conjunct) => isAboutModes(model, transition, conjunct))) {
    const modes = modesOf(model, transition.instance ?? -1, state);
    return `no rule of that name in \`${modes}\``;
  }
  const words = wrong.map((conjunct) => `\`${wordsAt(sources, conjunct.span)}\``);
  return `${words.join(" and ")} ${words.length === 1 ? "is" : "are"} false`;
}

/** What the user wrote in the guard, without the conjuncts about the instance's own modes. */
export function writtenGuard(model: Model, transition: Transition): readonly Expr[] {
  return conjuncts(transition.guard).filter(
    (conjunct) => !isAboutModes(model, transition, conjunct),
  );
}

/** The frame of a transition, with the fields of the message it would take. */
export function transitionScope(
  model: Model,
  transition: Transition,
  state: readonly Value[],
): Scope {
  const meter = createMeter();
  const { trigger } = transition;
  const waiting =
    trigger === undefined
      ? []
      : candidates(model, trigger.channel, state, meter).filter(
          ({ message }) => part(message, 0) === trigger.kind,
        );
  const fields = parts(waiting[0]?.message ?? null).slice(1);
  return { state, locals: frame(transition.locals, fields), meter };
}

/** Do the conjuncts about the instance's own modes hold? */
export function isInMode(model: Model, transition: Transition, state: readonly Value[]): boolean {
  const scope = transitionScope(model, transition, state);
  return conjuncts(transition.guard)
    .filter((conjunct) => isAboutModes(model, transition, conjunct))
    .every((conjunct) => holds(conjunct, scope));
}

/** Did lowering add the conjunct, to say in which modes the rule stands? */
function isAboutModes(model: Model, transition: Transition, conjunct: Expr): boolean {
  const own = model.instances[transition.instance ?? -1]?.regions ?? [];
  const inner = conjunct.op === "not" ? conjunct.operand : conjunct;
  return inner.op === "modeIn" && inner.region.slots.some((slot) => own.includes(slot));
}

function conjuncts(guard: Expr): readonly Expr[] {
  return guard.op === "and" ? [...conjuncts(guard.left), ...conjuncts(guard.right)] : [guard];
}
