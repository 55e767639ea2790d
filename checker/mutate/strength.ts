/**
 * What each property noticed of the mutants, and which could have noticed some and noticed none.
 *
 * Counted are mutants that change something and that touch the property's cone, in a check that
 * judges it. A `reachable` goal is counted and never called weak: to delete a guard adds behaviour,
 * so a goal that goes on being reached says nothing against it. Built-in properties and scenarios
 * are counted where they noticed something.
 */
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Model } from "../../spec/model.ts";
import type { PropertyVerdict } from "../verdict.ts";
import { coneOf, touchedBy } from "./cone.ts";
import { noticesNothing } from "./findings.ts";
import type { Tried } from "./mutate.ts";
import type { PropertyStrength } from "./report.ts";
import type { Base } from "./trial.ts";

/** One entry for each property of each system, in the order of the checks. */
export function strengths(
  bases: readonly Base[],
  tried: readonly Tried[],
): readonly PropertyStrength[] {
  const found = new Map<string, PropertyStrength>();
  for (const base of bases) {
    for (const property of base.verdict.properties) {
      if (property.outcome === "unknown") continue;
      const key = keyOf(base, property);
      if (found.has(key)) continue;
      const judging = bases.filter((other) =>
        other.verdict.properties.some((one) => keyOf(other, one) === key),
      );
      const counts = countOf(property, judging, tried);
      const isStated = property.kind === "invariant" || property.kind === "reachable";
      const isTemporal = property.kind === "property" || property.kind === "refinement";
      if (!isStated && !isTemporal && counts.noticed === 0) continue;
      const { name, kind } = property;
      found.set(key, { name, kind, ...counts, span: spanOf(base.model, name) });
    }
  }
  return [...found.values()];
}

/** W0510 for each property that noticed none of the mutants that touch it. */
export function weakProperties(properties: readonly PropertyStrength[]): readonly Diagnostic[] {
  return properties.flatMap(({ name, kind, touching, noticed, span }) => {
    const canBeWeak = kind === "invariant" || kind === "property" || kind === "refinement";
    const isWeak = canBeWeak && touching > 0 && noticed === 0;
    return isWeak && span !== undefined ? [noticesNothing(name, span, touching)] : [];
  });
}

/** A property of a system is one property in all of its checks; a scenario is its own. */
function keyOf({ model }: Base, { kind, name }: PropertyVerdict): string {
  return JSON.stringify([kind, name, kind === "scenario" ? model.file : model.system]);
}

function countOf(
  { name }: PropertyVerdict,
  judging: readonly Base[],
  tried: readonly Tried[],
): Pick<PropertyStrength, "touching" | "noticed"> {
  const cones = new Map(
    judging.map(({ model }) => {
      const property = declaredIn(model).find((one) => one.name === name);
      return [model, property === undefined ? undefined : coneOf(model, property)];
    }),
  );
  let touching = 0;
  let noticed = 0;
  for (const { hole, fate, differences } of tried) {
    if (fate === "changes nothing") continue;
    const mine = differences.filter(({ base }) => judging.includes(base));
    const sees = mine.some(({ difference }) => difference.noticed.includes(name));
    if (sees) noticed++;
    const touches = mine.some(({ base, difference }) => {
      const cone = cones.get(base.model);
      if (cone === undefined || difference.open) return false;
      return [...touchedBy(base.model, hole.span, hole.rule)].some((slot) => cone.has(slot));
    });
    if (sees || touches) touching++;
  }
  return { touching, noticed };
}

function declaredIn({ invariants, goals, temporal, refinements }: Model): readonly {
  readonly name: string;
  readonly span: PropertyStrength["span"];
}[] {
  return [...invariants, ...goals, ...temporal, ...refinements];
}

function spanOf(model: Model, name: string): PropertyStrength["span"] {
  return declaredIn(model).find((property) => property.name === name)?.span;
}
