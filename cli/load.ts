/**
 * From paths to Models: reads the specifications that a command names and lowers their checks.
 *
 * All files are one program, so a module that several of them use is read once and its mistakes are
 * told once. What cannot be read or understood is a Diagnostic; everything else is still there.
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import { loadProgram, lowerChecks } from "../spec/index.ts";
import type { Model } from "../spec/model.ts";
import type { Program } from "../spec/program.ts";
import type { SourceFile } from "../spec/source.ts";
import { findSpecifications, readSource } from "./files.ts";

export interface Loaded {
  readonly program: Program;
  /** Scenarios first, then checks, each in the order of files and of the text. */
  readonly models: readonly Model[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads the files and folders that `given` names, relative to `folder`. */
export function loadSpecifications(given: readonly string[], folder: string): Loaded {
  const found = findSpecifications(given, folder);
  const unread: Diagnostic[] = [];
  const read = (path: string): SourceFile | undefined => {
    const source = readSource(path, folder);
    if (source.value === undefined) unread.push(source.error);
    return source.value;
  };
  const roots = found.paths.flatMap((path) => read(path) ?? []);
  const loaded = loadTexts(roots, (path) => {
    const source = readSource(path, folder);
    // A missing module is told at the `use` that names it; anything else is about the file.
    if (source.value === undefined && source.error.code !== "E0501") unread.push(source.error);
    return source.value;
  });
  return { ...loaded, diagnostics: [...found.diagnostics, ...unread, ...loaded.diagnostics] };
}

/** Loads texts that are at hand; `read` finds what they use. */
export function loadTexts(
  roots: readonly SourceFile[],
  read: (path: string) => SourceFile | undefined,
): Loaded {
  const program = loadProgram(roots, read);
  const { models, diagnostics } = lowerChecks(program);
  const scenarios = models.filter((model) => model.kind === "scenario");
  const checks = models.filter((model) => model.kind === "check");
  return {
    program,
    models: [...scenarios, ...checks],
    sources: program.sources,
    diagnostics,
  };
}
