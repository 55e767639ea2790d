/**
 * `ReportDocument`: everything that one page shows, as plain JSON.
 *
 * A page is a pure function of this document: the page code never sees a Model, a Verdict or a
 * recording. So the same document can be written beside the page, compared in tests, and drawn
 * again by a later version. A path is kept as columns, one list of changes per variable, because
 * most steps change little:
 *
 *     server.table   [[0, "{}"], [2, "{Client1}"], [3, "{}"]]
 *     req            [[0, "[]"], [1, "[Open(Client1)]"], [2, "[]"]]
 *
 * The rejected alternative, a whole state for every step, is ten to a hundred times larger and
 * would make the page search for the differences that it is there to show.
 *
 * Invariants: every sentence is already written, every value already printed; places are lines and
 * columns; times are nanoseconds relative to the beginning of the recording, so that they fit a
 * double. Indices (`lane`, `source`, `group`) refer to the list in the same report.
 */

export const REPORT_VERSION = 1;

export interface ReportDocument {
  readonly version: typeof REPORT_VERSION;
  readonly title: string;
  /** One sentence about the whole run. */
  readonly headline: string;
  readonly mark: Mark;
  readonly sources: readonly SourceReport[];
  readonly checks: readonly CheckReport[];
  readonly recordings: readonly RecordingReport[];
  /** What was left out to keep the page small, one sentence each. */
  readonly cuts: readonly string[];
}

/** How a verdict looks: a mark is never colour alone, the page adds a sign and a word. */
export type Mark = "good" | "bad" | "unknown";

/** The text of a specification, whole or as excerpts. */
export interface SourceReport {
  readonly path: string;
  readonly lineCount: number;
  readonly pieces: readonly SourcePiece[];
}

/** Consecutive lines; `first` is one-based. */
export interface SourcePiece {
  readonly first: number;
  readonly lines: readonly string[];
}

/** Words in a source: one-based, the end column is exclusive. */
export interface Place {
  readonly source: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

// ---------------------------------------------------------------------------- checks

export interface CheckReport {
  /** Unique in the document; what links use. */
  readonly id: string;
  readonly kind: "check" | "scenario";
  readonly name: string;
  readonly system: string;
  readonly file: string;
  readonly place: Place | undefined;
  readonly mark: Mark;
  readonly headline: string;
  /** The headline without the name. */
  readonly summary: string;
  /** Constants, sizes, memory and fault budgets as they applied. */
  readonly settings: readonly SettingReport[];
  /** `1,769 states`, `complete search`, …: short phrases for one line. */
  readonly counts: readonly string[];
  /** What was assumed and what was not looked at, in sentences. */
  readonly caveats: readonly string[];
  /** Fairness that liveness verdicts assume, in sentences. */
  readonly fairness: readonly string[];
  /** Bounds that held something back: full channels, used budgets. */
  readonly bounds: readonly string[];
  readonly properties: readonly PropertyReport[];
  readonly expectations: readonly ExpectationReport[];
  readonly coverage: readonly CoverageReport[];
  readonly findings: readonly FindingReport[];
}

export interface SettingReport {
  readonly name: string;
  readonly value: string;
  /** True when the check set it, false when it has its declared value. */
  readonly set: boolean;
}

export interface PropertyReport {
  readonly name: string;
  readonly kind: string;
  readonly mark: Mark;
  /** True when the check says `expect violation of` this property. */
  readonly expected: boolean;
  readonly headline: string;
  /** What was examined, and why it is unknown when it is. */
  readonly evidence: readonly string[];
  readonly place: Place | undefined;
  readonly trace: PathReport | undefined;
}

export interface ExpectationReport {
  readonly text: string;
  readonly met: boolean;
  readonly detail: string;
  readonly place: Place | undefined;
}

export interface CoverageReport {
  readonly rule: string;
  readonly kind: string;
  readonly taken: number;
  readonly place: Place | undefined;
}

export interface FindingReport {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly title: string;
  readonly notes: readonly string[];
  readonly place: Place | undefined;
}

// ---------------------------------------------------------------------------- paths

/** A path through the states of a model: a counterexample, or an example that reaches a goal. */
export interface PathReport {
  readonly kind: "counterexample" | "example";
  /** What is true or false at its end, in one sentence. */
  readonly reason: string;
  /** `shortest trace`, `replayed`. */
  readonly claims: readonly string[];
  /** Number of the first step that is kept; 0 unless the page budget cut the beginning. */
  readonly first: number;
  readonly steps: readonly StepReport[];
  readonly lanes: readonly Lane[];
  readonly arrows: readonly Arrow[];
  readonly modes: readonly LaneMode[];
  readonly groups: readonly string[];
  readonly variables: readonly VariableReport[];
  readonly why: readonly ClauseReport[];
  /** The culprit: the property, the assert, the assignment. */
  readonly place: Place | undefined;
  /** What is repeated for ever; undefined when the path has an end. */
  readonly loop: LoopReport | undefined;
  /** Of a played run: which steps had to wait for which; empty when the order does not matter. */
  readonly order?: readonly OrderReport[] | undefined;
}

/** One step waits until another is done. */
export interface OrderReport {
  /** The step that waits; undefined when its actor does not go on. */
  readonly step: number | undefined;
  readonly after: number | undefined;
  /** The whole sentence. */
  readonly words: string;
}

/** The steps after `start` lead back to it; with `stutters` there are none. */
export interface LoopReport {
  readonly start: number;
  readonly stutters: boolean;
  /** Transitions that are declared fair and that the loop enables. */
  readonly rows: readonly LoopRow[];
  /** Fair transitions that are not listed, in words; empty when there are none. */
  readonly rest: string;
  /** What would rule the loop out, in one sentence. */
  readonly hint: string | undefined;
}

export interface LoopRow {
  readonly transition: string;
  readonly kind: "weak" | "strong";
  /** `6 of 9`: states of the loop. */
  readonly enabled: string;
  readonly taken: boolean;
  /** `allowed: not enabled in 3 of 9 states`; empty when it is taken. */
  readonly verdict: string;
}

export interface StepReport {
  /** `app[Client1].Opened(0)` */
  readonly label: string;
  /** `initial`, `step`, `receive`, `fault`, `flush`, … */
  readonly kind: string;
  /** The lane that acts; undefined for the initial state and for faults of channels. */
  readonly lane: number | undefined;
  readonly places: readonly Place[];
  /** Of a refinement: `Promise: link[Client1].connect`, `Promise stutters`. */
  readonly abstract?: string | undefined;
  /** How likely the violation is from here on; absent when nobody asked. */
  readonly chance?: ChanceReport | undefined;
  /** When and where it was, in a run with times. */
  readonly moment?: MomentReport | undefined;
}

export interface MomentReport {
  /** `277.348 us` */
  readonly time: string;
  /** `Core 1`, `link`, `plan` */
  readonly place: string;
}

/** What is known about the future of one step. */
export interface ChanceReport {
  /** Of the walks from here, the part that met the violation: from 0 to 1. */
  readonly share: number;
  /** `73 %` */
  readonly words: string;
  /** `292 of 400 random walks from here meet the violation; …` */
  readonly detail: string;
  /** From here on every run goes into the violation, and from the step before it need not. */
  readonly noReturn: boolean;
}

export interface Lane {
  readonly name: string;
  readonly kind: "machine" | "thread" | "buffer" | "memory" | "interrupt" | "endpoint" | "path";
  /** Which of the eight colours: a store buffer has that of its thread. */
  readonly colour: number;
  /** What it runs in; the lanes of a domain stand side by side. */
  readonly domain?: string | undefined;
}

/** The mode that a lane is in from `step` on; for recordings `up`, `down`, `switching`. */
export interface LaneMode {
  readonly lane: number;
  readonly step: number;
  readonly text: string;
  /** Drawn as absence: the server is down, the application was killed. */
  readonly down: boolean;
}

export type Fate = "received" | "waiting" | "lost" | "dropped" | "discarded" | "unknown";

/**
 * A message, a store on its way to memory, or a write that reaches another lane. `sent` and
 * `received` are steps; both in one step when nothing waits in between. `sent` is undefined for
 * what was already there at the beginning.
 */
export interface Arrow {
  readonly kind: "message" | "store" | "flush" | "write" | "raise" | "packet";
  readonly text: string;
  readonly from: number | undefined;
  readonly to: number;
  readonly sent: number | undefined;
  readonly received: number | undefined;
  readonly fate: Fate;
  /** The channel or buffer that carried it, for the tooltip. */
  readonly via: string;
  /** Made by a duplicating channel. */
  readonly copy: boolean;
}

/** A printed value; records and maps also have parts, so that differences can go inside. */
export interface ValueReport {
  readonly text: string;
  readonly parts: readonly { readonly key: string; readonly value: ValueReport }[] | undefined;
}

export interface VariableReport {
  readonly name: string;
  /** Its name inside the group: `table` for `server.table`. */
  readonly label: string;
  readonly group: number;
  /** Value from a step on, in order; the first one is that of the first step. */
  readonly changes: readonly (readonly [step: number, value: ValueReport])[];
}

/** One part of the condition that is false at the end. */
export interface ClauseReport {
  readonly text: string;
  readonly value: boolean;
  readonly since: number;
  readonly witness: string | undefined;
  readonly depth: number;
  readonly place: Place | undefined;
}

// ---------------------------------------------------------------------------- recordings

export interface RecordingReport {
  readonly id: string;
  readonly log: string;
  readonly file: string;
  readonly place: Place | undefined;
  readonly mark: Mark;
  readonly headline: string;
  readonly counts: readonly string[];
  /** What the capture lost and what could not be decided, in sentences. */
  readonly caveats: readonly string[];
  readonly files: readonly string[];
  /** Length in nanoseconds; time 0 is the first event. */
  readonly duration: number;
  /** Wall-clock time of time 0, in UTC. */
  readonly startedAt: string;
  readonly windows: readonly WindowReport[];
  /** `kernel.counters ×1`: kinds of events that the log neither binds nor ignores. */
  readonly unbound: readonly string[];
  readonly properties: readonly LogPropertyReport[];
  readonly connections: readonly ConnectionReport[];
  readonly findings: readonly FindingReport[];
}

export interface WindowReport {
  /** `outage`, `switching`, …; of the capture the reason of the loss: `dropped`, `gap`, … */
  readonly kind: string;
  readonly name: string;
  /** The lane of the timeline that it belongs to. */
  readonly lane: "server" | "application" | "capture";
  readonly begin: number;
  readonly end: number | undefined;
  readonly note: string;
}

export interface LogPropertyReport {
  readonly name: string;
  readonly kind: string;
  readonly mark: Mark;
  readonly headline: string;
  readonly evidence: readonly string[];
  readonly instances: readonly InstanceReport[];
  readonly place: Place | undefined;
}

export interface InstanceReport {
  readonly bindings: string;
  readonly mark: Mark;
  readonly reason: string;
  /** Time of the deciding event. */
  readonly time: number | undefined;
  /** Index into `connections`, when one of its bindings is a connection of the list. */
  readonly connection: number | undefined;
}

export interface ConnectionReport {
  readonly id: string;
  readonly mark: Mark;
  /** `lost: server-restart`, `kept`, `cannot be judged` */
  readonly verdict: string;
  readonly reason: string;
  readonly established: number | undefined;
  readonly last: number;
  readonly end: "open" | "closed" | "reset" | "silent";
  readonly endedAt: number | undefined;
  readonly events: readonly EventReport[];
}

/** One event of a connection, or the beginning or end of a window on its way. */
export interface EventReport {
  readonly time: number;
  /** `outage 1 + 617 ms`: relative to the last window that began. */
  readonly when: string;
  readonly kind: string;
  readonly lane: "client" | "server" | "application";
  /** How far a packet got, as far as one can say; equal to `lane` when nothing moves. */
  readonly to: "client" | "server" | "application";
  readonly details: readonly string[];
  /** `frame 812 of S5.pcapng` */
  readonly origin: string;
  /** The event that decides a property. */
  readonly decides: boolean;
  /** An event of this connection, not of the infrastructure that it uses. */
  readonly own: boolean;
  /** What the lane becomes, at the edge of a window: `down`, `up`, `switching`. */
  readonly becomes: { readonly text: string; readonly down: boolean } | undefined;
}
