/**
 * Reads a recording of a run that is to be replayed: what was played, and the labels of its steps.
 *
 * The file may come from anywhere. Nothing in it is believed: fields are asked for by name, a line
 * that is none is an error with its number, and sizes have limits.
 */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { TRACE_FORMAT, TRACE_VERSION } from "../engine/record/header.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { missingFile, notAFile, notARecording, tooBig, unreadable } from "./errors.ts";
import { failureWords, type Result } from "./files.ts";

/** Largest recording that is read, compressed and not; bytes. A string cannot be much longer. */
const BYTES_MAX = 400_000_000;
/** Bytes in which the name of the format is. */
const SNIFFED = 500;
const GZIP = [0x1f, 0x8b] as const;

export interface StoredRun {
  readonly file: string;
  readonly deployment: string | undefined;
  readonly check: string | undefined;
  readonly seed: number;
  /** Hash of the texts of the specification. */
  readonly scenario: string;
  /** What the run is said to violate: of the model, and of what its deployment wants. */
  readonly wrong: readonly string[];
  readonly failed: readonly string[];
  readonly labels: readonly string[];
}

/** Does a file begin like a recording? Says nothing about the rest of it. */
export function looksLikeRecording(path: string, folder: string): boolean {
  const bytes = bytesOf(path, folder);
  if (bytes.value === undefined) return false;
  const [first, second] = bytes.value;
  if (first === GZIP[0] && second === GZIP[1]) return true;
  return bytes.value.subarray(0, SNIFFED).toString("utf8").includes(`"${TRACE_FORMAT}"`);
}

export function readRecording(path: string, folder: string): Result<StoredRun> {
  const bytes = bytesOf(path, folder);
  if (bytes.value === undefined) return bytes;
  const refused = (why: string): Result<StoredRun> => {
    return { value: undefined, error: notARecording(path, why) };
  };
  let text: string;
  try {
    text = textOf(bytes.value);
  } catch (error) {
    return refused(error instanceof RangeError ? "it is too large" : "it is damaged, or cut off");
  }
  if (text !== "" && !text.endsWith("\n")) return refused("its last line is cut off");
  try {
    return { value: parse(text), error: undefined };
  } catch (error) {
    if (error instanceof Refused) return refused(error.message);
    throw error;
  }
}

function bytesOf(path: string, folder: string): Result<Buffer> {
  const absolute = resolve(folder, path);
  const failed = (error: Diagnostic): Result<Buffer> => ({ value: undefined, error });
  try {
    const stats = statSync(absolute, { throwIfNoEntry: false });
    if (stats === undefined) return failed(missingFile(path));
    if (!stats.isFile()) return failed(notAFile(path, "no regular file", "a recording"));
    if (stats.size > BYTES_MAX) return failed(tooBig(path, stats.size, BYTES_MAX));
    return { value: readFileSync(absolute), error: undefined };
  } catch (error) {
    return failed(unreadable(path, failureWords(error)));
  }
}

function textOf(bytes: Buffer): string {
  const isCompressed = bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
  const plain = isCompressed ? gunzipSync(bytes, { maxOutputLength: BYTES_MAX }) : bytes;
  return new TextDecoder("utf-8", { fatal: true }).decode(plain);
}

/** Why a file is none of ours. */
class Refused extends Error {}

function parse(text: string): StoredRun {
  const header = fieldsOf(lineAt(text, 0), 1);
  if (header.get("format") !== TRACE_FORMAT) throw new Refused("line 1 is no header of one");
  if (header.get("version") !== TRACE_VERSION)
    throw new Refused(`its version is not ${TRACE_VERSION}`);
  const subject = mapOf(header.get("subject"));
  const outcome = mapOf(header.get("outcome"));
  const [file, seed] = [subject.get("file"), header.get("seed")];
  if (typeof file !== "string" || typeof seed !== "number") {
    throw new Refused("line 1 does not say which specification was played");
  }
  return {
    file,
    deployment: textIn(subject, "deployment"),
    check: textIn(subject, "check"),
    seed,
    scenario: textIn(header, "scenario") ?? "",
    wrong: textsIn(outcome, "wrong"),
    failed: textsIn(outcome, "failed"),
    labels: labelsOf(text),
  };
}

function labelsOf(text: string): readonly string[] {
  const labels: string[] = [];
  let time = 0;
  let at = text.indexOf("\n") + 1;
  for (let number = 2; at < text.length; number++) {
    const line = lineAt(text, at);
    at += line.length + 1;
    const fields = fieldsOf(line, number);
    const [kind, label, now] = [fields.get("kind"), fields.get("text"), fields.get("ts_ns")];
    if (kind === "lost") throw new Refused(`line ${number}: events are missing, so no run is told`);
    if (fields.get("id") !== number - 2)
      throw new Refused(`line ${number} is not event ${number - 2}`);
    if (typeof now !== "number" || now < time) throw new Refused(`line ${number} is out of order`);
    time = now;
    if (kind !== "step" && kind !== "fault") continue;
    if (typeof label !== "string") throw new Refused(`line ${number}: a step without a label`);
    labels.push(label);
  }
  return labels;
}

function lineAt(text: string, from: number): string {
  const end = text.indexOf("\n", from);
  return text.slice(from, end === -1 ? text.length : end);
}

function fieldsOf(line: string, number: number): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return mapOf(value);
  } catch {
    // Told below, with the number of the line.
  }
  throw new Refused(`line ${number} is no JSON object`);
}

/** Names of fields are whatever the file says; as keys of a Map they are harmless. */
function mapOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function textIn(fields: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === "string" ? value : undefined;
}

function textsIn(fields: ReadonlyMap<string, unknown>, name: string): readonly string[] {
  const value = fields.get(name);
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
