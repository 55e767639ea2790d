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

/** Names in a headline; more are counted. */
const NAMES_SHOWN = 2;

/** The verdict of a recording in one sentence. */
export function recordingHeadline(verdict: RecordingVerdict): string {
  const { result, connections } = verdict;
  const names = (outcome: RecordingOutcome): string =>
    nameSome(verdict.properties.filter((one) => one.outcome === outcome && !isIdle(one)));
  const judged =
    result === "holds"
      ? `${verdict.log} holds`
      : result === "violated"
        ? `${names("violated")} violated`
        : `${names("inconclusive")} cannot be decided`;
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

/** A property that had nothing to examine, and therefore says nothing. */
export function isIdle(property: LogPropertyVerdict): boolean {
  return property.outcome === "inconclusive" && property.examined === 0;
}

function nameSome(properties: readonly LogPropertyVerdict[]): string {
  const shown = properties.slice(0, NAMES_SHOWN).map(({ name }) => name);
  const more = properties.length - NAMES_SHOWN;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `1,511 events over 15.732 s`, … */
export function recordingCounts(
  verdict: RecordingVerdict,
  clock: RecordingClock,
): readonly string[] {
  const { statistics } = verdict;
  return [
    `${count(statistics.events, "event")} over ${formatLength(clock.duration)}`,
    ...verdict.sources.map(
      (source) => `${formatNumber(source.records)} records in ${fileName(source.path)}`,
    ),
    formatMilliseconds(statistics.milliseconds),
  ];
}

/** Losses named in the verdict line; more are counted. */
const LOSSES_SHOWN = 2;

/** What the recording does not contain. */
export function recordingCaveats(verdict: RecordingVerdict): readonly string[] {
  const shown = verdict.losses
    .slice(0, LOSSES_SHOWN)
    .map((loss) => (loss.note === "" ? lossName(loss) : `${lossName(loss)}: ${loss.note}`));
  const more = verdict.losses.length - LOSSES_SHOWN;
  return more > 0 ? [...shown, count(more, "more loss")] : shown;
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
  if (isIdle(property)) {
    return `${name} had nothing to examine`;
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
