/**
 * Judging a text in one call, for tests only: what a user would read about it, or only the codes.
 *
 *     messages("module m\n…")             rendered diagnostics, without colour
 *     codes({ "a.libretto": "…", … })     `E0107 Opne`: the code and the words above the carets
 *     inStep("v = 1", "var v : bool = …") codes of a machine with one step that does this
 *
 * Of several texts the first is the one that is asked for; the others are there for `use`. A text
 * that begins with a line end loses the indentation of its first line, so that it can stand in a
 * test.
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
  return new Map(
    Object.entries(named).map(([path, text]) => [path, { path, text: withoutIndent(text) }]),
  );
}

function withoutIndent(text: string): string {
  if (!text.startsWith("\n")) return text;
  const [indent = ""] = /^ */.exec(text.slice(1)) ?? [];
  return text
    .slice(1)
    .split("\n")
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
    .join("\n");
}

/** Loads and lowers; the first text is the one that was asked for. */
export function judge(texts: Texts): LoweredProgram {
  const files = filesOf(texts);
  const [first] = files.values();
  if (first === undefined) return { models: [], deployments: [], diagnostics: [] };
  return lowerProgram(loadProgram([first], (path) => files.get(path)));
}

/** All messages as a terminal shows them. */
export function messages(texts: Texts): string {
  const { diagnostics } = judge(texts);
  return renderDiagnostics(diagnostics, filesOf(texts), { color: false, width: WIDTH });
}

/** Code and culprit of each error, in the order of the text. */
export function codes(texts: Texts): readonly string[] {
  const files = filesOf(texts);
  return judge(texts)
    .diagnostics.filter((diagnostic) => diagnostic.severity === "error")
    .map((diagnostic) => `${diagnostic.code} ${culprit(files, diagnostic)}`);
}

function culprit(files: ReadonlyMap<string, SourceFile>, { span }: Diagnostic): string {
  const text = span === undefined ? undefined : files.get(span.file)?.text;
  return span === undefined || text === undefined ? "" : text.slice(span.start, span.end);
}

/** Declarations that the texts of `inStep` may use. */
const SURROUNDINGS = `
id Id
symmetric id Sym
type Few = 0..3
enum Color { Red, Green, Blue }
enum Lamp { Red, Off }
record Pair { left: Few, right: bool }
message Req { Open(id: Id), Stop }
message Rep { Done(few: Few), Stop }
const two = 2
`;

/** Errors of a machine with one step and these variables, in a system of its own. */
export function inStep(effects: string, variables: string = ""): readonly string[] {
  return codes(`${SURROUNDINGS}
machine M { ${variables}
  initial mode A { step go { ${effects} } }
  mode B { initial mode Inner { } mode Other { } }
}
system S { m : M  more[i: Id] : M }
check c of S { Id = 2  Sym = 3 }
`);
}

/** Errors of a condition over these variables, in the guard of a step. */
export function inGuard(condition: string, variables: string = ""): readonly string[] {
  return inStep(`assert ${condition}`, variables);
}
