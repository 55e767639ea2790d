/**
 * A recording with one outage, written by hand: two connections are reset by the restarted network
 * server, one is silent, one is kept, and the capture has lost packets.
 */
import type {
  ConnectionVerdict,
  InstanceVerdict,
  LogPropertyVerdict,
  RecordingVerdict,
} from "../checker/verdict.ts";
import type { SourceFile, Span } from "../spec/source.ts";
import type { TraceEvent } from "../traces/trace.ts";
import { spanOf } from "./handmade.fixture.ts";

export const TCP_LOG: SourceFile = {
  path: "no-lost-connections.libretto",
  text: `// No connection may be lost because the network server restarts.
module recordings

log Tcp {
  clock t ns
  event established(conn: id)    event reset(conn: id, by: side)    event progress(conn: id)
  event down(server: id)         event up(server: id)

  def alive(c) = not reset(c) since established(c)
  def outage = from down(_) until up(_)

  property NoLostConnection: forall c in established.conn, o in outage:
    alive(c) at o.begin implies not reset(c) until o.end + 3s
      on loss inconclusive
  property Resumes: forall o in outage, c in established.conn:
    alive(c) at o.begin leads to progress(c) within 3s after o.end
  reachable Exercised: exists c in established.conn, o in outage: alive(c) at o.begin
}
`,
};

const MILLISECOND = 1_000_000n;
const START = 1_795_406_449_237_192_770n;
const at = (milliseconds: number): bigint => START + BigInt(milliseconds) * MILLISECOND;

const OUTAGE_BEGIN = 5_500;
const OUTAGE_END = 6_078;

const idOf = (port: number): string => `10.77.0.2:${port} > 10.77.0.10:7007 #1`;

function eventsOf(port: number, resetAt: number | undefined): readonly TraceEvent[] {
  const conn = idOf(port);
  const event = (time: number, kind: string, by: string, more = {}): TraceEvent => ({
    time: at(time),
    kind,
    attributes: { conn, client: `10.77.0.2:${port}`, server: "10.77.0.10:7007", by, ...more },
    origin: { source: 0, ordinal: time - 600 },
  });
  const first = 700 + (port % 10) * 40;
  return [
    event(first, "tcp.established", "server", { rtt: 0.16 }),
    event(first + 51, "tcp.progress", "client", { bytes: 6 }),
    event(OUTAGE_BEGIN - 48, "tcp.progress", "client", { bytes: 6 }),
    event(OUTAGE_BEGIN + 206, "tcp.retransmission", "client", { bytes: 6, try: 1 }),
    event(OUTAGE_BEGIN + 420, "tcp.retransmission", "client", { bytes: 12, try: 2 }),
    ...(resetAt === undefined
      ? [event(OUTAGE_END + 812, "tcp.progress", "client", { bytes: 78 })]
      : [event(resetAt, "tcp.reset", "server", { seq: 568, expected: true })]),
  ];
}

function connection(port: number, more: Partial<ConnectionVerdict>): ConnectionVerdict {
  return {
    id: idOf(port),
    client: `10.77.0.2:${port}`,
    server: "10.77.0.10:7007",
    established: at(700 + (port % 10) * 40),
    lastPacket: at(15_600),
    end: "open",
    endedAt: undefined,
    outcome: "kept",
    cause: undefined,
    reason: "it made progress 812 ms after the end of outage 1",
    ...more,
  };
}

/** The verdict of the log on the recording. */
export function recordingVerdict(): RecordingVerdict {
  const events = [
    ...eventsOf(41_001, 6_133),
    ...eventsOf(41_012, 6_206),
    ...eventsOf(41_023, undefined),
  ].toSorted((left, right) => Number(left.time - right.time));
  const instances = lostInstances(events);
  return {
    version: 1,
    kind: "recording",
    file: TCP_LOG.path,
    log: "Tcp",
    span: spanOf(TCP_LOG, "log Tcp"),
    sources: [
      { path: "restart.pcapng", format: "pcapng", records: 1511, first: at(0), last: at(15_732) },
      {
        path: "restart.events.jsonl",
        format: "jsonl",
        records: 214,
        first: at(0),
        last: at(15_732),
      },
    ],
    result: "violated",
    properties: propertyVerdicts(instances),
    losses: [
      {
        source: 0,
        reason: "dropped",
        count: 12,
        from: at(9_100),
        until: at(10_400),
        note: "interface statistics of restart.pcapng count 12 drops",
      },
    ],
    windows: [{ kind: "outage", name: "outage 1", begin: at(OUTAGE_BEGIN), end: at(OUTAGE_END) }],
    connections: connectionVerdicts(),
    events,
    statistics: {
      events: 1725,
      first: at(0),
      last: at(15_732),
      milliseconds: 31,
      unbound: [{ kind: "kernel.counters", count: 1 }],
    },
    findings: [],
  };
}

function propertyVerdicts(instances: readonly InstanceVerdict[]): readonly LogPropertyVerdict[] {
  const span = (words: string): Span => spanOf(TCP_LOG, words);
  const common = { examined: 4, premiseTrue: 4, inconclusive: [] } as const;
  return [
    {
      ...common,
      name: "NoLostConnection",
      kind: "property",
      outcome: "violated",
      instances,
      span: span("property NoLostConnection"),
    },
    {
      ...common,
      name: "Resumes",
      kind: "property",
      outcome: "inconclusive",
      inconclusive: [{ reason: "loss", detail: "the capture lost 12 packets after outage 1" }],
      instances: [instances.at(-1)].flatMap((instance) => instance ?? []),
      span: span("property Resumes"),
    },
    {
      ...common,
      name: "Exercised",
      kind: "reachable",
      outcome: "holds",
      instances: [],
      span: span("reachable Exercised"),
    },
  ];
}

function lostInstances(events: readonly TraceEvent[]): readonly InstanceVerdict[] {
  const lost = (port: number, reset: number): InstanceVerdict => ({
    bindings: { c: idOf(port), o: "outage 1" },
    outcome: "violated",
    inconclusive: undefined,
    reason: `reset by the server side ${reset - OUTAGE_END} ms after the end of outage 1`,
    time: at(reset),
    events: events.flatMap((event, index) =>
      event.attributes["conn"] === idOf(port) ? [index] : [],
    ),
  });
  return [
    lost(41_001, 6_133),
    lost(41_012, 6_206),
    {
      bindings: { c: idOf(41_034), o: "outage 1" },
      outcome: "inconclusive",
      inconclusive: { reason: "loss", detail: "the capture lost 12 packets after outage 1" },
      reason: "no packet after outage 1, and the capture lost 12 packets",
      time: undefined,
      events: [],
    },
  ];
}

function connectionVerdicts(): readonly ConnectionVerdict[] {
  const reset = (time: number): Partial<ConnectionVerdict> => ({
    end: "reset",
    endedAt: at(time),
    lastPacket: at(time),
    outcome: "lost",
    cause: "server-restart",
    reason: `reset by the server side ${time - OUTAGE_END} ms after the end of outage 1`,
  });
  const short = Array.from({ length: 24 }, (_, index) =>
    connection(43_000 + index, {
      established: at(800 + index * 600),
      lastPacket: at(840 + index * 600),
      end: "closed",
      endedAt: at(840 + index * 600),
      reason: "closed by both sides",
    }),
  );
  return [
    connection(41_023, {}),
    ...short,
    connection(41_001, reset(6_133)),
    connection(41_012, reset(6_206)),
    connection(41_034, {
      lastPacket: at(5_452),
      end: "silent",
      outcome: "inconclusive",
      reason: "no packet after outage 1, and the capture lost 12 packets",
    }),
  ];
}
