/**
 * Types, expressions and effects in the notation of `model-notation.ts`, for tests only.
 *
 * Everything is a function that waits for the names of its sketch, so that a test can write
 * `v("x")` before anything says which slot `x` is. Spans are numbered in the order of writing.
 */
import type { Channel, Effect, Expr, Instance, Slot, Type, Value } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import type { Node } from "./reference/evaluate.ts";

export interface Names {
  readonly slots: readonly Slot[];
  readonly channels: readonly Channel[];
  readonly instances: readonly Instance[];
  /** Names of the frame's locals; grows while a transition is built. */
  readonly locals: { readonly name: string; readonly type: Type }[];
}

/** An expression or effect that waits for the names around it. */
export type Late<T> = (names: Names) => T;

let places = 0;
/** The next place: file `sketch`, one offset after the last. */
export function place(): Span {
  places++;
  return { file: "sketch", start: places, end: places + 1 };
}

// ---------------------------------------------------------------------------- types

export const bool: Type = { kind: "bool" };
export const int: Type = { kind: "int" };
export function range(
  low: number,
  high: number,
  overflow: "fail" | "wrap" | "saturate" = "fail",
): Type {
  return { kind: "range", name: "Count", low, high, overflow };
}
export function id(name: string, size: number): Type {
  return { kind: "id", name, size, symmetric: false };
}
export function setOfType(of: Type): Type {
  return { kind: "set", of };
}
export function mapType(key: Type, value: Type): Type {
  return { kind: "map", key, value };
}
export function optional(of: Type): Type {
  return { kind: "optional", of };
}
export function listType(of: Type, capacity: number): Type {
  return { kind: "list", of, capacity };
}
export function recordType(name: string, fields: Record<string, Type>): Type {
  return { kind: "record", name, fields: entries(fields) };
}
/** `messages({ Ping: {}, Open: { c: client } })` */
export function messages(kinds: Record<string, Record<string, Type>>): Type {
  return {
    kind: "message",
    name: "Msg",
    kinds: Object.entries(kinds).map(([name, fields]) => ({ name, fields: entries(fields) })),
  };
}
function entries(fields: Record<string, Type>): { name: string; type: Type }[] {
  return Object.entries(fields).map(([name, type]) => ({ name, type }));
}

// ---------------------------------------------------------------------------- expressions

export function value(type: Type, constant: Value): Late<Expr> {
  const span = place();
  return () => ({ op: "const", type, value: constant, span });
}
export const n = (number: number): Late<Expr> => value(int, number);
export const yes: Late<Expr> = value(bool, true);
export const no: Late<Expr> = value(bool, false);

/** A slot, or a local of the frame, by its name; `index` picks the member of a family `x[…]`. */
export function v(name: string, index?: Late<Expr>, buffer?: string): Late<Expr> {
  const span = place();
  return (names) => {
    const local = names.locals.findLastIndex((candidate) => candidate.name === name);
    const known = names.locals[local];
    if (known !== undefined) return { op: "local", type: known.type, local, name, span };
    const slots = slotsCalled(name, index !== undefined, names);
    return {
      op: "read",
      type: names.slots[slots[0] ?? -1]?.type ?? bool,
      slots,
      index: index?.(names),
      buffer: buffer === undefined ? undefined : slotCalled(buffer, names),
      span,
    };
  };
}

export function slotCalled(name: string, names: Names): number {
  const slot = names.slots.findIndex((candidate) => candidate.name === name);
  if (slot < 0) throw new Error(`no slot ${name} in this sketch`);
  return slot;
}

function slotsCalled(name: string, family: boolean, names: Names): readonly number[] {
  if (!family) return [slotCalled(name, names)];
  return names.slots.flatMap((slot, index) => (slot.name.startsWith(`${name}[`) ? [index] : []));
}

type BinaryOp = Node<"and">["op"];
export function binary(op: BinaryOp, left: Late<Expr>, right: Late<Expr>): Late<Expr> {
  const span = place();
  const type = ["add", "sub", "mul", "mod"].includes(op) ? int : bool;
  return (names) => ({ op, type, left: left(names), right: right(names), span });
}
type Two = (left: Late<Expr>, right: Late<Expr>) => Late<Expr>;
const two =
  (op: BinaryOp): Two =>
  (left, right) =>
    binary(op, left, right);
export const and: Two = two("and");
export const or: Two = two("or");
export const implies: Two = two("implies");
export const eq: Two = two("eq");
export const ne: Two = two("ne");
export const lt: Two = two("lt");
export const add: Two = two("add");

export function not(operand: Late<Expr>): Late<Expr> {
  const span = place();
  return (names) => ({ op: "not", type: bool, operand: operand(names), span });
}

/** `forall("c", client, …)`: over all values of a type, or over a set-valued expression. */
export function quantified(
  op: "forall" | "exists" | "count" | "filter",
  name: string,
  over: Type | Late<Expr>,
  body: Late<Expr>,
): Late<Expr> {
  const span = place();
  return (names) => {
    const domain: Expr =
      typeof over === "function"
        ? over(names)
        : { op: "all", type: setOfType(over), of: over, span };
    const type = domain.type.kind === "set" ? domain.type.of : bool;
    const local = names.locals.push({ name, type }) - 1;
    const result = op === "count" ? int : op === "filter" ? domain.type : bool;
    return { op, type: result, local, name, domain, body: body(names), span };
  };
}

/** Any other node, from its parts. */
export function node(make: (build: (late: Late<Expr>) => Expr, span: Span) => Expr): Late<Expr> {
  const span = place();
  return (names) => make((late) => late(names), span);
}

/** `inMode("server", "Up")` */
export function inMode(instance: string, ...modes: string[]): Late<Expr> {
  const read = v(instance);
  const span = place();
  return (names) => {
    const region = read(names);
    if (region.op !== "read" || region.type.kind !== "mode")
      throw new Error(`${instance}: no mode`);
    const { leaves } = region.type;
    return { op: "modeIn", type: bool, region, leaves: modes.map((m) => leaves.indexOf(m)), span };
  };
}

// ---------------------------------------------------------------------------- effects

/** `x = e`; `at` names the element of a map or list that is written, `field` that of a record. */
export function set(
  name: string,
  to: Late<Expr>,
  options: { at?: Late<Expr>; field?: number; buffer?: string } = {},
): Late<Effect> {
  const span = place();
  return (names) => {
    const slot = slotCalled(name, names);
    let type = names.slots[slot]?.type ?? bool;
    const path: ({ step: "key"; key: Expr } | { step: "field"; field: number })[] = [];
    if (options.at !== undefined) {
      path.push({ step: "key", key: options.at(names) });
      type = type.kind === "map" ? type.value : type.kind === "list" ? type.of : type;
    }
    if (options.field !== undefined) {
      path.push({ step: "field", field: options.field });
      const whole = type.kind === "optional" ? type.of : type;
      type = whole.kind === "record" ? (whole.fields[options.field]?.type ?? whole) : whole;
    }
    const buffer = options.buffer === undefined ? undefined : slotCalled(options.buffer, names);
    const target = { slots: [slot], index: undefined, path, type, buffer, span };
    return { effect: "assign", place: target, value: to(names), span };
  };
}

/** `send("req", "Open", n(1))`; a family `rep[…]` takes `{ channel: "rep", index }`. */
export function send(
  to: string | { channel: string; index: Late<Expr> },
  kind: string,
  ...fields: Late<Expr>[]
): Late<Effect> {
  const span = place();
  return (names) => {
    const channels =
      typeof to === "string"
        ? [channelCalled(to, names)]
        : names.channels.flatMap((c, i) => (c.name.startsWith(`${to.channel}[`) ? [i] : []));
    const type = names.channels[channels[0] ?? -1]?.message ?? bool;
    const message: Expr = {
      op: "message",
      type,
      kind: kindCalled(kind, type),
      fields: fields.map((field) => field(names)),
      span,
    };
    const index = typeof to === "string" ? undefined : to.index(names);
    return { effect: "send", channels, index, message, span };
  };
}

export function channelCalled(name: string, names: Names): number {
  const channel = names.channels.findIndex((candidate) => candidate.name === name);
  if (channel < 0) throw new Error(`no channel ${name} in this sketch`);
  return channel;
}

export function kindCalled(kind: string, type: Type): number {
  const index = type.kind === "message" ? type.kinds.findIndex((k) => k.name === kind) : -1;
  if (index < 0) throw new Error(`no message ${kind} in this sketch`);
  return index;
}

export function when(
  condition: Late<Expr>,
  then: Late<Effect>[],
  otherwise: Late<Effect>[] = [],
): Late<Effect> {
  const span = place();
  return (names) => ({
    effect: "if",
    condition: condition(names),
    then: then.map((effect) => effect(names)),
    else: otherwise.map((effect) => effect(names)),
    span,
  });
}

function overDomain(
  name: string,
  over: Type | Late<Expr>,
  names: Names,
  span: Span,
): { local: number; name: string; domain: Expr } {
  const domain: Expr =
    typeof over === "function" ? over(names) : { op: "all", type: setOfType(over), of: over, span };
  const type = domain.type.kind === "set" ? domain.type.of : bool;
  return { local: names.locals.push({ name, type }) - 1, name, domain };
}
export function each(name: string, over: Type | Late<Expr>, body: Late<Effect>[]): Late<Effect> {
  const span = place();
  return (names) => {
    const head = overDomain(name, over, names, span);
    return { effect: "for", ...head, body: body.map((effect) => effect(names)), span };
  };
}
export function choose(name: string, over: Type | Late<Expr>): Late<Effect> {
  const span = place();
  return (names) => ({ effect: "choose", ...overDomain(name, over, names, span), span });
}
export function check(condition: Late<Expr>): Late<Effect> {
  const span = place();
  return (names) => ({ effect: "assert", condition: condition(names), span });
}
export function fence(buffer: string): Late<Effect> {
  const span = place();
  return (names) => ({ effect: "fence", buffer: slotCalled(buffer, names), span });
}
export function bindLocal(name: string, to: Late<Expr>): Late<Effect> {
  const span = place();
  return (names) => {
    const bound = to(names);
    const local = names.locals.push({ name, type: bound.type }) - 1;
    return { effect: "bind", local, value: bound, span };
  };
}
