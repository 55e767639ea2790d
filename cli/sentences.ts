/**
 * Sentences about verdicts, the same in every reporter.
 *
 * A sentence names the property and says what is known about it, with its numbers; it never speaks
 * of the search. `NoHalfOpen violated after 5 steps (shortest)` can be grepped in any output.
 */
import type {
  Counterexample,
  ExpectationResult,
  LogPropertyVerdict,
  PropertyVerdict,
  UnknownReason,
} from "../checker/verdict.ts";
import { counted, formatBytes, formatCount, formatDuration } from "./numbers.ts";

/** What is known about one property. */
export function propertySentence(property: PropertyVerdict): string {
  if (property.kind === "scenario") return scenarioSentence(property);
  switch (property.outcome) {
    case "holds":
      return property.kind === "reachable"
        ? `${property.name} reached${after(property.witness)}`
        : `${property.name} holds in ${counted(property.examined, "state")}`;
    case "violated":
      return property.kind === "reachable"
        ? `${property.name} is not reached in ${counted(property.examined, "state")}`
        : `${property.name} violated${after(property.counterexample)}`;
    case "unknown":
      return `unknown: ${unknownSentence(property)}`;
  }
}

/** A scenario is named by its block, so its sentence only says whether its lines fit. */
function scenarioSentence(property: PropertyVerdict): string {
  switch (property.outcome) {
    case "holds":
      return "every line fits";
    case "violated":
      return `a line does not fit${after(property.counterexample)}`;
    case "unknown":
      return `unknown: ${unknownSentence(property)}`;
  }
}

/** Steps of a path; its first entry is the initial state. */
export function stepCount(path: Counterexample): number {
  return Math.max(0, path.steps.length - 1);
}

function after(path: Counterexample | undefined): string {
  if (path === undefined) return "";
  const steps = stepCount(path);
  const from = path.shrunkFrom ?? steps;
  const shrunk = from > steps ? [`shrunk from ${formatCount(from)}`] : [];
  const facts = [...(path.shortest ? ["shortest"] : []), ...shrunk];
  return ` ${whenWords(path)}${facts.length > 0 ? ` (${facts.join(", ")})` : ""}`;
}

/** `after 5 steps`, `after 8 steps, then a loop of 5 steps`, `in the initial state, for ever` */
export function whenWords(path: Counterexample): string {
  const { loop } = path;
  const steps = loop === undefined ? stepCount(path) : loop.start;
  const begins = steps === 0 ? "in the initial state" : `after ${counted(steps, "step")}`;
  if (loop === undefined) return begins;
  if (loop.stutters) return `${begins}, for ever`;
  const round = counted(stepCount(path) - loop.start, "step");
  return steps === 0 ? `by a loop of ${round}` : `${begins}, then a loop of ${round}`;
}

/** Why a property is unknown, with its name. */
export function unknownSentence(property: PropertyVerdict): string {
  const { name, unknown } = property;
  if (unknown === undefined) return name;
  return `${unknownReason(unknown)}: ${name}`;
}

/** Why properties are unknown: one sentence for each reason, with all names. */
export function unknownSentences(properties: readonly PropertyVerdict[]): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { name, unknown } of properties) {
    const reason = unknown === undefined ? "no reason is known" : unknownReason(unknown);
    names.set(reason, [...(names.get(reason) ?? []), name]);
  }
  return [...names].map(([reason, some]) => `${reason}: ${some.join(", ")}`);
}

/** Why something is unknown, without a name. */
export function unknownReason(unknown: UnknownReason): string {
  switch (unknown.reason) {
    case "states":
      return `the budget of ${counted(unknown.limit, "state")} ended`;
    case "memory":
      return `the budget of ${formatBytes(unknown.limit)} ended`;
    case "time":
      return `the budget of ${formatDuration(unknown.limit)} ended`;
    case "not decided by walks":
      return `not decided by ${counted(unknown.runs, "walk")}`;
    case "disk":
      return `the disk of the search failed (${unknown.why})`;
    case "states on disk":
      return "not judged with `--spill`";
    default:
      return unknown.reason;
  }
}

/** An `expect` line that did not come true. */
export function expectationSentence(expectation: ExpectationResult): string {
  const detail = expectation.detail === "" ? "" : `: ${expectation.detail}`;
  return `${expectation.text} ${expectation.met ? "came true" : "did not come true"}${detail}`;
}

/** What is known about one property of a log. */
export function logPropertySentence(property: LogPropertyVerdict): string {
  const times = property.outcome === "violated" ? ` ${counted(violations(property), "time")}` : "";
  return `${property.name} ${property.outcome}${times} (${examinedWords(property)})`;
}

/** The numbers behind that, where name and outcome are already said. */
export function logPropertyFacts(property: LogPropertyVerdict): string {
  const times = property.outcome === "violated" ? `${counted(violations(property), "time")}; ` : "";
  return `${times}${examinedWords(property)}`;
}

function violations({ instances }: LogPropertyVerdict): number {
  return instances.filter(({ outcome }) => outcome === "violated").length;
}

function examinedWords({ examined, premiseTrue }: LogPropertyVerdict): string {
  const premise = premiseTrue === undefined ? "" : `, premise true in ${formatCount(premiseTrue)}`;
  return `${formatCount(examined)} examined${premise}`;
}
