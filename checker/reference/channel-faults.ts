/**
 * What a channel fault can do to the messages that wait.
 *
 *     lossy            [a b c]   →  [b c]  [a c]  [a b]             any one message goes
 *     duplicating      [a b]     →  [a a b]  [a b b]                a copy after it, if room
 *     reordering(1)    [a b c]   →  [b a c]  [a c b]                passes at most 1 other
 *
 * Results that equal each other are one, and a fault that would change nothing does not strike.
 */
import type { Channel, Transition, Value } from "../../spec/model.ts";
import { equalValues, part, parts } from "../../spec/values.ts";
import { arrange } from "./effects.ts";

/** One way in which the fault strikes. */
export interface Strike {
  readonly messages: readonly Value[];
  /** Position that is struck; for `reordering`, the position it moves to as well. */
  readonly choices: readonly number[];
  readonly struck: Value;
}

export function strikes(
  transition: Transition,
  channel: Channel,
  state: readonly Value[],
): readonly Strike[] {
  const waiting = parts(part(state, channel.slot));
  const all = waiting.flatMap((struck, position) =>
    strikesAt(transition, channel, waiting, struck, position),
  );
  return all.filter(
    (strike, index) =>
      !equalValues(strike.messages, waiting) &&
      all.findIndex((other) => equalValues(other.messages, strike.messages)) === index,
  );
}

function strikesAt(
  transition: Transition,
  channel: Channel,
  waiting: readonly Value[],
  struck: Value,
  position: number,
): readonly Strike[] {
  switch (transition.kind) {
    case "lossy":
      return [{ messages: waiting.toSpliced(position, 1), choices: [position], struck }];
    case "duplicating": {
      if (waiting.length >= channel.capacity) return [];
      const longer = arrange(waiting.toSpliced(position, 0, struck), channel.discipline);
      return [{ messages: longer, choices: [position], struck }];
    }
    case "reordering": {
      const reach = Math.min(position, transition.distance ?? 0);
      const others = waiting.toSpliced(position, 1);
      return Array.from({ length: reach }, (_, passed) => {
        const to = position - 1 - passed;
        const messages = arrange(others.toSpliced(to, 0, struck), channel.discipline);
        return { messages, choices: [position, to], struck };
      });
    }
    default:
      return [];
  }
}
