/**
 * The connections of a recording, and what the properties say about each.
 *
 * The facts (who, when established, how it ended in the capture) come from the tracker's events,
 * whatever the log declares. The judgement comes from the properties whose names begin with
 * `NotLost` and whose binders include the connection: one that is violated makes it lost, and
 * `NotLostByServerRestart` names the cause `server-restart`; one that is open makes it
 * inconclusive. Without such properties, all properties that speak of the connection count. When
 * several are violated, the one whose interval began last gives the cause.
 */
import type { TraceEvent } from "../../traces/trace.ts";
import type { ConnectionVerdict } from "../verdict.ts";
import type { Judged, JudgedProperty } from "./instance-verdicts.ts";

/** What the capture shows of a connection. */
interface Facts {
  readonly id: string;
  readonly client: string;
  readonly server: string;
  established: bigint | undefined;
  lastPacket: bigint;
  end: "open" | "closed" | "reset";
  endedAt: bigint | undefined;
  endedBy: TraceEvent["attributes"][string] | undefined;
}

export type ConnectionFacts = Map<string, Facts>;

/** Notes what a tracker's event shows of its connection. */
export function noteConnection(facts: ConnectionFacts, event: TraceEvent): void {
  const { conn, client, server, by } = event.attributes;
  if (typeof conn !== "string") return;
  let known = facts.get(conn);
  if (known === undefined) {
    known = {
      id: conn,
      client: String(client),
      server: String(server),
      established: undefined,
      lastPacket: event.time,
      end: "open",
      endedAt: undefined,
      endedBy: undefined,
    };
    facts.set(conn, known);
  }
  // The account at the end of a capture is no packet.
  if (event.kind !== "tcp.end") known.lastPacket = event.time;
  switch (event.kind) {
    case "tcp.established":
      known.established = event.time;
      break;
    case "tcp.closed":
      finish(known, "closed", event);
      break;
    case "tcp.reset":
      if (event.attributes["state"] !== "handshake") finish(known, "reset", event);
      break;
    case "tcp.progress":
      // A reset that one side ignored has not ended the connection.
      if (known.end === "reset" && known.endedBy === by) {
        known.end = "open";
        known.endedAt = undefined;
      }
      break;
    default:
      break;
  }
}

function finish(facts: Facts, end: "closed" | "reset", event: TraceEvent): void {
  if (facts.end !== "open") return;
  facts.end = end;
  facts.endedAt = event.time;
  facts.endedBy = event.attributes["by"];
}

/** Prefix of the properties that decide about connections. */
const DECIDING = "NotLost";
const CAUSE = /^NotLostBy(.+)$/;

/** `NotLostByServerRestart` → `server-restart`; `NotLostOtherwise` → `otherwise`. */
export function causeOf(property: string): string {
  const word = CAUSE.exec(property)?.[1] ?? property.replace(/^NotLost(?=.)/, "");
  return word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

interface Opinion {
  readonly cause: string;
  readonly judged: Judged;
}

/** The verdict about each connection that was established, in the order of their first packets. */
export function judgeConnections(
  facts: ConnectionFacts,
  properties: readonly JudgedProperty[],
): readonly ConnectionVerdict[] {
  const deciding = properties.filter(({ verdict }) => verdict.name.startsWith(DECIDING));
  const used = (deciding.length > 0 ? deciding : properties).filter(
    ({ verdict }) => verdict.kind !== "reachable",
  );
  const opinions = new Map<string, Opinion[]>();
  for (const { verdict, judged } of used) {
    for (const one of judged) {
      if (one.outcome === "holds") continue;
      for (const element of one.decided.env) {
        if (typeof element !== "string" || !facts.has(element)) continue;
        const known = opinions.get(element) ?? [];
        known.push({ cause: causeOf(verdict.name), judged: one });
        opinions.set(element, known);
      }
    }
  }
  const verdicts: ConnectionVerdict[] = [];
  for (const known of facts.values()) {
    if (known.established === undefined) continue;
    verdicts.push(verdictOf(known, opinions.get(known.id) ?? []));
  }
  return verdicts;
}

function verdictOf(facts: Facts, opinions: readonly Opinion[]): ConnectionVerdict {
  const { id, client, server, established, lastPacket, end, endedAt } = facts;
  const lost = opinions
    .filter(({ judged }) => judged.outcome === "violated")
    .toSorted((a, b) => compare(beginOf(b), beginOf(a)))[0];
  const open = opinions.find(({ judged }) => judged.outcome === "inconclusive");
  const base = { id, client, server, established, lastPacket, endedAt };
  if (lost !== undefined) {
    return {
      ...base,
      end: end === "open" ? "silent" : end,
      outcome: "lost",
      cause: lost.cause,
      reason: lost.judged.verdict.reason,
    };
  }
  return {
    ...base,
    end,
    outcome: open === undefined ? "kept" : "inconclusive",
    cause: undefined,
    reason: open?.judged.verdict.reason ?? keptReason(end),
  };
}

function keptReason(end: Facts["end"]): string {
  if (end === "closed") return "closed by both sides";
  return end === "reset" ? "ended by one of its applications" : "in use or at rest, and not lost";
}

/** When the last interval of the instance began. */
function beginOf({ judged }: Opinion): bigint {
  return judged.decided.env.reduce<bigint>(
    (last, element) =>
      element !== undefined && typeof element !== "string" && element.begin > last
        ? element.begin
        : last,
    0n,
  );
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
