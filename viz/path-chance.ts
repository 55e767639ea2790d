/**
 * How likely a violation is from each step on, as a page shows it: a share, and a sentence.
 */
import type { Likelihood } from "../checker/verdict.ts";
import type { ChanceReport, StepReport } from "./document.ts";
import { formatNumber } from "./sentences.ts";

/** The chance of one step, as a part of its report; nothing without a likelihood. */
export function chanceReport(
  likelihood: Likelihood | undefined,
  step: number,
): Pick<StepReport, "chance"> {
  const point = likelihood?.points[step];
  if (likelihood === undefined || point === undefined) return {};
  const { walks, steps, seed, noReturn } = likelihood;
  const { hits, successors, avoiding } = point;
  const share = hits / walks;
  const met = `${formatNumber(hits)} of ${formatNumber(walks)} random walks`;
  const sample = `${met} of at most ${formatNumber(steps)} steps from here meet the violation`;
  const exact =
    successors === undefined || avoiding === undefined
      ? ""
      : `; after ${avoiding} of ${successors} possible next steps it can still be avoided`;
  const chance: ChanceReport = {
    share,
    words: shareWords(share),
    detail: `${sample} (seed ${seed})${exact}`,
    noReturn: noReturn === step,
  };
  return { chance };
}

/** `73 %`; what is not nothing is not shown as nothing, and not all not as all. */
function shareWords(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return "<1 %";
  return percent === 100 && share < 1 ? ">99 %" : `${percent} %`;
}
