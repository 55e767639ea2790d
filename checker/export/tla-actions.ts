/**
 * The transitions of a Model as TLA+ actions, one named definition for each.
 *
 *     server_Open ==
 *       /\ req # <<>>
 *       /\ Head(req)[1] = "Open"
 *       /\ server \in {"Up"}
 *       /\ …
 *       /\ UNCHANGED <<server_inc, …>>
 *
 * The twin of `reference/successors.ts`: how a transition begins depends on its kind and on the
 * discipline of its channel; its effects follow.
 */
import type { Channel, Transition } from "../../spec/model.ts";
import { RUNS_MAX, tooManyRuns } from "./symbolic-run.ts";
import { createBlock, type Lines, renderBlock, type TlaBlock } from "./tla-block.ts";
import { tlaEffects } from "./tla-effects.ts";
import { tlaExpr, type TlaScope } from "./tla-expression.ts";
import {
  type After,
  define,
  exists,
  kindName,
  require,
  setSlot,
  type TlaPoint,
} from "./tla-point.ts";
import { quote } from "./tla-values.ts";

/** Operators about one slot or channel, by their names. */
export interface TlaOperators {
  /** Applies one waiting write to a slot: `Apply(memory, entry)`. */
  applied(slot: number): string;
  /** Applies all waiting writes of a buffer to a slot: `Seen(memory, buffer)`. */
  seen(slot: number): string;
  /** The slots that a store buffer can hold writes to. */
  stored(buffer: number): readonly number[];
  /** Is a message of this channel deferred? `Deferred(message)` */
  deferred(channel: number): string;
}

/** The body of the action of a transition. */
export function tlaAction(transition: Transition, scope: TlaScope, operators: TlaOperators): Lines {
  const block = createBlock();
  const busy = transition.instance === undefined ? [] : [transition.instance];
  const start: TlaPoint = { scope, block, path: undefined, busy, step: transition.name };
  let ways = 0;
  const finish: After = (end) => {
    ways++;
    if (ways > RUNS_MAX) throw tooManyRuns();
    finishStep(end, scope.slots);
  };
  const go: After = (point) => tlaEffects(transition.effects, point, finish);
  if (transition.trigger === undefined) {
    const guard = tlaExpr(transition.guard, scope);
    if (guard !== "TRUE") require(start, guard);
  }
  begin(transition, start, operators, go);
  return renderBlock(block);
}

/** What was written gets its new value, everything else keeps its own. */
function finishStep(end: TlaPoint, variables: readonly string[]): void {
  const kept: string[] = [];
  for (const [slot, name] of end.scope.slots.entries()) {
    const variable = variables[slot] ?? "";
    if (name === variable) kept.push(variable);
    else end.block.conjuncts.push([`${variable}' = ${name}`]);
  }
  if (kept.length > 0) end.block.conjuncts.push([`UNCHANGED <<${kept.join(", ")}>>`]);
}

function begin(transition: Transition, point: TlaPoint, operators: TlaOperators, go: After): void {
  const { model } = point.scope;
  if (transition.trigger !== undefined) {
    receive(transition, point, operators, go);
    return;
  }
  switch (transition.kind) {
    case "flush":
      go(flush(transition, point, operators));
      return;
    case "lossy":
    case "duplicating":
    case "reordering": {
      const channel = model.channels[transition.subject ?? -1];
      if (channel === undefined) return;
      if (channel.discipline === "bag") strikeBag(transition, channel, point, go);
      else strikeQueue(transition, channel, point, go);
      return;
    }
    default:
      go(point);
  }
}

// ---------------------------------------------------------------------------- messages

function receive(
  transition: Transition,
  point: TlaPoint,
  operators: TlaOperators,
  go: After,
): void {
  const { scope, block } = point;
  const { model } = scope;
  const index = transition.trigger?.channel ?? -1;
  const channel = model.channels[index];
  const queue = scope.slots[channel?.slot ?? -1];
  if (channel === undefined || queue === undefined || channel.discipline === "rendezvous") {
    block.conjuncts.push(["FALSE"]);
    return;
  }
  const take = (inside: TlaPoint, message: string, rest: string): void => {
    const kind = kindName(model, index, transition.trigger?.kind ?? -1);
    require(inside, `${message}[1] = ${quote(kind)}`);
    const locals = Array.from(
      { length: transition.locals },
      (_, local): string | undefined => `${message}[${local + 2}]`,
    );
    const received: TlaPoint = { ...inside, scope: { ...inside.scope, locals } };
    const guard = tlaExpr(transition.guard, received.scope);
    if (guard !== "TRUE") require(received, guard);
    go(setSlot(received, channel.slot, rest));
  };
  switch (channel.discipline) {
    case "fifo":
      require(point, `${queue} # <<>>`);
      take(point, `Head(${queue})`, `Tail(${queue})`);
      return;
    case "mailbox": {
      const [at, before] = [scope.fresh("at"), scope.fresh("before")];
      const deferred = operators.deferred(index);
      const inside = { ...point, block: createBlock() };
      require(inside, `~${deferred}(${queue}[${at}])`);
      require(inside, `\\A ${before} \\in 1..(${at} - 1) : ${deferred}(${queue}[${before}])`);
      take(inside, `${queue}[${at}]`, `RemoveAt(${queue}, ${at})`);
      block.conjuncts.push(exists(at, `1..Len(${queue})`, inside.block));
      return;
    }
    case "bag": {
      const message = scope.fresh("message");
      const inside = { ...point, block: createBlock() };
      take(inside, message, `(${queue} (-) SetToBag({${message}}))`);
      block.conjuncts.push(exists(message, `BagToSet(${queue})`, inside.block));
    }
  }
}

// ---------------------------------------------------------------------------- memory and faults

/** The oldest waiting write reaches the memory. */
function flush(transition: Transition, point: TlaPoint, operators: TlaOperators): TlaPoint {
  const buffer = transition.subject ?? -1;
  const waiting = point.scope.slots[buffer] ?? "";
  require(point, `${waiting} # <<>>`);
  const entry = define(point, "entry", `Head(${waiting})`);
  const written = operators
    .stored(buffer)
    .reduce(
      (before, slot) =>
        setSlot(
          before,
          slot,
          `${operators.applied(slot)}(${before.scope.slots[slot] ?? ""}, ${entry})`,
        ),
      point,
    );
  return setSlot(written, buffer, `Tail(${waiting})`);
}

function strikeQueue(transition: Transition, channel: Channel, point: TlaPoint, go: After): void {
  const { scope, block } = point;
  const queue = scope.slots[channel.slot] ?? "";
  const at = scope.fresh("at");
  const inside = { ...point, block: createBlock() };
  const strike = (changed: string, into: TlaPoint): void => {
    const next = setSlot(into, channel.slot, changed);
    // A fault that changes nothing does not strike.
    require(next, `${next.scope.slots[channel.slot] ?? ""} # ${queue}`);
    go(next);
  };
  switch (transition.kind) {
    case "lossy":
      strike(`RemoveAt(${queue}, ${at})`, inside);
      break;
    case "duplicating":
      require(inside, `Len(${queue}) < ${channel.capacity}`);
      strike(`InsertAt(${queue}, ${at}, ${queue}[${at}])`, inside);
      break;
    default: {
      const to = scope.fresh("to");
      const moved: TlaBlock = createBlock();
      const into = { ...inside, block: moved };
      require(into, `${to} < ${at}`);
      require(into, `${to} >= ${at} - ${transition.distance ?? 0}`);
      strike(`InsertAt(RemoveAt(${queue}, ${at}), ${to}, ${queue}[${at}])`, into);
      inside.block.conjuncts.push(exists(to, `1..Len(${queue})`, moved));
    }
  }
  block.conjuncts.push(exists(at, `1..Len(${queue})`, inside.block));
}

function strikeBag(transition: Transition, channel: Channel, point: TlaPoint, go: After): void {
  const { scope, block } = point;
  const queue = scope.slots[channel.slot] ?? "";
  // A bag has no order that could change.
  if (transition.kind === "reordering") {
    block.conjuncts.push(["FALSE"]);
    return;
  }
  const message = scope.fresh("message");
  const inside = { ...point, block: createBlock() };
  const lossy = transition.kind === "lossy";
  if (!lossy) require(inside, `BagCardinality(${queue}) < ${channel.capacity}`);
  go(setSlot(inside, channel.slot, `(${queue} ${lossy ? "(-)" : "(+)"} SetToBag({${message}}))`));
  block.conjuncts.push(exists(message, `BagToSet(${queue})`, inside.block));
}
