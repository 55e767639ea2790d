/**
 * The refinements of a system, lowered for one check: the abstract system beside the system itself.
 *
 * The abstract system has the constants and sizes of the check and its own `memory` line. Each of
 * its faults may strike any number of times: a fault that it declares is something that an
 * implementation may show, and the budgets of a check limit the implementation only. So it has no
 * counters of faults either, which no line of a refinement could give a value to.
 */
import type { Refinement } from "../model.ts";
import type { ModuleScope } from "../program.ts";
import type * as syntax from "../syntax.ts";
import { assemble } from "./assemble.ts";
import { newBuilder } from "./builder.ts";
import { type LoweredSystem, lowerMapping } from "./mapping.ts";
import type { Lowering, Member } from "./scope.ts";
import { type FoundSystem, memoryOf, systemNamed, unboundedFaults } from "./settings.ts";
import { lowerSystem } from "./system.ts";

/** The refinements of the module in which `system` is the implementation. */
export function refinementsOf(
  module: ModuleScope,
  system: syntax.SystemDeclaration,
  implementation: LoweredSystem,
): readonly Refinement[] {
  const { lowering } = implementation.builder;
  const refinements: Refinement[] = [];
  for (const declaration of module.module.declarations) {
    if (declaration.kind !== "refinement") continue;
    if (declaration.implementation.text !== system.name.text) continue;
    const found = systemNamed(lowering, module, declaration.abstraction);
    if (found === undefined) continue;
    const abstraction = lowerAbstraction(lowering, found, declaration);
    const mapping = lowerMapping(lowering, module, declaration, implementation, abstraction);
    const { name, span } = declaration;
    refinements.push({
      name: name.text,
      abstract: {
        ...assemble(abstraction.builder, module, found.declaration, NO_PROPERTIES),
        name: name.text,
        kind: "check",
        span,
        refinements: [],
        allowStuck: true,
        nightly: false,
        only: undefined,
        expect: { states: undefined, violations: [] },
        budget: { milliseconds: undefined, bytes: undefined, states: undefined },
        scenario: [],
      },
      mapping,
      span,
    });
  }
  return refinements;
}

const NO_PROPERTIES = { invariants: [], goals: [], temporal: [] };

/** Lowers the abstract system; parameters have been reported where the refinement is judged. */
function lowerAbstraction(
  lowering: Lowering,
  { home, declaration }: FoundSystem,
  refinement: syntax.RefinementDeclaration,
): LoweredSystem {
  const parameters = new Map<string, Member>(
    declaration.parameters.map(({ name }) => [name.text, { kind: "broken" }]),
  );
  const bounds = unboundedFaults(home, declaration, refinement.span);
  const memory = memoryOf(lowering, home, declaration, []);
  const builder = newBuilder(lowering, memory, bounds);
  return { builder, system: lowerSystem(builder, home, declaration, parameters) };
}
