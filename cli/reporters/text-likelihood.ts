/**
 * How likely the violation is from each step on: a column beside the steps, and what it means.
 *
 *       0    10 %   3 of 3   (initial)
 *       4    73 %   1 of 2   server.restart       server: Down -> Up
 *       5   100 %            app[Client1].Opened
 *
 *       likelihood: of 400 random walks of at most 30 steps from each state, so many meet the
 *                   violation (seed 1); 1 of 2: so many of the next steps can still avoid it
 */
import type { Likelihood } from "../../checker/verdict.ts";
import { counted } from "../numbers.ts";
import { flow, type Paint } from "../style.ts";

/** Columns of `100 %`. */
const SHARE_COLUMNS = 5;
const GAP = "   ";
/** Columns before the words below the steps. */
const INDENT = 14;

/** What stands before the label of each step; empty texts without a likelihood. */
export function likelihoodColumn(likelihood: Likelihood | undefined): (step: number) => string {
  if (likelihood === undefined) return () => "";
  const facts = likelihood.points.map(({ avoiding, successors }) =>
    avoiding === undefined || successors === undefined ? "" : `${avoiding} of ${successors}`,
  );
  const widest = Math.max(...facts.map((fact) => fact.length));
  return (step) => {
    const hits = likelihood.points[step]?.hits ?? 0;
    const share = shareWords(hits, likelihood.walks).padStart(SHARE_COLUMNS);
    const fact = widest === 0 ? "" : `${GAP}${(facts[step] ?? "").padEnd(widest)}`;
    return `${share}${fact}${GAP}`;
  };
}

/** `73 %`; what is not nothing is not printed as nothing, and not all not as all. */
export function shareWords(hits: number, walks: number): string {
  const percent = Math.round((hits * 100) / walks);
  if (percent === 0 && hits > 0) return "<1 %";
  return percent === 100 && hits < walks ? ">99 %" : `${percent} %`;
}

/** Lines below the steps that say what the column means. */
export function likelihoodLines(
  likelihood: Likelihood | undefined,
  paint: Paint,
  width: number,
): string[] {
  if (likelihood === undefined) return [];
  const { walks, steps, seed, exact, points } = likelihood;
  const walked = `${counted(walks, "random walk")} of at most ${counted(steps, "step")}`;
  const sample = `of ${walked} from each state, so many meet the violation (seed ${seed})`;
  const example = points.findLast(({ avoiding }) => avoiding !== undefined);
  const fact = `${example?.avoiding} of ${example?.successors}`;
  const avoid =
    example === undefined ? "" : `; ${fact}: so many of the next steps can still avoid it`;
  const end = exact ? `. ${returnSentence(likelihood)}` : "";
  const words = `${sample}${avoid}${end}`.split(" ").map((word) => paint("plain", word));
  const first = `  ${paint("strong", "likelihood:")} `;
  return flow(words, { first, indent: INDENT, gap: 1, width });
}

/** What is known about the point of no return. */
export function returnSentence({ noReturn, points }: Likelihood): string {
  const last = points.length - 1;
  if (noReturn === 0) return "Every run violates it";
  if (noReturn !== undefined) {
    return `Step ${noReturn} is the point of no return: every run from there violates it`;
  }
  return last === 0 ? "It is violated from the start" : "It can be avoided until the last step";
}
