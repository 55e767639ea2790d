/**
 * Windows of a recording on three lanes: the network server, the application and the capture
 * itself.
 *
 * What the capture lost is a window too: a stretch of time about which packets can say nothing
 * looks different on the timeline from one in which nothing happened.
 */
import type { RecordingVerdict } from "../checker/verdict.ts";
import type { Loss } from "../traces/trace.ts";
import type { WindowReport } from "./document.ts";
import { formatLength, type RecordingClock } from "./recording-clock.ts";
import { formatNumber } from "./sentences.ts";

/** Windows and losses in the order of their beginning. */
export function windowReports(
  verdict: RecordingVerdict,
  clock: RecordingClock,
): readonly WindowReport[] {
  const windows = verdict.windows.map(({ kind, name, begin, end }): WindowReport => {
    const length =
      end === undefined ? "open at the end" : formatLength(clock.offset(end) - clock.offset(begin));
    return {
      kind,
      name,
      lane: laneOf(kind),
      begin: clock.offset(begin),
      end: end === undefined ? undefined : clock.offset(end),
      note: `${kind}, ${length}`,
    };
  });
  const losses = verdict.losses.map(
    (loss): WindowReport => ({
      kind: loss.reason,
      name: lossName(loss),
      lane: "capture",
      begin: loss.from === undefined ? 0 : Math.max(0, clock.offset(loss.from)),
      end: loss.until === undefined ? undefined : clock.offset(loss.until),
      note: loss.note,
    }),
  );
  return [...windows, ...losses].toSorted((left, right) => left.begin - right.begin);
}

function laneOf(kind: string): WindowReport["lane"] {
  if (/\b(app|application)/i.test(kind)) {
    return "application";
  }
  return /capture|loss|stall/i.test(kind) ? "capture" : "server";
}

/** `3,179 packets dropped`, `file truncated` */
export function lossName(loss: Loss): string {
  const counted = loss.count === undefined ? "" : `${formatNumber(loss.count)} packets `;
  const words: Readonly<Record<Loss["reason"], string>> = {
    dropped: `${counted === "" ? "packets " : counted}dropped`,
    truncated: "file truncated",
    corrupt: "records unreadable",
    stalled: "capture stalled",
    gap: `${counted === "" ? "packets " : counted}missing`,
  };
  return words[loss.reason];
}

/** How a lane changes at the edges of a window: an outage is absence, a switch is not. */
export function edgeOf(
  { kind, lane }: WindowReport,
  edge: "begin" | "end",
): { readonly text: string; readonly down: boolean } | undefined {
  if (lane === "capture") {
    return undefined;
  }
  if (/switch/i.test(kind)) {
    return { text: edge === "begin" ? "switching" : "switched", down: false };
  }
  return edge === "begin" ? { text: "down", down: true } : { text: "up", down: false };
}
