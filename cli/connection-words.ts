/**
 * What is said of the connections of a deployment's traffic, of all runs and of those lost, and of
 * whatever else a deployment wants of its runs.
 */
import type { RunFailure } from "../checker/simulate/played-run.ts";
import type { Played } from "../engine/play/player.ts";
import { type ConnectionReport, failureOf } from "../engine/traffic/connection.ts";
import type { Deployment } from "../spec/deployment.ts";
import { counted, formatDuration } from "./numbers.ts";

const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_MICROSECOND = 1e3;

/** What became of the connections of several runs. */
export interface ConnectionTotals {
  opened: number;
  answers: number;
  retransmissions: number;
  /** Nanoseconds; the longest time for which a client waited for an answer, and its run. */
  silence: number;
  seed: number;
}

export function noConnections(): ConnectionTotals {
  return { opened: 0, answers: 0, retransmissions: 0, silence: 0, seed: 0 };
}

export function addConnections(
  totals: ConnectionTotals,
  connections: readonly ConnectionReport[],
  seed: number,
): void {
  for (const { state, answers, retransmissions, silence } of connections) {
    if (state !== "not opened") totals.opened++;
    totals.answers += answers;
    totals.retransmissions += retransmissions;
    if (silence <= totals.silence) continue;
    totals.silence = silence;
    totals.seed = seed;
  }
}

/**
 * `3 connections   707 requests answered   36 segments sent again   longest wait 12.6 s (seed 1)`
 */
export function connectionSummary(totals: ConnectionTotals): string {
  if (totals.opened === 0) return "";
  const { opened, answers, retransmissions, silence, seed } = totals;
  const facts = [
    counted(opened, "connection"),
    `${counted(answers, "request")} answered`,
    `${counted(retransmissions, "segment")} sent again`,
    `longest wait ${waitText(silence)} (seed ${seed})`,
  ];
  return `         ${facts.join("   ")}\n`;
}

function waitText(nanoseconds: number): string {
  if (nanoseconds >= NANOSECONDS_PER_MILLISECOND) {
    return formatDuration(nanoseconds / NANOSECONDS_PER_MILLISECOND);
  }
  return `${Math.round(nanoseconds / NANOSECONDS_PER_MICROSECOND)} us`;
}

/** Why each of the things failed that no state of the model tells. */
export function failuresOf(
  { traffic, converge, heal = 0 }: Deployment,
  { failures, connections, time }: Played,
): readonly RunFailure[] {
  return failures.map((name) => {
    const lost = traffic.findIndex(
      (one, index) => failureOf(one) === name && connections[index]?.lost !== undefined,
    );
    const connection = connections[lost];
    if (connection?.lost !== undefined) {
      const { peer, application } = connection;
      const way = `${peer} > ${application}`;
      const how = `${connection.lost.reason} at ${timeText(connection.lost.time)}`;
      return { name, reason: `the connection of \`${connection.name}\`, ${way}: ${how}` };
    }
    const goal = converge.find((one) => one.name === name);
    const since = timeText(heal + (goal?.within ?? 0));
    const reason = `\`${name}\` has to be true from ${since} on, and is not at ${timeText(time)}`;
    return { name, reason };
  });
}

function timeText(nanoseconds: number): string {
  return formatDuration(nanoseconds / NANOSECONDS_PER_MILLISECOND);
}

/** `app[App1]: 10.0.0.2:41001 > 10.0.1.2:80 reset by server at 12.6 s` */
export function lostConnections(connections: readonly ConnectionReport[]): string {
  const lines = connections.flatMap(({ name, peer, application, lost }) => {
    if (lost === undefined) return [];
    const { time, reason } = lost;
    return `         ${name}: ${peer} > ${application} ${reason} at ${timeText(time)}\n`;
  });
  return lines.join("");
}
