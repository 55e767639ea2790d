/**
 * Report files: written whole or not at all.
 *
 * A report goes to a temporary file beside its target and is then renamed over it, so a reader sees
 * the old report or the new one, never a half. Whether this will work is probed before the long
 * work begins: a verdict that took an hour is not lost to a misspelt folder.
 *
 *     probe      report.json.tmp-<pid> can be created in the folder  →  removed again
 *     write      report.json.tmp-<pid>  →  rename  →  report.json
 *
 * A target that exists and is no regular file (`/dev/stdout`, a pipe) cannot be replaced and is
 * written directly.
 */
import { appendFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { unwritable } from "./errors.ts";
import { failureWords } from "./files.ts";

/** Says why `path` cannot be written, or undefined when it can. Changes nothing. */
export function probeOutput(path: string, folder: string): Diagnostic | undefined {
  const target = targetOf(path, folder);
  try {
    const kind = kindOfTarget(target);
    if (kind === "folder") return unwritable(path, "it is a folder");
    if (kind === "other") return undefined;
    const temporary = temporaryName(target);
    writeFileSync(temporary, "", { flag: "wx" });
    rmSync(temporary);
    return undefined;
  } catch (error) {
    return unwritable(path, failureWords(error));
  }
}

/** Writes `text` to `path`; says why it could not be done, or undefined. */
export function writeOutput(path: string, text: string, folder: string): Diagnostic | undefined {
  return writeParts(path, [text], folder);
}

/** Writes a file in parts, which are made while it is written. */
export function writeParts(
  path: string,
  parts: Iterable<string | Uint8Array>,
  folder: string,
): Diagnostic | undefined {
  const target = targetOf(path, folder);
  const temporary = temporaryName(target);
  try {
    if (kindOfTarget(target) === "other") {
      for (const part of parts) appendFileSync(target, part);
      return undefined;
    }
    writeFileSync(temporary, "", { flag: "wx", mode: modeOf(target) });
    for (const part of parts) appendFileSync(temporary, part);
    renameSync(temporary, target);
    return undefined;
  } catch (error) {
    removeTemporary(temporary);
    return unwritable(path, failureWords(error));
  }
}

function removeTemporary(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder does not exist, so neither does the file.
  }
}

/** Appends `text` to `path`, for summaries that several steps of a job share. */
export function appendOutput(path: string, text: string, folder: string): Diagnostic | undefined {
  try {
    appendFileSync(resolve(folder, path), text);
    return undefined;
  } catch (error) {
    return unwritable(path, failureWords(error));
  }
}

/** New files are as readable as the user's mask allows; a replaced one keeps its mode. */
const MODE_NEW = 0o666;

/** Where the file is: a link keeps leading to what is written. */
function targetOf(path: string, folder: string): string {
  const absolute = resolve(folder, path);
  try {
    return realpathSync(absolute);
  } catch {
    return absolute;
  }
}

function modeOf(target: string): number {
  return statSync(target, { throwIfNoEntry: false })?.mode ?? MODE_NEW;
}

function kindOfTarget(target: string): "file" | "folder" | "other" {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return "file";
  return stats.isDirectory() ? "folder" : "other";
}

function temporaryName(target: string): string {
  return `${target}.tmp-${process.pid}`;
}
