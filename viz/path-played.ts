/**
 * What is known of a played run beside its steps, as a page shows it: when and where each step was,
 * and which had to wait for which.
 */
import type { PlayedEvidence } from "../checker/verdict.ts";
import type { OrderReport, StepReport } from "./document.ts";
import { formatNumber } from "./sentences.ts";

const NANOSECONDS_PER_MICROSECOND = 1_000;
/** Nobody reads more; a run that needs more is not explained by them. */
export const ORDER_LIMIT = 50;

/** When and where a step was, as a part of its report; nothing of a run without times. */
export function momentReport(
  played: PlayedEvidence | undefined,
  step: number,
): Pick<StepReport, "moment"> {
  const moment = played?.moments?.[step];
  if (moment === undefined) return {};
  const { time, core, cause } = moment;
  const place =
    core === undefined ? cause : cause === "drain" ? `Core ${core}, drain` : `Core ${core}`;
  // Of the initial state there is nothing to say but that it is the first.
  return step === 0 ? {} : { moment: { time: microseconds(time), place } };
}

/** `5,000.250 us`: one unit for all, so that differences can be seen. */
function microseconds(time: number): string {
  const whole = Math.floor(time / NANOSECONDS_PER_MICROSECOND);
  const rest = Math.round(time) % NANOSECONDS_PER_MICROSECOND;
  return `${formatNumber(whole)}.${String(rest).padStart(3, "0")} us`;
}

/** The order of steps, as a part of a path; nothing where it is not known. */
export function orderReport(played: PlayedEvidence | undefined): {
  readonly order?: readonly OrderReport[];
} {
  const order = played?.order;
  return order === undefined ? {} : { order: order.slice(0, ORDER_LIMIT) };
}
