/**
 * What names mean while one system is lowered for one check.
 *
 * Names are looked up from the inside out: locals (parameters, binders, quantified variables), the
 * members of the instance whose text is read, the members of the system, the declarations of the
 * module. A `Scope` is immutable; entering a quantifier or learning a fact gives a new one. The
 * diagnostics go to one collector, which keeps one message for each place: the text of a machine is
 * read once for each instance and check, but the user wrote it once.
 */
import type { Diagnostic } from "../diagnostic.ts";
import type { Missing } from "../errors.ts";
import type { Expr, Type } from "../model.ts";
import type { ModuleScope, ScopedDeclaration } from "../program.ts";
import { LISTED_MAX } from "../phrases.ts";
import { positionOf, type SourceFile, type Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { mentions } from "./facts.ts";
import type { RegionInfo } from "./modes.ts";

/** State of one lowering: settings, caches, and where diagnostics go. */
export interface Lowering {
  /** Values given by the check: for constants an expression, for ids their number. */
  readonly settings: ReadonlyMap<syntax.Declaration, Expr>;
  /** Scenarios may name symmetric ids. */
  readonly literals: boolean;
  /** A machine without a system is judged: what only a system could provide is not missed. */
  readonly alone: boolean;
  /** When no check exists, the text is still judged: each id then has this many values. */
  readonly assumedSize: number | undefined;
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly report: (diagnostic: Diagnostic) => void;
  /** What the check must set and does not; the model goes on with some value. */
  readonly missing: Map<syntax.Declaration, Missing>;
  /** What has been written out so far: text of definitions, instances of properties. */
  readonly spent: { characters: number; instances: number };
  /** Errors so far: what follows from one is not told. */
  readonly told: { errors: number; unknownSetting: boolean };
  /** Expressions and types that are being read, one inside the other. */
  readonly open: { levels: number; exceeded: boolean };
  readonly types: Map<syntax.Declaration, Type | "open" | "bad">;
  readonly constants: Map<syntax.Declaration, Expr | "open" | "bad">;
}

/** What a name inside an instance or a system stands for. */
export type Member =
  /** A parameter: the same value everywhere. */
  | { readonly kind: "value"; readonly value: Expr }
  | {
      readonly kind: "variable";
      readonly slot: number;
      readonly type: Type;
      readonly shared: boolean;
      readonly ghost: boolean;
    }
  | { readonly kind: "timer"; readonly slot: number }
  | { readonly kind: "interrupt"; readonly pending: number; readonly masked: number }
  | { readonly kind: "port"; readonly port: PortScope }
  | { readonly kind: "definition"; readonly declaration: syntax.DefDeclaration }
  /** Declared, with a mistake that has been reported: what uses it is not judged. */
  | { readonly kind: "broken" };

export interface PortScope {
  readonly declaration: syntax.PortDeclaration;
  readonly message: Extract<Type, { kind: "message" }>;
  readonly per: Type | undefined;
  /** Channels that end here; for a `per` port, by ordinal of its index. Filled by the wiring. */
  readonly channels: number[][];
}

export interface InstanceScope {
  /** Index into `Model.instances`. */
  readonly index: number;
  readonly name: string;
  readonly machine: syntax.MachineDeclaration | syntax.ThreadDeclaration;
  readonly home: ModuleScope;
  readonly members: ReadonlyMap<string, Member>;
  /** An interface that the machine uses is not known: no port is to be missed. */
  readonly lacksPorts: boolean;
  readonly regions: readonly RegionInfo[];
  readonly modeSlots: ReadonlyMap<RegionInfo, number>;
  /** The store buffer of a thread under `memory tso`. */
  readonly buffer: number | undefined;
}

/** `app[c: Client] : App(c)`: one instance for each value of the index, or a single one. */
export interface InstanceFamily {
  readonly declaration: syntax.InstanceDeclaration;
  readonly machine: syntax.MachineDeclaration | syntax.ThreadDeclaration;
  readonly index: Type | undefined;
  readonly instances: readonly InstanceScope[];
}

export interface ChannelFamily {
  readonly declaration: syntax.ChannelDeclaration;
  readonly indices: readonly { readonly name: string; readonly type: Type }[];
  /** Indices into `Model.channels`, last index fastest. */
  readonly channels: readonly number[];
}

export interface SystemScope {
  readonly declaration: syntax.SystemDeclaration;
  readonly home: ModuleScope;
  readonly families: ReadonlyMap<string, InstanceFamily>;
  readonly channels: ReadonlyMap<string, ChannelFamily>;
  /** Instances and channels with a mistake that has been reported. */
  readonly broken: ReadonlySet<string>;
  /** Is there a channel with a mistake? It may be the one that a port seems to lack. */
  readonly lacksChannels: boolean;
  /** Was it lowered without a mistake? Else transitions may be missing that nobody is to miss. */
  readonly isWhole: boolean;
  readonly members: ReadonlyMap<string, Member>;
  /** Slot of each channel of the model. */
  readonly channelSlots: readonly number[];
  readonly channelMessages: readonly Type[];
  readonly buffers: readonly number[];
}

/** The frame of locals of one transition or property; it only grows. */
export interface Frame {
  size: number;
}

export interface Scope {
  readonly lowering: Lowering;
  readonly module: ModuleScope;
  readonly system: SystemScope | undefined;
  readonly instance: InstanceScope | undefined;
  /** Undefined for a name whose meaning has a mistake that has been reported. */
  readonly locals: ReadonlyMap<string, Expr | undefined>;
  readonly frame: Frame;
  /** Keys of optional places that are known to be present here: see `facts.ts`. */
  readonly facts: ReadonlySet<string>;
  /** A condition on the path has a mistake: what it shows is not known, so nothing is doubted. */
  readonly trusting: boolean;
  /** May ghosts be read? Only in assignments to ghosts. */
  readonly ghosts: boolean;
  /** Definitions that are being expanded, to catch recursion. */
  readonly expanding: readonly syntax.DefDeclaration[];
}

/** A scope of a module alone: for constants, types and checks. */
export function moduleScope(lowering: Lowering, module: ModuleScope): Scope {
  return {
    lowering,
    module,
    system: undefined,
    instance: undefined,
    locals: new Map(),
    frame: { size: 0 },
    facts: new Set(),
    trusting: false,
    ghosts: false,
    expanding: [],
  };
}

export function withLocal(scope: Scope, name: string, value: Expr | undefined): Scope {
  const facts = new Set([...scope.facts].filter((fact) => !mentions(fact, name)));
  return { ...scope, locals: new Map(scope.locals).set(name, value), facts };
}

/** The machine or thread whose text is read, for messages: "machine `App`". */
export function ownerOf(scope: Pick<Scope, "instance">): string {
  const machine = scope.instance?.machine;
  return machine === undefined ? "the system" : `${machine.kind} \`${machine.name.text}\``;
}

/** A member of the instance whose text is read, else of the system. */
export function memberNamed(scope: Scope, name: string): Member | undefined {
  return scope.instance?.members.get(name) ?? scope.system?.members.get(name);
}

/** Allocates a local and gives the expression that reads it. */
export function newLocal(
  scope: Scope,
  name: string,
  type: Type,
  span: Span,
): Expr & { op: "local" } {
  const local = scope.frame.size++;
  return { op: "local", type, local, name, span };
}

export function withFacts(scope: Scope, facts: ReadonlySet<string>): Scope {
  if (facts.size === 0) return scope;
  return { ...scope, facts: new Set([...scope.facts, ...facts]) };
}

/** The words of the user at a place, on one line. */
export function textAt(lowering: Lowering, span: Span): string {
  const text = lowering.sources.get(span.file)?.text ?? "";
  return text.slice(span.start, span.end).replace(/\s+/g, " ");
}

/** Where things are declared, as far as a message lists them: `net.libretto:3, 5`. */
export function linesOf(lowering: Lowering, spans: readonly Span[]): string {
  const [first] = spans;
  const text = first === undefined ? undefined : lowering.sources.get(first.file)?.text;
  if (first === undefined || text === undefined) return "";
  const lines = spans.slice(0, LISTED_MAX).map((span) => positionOf(text, span.start).line);
  return `${first.file}:${[...new Set(lines)].join(", ")}`;
}

export function lookUp(scope: Scope, name: string): ScopedDeclaration | undefined {
  return scope.module.names.get(name);
}

/** Does the name mean anything here, be it right or wrong? */
export function isDeclared(scope: Scope, name: string): boolean {
  return scope.locals.has(name) || visibleNames(scope).includes(name);
}

/** Every name that could be meant here, for "did you mean". */
export function visibleNames(scope: Scope): readonly string[] {
  return [
    ...scope.locals.keys(),
    ...(scope.instance?.members.keys() ?? []),
    ...(scope.system?.members.keys() ?? []),
    ...(scope.system?.families.keys() ?? []),
    ...(scope.system?.channels.keys() ?? []),
    ...(scope.system?.broken ?? []),
    ...scope.module.names.keys(),
  ];
}
