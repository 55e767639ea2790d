/**
 * Test notation: Libretto text in, verdicts and rendered findings out.
 *
 * `only(text)` is the verdict of the only check or scenario, or of the one with the given name.
 */
import { readFileSync } from "node:fs";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { loadProgram, lowerProgram } from "../spec/index.ts";
import type { Budget, Model } from "../spec/model.ts";
import { renderDiagnostic } from "../spec/render-diagnostic.ts";
import { checkModel } from "./check.ts";
import type { Sources } from "./source-words.ts";
import type { CheckVerdict, PropertyVerdict } from "./verdict.ts";

const WIDTH = 100;
export const NO_BUDGET: Budget = { milliseconds: undefined, bytes: undefined, states: undefined };

export interface Lowered {
  readonly models: readonly Model[];
  readonly sources: Sources;
}

/** The Models of a text; throws the rendered errors when there are any. */
export function lowered(text: string, path = "test.libretto"): Lowered {
  const program = loadProgram([{ path, text }], () => undefined);
  const { models, diagnostics } = lowerProgram(program);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(rendered(errors, program.sources));
  return { models, sources: program.sources };
}

/** The Models of a file of the repository. */
export function loweredFile(path: string): Lowered {
  return lowered(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), path);
}

export function rendered(diagnostics: readonly Diagnostic[], sources: Sources): string {
  return diagnostics
    .map((one) => renderDiagnostic(one, sources, { color: false, width: WIDTH }))
    .join("\n\n");
}

export interface Judged {
  readonly model: Model;
  readonly verdict: CheckVerdict;
  readonly sources: Sources;
}

/** The verdict of the only check or scenario, or of the named one. */
export async function judged(
  { models, sources }: Lowered,
  name?: string,
  budget: Budget = NO_BUDGET,
): Promise<Judged> {
  const model = name === undefined ? models[0] : models.find((each) => each.name === name);
  if (model === undefined) throw new Error("the text has no such check");
  const options = { budget, signal: undefined, onProgress: undefined, sources };
  return { model, sources, verdict: await checkModel(model, options) };
}

export async function only(text: string, name?: string): Promise<CheckVerdict> {
  return (await judged(lowered(text), name)).verdict;
}

/** `NoHalfOpen violated 5`: each property with its outcome and the length of its path. */
export function summary(verdict: CheckVerdict): readonly string[] {
  return verdict.properties.map((property) => {
    const path = property.counterexample ?? property.witness;
    const length = path === undefined ? "" : ` ${path.steps.length - 1}`;
    return `${property.name} ${property.outcome}${length}`;
  });
}

export function propertyOf(verdict: CheckVerdict, name: string): PropertyVerdict {
  const found = verdict.properties.find((property) => property.name === name);
  if (found === undefined) throw new Error(`no verdict about ${name}`);
  return found;
}

/** `W0501`, and so on. */
export function codes(verdict: CheckVerdict): readonly string[] {
  return verdict.findings.map(({ code }) => code);
}
