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
import type { Channel, Effect, Expr, Model, Place } from "../../spec/model.ts";
import { domainOf } from "./symbolic.ts";
import {
  type Lines,
  createBlock,
  renderAlternatives,
  renderBlock,
  type TlaBlock,
} from "./tla-block.ts";
import {
  bare,
  keyConditions,
  tlaExists,
  tlaExpr,
  type TlaScope,
  type TlaStep,
  tlaWrite,
  withTlaLocal,
} from "./tla-expression.ts";
import { tlaFit } from "./tla-fit.ts";
import { quote, tlaValue, tuple } from "./tla-values.ts";

/** Where effects are being written. */
export interface TlaPoint {
  readonly scope: TlaScope;
  readonly block: TlaBlock;
  /** Condition of the branch that is being written; undefined outside of one. */
  readonly path: string | undefined;
  /** Instances in the middle of their step. */
  readonly busy: readonly number[];
  /** Name of the transition, for messages. */
  readonly step: string;
}

/** What comes after; called once for each way that is kept apart. */
export type After = (point: TlaPoint) => void;

type Node<Kind extends Effect["effect"]> = Extract<Effect, { readonly effect: Kind }>;

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

/** Adds a condition of the step. In a branch it is asked only where the branch is taken. */
export function require({ block, path }: TlaPoint, condition: string): void {
  block.conjuncts.push([path === undefined ? condition : `(${path} => ${condition})`]);
}

/** Defines a name for a text. */
export function define({ scope, block }: TlaPoint, wanted: string, text: string): string {
  const name = scope.fresh(wanted);
  block.lets.push([`${name} == ${text}`]);
  return name;
}

/** Texts that are as short as a name, and may stand where one would. */
const PLAIN: RegExp = /^(?:"\w+"|\w+|\d+|<<>>|\{\})$/;

/** Gives a slot a new value: a definition that is called after it, unless it is short. */
export function setSlot(point: TlaPoint, slot: number, text: string): TlaPoint {
  const { scope } = point;
  const wanted = `${scope.model.slots[slot]?.name ?? "slot"} next`;
  const name = PLAIN.test(text) ? text : define(point, wanted, text);
  const slots = scope.slots.with(slot, name);
  return { ...point, scope: { ...scope, slots } };
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
  condition: string,
  then: readonly Effect[],
  otherwise: readonly Effect[],
  point: TlaPoint,
  after: After,
): void {
  if (condition === "TRUE") return tlaEffects(then, point, after);
  if (condition === "FALSE") return tlaEffects(otherwise, point, after);
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
    if (one === other) continue;
    joined = setSlot(joined, slot, `IF ${condition} THEN ${one} ELSE ${other}`);
  }
  let { scope } = joined;
  for (const [local, one] of then.scope.locals.entries()) {
    const other = otherwise.scope.locals[local];
    if (one === undefined || one === scope.locals[local]) continue;
    const text = other === undefined ? one : `IF ${condition} THEN ${one} ELSE ${other}`;
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

/** `\E name \in domain :` and the block below it. */
export function exists(name: string, domain: string, block: TlaBlock): Lines {
  return [`\\E ${name} \\in ${domain} :`, ...renderBlock(block).map((line) => `  ${line}`)];
}

// ---------------------------------------------------------------------------- assignment

function assign(effect: Node<"assign">, point: TlaPoint): TlaPoint {
  const { place } = effect;
  const { scope } = point;
  const fitted = tlaFit(effect.value, place.type, scope);
  fits(point, fitted.misfits);
  const path = place.path.map(
    (step): TlaStep => (step.step === "field" ? step : { step: "key", key: bare(step.key, scope) }),
  );
  const conditions = keyConditions(place.index, place.slots.length, scope);
  return conditions.reduce<TlaPoint>((before, condition, at) => {
    const slot = place.slots[at] ?? -1;
    const type = scope.model.slots[slot]?.type;
    const whole = before.scope.slots[slot];
    if (type === undefined || whole === undefined) return before;
    if (place.buffer !== undefined) {
      const exists = both(condition, tlaExists(seenAt(place, slot, before), type, path));
      return store(place, place.buffer, slot, { path, text: fitted.text, exists }, before);
    }
    const written = tlaWrite(whole, type, path, fitted.text);
    const text =
      condition === undefined ? written : `IF ${condition} THEN ${written} ELSE ${whole}`;
    return setSlot(before, slot, text);
  }, point);
}

/** A value that leaves its type stops the checker. */
function fits(point: TlaPoint, misfits: readonly string[]): void {
  if (misfits.length === 0) return;
  const text = quote(`${point.step}: a value leaves its range`);
  require(point, `Assert(~(${misfits.join(" \\/ ")}), ${text})`);
}

function both(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? (one ?? other) : `(${one} /\\ ${other})`;
}

/** Memory as the owner of the buffer sees it. */
function seenAt(place: Place, slot: number, { scope }: TlaPoint): string {
  const memory = scope.slots[slot] ?? "";
  return `${scope.seen(slot)}(${memory}, ${scope.slots[place.buffer ?? -1] ?? ""})`;
}

interface StoredWrite {
  readonly path: readonly TlaStep[];
  readonly text: string;
  readonly exists: string | undefined;
}

function store(
  place: Place,
  buffer: number,
  slot: number,
  { path, text, exists: there }: StoredWrite,
  point: TlaPoint,
): TlaPoint {
  const { model, slots } = point.scope;
  const role = model.slots[buffer]?.role;
  const room = role?.role === "buffer" ? role.entries : 0;
  const waiting = slots[buffer] ?? "";
  const steps = path.map((step, at) =>
    step.step === "key" ? step.key : quote(fieldName(model, place, slot, at)),
  );
  const entry = tuple([quote(model.slots[slot]?.name ?? ""), tuple(steps), text]);
  const free = `Len(${waiting}) < ${room}`;
  require(point, there === undefined ? free : `(${there} => ${free})`);
  const longer = `Append(${waiting}, ${entry})`;
  return setSlot(
    point,
    buffer,
    there === undefined ? longer : `IF ${there} THEN ${longer} ELSE ${waiting}`,
  );
}

/** The name of the field that a step of a path goes down to. */
export function fieldName(
  model: Model,
  { path }: Pick<Place, "path">,
  slot: number,
  step: number,
): string {
  let type = model.slots[slot]?.type;
  for (const [at, { step: kind, ...rest }] of path.entries()) {
    if (type?.kind === "optional") type = type.of;
    if (kind === "field" && type?.kind === "record") {
      const field = type.fields["field" in rest ? Number(rest.field) : -1];
      if (at === step) return field?.name ?? "";
      type = field?.type;
    } else if (type?.kind === "map") type = type.value;
    else if (type?.kind === "list") type = type.of;
  }
  return "";
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
  const fitted = tlaFit(effect.message, first.message, scope);
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

/** The name of a kind of message of a channel. */
export function kindName(model: Model, channel: number, kind: number): string {
  const type = model.channels[channel]?.message;
  return type?.kind === "message" ? (type.kinds[kind]?.name ?? "") : "";
}
