/**
 * Series of runs of a shipped deployment, as `rehearsal run --deployment D --check C --seeds A..B`
 * plays them.
 */
import { isExpected, unwatched } from "../../cli/run-expectation.ts";
import { type Loaded, loadSpecifications } from "../../cli/load.ts";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import { play } from "../../engine/index.ts";
import { type Deployment, deployCheck } from "../../spec/index.ts";
import type { Model } from "../../spec/model.ts";

/** Events of one run at most; none comes near. */
const EVENTS_MAX = 1_000_000;

export interface Series {
  readonly runs: number;
  readonly events: number;
  readonly connections: number;
  readonly answers: number;
  /** The run that violates something. */
  readonly found: Found | undefined;
}

export interface Found {
  readonly seed: number;
  readonly wrong: readonly string[];
  readonly expected: boolean;
}

/** A deployment and the checks of its system that expect a violation. */
export interface Shipped {
  readonly file: string;
  readonly deployment: Deployment;
  readonly mistakes: readonly string[];
}

/** Plays seeds, until one violates something. */
export function playSeries(deployment: Deployment, first: number, last: number): Series {
  const { model } = deployment;
  const source = stepSourceOf(model);
  const ignored = unwatched(model);
  let [runs, events, connections, answers] = [0, 0, 0, 0];
  for (let seed = first; seed <= last; seed++) {
    const played = play(deployment, source, { seed, events: EVENTS_MAX, ignored });
    runs++;
    events += played.count;
    connections += played.connections.filter(({ state }) => state !== "not opened").length;
    answers += played.connections.reduce((sum, one) => sum + one.answers, 0);
    const { wrong } = played;
    if (wrong.length === 0) continue;
    const found = { seed, wrong, expected: isExpected(model, wrong) };
    return { runs, events, connections, answers, found };
  }
  return { runs, events, connections, answers, found: undefined };
}

export function loadShipped(root: string): Loaded {
  return loadSpecifications(["models"], root);
}

/** All deployments, in the order of files and texts. */
export function shippedIn({ deployments, models }: Loaded): readonly Shipped[] {
  return deployments.map((deployment) => {
    const { file, system } = deployment.model;
    const isMistake = ({ kind, expect, nightly, ...model }: Model): boolean =>
      kind === "check" &&
      !nightly &&
      model.file === file &&
      model.system === system &&
      expect.violations.length > 0;
    return { file, deployment, mistakes: models.filter(isMistake).map(({ name }) => name) };
  });
}

/** The deployment with what a check sets. */
export function withCheck(
  { programs }: Loaded,
  { deployment }: Shipped,
  check: string,
): Deployment {
  const { file } = deployment.model;
  const own = programs.filter((program) => program.sources.has(file));
  const found = own.flatMap((program) => deployCheck(program, deployment.name, check) ?? [])[0];
  if (found === undefined) throw new Error(`${file} has no ${deployment.name} with ${check}`);
  return found;
}
