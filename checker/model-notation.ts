/**
 * A notation for small Models, for tests only.
 *
 * A test writes one line for each slot, channel and transition; `term-notation.ts` has the
 * expressions and effects.
 *
 *     sketch({
 *       variables: { x: [range(0, 3), 0] },
 *       transitions: [step("a.up", lt(v("x"), n(3)), [set("x", add(v("x"), n(1)))])],
 *     })
 */
import type {
  Channel,
  Effect,
  Expr,
  Instance,
  Model,
  Reception,
  Slot,
  Transition,
  TransitionKind,
  Type,
  Value,
} from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import {
  bool,
  channelCalled,
  kindCalled,
  type Late,
  listType,
  type Names,
  no,
  place,
  slotCalled,
  yes,
} from "./term-notation.ts";

// ---------------------------------------------------------------------------- transitions

interface Extra {
  readonly kind?: TransitionKind;
  readonly subject?: string;
  readonly distance?: number;
  readonly fairness?: "weak" | "strong";
}

/** A transition without a trigger. Its instance is what stands before the dot, if there is one. */
export function step(
  name: string,
  guard: Late<Expr> = yes,
  effects: Late<Effect>[] = [],
  extra: Extra = {},
): Late<Transition> {
  return transition(name, undefined, guard, effects, { kind: "step", ...extra });
}

/** `on("server.Open", "req", "Open", ["c"], guard, effects)` */
export function on(
  name: string,
  channel: string,
  kind: string,
  fields: string[] = [],
  guard: Late<Expr> = yes,
  effects: Late<Effect>[] = [],
  extra: Extra = {},
): Late<Transition> {
  return transition(name, { channel, kind, fields }, guard, effects, { kind: "receive", ...extra });
}

function transition(
  name: string,
  trigger: { channel: string; kind: string; fields: string[] } | undefined,
  guard: Late<Expr>,
  effects: Late<Effect>[],
  extra: Extra & { readonly kind: TransitionKind },
): Late<Transition> {
  const span = place();
  return (outer) => {
    const names: Names = { ...outer, locals: [] };
    const channel = trigger === undefined ? -1 : channelCalled(trigger.channel, names);
    const type = names.channels[channel]?.message ?? bool;
    const kind = trigger === undefined ? -1 : kindCalled(trigger.kind, type);
    const fields = type.kind === "message" ? (type.kinds[kind]?.fields ?? []) : [];
    for (const [index, field] of fields.entries()) {
      names.locals.push({ name: trigger?.fields[index] ?? "_", type: field.type });
    }
    const owner = names.instances.findIndex((candidate) => name.startsWith(`${candidate.name}.`));
    const built = {
      guard: guard(names),
      effects: effects.map((effect) => effect(names)),
    };
    return {
      name,
      kind: extra.kind,
      rules: [],
      instance: owner < 0 ? undefined : owner,
      fairness: extra.fairness ?? "none",
      trigger: trigger === undefined ? undefined : { channel, kind },
      ...built,
      locals: names.locals.length,
      span,
      subject: extra.subject === undefined ? undefined : subjectCalled(extra.subject, names),
      distance: extra.distance,
    };
  };
}

/** A channel's index for channel faults, otherwise a slot. */
function subjectCalled(name: string, names: Names): number {
  const channel = names.channels.findIndex((candidate) => candidate.name === name);
  return channel >= 0 ? channel : slotCalled(name, names);
}

// ---------------------------------------------------------------------------- models

interface ChannelSketch {
  readonly of: Type;
  readonly discipline?: Channel["discipline"];
  readonly capacity?: number;
  readonly to?: string;
  readonly initial?: Value;
}

interface Sketch {
  /** Modes of each instance, the first being initial; a final one ends in `!`. */
  readonly instances?: Record<string, string[]>;
  readonly variables?: Record<string, [Type, Value]>;
  readonly ghosts?: Record<string, [Type, Value]>;
  readonly channels?: Record<string, ChannelSketch>;
  /** Store buffers with their number of entries. */
  readonly buffers?: Record<string, number>;
  /** Performed on the initial values. */
  readonly start?: Late<Effect>[];
  readonly transitions?: Late<Transition>[];
  /** `req.Open` with the condition under which it is deferred or has no rule. */
  readonly deferred?: Record<string, Late<Expr>>;
  readonly unhandled?: Record<string, Late<Expr>>;
  readonly invariants?: Record<string, Late<Expr>>;
  readonly goals?: Record<string, Late<Expr>>;
  readonly model?: Partial<Model>;
}

export function sketch(given: Sketch): Model {
  const instances: Instance[] = [];
  const slots: Slot[] = [];
  const span = place();
  for (const [name, modes] of Object.entries(given.instances ?? {})) {
    const leaves = modes.map((mode) => mode.replace("!", ""));
    const finals = modes.flatMap((mode, index) => (mode.endsWith("!") ? [index] : []));
    instances.push({
      name,
      family: { name: name.replace(/\[.*/, ""), index: [] },
      machine: name.replace(/\[.*/, ""),
      kind: "machine",
      regions: [slots.length],
      finals: [finals],
      places: [modes.map(() => place())],
      span: place(),
    });
    const role = { role: "mode", instance: instances.length - 1, region: "" } as const;
    slots.push({ name, type: { kind: "mode", machine: name, leaves }, initial: 0, role, span });
  }
  const variable = (name: string, [type, initial]: [Type, Value], ghost: boolean): void => {
    const role = { role: "variable", instance: undefined, shared: false, ghost } as const;
    slots.push({ name, type, initial, role, span: place() });
  };
  for (const [name, typed] of Object.entries(given.variables ?? {})) variable(name, typed, false);
  for (const [name, typed] of Object.entries(given.ghosts ?? {})) variable(name, typed, true);
  for (const [name, room] of Object.entries(given.buffers ?? {})) {
    const role = { role: "buffer", instance: 0, entries: room } as const;
    slots.push({ name, type: listType({ kind: "store" }, room), initial: [], role, span });
  }
  const channels = Object.entries(given.channels ?? {}).map(([name, wanted], index): Channel => {
    const capacity = wanted.discipline === "rendezvous" ? 0 : (wanted.capacity ?? 2);
    const role = { role: "channel", channel: index } as const;
    const type = listType(wanted.of, capacity);
    slots.push({ name, type, initial: wanted.initial ?? [], role, span });
    return {
      name,
      family: { name: name.replace(/\[.*/, ""), index: [] },
      port: name,
      slot: slots.length - 1,
      message: wanted.of,
      discipline: wanted.discipline ?? "fifo",
      capacity,
      senders: [],
      receiver: instances.findIndex((instance) => instance.name === wanted.to),
      span,
    };
  });
  return finish(given, { slots, channels, instances, locals: [] }, span);
}

function finish(given: Sketch, names: Names, span: Span): Model {
  const transitions = (given.transitions ?? []).map((late, index) => ({
    ...late(names),
    rules: [index],
  }));
  const condition = ([name, late]: [string, Late<Expr>]): Model["invariants"][number] => {
    const locals: Names["locals"] = [];
    const built = late({ ...names, locals });
    return { name, condition: built, locals: locals.length, span: built.span };
  };
  const startLocals: Names["locals"] = [];
  const start = given.start ?? [];
  return {
    version: 1,
    module: "sketch",
    file: "sketch",
    system: "Sketch",
    name: "all",
    kind: "check",
    span,
    settings: [],
    memory: { model: "sc" },
    instances: names.instances,
    channels: names.channels,
    slots: names.slots,
    start: start.map((effect) => effect({ ...names, locals: startLocals })),
    startLocals: startLocals.length,
    rules: transitions.map(({ name, kind, span: written }) => ({
      text: name,
      machine: name.replace(/[.[].*/, ""),
      kind,
      span: written,
    })),
    transitions,
    receptions: receptions(given, names),
    invariants: Object.entries(given.invariants ?? {}).map(condition),
    goals: Object.entries(given.goals ?? {}).map(condition),
    temporal: [],
    refinements: [],
    faults: [],
    allowStuck: false,
    nightly: false,
    only: undefined,
    expect: { states: undefined, violations: [] },
    budget: { milliseconds: undefined, bytes: undefined, states: undefined },
    scenario: [],
    ...given.model,
  };
}

function receptions(given: Sketch, names: Names): readonly Reception[] {
  return names.channels.flatMap((channel, index) => {
    const kinds = channel.message.kind === "message" ? channel.message.kinds : [];
    return kinds.map(({ name, fields }, kind): Reception => {
      const locals = fields.map((field) => ({ name: field.name, type: field.type }));
      const build = (late: Late<Expr> | undefined): Expr => (late ?? no)({ ...names, locals });
      const deferred = build(given.deferred?.[`${channel.name}.${name}`]);
      const unhandled = build(given.unhandled?.[`${channel.name}.${name}`]);
      return { channel: index, kind, locals: locals.length, deferred, unhandled };
    });
  });
}
