/**
 * Places of a Model, numbered: what a stored verdict says instead of offsets.
 *
 *     text        // a comment is added here
 *     Model       rules[0].span  invariants[0].span  …      offsets move
 *     places      #0             #7                  …      numbers stay
 *
 * A Model is walked in the order of its own parts, and each place gets the number of its first
 * occurrence. Two Models that are equal but for their places, and in which the same parts share a
 * place, have the same numbers; so a verdict about the one can be put into the text of the other.
 */
import type { Model } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";

export interface Places {
  readonly all: readonly Span[];
  /** The number of a place, or undefined when the Model has no such place. */
  readonly numberOf: (span: Span) => number | undefined;
}

export function placesOf(model: Partial<Model>): Places {
  const all: Span[] = [];
  const numbers = new Map<string, number>();
  const walk = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if (isSpan(part)) {
      const key = keyOf(part);
      if (!numbers.has(key)) numbers.set(key, all.push(part) - 1);
      return;
    }
    for (const inner of Object.values(part)) walk(inner);
  };
  walk(model);
  return { all, numberOf: (span) => numbers.get(keyOf(span)) };
}

/** Only places have these keys: values of a Model are arrays and have none. */
export function isSpan(part: object): part is Span {
  return "file" in part && "start" in part && "end" in part && Object.keys(part).length === 3;
}

function keyOf({ file, start, end }: Span): string {
  return `${start} ${end} ${file}`;
}
