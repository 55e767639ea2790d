/**
 * `TlaWriter`: what everybody who writes a part of a module needs, and what they share.
 *
 * Names are given once for a module; operators about a slot or a channel get theirs when they are
 * first used.
 */
import type { Model, Reception, Transition } from "../../spec/model.ts";
import type { Naming } from "./names.ts";
import { storeLayouts } from "./symbolic-memory.ts";
import type { TlaOperators } from "./tla-actions.ts";
import { tlaExpr, type TlaScope } from "./tla-expression.ts";
import { tlaNames } from "./tla-names.ts";
import { kindName } from "./tla-point.ts";
import { quote } from "./tla-values.ts";

export interface TlaWriter {
  readonly model: Model;
  readonly variables: readonly string[];
  readonly fresh: Naming;
  readonly scope: TlaScope;
  readonly operators: TlaOperators;
  readonly leftOut: string[];
}

/** A transition and the name of its action. */
export interface NamedAction {
  readonly name: string;
  readonly transition: Transition;
}

export function createTlaWriter(model: Model): TlaWriter {
  const { variables, fresh } = tlaNames(model);
  const stores = storeLayouts(model);
  const slotName = (slot: number): string => model.slots[slot]?.name ?? "";
  const names = new Map<string, string>();
  const once = (wanted: string): string => {
    const name = names.get(wanted) ?? fresh(wanted);
    names.set(wanted, name);
    return name;
  };
  const operators: TlaOperators = {
    applied: (slot) => once(`Apply ${slotName(slot)}`),
    seen: (slot) => once(`Seen ${slotName(slot)}`),
    stored: (buffer) => [...new Set((stores.get(buffer) ?? []).map(({ slot }) => slot))],
    deferred: (channel) => once(`Deferred ${model.channels[channel]?.name ?? ""}`),
  };
  const stored = new Set([...stores.values()].flat().map(({ slot }) => slot));
  const seen = (slot: number, memory: string, buffer: string): string =>
    // Where nobody writes, nothing ever waits.
    stored.has(slot) ? `${operators.seen(slot)}(${memory}, ${buffer})` : memory;
  const scope: TlaScope = { model, slots: variables, locals: [], fresh, seen };
  return { model, variables, fresh, scope, operators, leftOut: [] };
}

/** Is a message deferred, or without a rule, in the current modes? */
export function receptionText(
  reception: Reception,
  how: "deferred" | "unhandled",
  message: string,
  { model, scope }: TlaWriter,
): string {
  const locals = Array.from(
    { length: reception.locals },
    (_, local): string | undefined => `${message}[${local + 2}]`,
  );
  const kind = quote(kindName(model, reception.channel, reception.kind));
  return `(${message}[1] = ${kind} /\\ ${tlaExpr(reception[how], { ...scope, locals })})`;
}
