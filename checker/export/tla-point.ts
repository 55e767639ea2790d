/**
 * `TlaPoint`: where an action is being written, and what can be written there.
 *
 * A condition of the step, a name for a text, a new value of a slot. Points are values: a branch
 * goes on from the same point twice.
 */
import type { Model } from "../../spec/model.ts";
import { type Lines, renderBlock, type TlaBlock } from "./tla-block.ts";
import type { TlaScope } from "./tla-expression.ts";
import { quote } from "./tla-values.ts";

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

/** A name for a text that is used more than once; the text itself when it is short. */
export function defineLong(point: TlaPoint, wanted: string, text: string): string {
  return PLAIN.test(text) ? text : define(point, wanted, text);
}

/** Gives a slot a new value: a definition that is called after it, unless it is short. */
export function setSlot(point: TlaPoint, slot: number, text: string): TlaPoint {
  const { scope } = point;
  const wanted = `${scope.model.slots[slot]?.name ?? "slot"} next`;
  const slots = scope.slots.with(slot, defineLong(point, wanted, text));
  return { ...point, scope: { ...scope, slots } };
}

/** `\E name \in domain :` and the block below it. */
export function exists(name: string, domain: string, block: TlaBlock): Lines {
  return [`\\E ${name} \\in ${domain} :`, ...renderBlock(block).map((line) => `  ${line}`)];
}

/** A value that leaves its type stops the checker. */
export function fits(point: TlaPoint, misfits: readonly string[]): void {
  if (misfits.length === 0) return;
  const text = quote(`${point.step}: a value leaves its range`);
  require(point, `Assert(~(${misfits.join(" \\/ ")}), ${text})`);
}

/** The name of a kind of message of a channel. */
export function kindName(model: Model, channel: number, kind: number): string {
  const type = model.channels[channel]?.message;
  return type?.kind === "message" ? (type.kinds[kind]?.name ?? "") : "";
}
