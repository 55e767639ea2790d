/**
 * `checkpoint.json`: which search a checkpoint is of, how much of its files is valid, its numbers.
 *
 *     { "format": "rehearsal-checkpoint", "version": 1, "sum": 3735928559,
 *       "body": { "identity": …, "generation": 1, "states": 1769, "next": 400, "files": …,
 *                 "endianness": "LE", "tallies": … } }
 *
 * `sum` is the CRC-32 of the body as JSON text without blanks. Reading trusts nothing: a manifest
 * is what this version has written, or it is refused with the reason.
 */
import { crc32 } from "node:zlib";
import type { Extent } from "./checkpoint-chunks.ts";

/** Data that JSON keeps as it is. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Which search a checkpoint is of. */
export interface Identity {
  /** `modelIdentity` of the Model. */
  readonly model: string;
  /** Names the layout of packed states and the meaning of the tallies. */
  readonly layout: string;
  /** 32-bit words of a state. */
  readonly words: number;
}

export interface Manifest {
  readonly identity: Identity;
  /** Number in the names of the files. */
  readonly generation: number;
  readonly states: number;
  /** First state that is not expanded. */
  readonly next: number;
  readonly files: { readonly states: Extent; readonly parents: Extent };
  /** Byte order of the words: `LE` or `BE`. */
  readonly endianness: string;
  readonly tallies: Json;
}

/** Name of the manifest in the folder of a checkpoint. */
export const MANIFEST_NAME = "checkpoint.json";
export const CHECKPOINT_FORMAT = "rehearsal-checkpoint";
export const CHECKPOINT_VERSION = 1;

/** The manifest as text, ending in a newline. */
export function printManifest(manifest: Manifest): string {
  const { identity, generation, states, next, files, endianness, tallies } = manifest;
  const body = { identity, generation, states, next, files, endianness, tallies };
  const head = { format: CHECKPOINT_FORMAT, version: CHECKPOINT_VERSION, sum: sumOf(body), body };
  return `${JSON.stringify(head)}\n`;
}

function sumOf(body: unknown): number {
  return crc32(JSON.stringify(body));
}

/** A manifest, or why it is none: of another version, or not what was written. */
export type ParsedManifest =
  | { readonly manifest: Manifest }
  | { readonly version: string }
  | { readonly damage: string };

export function parseManifest(text: string): ParsedManifest {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    return { damage: "it is not JSON" };
  }
  if (!isObject(head) || head["format"] !== CHECKPOINT_FORMAT) {
    return { damage: "it is no checkpoint" };
  }
  if (head["version"] !== CHECKPOINT_VERSION) return { version: String(head["version"]) };
  const body = head["body"];
  if (head["sum"] !== sumOf(body)) return { damage: "its checksum is wrong" };
  return isManifest(body) ? { manifest: body } : { damage: "a part of it is missing" };
}

function isManifest(body: unknown): body is Manifest & { readonly [key: string]: unknown } {
  if (!isObject(body) || !isObject(body["identity"]) || !isObject(body["files"])) return false;
  const { identity, files, states, next } = body;
  const isSized = [identity["words"], body["generation"], states, next].every(isCount);
  const isNamed = [identity["model"], identity["layout"], body["endianness"]].every(isText);
  const isPart = isExtent(files["states"]) && isExtent(files["parents"]);
  return isSized && isNamed && isPart && Number(next) <= Number(states);
}

function isExtent(value: unknown): boolean {
  return isObject(value) && [value["bytes"], value["words"], value["seal"]].every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
