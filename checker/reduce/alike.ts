/**
 * Is a renamed Model the same Model?
 *
 * The parts of a Model are written down by shape, once as they are and once renamed, and compared:
 * places one by one at their new numbers, transitions and receptions as collections without an
 * order, properties each with itself, initial states as a set. When all agree, the permutation maps
 * runs to runs and keeps every judged property, so a state and its renamed twin have the same
 * future.
 */
import type { Model, Transition } from "../../spec/model.ts";
import { isWanted } from "../judgement.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { type Permutation, permuteState } from "./permutation.ts";
import {
  effectsShape,
  exprShape,
  type Renamed,
  type Shape,
  textOf,
  typeShape,
  unordered,
} from "./shape.ts";

/** For each part of a Model, named as in "… differ": the text of its shape. */
export type Portrait = ReadonlyMap<string, string>;

/** The shapes of all parts of a Model, renamed by a permutation if one is given. */
export function portraitOf(model: Model, by: Renamed): Portrait {
  const parts: [string, Shape][] = [
    ["instances differ", instanceShapes(model, by)],
    ["variables differ", slotShapes(model, by)],
    ["channels differ", channelShapes(model, by)],
    ["initial states differ", beginningShapes(model, by)],
    ["transitions differ", unordered(model.transitions.map((each) => transitionShape(each, by)))],
    ["treatments of messages differ", receptionShapes(model, by)],
    ...[...model.invariants, ...model.goals]
      .filter(({ name }) => isWanted(model, name))
      .map(({ name, condition }): [string, Shape] => [
        `\`${name}\` differs`,
        exprShape(condition, by),
      ]),
  ];
  return new Map(parts.map(([what, shape]) => [what, textOf(shape)]));
}

/** The first part that the permutation changes; undefined when it changes none. */
export function difference(model: Model, plain: Portrait, by: Permutation): string | undefined {
  for (const [what, text] of portraitOf(model, by)) {
    if (plain.get(what) !== text) return what;
  }
  return undefined;
}

/** Shapes at their new places. */
function placed(shapes: readonly Shape[], places: readonly number[] | undefined): Shape {
  const moved: Shape[] = [...shapes];
  for (const [from, shape] of shapes.entries()) moved[places?.[from] ?? from] = shape;
  return moved;
}

function at(place: number | undefined, places: readonly number[] | undefined): Shape {
  return place === undefined ? null : (places?.[place] ?? place);
}

function instanceShapes(model: Model, by: Renamed): Shape {
  const shapes = model.instances.map(
    ({ machine, kind, regions, finals }): Shape => [
      machine,
      kind,
      regions.map((slot) => at(slot, by?.slots)),
      finals,
    ],
  );
  return placed(shapes, by?.instances);
}

function slotShapes(model: Model, by: Renamed): Shape {
  const shapes = model.slots.map(({ type, role }): Shape => {
    const owner = "instance" in role ? at(role.instance, by?.instances) : null;
    const kept = Object.entries(role).filter(([key]) => key !== "instance" && key !== "channel");
    return [typeShape(type), owner, JSON.stringify(kept)];
  });
  return placed(shapes, by?.slots);
}

function channelShapes(model: Model, by: Renamed): Shape {
  const shapes = model.channels.map(
    (channel): Shape => [
      channel.discipline,
      channel.capacity,
      typeShape(channel.message),
      at(channel.slot, by?.slots),
      unordered(channel.senders.map((sender) => at(sender, by?.instances))),
      at(channel.receiver, by?.instances),
    ],
  );
  return placed(shapes, by?.channels);
}

function beginningShapes(model: Model, by: Renamed): Shape {
  const shapes = beginnings(model, createMeter()).map(({ state, violation }): Shape => {
    if (violation !== undefined) return [violation.property, violation.span.start];
    return by === undefined ? state : permuteState(model, state, by);
  });
  return unordered(shapes);
}

function transitionShape(transition: Transition, by: Renamed): Shape {
  const { kind, rules, instance, fairness, trigger, guard, effects, subject, distance } =
    transition;
  const places = kind === "flush" ? by?.slots : by?.channels;
  return [
    kind,
    rules,
    at(instance, by?.instances),
    fairness,
    trigger === undefined ? null : [at(trigger.channel, by?.channels), trigger.kind],
    exprShape(guard, by),
    effectsShape(effects, by),
    at(subject, places),
    distance,
  ];
}

function receptionShapes(model: Model, by: Renamed): Shape {
  return unordered(
    model.receptions.map(
      ({ channel, kind, deferred, unhandled }): Shape => [
        at(channel, by?.channels),
        kind,
        exprShape(deferred, by),
        exprShape(unhandled, by),
      ],
    ),
  );
}
