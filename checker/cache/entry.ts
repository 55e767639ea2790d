/**
 * An entry of the cache: a complete verdict as text, and back into the text of today.
 *
 *     { "format": "rehearsal-cache", "version": 1, "key": …, "digest": …,
 *       "verdict": { …, "span": { "place": 17 }, … } }
 *
 * Offsets are stored as numbers of places (`places.ts`), because they move when a comment is added.
 * The digest is over key and verdict: an entry that is cut off, damaged, edited by hand or filed
 * under another key is told from a good one. It is no signature; who can write the cache and the
 * program's own files is trusted.
 *
 * The way back believes nothing: digest, shape, the Model (`contradiction.ts`) in this order. The
 * way there demands that the way back gives the very same verdict, so a verdict that says more than
 * an entry can hold is not stored at all.
 */
import { createHash } from "node:crypto";
import type { Model } from "../../spec/model.ts";
import type { CheckVerdict } from "../verdict.ts";
import { contradiction, isComplete } from "./contradiction.ts";
import { judgedPart } from "./key.ts";
import { isSpan, placesOf, type Places } from "./places.ts";

export const CACHE_FORMAT = "rehearsal-cache";
export const CACHE_FORMAT_VERSION = 1;

/** Ends the reading of an entry; it never leaves `decodeEntry`. */
class Disbelief extends Error {}

/** Reads data as a verdict, or gives undefined when it is none. */
export type ReadVerdict = (data: unknown) => CheckVerdict | undefined;

/** The text of an entry, ending in a newline; undefined when this verdict cannot be stored. */
export function encodeEntry(
  model: Model,
  key: string,
  verdict: CheckVerdict,
  read: ReadVerdict,
): string | undefined {
  if (!isComplete(verdict)) return undefined;
  const places = placesOf(judgedPart(model));
  const numbered = withNumbers(verdict, places);
  const stored: unknown = JSON.parse(JSON.stringify(numbered));
  const entry = {
    format: CACHE_FORMAT,
    version: CACHE_FORMAT_VERSION,
    key,
    digest: digestOf(key, stored),
    verdict: stored,
  };
  const text = `${JSON.stringify(entry)}\n`;
  const back = decodeEntry(model, key, text, read);
  const isSame = "verdict" in back && canonical(back.verdict) === canonical(verdict);
  return isSame ? text : undefined;
}

/** The verdict of an entry, with the places of this Model; or why the entry is not believed. */
export function decodeEntry(
  model: Model,
  key: string,
  text: string,
  read: ReadVerdict,
): { readonly verdict: CheckVerdict } | { readonly wrong: string } {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== "object" || data === null) return { wrong: "it is no entry" };
    if (!("format" in data) || data.format !== CACHE_FORMAT) return { wrong: "it is no entry" };
    if (!("version" in data) || data.version !== CACHE_FORMAT_VERSION) {
      return { wrong: "it has another version" };
    }
    if (!("key" in data) || data.key !== key) return { wrong: "it is about something else" };
    if (!("verdict" in data) || !("digest" in data)) return { wrong: "it is cut off" };
    if (data.digest !== digestOf(key, data.verdict)) return { wrong: "its digest differs" };
    const verdict = read(withSpans(data.verdict, placesOf(judgedPart(model)), model.file));
    if (verdict === undefined) return { wrong: "it is no verdict" };
    const problem = contradiction(model, verdict);
    return problem === undefined ? { verdict } : { wrong: problem };
  } catch (error) {
    if (error instanceof Disbelief) return { wrong: error.message };
    if (error instanceof SyntaxError) return { wrong: "it is not JSON" };
    // Nested deeper than the stack, or a state that no evaluation can make sense of.
    return { wrong: "it makes no sense" };
  }
}

function digestOf(key: string, verdict: unknown): string {
  return createHash("sha256")
    .update(`${key}\n${JSON.stringify(verdict)}`)
    .digest("hex");
}

// ---------------------------------------------------------------------------- places

/** A part whose place is not in the Model becomes null, which no verdict has there. */
function withNumbers(part: unknown, places: Places): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map((inner: unknown) => withNumbers(inner, places));
  if (isSpan(part)) {
    const place = places.numberOf(part);
    return place === undefined ? null : { place };
  }
  const entries = Object.entries(part).filter(([key]) => key !== "file");
  return Object.fromEntries(entries.map(([key, inner]) => [key, withNumbers(inner, places)]));
}

function withSpans(stored: unknown, places: Places, file: string): unknown {
  const restore = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(restore);
    const entries = Object.entries(part);
    if (entries.length === 1 && "place" in part) {
      const span = typeof part.place === "number" ? places.all[part.place] : undefined;
      if (span === undefined) throw new Disbelief("it names a place that is none");
      return { file: span.file, start: span.start, end: span.end };
    }
    return Object.fromEntries(entries.map(([key, inner]) => [key, restore(inner)]));
  };
  const verdict = restore(stored);
  return typeof verdict === "object" && verdict !== null ? { ...verdict, file } : verdict;
}

/** JSON with sorted keys, in which absent and undefined parts are the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)),
        )
      : part,
  );
}
