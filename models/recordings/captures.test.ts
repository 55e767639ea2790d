/**
 * The shipped log agrees with the endpoints, connection by connection, on every recording that is
 * there.
 *
 * What the endpoints say is in `NAME.truth.json`, which comes from their logs and never from the
 * capture. A connection that the capture cannot judge (nothing exchanged after the last window, or
 * its end lies in a hole of the capture) must be inconclusive. A connection without any packet in
 * the capture must be absent, never kept or lost.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RecordingVerdict } from "../../checker/verdict.ts";
import { realFiles } from "../../traces/real-captures.fixture.ts";
import { judgeFiles } from "./judge-files.fixture.ts";

interface TrueConnection {
  readonly id: string;
  readonly client: string;
  readonly server: string;
  readonly how: string;
  readonly lost: boolean;
  readonly cause: string | null;
  readonly tshark?: Readonly<Record<string, unknown>>;
}

interface Truth {
  readonly answer: {
    readonly lost: number;
    readonly not_judgeable_from_capture_alone: readonly string[];
    readonly capture_dropped_packets: number;
    readonly server_restarts: number;
    readonly mode_switches: number;
  };
  readonly connections: readonly TrueConnection[];
}

const captures = realFiles(/\.pcap(?:ng)?$/);

test("real recordings are there", () => {
  expect(captures.length).toBeGreaterThanOrEqual(3);
});

function readTruth(capture: string): Truth {
  const name = basename(capture).split(".")[0] ?? "";
  return JSON.parse(readFileSync(join(dirname(capture), `${name}.truth.json`), "utf8")) as Truth;
}

function eventsOf(capture: string): string {
  const name = basename(capture).split(".")[0] ?? "";
  return join(dirname(capture), `${name}.events.jsonl`);
}

/** `lost server-restart`, `kept`, `inconclusive` or `absent`, for each connection of the truth. */
function expected(truth: Truth): readonly string[] {
  const { not_judgeable_from_capture_alone: open, capture_dropped_packets: drops } = truth.answer;
  return truth.connections.map(({ id, how, lost, cause, tshark }) => {
    const seen = tshark === undefined || (tshark["streams"] as readonly unknown[]).length > 0;
    const ends = ["fin_from_client", "fin_from_server", "rst_from_client", "rst_from_server"];
    const endSeen = ends.some((key) => Number(tshark?.[key] ?? 0) > 0);
    if (drops > 0 && !seen) return `${id} absent`;
    if (lost) return `${id} lost ${cause ?? "otherwise"}`;
    const hidden = drops > 0 && how.startsWith("closed") && !endSeen;
    return `${id} ${open.includes(id) || hidden ? "inconclusive" : "kept"}`;
  });
}

/** The same of the verdict; generations of one pair of ports in the order of time. */
function found(truth: Truth, verdict: RecordingVerdict): readonly string[] {
  const rest = [...verdict.connections];
  return truth.connections.map(({ id, client, server }) => {
    const at = rest.findIndex((one) => one.client === client && one.server === server);
    const [one] = at < 0 ? [] : rest.splice(at, 1);
    if (one === undefined) return `${id} absent`;
    return one.outcome === "lost" ? `${id} lost ${one.cause}` : `${id} ${one.outcome}`;
  });
}

function expectedResult(truth: Truth): string {
  const { lost, server_restarts: restarts, mode_switches: switches } = truth.answer;
  if (lost > 0) return "violated";
  const open = expected(truth).some((line) => !line.endsWith("kept"));
  return open || restarts + switches === 0 ? "inconclusive" : "holds";
}

describe.each(captures)("%s", (capture) => {
  const truth = readTruth(capture);

  test("is judged as the endpoints say", async () => {
    const verdict = await judgeFiles([capture, eventsOf(capture)]);
    expect(found(truth, verdict)).toEqual(expected(truth));
    expect(verdict.connections.length).toBeLessThanOrEqual(truth.connections.length);
    expect(verdict.result).toBe(expectedResult(truth));
    expect(verdict.findings).toEqual([]);
  });

  test("is judged alike in whatever order the files are named", async () => {
    const one = await judgeFiles([capture, eventsOf(capture)]);
    const other = await judgeFiles([eventsOf(capture), capture]);
    expect(other.connections).toEqual(one.connections);
  });

  test("names no cause without an event log, and loses no loss", async () => {
    const verdict = await judgeFiles([capture]);
    for (const { outcome, cause } of verdict.connections) {
      expect(outcome === "lost" ? cause : undefined).toBe(
        outcome === "lost" ? "otherwise" : undefined,
      );
    }
    const kept = new Set(
      verdict.connections.flatMap(({ outcome, id }) => (outcome === "kept" ? [id] : [])),
    );
    const complete = await judgeFiles([capture, eventsOf(capture)]);
    const resets = complete.connections.filter(
      ({ outcome, end }) => outcome === "lost" && end === "reset",
    );
    expect(resets.filter(({ id, cause }) => kept.has(id) && cause !== "app-kill")).toEqual([]);
  });
});

test("the truth lies beside every capture", () => {
  expect(captures.filter((capture) => !existsSync(eventsOf(capture)))).toEqual([]);
});
