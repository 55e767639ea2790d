/**
 * The cache of complete verdicts: a folder of small files beside the working directory.
 *
 *     .rehearsal/cache/3f…a2.json       one entry; its name is the key (checker/cache/)
 *     .rehearsal/cache/.gitignore       `*`
 *     .rehearsal/cache/3f…a2.tmp-…      being written; renamed over the entry when it is whole
 *
 * Only checks of `CACHE_STATES_MIN` states and more are kept: below, searching again costs less
 * than the doubt. An entry that is damaged is told once and passed over. When the folder cannot be
 * written, this is told once and nothing is kept. Two processes may use one folder: entries are
 * written whole, and equal keys have equal verdicts. Anyone may delete the folder at any time.
 */
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { decodeEntry, encodeEntry } from "../checker/cache/entry.ts";
import { cacheKey } from "../checker/cache/key.ts";
import type { Sources } from "../checker/source-words.ts";
import type { CheckVerdict } from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import { damagedEntry, nothingKept } from "./errors.ts";
import { failureWords, readBytes } from "./files.ts";
import { toolIdentity } from "./installation.ts";
import { readVerdict } from "./read-report.ts";

/** Relative to the working directory. */
export const CACHE_FOLDER = ".rehearsal/cache";
/** Checks with fewer states are not kept. */
export const CACHE_STATES_MIN = 10_000;
/** Largest entry; bytes. */
const ENTRY_BYTES_MAX = 50_000_000;
/** Entries that are kept; the oldest go first. */
const ENTRIES_MAX = 1000;
/** A file that was begun so long ago will not be finished; milliseconds. */
const ABANDONED_MS = 3_600_000;

export interface VerdictCache {
  /** The verdict of an earlier run, put into the text of today. */
  readonly find: (model: Model) => CheckVerdict | undefined;
  /** Keeps a verdict, if it is one that can be kept. */
  readonly keep: (model: Model, verdict: CheckVerdict) => void;
}

/** A cache that is always empty. */
export const NO_CACHE: VerdictCache = { find: () => undefined, keep: () => undefined };

export interface CacheOptions {
  /** The working directory. */
  readonly folder: string;
  readonly sources: Sources;
  /** Options of the run that change what a complete verdict says. */
  readonly options: readonly string[];
  /** Tells the user about trouble with the cache, which is never trouble with a verdict. */
  readonly tell: (problem: Diagnostic) => void;
}

/** The cache below `folder`. Nothing is read or made before it is needed. */
export function openCache({ folder, sources, options, tell }: CacheOptions): VerdictCache {
  const place = join(folder, CACHE_FOLDER);
  let identity: string | undefined;
  let isDamageTold = false;
  let isWritable = true;
  const keyOf = (model: Model): string => {
    identity ??= toolIdentity();
    return cacheKey(model, { tool: identity, options, sources });
  };
  return {
    find: (model) => {
      if (model.kind !== "check" || !existsSync(place)) return undefined;
      const key = keyOf(model);
      if (!existsSync(join(place, `${key}.json`))) return undefined;
      const bytes = readBytes(`${key}.json`, place, ENTRY_BYTES_MAX);
      const text = bytes.value === undefined ? "" : Buffer.from(bytes.value).toString("utf8");
      const entry = decodeEntry(model, key, text, readVerdict);
      if ("verdict" in entry) return entry.verdict;
      if (!isDamageTold) tell(damagedEntry(`${CACHE_FOLDER}/${key}.json`, entry.wrong));
      isDamageTold = true;
      return undefined;
    },
    keep: (model, verdict) => {
      if (!isWritable || verdict.statistics.states < CACHE_STATES_MIN) return;
      try {
        const key = keyOf(model);
        const text = encodeEntry(model, key, verdict, readVerdict);
        if (text === undefined || text.length > ENTRY_BYTES_MAX) return;
        write(place, key, text);
        tidy(place);
      } catch (error) {
        isWritable = false;
        tell(nothingKept(CACHE_FOLDER, failureWords(error)));
      }
    },
  };
}

function write(place: string, key: string, text: string): void {
  mkdirSync(place, { recursive: true });
  const ignore = join(place, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  const temporary = join(place, `${key}.tmp-${randomBytes(8).toString("hex")}`);
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, join(place, `${key}.json`));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes the oldest entries above the limit, and what a killed process left unfinished. */
function tidy(place: string): void {
  const names = readdirSync(place).filter((name) =>
    /^[\da-f]{64}\.(?:json|tmp-[\da-f]+)$/.test(name),
  );
  const files = names.flatMap((name) => {
    const stats = statSync(join(place, name), { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ name, age: Date.now() - stats.mtimeMs }];
  });
  const byAge = files.toSorted((left, right) => left.age - right.age);
  const entries = byAge.filter(({ name }) => name.endsWith(".json"));
  const abandoned = byAge.filter(({ name, age }) => !name.endsWith(".json") && age > ABANDONED_MS);
  for (const { name } of [...entries.slice(ENTRIES_MAX), ...abandoned]) {
    rmSync(join(place, name), { force: true });
  }
}
