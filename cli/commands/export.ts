/**
 * `rehearsal export`: a check in the notation of another tool, or a run as a trace that others
 * read.
 *
 *     --to promela   Spin            one file
 *     --to tla       TLC, Apalache   a module, and beside it the configuration for TLC
 *     --to itf       trace viewers   a counterexample or a witness; the check is explored for it
 *     --to xstate    XState          the machines as data, all or one of them
 *
 * What the other notation cannot say is left out with a warning on the error stream, so that nobody
 * takes an export for more than it is.
 */
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import { checkModel } from "../../checker/check.ts";
import { exportItf, type TracedPath } from "../../checker/export/itf.ts";
import { identifier } from "../../checker/export/names.ts";
import { exportPromela } from "../../checker/export/promela.ts";
import { exportTla } from "../../checker/export/tla.ts";
import type { CheckVerdict } from "../../checker/verdict.ts";
import { configOf, systemConfigOf } from "../../engine/index.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Model } from "../../spec/model.ts";
import type { SourceFile } from "../../spec/source.ts";
import { badArguments, noSuchInstance, nothingToCheck, notInReport } from "../errors.ts";
import type { ExitCode } from "../exit.ts";
import { type Host, interruptionOf } from "../host.ts";
import { loadFiles } from "../load.ts";
import { probeOutput, writeOutput } from "../output.ts";
import { oneOf } from "../presentation.ts";
import { printProblems } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import { canonicalJson } from "../reporters/json.ts";
import { selectModels } from "../select.ts";

interface ExportWords {
  readonly check?: string;
  readonly to?: string;
  readonly out?: string;
  readonly property?: string;
  readonly instance?: string;
  readonly ghosts?: boolean;
}

const NOTATIONS = ["promela", "tla", "itf", "xstate"] as const;
type Notation = (typeof NOTATIONS)[number];

const HELP = `
Examples:
  rehearsal export net.libretto --check crashOnce --to promela --out net.pml
  spin -a net.pml && gcc -O2 -DSAFETY -DNOREDUCE -DVECTORSZ=4096 -o pan pan.c && ./pan -c0
  rehearsal export net.libretto --check crashOnce --to tla --out Net.tla      also writes Net.cfg
  rehearsal export net.libretto --check crashOnce --to itf --property NoHalfOpen --out run.itf.json
  rehearsal export net.libretto --to xstate --instance server --out server.json

Spin counts as many states as \`rehearsal check\`. docs/export.md tells how names and values are
written, and what is left out.

Exit codes: 0 written; 2 the command line, the file or the specification cannot be used, or the
check cannot be written so; 3 --to itf: the search ended before it found a run.
`;

/** Declares the command. */
export function declareExport(program: Command, host: Host, finish: Finish): void {
  program
    .command("export")
    .description("write a check as Promela, TLA+ or XState, or a counterexample as an ITF trace")
    .argument("<file>", "a specification")
    .option("--check <name>", "this check or scenario (default: the first check)")
    .option("--to <promela|tla|itf|xstate>", "the notation")
    .option("--property <name>", "with --to itf: the property whose run is meant")
    .option("--instance <name>", "with --to xstate: this machine only")
    .option("--ghosts", "with --to promela: ghosts are part of the state")
    .option("--out <FILE>", "write to this file (default: the output)")
    .addHelpText("after", HELP)
    .action((file: string, words: ExportWords) => finish(exportCheck(file, words, host)));
}

/** A text for a file, and the files that belong beside it by their endings. */
interface Written {
  readonly text: string;
  readonly beside: readonly { readonly ending: string; readonly text: string }[];
  /** What is not in it. */
  readonly leftOut: readonly string[];
}

type Made = { readonly written: Written } | { readonly error: Diagnostic; readonly code: ExitCode };

async function exportCheck(file: string, words: ExportWords, host: Host): Promise<ExitCode> {
  const wrong: Diagnostic[] = [];
  const to = oneOf("--to", words.to, NOTATIONS, wrong);
  if (words.to === undefined) {
    wrong.push(
      badArguments(
        "`rehearsal export` needs `--to promela`, `tla`, `itf` or `xstate`",
        "rehearsal export",
      ),
    );
  }
  if (words.property !== undefined && to !== undefined && to !== "itf") {
    wrong.push(badArguments("`--property` goes with `--to itf` only", "rehearsal export"));
  }
  if (words.instance !== undefined && to !== undefined && to !== "xstate") {
    wrong.push(badArguments("`--instance` goes with `--to xstate` only", "rehearsal export"));
  }
  const unwritable = words.out === undefined ? undefined : probeOutput(words.out, host.folder);
  if (unwritable !== undefined) wrong.push(unwritable);
  const loaded = loadFiles([file], host.folder);
  const names = words.check === undefined ? undefined : [words.check];
  const properties = words.property === undefined ? undefined : [words.property];
  const chosen = selectModels(loaded.models, names, undefined);
  const model = chosen.models.find(({ kind }) => kind === "check") ?? chosen.models[0];
  const selected = selectModels(model === undefined ? [] : [model], undefined, properties);
  const problems = [...wrong, ...loaded.diagnostics, ...chosen.problems];
  if (model !== undefined) problems.push(...selected.problems);
  const broken = problems.some(({ severity }) => severity === "error");
  if (model === undefined && !broken) problems.push(nothingToCheck([file]));
  if (problems.length > 0) printProblems(problems, loaded.sources, host);
  if (broken || model === undefined || to === undefined) return 2;
  const made = await write(model, to, words, loaded.sources, host);
  if ("error" in made) {
    printProblems([made.error], loaded.sources, host);
    return made.code;
  }
  for (const one of made.written.leftOut) host.errors.write(`left out: ${one}\n`);
  return deliver(made.written, words.out, host);
}

async function write(
  model: Model,
  to: Notation,
  words: ExportWords,
  sources: ReadonlyMap<string, SourceFile>,
  host: Host,
): Promise<Made> {
  switch (to) {
    case "promela": {
      const made = exportPromela(model, { ghosts: words.ghosts ?? false });
      if (made.value === undefined) return { error: made.error, code: 2 };
      return { written: { text: made.value.text, beside: [], leftOut: made.value.leftOut } };
    }
    case "tla":
      return writeModule(model, words.out);
    case "itf":
      return writeTrace(model, words.property, sources, host);
    case "xstate":
      return writeMachines(model, words.instance);
  }
}

/** One machine, or all of them side by side in one. */
function writeMachines(model: Model, name: string | undefined): Made {
  const names = model.instances.map((instance) => instance.name);
  const index = name === undefined ? undefined : names.indexOf(name);
  if (index === -1) return { error: noSuchInstance(name ?? "", names), code: 2 };
  const config = index === undefined ? systemConfigOf(model) : configOf(model, index);
  const leftOut = ["variables, guards, messages and effects, which stay with the model"];
  return { written: { text: `${JSON.stringify(config, undefined, 2)}\n`, beside: [], leftOut } };
}

function writeModule(model: Model, out: string | undefined): Made {
  // TLA+ wants the module to be called like its file.
  const module = out === undefined ? undefined : identifier(basename(out).replace(/\.tla$/, ""));
  const made = exportTla(model, module);
  if (made.value === undefined) return { error: made.error, code: 2 };
  const { text, configuration, leftOut } = made.value;
  if (out !== undefined) {
    return { written: { text, beside: [{ ending: ".cfg", text: configuration }], leftOut } };
  }
  // Whatever follows the end of a module is no part of it.
  return { written: { text: `${text}\n${configuration}`, beside: [], leftOut } };
}

async function writeTrace(
  model: Model,
  property: string | undefined,
  sources: ReadonlyMap<string, SourceFile>,
  host: Host,
): Promise<Made> {
  const { budget } = model;
  const verdict = await checkModel(model, {
    budget,
    signal: host.signal,
    onProgress: undefined,
    sources,
  });
  const found = pathOf(verdict, property);
  if (found === undefined) {
    const what = property === undefined ? "" : ` of \`${property}\``;
    const notes = verdict.properties
      .filter(({ name }) => property === undefined || name === property)
      .map(({ name, outcome }) => `${name}: ${outcome}`);
    const error = notInReport(`there is no counterexample or witness${what} to export`, notes);
    const open = interruptionOf(host.signal) !== undefined || !verdict.statistics.complete;
    return { error, code: open ? 3 : 2 };
  }
  const trace = exportItf(model, found.path, found.title);
  return { written: { text: `${canonicalJson(trace)}\n`, beside: [], leftOut: [] } };
}

/** The run of the property; without one the first counterexample, then the first witness. */
function pathOf(
  { properties }: CheckVerdict,
  property: string | undefined,
): { readonly path: TracedPath; readonly title: string } | undefined {
  const named = properties.filter(({ name }) => property === undefined || name === property);
  const violated = named.find(({ counterexample }) => counterexample !== undefined);
  if (violated?.counterexample !== undefined) {
    return { path: violated.counterexample, title: `a counterexample to ${violated.name}` };
  }
  const reached = named.find(({ witness }) => witness !== undefined);
  if (reached?.witness === undefined) return undefined;
  return { path: reached.witness, title: `a witness of ${reached.name}` };
}

function deliver({ text, beside }: Written, out: string | undefined, host: Host): ExitCode {
  if (out === undefined) {
    host.output.write(text);
    return 0;
  }
  const stem = basename(out).replace(/\.\w+$/, "");
  const files = [
    { path: out, text },
    ...beside.map((one) => ({ path: join(dirname(out), `${stem}${one.ending}`), text: one.text })),
  ];
  const problems = files.flatMap((one) => writeOutput(one.path, one.text, host.folder) ?? []);
  if (problems.length > 0) printProblems(problems, new Map(), host);
  return problems.length > 0 ? 2 : 0;
}
