/**
 * One `check` or `scenario` becomes one Model.
 *
 * Everything that a check can set is known before the system is lowered, so that constants fold,
 * sizes are numbers, and a fault without a budget leaves no trace in the Model.
 */
import type { Diagnostic } from "../diagnostic.ts";
import {
  misplaced,
  noSuchProperty,
  noSuchTransition,
  setTwice,
  settingsMissing,
} from "../errors.ts";
import {
  type Budget,
  type Expectations,
  type Expr,
  type Model,
  type ScenarioStep,
} from "../model.ts";
import type { ModuleScope, Program } from "../program.ts";
import type * as syntax from "../syntax.ts";
import { mayDeclare } from "../unread.ts";
import { printValue } from "../values.ts";
import { assemble } from "./assemble.ts";
import { onlyOne, whichOne } from "./entities.ts";
import { type Builder, newBuilder } from "./builder.ts";
import { conditionOf, expressionOf, reportUnknown } from "./expression.ts";
import { lowerProperties } from "./properties.ts";
import { type Lowering, type Scope, type SystemScope, moduleScope } from "./scope.ts";
import { refinementsOf } from "./refinements.ts";
import { applySettings, faultBounds, memoryOf, systemNamed, unboundedFaults } from "./settings.ts";
import { lowerSystem } from "./system.ts";

/** Names that `expect violation of` may use besides properties. */
const BUILT_IN = ["assert", "range", "unhandled", "stuck"];

type Report = (diagnostic: Diagnostic) => void;

export function newLowering(
  program: Program,
  settings: ReadonlyMap<syntax.Declaration, Expr>,
  literals: boolean,
  assumedSize: number | undefined,
  report: Report,
): Lowering {
  const told = { errors: 0, unknownSetting: false };
  return {
    settings,
    literals,
    alone: false,
    assumedSize,
    sources: program.sources,
    report: (diagnostic) => {
      if (diagnostic.severity === "error") told.errors++;
      report(diagnostic);
    },
    told,
    missing: new Map(),
    spent: { characters: 0, instances: 0 },
    open: { levels: 0, exceeded: false },
    types: new Map(),
    constants: new Map(),
  };
}

/** Lowers one check; undefined when its system does not exist. Mistakes go to `report`. */
export function lowerCheck(
  program: Program,
  module: ModuleScope,
  check: syntax.CheckDeclaration,
  report: Report,
): Model | undefined {
  const settings = new Map<syntax.Declaration, Expr>();
  const lowering = newLowering(program, settings, false, undefined, report);
  const found = systemNamed(lowering, module, check.system);
  if (found === undefined) return undefined;
  const lines = check.items.filter((item) => item.kind === "setting");
  const parameters = applySettings(lowering, settings, module, found.declaration, lines);
  const bounds = faultBounds(lowering, module, found, check.items);
  const memory = memoryOf(lowering, module, found.declaration, check.items);
  const builder = newBuilder(lowering, memory, bounds);
  const system = lowerSystem(builder, found.home, found.declaration, parameters);
  const properties = lowerProperties(systemScope(builder, system), found.declaration);
  const stated = found.declaration.items.flatMap((item) =>
    item.kind === "invariant" || item.kind === "reachable" || item.kind === "property"
      ? [item.name.text]
      : [],
  );
  const refinements = refinementsOf(module, found.declaration, { builder, system });
  const names = [
    ...stated,
    ...refinements.map(({ name }) => name),
    ...namesIn(check).filter((name) => mayDeclare(module.unread, name)),
  ];
  reportMissing(lowering, `check \`${check.name.text}\``, check.name);
  return {
    ...assemble(builder, module, found.declaration, properties),
    name: check.name.text,
    kind: "check",
    span: check.span,
    refinements,
    allowStuck: check.items.some((item) => item.kind === "allowStuck"),
    nightly: check.items.some((item) => item.kind === "nightly"),
    only: onlyOf(lowering, check, names),
    expect: expectationsOf(lowering, check, names),
    budget: budgetOf(check),
    scenario: [],
  };
}

/** Says once for each check what it must set. */
export function reportMissing(lowering: Lowering, subject: string, name: syntax.Name): void {
  // A line that sets nothing known was most likely meant to set what is missing.
  const hasUnknownSetting = lowering.told.unknownSetting;
  const missing = [...lowering.missing.values()];
  if (missing.length > 0 && !hasUnknownSetting)
    lowering.report(settingsMissing(subject, name.span, missing));
}

/** Of a Model that no check judges: everything may happen, and nothing is expected. */
export const UNJUDGED = {
  refinements: [],
  allowStuck: true,
  nightly: false,
  only: undefined,
  expect: { states: undefined, violations: [] },
  budget: { milliseconds: undefined, bytes: undefined, states: undefined },
} as const;

/** Lowers one scenario: faults strike when the scenario says so, and symmetric ids may be named. */
export function lowerScenario(
  program: Program,
  module: ModuleScope,
  scenario: syntax.ScenarioDeclaration,
  report: Report,
): Model | undefined {
  const settings = new Map<syntax.Declaration, Expr>();
  const lowering = newLowering(program, settings, true, undefined, report);
  const found = systemNamed(lowering, module, scenario.system);
  if (found === undefined) return undefined;
  const lines = scenario.items.filter((item) => item.kind === "setting");
  const parameters = applySettings(lowering, settings, module, found.declaration, lines);
  const bounds = unboundedFaults(found.home, found.declaration, scenario.span);
  const memory = memoryOf(lowering, module, found.declaration, scenario.items);
  const builder = newBuilder(lowering, memory, bounds);
  // The text of a system is judged as in a check; only the scenario's own lines may name ids.
  const system = lowerSystem(
    { ...builder, lowering: { ...lowering, literals: false } },
    found.home,
    found.declaration,
    parameters,
  );
  const scope: Scope = { ...moduleScope(lowering, module), system };
  const properties = lowerProperties(systemScope(builder, system), found.declaration);
  const reader: TransitionReader = { scope, builder };
  const steps = scenario.items.flatMap((item) => scenarioStep(reader, found.declaration, item));
  reportMissing(lowering, "this scenario", scenario.name);
  return {
    ...assemble(builder, module, found.declaration, properties),
    name: scenario.name.text,
    kind: "scenario",
    span: scenario.span,
    ...UNJUDGED,
    scenario: steps,
  };
}

/** The scope in which properties of a system are read. */
export function systemScope(builder: Builder, system: SystemScope): Scope {
  return { ...moduleScope(builder.lowering, system.home), system };
}

/** What a check names: a property or refinement may stand in a text that could not be read. */
function namesIn(check: syntax.CheckDeclaration): readonly string[] {
  return check.items.flatMap((item) => {
    if (item.kind === "only") return item.names.map(({ text }) => text);
    return item.kind === "expectViolation" ? [item.of.text] : [];
  });
}

function onlyOf(
  lowering: Lowering,
  check: syntax.CheckDeclaration,
  names: readonly string[],
): readonly string[] | undefined {
  const lines = check.items.filter((item) => item.kind === "only");
  if (lines.length === 0) return undefined;
  const all = [...names, ...BUILT_IN];
  for (const name of lines.flatMap((line) => line.names)) {
    if (!all.includes(name.text)) lowering.report(noSuchProperty(name.text, name.span, all));
  }
  return lines.flatMap((line) => line.names.map((name) => name.text));
}

function expectationsOf(
  lowering: Lowering,
  check: syntax.CheckDeclaration,
  names: readonly string[],
): Expectations {
  const all = [...names, ...BUILT_IN];
  let states: Expectations["states"];
  const violations: { name: string; span: syntax.CheckItem["span"] }[] = [];
  for (const item of check.items) {
    if (item.kind === "expectStates") {
      if (states !== undefined) {
        lowering.report(setTwice("the number of states", item.span, states.span));
      }
      states ??= { count: item.count, span: item.span };
    }
    if (item.kind !== "expectViolation") continue;
    if (all.includes(item.of.text)) violations.push({ name: item.of.text, span: item.span });
    else lowering.report(noSuchProperty(item.of.text, item.of.span, all));
  }
  return { states, violations };
}

const NANOSECONDS_PER_MILLISECOND = 1e6;

function budgetOf(check: syntax.CheckDeclaration): Budget {
  let budget: Budget = { milliseconds: undefined, bytes: undefined, states: undefined };
  for (const item of check.items) {
    if (item.kind !== "budget") continue;
    for (const amount of item.amounts) {
      if (amount.kind === "time") {
        const milliseconds = amount.duration.nanoseconds / NANOSECONDS_PER_MILLISECOND;
        budget = { ...budget, milliseconds };
      }
      if (amount.kind === "memory") budget = { ...budget, bytes: amount.bytes };
      if (amount.kind === "states") budget = { ...budget, states: amount.count };
    }
  }
  return budget;
}

// ---------------------------------------------------------------------------- scenarios

export interface TransitionReader {
  readonly scope: Scope;
  readonly builder: Builder;
}

function scenarioStep(
  reader: TransitionReader,
  system: syntax.SystemDeclaration,
  item: syntax.ScenarioItem,
): ScenarioStep[] {
  const { span } = item;
  const { scope } = reader;
  switch (item.kind) {
    case "do": {
      const found = transitionsNamed(reader, item.transition);
      return found === undefined ? [] : [{ kind: "do", ...found, span }];
    }
    case "expect": {
      const frame = { size: 0 };
      const condition = conditionOf({ ...scope, frame }, item.condition);
      return condition === undefined
        ? []
        : [{ kind: "expect", condition, locals: frame.size, span }];
    }
    case "gap":
      return [{ kind: "gap", span }];
    case "mustFail": {
      const names = system.items.flatMap((each) =>
        each.kind === "invariant" ? [each.name.text] : [],
      );
      const { text } = item.property;
      if (names.includes(text)) return [{ kind: "mustFail", property: text, span }];
      const temporal = system.items.some(
        (each) => each.kind === "property" && each.name.text === text,
      );
      const reason = "`must fail` names an invariant";
      scope.lowering.report(
        temporal
          ? misplaced(`\`${text}\``, reason, item.property.span)
          : noSuchProperty(text, item.property.span, names),
      );
      return [];
    }
    default:
      return [];
  }
}

/**
 * The transitions that a reference such as `app[Client1].open` names; undefined after a diagnostic.
 */
export function transitionsNamed(
  { scope, builder }: TransitionReader,
  reference: syntax.TransitionReference,
): { readonly name: string; readonly transitions: readonly number[] } | undefined {
  const family = scope.system?.families.get(reference.instance.text);
  const channel = scope.system?.channels.get(reference.instance.text);
  const type = family?.index ?? channel?.indices[0]?.type;
  let owner = reference.instance.text;
  if (scope.system?.broken.has(owner) === true) return undefined;
  if (family === undefined && channel === undefined) {
    const owners = [
      ...(scope.system?.families.keys() ?? []),
      ...(scope.system?.channels.keys() ?? []),
    ];
    return reportUnknown(scope, owner, reference.instance.span, owners);
  }
  if (reference.index === undefined && type !== undefined) {
    scope.lowering.report(whichOne(owner, reference.instance.span));
    return undefined;
  }
  if (reference.index !== undefined && type === undefined) {
    scope.lowering.report(onlyOne(owner, reference.index.span));
    return undefined;
  }
  if (reference.index !== undefined && type !== undefined) {
    const index = expressionOf(scope, reference.index, type);
    if (index === undefined || index.op !== "const") return undefined;
    owner += `[${printValue(index.value, index.type)}]`;
  }
  const name = `${owner}.${reference.transition.text}`;
  const transitions = builder.transitions.flatMap((transition, number) =>
    transition.name === name ? [number] : [],
  );
  if (transitions.length > 0) return { name, transitions };
  if (scope.system?.isWhole !== true) return undefined;
  const { text, span } = reference.transition;
  const { text: instance } = reference.instance;
  const owned = ownTransitions(builder, owner);
  scope.lowering.report(noSuchTransition(instance, text, span, owned));
  return undefined;
}

/** What the transitions of an instance or channel are called. */
export function ownTransitions({ transitions }: Builder, owner: string): readonly string[] {
  const names = transitions.flatMap(({ name }) =>
    name.startsWith(`${owner}.`) ? [name.slice(owner.length + 1)] : [],
  );
  return [...new Set(names)];
}
