/**
 * The syntax tree of Libretto: plain data, as written, before names are resolved.
 *
 * Every node has a `kind` and a `span`. No parser object leaves `parse.ts`, so another parser could
 * take its place. Sugar is kept (threads, `+=`, `defer`), because the formatter prints this tree and
 * diagnostics quote it; lowering removes it.
 */
import type { Span } from "./source.ts";

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

interface Declared {
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

/** `interface I { port in a : M  port out b : N per X }`; a machine takes it with `use I` inside its braces. */
export interface InterfaceDeclaration extends Declared {
  readonly kind: "interface";
  readonly ports: readonly PortDeclaration[];
}

/** `def f(x: T) = e`, at top level, in a machine, a system or a log (there parameters may lack types). */
export interface DefDeclaration extends Declared {
  readonly kind: "def";
  readonly parameters: readonly DefParameter[];
  readonly value: Expr;
}

export interface DefParameter {
  readonly name: Name;
  readonly type: TypeExpr | undefined;
}

// ---------------------------------------------------------------------------- types

export type TypeExpr =
  | { readonly kind: "boolType"; readonly span: Span }
  | { readonly kind: "rangeType"; readonly span: Span; readonly low: Expr; readonly high: Expr }
  | { readonly kind: "namedType"; readonly span: Span; readonly name: Name }
  | { readonly kind: "optionalType"; readonly span: Span; readonly of: TypeExpr }
  | { readonly kind: "setType"; readonly span: Span; readonly of: TypeExpr }
  | {
      readonly kind: "mapType";
      readonly span: Span;
      readonly key: TypeExpr;
      readonly value: TypeExpr;
    }
  | {
      readonly kind: "listType";
      readonly span: Span;
      readonly of: TypeExpr;
      readonly capacity: Expr;
    };

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

/** `fault crash [from M1, M2] [-> M] [{ … }] [inbox drop | inbox keep]`; no `from` means any mode. */
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

// ---------------------------------------------------------------------------- threads

export interface ThreadDeclaration extends Declared {
  readonly kind: "thread";
  readonly parameters: readonly Field[];
  readonly core: Expr | undefined;
  readonly variables: readonly VariableDeclaration[];
  readonly lines: readonly ThreadLine[];
}

/** One line is one atomic step; `name` is its label. */
export interface ThreadLine {
  readonly kind: "line";
  readonly span: Span;
  readonly name: Name;
  readonly fairness: Fairness;
  readonly await: Expr | undefined;
  readonly body: Block | undefined;
  /** Absent: the next line, or the end of the thread after the last one. */
  readonly next: Next | undefined;
}

/** `then L`, or `if c then L else …`; the condition is read after the block has run. */
export type Next =
  | { readonly kind: "then"; readonly span: Span; readonly label: Name }
  | {
      readonly kind: "branch";
      readonly span: Span;
      readonly condition: Expr;
      readonly then: Name;
      readonly else: Next;
    };

// ---------------------------------------------------------------------------- effects

export interface Block {
  readonly kind: "block";
  readonly span: Span;
  readonly statements: readonly Statement[];
}

export type Statement =
  | {
      readonly kind: "assign";
      readonly span: Span;
      readonly place: Expr;
      readonly operator: "=" | "+=" | "-=";
      readonly value: Expr;
    }
  | {
      /** `old = swap(place, e)`; `target` may be absent when the old value is not wanted. */
      readonly kind: "swap";
      readonly span: Span;
      readonly target: Expr | undefined;
      readonly place: Expr;
      readonly value: Expr;
    }
  | {
      /** `ok = cas(place, expected, replacement)` */
      readonly kind: "cas";
      readonly span: Span;
      readonly target: Expr | undefined;
      readonly place: Expr;
      readonly expected: Expr;
      readonly value: Expr;
    }
  | {
      readonly kind: "send";
      readonly span: Span;
      readonly port: Name;
      readonly index: Expr | undefined;
      readonly message: Name;
      readonly arguments: readonly Expr[];
    }
  | {
      readonly kind: "if";
      readonly span: Span;
      readonly condition: Expr;
      readonly then: Block;
      /** `else if` is a block that holds one `if`. */
      readonly else: Block | undefined;
    }
  | {
      readonly kind: "for";
      readonly span: Span;
      readonly name: Name;
      readonly domain: Expr;
      readonly body: Block;
    }
  | {
      /** Binds `name` for the rest of the block. */
      readonly kind: "choose";
      readonly span: Span;
      readonly name: Name;
      readonly domain: Expr;
      readonly where: Expr | undefined;
    }
  | { readonly kind: "assert"; readonly span: Span; readonly condition: Expr }
  | { readonly kind: "startTimer" | "stopTimer"; readonly span: Span; readonly timer: Name }
  | { readonly kind: "raise" | "mask" | "unmask"; readonly span: Span; readonly line: Expr }
  | { readonly kind: "fence"; readonly span: Span };

// ---------------------------------------------------------------------------- expressions

export type BinaryOperator =
  | "and"
  | "or"
  | "implies"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "not in"
  | "+"
  | "-"
  | "*"
  | "%";

/** State and temporal expressions share one grammar; the type checker says where a temporal operator may stand. */
export type Expr =
  | { readonly kind: "number"; readonly span: Span; readonly value: number }
  | { readonly kind: "bool"; readonly span: Span; readonly value: boolean }
  | { readonly kind: "none"; readonly span: Span }
  /** Only in bindings and logs. */
  | { readonly kind: "string"; readonly span: Span; readonly value: string }
  | { readonly kind: "duration"; readonly span: Span; readonly duration: Duration }
  | { readonly kind: "name"; readonly span: Span; readonly name: string }
  /** `_`, in the arguments of an event of a log. */
  | { readonly kind: "wildcard"; readonly span: Span }
  | { readonly kind: "field"; readonly span: Span; readonly object: Expr; readonly field: Name }
  | { readonly kind: "index"; readonly span: Span; readonly object: Expr; readonly index: Expr }
  /** `f(a)`, `Record(a, b)`, `m.get(k, d)`: `callee` is a name or a field expression. */
  | {
      readonly kind: "call";
      readonly span: Span;
      readonly callee: Expr;
      readonly arguments: readonly Expr[];
    }
  | { readonly kind: "not" | "minus"; readonly span: Span; readonly operand: Expr }
  | {
      readonly kind: "binary";
      readonly span: Span;
      readonly operator: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly kind: "conditional";
      readonly span: Span;
      readonly condition: Expr;
      readonly then: Expr;
      readonly else: Expr;
    }
  | {
      /** `forall x in S, y in T: e`: one binder each, nested. `domain` may name an id or enum type. */
      readonly kind: "quantified";
      readonly span: Span;
      readonly quantifier: "forall" | "exists" | "count";
      readonly binders: readonly Binder[];
      readonly body: Expr;
    }
  | { readonly kind: "setLiteral"; readonly span: Span; readonly elements: readonly Expr[] }
  | {
      /** `{ x in S where p }` */
      readonly kind: "comprehension";
      readonly span: Span;
      readonly binder: Binder;
      readonly where: Expr;
    }
  /** `[a, b]` */
  | { readonly kind: "listLiteral"; readonly span: Span; readonly elements: readonly Expr[] }
  // Temporal:
  | {
      readonly kind: "temporal";
      readonly span: Span;
      readonly operator: "always" | "eventually" | "once" | "previously" | "historically";
      readonly operand: Expr;
      readonly within: Within | undefined;
    }
  | {
      readonly kind: "temporalBinary";
      readonly span: Span;
      readonly operator: "until" | "since" | "leads to";
      readonly left: Expr;
      readonly right: Expr;
      readonly within: Within | undefined;
    }
  /** Logs: `e at o.begin`. */
  | { readonly kind: "at"; readonly span: Span; readonly operand: Expr; readonly moment: Expr }
  /** Logs: `from down(_) until up(_)`: the maximal intervals. */
  | { readonly kind: "interval"; readonly span: Span; readonly from: Expr; readonly until: Expr };

export interface Binder {
  readonly name: Name;
  readonly domain: Expr;
}

/** `within 3s`, or `within 3s after o.end` in a log. */
export interface Within {
  readonly span: Span;
  readonly duration: Duration;
  readonly after: Expr | undefined;
}

/** A duration as written and in nanoseconds (an integer that fits a double: at most 104 days). */
export interface Duration {
  readonly span: Span;
  readonly text: string;
  readonly nanoseconds: number;
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

// ---------------------------------------------------------------------------- checks and scenarios

export interface CheckDeclaration extends Declared {
  readonly kind: "check";
  readonly system: Name;
  readonly items: readonly CheckItem[];
}

export type CheckItem =
  | { readonly kind: "setting"; readonly span: Span; readonly name: Name; readonly value: Expr }
  | MemoryDeclaration
  | {
      /** `faults m.f <= n`; `bound` is absent for `faults m.f unbounded`. */
      readonly kind: "faults";
      readonly span: Span;
      readonly owner: Name;
      readonly fault: Name;
      readonly bound: Expr | undefined;
    }
  | { readonly kind: "budget"; readonly span: Span; readonly amounts: readonly BudgetAmount[] }
  | { readonly kind: "only"; readonly span: Span; readonly names: readonly Name[] }
  | { readonly kind: "allowStuck"; readonly span: Span }
  | { readonly kind: "expectStates"; readonly span: Span; readonly count: number }
  /** `of` is a property's name or one of assert, range, unhandled, stuck. */
  | { readonly kind: "expectViolation"; readonly span: Span; readonly of: Name };

export type BudgetAmount =
  | { readonly kind: "time"; readonly span: Span; readonly duration: Duration }
  | { readonly kind: "memory"; readonly span: Span; readonly bytes: number; readonly text: string }
  | { readonly kind: "states"; readonly span: Span; readonly count: number };

export interface ScenarioDeclaration {
  readonly kind: "scenario";
  readonly span: Span;
  /** The quoted title. */
  readonly name: Name;
  readonly system: Name;
  readonly items: readonly ScenarioItem[];
}

export type ScenarioItem =
  | { readonly kind: "setting"; readonly span: Span; readonly name: Name; readonly value: Expr }
  | MemoryDeclaration
  | { readonly kind: "do"; readonly span: Span; readonly transition: TransitionReference }
  | { readonly kind: "expect"; readonly span: Span; readonly condition: Expr }
  /** `…` or `...`: any steps. */
  | { readonly kind: "gap"; readonly span: Span }
  | { readonly kind: "mustFail"; readonly span: Span; readonly property: Name };

/** `app[Client1].open`, `server.Open`, `server.crash`, `prod.flush`, `req.lossy`. */
export interface TransitionReference {
  readonly span: Span;
  readonly instance: Name;
  readonly index: Expr | undefined;
  readonly transition: Name;
}

// ---------------------------------------------------------------------------- refinement, recordings, deployments

export interface RefinementDeclaration extends Declared {
  readonly kind: "refinement";
  readonly implementation: Name;
  readonly abstraction: Name;
  readonly mappings: readonly { readonly span: Span; readonly place: Expr; readonly value: Expr }[];
}

export interface BindingDeclaration extends Declared {
  readonly kind: "binding";
  readonly system: Name;
  readonly items: readonly BindingItem[];
}

export type BindingItem =
  | ClockDeclaration
  | {
      readonly kind: "bindEvent";
      readonly span: Span;
      readonly event: string;
      readonly condition: Expr | undefined;
      readonly transition: TransitionReference;
      readonly where: readonly { readonly name: Name; readonly value: Expr }[];
    }
  | { readonly kind: "observe"; readonly span: Span; readonly place: Expr; readonly value: Expr }
  | {
      readonly kind: "hidden";
      readonly span: Span;
      readonly transitions: readonly TransitionReference[];
      readonly upto: number;
    }
  | { readonly kind: "ignoreEvents"; readonly span: Span; readonly events: readonly string[] };

/** `clock e.ts ns [skew 200us]` */
export interface ClockDeclaration {
  readonly kind: "clock";
  readonly span: Span;
  readonly field: Expr;
  readonly unit: "ns" | "us" | "ms" | "s";
  readonly skew: Duration | undefined;
}

export interface LogDeclaration extends Declared {
  readonly kind: "log";
  readonly items: readonly LogItem[];
}

export type LogItem =
  | ClockDeclaration
  | LogEventDeclaration
  | DefDeclaration
  | PropertyDeclaration
  | { readonly kind: "ignoreEvents"; readonly span: Span; readonly events: readonly string[] };

/**
 * `event reset(conn: id, by: side)`, optionally `event down(server: id) from "server.kill" if e.x == 1`.
 * `final event closed(conn: id)`: nothing follows about its first id (`docs/language-logs.md`).
 */
export interface LogEventDeclaration extends Declared {
  readonly kind: "event";
  readonly final: boolean;
  readonly parameters: readonly LogParameter[];
  readonly sources: readonly LogEventSource[];
}

/** Types of log parameters: `id`, `side` (client or server), `bool`, `int`, `text`, `duration`, `time`. */
export interface LogParameter {
  readonly name: Name;
  readonly type: Name;
}

/** `from "server.kill" [if e.x == "y"] [where { server = e.instance }]` */
export interface LogEventSource {
  readonly span: Span;
  readonly event: string;
  readonly condition: Expr | undefined;
  readonly where: readonly { readonly name: Name; readonly value: Expr }[];
}

export interface DeploymentDeclaration extends Declared {
  readonly kind: "deployment";
  readonly system: Name;
  readonly items: readonly DeploymentItem[];
}

export type DeploymentItem =
  | {
      readonly kind: "hardware";
      readonly span: Span;
      readonly settings: readonly DeploymentSetting[];
    }
  | {
      readonly kind: "domain";
      readonly span: Span;
      readonly name: Name;
      readonly index: { readonly name: Name; readonly type: Name } | undefined;
      readonly cores: { readonly span: Span; readonly low: Expr; readonly high: Expr } | undefined;
      readonly instances: readonly Expr[];
    }
  | {
      readonly kind: "via";
      readonly span: Span;
      readonly channels: readonly Name[];
      readonly mechanisms: readonly { readonly name: Name; readonly size: Expr | undefined }[];
    }
  | {
      readonly kind: "at";
      readonly span: Span;
      readonly time: Duration;
      readonly action: "fault" | "do";
      readonly transition: TransitionReference;
    }
  | { readonly kind: "run"; readonly span: Span; readonly duration: Duration }
  | { readonly kind: "seed"; readonly span: Span; readonly value: number };

/** `cores 4`, `memory tso`, `nic { vfs 2 }`, `link { delay 20us  loss 1% }`. */
export interface DeploymentSetting {
  readonly span: Span;
  readonly name: Name;
  readonly value:
    | Expr
    | { readonly kind: "percent"; readonly span: Span; readonly value: number }
    | undefined;
  readonly settings: readonly DeploymentSetting[];
}
