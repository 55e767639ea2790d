/** What a check or a scenario sets: constants, numbers of ids, memory, fault budgets. */
import { badSetting, noSuchFault, setTwice, wrongKind } from "../errors.ts";
import { constant } from "../fold.ts";
import type { Expr, Model, Type } from "../model.ts";
import { kindOf } from "../phrases.ts";
import type { ModuleScope, ScopedDeclaration } from "../program.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import { INT } from "../type-relations.ts";
import { printValue } from "../values.ts";
import type { FaultBound } from "./builder.ts";
import { constantExpression, reportUnknown } from "./expression.ts";
import { constantValue } from "./literals.ts";
import { type Lowering, type Member, moduleScope } from "./scope.ts";
import { ASSUMED_SIZE, capacityOf, constantNumber, typeOf } from "./type-of.ts";

type Setting = Extract<syntax.CheckItem, { kind: "setting" }>;

/** Most values of an id: exploring grows at least exponentially with it. */
const IDS_MAX = 1_024;

/** Largest budget of a fault: its counter is part of the state. */
const FAULTS_MAX = 65_535;

/**
 * Applies `N = 3` lines: fills `settings` of the lowering, and gives the values of system
 * parameters.
 */
export function applySettings(
  lowering: Lowering,
  settings: Map<syntax.Declaration, Expr>,
  module: ModuleScope,
  system: syntax.SystemDeclaration,
  lines: readonly Setting[],
): ReadonlyMap<string, Member> {
  const parameters = new Map<string, Member>();
  const set = new Map<string, Setting>();
  for (const line of lines) {
    const before = set.get(line.name.text);
    if (before !== undefined) {
      lowering.report(setTwice(`\`${line.name.text}\``, line.name.span, before.name.span));
      continue;
    }
    set.set(line.name.text, line);
    // A line is read with those before it applied: what was read without them is read again.
    lowering.constants.clear();
    lowering.types.clear();
    const parameter = system.parameters.find((field) => field.name.text === line.name.text);
    if (parameter !== undefined) {
      const scope = moduleScope(lowering, module);
      const type = typeOf(scope, parameter.type);
      if (type === undefined) continue;
      const value = constantExpression(scope, line.value, type);
      if (value === undefined) continue;
      const expr = constant(type, value, line.span);
      parameters.set(parameter.name.text, { kind: "value", value: expr });
      continue;
    }
    const found = settable(module, line.name.text);
    if (found === undefined) reportSetting(lowering, module, line);
    else applySetting(lowering, settings, module, found, line);
  }
  for (const { name } of system.parameters) {
    if (parameters.has(name.text)) continue;
    parameters.set(name.text, { kind: "broken" });
    if (lines.some((line) => line.name.text === name.text)) continue;
    const missing = { name: name.text, kind: "parameter", declared: name.span } as const;
    lowering.missing.set(system, missing);
  }
  return parameters;
}

/** A constant or id of this module, or of one that it uses at any distance. */
function settable(module: ModuleScope, name: string): ScopedDeclaration | undefined {
  for (const scope of module.reachable) {
    const found = scope.names.get(name);
    if (found?.declaration.kind === "const" || found?.declaration.kind === "id") return found;
  }
  return undefined;
}

function reportSetting(lowering: Lowering, module: ModuleScope, line: Setting): void {
  const { text, span } = line.name;
  const names = module.reachable.flatMap((scope) =>
    [...scope.names].flatMap(([name, { declaration }]) =>
      declaration.kind === "const" || declaration.kind === "id" ? [name] : [],
    ),
  );
  const declared = module.names.get(text)?.declaration;
  if (declared === undefined) {
    lowering.told.unknownSetting = true;
    reportUnknown(moduleScope(lowering, module), text, span, names);
    return;
  }
  const reason = `it is ${kindOf(declared.kind)}, not a constant`;
  lowering.report(badSetting(text, span, reason, [...new Set(names)]));
}

function applySetting(
  lowering: Lowering,
  settings: Map<syntax.Declaration, Expr>,
  module: ModuleScope,
  found: ScopedDeclaration,
  line: Setting,
): void {
  const scope = moduleScope(lowering, module);
  const { declaration } = found;
  if (declaration.kind === "id") {
    const size = constantNumber(scope, line.value);
    if (size === undefined) {
      settings.set(declaration, constant(INT, ASSUMED_SIZE, line.span));
      return;
    }
    if (size >= 1 && size <= IDS_MAX) {
      settings.set(declaration, constant(INT, size, line.span));
      return;
    }
    const title = `${size} is not a number of \`${line.name.text}\``;
    settings.set(declaration, constant(INT, ASSUMED_SIZE, line.span));
    lowering.report(badSize(title, line.value.span, `choose a number from 1 to ${IDS_MAX}`));
    return;
  }
  if (declaration.kind !== "const") return;
  const type = typeOfConstant(lowering, found.home(), declaration);
  if (type === undefined) return;
  const value = constantExpression(scope, line.value, type);
  if (value !== undefined) settings.set(declaration, constant(type, value, line.span));
}

/** The type of a constant is that of its declaration, judged without any settings. */
function typeOfConstant(
  lowering: Lowering,
  home: ModuleScope,
  declaration: syntax.ConstDeclaration,
): Type | undefined {
  const aside: Lowering = {
    ...lowering,
    assumedSize: 2,
    types: new Map(),
    constants: new Map(),
    settings: new Map(),
  };
  const scope = moduleScope(aside, home);
  if (declaration.type !== undefined) return typeOf(scope, declaration.type);
  return constantValue(scope, declaration)?.type;
}

/** Constants and sizes as they apply, for reports: those of the check first, then the defaults. */
export function printedSettings(lowering: Lowering, module: ModuleScope): Model["settings"] {
  const printed: { name: string; value: string; set: boolean }[] = [];
  for (const scope of module.reachable) {
    for (const { declaration } of scope.names.values()) {
      if (declaration.kind !== "const" && declaration.kind !== "id") continue;
      const name = declaration.name.text;
      if (printed.some((known) => known.name === name)) continue;
      const set = lowering.settings.get(declaration);
      const known = set ?? lowering.constants.get(declaration);
      if (known === undefined || typeof known === "string" || known.op !== "const") continue;
      printed.push({ name, value: printValue(known.value, known.type), set: set !== undefined });
    }
  }
  return printed.toSorted((left, right) => Number(right.set) - Number(left.set));
}

// ---------------------------------------------------------------------------- memory, faults

/** The memory model of the system, unless the check names another. */
export function memoryOf(
  lowering: Lowering,
  module: ModuleScope,
  system: syntax.SystemDeclaration,
  items: readonly { readonly kind: string }[],
): Model["memory"] {
  const own = onlyMemory(lowering, items);
  const declared = onlyMemory(lowering, system.items);
  const memory = own ?? declared;
  if (memory === undefined || memory.model === "sc") return { model: "sc" };
  const written = memory.entries ?? declared?.entries;
  if (written === undefined) {
    const title = "a store buffer needs its number of entries";
    lowering.report(badSize(title, memory.span, "write `memory tso(2)`"));
    return { model: "sc" };
  }
  const entries = capacityOf(moduleScope(lowering, module), written);
  return entries === undefined ? { model: "sc" } : { model: "tso", entries };
}

/** The `memory` line of a system or a check; a second one is a mistake. */
function onlyMemory(
  lowering: Lowering,
  items: readonly { readonly kind: string }[],
): syntax.MemoryDeclaration | undefined {
  const [first, second] = items.filter(
    (item): item is syntax.MemoryDeclaration => item.kind === "memory",
  );
  if (first !== undefined && second !== undefined) {
    lowering.report(setTwice("`memory`", second.span, first.span));
  }
  return first;
}

/** Names of all faults that can strike in a system: `server.crash`, `req.lossy`. */
export function faultNames(
  module: ModuleScope,
  system: syntax.SystemDeclaration,
): readonly string[] {
  return system.items.flatMap((item) => {
    if (item.kind === "channel")
      return item.faults.map((each) => `${item.name.text}.${each.fault}`);
    if (item.kind !== "instance") return [];
    const machine = module.names.get(item.machine.text)?.declaration;
    if (machine?.kind !== "machine") return [];
    return machine.items.flatMap((each) =>
      each.kind === "fault" ? [`${item.name.text}.${each.name.text}`] : [],
    );
  });
}

/** A system and the module in which it stands. */
export interface FoundSystem {
  readonly declaration: syntax.SystemDeclaration;
  readonly home: ModuleScope;
}

/** Every fault of a system as often as anybody likes: for scenarios, and where no check says. */
export function unboundedFaults(
  module: ModuleScope,
  system: syntax.SystemDeclaration,
  span: Span,
): ReadonlyMap<string, FaultBound> {
  return new Map(faultNames(module, system).map((name) => [name, { bound: undefined, span }]));
}

/** The budgets of `faults m.f <= n` lines. */
export function faultBounds(
  lowering: Lowering,
  module: ModuleScope,
  system: FoundSystem,
  items: readonly syntax.CheckItem[],
): ReadonlyMap<string, FaultBound> {
  const known = faultNames(system.home, system.declaration);
  const bounds = new Map<string, FaultBound>();
  const seen = new Map<string, Span>();
  for (const item of items) {
    if (item.kind !== "faults") continue;
    const name = `${item.owner.text}.${item.fault.text}`;
    const span = { ...item.owner.span, end: item.fault.span.end };
    if (!known.includes(name)) {
      reportFault(lowering, system, item, known);
      continue;
    }
    const before = seen.get(name);
    if (before !== undefined) lowering.report(setTwice(`\`${name}\``, span, before));
    seen.set(name, before ?? span);
    if (item.bound === undefined) {
      bounds.set(name, { bound: undefined, span: item.span });
      continue;
    }
    const bound = constantNumber(moduleScope(lowering, module), item.bound);
    if (bound === undefined) continue;
    if (bound >= 0 && bound <= FAULTS_MAX) {
      bounds.set(name, { bound, span: item.span });
      continue;
    }
    const title = `${bound} is not a number of faults`;
    const hint = `choose a number from 0 to ${FAULTS_MAX}, or write \`unbounded\``;
    lowering.report(badSize(title, item.bound.span, hint));
  }
  return bounds;
}

/** A fault that is not known; nothing is missed of an instance whose machine is not known. */
function reportFault(
  lowering: Lowering,
  { home, declaration }: FoundSystem,
  { owner, fault }: Extract<syntax.CheckItem, { kind: "faults" }>,
  known: readonly string[],
): void {
  const owners = declaration.items.flatMap((item) =>
    item.kind === "instance" || item.kind === "channel" ? [item] : [],
  );
  const found = owners.find((item) => item.name.text === owner.text);
  if (found === undefined) {
    const names = owners.map((item) => item.name.text);
    reportUnknown(moduleScope(lowering, home), owner.text, owner.span, names);
    return;
  }
  const machine = found.kind === "instance" ? home.names.get(found.machine.text) : undefined;
  if (found.kind === "instance" && machine === undefined) return;
  const span = { ...owner.span, end: fault.span.end };
  lowering.report(noSuchFault(`${owner.text}.${fault.text}`, span, known));
}

/** The system that a check, scenario, binding or deployment is about. */
export function systemNamed(
  lowering: Lowering,
  module: ModuleScope,
  name: syntax.Name,
): FoundSystem | undefined {
  const found = module.names.get(name.text);
  if (found?.declaration.kind === "system") {
    return { declaration: found.declaration, home: found.home() };
  }
  if (found !== undefined) {
    const is = kindOf(found.declaration.kind);
    lowering.report(wrongKind(name.text, is, "a system", name.span));
    return undefined;
  }
  const systems = [...module.names].flatMap(([each, { declaration }]) =>
    declaration.kind === "system" ? [each] : [],
  );
  return reportUnknown(moduleScope(lowering, module), name.text, name.span, systems);
}
