/** What a channel fault can make of waiting messages: the twin of `reference/channel-faults.ts`. */
import type { Channel, Transition } from "../../spec/model.ts";
import { repeats, withElement, withoutElement } from "./list-access.ts";
import type { Term } from "./code.ts";
import { rowPart } from "./codec.ts";
import { equal } from "./coerce.ts";
import { type Emitter, hold } from "./emitter.ts";
import { sorted } from "./sending.ts";
import { lengthOf, listShape, type Packed, partOf } from "./packed.ts";
import { both, compare, not, num, ONE } from "./terms.ts";

export interface Struck {
  readonly possible: Term;
  readonly result: Packed;
}

export function struck(
  emitter: Emitter,
  transition: Transition,
  channel: Channel,
  waiting: Packed,
): readonly Struck[] {
  const { capacity, row } = listShape(waiting.type);
  const length = hold(emitter, lengthOf(waiting));
  const positions = Array.from({ length: capacity }, (_, position) => position);
  const at = (position: number): Packed => partOf(waiting.lanes, rowPart(row, position));
  const inside = (position: number): Term => compare("gt", length, num(position));
  // Striking one of several equal neighbours gives what striking the first of them gives.
  const first = (position: number): Term => not(repeats(emitter, waiting, position));
  switch (transition.kind) {
    case "lossy":
      return positions.map((position) => ({
        possible: hold(emitter, both(inside(position), first(position))),
        result: withoutElement(emitter, waiting, position),
      }));
    case "duplicating":
      return positions.slice(0, -1).map((position) => {
        const room = compare("lt", length, num(capacity));
        const possible = both(room, both(inside(position), first(position)));
        const result =
          channel.discipline === "bag"
            ? sorted({ emitter }, waiting, at(position))
            : withElement(emitter, waiting, position, at(position));
        return { possible: hold(emitter, possible), result };
      });
    case "reordering":
      // The messages of a bag have no order that could change.
      return channel.discipline === "bag" ? [] : reordered(emitter, transition, waiting);
    default:
      return [];
  }
}

function reordered(emitter: Emitter, transition: Transition, waiting: Packed): readonly Struck[] {
  const { capacity, row } = listShape(waiting.type);
  const length = hold(emitter, lengthOf(waiting));
  const found: Struck[] = [];
  for (let position = 0; position < capacity; position++) {
    const reach = Math.min(position, transition.distance ?? 0);
    for (let passed = 0; passed < reach; passed++) {
      const message = partOf(waiting.lanes, rowPart(row, position));
      const others = withoutElement(emitter, waiting, position);
      const result = withElement(emitter, others, position - 1 - passed, message);
      // Results that equal the queue itself or an earlier result are none.
      const known = [waiting, ...found.map((one) => one.result)];
      const possible = known.reduce<Term>(
        (sum, other, index) => {
          const before = found[index - 1]?.possible ?? ONE;
          return both(sum, not(both(before, equal(emitter, result, other))));
        },
        compare("gt", length, num(position)),
      );
      found.push({ possible: hold(emitter, possible), result });
    }
  }
  return found;
}
