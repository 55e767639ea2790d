/**
 * The Models that the verdicts of a stored report are about.
 *
 * A report holds the texts, not the Models: lowering them again is quick, and it shows whether this
 * version of the command still understands them the same way. A check whose Model cannot be made
 * again, or whose states have another number of variables, cannot be shown.
 */
import type { CheckVerdict } from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { deployCheck, WITH } from "../spec/index.ts";
import type { Model } from "../spec/model.ts";
import { notAReport } from "./errors.ts";
import { type Loaded, loadTexts } from "./load.ts";
import type { StoredReport } from "./read-report.ts";
import type { CheckedModel } from "./report.ts";

/** Each stored check with its Model, made from the texts of the report. */
export function pairWithModels(
  stored: StoredReport,
  path: string,
): { readonly checks: readonly CheckedModel[]; readonly problems: readonly Diagnostic[] } {
  const files = new Set(stored.checks.map(({ verdict }) => verdict.file));
  const roots = stored.sources.filter((source) => files.has(source.path));
  const loaded = loadTexts(roots, (wanted) =>
    stored.sources.find((source) => source.path === wanted),
  );
  const checks: CheckedModel[] = [];
  const problems: Diagnostic[] = [];
  for (const { verdict } of stored.checks) {
    const model = modelIn(verdict, loaded);
    if (model === undefined || !fits(model, verdict)) {
      const what = `${verdict.kind} \`${verdict.name}\` of ${verdict.file}`;
      problems.push(notAReport(path, `its texts do not give the ${what} that it judges`));
    } else {
      checks.push({ model, verdict });
    }
  }
  return { checks, problems };
}

/** The Model of the same kind and name in the same file, that of a deployment included. */
export function modelIn(
  verdict: CheckVerdict,
  { models, deployments, programs }: Loaded,
): Model | undefined {
  const ofDeployments = deployments.map(({ model }) => model);
  const found = modelNamed(verdict, [...models, ...ofDeployments]);
  if (found !== undefined || !verdict.name.includes(WITH)) return found;
  const [deployment = "", check = ""] = verdict.name.split(WITH);
  const flavours = programs.flatMap((program) => deployCheck(program, deployment, check) ?? []);
  return modelNamed(
    verdict,
    flavours.map(({ model }) => model),
  );
}

function modelNamed(verdict: CheckVerdict, models: readonly Model[]): Model | undefined {
  return models.find(
    (model) =>
      model.kind === verdict.kind &&
      model.name === verdict.name &&
      model.system === verdict.system &&
      model.file === verdict.file,
  );
}

/** Whether every state of every path is a vector of this Model. */
function fits(model: Model, verdict: CheckVerdict): boolean {
  const paths = verdict.properties.flatMap((property) => [
    ...(property.counterexample?.steps ?? []),
    ...(property.witness?.steps ?? []),
  ]);
  return paths.every(({ state }) => state.length === model.slots.length);
}
