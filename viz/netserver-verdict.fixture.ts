/**
 * The verdict of `crashOnce`, written by hand: a reached goal, a violated invariant with its
 * clauses, a property that is not judged, built-in ones that hold, a finding and bounds that were
 * hit.
 */
import type { CheckVerdict, Clause, Counterexample, PropertyVerdict } from "../checker/verdict.ts";
import { at, NETSERVER, netserverPath } from "./netserver.fixture.ts";

const STATES = 1769;

function property(
  name: string,
  kind: PropertyVerdict["kind"],
  outcome: PropertyVerdict["outcome"],
  more: Partial<PropertyVerdict> = {},
): PropertyVerdict {
  return {
    name,
    kind,
    outcome,
    unknown: undefined,
    examined: STATES,
    premiseTrue: undefined,
    counterexample: undefined,
    witness: undefined,
    span: undefined,
    temporal: undefined,
    ...more,
  };
}

const PROVEN = { shortest: true, replayed: true, loop: undefined } as const;

function witness(): Counterexample {
  return {
    ...PROVEN,
    steps: netserverPath().slice(0, 3),
    reason: "a client is open",
    why: [],
    span: at("reachable SomeoneOpen"),
  };
}

function counterexample(): Counterexample {
  const clause = (depth: number, value: boolean, since: number, text: string): Clause => {
    return { text, span: at(text), value, since, depth, witness: undefined };
  };
  const forAll = "forall c in Client: app[c] in Open implies c in server.table";
  return {
    ...PROVEN,
    steps: netserverPath(),
    reason: "app[Client1] is in Open, but Client1 is not in server.table",
    span: at("invariant NoHalfOpen"),
    why: [
      clause(0, true, 5, "server in Up and quiet"),
      clause(1, true, 4, "server in Up"),
      clause(1, true, 5, "quiet"),
      { ...clause(0, false, 5, forAll), witness: "c = Client1" },
      clause(1, true, 5, "app[c] in Open"),
      clause(1, false, 3, "c in server.table"),
    ],
  };
}

function properties(): readonly PropertyVerdict[] {
  return [
    property("SomeoneOpen", "reachable", "holds", {
      span: at("reachable SomeoneOpen"),
      witness: witness(),
    }),
    property("NoHalfOpen", "invariant", "violated", {
      premiseTrue: 412,
      span: at("invariant NoHalfOpen"),
      counterexample: counterexample(),
    }),
    property("Heals", "property", "unknown", {
      unknown: { reason: "not judged yet", what: "temporal properties" },
      examined: 0,
      span: at("property Heals"),
    }),
    property("range", "range", "holds", { examined: 4986 }),
    property("unhandled", "unhandled", "holds"),
    property("stuck", "stuck", "holds"),
  ];
}

/** The verdict of `crashOnce`. */
export function netserverVerdict(): CheckVerdict {
  return {
    version: 1,
    kind: "check",
    file: NETSERVER.path,
    system: "Net",
    name: "crashOnce",
    span: at("check crashOnce"),
    result: "ok",
    properties: properties(),
    reductions: [],
    leftOut: ["Unimportant"],
    expectations: [
      {
        text: "expect violation of NoHalfOpen",
        met: true,
        detail: "violated after 5 steps",
        span: at("expect violation of NoHalfOpen"),
      },
    ],
    coverage: [630, 232, 500, 127, 127, 904, 412, 1078, 300, 0].map((taken, rule) => ({
      rule,
      taken,
    })),
    bounds: [
      { bound: "faults", subject: "server.crash", limit: 1, count: 1642 },
      { bound: "capacity", subject: "req", limit: 2, count: 388 },
    ],
    statistics: {
      states: STATES,
      transitions: 4986,
      depth: 24,
      milliseconds: 412,
      complete: true,
      explorer: { backEnd: "wasm", notCompiled: undefined, workers: 1 },
      fairness: [
        "server.Open (weak)",
        "server.Data (weak)",
        "app[Client1].write (strong)",
        "app[Client2].write (strong)",
      ],
    },
    findings: [
      {
        code: "W0503",
        severity: "warning",
        title: "`App.Open on rep.Reset` was never taken",
        span: at("fair on rep.Reset"),
        related: [],
        notes: ["`otherwise drop` dropped 676 messages"],
      },
    ],
  };
}
