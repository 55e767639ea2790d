/**
 * One file of a recording as a stream of timed items, whatever its format.
 *
 *     file ─► format by content ─► reader ─► reorder window ─► items in order of time
 *
 * Opening finds what makes the whole file useless; everything later is a loss or, when the
 * operating system fails to read, a diagnostic of the report.
 */
import { type FileHandle, open } from "node:fs/promises";
import { type ByteWindow, createByteWindow, fill, readFromHandle } from "./byte-window.ts";
import {
  type CaptureDiagnostic,
  cannotOpen,
  readFailed,
  sameFileTwice,
} from "./capture-diagnostics.ts";
import { DETECTION_BYTES, detectFormat } from "./file-format.ts";
import { type LogEvent, type LogOptions, readLog } from "./jsonl.ts";
import { addLoss } from "./loss-list.ts";
import { type CaptureReport, createReport, type Packet } from "./packet.ts";
import { readPcap, readPcapHeader } from "./pcap.ts";
import { checkPcapngHeader, readPcapng } from "./pcapng.ts";
import { createReorder, drain, type Reorder, reorder } from "./reorder.ts";
import type { RecordingSource } from "./trace.ts";

/** Batches of packets of a capture, or of events of a log. */
export type Batches =
  | { readonly kind: "packets"; readonly batches: AsyncGenerator<readonly Packet[]> }
  | { readonly kind: "events"; readonly batches: AsyncGenerator<readonly LogEvent[]> };

export interface OpenSource {
  readonly path: string;
  readonly format: RecordingSource["format"];
  readonly handle: FileHandle;
  /** Device and file number, by which the same file is recognised. */
  readonly identity: string;
  readonly items: Batches;
  readonly report: CaptureReport;
}

/** Opens `path`, unless it is one of `others`; the diagnostic says why it cannot be read. */
export async function openSource(
  path: string,
  options: LogOptions,
  others: readonly OpenSource[],
): Promise<OpenSource | CaptureDiagnostic> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    return cannotOpen(path, causeOf(error));
  }
  const source = await examine(path, handle, options, others).catch((error: unknown) =>
    readFailed(path, causeOf(error)),
  );
  if ("code" in source) {
    await handle.close();
  }
  return source;
}

async function examine(
  path: string,
  handle: FileHandle,
  options: LogOptions,
  others: readonly OpenSource[],
): Promise<OpenSource | CaptureDiagnostic> {
  const status = await handle.stat({ bigint: true });
  if (!status.isFile() && !status.isFIFO()) {
    return cannotOpen(path, status.isDirectory() ? "it is a directory" : "it is no file");
  }
  const identity = `${status.dev}:${status.ino}`;
  const twin = others.find((other) => other.identity === identity);
  if (twin !== undefined) {
    return sameFileTwice(path, twin.path);
  }
  const window = createByteWindow(readFromHandle(handle));
  const report = createReport();
  await fill(window, DETECTION_BYTES);
  const format = detectFormat(window, path);
  if (typeof format !== "string") {
    return format;
  }
  const items = await openItems(format, window, path, options, report);
  return "code" in items ? items : { path, format, handle, identity, items, report };
}

async function openItems(
  format: RecordingSource["format"],
  window: ByteWindow,
  path: string,
  options: LogOptions,
  report: CaptureReport,
): Promise<Batches | CaptureDiagnostic> {
  if (format === "jsonl") {
    return {
      kind: "events",
      batches: inOrder(readLog(window, path, options, report), path, report),
    };
  }
  if (format === "pcapng") {
    const damage = await checkPcapngHeader(window, path);
    const packets = readPcapng(window, report);
    return damage ?? { kind: "packets", batches: inOrder(packets, path, report) };
  }
  const header = await readPcapHeader(window, path);
  return "code" in header
    ? header
    : { kind: "packets", batches: inOrder(readPcap(window, header, report), path, report) };
}

/** Batches in order of time, one after the other; a failing read ends them. */
async function* inOrder<T extends { time: bigint }>(
  batches: AsyncGenerator<readonly T[]>,
  path: string,
  report: CaptureReport,
): AsyncGenerator<readonly T[]> {
  const window = createReorder<T>();
  try {
    for await (const batch of batches) {
      const ready = reorder(window, batch);
      if (ready.length > 0) {
        yield ready;
      }
    }
  } catch (error) {
    report.diagnostics.push(readFailed(path, causeOf(error)));
  }
  const last = drain(window);
  if (last.length > 0) {
    yield last;
  }
  reportLate(window, report);
}

function reportLate<T extends { time: bigint }>(window: Reorder<T>, report: CaptureReport): void {
  if (window.late > 0) {
    const corrected = `${window.late} entries have got the time of the one before`;
    addLoss(report.losses, {
      reason: "corrupt",
      count: window.late,
      from: window.lateFrom,
      until: window.lateUntil,
      note: `the clock goes backwards by up to ${window.lateBy} ns; ${corrected}`,
    });
  }
}

/** The words of an error of the operating system, without its path. */
function causeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return CAUSES.get(code) ?? (code === "" ? "unknown error" : code);
}

const CAUSES: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EISDIR", "it is a directory"],
  ["ENOTDIR", "a part of its path is no directory"],
  ["EMFILE", "too many open files"],
  ["ELOOP", "too many symbolic links"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EIO", "input/output error"],
  ["ERR_INVALID_ARG_VALUE", "the name is not valid"],
]);
