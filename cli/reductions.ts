/** The value of `--reduce`: names of reductions, or `none`. */
import { REDUCTIONS, type ReductionName } from "../checker/verdict.ts";

/** What may be written after `--reduce`. */
export const REDUCE_FORM: string = `some of ${REDUCTIONS.join(", ")} with commas, or none`;

/** The reductions that a word names, each once; undefined when it names anything else. */
export function parseReductions(word: string): readonly ReductionName[] | undefined {
  if (word === "none") return [];
  const names = word.split(",").map((name) => name.trim());
  const chosen = REDUCTIONS.filter((name) => names.includes(name));
  return names.every((name) => REDUCTIONS.some((known) => known === name)) ? chosen : undefined;
}
