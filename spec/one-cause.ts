/**
 * Collecting diagnostics so that one cause gives one message.
 *
 * The text of a machine is read once for each instance and each check, a misspelt declaration is
 * missed at each of its uses, and a model that is too large is so at many places. Messages become
 * one
 *
 *   - when they have the same code and place;
 *   - when they miss the same name in the same way (same code and title): the first in the text is
 *     kept, and says in which lines the name stands as well;
 *   - when a member of that name is missed where the name itself is missed (`owner` in its machine,
 *     `kern.owner` elsewhere), a literal (`Client1`) of an id that is missed, a transition that is
 *     missed as a fault, or a path (`Up.Draining`) through a mode that is missed;
 *   - when they are about the same limit;
 *   - when a warning stands where an error stands.
 *
 * Not reporting what follows from a mistake at all is the business of whoever meets the mistake;
 * this is for what cannot be known at one place. Merging by distance in the text was rejected: it
 * would hide a second mistake.
 */
import type { Diagnostic } from "./diagnostic.ts";
import { list } from "./phrases.ts";
import { positionOf, type SourceFile } from "./source.ts";

type Sources = ReadonlyMap<string, SourceFile>;

/** Takes diagnostics as they are found. */
export interface Collector {
  readonly report: (diagnostic: Diagnostic) => void;
  /** One for each cause, by file and place. */
  readonly all: () => readonly Diagnostic[];
}

/** A message and the lines in which its cause shows as well. */
interface Cause {
  readonly diagnostic: Diagnostic;
  readonly lines: Set<number>;
}

/** Codes of names that are missed; the title says which, and of what. */
const MISSED: ReadonlySet<string> = new Set(["E0107", "E0108", "E0134", "E0140", "E0141", "E0142"]);

/** Code of the limits: a model that is too large is so at many places. */
const LIMIT = "E0305";
const UNKNOWN_NAME = "E0108";
const UNKNOWN_MODE = "E0107";
const UNKNOWN_FAULT = "E0141";
/** Codes of members and transitions, whose name may be missed by itself. */
const FOLLOWS: ReadonlySet<string> = new Set(["E0134", "E0140"]);

export function newCollector(sources: Sources): Collector {
  const found = new Map<string, Diagnostic>();
  return {
    report: (diagnostic) => {
      const { code, span } = diagnostic;
      const key = `${code} ${span?.file ?? ""} ${span?.start ?? ""} ${span?.end ?? ""}`;
      if (!found.has(key)) found.set(key, diagnostic);
    },
    all: () => {
      const causes = merged(inOrder([...found.values()], sources), sources);
      const told = withoutEchoes(absorbed(causes, sources));
      return told.map((cause) => withLines(cause, sources));
    },
  };
}

/** Joins messages that miss one name in one way, or are about one limit. */
function merged(diagnostics: readonly Diagnostic[], sources: Sources): readonly Cause[] {
  const causes: Cause[] = [];
  const byTitle = new Map<string, Cause>();
  for (const diagnostic of diagnostics) {
    const { code, title, span } = diagnostic;
    const cause: Cause = { diagnostic, lines: new Set() };
    const file = code === LIMIT ? "" : span?.file;
    const key = `${code} ${file} ${title}`;
    const known = MISSED.has(code) || code === LIMIT ? byTitle.get(key) : undefined;
    if (known === undefined) {
      byTitle.set(key, cause);
      causes.push(cause);
    } else if (code !== LIMIT) {
      known.lines.add(lineOf(diagnostic, sources));
    }
  }
  return causes;
}

/** Takes members and literals of a name that is missed into the message about that name. */
function absorbed(causes: readonly Cause[], sources: Sources): readonly Cause[] {
  const unknown = new Map<string, Cause>();
  const keyOf = ({ span }: Diagnostic, word: string): string => `${span?.file ?? ""} ${word}`;
  for (const cause of causes) {
    const { diagnostic } = cause;
    const word = wordOf(diagnostic, sources);
    const { code } = diagnostic;
    if (code === UNKNOWN_NAME) unknown.set(keyOf(diagnostic, word), cause);
    if (code === UNKNOWN_MODE) unknown.set(keyOf(diagnostic, `mode ${word}`), cause);
    if (code === UNKNOWN_FAULT) unknown.set(keyOf(diagnostic, word.replace(/^.*\./, "")), cause);
  }
  return causes.filter(({ diagnostic, lines }) => {
    const words = causesOf(diagnostic.code, wordOf(diagnostic, sources));
    const found = words.map((word) => unknown.get(keyOf(diagnostic, word)));
    const cause = found.find((each) => each !== undefined);
    for (const line of [lineOf(diagnostic, sources), ...lines]) cause?.lines.add(line);
    return cause === undefined;
  });
}

/** Names whose absence explains that `word` is missed with this code. */
function causesOf(code: string, word: string): readonly string[] {
  if (FOLLOWS.has(code)) return [word];
  const stem = word.replace(/\d+$/, "");
  if (code === UNKNOWN_NAME && stem !== word && stem !== "") return [stem];
  const isPath = code === UNKNOWN_MODE && word.includes(".");
  return isPath ? word.split(".").map((part) => `mode ${part}`) : [];
}

/** A finding about a place that has an error as well says the same thing more weakly. */
function withoutEchoes(causes: readonly Cause[]): readonly Cause[] {
  const placeOf = ({ diagnostic: { span } }: Cause): string =>
    `${span?.file ?? ""} ${span?.start ?? ""}`;
  const isError = ({ diagnostic }: Cause): boolean => diagnostic.severity === "error";
  const places = new Set(causes.filter(isError).map(placeOf));
  return causes.filter((cause) => isError(cause) || !places.has(placeOf(cause)));
}

function withLines({ diagnostic, lines }: Cause, sources: Sources): Diagnostic {
  const own = lineOf(diagnostic, sources);
  const others = [...lines].filter((line) => line !== own);
  if (others.length === 0) return diagnostic;
  const sorted = others.toSorted((left, right) => left - right).map(String);
  const note = `also in ${sorted.length === 1 ? "line" : "lines"} ${list(sorted)}`;
  return { ...diagnostic, notes: [...diagnostic.notes, note] };
}

function inOrder(diagnostics: readonly Diagnostic[], sources: Sources): readonly Diagnostic[] {
  const files = [...sources.keys()];
  const rank = (diagnostic: Diagnostic): number => files.indexOf(diagnostic.span?.file ?? "");
  return diagnostics.toSorted(
    (left, right) => rank(left) - rank(right) || (left.span?.start ?? 0) - (right.span?.start ?? 0),
  );
}

function wordOf({ span }: Diagnostic, sources: Sources): string {
  const text = span === undefined ? undefined : sources.get(span.file)?.text;
  return span === undefined || text === undefined ? "" : text.slice(span.start, span.end);
}

function lineOf({ span }: Diagnostic, sources: Sources): number {
  const text = span === undefined ? undefined : sources.get(span.file)?.text;
  return span === undefined || text === undefined ? 0 : positionOf(text, span.start).line;
}
