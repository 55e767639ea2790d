/**
 * Scenarios of connections and infrastructure, one line each, judged by the shipped log.
 *
 *     0    C open            handshake of client C
 *     1    C ask             request, answer, acknowledgement
 *     2    @server.kill instance=1
 *     2.1  C send            a request that nobody answers
 *     2.3  C retry           the same once more
 *     4    @server.ready instance=2
 *     5    C retry
 *     5    S>C RST           any line of the packet notation
 *
 * The number is the time in seconds. More words: `push` (data of the server, acknowledged),
 * `sretry` (the last data of the server once more), `close` and `sclose` (orderly, by client and by
 * server). Packets of one line are 1 ms apart. Lines with `@` are events of the infrastructure;
 * `@capture.stop` ends the recording. The name of a client is its connection; several generations
 * are `C`, `C #2`, ….
 */
import { judgeRecording } from "../../checker/recordings/judge.ts";
import type { RecordingVerdict } from "../../checker/verdict.ts";
import { track } from "../../traces/read-back.fixture.ts";
import type { Attribute, Loss, TraceEvent } from "../../traces/trace.ts";
import { shippedLog } from "./judge-files.fixture.ts";

const START_MS = 1_000_000;
const NANOSECONDS_PER_MS = 1_000_000n;
const REQUEST = 20;
const ANSWER = 50;

interface Sides {
  client: number;
  server: number;
  lastClient: number;
  lastServer: number;
}

interface Written {
  readonly packets: { readonly ms: number; readonly line: string }[];
  readonly events: TraceEvent[];
}

/** The verdict of the shipped log on a scenario. */
export async function judgeScenario(
  text: string,
  losses: readonly Loss[] = [],
): Promise<RecordingVerdict> {
  const { packets, events } = write(text);
  let before = START_MS - 1;
  const lines = packets.map(({ ms, line }) => {
    const step = ms - before;
    before = ms;
    return `+${step}ms ${line}`;
  });
  const tracked = track(lines.join("\n"));
  const all = [...tracked.events, ...events].toSorted((a, b) =>
    a.time < b.time ? -1 : a.time > b.time ? 1 : 0,
  );
  const source = (path: string, format: "pcap" | "jsonl") =>
    ({ path, format, records: 0, first: undefined, last: undefined }) as const;
  return judgeRecording(shippedLog(), {
    batches: () => each(all),
    sources: [source("run.pcap", "pcap"), source("run.jsonl", "jsonl")],
    losses: [...tracked.losses.map((loss) => ({ source: 0, ...loss })), ...losses],
  });
}

async function* each(events: readonly TraceEvent[]): AsyncGenerator<readonly TraceEvent[]> {
  for (const event of events) yield await Promise.resolve([event]);
}

/** One line for each connection: its client, the outcome and the cause. */
export async function outcomes(text: string, losses: readonly Loss[] = []): Promise<string[]> {
  const { connections } = await judgeScenario(text, losses);
  return connections.map(({ id, client, outcome, cause }) => {
    const number = Number(client.split(":")[1]) - 41_000;
    const generation = id.endsWith("#1") ? "" : ` ${id.slice(id.indexOf("#"))}`;
    const name = `C${number === 1 ? "" : number}${generation}`;
    return `${name} ${outcome}${cause === undefined ? "" : ` ${cause}`}`;
  });
}

function write(text: string): Written {
  const written: Written = { packets: [], events: [] };
  const sides = new Map<string, Sides>();
  const lines = text.split("\n").map((one) => one.trim());
  for (const [index, line] of lines.entries()) {
    const [, seconds, rest] = /^(\d+(?:\.\d+)?)\s+(.+)$/.exec(line) ?? [];
    if (seconds === undefined || rest === undefined) continue;
    const ms = START_MS + Math.round(Number(seconds) * 1000);
    if (rest.startsWith("@")) {
      written.events.push(eventOf(rest.slice(1), ms, index + 1));
      continue;
    }
    const packets = rest.includes(">") ? [rest] : expand(rest, sides);
    for (const [step, packet] of packets.entries()) {
      written.packets.push({ ms: ms + step, line: packet });
    }
  }
  written.packets.sort((a, b) => a.ms - b.ms);
  return written;
}

function eventOf(text: string, ms: number, ordinal: number): TraceEvent {
  const [kind = "", ...words] = text.split(/\s+/);
  const attributes: Record<string, Attribute> = {};
  for (const word of words) {
    const [name = "", value = ""] = word.split("=");
    attributes[name] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return {
    time: BigInt(ms) * NANOSECONDS_PER_MS,
    kind,
    attributes,
    origin: { source: 1, ordinal },
  };
}

/** The packets of `C ask` and its like. */
function expand(text: string, all: Map<string, Sides>): readonly string[] {
  const [client = "C", word = ""] = text.split(" ");
  const fresh: Sides = { client: 1, server: 1, lastClient: 1, lastServer: 1 };
  const sides = word === "open" ? fresh : (all.get(client) ?? fresh);
  all.set(client, sides);
  const up = `${client}>S`;
  const down = `S>${client}`;
  const send = (): string => {
    sides.lastClient = sides.client;
    sides.client += REQUEST;
    return `${up} DATA ${REQUEST}`;
  };
  const answer = (): string => {
    sides.lastServer = sides.server;
    sides.server += ANSWER;
    return `${down} DATA ${ANSWER}`;
  };
  const expansions: Readonly<Record<string, () => readonly string[]>> = {
    open: () => [`${up} SYN`, `${down} SYNACK`, `${up} ACK`],
    ask: () => [send(), answer(), `${up} ACK`],
    send: () => [send()],
    push: () => [answer(), `${up} ACK`],
    retry: () => [`${up} DATA ${REQUEST} seq=${sides.lastClient}`],
    sretry: () => [`${down} DATA ${ANSWER} seq=${sides.lastServer}`],
    reply: () => [answer(), `${up} ACK`],
    close: () => [`${up} FIN`, `${down} FIN`, `${up} ACK`],
    sclose: () => [`${down} FIN`, `${up} FIN`, `${down} ACK`],
  };
  const expansion = expansions[word];
  if (expansion === undefined) throw new Error(`not a line of a scenario: ${text}`);
  return expansion();
}
