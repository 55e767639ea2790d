/**
 * Constructors of the diagnostics about the lines of a refinement: one function for each code.
 */
import { type Diagnostic, errorAt, type Related } from "./diagnostic.ts";
import { list } from "./phrases.ts";
import type { Span } from "./source.ts";

/** `missing` are the places without a value, as a line would name them; `related` is the first. */
export function unmapped(
  refinement: string,
  abstraction: string,
  span: Span,
  missing: readonly string[],
  related: Related,
): Diagnostic {
  const [first = "", ...others] = missing;
  return errorAt("E0160", `refinement \`${refinement}\` gives \`${first}\` no value`, span, {
    label: `every variable of \`${abstraction}\` needs one`,
    related: [related],
    notes: others.length === 0 ? [] : [`without a value as well: ${list(others)}`],
    hint: `add a line \`${first} = …\``,
  });
}

export function ghostMapped(place: string, span: Span): Diagnostic {
  return errorAt("E0161", `\`${place}\` is a ghost and takes no value here`, span, {
    label: "not part of the state",
    hint: "delete the line",
  });
}

/** A system with parameters, which no check of the implementation could set. */
export function abstractParameters(system: string, span: Span, declared: Span): Diagnostic {
  return errorAt("E0161", `the abstract system \`${system}\` has parameters`, span, {
    label: "nothing can set them here",
    related: [{ span: declared, note: "declared here" }],
    hint: "use constants instead: a check sets them for both systems",
  });
}
