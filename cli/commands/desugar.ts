/**
 * `rehearsal desugar`: the transition system that one check means, as text or JSON.
 *
 * For whoever wants to know what a construct means, or to give the Model to another tool: threads,
 * timers, channels and store buffers are plain variables here.
 */
import type { Command } from "commander";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Model } from "../../spec/model.ts";
import { nothingToCheck } from "../errors.ts";
import type { ExitCode } from "../exit.ts";
import type { Host } from "../host.ts";
import { loadFiles } from "../load.ts";
import { oneOf } from "../presentation.ts";
import { printModel } from "../print-model.ts";
import { printProblems } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import { canonicalJson } from "../reporters/json.ts";
import { selectModels } from "../select.ts";

interface DesugarWords {
  readonly check?: string;
  readonly format?: string;
}

const HELP = `
Examples:
  rehearsal desugar net.libretto --check crashOnce
  rehearsal desugar net.libretto --check crashOnce --format json > model.json
`;

/** Declares the command. */
export function declareDesugar(program: Command, host: Host, finish: Finish): void {
  program
    .command("desugar")
    .description("print the transition system that a check means")
    .argument("<file>", "a specification")
    .option("--check <name>", "this check or scenario (default: the first check)")
    .option("--format <text|json>", "text for reading, json for programs", "text")
    .addHelpText("after", HELP)
    .action((file: string, words: DesugarWords) => finish(desugar(file, words, host)));
}

function desugar(file: string, words: DesugarWords, host: Host): ExitCode {
  const wrong: Diagnostic[] = [];
  const format = oneOf("--format", words.format, ["text", "json"], wrong) ?? "text";
  const loaded = loadFiles([file], host.folder);
  const names = words.check === undefined ? undefined : [words.check];
  const selected = selectModels(loaded.models, names, undefined);
  const { models } = selected;
  const model = models.find(({ kind }) => kind === "check") ?? models[0];
  const problems = [...wrong, ...loaded.diagnostics, ...selected.problems];
  const broken = problems.some(({ severity }) => severity === "error");
  if (model === undefined && !broken) problems.push(nothingToCheck([file]));
  if (problems.length > 0) printProblems(problems, loaded.sources, host);
  if (broken || model === undefined) return 2;
  host.output.write(format === "json" ? `${canonicalJson(withNames(model))}\n` : printModel(model));
  return 0;
}

/** An abstract system is named, not written out: a check of its own has it as a Model. */
function withNames(model: Model): unknown {
  const refinements = model.refinements.map((one) => ({ ...one, abstract: one.abstract.system }));
  return { ...model, refinements };
}
