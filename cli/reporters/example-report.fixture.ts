/**
 * Hand-made reports for the tests of reporters: small, fixed, with something of everything.
 *
 * They are written down instead of computed, so that a change of the checker cannot change what the
 * reporters are compared with. `exampleReport()` has two checks of a server that forgets its client
 * when it crashes; `exampleRecording()` one judged recording with a lost connection.
 */
import type { CheckVerdict, PropertyVerdict, RecordingVerdict } from "../../checker/verdict.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Model, Slot, Transition, Type, Value } from "../../spec/model.ts";
import type { SourceFile, Span } from "../../spec/source.ts";
import { type CheckedModel, POLICY_DEFAULT, type Report } from "../report.ts";

const TEXT = `module tiny

machine Server {
  initial mode Up { fair on req.Open(c) { table += c } }
  mode Down { fair step restart -> Up }
  fault crash from Up -> Down
}

system Net {
  invariant NoHalfOpen: app in Open implies app in server.table
  property Heals: app in Open leads to app in server.table
}

check crashOnce of Net { faults server.crash <= 1 }
check noFaults of Net { }
`;

export const EXAMPLE_SOURCE: SourceFile = { path: "specs/tiny.libretto", text: TEXT };

/** The span of the first occurrence of `words` in the example text. */
export function spanOf(words: string): Span {
  const start = TEXT.indexOf(words);
  return { file: EXAMPLE_SOURCE.path, start, end: start + words.length };
}

const BOOL: Type = { kind: "bool" };
const SERVER: Type = { kind: "mode", machine: "Server", leaves: ["Up", "Down"] };
const APP: Type = { kind: "mode", machine: "App", leaves: ["Idle", "Open"] };
const CLIENT: Type = { kind: "id", name: "Client", size: 1, symmetric: true };

function slot(name: string, type: Type, initial: Value): Slot {
  const role = { role: "variable", instance: 0, shared: false, ghost: false } as const;
  return { name, type, initial, role, span: spanOf("machine Server") };
}

function transition(
  name: string,
  kind: Transition["kind"],
  rule: number,
  words: string,
): Transition {
  const guard = { op: "const", type: BOOL, value: true, span: spanOf(words) } as const;
  return {
    name,
    kind,
    rules: [rule],
    instance: 0,
    fairness: "none",
    trigger: undefined,
    guard,
    effects: [],
    locals: 0,
    span: spanOf(words),
    subject: undefined,
    distance: undefined,
  };
}

const OPEN = "fair on req.Open(c)";
const CRASH = "fault crash from Up";
const RESTART = "fair step restart";

function model(name: string, expected: readonly string[]): Model {
  return {
    version: 1,
    module: "tiny",
    file: EXAMPLE_SOURCE.path,
    system: "Net",
    name,
    kind: "check",
    span: spanOf(`check ${name}`),
    settings: [{ name: "Client", value: "1", set: false }],
    memory: { model: "sc" },
    instances: [
      {
        name: "server",
        family: { name: "server", index: [] },
        machine: "Server",
        kind: "machine",
        regions: [0],
        finals: [[]],
        places: [[spanOf("mode Up"), spanOf("mode Down")]],
        span: spanOf("machine Server"),
      },
    ],
    channels: [],
    slots: [
      slot("server", SERVER, 0),
      slot("server.table", { kind: "set", of: CLIENT }, []),
      slot("app", APP, 0),
    ],
    rules: [
      { text: "Server.Up on req.Open(c)", machine: "Server", kind: "receive", span: spanOf(OPEN) },
      { text: "Server.Up fault crash", machine: "Server", kind: "fault", span: spanOf(CRASH) },
      { text: "Server.Down step restart", machine: "Server", kind: "step", span: spanOf(RESTART) },
    ],
    transitions: [
      transition("server.Open", "receive", 0, OPEN),
      transition("server.crash", "fault", 1, CRASH),
      transition("server.restart", "step", 2, RESTART),
    ],
    start: [],
    startLocals: 0,
    receptions: [],
    invariants: [],
    goals: [],
    temporal: [],
    refinements: [],
    faults: [],
    allowStuck: false,
    nightly: false,
    only: undefined,
    expect: {
      states: undefined,
      violations: expected.map((one) => ({ name: one, span: spanOf(`check ${name}`) })),
    },
    budget: { milliseconds: undefined, bytes: undefined, states: undefined },
    scenario: [],
  };
}

const INVARIANT = "app in Open implies app in server.table";

/** The invariant, violated in three steps. */
const NO_HALF_OPEN: PropertyVerdict = {
  name: "NoHalfOpen",
  kind: "invariant",
  outcome: "violated",
  unknown: undefined,
  examined: 9,
  premiseTrue: 3,
  counterexample: {
    steps: [
      step(undefined, "(initial)", [0, [], 0], []),
      step(0, "server.Open(Client1)", [0, [0], 1], [spanOf(OPEN)]),
      step(1, "server.crash", [1, [], 1], [spanOf(CRASH)]),
      step(2, "server.restart", [0, [], 1], [spanOf(RESTART)]),
    ],
    shortest: true,
    replayed: true,
    reason: "`NoHalfOpen` is false: app is Open, and the server does not know it",
    why: [
      clause(INVARIANT, INVARIANT, false, 2, 0),
      clause("app in Open", "app in Open", true, 1, 1),
      clause("app in server.table", "app in server.table", false, 2, 1),
    ],
    span: spanOf(INVARIANT),
    loop: undefined,
  },
  witness: undefined,
  temporal: undefined,
  span: spanOf("NoHalfOpen"),
};

function step(
  transition: number | undefined,
  label: string,
  state: readonly Value[],
  spans: readonly Span[],
): {
  transition: number | undefined;
  label: string;
  choices: [];
  state: readonly Value[];
  spans: readonly Span[];
} {
  return { transition, label, choices: [], state, spans };
}

function clause(text: string, words: string, value: boolean, since: number, depth: number) {
  const witness = depth === 0 ? "c = Client1" : undefined;
  return { text, span: spanOf(words), value, since, witness, depth };
}

function property(
  name: string,
  kind: PropertyVerdict["kind"],
  outcome: PropertyVerdict["outcome"],
): PropertyVerdict {
  return {
    name,
    kind,
    outcome,
    unknown: outcome === "unknown" ? { reason: "not judged yet", what: "property" } : undefined,
    examined: outcome === "unknown" ? 0 : 9,
    premiseTrue: undefined,
    counterexample: undefined,
    witness: undefined,
    span: kind === "stuck" ? undefined : spanOf(name),
    temporal: undefined,
  };
}

const NEVER_TAKEN: Diagnostic = {
  code: "W0503",
  severity: "warning",
  title: "transition `Server.Down step restart` was never taken",
  span: spanOf(RESTART),
  related: [],
  notes: [],
};

function verdict(
  name: string,
  result: CheckVerdict["result"],
  properties: readonly PropertyVerdict[],
  findings: readonly Diagnostic[],
): CheckVerdict {
  const taken = findings.length > 0 ? [4, 0, 0] : [4, 3, 3];
  return {
    version: 1,
    kind: "check",
    file: EXAMPLE_SOURCE.path,
    system: "Net",
    name,
    span: spanOf(`check ${name}`),
    result,
    properties,
    reductions: [],
    leftOut: [],
    expectations: [],
    coverage: taken.map((count, rule) => ({ rule, taken: count })),
    bounds: [{ bound: "faults", subject: "server.crash", limit: 1, count: 4 }],
    statistics: {
      states: 1769,
      transitions: 4231,
      depth: 31,
      milliseconds: 412,
      complete: true,
      explorer: { backEnd: "wasm", notCompiled: undefined, workers: 1 },
      fairness: ["server.Open (weak)"],
    },
    findings,
  };
}

/** A check whose invariant is violated; `expected` says that the text expects it. */
export function crashOnce(expected: boolean): CheckedModel {
  const properties = [
    NO_HALF_OPEN,
    property("Heals", "property", "unknown"),
    property("stuck", "stuck", "holds"),
  ];
  return {
    model: model("crashOnce", expected ? ["NoHalfOpen"] : []),
    verdict: verdict("crashOnce", expected ? "unknown" : "failed", properties, []),
  };
}

/** A check that holds, with a finding or without. */
export function noFaults(findings: boolean): CheckedModel {
  const properties = [
    property("NoHalfOpen", "invariant", "holds"),
    property("stuck", "stuck", "holds"),
  ];
  return {
    model: model("noFaults", []),
    verdict: verdict("noFaults", "ok", properties, findings ? [NEVER_TAKEN] : []),
  };
}

/** A Report of these checks. */
export function reportOf(checks: readonly CheckedModel[], extra: Partial<Report> = {}): Report {
  return {
    version: "0.0.0",
    command: "check",
    policy: POLICY_DEFAULT,
    checks,
    recordings: [],
    diagnostics: [],
    sources: new Map([[EXAMPLE_SOURCE.path, EXAMPLE_SOURCE]]),
    interrupted: undefined,
    undone: 0,
    leftOut: 0,
    ...extra,
  };
}

const START = 1_795_406_400_000_000_000n;
const second = (seconds: number): bigint => START + BigInt(Math.round(seconds * 1000)) * 1_000_000n;

const KEPT = "10.0.0.2:41002 > 10.0.0.10:80 #1";
const LOST = "10.0.0.2:41001 > 10.0.0.10:80 #1";

const connection = {
  client: "10.0.0.2:41001",
  server: "10.0.0.10:80",
  established: second(1),
  lastPacket: second(9),
};

const CONNECTIONS: RecordingVerdict["connections"] = [
  {
    ...connection,
    id: KEPT,
    end: "closed",
    endedAt: second(9),
    outcome: "kept",
    cause: undefined,
    reason: "closed by the client",
  },
  {
    ...connection,
    id: LOST,
    end: "reset",
    endedAt: second(4.012),
    outcome: "lost",
    cause: "server-restart",
    reason: "reset 1.012 s after outage 1 began",
  },
];

const LOG_PROPERTIES: RecordingVerdict["properties"] = [
  {
    name: "NoLostConnection",
    kind: "property",
    outcome: "violated",
    inconclusive: [],
    examined: 2,
    premiseTrue: 2,
    instances: [
      {
        bindings: { c: LOST, o: "outage 1" },
        outcome: "violated",
        inconclusive: undefined,
        reason: "reset while the server was down",
        time: second(4.012),
        events: [0],
      },
    ],
    span: spanOf("NoHalfOpen"),
  },
  {
    name: "Resumes",
    kind: "property",
    outcome: "inconclusive",
    inconclusive: [{ reason: "loss", detail: "312 packets are missing after +3.100 s" }],
    examined: 2,
    premiseTrue: undefined,
    instances: [],
    span: spanOf("Heals"),
  },
];

/** A judged recording: one connection kept, one lost to a restart, and what the capture missed. */
export function exampleRecording(): RecordingVerdict {
  return {
    version: 1,
    kind: "recording",
    file: EXAMPLE_SOURCE.path,
    log: "Tcp",
    span: spanOf("machine Server"),
    sources: [
      { path: "run.pcapng", format: "pcapng", records: 812, first: START, last: second(12) },
    ],
    result: "violated",
    properties: LOG_PROPERTIES,
    losses: [
      {
        source: 0,
        reason: "dropped",
        count: 312,
        from: second(3.1),
        until: second(3.4),
        note: "counted by the interface",
      },
    ],
    windows: [{ kind: "outage", name: "outage 1", begin: second(3), end: second(4.5) }],
    connections: CONNECTIONS,
    events: [
      {
        time: second(4.012),
        kind: "tcp.reset",
        attributes: { conn: LOST, ordinal: 3n },
        origin: { source: 0, ordinal: 345 },
      },
    ],
    statistics: {
      events: 1500,
      first: START,
      last: second(12),
      milliseconds: 87,
      unbound: [{ kind: "link.delay", count: 12 }],
    },
    findings: [],
  };
}
