/**
 * Performs effects in order and gives every outcome, in the order of their choices.
 *
 * Effects are sequential: a read sees earlier writes, a failed `assert` ends the step where it
 * stands, and an effect after it is not reached. A `send` on a rendezvous channel performs one
 * receiving transition in place, then the sender goes on:
 *
 *     a.step { x = 1; send ch.M(x); y = 2 }        x = 1 | b's guard and effects for M | y = 2
 *
 * An instance that is in the middle of its own step cannot receive, so rendezvous cannot recur.
 *
 * Limit: `MAX_OUTCOMES` outcomes for one transition of one state; more end the exploration.
 */
import type { Effect, Expr, Model, Place, Type, Value } from "../../spec/model.ts";
import { compareValues, part, parts, printValue } from "../../spec/values.ts";
import { evaluate, frame, holds, member, type Scope, slotOf, withLocal } from "./evaluate.ts";
import { canMisfit, fit } from "./fit.ts";
import { packEntry, readThrough, writePart } from "./memory.ts";
import { type Meter, tick } from "./meter.ts";
import type { Obstacle, Outcome, Run, Violation } from "./outcome.ts";

/** Outcomes of one transition in one state. */
export const MAX_OUTCOMES = 100_000;

/** Thrown when one transition has more than `MAX_OUTCOMES` outcomes; the search reports it. */
export class TooManyOutcomes extends Error {
  readonly limit: number = MAX_OUTCOMES;
}

/** What effects need to know beside the run itself. */
export interface Setting {
  readonly model: Model;
  readonly meter: Meter;
  /** Instances in the middle of their step. */
  readonly busy: readonly number[];
}

/** The effects of one kind. */
export type Node<Kind extends Effect["effect"]> = Extract<Effect, { readonly effect: Kind }>;

export function performAll(
  effects: readonly Effect[],
  run: Run,
  setting: Setting,
): readonly Outcome[] {
  let outcomes: readonly Outcome[] = [done(run)];
  for (const effect of effects) {
    outcomes = continueWith(outcomes, (before) => {
      tick(setting.meter);
      return perform(effect, before, setting);
    });
  }
  return outcomes;
}

/** Goes on from every outcome that is not at its end, in order. */
function continueWith(
  outcomes: readonly Outcome[],
  next: (run: Run) => readonly Outcome[],
): readonly Outcome[] {
  const all: Outcome[] = [];
  for (const outcome of outcomes) {
    for (const one of outcome.end === "done" ? next(outcome.run) : [outcome]) all.push(one);
    if (all.length > MAX_OUTCOMES) throw new TooManyOutcomes();
  }
  return all;
}

function perform(effect: Effect, before: Run, setting: Setting): readonly Outcome[] {
  const run: Run = { ...before, spans: [...before.spans, effect.span] };
  const scope = scopeOf(run, setting);
  switch (effect.effect) {
    case "assign":
      return [assign(effect, run, setting)];
    case "send":
      return send(effect, run, setting);
    case "if":
      return performAll(holds(effect.condition, scope) ? effect.then : effect.else, run, setting);
    case "for":
      return loop(effect, run, setting);
    case "choose":
      return choose(effect, run, setting);
    case "assert":
      return [assertion(effect, run, setting)];
    case "fence":
      return parts(part(run.state, effect.buffer)).length === 0
        ? [done(run)]
        : [blocked({ why: "fence", buffer: effect.buffer })];
    case "bind":
      return [done(withLocals(run, effect.local, evaluate(effect.value, scope)))];
  }
}

function assertion(effect: Node<"assert">, run: Run, setting: Setting): Outcome {
  const { condition, span } = effect;
  setting.meter.asserts++;
  if (holds(condition, scopeOf(run, setting))) return done(run);
  return violated(run, { property: "assert", span, condition, locals: run.locals });
}

export function done(run: Run): Outcome {
  return { end: "done", run };
}

export function blocked(obstacle: Obstacle): Outcome {
  return { end: "blocked", obstacle };
}

function violated(run: Run, violation: Violation): Outcome {
  return { end: "violated", run, violation };
}

export function scopeOf(run: Run, setting: Setting): Scope {
  return { state: run.state, locals: run.locals, meter: setting.meter };
}

function withLocals(run: Run, local: number, value: Value): Run {
  return { ...run, locals: withLocal(run.locals, local, value) };
}

// ---------------------------------------------------------------------------- assignment

/** Stores the value in its slot, or at the end of the store buffer that takes the write. */
function assign(effect: Node<"assign">, run: Run, setting: Setting): Outcome {
  const { place } = effect;
  const scope = scopeOf(run, setting);
  const slot = slotOf(place, scope);
  const description = slot === undefined ? undefined : setting.model.slots[slot];
  // No member of the family has this index: the type checker admits none such, so nothing is
  // written.
  if (slot === undefined || description === undefined) return done(run);
  const path = place.path.map((step) =>
    step.step === "field" ? step.field : evaluate(step.key, scope),
  );
  const memory = part(run.state, slot);
  const seen =
    place.buffer === undefined
      ? memory
      : readThrough(memory, slot, description.type, part(run.state, place.buffer));

  const isGhost = description.role.role === "variable" && description.role.ghost;
  if (!isGhost && canMisfit(place.type)) setting.meter.ranges++;
  const fitted = fit(evaluate(effect.value, scope), place.type);
  // A ghost is not part of the state, so that no search could say whether it ever leaves its range.
  if (fitted.misfit !== undefined && isGhost) return done(run);
  if (fitted.misfit !== undefined) {
    const { type, value } = fitted.misfit;
    const leaves = {
      property: "range",
      span: effect.span,
      type,
      value,
      slot,
      before: seen,
    } as const;
    return violated(run, leaves);
  }
  const written = writePart(seen, description.type, path, fitted.value);
  if (written === undefined) return done(run);
  if (place.buffer === undefined) return done({ ...run, state: run.state.with(slot, written) });
  return store(place, { slot, path, value: fitted.value }, run, setting);
}

function store(
  place: Place,
  entry: { readonly slot: number; readonly path: readonly Value[]; readonly value: Value },
  run: Run,
  setting: Setting,
): Outcome {
  const buffer = place.buffer ?? -1;
  const role = setting.model.slots[buffer]?.role;
  const room = role?.role === "buffer" ? role.entries : 0;
  const waiting = parts(part(run.state, buffer));
  if (waiting.length >= room) return blocked({ why: "store", buffer });
  return done({ ...run, state: run.state.with(buffer, [...waiting, packEntry(entry)]) });
}

// ---------------------------------------------------------------------------- messages

function send(effect: Node<"send">, run: Run, setting: Setting): readonly Outcome[] {
  const scope = scopeOf(run, setting);
  const index = member(effect.channels, effect.index, scope);
  const channel = index === undefined ? undefined : setting.model.channels[index];
  // As for places: the type checker admits no index outside the family.
  if (index === undefined || channel === undefined) return [done(run)];

  if (canMisfit(channel.message)) setting.meter.ranges++;
  const fitted = fit(evaluate(effect.message, scope), channel.message);
  if (fitted.misfit !== undefined) {
    const { type, value } = fitted.misfit;
    const place = { span: effect.span, slot: undefined, before: undefined };
    return [violated(run, { property: "range", type, value, ...place })];
  }
  if (channel.discipline === "rendezvous") return meet(index, fitted.value, run, setting);

  const waiting = parts(part(run.state, channel.slot));
  if (waiting.length >= channel.capacity) return [blocked({ why: "room", channel: index })];
  const longer = arrange([...waiting, fitted.value], channel.discipline);
  return [done({ ...run, state: run.state.with(channel.slot, longer) })];
}

/**
 * A bag has no order, so its messages are kept in the order of values: equal bags are equal states.
 */
export function arrange(messages: readonly Value[], discipline: string): readonly Value[] {
  return discipline === "bag" ? messages.toSorted(compareValues) : messages;
}

/** Every way in which the receiver can take the message now, as part of this step. */
function meet(index: number, message: Value, run: Run, setting: Setting): readonly Outcome[] {
  const { model, meter } = setting;
  const receiver = model.channels[index]?.receiver;
  const nobody = blocked({ why: "partner", channel: index });
  if (receiver === undefined || setting.busy.includes(receiver)) return [nobody];

  const [kind, ...fields] = parts(message);
  const outcomes = model.transitions.flatMap((transition, number) => {
    const { trigger } = transition;
    if (trigger?.channel !== index || trigger.kind !== kind) return [];
    const locals = frame(transition.locals, fields);
    if (!holds(transition.guard, { state: run.state, locals, meter })) return [];
    const received: Run = {
      ...run,
      locals,
      choices: [...run.choices, number],
      remarks: [...run.remarks, ` & ${receiveLabel(model, number, message)}`],
      partners: [...run.partners, number],
      spans: [...run.spans, transition.span],
    };
    const during: Setting = { ...setting, busy: [...setting.busy, receiver] };
    return performAll(transition.effects, received, during).map((outcome) =>
      outcome.end === "done" ? done({ ...outcome.run, locals: run.locals }) : outcome,
    );
  });
  return outcomes.length === 0 ? [nobody] : outcomes;
}

/** `server.Open(Client1)`: the name of a receiving transition and the fields it was given. */
export function receiveLabel(model: Model, transition: number, message: Value): string {
  const { name, trigger } = model.transitions[transition] ?? { name: "", trigger: undefined };
  const type = trigger === undefined ? undefined : model.channels[trigger.channel]?.message;
  const kind = type?.kind === "message" ? type.kinds[Number(part(message, 0))] : undefined;
  if (kind === undefined || kind.fields.length === 0) return name;
  const fields = kind.fields.map((field, index) =>
    printValue(part(message, index + 1), field.type),
  );
  return `${name}(${fields.join(", ")})`;
}

// ---------------------------------------------------------------------------- loops and choices

function loop(effect: Node<"for">, run: Run, setting: Setting): readonly Outcome[] {
  const domain = parts(evaluate(effect.domain, scopeOf(run, setting)));
  let outcomes: readonly Outcome[] = [done(run)];
  for (const element of domain) {
    outcomes = continueWith(outcomes, (before) =>
      performAll(effect.body, withLocals(before, effect.local, element), setting),
    );
  }
  return outcomes;
}

function choose(effect: Node<"choose">, run: Run, setting: Setting): readonly Outcome[] {
  const domain = parts(evaluate(effect.domain, scopeOf(run, setting)));
  if (domain.length === 0) return [blocked({ why: "choose", span: effect.span })];
  const type = elementType(effect.domain);
  return domain.map((element) => {
    const text = type === undefined ? JSON.stringify(element) : printValue(element, type);
    const chosen = withLocals(run, effect.local, element);
    return done({
      ...chosen,
      choices: [...run.choices, element],
      remarks: [...run.remarks, ` {${effect.name} = ${text}}`],
    });
  });
}

function elementType(domain: Expr): Type | undefined {
  return domain.type.kind === "set" || domain.type.kind === "list" ? domain.type.of : undefined;
}
