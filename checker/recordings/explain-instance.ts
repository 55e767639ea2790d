/**
 * One sentence about an instance: what decided it, and when, counted from the start of the
 * recording.
 */
import type { ResolvedLog, ResolvedProperty } from "../../spec/log.ts";
import type { Inconclusive, RecordingOutcome } from "../verdict.ts";
import type { Environment } from "./evaluate.ts";
import type { Decided } from "./instances.ts";
import { type Interval, NEVER } from "./monitor-state.ts";

const NANOSECONDS_PER_MICROSECOND = 1000n;
const MICROSECONDS_PER_SECOND = 1_000_000n;

/** `+5.371204 s`: time since the first event of the recording. */
export function sinceStart(time: bigint, first: bigint | undefined): string {
  const micros = (time - (first ?? time)) / NANOSECONDS_PER_MICROSECOND;
  const size = micros < 0n ? -micros : micros;
  const whole = size / MICROSECONDS_PER_SECOND;
  const part = String(size % MICROSECONDS_PER_SECOND).padStart(6, "0");
  return `${micros < 0n ? "-" : "+"}${whole}.${part} s`;
}

/** `outage 1`, `appDown(10.0.0.10:80) 2` */
export function intervalName(log: ResolvedLog, interval: Interval): string {
  const name = log.intervals[interval.definition]?.name ?? "interval";
  const ids = interval.key === "" ? "" : `(${interval.key.replaceAll("\u0000", ", ")})`;
  return `${name}${ids} ${interval.ordinal}`;
}

/** The names of the binders with what they are bound to. */
export function bindingsOf(
  log: ResolvedLog,
  property: ResolvedProperty,
  env: Environment,
): Readonly<Record<string, string>> {
  const bindings: Record<string, string> = {};
  for (const [slot, { name }] of property.binders.entries()) {
    const element = env[slot];
    if (element === undefined) continue;
    bindings[name] = typeof element === "string" ? element : intervalName(log, element);
  }
  return bindings;
}

interface Times {
  readonly state: { readonly log: ResolvedLog };
  readonly first: bigint | undefined;
  readonly end: bigint;
}

/** Why the instance is judged as it is. */
export function explain(
  { state, first, end }: Times,
  property: ResolvedProperty,
  decided: Decided,
  outcome: RecordingOutcome,
  why: Inconclusive | undefined,
): string {
  const windows = decided.env.flatMap((element) =>
    element === undefined || typeof element === "string"
      ? []
      : [describeWindow(state.log, element, first)],
  );
  const where = windows.length === 0 ? "" : `, ${windows.join(", ")}`;
  if (why !== undefined) {
    const last =
      why.reason === "pending" && decided.confirmed !== undefined
        ? `; last seen at ${sinceStart(decided.confirmed, first)}`
        : "";
    return `${why.detail} at ${sinceStart(decided.time ?? end, first)}${last}${where}`;
  }
  if (decided.missed !== undefined) {
    const end = sinceStart(decided.missed, first);
    return `nothing happened until ${end}, the end of its time${where}`;
  }
  if (decided.time === undefined || decided.event === undefined) {
    return `never broken until the end at ${sinceStart(end, first)}${where}`;
  }
  const what = decided.happened.map((name) => `\`${name}\``).join(" and ");
  const verb = outcome === "violated" ? "breaks" : "decides";
  return `${what} at ${sinceStart(decided.time, first)} ${verb} ${property.name}${where}`;
}

function describeWindow(log: ResolvedLog, interval: Interval, first: bigint | undefined): string {
  const name = intervalName(log, interval);
  const begin = sinceStart(interval.begin, first);
  return interval.end === NEVER
    ? `${name} from ${begin} on`
    : `${name} from ${begin} to ${sinceStart(interval.end, first)}`;
}
