/**
 * Constructors of the findings of mutation: a hole that nobody notices, and a property that never
 * notices one.
 */
import { type Diagnostic, warningAt } from "../../spec/diagnostic.ts";
import type { Span } from "../../spec/source.ts";
import { counted } from "../findings.ts";
import type { MutationOperator } from "./holes.ts";

/** Names that are listed in a note. */
const NAMES_MAX = 8;

/** `the guard …` of a title. */
const WHAT: Readonly<Record<MutationOperator, (words: string) => string>> = {
  guard: (words) => `the guard \`${words}\``,
  clause: (words) => `the clause \`${words}\` of a guard`,
  effect: (words) => `the effect \`${words}\``,
  fence: () => "this `fence`",
};

/** W0507: without this part, every property has the outcome that it has with it. */
export function notNoticed(
  operator: MutationOperator,
  words: string,
  span: Span,
  about: {
    readonly rule: string;
    readonly checks: readonly string[];
    readonly holding: readonly string[];
    /** Properties that could not be judged, and would perhaps notice. */
    readonly open: readonly string[];
  },
): Diagnostic {
  const holding =
    about.holding.length === 0
      ? "nothing that is stated here holds"
      : `still hold: ${some(about.holding)}`;
  return warningAt("W0507", `no property notices when ${WHAT[operator](words)} is missing`, span, {
    label: "without it the steps differ, the outcomes do not",
    notes: [
      `in \`${about.rule}\``,
      `in checks: ${some(about.checks)}`,
      holding,
      ...(about.open.length === 0 ? [] : [`unknown, and may notice: ${some(about.open)}`]),
    ],
    hint: "state as a property what it is for, or delete it",
  });
}

/** W0510: the property could have noticed so many holes, and noticed none. */
export function noticesNothing(name: string, span: Span, tried: number): Diagnostic {
  return warningAt("W0510", `property \`${name}\` notices no mutant`, span, {
    label: `the same with each of ${counted(tried, "part")} of the specification missing`,
    notes: ["each of them can reach a variable that the property depends on"],
    hint: "say more than what holds anyway, or delete it",
  });
}

function some(names: readonly string[]): string {
  const listed = names.slice(0, NAMES_MAX).join(", ");
  const more = names.length - NAMES_MAX;
  return more > 0 ? `${listed}, and ${more} more` : listed;
}
