/**
 * Effects to commands: the compiled twin of `reference/effects.ts`.
 *
 * What has one outcome becomes commands in a row. What forks (a `choose`, a send on a rendezvous
 * channel) takes the rest of the step as its continuation, once for each way:
 *
 *     x = 1; choose c in S; y = c     next x := 1; for each c in S { again x := 1; y := c; emit }
 *
 * Every way is a block. A blocked outcome leaves it; one that violates a built-in property tells so
 * and leaves it; one that is done emits and falls out of it.
 */
import type { Effect, Expr, Model, Type } from "../../spec/model.ts";
import {
  appended,
  type Context,
  forMember,
  memberOf,
  type Position,
  readFamily,
  readSlot,
  readThrough,
  type Step,
  withElement,
  withLocal,
  writeFamily,
  writePart,
  writeSlot,
} from "./access.ts";
import type { Command, Term } from "./code.ts";
import { rowPart } from "./codec.ts";
import { coerce } from "./coerce.ts";
import { block, branch, captured, emit, hold } from "./emitter.ts";
import { condition, elementsOf, evaluate } from "./expression.ts";
import {
  asRange,
  fieldsOf,
  isOptional,
  kindOf,
  lengthOf,
  listShape,
  type Packed,
  packed,
  partOf,
  payload,
} from "./packed.ts";
import type { Plan } from "./plan.ts";
import { shapeOf } from "./shape.ts";
import { both, compare, constantOf, either, not, num, ONE, ZERO } from "./terms.ts";
import { canMisfit } from "../reference/fit.ts";
import { Unsupported } from "./unsupported.ts";

/** Values up to which the ways of a `choose` are written out, each for itself. */
const UNROLLED_CHOICES_MAX = 6;

/** A step that is being written. */
export interface StepContext extends Context {
  readonly plan: Plan;
  readonly transition: number;
  /** Receiving transitions that took part so far. */
  readonly partners: readonly number[];
  /** Instances in the middle of their step. */
  readonly busy: readonly number[];
  /** The block that a blocked or violating outcome leaves. */
  readonly way: number;
}

type Rest = (context: StepContext) => void;
type Node<Kind extends Effect["effect"]> = Extract<Effect, { readonly effect: Kind }>;

export function performAll(effects: readonly Effect[], context: StepContext, rest: Rest): void {
  const [first, ...others] = effects;
  if (first === undefined) rest(context);
  else perform(first, context, (after) => performAll(others, after, rest));
}

function perform(effect: Effect, context: StepContext, rest: Rest): void {
  switch (effect.effect) {
    case "assign":
      assign(effect, context);
      rest(context);
      return;
    case "send":
      send(effect, context, rest);
      return;
    case "if":
      fork(effect, context, rest);
      return;
    case "for":
      loop(effect, context, rest);
      return;
    case "choose":
      choose(effect, context, rest);
      return;
    case "assert": {
      emit(context.emitter, { do: "count", counter: context.plan.asserts });
      const fails = not(condition(context, effect.condition));
      branch(context.emitter, fails, () => violate(context, "assert", effect.span));
      rest(context);
      return;
    }
    case "fence": {
      const waiting = lengthOf(readSlot(context, effect.buffer));
      branch(context.emitter, compare("ne", waiting, ZERO), () => leave(context));
      rest(context);
      return;
    }
    case "bind": {
      const value = captive(context, evaluate(context, effect.value));
      rest({ ...context, locals: withLocal(context, effect.local, value).locals });
    }
  }
}

/** The value in locals of the routine, so that later writes do not change it. */
export function captive(context: Context, value: Packed): Packed {
  const whole = value.made === undefined ? value : coerce(context.emitter, value, value.type).value;
  return { ...whole, lanes: whole.lanes.map((term) => hold(context.emitter, term)) };
}

function leave(context: StepContext): void {
  emit(context.emitter, { do: "leave", block: context.way });
}

/** Ends the way with a violation, which counts as a step that was enabled. */
function violate(context: StepContext, property: "assert" | "range", span: Node<"assert">["span"]) {
  const { plan, emitter } = context;
  const label = plan.labelOf(context.transition, context.partners);
  emit(emitter, { do: "count", counter: plan.violationOf(label) });
  plan.noteMove(emitter, context.transition);
  emit(emitter, { do: "sight", site: plan.siteOf({ property, span }) });
  leave(context);
}

// ---------------------------------------------------------------------------- assignment

function assign(effect: Node<"assign">, context: StepContext): void {
  const { place } = effect;
  const { emitter } = context;
  // A ghost is not part of the state, and nothing but ghosts depends on it.
  if (place.slots.every((slot) => context.layout.slots[slot] === undefined)) return;
  const value = (expr: Expr): Packed => evaluate(context, expr);
  const index = memberOf(context, place, value);
  const path = place.path.map(
    (step): Step =>
      step.step === "field" ? step : { step: "key", key: captive(context, value(step.key)) },
  );
  const stored = fitted(context, value(effect.value), place.type, index.valid, effect.span);
  if (place.buffer !== undefined) {
    store(effect, context, index, path, stored);
    return;
  }
  if (path.length === 0) {
    writeFamily(context, place.slots, index, () => stored.lanes);
    return;
  }
  forMember(emitter, place.slots.length, index, (member) => {
    const slot = place.slots[member] ?? -1;
    const whole = readSlot(context, slot);
    const written = writePart(emitter, whole, path, stored);
    const lanes = written.lanes.map((term) => hold(emitter, term));
    branch(emitter, written.exists, () => writeSlot(context, slot, lanes));
  });
}

/** The value as a place takes it, if there is one; one that does not fit is a violation. */
function fitted(
  context: StepContext,
  value: Packed,
  type: Type,
  exists: Term,
  span: Node<"assign">["span"],
): Packed {
  const { emitter, plan } = context;
  if (canMisfit(type)) {
    branch(emitter, exists, () => emit(emitter, { do: "count", counter: plan.ranges }));
  }
  const stored = coerce(emitter, value, type);
  const kept = captive(context, stored.value);
  branch(emitter, both(exists, stored.misfit), () => violate(context, "range", span));
  return kept;
}

/** The write waits at the end of the store buffer, when it has room. */
function store(
  effect: Node<"assign">,
  context: StepContext,
  index: Position,
  path: readonly Step[],
  stored: Packed,
): void {
  const { emitter, layout } = context;
  const { place } = effect;
  const buffer = place.buffer ?? -1;
  forMember(emitter, place.slots.length, index, (member) => {
    const slot = place.slots[member] ?? -1;
    const kinds = layout.stores.get(buffer) ?? [];
    const kind = kinds.findIndex(
      (one) =>
        one.slot === slot &&
        one.steps.length === path.length &&
        one.steps.every((step, at) => {
          const own = path[at];
          return step.step === "key"
            ? own?.step === "key"
            : own === undefined
              ? false
              : own.step === "field" && own.field === step.field;
        }),
    );
    if (kind < 0) throw new Unsupported("a waiting write to an unknown place");
    const seen = path.length === 0 ? undefined : readThrough(context, slot, buffer);
    const exists =
      seen === undefined ? ONE : hold(emitter, writePart(emitter, seen, path, stored).exists);
    branch(emitter, exists, () => {
      const waiting = readSlot(context, buffer);
      const { capacity, row } = listShape(waiting.type);
      const full = compare("ge", lengthOf(waiting), num(capacity));
      branch(emitter, full, () => hinder(context, buffer));
      const keys = path.flatMap((step) => (step.step === "key" ? [step.key] : []));
      const fields = [...keys.map(keyOf), stored];
      const made = { kind, fields };
      const literal: Packed = { type: row.of.type, lanes: [], low: 0, high: 0, made };
      const entry = coerce(emitter, literal, row.of.type).value;
      writeSlot(context, buffer, appended(emitter, waiting, captive(context, entry)).lanes);
    });
  });
}

function keyOf(key: Packed): Packed {
  return isOptional(key) ? payload(key) : asRange(key);
}

/** Something full keeps the outcome from happening: noted as a bound, and left. */
function hinder(context: StepContext, slot: number): void {
  context.plan.noteBound(context.emitter, slot);
  leave(context);
}

// ---------------------------------------------------------------------------- messages

function send(effect: Node<"send">, context: StepContext, rest: Rest): void {
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
      meet(effect.channels[member] ?? -1, message, context, rest);
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
function precedes(left: Packed, right: Packed): Term {
  return left.lanes.reduceRight<Term>((rest, term, at) => {
    const other = right.lanes[at] ?? ZERO;
    const same = compare("eq", term, other);
    return either(compare("below", term, other), both(same, rest));
  }, ZERO);
}

/** Every way in which the receiver can take the message now, as part of this step. */
function meet(channel: number, message: Packed, context: StepContext, rest: Rest): void {
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
    performAll(transition.effects, during, (after) =>
      rest({ ...after, locals: context.locals, busy: context.busy }),
    );
  });
  forked(context, ways);
}

// ---------------------------------------------------------------------------- loops and choices

/** Can some effect have more than one outcome? */
function forks(effects: readonly Effect[], model: Model): boolean {
  return effects.some((effect) => {
    switch (effect.effect) {
      case "choose":
        return true;
      case "send":
        return effect.channels.some(
          (channel) => model.channels[channel]?.discipline === "rendezvous",
        );
      case "if":
        return forks([...effect.then, ...effect.else], model);
      case "for":
        return forks(effect.body, model);
      default:
        return false;
    }
  });
}

function fork(effect: Node<"if">, context: StepContext, rest: Rest): void {
  const { emitter } = context;
  const test = hold(emitter, condition(context, effect.condition));
  const known = constantOf(test);
  const model = context.layout.model;
  if (known !== undefined || forks([...effect.then, ...effect.else], model)) {
    branch(
      emitter,
      test,
      () => performAll(effect.then, context, backIn(context, rest)),
      () => performAll(effect.else, context, backIn(context, rest)),
    );
    return;
  }
  const nothing: Rest = () => {};
  branch(
    emitter,
    test,
    () => performAll(effect.then, context, nothing),
    () => performAll(effect.else, context, nothing),
  );
  rest(context);
}

/** What follows sees the locals of before, and the partners of the branch. */
function backIn(context: StepContext, rest: Rest): Rest {
  return (after) => rest({ ...after, locals: context.locals });
}

function loop(effect: Node<"for">, context: StepContext, rest: Rest): void {
  const domain = captive(context, evaluate(context, effect.domain));
  const elements = elementsOf(context, domain);
  const own = forks(effect.body, context.layout.model);
  const round = (at: number, before: StepContext): void => {
    const element = elements[at];
    if (element === undefined) {
      rest({ ...before, locals: context.locals });
      return;
    }
    const inside = { ...before, locals: withLocal(context, effect.local, element.value).locals };
    if (!own) {
      branch(before.emitter, element.present, () => performAll(effect.body, inside, () => {}));
      round(at + 1, before);
      return;
    }
    branch(
      before.emitter,
      element.present,
      () => performAll(effect.body, inside, (after) => round(at + 1, after)),
      () => round(at + 1, before),
    );
  };
  round(0, context);
}

function choose(effect: Node<"choose">, context: StepContext, rest: Rest): void {
  const { emitter } = context;
  const domain = captive(context, evaluate(context, effect.domain));
  if (domain.type.kind !== "set") throw new Unsupported("a choice from a list");
  const elements = elementsOf(context, domain);
  const chosen = (inner: StepContext, value: Packed): StepContext => ({
    ...inner,
    locals: withLocal(context, effect.local, value).locals,
  });
  if (elements.length <= UNROLLED_CHOICES_MAX) {
    const ways = elements.map(({ present, value }) => (inner: StepContext) => {
      branch(emitter, not(present), () => leave(inner));
      rest(chosen(inner, value));
    });
    forked(context, ways);
    return;
  }
  const shape = shapeOf(domain.type);
  if (shape.form !== "set") throw new Unsupported("a choice from no set");
  const code: Term = { op: "local", local: emitter.locals++ };
  emit(emitter, { do: "set", local: code.local, value: ZERO });
  const { positions } = shape;
  const body = captured(emitter, () => {
    const way = (inner: StepContext): void => {
      const current = hold(emitter, code);
      const value = packed(shape.of.type, [current]);
      const word = domain.lanes.reduceRight<Term>((others, term, at) => {
        const here = compare("eq", { op: "shr", left: current, right: num(5) }, num(at));
        return { op: "if", condition: here, then: term, else: others };
      }, ZERO);
      const bit: Term = { op: "and", left: { op: "shr", left: word, right: current }, right: ONE };
      branch(emitter, not(bit), () => leave(inner));
      rest(chosen(inner, captive(inner, value)));
    };
    forked(context, [way]);
    const value: Term = { op: "add", left: code, right: ONE };
    emit(emitter, { do: "set", local: code.local, value });
  });
  const more = compare("lt", code, num(positions));
  emit(emitter, { do: "while", condition: more, body: restoring(context, body) });
}

/** Writes each way as a block that begins with the state as it is here. */
export function forked(
  context: StepContext,
  ways: readonly ((inner: StepContext) => void)[],
): void {
  const { emitter } = context;
  const bodies = ways.map((write) =>
    captured(emitter, () => block(emitter, (way) => write({ ...context, way }))),
  );
  // The first way finds the state as it is; what it changes is put back before the others.
  const changed = new Set(bodies.flatMap((body) => [...wordsWritten(body)]));
  const saved = [...changed].map((word) => ({
    word,
    value: ways.length > 1 ? hold(emitter, { op: "next", word } as Term) : ZERO,
  }));
  for (const [index, body] of bodies.entries()) {
    if (index > 0) for (const each of saved) emit(emitter, { do: "next", ...each });
    for (const command of body) emitter.out.push(command);
  }
}

/** The body of a loop, each round of which begins with the state as it was before the loop. */
function restoring(context: StepContext, body: readonly Command[]): readonly Command[] {
  const { emitter } = context;
  const saved = [...wordsWritten(body)].map((word) => ({
    word,
    value: hold(emitter, { op: "next", word } as Term),
  }));
  return [...saved.map((each): Command => ({ do: "next", ...each })), ...body];
}

function wordsWritten(commands: readonly Command[]): ReadonlySet<number> {
  const words = new Set<number>();
  const visit = (inner: readonly Command[]): void => {
    for (const command of inner) {
      if (command.do === "next") words.add(command.word);
      if (command.do === "if") visit([...command.then, ...command.else]);
      if (command.do === "while" || command.do === "block") visit(command.body);
    }
  };
  visit(commands);
  return words;
}

/** The fields of a message as locals 0, 1, … of whoever takes it. */
export function fieldLocals(
  context: Context,
  message: Packed,
  kind: number,
): ReadonlyMap<number, Packed> {
  return new Map(fieldsOf(message, kind).map((field, at) => [at, captive(context, field)]));
}
