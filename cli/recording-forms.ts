/**
 * Forms of a recording, by the ending of its file.
 *
 *     run.jsonl          every event, a line each: can be replayed
 *     run.jsonl.gz       the same, compressed
 *     run.json           for ui.perfetto.dev and chrome://tracing
 *     run.shiviz         with vector clocks, for ShiViz
 *     run.pcapng         the frames of the traffic, at each interface
 *     run.events.jsonl   what an operator would have logged beside them
 *
 * Lines are written while the run is played, so that its length does not matter; a picture needs
 * the whole trace.
 */
import { compressed, createLineWriter } from "../engine/record/jsonl.ts";
import { perfettoJson } from "../engine/record/perfetto.ts";
import { SHIVIZ_PARSER, shivizLog } from "../engine/record/shiviz.ts";
import type { Trace } from "../engine/record/trace.ts";

export type RecordingForm = "lines" | "compressed" | "perfetto" | "shiviz" | "capture" | "events";

/** The longer of two endings first. */
const ENDINGS: readonly (readonly [ending: string, form: RecordingForm])[] = [
  [".events.jsonl", "events"],
  [".jsonl.gz", "compressed"],
  [".jsonl", "lines"],
  [".json", "perfetto"],
  [".shiviz", "shiviz"],
  [".pcapng", "capture"],
];

const QUOTED = ENDINGS.map(([ending]) => `\`${ending}\``);
export const ENDINGS_TEXT: string = `it ends with ${QUOTED.join(", ")}`;

/** Undefined for a file with another ending. */
export function formOf(path: string): RecordingForm | undefined {
  const found = ENDINGS.find(([ending]) => path.endsWith(ending));
  // A device takes what is most useful.
  return found?.[1] ?? (path.startsWith("/dev/") ? "lines" : undefined);
}

/** Frames are only there where a deployment has traffic. */
export function needsTraffic(form: RecordingForm): boolean {
  return form === "capture" || form === "events";
}

/** A trace that is there as a whole. */
export function wholeTrace(
  form: Exclude<RecordingForm, "capture" | "events">,
  trace: Trace,
): string | Uint8Array {
  switch (form) {
    case "lines":
      return createLineWriter(trace).next();
    case "compressed":
      return compressed(createLineWriter(trace).next());
    case "perfetto":
      return perfettoJson(trace);
    case "shiviz":
      // ShiViz takes the first line for the expression to read the rest with.
      return `${SHIVIZ_PARSER}\n\n${shivizLog(trace)}`;
  }
}
