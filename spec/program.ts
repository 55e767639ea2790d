/**
 * A program: the modules of some files and of everything that they `use`, with their name tables.
 *
 * `use Name from "./file"` brings every declaration of that module into scope, without a prefix: the
 * language has no qualified names, so a clash is an error where it arises. A module does not pass on
 * what it uses itself. Each text is read and parsed once; a circle of `use` is an error.
 */
import { dirname, extname, join, normalize } from "node:path";
import type { Diagnostic } from "./diagnostic.ts";
import { cyclicUse, duplicateName, moduleNotFound } from "./errors.ts";
import { parseModule } from "./parse.ts";
import type { SourceFile } from "./source.ts";
import type { Declaration, Module } from "./syntax.ts";

/** A module with the names that its text can use. */
export interface ModuleScope {
  readonly module: Module;
  /** Own declarations and those of used modules. Checks and scenarios are not names. */
  readonly names: ReadonlyMap<string, ScopedDeclaration>;
  /** This module and all that it uses, directly or not. */
  readonly reachable: readonly ModuleScope[];
}

export interface ScopedDeclaration {
  readonly declaration: Declaration;
  /** The module in which it stands, whose names its own text uses. */
  readonly home: () => ModuleScope;
}

export interface Program {
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** The modules that were asked for, not those that they use, in the order given. */
  readonly modules: readonly ModuleScope[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Gives the text of a file, or undefined when there is none. The caller reports unreadable files. */
export type ReadSource = (path: string) => SourceFile | undefined;

interface Loading {
  readonly read: ReadSource;
  readonly sources: Map<string, SourceFile>;
  readonly scopes: Map<string, ModuleScope>;
  readonly open: Set<string>;
  readonly diagnostics: Diagnostic[];
}

/**
 * Reads and parses modules with all that they use.
 *
 * Never throws on bad text: what could not be understood is in `diagnostics`, and the rest is there.
 */
export function loadProgram(sources: readonly SourceFile[], read: ReadSource): Program {
  const loading: Loading = {
    read,
    sources: new Map(),
    scopes: new Map(),
    open: new Set(),
    diagnostics: [],
  };
  const modules = sources.map((source) => load(loading, source));
  return { sources: loading.sources, modules, diagnostics: loading.diagnostics };
}

function load(loading: Loading, source: SourceFile): ModuleScope {
  const key = normalize(source.path);
  const known = loading.scopes.get(key);
  if (known !== undefined) return known;
  loading.sources.set(source.path, source);
  loading.open.add(key);
  const { module, diagnostics } = parseModule(source);
  loading.diagnostics.push(...diagnostics);
  const used = module.uses.flatMap((use) => loadUsed(loading, module, use));
  const names = new Map<string, ScopedDeclaration>();
  const reachable: ModuleScope[] = [];
  const scope: ModuleScope = { module, names, reachable };
  for (const declaration of module.declarations) {
    declare(loading, names, declaration, () => scope);
  }
  for (const other of used) {
    for (const declaration of other.module.declarations) {
      declare(loading, names, declaration, () => other);
    }
  }
  reachable.push(scope, ...new Set(used.flatMap((other) => other.reachable)));
  loading.open.delete(key);
  loading.scopes.set(key, scope);
  return scope;
}

function loadUsed(loading: Loading, module: Module, use: Module["uses"][number]): ModuleScope[] {
  const written = use.from ?? `./${use.name.text}`;
  const file = extname(written) === "" ? `${written}.libretto` : written;
  const path = join(dirname(module.path), file);
  const key = normalize(path);
  if (loading.open.has(key)) {
    loading.diagnostics.push(cyclicUse(written, use.span));
    return [];
  }
  const known = loading.scopes.get(key);
  if (known !== undefined) return [known];
  const source = loading.read(path);
  if (source === undefined) {
    loading.diagnostics.push(moduleNotFound(written, use.span));
    return [];
  }
  return [load(loading, source)];
}

/** Checks, scenarios, bindings and the like are reached by their own lists and may share a name. */
const NAMELESS = new Set(["check", "scenario", "binding", "deployment", "refinement"]);

function declare(
  loading: Loading,
  names: Map<string, ScopedDeclaration>,
  declaration: Declaration,
  home: () => ModuleScope,
): void {
  if (NAMELESS.has(declaration.kind)) return;
  const { text, span } = declaration.name;
  const first = names.get(text);
  if (first === undefined) {
    names.set(text, { declaration, home });
  } else if (first.declaration !== declaration) {
    loading.diagnostics.push(duplicateName(text, span, first.declaration.name.span));
  }
}
