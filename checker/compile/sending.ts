/**
 * Sends to commands: into a queue that must have room, or to a receiver who takes part in the step.
 */
import { appended, withElement } from "./list-access.ts";
import { type Context, forMember, memberOf, readFamily, readSlot, writeFamily } from "./access.ts";
import type { Term } from "./code.ts";
import { rowPart } from "./codec.ts";
import { branch, hold } from "./emitter.ts";
import { condition, evaluate } from "./expression.ts";
import { fieldsOf, kindOf, lengthOf, listShape, type Packed, packed, partOf } from "./packed.ts";
import { both, compare, either, not, num, ONE, ZERO } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";
import type { Perform, Rest } from "./ways.ts";
import { type StepContext, captive, leave, fitted } from "./outcome.ts";
import type { Node } from "../reference/effects.ts";
import { forked } from "./ways.ts";

export function send(
  effect: Node<"send">,
  context: StepContext,
  rest: Rest,
  perform: Perform,
): void {
  const { emitter, plan } = context;
  const { model } = context.layout;
  const channels = effect.channels.map((number) => model.channels[number]);
  const first = channels[0];
  if (first === undefined) throw new Unsupported("a send to no channel");
  const place = { slots: channels.map((one) => one?.slot ?? -1), index: effect.index };
  const index = memberOf(context, place, (expr) => evaluate(context, expr));
  const written = evaluate(context, effect.message);
  const message = fitted(context, written, first.message, index.valid, effect.span);
  if (first.discipline === "rendezvous") {
    forMember(emitter, channels.length, index, (member) => {
      meet(effect.channels[member] ?? -1, message, context, rest, perform);
    });
    branch(emitter, not(index.valid), () => rest(context));
    return;
  }
  const lists = place.slots.map((slot) => listShape(readSlot(context, slot).type));
  if (lists.some(({ capacity }) => capacity !== lists[0]?.capacity)) {
    throw new Unsupported("a family of channels with several capacities");
  }
  const capacity = lists[0]?.capacity ?? 0;
  const target = readFamily(context, place.slots, index.at);
  const full = both(index.valid, compare("ge", lengthOf(target), num(capacity)));
  branch(emitter, full, () => {
    forMember(emitter, channels.length, index, (member) => {
      plan.noteBound(emitter, place.slots[member] ?? -1);
    });
    leave(context);
  });
  writeFamily(context, place.slots, index, (old) =>
    first.discipline === "bag"
      ? sorted(context, old, message).lanes
      : appended(emitter, old, message).lanes,
  );
  rest(context);
}

/** A bag with one more message, kept in the order of lanes. */
export function sorted(context: Pick<Context, "emitter">, bag: Packed, message: Packed): Packed {
  const { emitter } = context;
  const { capacity, row } = listShape(bag.type);
  const length = hold(emitter, lengthOf(bag));
  const held = { ...bag, lanes: bag.lanes.map((term) => hold(emitter, term)) };
  let lanes: readonly Term[] = held.lanes;
  let before: Term = ONE;
  for (let position = 0; position < capacity; position++) {
    // It goes before the first element that is greater, or at the end.
    const own = partOf(held.lanes, rowPart(row, position));
    const inside = compare("lt", num(position), length);
    const here = hold(emitter, either(not(inside), precedes(message, own)));
    const longer = withElement(emitter, held, position, message);
    const is = hold(emitter, both(before, here));
    lanes = lanes.map((term, at) => {
      const value = longer.lanes[at] ?? ZERO;
      return hold(emitter, { op: "if", condition: is, then: value, else: term });
    });
    before = hold(emitter, both(before, not(here)));
  }
  return packed(bag.type, lanes);
}

/** Are the lanes of `left` smaller, the first that differs deciding? */
export function precedes(left: Packed, right: Packed): Term {
  return left.lanes.reduceRight<Term>((rest, term, at) => {
    const other = right.lanes[at] ?? ZERO;
    const same = compare("eq", term, other);
    return either(compare("below", term, other), both(same, rest));
  }, ZERO);
}

/** Every way in which the receiver can take the message now, as part of this step. */
function meet(
  channel: number,
  message: Packed,
  context: StepContext,
  rest: Rest,
  perform: Perform,
): void {
  const { model } = context.layout;
  const receiver = model.channels[channel]?.receiver ?? -1;
  if (context.busy.includes(receiver)) {
    leave(context);
    return;
  }
  const receivers = [...model.transitions.entries()].filter(
    ([, { trigger }]) => trigger?.channel === channel,
  );
  const ways = receivers.map(([number, transition]) => (inner: StepContext) => {
    const kind = transition.trigger?.kind ?? -1;
    const { emitter } = inner;
    const other = not(compare("eq", kindOf(message), num(kind)));
    branch(emitter, other, () => leave(inner));
    const fields = new Map(fieldsOf(message, kind).map((field, at) => [at, captive(inner, field)]));
    const during: StepContext = {
      ...inner,
      locals: fields,
      partners: [...inner.partners, number],
      busy: [...inner.busy, receiver],
    };
    branch(emitter, not(condition(during, transition.guard)), () => leave(inner));
    perform(transition.effects, during, (after) =>
      rest({ ...after, locals: context.locals, busy: context.busy }),
    );
  });
  forked(context, ways);
}
