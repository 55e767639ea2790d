/**
 * The key of a stored verdict: all that the verdict depends on, and nothing else.
 *
 *     Model, places as numbers   ┐
 *     words at each place        ├── canonical text ── SHA-256 ──► 64 hex digits
 *     versions, tool, options    ┘
 *
 * Comments, blanks between words, other checks and the position in the file are not in it. The
 * words at each place are, because verdicts quote them: a definition that only changes its name
 * changes no state and does change what is printed. Budgets are not: what was judged completely
 * within one budget is so within any. With `only`, the properties that are left out count by name.
 *
 * `tool` must change whenever the program does; a version number alone is enough only for a program
 * that is never changed in place.
 */
import { createHash } from "node:crypto";
import { MODEL_VERSION, type Model } from "../../spec/model.ts";
import { isWanted, leftOut } from "../judgement.ts";
import { type Sources, wordsAt } from "../source-words.ts";
import { VERDICT_VERSION } from "../verdict.ts";
import { isSpan, placesOf } from "./places.ts";

export interface CacheContext {
  /** Which program judges: its version and what it consists of. */
  readonly tool: string;
  /** Options that change what a complete verdict says. */
  readonly options: readonly string[];
  readonly sources: Sources;
}

/** 64 hex digits. */
export function cacheKey(model: Model, { tool, options, sources }: CacheContext): string {
  const part = judgedPart(model);
  const places = placesOf(part);
  const text = JSON.stringify(
    {
      versions: [MODEL_VERSION, VERDICT_VERSION],
      tool,
      options,
      words: places.all.map((span) => wordsAt(sources, span)),
      leftOut: leftOut(model),
      model: part,
    },
    (_key, value: unknown) => {
      // JSON leaves out what is undefined, which would confuse `bound: undefined` with no bound.
      if (value === undefined) return { absent: true };
      const isPlace = typeof value === "object" && value !== null && isSpan(value);
      return isPlace ? { place: places.numberOf(value) } : value;
    },
  );
  return createHash("sha256").update(text).digest("hex");
}

/** The Model without what its complete verdict does not depend on. */
export function judgedPart(model: Model): Partial<Model> {
  const { file: _file, budget: _budget, ...rest } = model;
  const wanted = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
    all.filter(({ name }) => isWanted(model, name));
  return {
    ...rest,
    invariants: wanted(model.invariants),
    goals: wanted(model.goals),
    temporal: wanted(model.temporal),
    refinements: wanted(model.refinements),
  };
}
