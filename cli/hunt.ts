/**
 * Hunting from the command line: a check, or a deployment without its times, under schedules that
 * seeds name, until a run violates something; then why it does.
 */
import { createModelSystem } from "../engine/play/model-system.ts";
import { createPlannedSystem } from "../engine/play/planned-system.ts";
import { type Found, type Hunt, hunt } from "../engine/schedule/hunt.ts";
import type { Ordering } from "../checker/verdict.ts";
import type { Deployment } from "../spec/deployment.ts";
import type { Model } from "../spec/model.ts";
import type { Host } from "./host.ts";
import { counted, formatDuration } from "./numbers.ts";
import { NO_PROGRESS, progressLine } from "./progress.ts";
import type { Outcome } from "./run-outcome.ts";
import { isExpected, isWatched } from "./run-expectation.ts";
import { stepSourceOf } from "../checker/simulate/step-source.ts";
import { wholeTrace } from "./recording-forms.ts";
import { hashOf } from "./record-run.ts";
import { toolVersion } from "./installation.ts";
import { traceHeader } from "../engine/record/header.ts";
import { KIND } from "../engine/record/kinds.ts";
import { createTrace, NOWHERE, placeOf, type Trace } from "../engine/record/trace.ts";
import type { SourceFile } from "../spec/source.ts";
import { orderOf, type Played, reasonsOf, tell, type Told } from "./told-run.ts";
import { turn } from "./turn.ts";

export interface HuntPlan {
  readonly seeds: readonly [first: number, last: number];
  /** Steps of a run at most. */
  readonly steps: number;
  readonly progress: boolean;
  readonly sources: ReadonlyMap<string, SourceFile>;
}

/** Words of the command line that name what is hunted in. */
interface Subject {
  readonly model: Model;
  /** `--check unfenced` */
  readonly words: string;
  readonly deployment: string | undefined;
  readonly check: string | undefined;
  readonly plan: HuntPlan;
}

export function huntInCheck(model: Model, plan: HuntPlan, host: Host): Promise<Outcome> {
  const system = createModelSystem(stepSourceOf(model));
  const { name } = model;
  const words = `--check ${name}`;
  return huntIn(system, { model, words, deployment: undefined, check: name, plan }, host);
}

/** `check`: name of that whose settings the deployment has. */
export function huntInDeployment(
  deployment: Deployment,
  check: string | undefined,
  plan: HuntPlan,
  host: Host,
): Promise<Outcome> {
  const { model, name } = deployment;
  const system = createPlannedSystem(deployment, stepSourceOf(model));
  const flavour = check === undefined ? "" : ` --check ${check}`;
  const words = `--deployment ${name}${flavour} --hunt`;
  return huntIn(system, { model, words, deployment: name, check, plan }, host);
}

async function huntIn<State, Saved>(
  system: Played<State, Saved>,
  subject: Subject,
  host: Host,
): Promise<Outcome> {
  const { model, plan } = subject;
  const { seeds, steps } = plan;
  const begun = host.clock();
  const { found, seeds: tried, steps: taken } = await huntInTurns(system, subject, host);
  const milliseconds = host.clock() - begun;
  const spent = formatDuration(milliseconds);
  const facts = `${counted(tried, "run")}   ${counted(taken, "step")}   ${spent}`;
  const choices = found?.shrunk?.run.choices ?? found?.run.choices ?? [];
  const told = tell(system, choices);
  const order = orderOf(system, found?.shrunk, choices, told.steps, true);
  const evidence = { order, moments: undefined, domains: [] };
  const effort = {
    seed: found?.seed ?? seeds[0],
    runs: tried,
    wanted: seeds[1] - seeds[0] + 1,
    stepsPerRun: steps,
    steps: taken,
    milliseconds,
  };
  const common = { model, run: () => ({ ...told.run, evidence }), effort };
  if (found === undefined) {
    const text =
      `unknown  ${model.file}  ${model.name}   ${facts}\n` +
      "         nothing was violated in these runs; others may exist\n" +
      notJudged(model);
    return { ...common, text, recording: () => undefined, result: "unknown" };
  }
  const result = isExpected(model, told.run.wrong) ? "ok" : "failed";
  const text = foundText({ order, subject, found, told, facts });
  const recording: Outcome["recording"] = (form) => {
    if (form === "capture" || form === "events") return undefined;
    return [wholeTrace(form, traceOf(subject, found, told))];
  };
  return { ...common, text, recording, result };
}

/** A run without times: each step takes a nanosecond. */
function traceOf({ model, deployment, check, plan }: Subject, found: Found, told: Told): Trace {
  const components = [...new Set(told.steps.map(({ actor }) => actor))];
  const { file, system, memory } = model;
  const trace = createTrace(
    traceHeader({
      engine: toolVersion(),
      scenario: hashOf(plan.sources),
      subject: { file, system, deployment: deployment ?? null, check: check ?? null },
      seed: found.seed,
      memory,
      cores: 0,
      schedule: { kind: "hunt", strategy: found.strategy },
      outcome: { wrong: told.run.wrong },
      components,
    }),
  );
  for (const [index, { actor, label }] of told.steps.entries()) {
    const place = placeOf(NOWHERE, NOWHERE, components.indexOf(actor));
    trace.record(index, KIND.step, place, trace.handleOf(label), 0);
  }
  return trace;
}

/** Hunts through some seeds at a time, so that the user can interrupt. */
async function huntInTurns<State, Saved>(
  system: Played<State, Saved>,
  { model, plan }: Subject,
  host: Host,
): Promise<Hunt> {
  const { steps } = plan;
  const [first, last] = plan.seeds;
  const progress = plan.progress ? progressLine(host.errors, host.clock) : NO_PROGRESS;
  progress.begin(`${model.file} ${model.name}`);
  const fails = (): boolean => system.wrong.some((name) => isWatched(model, name));
  const atOnce = Math.max(1, Math.floor(STEPS_PER_TURN / steps));
  let sum: Hunt = { seeds: 0, steps: 0, found: undefined };
  for (let from = first; from <= last && sum.found === undefined; from += atOnce) {
    await turn();
    if (host.signal.aborted) break;
    const seeds = [from, Math.min(last, from + atOnce - 1)] as const;
    const next = hunt(system, { seeds, steps }, fails);
    sum = { seeds: sum.seeds + next.seeds, steps: sum.steps + next.steps, found: next.found };
    progress.update({ count: sum.seeds, noun: "runs", facts: [counted(sum.steps, "step")] });
  }
  progress.clear();
  return sum;
}

/** Steps between two looks at whether the user interrupted, about. */
const STEPS_PER_TURN = 50_000;

/** Properties of which a run sees only a beginning. */
function notJudged({ temporal, refinements, only }: Model): string {
  const names = [...temporal, ...refinements].map(({ name }) => name);
  const wanted = names.filter((name) => only === undefined || only.includes(name));
  return wanted.length === 0 ? "" : `         not judged by runs: ${wanted.join(", ")}\n`;
}

interface Finding {
  readonly order: readonly Ordering[] | undefined;
  readonly subject: Subject;
  readonly found: Found;
  readonly told: Told;
  readonly facts: string;
}

function foundText(finding: Finding): string {
  const { order, subject, found, told, facts } = finding;
  const { model, words, plan } = subject;
  const expected = isExpected(model, told.run.wrong);
  const steps = told.steps.map(({ label }, index) => {
    return `  ${String(index + 1).padStart(3)}   ${label}\n`;
  });
  return [
    `${expected ? "ok      " : "FAIL    "} ${model.file}  ${model.name}   ${facts}\n`,
    `         ${told.run.wrong.join(", ")} violated in seed ${found.seed} (${found.strategy})`,
    `${expected ? ", as expected" : ""}\n\n`,
    reasonsOf(order),
    `\n${steps.join("")}\n`,
    `  again: rehearsal run ${model.file} ${words} --seed ${found.seed}`,
    `${plan.steps === STEPS_DEFAULT ? "" : ` --steps ${plan.steps}`}\n`,
  ].join("");
}

/** Steps of a run when the user does not say how many. */
export const STEPS_DEFAULT = 500;
