/**
 * Effects of a Model as conjuncts of a TLA+ action.
 *
 * An assignment defines a new name for its slot, which later effects read; at the end each slot
 * that was written gets its last name. Branches that choose nothing are joined by `IF`; one that
 * chooses takes the rest of the effects into both of its ways.
 *
 *     server.table += c; send rep.Ack        LET server_table_1 == (server_table \cup {c})
 *                                                rep_1 == Append(rep, <<"Ack">>)
 *                                            IN  /\ Len(rep) < 2
 *                                                /\ …
 */
import type { Channel, Effect, Expr, Model } from "../../spec/model.ts";
import type { Node } from "../reference/effects.ts";
import { domainOf } from "./symbolic.ts";
import { assign } from "./tla-assign.ts";
import { createBlock, renderAlternatives, type TlaBlock } from "./tla-block.ts";
import { keyConditions, tlaExpr, withTlaLocal } from "./tla-expression.ts";
import { tlaFit } from "./tla-fit.ts";
import {
  type After,
  define,
  defineLong,
  exists,
  fits,
  kindName,
  require,
  setSlot,
  type TlaPoint,
} from "./tla-point.ts";
import { quote, tlaValue } from "./tla-values.ts";

/** Writes the effects into the block of the point, then what comes after them. */
export function tlaEffects(effects: readonly Effect[], point: TlaPoint, after: After): void {
  const [first, ...rest] = effects;
  if (first === undefined) {
    after(point);
    return;
  }
  tlaEffect(first, point, (next) => tlaEffects(rest, next, after));
}

function tlaEffect(effect: Effect, point: TlaPoint, after: After): void {
  const { scope } = point;
  switch (effect.effect) {
    case "assign":
      after(assign(effect, point));
      return;
    case "send":
      send(effect, point, after);
      return;
    case "if":
      branch(tlaExpr(effect.condition, scope), effect.then, effect.else, point, after);
      return;
    case "for":
      loop(effect, point, after);
      return;
    case "choose":
      choose(effect, point, after);
      return;
    case "assert": {
      const text = quote(`${point.step}: an assertion fails`);
      require(point, `Assert(${tlaExpr(effect.condition, scope)}, ${text})`);
      after(point);
      return;
    }
    case "fence":
      require(point, `${scope.slots[effect.buffer] ?? ""} = <<>>`);
      after(point);
      return;
    case "bind": {
      const name = define(point, "local", tlaExpr(effect.value, scope));
      after({ ...point, scope: withTlaLocal(scope, effect.local, name) });
    }
  }
}

// ---------------------------------------------------------------------------- branches

/** Do the effects choose, so that they have several ways? */
function chooses(effects: readonly Effect[], model: Model): boolean {
  return effects.some((effect) => {
    switch (effect.effect) {
      case "choose":
        return true;
      case "send":
        return effect.channels.some(
          (channel) => model.channels[channel]?.discipline === "rendezvous",
        );
      case "if":
        return chooses(effect.then, model) || chooses(effect.else, model);
      case "for":
        return chooses(effect.body, model);
      default:
        return false;
    }
  });
}

function branch(
  text: string,
  then: readonly Effect[],
  otherwise: readonly Effect[],
  point: TlaPoint,
  after: After,
): void {
  if (text === "TRUE") return tlaEffects(then, point, after);
  if (text === "FALSE") return tlaEffects(otherwise, point, after);
  const condition = defineLong(point, "when", text);
  if (chooses([...then, ...otherwise], point.scope.model)) {
    const ways = [
      { when: condition, effects: then },
      { when: `~${condition}`, effects: otherwise },
    ].map(({ when, effects }) => {
      const block = createBlock();
      block.conjuncts.push([when]);
      tlaEffects(effects, { ...point, block }, after);
      return block;
    });
    point.block.conjuncts.push(renderAlternatives(ways));
    return undefined;
  }
  const joined = { then: point, otherwise: point };
  const within = (when: string): TlaPoint => ({
    ...point,
    path: point.path === undefined ? when : `(${point.path} /\\ ${when})`,
  });
  tlaEffects(then, within(condition), (end) => void (joined.then = end));
  tlaEffects(otherwise, within(`~${condition}`), (end) => void (joined.otherwise = end));
  after(join(condition, point, joined.then, joined.otherwise));
  return undefined;
}

/** Slots and locals that differ get a name for both. */
function join(condition: string, point: TlaPoint, then: TlaPoint, otherwise: TlaPoint): TlaPoint {
  let joined = point;
  for (const [slot, one] of then.scope.slots.entries()) {
    const other = otherwise.scope.slots[slot] ?? one;
    if (one === joined.scope.slots[slot] && one === other) continue;
    // Both may have written the same short text, which needs no name.
    const text = one === other ? one : `IF ${condition} THEN ${one} ELSE ${other}`;
    joined = setSlot(joined, slot, text);
  }
  let { scope } = joined;
  for (const [local, one] of then.scope.locals.entries()) {
    const other = otherwise.scope.locals[local];
    if (one === undefined || one === scope.locals[local]) continue;
    const same = other === undefined || other === one;
    const text = same ? one : `IF ${condition} THEN ${one} ELSE ${other}`;
    scope = withTlaLocal(scope, local, define({ ...joined, scope }, "local", text));
  }
  return { ...joined, scope };
}

/** Every possible element in order, each as a branch. */
function loop(effect: Node<"for">, point: TlaPoint, after: After): void {
  const { domain, local, body } = effect;
  const { type } = domain;
  const whole = tlaExpr(domain, point.scope);
  const of = type.kind === "set" ? type.of : type;
  const rounds = domainOf(of).map((value) => {
    const text = tlaValue(value, of);
    return { text, there: domain.op === "all" ? "TRUE" : `(${text} \\in ${whole})` };
  });
  const round = (at: number, next: TlaPoint): void => {
    const one = rounds[at];
    if (one === undefined) {
      after(next);
      return;
    }
    const inside = { ...next, scope: withTlaLocal(next.scope, local, one.text) };
    branch(one.there, body, [], inside, (end) => round(at + 1, end));
  };
  round(0, point);
}

function choose(effect: Node<"choose">, point: TlaPoint, after: After): void {
  const { scope } = point;
  const whole = tlaExpr(effect.domain, scope);
  const name = scope.fresh(effect.name);
  const block = createBlock();
  after({ ...point, block, scope: withTlaLocal(scope, effect.local, name) });
  point.block.conjuncts.push(exists(name, whole, block));
}

// ---------------------------------------------------------------------------- messages

function send(effect: Node<"send">, point: TlaPoint, after: After): void {
  const { scope } = point;
  const { model } = scope;
  const channels = effect.channels.map((index) => model.channels[index]);
  const [first] = channels;
  if (first === undefined) {
    after(point);
    return;
  }
  const fitted = tlaFit(effect.message, first.message, point);
  fits(point, fitted.misfits);
  const conditions = keyConditions(effect.index, channels.length, scope);
  if (first.discipline === "rendezvous") {
    const ways = conditions.flatMap((condition, at) =>
      meetings(effect.channels[at] ?? -1, effect.message, condition, fitted.text, point, after),
    );
    point.block.conjuncts.push(renderAlternatives(ways));
    return;
  }
  after(
    conditions.reduce<TlaPoint>((before, condition, at) => {
      const channel = channels[at];
      return channel === undefined ? before : queue(channel, condition, fitted.text, before);
    }, point),
  );
}

function queue(
  channel: Channel,
  condition: string | undefined,
  message: string,
  point: TlaPoint,
): TlaPoint {
  const whole = point.scope.slots[channel.slot] ?? "";
  const bag = channel.discipline === "bag";
  const free = `${bag ? "BagCardinality" : "Len"}(${whole}) < ${channel.capacity}`;
  require(point, condition === undefined ? free : `(${condition} => ${free})`);
  const longer = bag ? `(${whole} (+) SetToBag({${message}}))` : `Append(${whole}, ${message})`;
  return setSlot(
    point,
    channel.slot,
    condition === undefined ? longer : `IF ${condition} THEN ${longer} ELSE ${whole}`,
  );
}

/** Every way in which the receiver can take the message now, as part of this step. */
function meetings(
  index: number,
  sent: Expr,
  condition: string | undefined,
  message: string,
  point: TlaPoint,
  after: After,
): readonly TlaBlock[] {
  const { model } = point.scope;
  const receiver = model.channels[index]?.receiver ?? -1;
  if (point.busy.includes(receiver)) return [];
  return model.transitions.flatMap((transition) => {
    const { trigger } = transition;
    if (trigger?.channel !== index) return [];
    if (sent.op === "message" && sent.kind !== trigger.kind) return [];
    const block = createBlock();
    const received: TlaPoint = { ...point, block, path: undefined };
    if (condition !== undefined) require(received, condition);
    const kind = kindName(model, index, trigger.kind);
    const name = define(received, "message", message);
    require(received, `${name}[1] = ${quote(kind)}`);
    const locals = Array.from(
      { length: transition.locals },
      (_, local): string | undefined => `${name}[${local + 2}]`,
    );
    const inside: TlaPoint = {
      ...received,
      scope: { ...received.scope, locals },
      busy: [...point.busy, receiver],
    };
    require(inside, tlaExpr(transition.guard, inside.scope));
    tlaEffects(transition.effects, inside, (end) =>
      after({ ...end, busy: point.busy, scope: { ...end.scope, locals: point.scope.locals } }),
    );
    return [block];
  });
}
