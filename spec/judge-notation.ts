/**
 * Judging a text in one call, for tests only: what a user would read about it, or only the codes.
 *
 *     messages("module m\n…")               rendered diagnostics, without colour
 *     codes({ "a.libretto": "…", … })       `E0107 Opne`: the code and the words above the caret
 *
 * The first file is the one that is asked for; the others are there for `use`.
 */
import type { Diagnostic } from "./diagnostic.ts";
import { type LoweredProgram, loadProgram, lowerProgram } from "./index.ts";
import { renderDiagnostics } from "./render-diagnostic.ts";
import type { SourceFile } from "./source.ts";

/** One text, or several by name. */
export type Texts = string | Readonly<Record<string, string>>;

/** Columns of the page: wide enough that no label of a test is moved below its caret. */
const WIDTH = 100;
const ONLY_FILE = "t.libretto";

function filesOf(texts: Texts): Map<string, SourceFile> {
  const named = typeof texts === "string" ? { [ONLY_FILE]: texts } : texts;
  return new Map(Object.entries(named).map(([path, text]) => [path, { path, text }]));
}

/** Loads and lowers; the first text is the one that was asked for. */
export function judge(texts: Texts): LoweredProgram {
  const files = filesOf(texts);
  const [first] = files.values();
  if (first === undefined) return { models: [], diagnostics: [] };
  return lowerProgram(loadProgram([first], (path) => files.get(path)));
}

/** All messages as a terminal shows them. */
export function messages(texts: Texts): string {
  const { diagnostics } = judge(texts);
  return renderDiagnostics(diagnostics, filesOf(texts), { color: false, width: WIDTH });
}

/** Code and culprit of each message, in the order of the text. */
export function codes(texts: Texts): readonly string[] {
  const files = filesOf(texts);
  return judge(texts).diagnostics.map(
    (diagnostic) => `${diagnostic.code} ${culprit(files, diagnostic)}`,
  );
}

function culprit(files: ReadonlyMap<string, SourceFile>, { span }: Diagnostic): string {
  const text = span === undefined ? undefined : files.get(span.file)?.text;
  return span === undefined || text === undefined ? "" : text.slice(span.start, span.end);
}
