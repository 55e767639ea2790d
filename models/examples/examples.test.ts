/**
 * The shipped examples: numbers of states, transitions, depth, and lengths of shortest
 * counterexamples.
 *
 * States and lengths are facts of the language (they stand in the texts and in its reference); the
 * numbers of transitions and the depths are recorded, so that a change of them is noticed.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explore } from "../../checker/explore/explore.ts";
import { refinementVerdicts } from "../../checker/refinement/verdicts.ts";
import { loadProgram, lowerProgram } from "../../spec/index.ts";
import type { Model } from "../../spec/model.ts";
import type { SourceFile } from "../../spec/source.ts";

function sourceAt(path: string): SourceFile {
  const url = new URL(path.replace("models/examples/", ""), import.meta.url);
  return { path, text: readFileSync(url, "utf8") };
}

function modelsOf(name: string): readonly Model[] {
  const path = `models/examples/${name}.libretto`;
  const program = loadProgram([sourceAt(path)], sourceAt);
  const { models, diagnostics } = lowerProgram(program);
  expect(diagnostics).toEqual([]);
  return models;
}

/**
 * `1769 states, 4986 transitions, depth 24, NoHalfOpen in 5`: what is violated, and in how many
 * steps.
 */
async function summary(model: Model): Promise<string> {
  const { budget } = model;
  const found = await explore(model, { budget, signal: undefined, onProgress: undefined });
  expect(found.stopped).toBeUndefined();
  const broken = model.invariants.flatMap((invariant, index) => {
    const path = found.invariants[index]?.path;
    return path === undefined ? [] : [`, ${invariant.name} in ${path.length - 1}`];
  });
  const builtIns = found.builtIns.flatMap((violation) =>
    violation.property === "stuck" && model.allowStuck
      ? []
      : [`, ${violation.property} in ${violation.path.length - 1}`],
  );
  const { states, transitions, depth } = found;
  const counts = `${states} states, ${transitions} transitions, depth ${depth}`;
  return [counts, ...broken, ...builtIns].join("");
}

describe("shipped examples", () => {
  it.each([
    ["netserver", "crashOnce", "1769 states, 4986 transitions, depth 24, NoHalfOpen in 5"],
    ["netserver", "noFaults", "127 states, 320 transitions, depth 16"],
    ["modeswitch", "switch", "57 states, 91 transitions, depth 11"],
    ["modeswitch", "wireNotDrained", "81 states, 144 transitions, depth 13, assert in 7"],
    ["modeswitch", "queueNotDrained", "100 states, 188 transitions, depth 13, assert in 10"],
    ["ring", "fenced", "1407 states, 3061 transitions, depth 48"],
    ["ring", "unfenced", "2240 states, 5802 transitions, depth 43, NoLostWakeup in 8"],
    ["ring", "unfencedSc", "356 states, 636 transitions, depth 27"],
    ["ring", "noRecheck", "214 states, 351 transitions, depth 27, NoLostWakeup in 5"],
    ["device", "twoDomains", "239 states, 454 transitions, depth 13"],
    ["connection", "promise", "4 states, 7 transitions, depth 2"],
    ["connection", "kept", "127 states, 320 transitions, depth 16"],
    ["connection", "outage", "1769 states, 4986 transitions, depth 24, NoHalfOpen in 5"],
  ])("%s, check %s: %s", async (file, name, wanted) => {
    const model = modelsOf(file).find((each) => each.name === name);
    expect(model && (await summary(model))).toBe(wanted);
  });

  it.each([
    ["kept", "Connects", "holds: 320 steps, 296 stutter, 4 states, outage never"],
    ["kept", "Stays", "holds: 320 steps, 296 stutter, 4 states"],
    ["outage", "Connects", "holds: 4986 steps, 4757 stutter, 4 states"],
    ["outage", "Stays", "violated in 4: 38 steps, 35 stutter, 3 states"],
  ])("connection, check %s: refinement %s %s", async (check, name, wanted) => {
    const model = modelsOf("connection").find((each) => each.name === check);
    expect(model && (await refinement(model, name))).toBe(wanted);
  });
});

/** `holds: 320 steps, 296 stutter, 4 states, outage never` */
async function refinement(model: Model, name: string): Promise<string> {
  const options = { budget: model.budget, signal: undefined, onProgress: undefined };
  const found = await explore(model, options);
  const verdicts = await refinementVerdicts(model, found, options);
  const verdict = verdicts.find((each) => each.name === name);
  const evidence = verdict?.refinement;
  if (verdict === undefined || evidence === undefined) return "not judged";
  const path = verdict.counterexample;
  const length = path === undefined ? "" : ` in ${path.steps.length - 1}`;
  const { steps, stuttering, states, matched } = evidence;
  const never = matched.filter((one) => one.steps === 0);
  const rest = never.map((one) => `, ${one.name.replace("service.", "")} never`).join("");
  const counts = `${steps} steps, ${stuttering} stutter, ${states} states`;
  return `${verdict.outcome}${length}: ${counts}${rest}`;
}
