/**
 * From paths to Models: reads the specifications that a command names and lowers their checks.
 *
 * Each file is a program of its own, with what it uses, so a mistake in one file leaves the
 * verdicts of the others standing: a Model of a program with an error may be incomplete and is not
 * run. A mistake in a module that several files use is told once.
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import { type Deployment, loadProgram, lowerProgram, type Program } from "../spec/index.ts";
import type { Model } from "../spec/model.ts";
import type { SourceFile } from "../spec/source.ts";
import { findSpecifications, readSource } from "./files.ts";

export interface Loaded {
  /** One for each file that could be read. */
  readonly programs: readonly Program[];
  /** Scenarios first, then checks, each in the order of files and of the text. */
  readonly models: readonly Model[];
  readonly deployments: readonly Deployment[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads the files and folders that `given` names, relative to `folder`. */
export function loadSpecifications(given: readonly string[], folder: string): Loaded {
  const found = findSpecifications(given, folder);
  const loaded = loadFiles(found.paths, folder);
  return { ...loaded, diagnostics: unique([...found.diagnostics, ...loaded.diagnostics]) };
}

/** Loads these files; a folder is an error. */
export function loadFiles(paths: readonly string[], folder: string): Loaded {
  const unread: Diagnostic[] = [];
  const roots = paths.flatMap((path) => {
    const source = readSource(path, folder);
    if (source.value === undefined) unread.push(source.error);
    return source.value ?? [];
  });
  const loaded = loadTexts(roots, (path) => {
    const source = readSource(path, folder);
    // A missing module is told at the `use` that names it; anything else is about the file.
    if (source.value === undefined && source.error.code !== "E0501") unread.push(source.error);
    return source.value;
  });
  return { ...loaded, diagnostics: unique([...unread, ...loaded.diagnostics]) };
}

/** Loads texts that are at hand; `read` finds what they use. */
export function loadTexts(
  roots: readonly SourceFile[],
  read: (path: string) => SourceFile | undefined,
): Loaded {
  const parts = roots.map((root) => {
    const program = loadProgram([root], read);
    const { models, deployments, diagnostics } = lowerProgram(program);
    const broken = diagnostics.some(({ severity }) => severity === "error");
    if (broken) return { program, models: [], deployments: [], diagnostics };
    return { program, models, deployments, diagnostics };
  });
  const models = parts.flatMap((part) => part.models);
  return {
    programs: parts.map(({ program }) => program),
    models: [
      ...models.filter((model) => model.kind === "scenario"),
      ...models.filter((model) => model.kind === "check"),
    ],
    deployments: parts.flatMap((part) => part.deployments),
    sources: new Map(parts.flatMap(({ program }) => [...program.sources])),
    diagnostics: unique(parts.flatMap((part) => part.diagnostics)),
  };
}

function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const one of diagnostics) {
    const key = JSON.stringify([one.code, one.title, one.span]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}
