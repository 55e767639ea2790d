/**
 * Which messages of a channel can be taken, on formulas: the twin of `reference/messages.ts`.
 *
 *     fifo       position 0
 *     mailbox    the first position whose message is not deferred, all before it being deferred
 *     bag        every position that does not repeat the one before (bags are sorted)
 */
import type { Reception } from "../../spec/model.ts";
import type { Formula } from "./formula.ts";
import { holdsSymbolic } from "./symbolic-evaluate.ts";
import type { SymbolicSetting } from "./symbolic-run.ts";
import { elementAt, equalSymbolic, type Symbolic } from "./symbolic.ts";

/** A message that could be taken next, in the states in which `there` holds. */
export interface Offer {
  readonly position: number;
  readonly message: Symbolic;
  readonly there: Formula;
}

export function offered(
  channel: number,
  state: readonly Symbolic[],
  setting: SymbolicSetting,
): readonly Offer[] {
  const { f, layout } = setting;
  const { discipline, slot } = layout.model.channels[channel] ?? {
    discipline: "rendezvous",
    slot: -1,
  };
  const list = state[slot];
  if (list?.shape !== "list") return [];
  const waiting = list.elements.map((message, position): Offer => {
    const there = f.lt(f.number(position), list.length);
    return { position, message, there };
  });
  switch (discipline) {
    case "fifo":
      return waiting.slice(0, 1);
    case "mailbox": {
      let skipped: Formula = f.yes;
      return waiting.map((offer) => {
        const deferred = receivedAs(channel, offer.message, "deferred", state, setting);
        const there = f.and(offer.there, skipped, f.not(deferred));
        skipped = f.and(skipped, deferred);
        return { ...offer, there };
      });
    }
    case "bag":
      return waiting.map((offer) => {
        if (offer.position === 0) return offer;
        const before = elementAt(list, offer.position - 1);
        return {
          ...offer,
          there: f.and(offer.there, f.not(equalSymbolic(offer.message, before, f))),
        };
      });
    case "rendezvous":
      return [];
  }
}

/** Is the message deferred, or without a rule, as the receiver's modes are now? */
function receivedAs(
  channel: number,
  message: Symbolic,
  how: "deferred" | "unhandled",
  state: readonly Symbolic[],
  setting: SymbolicSetting,
): Formula {
  const receptions = setting.layout.model.receptions.filter((one) => one.channel === channel);
  const answers = receptions.map((one) => answer(one, message, how, state, setting));
  return setting.f.or(...answers);
}

function answer(
  reception: Reception,
  message: Symbolic,
  how: "deferred" | "unhandled",
  state: readonly Symbolic[],
  { f, layout }: SymbolicSetting,
): Formula {
  if (message.shape !== "message") return f.no;
  const locals = message.fields[reception.kind] ?? [];
  const condition = holdsSymbolic(reception[how], { f, state, locals, stores: layout.stores });
  return f.and(f.eq(message.kind, f.number(reception.kind)), condition);
}

/** True in the states in which a message of this reception would be taken next and has no rule. */
export function unhandledIn(
  reception: Reception,
  state: readonly Symbolic[],
  setting: SymbolicSetting,
): Formula {
  const { f } = setting;
  return f.or(
    ...offered(reception.channel, state, setting).map(({ message, there }) =>
      f.and(there, answer(reception, message, "unhandled", state, setting)),
    ),
  );
}
