/**
 * Which messages of a channel can be taken in a state, and which have no rule.
 *
 *     fifo       [a b c]   a            mailbox   [a b c]   the first that is not deferred
 *     bag        {a b b}   a, b         rendezvous          none: nothing ever waits
 *
 * Whether a rule then takes the message is the business of `successors.ts`.
 */
import type { Channel, Model, Reception, Value } from "../../spec/model.ts";
import { equalValues, part, parts } from "../../spec/values.ts";
import { frame, holds, type Scope } from "./evaluate.ts";
import type { Meter } from "./meter.ts";

/** A message that could be taken next, and where it lies. */
export interface Candidate {
  readonly channel: number;
  readonly position: number;
  readonly message: Value;
}

export function candidates(
  model: Model,
  index: number,
  state: readonly Value[],
  meter: Meter,
): readonly Candidate[] {
  const channel = model.channels[index];
  if (channel === undefined) return [];
  const waiting = parts(part(state, channel.slot)).map((message, position) => ({
    channel: index,
    position,
    message,
  }));
  switch (channel.discipline) {
    case "fifo":
      return waiting.slice(0, 1);
    case "mailbox": {
      const next = waiting.find(({ message }) => !isDeferred(model, index, message, state, meter));
      return next === undefined ? [] : [next];
    }
    case "bag":
      return waiting.filter(
        ({ message, position }) =>
          waiting.findIndex((other) => equalValues(other.message, message)) === position,
      );
    case "rendezvous":
      return [];
  }
}

/** The waiting messages that would be taken next and for which the receiver has no rule. */
export function unhandledMessages(
  model: Model,
  state: readonly Value[],
  meter: Meter,
): readonly Candidate[] {
  return model.channels.flatMap((_, index) =>
    candidates(model, index, state, meter).filter(({ message }) => {
      const reception = receptionOf(model, index, message);
      if (reception === undefined) return false;
      return holds(reception.unhandled, scopeOf(reception, message, state, meter));
    }),
  );
}

/** The channel without the message at `position`. */
export function take(
  state: readonly Value[],
  channel: Channel,
  position: number,
): readonly Value[] {
  const waiting = parts(part(state, channel.slot));
  return state.with(channel.slot, waiting.toSpliced(position, 1));
}

function isDeferred(
  model: Model,
  index: number,
  message: Value,
  state: readonly Value[],
  meter: Meter,
): boolean {
  const reception = receptionOf(model, index, message);
  return (
    reception !== undefined && holds(reception.deferred, scopeOf(reception, message, state, meter))
  );
}

function receptionOf(model: Model, index: number, message: Value): Reception | undefined {
  const kind = part(message, 0);
  return model.receptions.find(
    (reception) => reception.channel === index && reception.kind === kind,
  );
}

function scopeOf(
  reception: Reception,
  message: Value,
  state: readonly Value[],
  meter: Meter,
): Scope {
  return { state, locals: frame(reception.locals, parts(message).slice(1)), meter };
}
