/**
 * Syntax of what is done with a system: checks, scenarios, refinements, recordings, deployments.
 */
import type { Span } from "./source.ts";
import type { Duration, Expr } from "./syntax-expression.ts";
import type {
  Declared,
  DefDeclaration,
  MemoryDeclaration,
  Name,
  PropertyDeclaration,
} from "./syntax.ts";

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
  /** Left out of a run unless the nightly profile is asked for. */
  | { readonly kind: "nightly"; readonly span: Span }
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

// ---------------------------------------------------------------------------- refinement,
// recordings, deployments

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

/** `c = e.cid`, behind `where`. */
export interface FieldValue {
  readonly span: Span;
  readonly name: Name;
  readonly value: Expr;
}

export type BindingItem =
  | ClockDeclaration
  | {
      readonly kind: "bindEvent";
      readonly span: Span;
      readonly event: string;
      readonly condition: Expr | undefined;
      readonly transition: TransitionReference;
      readonly where: readonly FieldValue[];
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
 * `event reset(conn: id, by: side)`, optionally `event down(server: id) from "server.kill" if e.x
 * == 1`. `final event closed(conn: id)`: nothing follows about its first id
 * (`docs/language.md`).
 */
export interface LogEventDeclaration extends Declared {
  readonly kind: "event";
  readonly final: boolean;
  readonly parameters: readonly LogParameter[];
  readonly sources: readonly LogEventSource[];
}

/** Types: `id`, `side` (client or server), `bool`, `int`, `text`, `duration`, `time`. */
export interface LogParameter {
  readonly name: Name;
  readonly type: Name;
}

/** `from "server.kill" [if e.x == "y"] [where { server = e.instance }]` */
export interface LogEventSource {
  readonly span: Span;
  readonly event: string;
  readonly condition: Expr | undefined;
  readonly where: readonly FieldValue[];
}

export interface DeploymentDeclaration extends Declared {
  readonly kind: "deployment";
  readonly system: Name;
  readonly items: readonly DeploymentItem[];
}

export type DeploymentItem =
  | { readonly kind: "setting"; readonly span: Span; readonly name: Name; readonly value: Expr }
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
  | ({ readonly kind: "at"; readonly span: Span; readonly time: Window } & PlannedAction)
  | ({
      readonly kind: "when";
      readonly span: Span;
      readonly condition: Expr;
      readonly delay: Window | undefined;
      readonly times: Amount | undefined;
    } & PlannedAction)
  | {
      readonly kind: "swizzle";
      readonly span: Span;
      readonly time: Window;
      readonly channels: readonly Name[];
      readonly duration: Duration;
    }
  | {
      readonly kind: "takes";
      readonly span: Span;
      readonly transition: TransitionReference;
      readonly time: Window;
    }
  | {
      readonly kind: "heal";
      readonly span: Span;
      readonly time: Duration;
      readonly goals: readonly HealedGoal[];
    }
  | TrafficDeclaration
  | { readonly kind: "swarm"; readonly span: Span }
  | { readonly kind: "run"; readonly span: Span; readonly duration: Duration }
  | { readonly kind: "seed"; readonly span: Span; readonly value: number };

/** `5s..9s`; a single time is both ends. */
export interface Window {
  readonly span: Span;
  readonly from: Duration;
  readonly to: Duration;
}

/** A number and where it stands. */
export interface Amount {
  readonly span: Span;
  readonly value: number;
}

export interface Percent {
  readonly kind: "percent";
  readonly span: Span;
  readonly value: number;
}

/** `fault server.crash 30%`, `do server.restart`. */
export interface PlannedAction {
  readonly action: "fault" | "do";
  readonly transition: TransitionReference;
  readonly chance: Percent | undefined;
}

/** `AllBack within 10s: forall a in App: a in server.connected` */
export interface HealedGoal {
  readonly span: Span;
  readonly name: Name;
  readonly within: Duration;
  readonly value: Expr;
}

/** `traffic Kept: app[a: App] every 200ms bytes 256 { through server if …  refused if … }` */
export interface TrafficDeclaration {
  readonly kind: "traffic";
  readonly span: Span;
  /** What is violated when a connection is lost. */
  readonly property: Name | undefined;
  readonly name: Name;
  readonly index: { readonly name: Name; readonly type: Name } | undefined;
  readonly every: Duration;
  readonly bytes: Amount;
  readonly lines: readonly TrafficLine[];
}

export interface TrafficLine {
  readonly span: Span;
  /** An instance, or `nic`; undefined: `refused`. */
  readonly through: Name | undefined;
  readonly condition: Expr;
}

/** `cores 4`, `memory tso`, `nic { vfs 2 }`, `link { delay 20us  loss 1% }`. */
export interface DeploymentSetting {
  readonly span: Span;
  readonly name: Name;
  readonly value: Expr | Percent | undefined;
  readonly settings: readonly DeploymentSetting[];
}
