/**
 * A program: the modules of some files and of everything that they `use`, with their name tables.
 *
 * `use Name from "./file"` brings every declaration of that module into scope, without a prefix:
 * the language has no qualified names, so a clash is an error where it arises. A module does not
 * pass on what it uses itself. Each text is read and parsed once; a circle of `use` is an error.
 */
import { dirname, extname, join, normalize } from "node:path";
import type { Diagnostic } from "./diagnostic.ts";
import { cyclicUse, duplicateName, moduleNotFound } from "./errors.ts";
import { parseModule } from "./parse.ts";
import type { SourceFile, Span } from "./source.ts";
import type { Declaration, Module, Use } from "./syntax.ts";
import { modelTooBig } from "./type-errors.ts";
import { type Unread, unreadOfAll } from "./unread.ts";

/** A module with the names that its text can use. */
export interface ModuleScope {
  readonly module: Module;
  /** Own declarations and those of used modules. Checks and scenarios are not names. */
  readonly names: ReadonlyMap<string, ScopedDeclaration>;
  /** This module and all that it uses, directly or not. */
  readonly reachable: readonly ModuleScope[];
  /** Names that may be declared in a text that could not be read: nobody is to miss them. */
  readonly unread: Unread;
  /** Those of this module's own text, which its users may miss as well. */
  readonly unreadOwn: Unread;
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

/**
 * Gives the text of a file, or undefined when there is none. The caller reports unreadable files.
 */
export type ReadSource = (path: string) => SourceFile | undefined;

/** Modules that may use one another in a row, each read while the one before is open. */
const USE_DEPTH_MAX = 64;

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
 * Never throws on bad text: what could not be understood is in `diagnostics`, and the rest is
 * there.
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
  const { module, diagnostics, unread } = parseModule(source);
  loading.diagnostics.push(...diagnostics);
  const used = module.uses.map((use) => ({ use, scope: loadUsed(loading, module, use) }));
  const scopes = used.flatMap(({ scope }) => (scope === undefined ? [] : [scope]));
  const names = new Map<string, ScopedDeclaration>();
  const reachable: ModuleScope[] = [];
  const scope: ModuleScope = {
    module,
    names,
    reachable,
    unreadOwn: unread,
    unread: unreadOfAll([unread, ...used.map((each) => each.scope?.unreadOwn ?? "anything")]),
  };
  declareOwn(loading, scope, names);
  for (const each of used) {
    if (each.scope !== undefined) declareUsed(loading, names, each.use, each.scope);
  }
  reachable.push(scope, ...new Set(scopes.flatMap((other) => other.reachable)));
  loading.open.delete(key);
  loading.scopes.set(key, scope);
  return scope;
}

function loadUsed(loading: Loading, module: Module, use: Use): ModuleScope | undefined {
  const written = use.from ?? `./${use.name.text}`;
  const file = extname(written) === "" ? `${written}.libretto` : written;
  const path = join(dirname(module.path), file);
  const key = normalize(path);
  if (loading.open.has(key)) {
    const open = [...loading.open];
    loading.diagnostics.push(cyclicUse(open.slice(open.indexOf(key)), use.span));
    return undefined;
  }
  const known = loading.scopes.get(key);
  if (known !== undefined) return known;
  if (loading.open.size >= USE_DEPTH_MAX) {
    const what = "modules that use one another in a row";
    const hint = "use the last of them directly";
    loading.diagnostics.push(modelTooBig(what, undefined, USE_DEPTH_MAX, use.span, hint));
    return undefined;
  }
  const source = loading.read(path);
  if (source === undefined) {
    loading.diagnostics.push(moduleNotFound(written, path, use.span));
    return undefined;
  }
  return load(loading, source);
}

/** Checks, scenarios, bindings and the like are reached by lists of their kind. */
const LISTED: ReadonlySet<Declaration["kind"]> = new Set([
  "check",
  "scenario",
  "binding",
  "deployment",
  "refinement",
]);

/** Enters the declarations of a module itself; of two with one name the first is meant. */
function declareOwn(
  loading: Loading,
  scope: ModuleScope,
  names: Map<string, ScopedDeclaration>,
): void {
  const listed = new Map<string, Declaration>();
  for (const declaration of scope.module.declarations) {
    const { text, span } = declaration.name;
    const isListed = LISTED.has(declaration.kind);
    const key = `${declaration.kind} ${text}`;
    const first = isListed ? listed.get(key) : names.get(text)?.declaration;
    if (first !== undefined) {
      loading.diagnostics.push(duplicateName(text, span, first.name.span));
    } else if (isListed) {
      listed.set(key, declaration);
    } else {
      names.set(text, { declaration, home: () => scope });
    }
  }
}

/**
 * Enters what another module declares. A clash is the business of this module, at its own words.
 */
function declareUsed(
  loading: Loading,
  names: Map<string, ScopedDeclaration>,
  use: Use,
  other: ModuleScope,
): void {
  for (const declaration of other.module.declarations) {
    if (LISTED.has(declaration.kind)) continue;
    const { text, span } = declaration.name;
    const first = names.get(text);
    const own = other.names.get(text)?.declaration === declaration;
    if (first === undefined) {
      if (own) names.set(text, { declaration, home: () => other });
    } else if (own && first.declaration !== declaration) {
      loading.diagnostics.push(clashOfUse(text, use, span, first.declaration.name.span));
    }
  }
}

/** The clash is shown at this module's own declaration where there is one, else at the `use`. */
function clashOfUse(text: string, use: Use, used: Span, first: Span): Diagnostic {
  return first.file === use.span.file
    ? duplicateName(text, first, used)
    : duplicateName(text, use.span, first, used);
}
