/**
 * How text is laid out: the options of a run, and the columns that its verdict lines share.
 *
 *     ok       netserver.libretto  noFaults    127 states   …
 *     └ word   └ file              └ name      └ facts
 *
 * The columns are fixed before the first check ends, so that lines which are printed one after the
 * other stand in line. A name that is too long for its column pushes the rest of its own line only.
 */
import type { PageLinks } from "../page-link.ts";
import type { Standing } from "../standing.ts";
import type { Tone } from "../style.ts";

export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
  /** Whole states, expected counterexamples, values uncut. */
  readonly full: boolean;
  /** Only what is not ok, and the last line. */
  readonly quiet: boolean;
  /** Links into the HTML page that is written beside. */
  readonly links: PageLinks | undefined;
  /** Columns of the two names of a verdict line, the same for all lines of a run. */
  readonly columns: Columns;
}

export interface Columns {
  readonly file: number;
  readonly name: number;
}

/** Files and names longer than this push the rest of their line to the right; columns. */
const FILE_COLUMNS_MAX = 40;
const NAME_COLUMNS_MAX = 24;

/** What a verdict line needs to know to name a check or scenario. */
interface Named {
  readonly kind: "check" | "scenario";
  readonly file: string;
  readonly name: string;
}

/** The name of a check, or the title of a scenario in quotes. */
export function shownName({ kind, name }: Named): string {
  return kind === "scenario" ? `"${name}"` : name;
}

/** Columns that fit most names of a run. */
export function columnsFor(names: readonly Named[]): Columns {
  const widest = (texts: readonly string[], limit: number): number =>
    Math.max(0, ...texts.map((text) => text.length).filter((size) => size <= limit));
  return {
    file: widest(
      names.map(({ file }) => file),
      FILE_COLUMNS_MAX,
    ),
    name: widest(names.map(shownName), NAME_COLUMNS_MAX),
  };
}

/** Columns of the first word, with the gap after it. */
export const WORD_COLUMNS = 9;

export const STANDING_WORDS: Readonly<Record<Standing, { word: string; tone: Tone }>> = {
  ok: { word: "ok", tone: "good" },
  warn: { word: "warn", tone: "warn" },
  failed: { word: "FAIL", tone: "bad" },
  unknown: { word: "unknown", tone: "open" },
};
