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
import type { Effect, Model } from "../../spec/model.ts";
import { readSlot, withLocal } from "./access.ts";
import type { Term } from "./code.ts";
import { branch, captured, emit, hold } from "./emitter.ts";
import { condition, evaluate } from "./expression.ts";
import { elementsOf } from "./quantifier.ts";
import { lengthOf, type Packed, packed } from "./packed.ts";
import { shapeOf } from "./shape.ts";
import { compare, constantOf, not, num, ONE, ZERO } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";
import { type StepContext, captive, leave, violate } from "./outcome.ts";
import type { Node } from "../reference/effects.ts";
import { assign } from "./assignment.ts";
import type { Rest } from "./ways.ts";
import { send } from "./sending.ts";
import { forked, restoring } from "./ways.ts";

/** Values up to which the ways of a `choose` are written out, each for itself. */
const UNROLLED_CHOICES_MAX = 6;

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
      send(effect, context, rest, performAll);
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

export function loop(effect: Node<"for">, context: StepContext, rest: Rest): void {
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
