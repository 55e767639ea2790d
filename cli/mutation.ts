/**
 * `check --mutate`: the mutants of the loaded programs, tried on the checks of the run.
 */
import type { Explore } from "../checker/explore/explorer.ts";
import { mutantsOf } from "../checker/mutate/mutants.ts";
import { mutate } from "../checker/mutate/mutate.ts";
import type { MutationReport } from "../checker/mutate/report.ts";
import type { Budget, Model } from "../spec/model.ts";
import { mergeBudgets } from "./budget.ts";
import type { Host } from "./host.ts";
import type { Loaded } from "./load.ts";
import { formatCount } from "./numbers.ts";
import type { ProgressLine } from "./progress.ts";

/** Tries every mutant; a time in `budget` is for all of them together. */
export async function runMutation(
  models: readonly Model[],
  loaded: Loaded,
  select: (models: readonly Model[]) => readonly Model[],
  budget: Budget | undefined,
  explore: Explore,
  progress: ProgressLine,
  host: Host,
): Promise<MutationReport> {
  progress.begin("mutants");
  // A program with a mistake has no Models, and its holes would all be refused.
  const files = new Set(models.map(({ file }) => file));
  const programs = loaded.programs.filter(({ modules }) =>
    modules.some(({ module }) => files.has(module.path)),
  );
  const report = await mutate(models, mutantsOf(programs), {
    budgetOf: (model) => mergeBudgets(model.budget, budget),
    milliseconds: budget?.milliseconds,
    signal: host.signal,
    sources: loaded.sources,
    explore,
    select,
    onProgress: ({ done, total, survived }) =>
      progress.update({
        count: done,
        noun: "mutants",
        facts: [`of ${formatCount(total)}`, `${formatCount(survived)} not noticed`],
      }),
  });
  progress.clear();
  return report;
}
