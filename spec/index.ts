/**
 * The public face of the language: from texts to Models and diagnostics.
 *
 *     texts ──loadProgram──► Program ──lowerProgram──► Models, one for each check and scenario
 *
 * Both phases return what they could make and say what is wrong; neither throws on bad text. Run
 * nothing when a diagnostic is an error: a Model may then be incomplete.
 */
import { checkLog } from "./check-log.ts";
import type { Deployment } from "./deployment.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { lowerCheck, lowerScenario } from "./lower/check.ts";
import { lowerDeployment } from "./lower/deployment.ts";
import { judgeDeclarations } from "./lower/declarations.ts";
import { judgeRelations } from "./lower/relations.ts";
import type { Model } from "./model.ts";
import { newCollector } from "./one-cause.ts";
import type { Program } from "./program.ts";
import type { Declaration } from "./syntax.ts";

export type { Deployment } from "./deployment.ts";
export { loadProgram } from "./program.ts";
export type { ModuleScope, Program, ReadSource } from "./program.ts";
export type { PlayedStep, StepSource } from "./step-source.ts";

/** What a program means. */
export interface LoweredProgram {
  /**
   * One Model for each check and scenario of the modules that were asked for, in the order of the
   * text.
   */
  readonly models: readonly Model[];
  /** Deployments of the modules that were asked for, in the order of the text. */
  readonly deployments: readonly Deployment[];
  /** Mistakes of all phases, by file and place; one for each cause. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Judges a program and lowers its checks and scenarios. */
export function lowerProgram(program: Program): LoweredProgram {
  const { report, all } = newCollector(program.sources);
  for (const diagnostic of program.diagnostics) report(diagnostic);
  const models: Model[] = [];
  const deployments: Deployment[] = [];
  for (const module of program.modules) {
    for (const declaration of module.module.declarations) {
      if (declaration.kind !== "check" && declaration.kind !== "scenario") continue;
      const model =
        declaration.kind === "check"
          ? lowerCheck(program, module, declaration, report)
          : lowerScenario(program, module, declaration, report);
      if (model !== undefined) models.push(model);
    }
    judgeDeclarations(program, module, report);
    judgeRelations(program, module, report);
    for (const declaration of module.module.declarations) {
      if (declaration.kind === "deployment") {
        const deployment = lowerDeployment(program, module, declaration, report);
        if (deployment !== undefined) deployments.push(deployment);
      }
      if (declaration.kind === "log") checkLog(declaration).diagnostics.forEach(report);
    }
  }
  return { models, deployments, diagnostics: all() };
}

/** Between the name of a deployment and that of a check whose settings it has. */
export const WITH = " with ";

/**
 * A deployment in the flavour of a check of the same system: with what the check sets, where the
 * deployment does not say otherwise, and what it expects. Its Model has the names of both, with
 * `WITH` between them. Undefined when there are no such two; ask only for programs without errors.
 */
export function deployCheck(
  program: Program,
  deployment: string,
  check: string,
): Deployment | undefined {
  const { report } = newCollector(program.sources);
  for (const module of program.modules) {
    const { declarations } = module.module;
    const isCalled = (name: string) => (one: Declaration) =>
      "name" in one && one.name.text === name;
    const placed = declarations
      .filter(({ kind }) => kind === "deployment")
      .find(isCalled(deployment));
    const judged = declarations.filter(({ kind }) => kind === "check").find(isCalled(check));
    if (placed?.kind !== "deployment" || judged?.kind !== "check") continue;
    if (placed.system.text !== judged.system.text) continue;
    const found = lowerDeployment(program, module, placed, report, judged);
    const model = lowerCheck(program, module, judged, report);
    if (found === undefined || model === undefined) continue;
    const { only, expect } = model;
    const name = `${deployment}${WITH}${check}`;
    return { ...found, model: { ...found.model, name, only, expect } };
  }
  return undefined;
}
