/**
 * A run for those who look from outside: its capture, and the log of its infrastructure.
 *
 *     run.pcapng         captureBytes(played)     frames of each interface
 *     run.events.jsonl   eventLog(played)         JSON lines on the same clock
 *
 * The two are what `rehearsal trace` reads, and what the log specification of models/recordings
 * judges. The log has what an operator could have written: when servers were down and applications
 * switched. What the ends of a connection know is not in it.
 */
import { bytesOfCapture, type Capture } from "./capture.ts";
import { type InfrastructureEvent, linesOf } from "./infrastructure.ts";

export interface Recording {
  /** Undefined: not wanted. */
  readonly capture: Capture | undefined;
  readonly infrastructure: readonly InfrastructureEvent[];
  /** `10.0.1.2:80`, of each connection's application. */
  readonly services: readonly string[];
  /** When the recording ends: at the end of the run, or later. */
  readonly end: number;
}

/** A run with or without traffic. */
export interface Recorded {
  readonly recording: Recording | undefined;
}

/**
 * The pcapng file of a run, of these interfaces or of all; undefined when nothing was captured.
 */
export function captureBytes(
  { recording }: Recorded,
  only?: readonly string[],
): Uint8Array | undefined {
  return recording?.capture === undefined ? undefined : bytesOfCapture(recording.capture, only);
}

/** Interfaces of the capture: `peers`, functions of the NIC, and stacks of applications. */
export function captureInterfaces({ recording }: Recorded): readonly string[] {
  return recording?.capture?.interfaces ?? [];
}

/** The log of the infrastructure as JSON lines; undefined for a run without traffic. */
export function eventLog({ recording }: Recorded): string | undefined {
  if (recording === undefined) return undefined;
  const { infrastructure, services, end } = recording;
  const starts = services.map((server, index) => ({
    time: 0,
    event: "app.start",
    attributes: { pid: index + 1, server },
  }));
  const begin = { time: 0, event: "capture.start", attributes: {} };
  const stop = { time: end, event: "capture.stop", attributes: {} };
  return linesOf([...starts, begin, ...infrastructure, stop]);
}
