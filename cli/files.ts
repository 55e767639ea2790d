/**
 * Finding and reading specification texts.
 *
 * A folder stands for all `.libretto` files below it, in the order of their paths, without those in
 * `node_modules` and in hidden folders. A folder is entered once, however many links lead to it, so
 * a circle of links ends. Texts are UTF-8 and at most `SPECIFICATION_BYTES_MAX` long; anything else
 * is a Diagnostic, and so is every answer of the operating system.
 *
 * Files are opened without waiting (`O_NONBLOCK`) and asked what they are before they are read, so
 * a pipe or a device cannot hang the command.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { SourceFile } from "../spec/source.ts";
import { missingFile, notAFile, noSpecifications, notUtf8, tooBig, unreadable } from "./errors.ts";

/** Largest specification that is read; bytes. */
export const SPECIFICATION_BYTES_MAX = 20_000_000;
/** Deepest nesting of folders that is searched. */
const FOLDER_DEPTH_MAX = 64;
export const SPECIFICATION_SUFFIX = ".libretto";

/** A value, or why there is none. */
export type Result<T> =
  | { readonly value: T; readonly error: undefined }
  | { readonly value: undefined; readonly error: Diagnostic };

function success<T>(value: T): Result<T> {
  return { value, error: undefined };
}

function failure(error: Diagnostic): { readonly value: undefined; readonly error: Diagnostic } {
  return { value: undefined, error };
}

/** What was found under the paths that a user gave. */
export interface FoundFiles {
  /** Paths as the user would write them, each once. */
  readonly paths: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Expands files and folders, relative to `folder`, into specification files. */
export function findSpecifications(given: readonly string[], folder: string): FoundFiles {
  const paths = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const add = (path: string): void => {
    const key = realPath(resolve(folder, path));
    if (!paths.has(key)) paths.set(key, path);
  };
  for (const path of given) {
    const status = statusOf(resolve(folder, path));
    if (status.stats === undefined) {
      diagnostics.push(explainFailure(status.error, path));
    } else if (status.stats.isDirectory()) {
      const below: string[] = [];
      const problems = walk(path, folder, new Set(), 0, below);
      diagnostics.push(...problems);
      if (below.length === 0 && problems.length === 0) diagnostics.push(noSpecifications(path));
      for (const one of below.toSorted(comparePaths)) add(one);
    } else {
      add(path);
    }
  }
  return { paths: [...paths.values()], diagnostics };
}

function comparePaths(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function walk(
  path: string,
  folder: string,
  entered: Set<string>,
  depth: number,
  found: string[],
): Diagnostic[] {
  const absolute = resolve(folder, path);
  const real = realPath(absolute);
  if (entered.has(real) || depth > FOLDER_DEPTH_MAX) return [];
  entered.add(real);
  let names: readonly string[];
  try {
    names = readdirSync(absolute).toSorted(comparePaths);
  } catch (error) {
    return [explainFailure(error, path)];
  }
  return names.flatMap((name) => {
    if (name === "node_modules" || name.startsWith(".")) return [];
    const child = path === "." ? name : join(path, name);
    const status = statusOf(resolve(folder, child));
    if (status.stats === undefined) return [];
    if (status.stats.isDirectory()) return walk(child, folder, entered, depth + 1, found);
    if (name.endsWith(SPECIFICATION_SUFFIX) && status.stats.isFile()) found.push(child);
    return [];
  });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

type Status =
  | { readonly stats: Stats; readonly error: undefined }
  | { readonly stats: undefined; readonly error: unknown };

function statusOf(path: string): Status {
  try {
    return { stats: statSync(path), error: undefined };
  } catch (error) {
    return { stats: undefined, error };
  }
}

/** Reads a file as bytes, at most `limit` of them. */
export function readBytes(path: string, folder: string, limit: number): Result<Uint8Array> {
  let descriptor: number;
  try {
    descriptor = openSync(resolve(folder, path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return failure(explainFailure(error, path));
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return failure(notAFile(path, kindOf(stats), "a file"));
    if (stats.size > limit) return failure(tooBig(path, stats.size, limit));
    const bytes = readFileSync(descriptor);
    return bytes.length > limit ? failure(tooBig(path, bytes.length, limit)) : success(bytes);
  } catch (error) {
    return failure(explainFailure(error, path));
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a specification. */
export function readSource(path: string, folder: string): Result<SourceFile> {
  const bytes = readBytes(path, folder, SPECIFICATION_BYTES_MAX);
  if (bytes.value === undefined) return bytes;
  const text = decodeUtf8(path, bytes.value);
  return text.value === undefined ? text : success({ path, text: text.value });
}

/** Decodes UTF-8 strictly; a byte order mark at the beginning is dropped. */
export function decodeUtf8(path: string, bytes: Uint8Array): Result<string> {
  try {
    return success(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    const offset = firstBadByte(bytes);
    const line = bytes.subarray(0, offset).reduce((n, byte) => n + (byte === NEWLINE ? 1 : 0), 1);
    return failure(notUtf8(path, offset, line, bytes[offset] ?? 0));
  }
}

const NEWLINE = 10;

/** Finds by halving the longest beginning that decodes; an unfinished sequence is not yet bad. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  // What is meant is the byte that begins the spoilt sequence, not the one that spoils it.
  let start = good;
  while (start > 0 && !decodes(bytes.subarray(0, start), false)) start--;
  return start;
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

/** Turns an exception of the file system into a Diagnostic. */
export function explainFailure(error: unknown, path: string): Diagnostic {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return missingFile(path);
    case "EISDIR":
      return notAFile(path, "a folder", "a file");
    default:
      return unreadable(path, failureWords(error));
  }
}

const FAILURES: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "too many links",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many open files",
  ENOSPC: "no space is left on the device",
  EROFS: "the file system is read-only",
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "something else is in its place",
  EINVAL: "the name is not allowed",
};

/** What the operating system said, in words and without paths. */
export function failureWords(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return FAILURES[code] ?? (code === "" ? String(error) : code);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
}
