/**
 * The sentences of a report: verdicts, counts and caveats in words.
 *
 * Text is made here, once, and the page only places it, so that the JSON beside a page reads the
 * same as the page. Numbers have thousands separators; plurals are right; "unknown" always says
 * why.
 */
import type {
  BoundHit,
  CheckVerdict,
  Counterexample,
  PropertyVerdict,
  Simulation,
  Statistics,
  UnknownReason,
} from "../checker/verdict.ts";
import type { Model } from "../spec/model.ts";
import type { Mark } from "./document.ts";

const BYTES_PER_MEGABYTE = 1_000_000;
const MILLISECONDS_PER_SECOND = 1_000;

/** `1,769` */
export function formatNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** `1 step`, `1,769 states`, `2 entries`, `3 losses` */
export function count(value: number, noun: string): string {
  const plural = noun.endsWith("y")
    ? `${noun.slice(0, -1)}ies`
    : `${noun}${noun.endsWith("s") ? "es" : "s"}`;
  return `${formatNumber(value)} ${value === 1 ? noun : plural}`;
}

/** `0.4 s`, `12 ms` */
export function formatMilliseconds(milliseconds: number): string {
  return milliseconds < 100
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / MILLISECONDS_PER_SECOND).toFixed(1)} s`;
}

/** Why a verdict is unknown, to follow "because". */
export function unknownReason(unknown: UnknownReason | undefined): string {
  switch (unknown?.reason) {
    case "states":
      return `the search stopped at its limit of ${count(unknown.limit, "state")}`;
    case "memory":
      return `the search reached its memory budget of ${megabytes(unknown.limit)}`;
    case "time":
      return `the search reached its time budget of ${formatMilliseconds(unknown.limit)}`;
    case "interrupted":
      return "the search was interrupted";
    case "not judged yet":
      return `not judged yet: ${unknown.what}`;
    case "nothing examined":
      return "nothing was examined";
    case "stopped at another violation":
      return "the search stopped at another violation first";
    case "disk":
      return `the disk of the search failed: ${unknown.why}`;
    case "states on disk":
      return "a search on disk does not judge properties of whole runs";
    case "not decided by walks":
      return `${count(unknown.runs, "walk")} did not decide it`;
    case "not judged by walks":
      return "walks do not judge properties of whole runs";
    default:
      return "no reason was given";
  }
}

function megabytes(bytes: number): string {
  return `${formatNumber(Math.round(bytes / BYTES_PER_MEGABYTE))} MB`;
}

const BUILT_IN_NAMES: Readonly<Record<string, string>> = {
  assert: "an assertion",
  range: "the range of a variable",
  unhandled: "the rule that every message is handled",
  stuck: "the rule that nothing gets stuck",
};

/** The verdict of one property in one sentence. */
export function propertyHeadline(property: PropertyVerdict, statistics: Statistics): string {
  const { name, kind, outcome } = property;
  if (kind === "reachable") {
    const path = property.witness ?? property.counterexample;
    const after = path === undefined ? "" : ` after ${count(path.steps.length - 1, "step")}`;
    return outcome === "holds"
      ? `${name} is reached${after}`
      : outcome === "violated"
        ? `${name} is never reached in ${count(statistics.states, "state")}`
        : `${name} is unknown: ${unknownReason(property.unknown)}`;
  }
  const subject = BUILT_IN_NAMES[kind] ?? name;
  if (outcome === "violated") {
    const path = property.counterexample;
    return `${capital(subject)} is violated${path === undefined ? "" : ` ${whenWords(path)}`}`;
  }
  if (outcome === "unknown") {
    return `${capital(subject)} is unknown: ${unknownReason(property.unknown)}`;
  }
  return `${capital(subject)} holds in ${count(statistics.states, "state")}`;
}

/** `after 5 steps`, `after 8 steps, then by a loop of 5 steps` */
function whenWords({ steps, loop }: Counterexample): string {
  const last = steps.length - 1;
  if (loop === undefined) return `after ${count(last, "step")}`;
  const begins = `after ${count(loop.start, "step")}`;
  if (loop.stutters) return `${begins}, for ever`;
  return `${begins}, then by a loop of ${count(last - loop.start, "step")}`;
}

function capital(text: string): string {
  return text.startsWith("a") || text.startsWith("the ")
    ? text.replace(/^(an|the) /, (word) => word.charAt(0).toUpperCase() + word.slice(1))
    : text;
}

/** What was examined for a property. */
export function propertyEvidence(property: PropertyVerdict): readonly string[] {
  if (property.examined === 0) {
    return ["nothing was evaluated"];
  }
  const evidence: string[] = [];
  const noun = property.kind === "assert" || property.kind === "range" ? "time" : "state";
  evidence.push(
    noun === "time"
      ? `evaluated ${count(property.examined, "time")}`
      : `evaluated in ${count(property.examined, "state")}`,
  );
  if (property.premiseTrue !== undefined) {
    evidence.push(`its premise was true in ${count(property.premiseTrue, "state")}`);
  }
  evidence.push(...refinementEvidence(property));
  const { temporal } = property;
  if (temporal === undefined) return evidence;
  const { instances, loops, vacuous, withoutBound } = temporal;
  evidence.push(`${count(instances, "instance")} judged, ${count(loops, "loop")} looked at`);
  if (vacuous.length > 0 && vacuous.length < instances) {
    evidence.push(`its premise was never true for ${vacuous.join("; ")}`);
  }
  if (withoutBound) evidence.push("judged without its bound: exploring has no clock");
  return evidence;
}

/** What was examined for a refinement, and how far its verdict goes. */
function refinementEvidence({ refinement }: PropertyVerdict): readonly string[] {
  if (refinement === undefined) return [];
  const { abstract, states, steps, stuttering, matched } = refinement;
  const never = matched.filter((one) => one.steps === 0).map(({ name }) => name);
  const taken = matched.length - never.length;
  return [
    `${count(steps, "step")} examined, of which ${formatNumber(stuttering)} change nothing there`,
    `${abstract} was in ${count(states, "state")} and took ${taken} of its ` +
      count(matched.length, "transition"),
    ...(never.length > 0 ? [`never taken: ${cutList(never)}`] : []),
    "about safety only: nothing is said about what must happen in the end",
  ];
}

/** Names that a sentence lists before the rest is counted. */
const LISTED_MAX = 8;

function cutList(names: readonly string[]): string {
  const more = names.length - LISTED_MAX;
  const shown = names.slice(0, LISTED_MAX).join(", ");
  return more > 0 ? `${shown} and ${formatNumber(more)} more` : shown;
}

/** How a property looks: a violation that the check expects is still a violation. */
export function propertyMark(property: PropertyVerdict): Mark {
  return property.outcome === "holds"
    ? "good"
    : property.outcome === "violated"
      ? "bad"
      : "unknown";
}

/** The verdict of a check in one sentence. */
export function checkSummary(verdict: CheckVerdict, expected: ReadonlySet<string>): string {
  const violated = verdict.properties.filter((property) => property.outcome === "violated");
  const unknown = verdict.properties.filter((property) => property.outcome === "unknown");
  const unmet = verdict.expectations.filter((expectation) => !expectation.met);
  const surprising = violated.filter((property) => !expected.has(property.name));
  const parts: string[] = [];
  if (surprising.length > 0) {
    parts.push(`${surprising.map((property) => property.name).join(", ")} violated`);
  }
  if (violated.length > surprising.length) {
    const names = violated.filter((property) => expected.has(property.name));
    parts.push(`${names.map((property) => property.name).join(", ")} violated, as expected`);
  }
  for (const expectation of unmet) {
    parts.push(`${expectation.text}: ${expectation.detail}`);
  }
  if (unknown.length > 0) {
    parts.push(`${unknown.map((property) => property.name).join(", ")} unknown`);
  }
  if (parts.length === 0) {
    parts.push(
      verdict.kind === "scenario" && verdict.result === "ok"
        ? "every line came true"
        : verdict.result === "ok"
          ? "everything holds"
          : "see the findings",
    );
  }
  return parts.join("; ");
}

/** `1,000 walks`, `34,211 steps`, `1,204 states seen`, `seed 1`, `0.4 s` */
function walkCounts(statistics: Statistics, simulation: Simulation): readonly string[] {
  const { runs, steps, strategy, depth, stepsPerRun, seed } = simulation;
  const kinds = { random: "random walk", pct: `depth-${depth} PCT walk`, played: "played run" };
  return [
    `${count(runs, kinds[strategy])} of at most ${count(stepsPerRun, "step")}`,
    count(steps, "step"),
    `${count(statistics.states, "state")} seen`,
    `seed ${seed}`,
    formatMilliseconds(statistics.milliseconds),
  ];
}

/** `1,769 states`, `4,986 transitions`, `depth 24`, `complete search`, `0.4 s` */
export function checkCounts(
  statistics: Statistics,
  simulation: Simulation | undefined,
): readonly string[] {
  if (simulation !== undefined) return walkCounts(statistics, simulation);
  return [
    count(statistics.states, "state"),
    count(statistics.transitions, "transition"),
    `depth ${formatNumber(statistics.depth)}`,
    statistics.complete ? "complete search" : "incomplete search",
    formatMilliseconds(statistics.milliseconds),
  ];
}

/** What the verdict assumes, and what it did not look at. */
export function checkCaveats(model: Model, verdict: CheckVerdict): readonly string[] {
  const caveats: string[] = [];
  const faults = model.faults.filter((fault) => fault.bound !== 0);
  const never = model.faults.filter((fault) => fault.bound === 0);
  if (faults.length > 0) {
    const budgets = faults.map((fault) =>
      fault.bound === undefined ? `${fault.name} any number of times` : faultTimes(fault),
    );
    caveats.push(`Faults that may strike: ${budgets.join(", ")}`);
  }
  if (never.length > 0) {
    caveats.push(`Faults that never strike: ${never.map((fault) => fault.name).join(", ")}`);
  }
  if (model.memory.model === "tso") {
    const { entries } = model.memory;
    caveats.push(`Memory is tso with ${count(entries, "entry")} a buffer`);
  }
  if (verdict.leftOut.length > 0) {
    caveats.push(`Not judged, because the check says \`only\`: ${verdict.leftOut.join(", ")}`);
  }
  for (const { name, on, detail } of verdict.reductions) {
    if (on) caveats.push(`Reduced by ${name}: ${detail}`);
  }
  if (!verdict.statistics.complete && verdict.kind === "check") {
    caveats.push(
      verdict.simulation === undefined
        ? "Not every reachable state was expanded: what holds, holds only so far"
        : verdict.simulation.strategy === "played"
          ? "Played, not searched: what no run violated may be violated all the same"
          : "Walked at random: what no walk violated may be violated all the same",
    );
  }
  return caveats;
}

/** Fairness by strength, instances of one machine folded: `app[*].write`. */
export function fairnessSentences(statistics: Statistics): readonly string[] {
  const byStrength = new Map<string, Set<string>>();
  for (const assumption of statistics.fairness) {
    const [, name = assumption, strength = "declared"] = /^(.*) \((\w+)\)$/.exec(assumption) ?? [];
    const names = byStrength.get(strength) ?? new Set<string>();
    byStrength.set(strength, names.add(name.replace(/\[[^\]]*\]/g, "[*]")));
  }
  return [...byStrength].map(
    ([strength, names]) =>
      `Fairness (${strength}), for temporal properties only: ${[...names].join(", ")}`,
  );
}

function faultTimes(fault: { readonly name: string; readonly bound: number | undefined }): string {
  const bound = fault.bound ?? 0;
  return `${fault.name} at most ${bound === 1 ? "once" : count(bound, "time")}`;
}

/** A bound that was hit, in one sentence. */
export function boundSentence(hit: BoundHit): string {
  const states = count(hit.count, "state");
  switch (hit.bound) {
    case "capacity":
      return `${hit.subject} was full in ${states} and held its sender back`;
    case "faults":
      return `The budget of ${formatNumber(hit.limit)} ${hit.subject} was used up in ${states}`;
    case "states":
      return `The search stopped at its limit of ${count(hit.limit, "state")}`;
    case "memory":
      return `The search reached its memory budget of ${megabytes(hit.limit)}`;
    default:
      return `The search reached its time budget of ${formatMilliseconds(hit.limit)}`;
  }
}
