/**
 * The public face of recordings: from files to events in order of time.
 *
 *     files ──openRecording──► Recording ──events──► TraceEvent, TraceEvent, …
 *
 * What the events mean is `docs/recordings.md`. What the files do not contain is in `losses`, and
 * files that cannot be used are in `diagnostics`; nothing throws on bad input.
 */

export type { CaptureDiagnostic } from "./capture-diagnostics.ts";
export type { LogOptions } from "./jsonl.ts";
export { openRecording } from "./recording.ts";
export type { Recording } from "./recording.ts";
export { type Loss, type RecordingSource, TRACE_VERSION, type TraceEvent } from "./trace.ts";
