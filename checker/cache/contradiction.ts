/**
 * What contradicts a stored verdict: the Model that it claims to be about, or the verdict itself.
 *
 * Whoever reads a verdict from a file has not seen it judged. What can be checked again without a
 * search is: that it speaks of all the properties and of no others, that its result follows from
 * them, and that every counterexample and every path to a goal is one, step by step. A *holds*
 * cannot be checked so; there the file is trusted, as are the files of the program itself.
 */
import type { Model } from "../../spec/model.ts";
import { isWanted, leftOut } from "../judgement.ts";
import { replay } from "../replay.ts";
import { BUILT_IN_PROPERTIES, type CheckVerdict, type PropertyVerdict } from "../verdict.ts";

/** One sentence, or undefined when nothing contradicts it. */
export function contradiction(model: Model, verdict: CheckVerdict): string | undefined {
  const { kind, system, name } = model;
  if (verdict.kind !== kind || verdict.system !== system || verdict.name !== name) {
    return "it is about another check";
  }
  return (
    otherProperties(model, verdict) ??
    otherCounts(model, verdict) ??
    (verdict.result === resultOf(model, verdict) ? undefined : "its result does not follow") ??
    verdict.properties.map((property) => brokenPath(model, property)).find(Boolean)
  );
}

/** Is everything judged that was to be judged? Only such verdicts are stored. */
export function isComplete({ kind, properties, statistics, result }: CheckVerdict): boolean {
  return (
    kind === "check" &&
    statistics.complete &&
    result !== "unknown" &&
    properties.every(({ outcome }) => outcome !== "unknown")
  );
}

function otherProperties(model: Model, verdict: CheckVerdict): string | undefined {
  const { invariants, goals, temporal, refinements } = model;
  const stated = [...invariants, ...goals, ...temporal, ...refinements].map(({ name }) => name);
  const builtIn: readonly string[] = BUILT_IN_PROPERTIES;
  const found = verdict.properties.filter(({ kind }) => !builtIn.includes(kind));
  const same = (left: readonly string[], right: readonly string[]): boolean =>
    JSON.stringify(left) === JSON.stringify(right);
  const wanted = stated.filter((name) => isWanted(model, name));
  return same(
    found.map(({ name }) => name),
    wanted,
  ) && same(verdict.leftOut, leftOut(model))
    ? undefined
    : "it judges other properties";
}

function otherCounts(model: Model, verdict: CheckVerdict): string | undefined {
  const { coverage, expectations, statistics } = verdict;
  const expected = model.expect.violations.length + (model.expect.states === undefined ? 0 : 1);
  const { states } = model.expect;
  const [first] = expectations;
  const wrong =
    coverage.length !== model.rules.length ||
    coverage.some(({ rule }, index) => rule !== index) ||
    expectations.length !== expected ||
    (states !== undefined && first?.met !== (states.count === statistics.states));
  return wrong ? "it counts other things" : undefined;
}

function resultOf(model: Model, verdict: CheckVerdict): CheckVerdict["result"] {
  if (!isComplete(verdict)) return "unknown";
  const expected = new Set(model.expect.violations.map(({ name }) => name));
  const isFailed =
    verdict.properties.some(({ name, outcome }) => outcome === "violated" && !expected.has(name)) ||
    verdict.expectations.some(({ met }) => !met);
  return isFailed ? "failed" : "ok";
}

function brokenPath(model: Model, property: PropertyVerdict): string | undefined {
  const { name, kind, outcome, counterexample, witness } = property;
  const needed = kind === "reachable" ? outcome === "holds" : outcome === "violated";
  const path = kind === "reachable" ? witness : counterexample;
  if (path === undefined) return needed ? `the path for \`${name}\` is missing` : undefined;
  if (!needed || !path.replayed) return `the path for \`${name}\` does not belong there`;
  const answer = replay(model, name, path.steps, path.loop);
  return answer.agrees ? undefined : `\`${name}\`, step ${answer.step}: ${answer.reason}`;
}
