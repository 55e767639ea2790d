/**
 * Judging the declarations that relate a system to something else: refinements, bindings of
 * recordings, deployments on emulated hardware. They are read, named and typed here; carrying them
 * out is the business of other rooms.
 */
import type { Diagnostic } from "../diagnostic.ts";
import {
  duplicateName,
  misplaced,
  noSuchFault,
  noSuchParameter,
  noSuchTransition,
} from "../errors.ts";
import type { ModuleScope, Program } from "../program.ts";
import { abstractParameters } from "../refinement-errors.ts";
import type * as syntax from "../syntax.ts";
import { assumedParameters } from "./assumptions.ts";
import { newBuilder } from "./builder.ts";
import { newLowering } from "./check.ts";
import { reportDuplicates } from "./duplicates.ts";
import { instancesOf, onlyOne, whichOne } from "./entities.ts";
import { reportUnknown } from "./expression.ts";
import { indexTypeOf } from "./instances.ts";
import { type LoweredSystem, lowerMapping } from "./mapping.ts";
import { placeOf } from "./places.ts";
import {
  isDeclared,
  type Lowering,
  linesOf,
  newLocal,
  type Scope,
  textAt,
  withLocal,
  moduleScope,
} from "./scope.ts";
import {
  faultNames,
  type FoundSystem,
  memoryOf,
  systemNamed,
  unboundedFaults,
} from "./settings.ts";
import { lowerSystem } from "./system.ts";
import { ASSUMED_SIZE } from "./type-of.ts";

type Report = (diagnostic: Diagnostic) => void;

/** A system whose text gives names to a relation, and the scope in which they are read. */
interface RelatedSystem extends LoweredSystem {
  readonly scope: Scope;
}

/** Judges all refinements, bindings and deployments of a module. */
export function judgeRelations(program: Program, module: ModuleScope, report: Report): void {
  // The text of the system has been judged elsewhere: here it only provides names.
  const quiet = newLowering(program, new Map(), true, ASSUMED_SIZE, () => undefined);
  const lowering: Lowering = { ...quiet, report };
  const systems = new Map<string, RelatedSystem | undefined>();
  const systemOf = (name: syntax.Name): RelatedSystem | undefined => {
    if (!systems.has(name.text)) {
      const found = systemNamed(lowering, module, name);
      systems.set(name.text, found && relatedSystem(quiet, lowering, found));
    }
    return systems.get(name.text);
  };
  for (const declaration of module.module.declarations) {
    if (declaration.kind === "refinement") {
      const implementation = systemOf(declaration.implementation);
      const abstraction = systemOf(declaration.abstraction);
      judgeRefinement(lowering, module, declaration, implementation, abstraction);
    }
    if (declaration.kind === "binding") {
      judgeBinding(systemOf(declaration.system)?.scope, declaration);
    }
    if (declaration.kind === "deployment") {
      judgeDeployment(systemOf(declaration.system)?.scope, declaration);
    }
  }
}

function relatedSystem(
  quiet: Lowering,
  lowering: Lowering,
  { home, declaration }: FoundSystem,
): RelatedSystem {
  const bounds = unboundedFaults(home, declaration, declaration.span);
  const builder = newBuilder(quiet, memoryOf(quiet, home, declaration, []), bounds);
  const parameters = assumedParameters(quiet, home, declaration);
  const system = lowerSystem(builder, home, declaration, parameters);
  return { builder, system, scope: { ...moduleScope(lowering, home), system } };
}

// ---------------------------------------------------------------------------- refinement

/** Everything that can be wrong with a refinement, also where no check has its implementation. */
function judgeRefinement(
  lowering: Lowering,
  module: ModuleScope,
  refinement: syntax.RefinementDeclaration,
  implementation: RelatedSystem | undefined,
  abstraction: RelatedSystem | undefined,
): void {
  const { text, span } = refinement.name;
  for (const item of implementation?.system.declaration.items ?? []) {
    const stated = ["invariant", "reachable", "property"].includes(item.kind);
    if (stated && "name" in item && item.name.text === text) {
      lowering.report(duplicateName(text, span, item.name.span));
    }
  }
  const [parameter] = abstraction?.system.declaration.parameters ?? [];
  if (parameter !== undefined) {
    const { abstraction: name } = refinement;
    lowering.report(abstractParameters(name.text, name.span, parameter.name.span));
  }
  if (implementation === undefined || abstraction === undefined) return;
  lowerMapping(lowering, module, refinement, implementation, abstraction);
}

// ---------------------------------------------------------------------------- bindings

function judgeBinding(scope: Scope | undefined, binding: syntax.BindingDeclaration): void {
  if (scope === undefined) return;
  for (const item of binding.items) {
    if (item.kind === "bindEvent") {
      const rule = judgeReference(scope, item.transition);
      if (rule === undefined) continue;
      reportDuplicates(
        scope.lowering,
        item.where.map((each) => each.name),
      );
      for (const each of item.where) judgeWhere(scope, binding, item.transition, rule, each);
    }
    if (item.kind === "hidden") {
      for (const transition of item.transitions) judgeReference(scope, transition);
    }
    if (item.kind === "observe") placeOf(bindIndex(scope, item.place), item.place);
  }
}

/** `observe link[c].count = …` binds `c` for the whole line. */
function bindIndex(scope: Scope, place: syntax.Expr): Scope {
  if (place.kind !== "field" || place.object.kind !== "index") return scope;
  const { object, index } = place.object;
  if (object.kind !== "name" || index.kind !== "name") return scope;
  const type = scope.system?.families.get(object.name)?.index;
  if (type === undefined) return scope;
  return withLocal(scope, index.name, newLocal(scope, index.name, type, index.span));
}

function judgeWhere(
  scope: Scope,
  binding: syntax.BindingDeclaration,
  reference: syntax.TransitionReference,
  rules: readonly NamedRule[],
  set: { readonly name: syntax.Name; readonly value: syntax.Expr },
): void {
  const { text, span } = set.name;
  if (rules.some((rule) => rule.parameters.includes(text))) return;
  if (scope.system?.isWhole !== true) return;
  const { lowering, system } = scope;
  const transition = textAt(lowering, reference.span);
  const family = system?.families.get(reference.instance.text);
  const variable = family?.instances[0]?.members.get(text);
  // The words before the last dot name the instance, with its index.
  const instance = transition.slice(0, transition.lastIndexOf(".")).trimEnd();
  const observe = `observe ${instance}.${text} = ${textAt(lowering, set.value.span)}`;
  const spans = rules.slice(0, 1).map((rule) => rule.node.span);
  scope.lowering.report(
    noSuchParameter(binding.name.text, text, transition, span, {
      declaredAt: linesOf(lowering, spans),
      parameters: [...new Set(rules.flatMap((rule) => rule.parameters))],
      observe: variable?.kind === "variable" ? observe : undefined,
    }),
  );
}

interface NamedRule {
  readonly name: string;
  readonly node: { readonly kind?: string; readonly span: syntax.Name["span"] };
  readonly parameters: readonly string[];
}

/** The rules that a reference names, by the text of the machine; undefined after a diagnostic. */
function judgeReference(
  scope: Scope,
  reference: syntax.TransitionReference,
): readonly NamedRule[] | undefined {
  const { instance, transition } = reference;
  const family = scope.system?.families.get(instance.text);
  const channel = scope.system?.channels.get(instance.text);
  if (scope.system?.broken.has(instance.text) === true) return undefined;
  if (family === undefined && channel === undefined) {
    const known = [
      ...(scope.system?.families.keys() ?? []),
      ...(scope.system?.channels.keys() ?? []),
    ];
    return reportUnknown(scope, instance.text, instance.span, known);
  }
  const isFamily = family?.index !== undefined || (channel?.indices.length ?? 0) > 0;
  if (isFamily !== (reference.index !== undefined)) {
    const { index } = reference;
    scope.lowering.report(
      index === undefined
        ? whichOne(instance.text, instance.span)
        : onlyOne(instance.text, index.span),
    );
    return undefined;
  }
  const rules = family === undefined ? channelRules(channel) : machineRules(family.machine);
  const found = rules.filter((rule) => rule.name === transition.text);
  if (found.length > 0) return found;
  if (scope.system?.isWhole !== true) return undefined;
  const names = [...new Set(rules.map((rule) => rule.name))];
  const { text, span } = transition;
  scope.lowering.report(noSuchTransition(instance.text, text, span, names));
  return undefined;
}

function channelRules(
  channel: { readonly declaration: syntax.ChannelDeclaration } | undefined,
): readonly NamedRule[] {
  const faults = channel?.declaration.faults ?? [];
  return faults.map((fault) => ({ name: fault.fault, node: fault, parameters: [] }));
}

function machineRules(
  machine: syntax.MachineDeclaration | syntax.ThreadDeclaration,
): readonly NamedRule[] {
  const flush: NamedRule = { name: "flush", node: machine, parameters: [] };
  if (machine.kind === "thread") {
    const lines = machine.lines.map((line) => ({
      name: line.name.text,
      node: line,
      parameters: [],
    }));
    return [...lines, flush];
  }
  return machine.items.flatMap(rulesOfItem);
}

function rulesOfItem(item: syntax.MachineItem | syntax.ModeItem): readonly NamedRule[] {
  switch (item.kind) {
    case "mode":
      return item.items.flatMap(rulesOfItem);
    case "parallel":
      return item.regions.flatMap((region) => region.modes.flatMap(rulesOfItem));
    case "step":
    case "fault":
      return [{ name: item.name.text, node: item, parameters: [] }];
    case "receive": {
      const parameters = item.binders.map((binder) => binder.text);
      return [{ name: item.message.text, node: item, parameters }];
    }
    case "after":
      return [{ name: item.timer.text, node: item, parameters: [] }];
    case "onInterrupt":
      return [{ name: item.line.text, node: item, parameters: [] }];
    default:
      return [];
  }
}

// ---------------------------------------------------------------------------- deployments

/** `at 5s fault …` names a fault, which no step is. */
function judgeAction(scope: Scope, item: syntax.PlannedAction): void {
  const rules = judgeReference(scope, item.transition);
  if (item.action !== "fault" || rules === undefined) return;
  if (rules.some(({ node }) => node.kind === undefined || node.kind === "fault")) return;
  const { home, declaration } = scope.system ?? {};
  const known =
    home === undefined || declaration === undefined ? [] : faultNames(home, declaration);
  const { instance, transition } = item.transition;
  const name = `${instance.text}.${transition.text}`;
  scope.lowering.report(noSuchFault(name, transition.span, known));
}

function judgeDeployment(scope: Scope | undefined, deployment: syntax.DeploymentDeclaration): void {
  if (scope === undefined) return;
  const { lowering, system } = scope;
  for (const item of deployment.items) {
    if (item.kind === "at" || item.kind === "when") judgeAction(scope, item);
    if (item.kind === "via" || item.kind === "swizzle") {
      const known = [...(system?.channels.keys() ?? [])];
      for (const { text, span } of item.channels) {
        const isBroken = system?.broken.has(text) === true;
        if (!known.includes(text) && !isBroken) reportUnknown(scope, text, span, known);
      }
    }
    if (item.kind !== "domain") continue;
    let inner = scope;
    if (item.index !== undefined) {
      const type = indexTypeOf(scope, item.index.type);
      if (type === undefined) continue;
      const { text, span } = item.index.name;
      inner = withLocal(scope, text, newLocal(scope, text, type, span));
    }
    for (const instance of item.instances) {
      if (instancesOf(inner, instance) !== undefined) continue;
      const name = instance.kind === "index" ? instance.object : instance;
      if (name.kind === "name" && !isDeclared(scope, name.name)) {
        reportUnknown(scope, name.name, name.span, [...(system?.families.keys() ?? [])]);
        continue;
      }
      const text = textAt(lowering, instance.span);
      const reason = "a domain holds instances of the system";
      lowering.report(misplaced(`\`${text}\``, reason, instance.span));
    }
  }
}
