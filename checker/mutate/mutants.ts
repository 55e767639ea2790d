/**
 * Mutants of some programs: for each hole, the Models of the checks once it is made.
 *
 * A rule of a module that several files use is one rule, so its hole is one mutant, made in each
 * program that has it. Models are lowered when they are asked for, because a thousand programs with
 * a hole each would not fit beside a search.
 */
import { lowerProgram, type Program } from "../../spec/index.ts";
import type { Model } from "../../spec/model.ts";
import type { Declaration } from "../../spec/syntax.ts";
import { edited } from "./edit.ts";
import { type Hole, holesOf } from "./holes.ts";

export interface Mutant {
  readonly hole: Hole;
  /** The Models of all programs, or undefined when the text with the hole is no specification. */
  readonly models: () => readonly Model[] | undefined;
}

interface Site {
  readonly program: Program;
  readonly declaration: Declaration;
  readonly hole: Hole;
}

/** All mutants, in the order of the programs and their texts. */
export function mutantsOf(programs: readonly Program[]): readonly Mutant[] {
  const sites = new Map<string, Site[]>();
  for (const program of programs) {
    for (const declaration of declarationsOf(program)) {
      for (const hole of holesOf(declaration)) {
        const { file, start, end } = hole.span;
        const key = `${file} ${start} ${end} ${hole.operator}`;
        const site: Site = { program, declaration, hole };
        sites.set(key, [...(sites.get(key) ?? []), site]);
      }
    }
  }
  return [...sites.values()].flatMap((places) => {
    const [first] = places;
    return first === undefined ? [] : [{ hole: first.hole, models: () => modelsAt(places) }];
  });
}

/** Declarations of the modules that were asked for and of all that they use, each once. */
function declarationsOf({ modules }: Program): readonly Declaration[] {
  const scopes = new Set(modules.flatMap((scope) => [scope, ...scope.reachable]));
  return [...scopes].flatMap((scope) => scope.module.declarations);
}

function modelsAt(places: readonly Site[]): readonly Model[] | undefined {
  const models: Model[] = [];
  for (const { program, declaration, hole } of places) {
    const lowered = lowerProgram(edited(program, declaration, hole.node, hole.replacement));
    if (lowered.diagnostics.some(({ severity }) => severity === "error")) return undefined;
    models.push(...lowered.models);
  }
  return models;
}
