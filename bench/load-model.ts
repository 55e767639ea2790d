/**
 * One check of a measured model, read from `bench/models/` as the command would read it.
 *
 * A mistake in a model is a mistake in the benchmark, so it throws, with the message that the
 * command would print.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sources } from "../checker/source-words.ts";
import { loadProgram, lowerProgram } from "../spec/index.ts";
import type { Model } from "../spec/model.ts";
import { renderDiagnostic } from "../spec/render-diagnostic.ts";

const ROOT = join(import.meta.dirname, "..");
const MESSAGE_COLUMNS = 100;

export interface Measured {
  readonly model: Model;
  /** Texts by path. */
  readonly sources: Sources;
}

/** Path of a measured model from the root of the repository. */
export function modelPath(file: string): string {
  return `bench/models/${file}.libretto`;
}

/** The check `check` of `bench/models/<file>.libretto`; throws when there is none. */
export function loadMeasured(file: string, check: string): Measured {
  const path = modelPath(file);
  const read = (at: string): { readonly path: string; readonly text: string } => ({
    path: at,
    text: readFileSync(join(ROOT, at), "utf8"),
  });
  const program = loadProgram([read(path)], read);
  const { models, diagnostics } = lowerProgram(program);
  if (diagnostics.length > 0) {
    const options = { color: false, width: MESSAGE_COLUMNS };
    const told = diagnostics.map((each) => renderDiagnostic(each, program.sources, options));
    throw new Error(told.join("\n\n"));
  }
  const model = models.find(({ name }) => name === check);
  if (model === undefined) throw new Error(`${path} has no check ${check}`);
  return { model, sources: program.sources };
}
