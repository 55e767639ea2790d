/**
 * The syntax tree of Libretto: plain data, as written, before names are resolved.
 *
 * Every node has a `kind` and a `span`. No parser object leaves `parse.ts`, so another parser could
 * take its place. Sugar is kept (threads, `+=`, `defer`), because the formatter prints this tree
 * and diagnostics quote it; lowering removes it.
 */
import type { Span } from "./source.ts";
import type { Block, Duration, Expr, TypeExpr } from "./syntax-expression.ts";
import type {
  BindingDeclaration,
  CheckDeclaration,
  DeploymentDeclaration,
  LogDeclaration,
  RefinementDeclaration,
  ScenarioDeclaration,
} from "./syntax-uses.ts";
import type { ThreadDeclaration } from "./syntax-thread.ts";

export type {
  BinaryOperator,
  Binder,
  Block,
  Duration,
  Expr,
  Statement,
  Within,
  TypeExpr,
} from "./syntax-expression.ts";
export type {
  BindingDeclaration,
  BindingItem,
  BudgetAmount,
  CheckDeclaration,
  CheckItem,
  ClockDeclaration,
  DeploymentDeclaration,
  DeploymentItem,
  DeploymentSetting,
  FieldValue,
  LogDeclaration,
  LogEventDeclaration,
  LogEventSource,
  LogItem,
  LogParameter,
  PlannedAction,
  RefinementDeclaration,
  ScenarioDeclaration,
  ScenarioItem,
  TrafficDeclaration,
  TrafficLine,
  TransitionReference,
  Window,
} from "./syntax-uses.ts";
export type { Next, ThreadDeclaration, ThreadLine } from "./syntax-thread.ts";

/** An identifier with its place. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

// ---------------------------------------------------------------------------- files

export interface Module {
  readonly path: string;
  readonly name: Name | undefined;
  readonly uses: readonly Use[];
  readonly declarations: readonly Declaration[];
}

/** `use Name from "./file"`; without `from` the file is `./Name.libretto`. */
export interface Use {
  readonly kind: "use";
  readonly span: Span;
  readonly name: Name;
  readonly from: string | undefined;
}

export type Declaration =
  | ConstDeclaration
  | IdDeclaration
  | TypeDeclaration
  | EnumDeclaration
  | RecordDeclaration
  | MessageDeclaration
  | InterfaceDeclaration
  | MachineDeclaration
  | ThreadDeclaration
  | DefDeclaration
  | SystemDeclaration
  | CheckDeclaration
  | ScenarioDeclaration
  | RefinementDeclaration
  | BindingDeclaration
  | LogDeclaration
  | DeploymentDeclaration;

export interface Declared {
  readonly span: Span;
  readonly name: Name;
}

/** `const N : T = e` */
export interface ConstDeclaration extends Declared {
  readonly kind: "const";
  readonly type: TypeExpr | undefined;
  readonly value: Expr;
}

/** `[symmetric] id X` */
export interface IdDeclaration extends Declared {
  readonly kind: "id";
  readonly symmetric: boolean;
}

/** `type T = … [wrap | saturate]` */
export interface TypeDeclaration extends Declared {
  readonly kind: "type";
  readonly type: TypeExpr;
  readonly overflow: "fail" | "wrap" | "saturate";
}

export interface EnumDeclaration extends Declared {
  readonly kind: "enum";
  readonly members: readonly Name[];
}

export interface Field {
  readonly name: Name;
  readonly type: TypeExpr;
}

export interface RecordDeclaration extends Declared {
  readonly kind: "record";
  readonly fields: readonly Field[];
}

export interface MessageKind {
  readonly span: Span;
  readonly name: Name;
  readonly fields: readonly Field[];
}

export interface MessageDeclaration extends Declared {
  readonly kind: "message";
  readonly kinds: readonly MessageKind[];
}

/**
 * `interface I { port in a : M  port out b : N per X }`; a machine takes it with `use I` inside its
 * braces.
 */
export interface InterfaceDeclaration extends Declared {
  readonly kind: "interface";
  readonly ports: readonly PortDeclaration[];
}

/**
 * `def f(x: T) = e`, at top level, in a machine, a system or a log (there parameters may lack
 * types).
 */
export interface DefDeclaration extends Declared {
  readonly kind: "def";
  readonly parameters: readonly DefParameter[];
  readonly value: Expr;
}

export interface DefParameter {
  readonly name: Name;
  readonly type: TypeExpr | undefined;
}

// ---------------------------------------------------------------------------- machines

export interface MachineDeclaration extends Declared {
  readonly kind: "machine";
  readonly parameters: readonly Field[];
  readonly items: readonly MachineItem[];
}

export type MachineItem =
  | PortDeclaration
  | VariableDeclaration
  | TimerDeclaration
  | InterruptDeclaration
  | DefDeclaration
  | ModeDeclaration
  | ParallelDeclaration
  | FaultDeclaration
  | OtherwiseDeclaration
  | InterfaceUse;

/** `use I` inside a machine: its ports. */
export interface InterfaceUse {
  readonly kind: "interfaceUse";
  readonly span: Span;
  readonly name: Name;
}

export interface PortDeclaration extends Declared {
  readonly kind: "port";
  readonly direction: "in" | "out";
  readonly message: Name;
  readonly per: Name | undefined;
}

export interface VariableDeclaration extends Declared {
  readonly kind: "var";
  readonly durable: boolean;
  readonly shared: boolean;
  readonly ghost: boolean;
  readonly type: TypeExpr;
  readonly initial: Expr;
}

/** `timer rto 200ms..120s`; one duration means both ends. */
export interface TimerDeclaration extends Declared {
  readonly kind: "timer";
  readonly least: Duration;
  readonly most: Duration;
}

export interface InterruptDeclaration extends Declared {
  readonly kind: "interrupt";
}

export interface ModeDeclaration extends Declared {
  readonly kind: "mode";
  readonly initial: boolean;
  readonly final: boolean;
  readonly items: readonly ModeItem[];
}

export type ModeItem =
  | ModeDeclaration
  | ParallelDeclaration
  | EntryExit
  | StepRule
  | ReceiveRule
  | TimerRule
  | InterruptRule
  | DispositionRule;

export interface ParallelDeclaration {
  readonly kind: "parallel";
  readonly span: Span;
  readonly regions: readonly RegionDeclaration[];
}

export interface RegionDeclaration extends Declared {
  readonly kind: "region";
  readonly modes: readonly ModeDeclaration[];
}

export interface EntryExit {
  readonly kind: "entry" | "exit";
  readonly span: Span;
  readonly body: Block;
}

export type Fairness = "none" | "weak" | "strong";

interface Rule {
  readonly span: Span;
  readonly fairness: Fairness;
  readonly guard: Expr | undefined;
  readonly target: Path | undefined;
  readonly body: Block | undefined;
}

export interface StepRule extends Rule {
  readonly kind: "step";
  readonly name: Name;
}

/** `on port.Msg(x, y)`, or `on port[i].Msg(x)` which binds the index of a `per` port. */
export interface ReceiveRule extends Rule {
  readonly kind: "receive";
  readonly port: Name;
  readonly index: Name | undefined;
  readonly message: Name;
  readonly binders: readonly Name[];
}

export interface TimerRule extends Rule {
  readonly kind: "after";
  readonly timer: Name;
}

/** `on interrupt line` */
export interface InterruptRule extends Rule {
  readonly kind: "onInterrupt";
  readonly line: Name;
}

/** `ignore p.M, q.N`, `defer …`, `block …` */
export interface DispositionRule {
  readonly kind: "disposition";
  readonly span: Span;
  readonly disposition: "ignore" | "defer" | "block";
  readonly events: readonly EventName[];
}

export interface EventName {
  readonly span: Span;
  readonly port: Name;
  readonly message: Name;
}

/**
 * `fault crash [from M1, M2] [-> M] [{ … }] [inbox drop | inbox keep]`; no `from` means any mode.
 */
export interface FaultDeclaration extends Declared {
  readonly kind: "fault";
  readonly from: readonly Path[];
  readonly target: Path | undefined;
  readonly body: Block | undefined;
  readonly dropInbox: boolean;
}

export interface OtherwiseDeclaration {
  readonly kind: "otherwise";
  readonly span: Span;
  readonly disposition: "fail" | "drop" | "block";
}

/** A mode path such as `Up.Draining`. */
export interface Path {
  readonly span: Span;
  readonly parts: readonly Name[];
}

// ---------------------------------------------------------------------------- systems

export interface SystemDeclaration extends Declared {
  readonly kind: "system";
  readonly parameters: readonly Field[];
  readonly items: readonly SystemItem[];
}

export type SystemItem =
  | InstanceDeclaration
  | ChannelDeclaration
  | DefDeclaration
  | VariableDeclaration
  | InterruptDeclaration
  | MemoryDeclaration
  | PropertyDeclaration;

/** `app[c: Client] : App(c)` */
export interface InstanceDeclaration extends Declared {
  readonly kind: "instance";
  readonly index: { readonly name: Name; readonly type: Name } | undefined;
  readonly machine: Name;
  readonly arguments: readonly Expr[];
}

export interface ChannelDeclaration extends Declared {
  readonly kind: "channel";
  readonly from: ChannelEnd;
  readonly to: ChannelEnd;
  readonly discipline: "fifo" | "mailbox" | "bag" | "rendezvous";
  /** Absent for `rendezvous`. */
  readonly capacity: Expr | undefined;
  readonly faults: readonly ChannelFault[];
}

/** `app[*].req`, `server.rep[c]`, `app[c].rep` */
export interface ChannelEnd {
  readonly span: Span;
  readonly instance: Name;
  readonly instanceIndex: "all" | Name | undefined;
  readonly port: Name;
  readonly portIndex: Name | undefined;
}

export interface ChannelFault {
  readonly span: Span;
  readonly fault: "lossy" | "duplicating" | "reordering";
  /** Only for `reordering(k)`: how many places a message may move ahead. */
  readonly distance: Expr | undefined;
}

/** `memory sc` or `memory tso(n)` */
export interface MemoryDeclaration {
  readonly kind: "memory";
  readonly span: Span;
  readonly model: "sc" | "tso";
  /** Entries per store buffer; required for `tso`. */
  readonly entries: Expr | undefined;
}

export interface PropertyDeclaration extends Declared {
  readonly kind: "invariant" | "reachable" | "property";
  readonly value: Expr;
  /** Logs: `on loss inconclusive`. */
  readonly onLoss: "inconclusive" | "ignore" | undefined;
}
