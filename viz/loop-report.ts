/**
 * The loop of a counterexample, reduced to what a page draws.
 */
import type { Loop } from "../checker/verdict.ts";
import type { LoopReport } from "./document.ts";
import { count } from "./sentences.ts";
import { cutMiddle } from "./value-report.ts";

/** Only transitions that are enabled in the loop make a row; the others are counted. */
export function loopReport(loop: Loop): LoopReport {
  const listed = loop.fairness.filter(({ enabled, taken }) => taken || enabled > 0);
  const others = loop.fairness.length - listed.length;
  return {
    start: loop.start,
    stutters: loop.stutters,
    rows: listed.map(({ transition, kind, enabled, taken, verdict }) => ({
      transition: cutMiddle(transition),
      kind,
      enabled: `${enabled} of ${loop.states}`,
      taken,
      verdict: verdict === "taken" ? "" : verdict,
    })),
    rest: others === 0 ? "" : `${count(others, "fair transition")} that the loop never enables`,
    hint: loop.hint,
  };
}
