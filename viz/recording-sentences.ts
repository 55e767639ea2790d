/**
 * The sentences of a recording: what was lost, what cannot be judged, and why, in words.
 */
import type {
  ConnectionVerdict,
  Inconclusive,
  LogPropertyVerdict,
  RecordingOutcome,
  RecordingVerdict,
} from "../checker/verdict.ts";
import type { Mark } from "./document.ts";
import { formatLength, type RecordingClock } from "./recording-clock.ts";
import { lossName } from "./recording-windows.ts";
import { count, formatMilliseconds, formatNumber } from "./sentences.ts";

export function outcomeMark(outcome: RecordingOutcome): Mark {
  return outcome === "holds" ? "good" : outcome === "violated" ? "bad" : "unknown";
}

export function connectionMark({ outcome }: ConnectionVerdict): Mark {
  return outcome === "kept" ? "good" : outcome === "lost" ? "bad" : "unknown";
}

/** The verdict of a recording in one sentence. */
export function recordingHeadline(verdict: RecordingVerdict): string {
  const { result, connections } = verdict;
  const named = (outcome: RecordingOutcome): string =>
    verdict.properties
      .filter((property) => property.outcome === outcome)
      .map((property) => property.name)
      .join(", ");
  const judged =
    result === "holds"
      ? `${verdict.log} holds`
      : result === "violated"
        ? `${named("violated")} violated`
        : `${named("inconclusive")} cannot be decided`;
  if (connections.length === 0) {
    return judged;
  }
  const lost = connections.filter(({ outcome }) => outcome === "lost").length;
  const unclear = connections.filter(({ outcome }) => outcome === "inconclusive").length;
  const whole = count(connections.length, "connection");
  const parts = [
    lost === 0 ? `none of ${whole} lost` : `${lost} of ${whole} lost`,
    unclear === 0 ? "" : `${unclear} cannot be judged`,
  ];
  return `${judged}: ${parts.filter((part) => part !== "").join(", ")}`;
}

/** `1,511 events over 15.732 s`, … */
export function recordingCounts(
  verdict: RecordingVerdict,
  clock: RecordingClock,
): readonly string[] {
  const { statistics } = verdict;
  return [
    `${count(statistics.events, "event")} over ${formatLength(clock.duration)}`,
    ...verdict.sources.map((source) => `${formatNumber(source.records)} records in ${source.path}`),
    formatMilliseconds(statistics.milliseconds),
  ];
}

/** What the recording does not contain, and what nothing binds. */
export function recordingCaveats(verdict: RecordingVerdict): readonly string[] {
  const losses = verdict.losses.map((loss) =>
    loss.note === "" ? lossName(loss) : `${lossName(loss)}: ${loss.note}`,
  );
  const { unbound } = verdict.statistics;
  if (unbound.length > 0) {
    const kinds = unbound.map(({ kind, count: times }) => `${kind} ×${formatNumber(times)}`);
    losses.push(`events that nothing binds: ${kinds.join(", ")}`);
  }
  return losses;
}

/** The verdict of one property in one sentence. */
export function logPropertyHeadline(property: LogPropertyVerdict): string {
  const { name, outcome, instances, examined } = property;
  const violated = instances.filter((instance) => instance.outcome === "violated").length;
  const unclear = instances.filter((instance) => instance.outcome === "inconclusive").length;
  if (property.kind === "reachable") {
    return outcome === "holds"
      ? `${name} is reached`
      : outcome === "violated"
        ? `${name} is never reached`
        : `${name} cannot be decided${because(property.inconclusive)}`;
  }
  if (outcome === "violated") {
    return `${name} is violated in ${formatNumber(violated)} of ${count(examined, "case")}`;
  }
  if (outcome === "inconclusive") {
    const where = unclear === 0 ? "" : ` in ${count(unclear, "case")}`;
    return `${name} cannot be decided${where}${because(property.inconclusive)}`;
  }
  return `${name} holds in ${count(examined, "case")}`;
}

function because(reasons: readonly Inconclusive[]): string {
  const details = [...new Set(reasons.map(({ detail }) => detail))];
  const more = details.length > 2 ? "; …" : "";
  return details.length === 0 ? "" : `: ${details.slice(0, 2).join("; ")}${more}`;
}

/** What was examined for a property. */
export function logPropertyEvidence(property: LogPropertyVerdict): readonly string[] {
  const evidence = [`${count(property.examined, "case")} examined`];
  if (property.premiseTrue !== undefined) {
    evidence.push(`its premise was true in ${formatNumber(property.premiseTrue)}`);
  }
  return evidence;
}

/** `lost: server-restart`, `kept`, `cannot be judged` */
export function connectionVerdictText({ outcome, cause }: ConnectionVerdict): string {
  if (outcome === "lost") {
    return cause === undefined ? "lost" : `lost: ${cause}`;
  }
  return outcome === "kept" ? "kept" : "cannot be judged";
}
