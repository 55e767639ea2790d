/**
 * A page of the catalogue of messages, taken apart.
 *
 *     # E0107: no such mode            title: the code and a few words
 *     One paragraph.
 *     ## Example
 *     ```libretto                      a specification; `example.libretto` unless named
 *     ```jsonl run.jsonl               another file of the example
 *     ```sh                            commands, when a specification alone is not enough
 *     ## Output
 *     ```text                          what is printed, byte by byte
 *     ## What to do
 *     One paragraph.
 *
 * Pages are for people first. The format is strict, so that a page that a test cannot check is
 * refused instead of passed over.
 */
import { type Fence, fencesOf, replaceFences } from "./fences.ts";

/** A file of the example, as it is written before the example runs. */
export interface ExampleFile {
  readonly name: string;
  readonly text: string;
}

export interface ErrorPage {
  readonly code: string;
  readonly files: readonly ExampleFile[];
  /**
   * Shell commands; undefined when the example is a specification that is only read and checked.
   */
  readonly commands: string | undefined;
  /** What the page says is printed. */
  readonly output: string;
}

const TITLE: RegExp = /^# ([EW]0\d{3}): \S/;
const HEADINGS: readonly string[] = ["Example", "Output", "What to do"];
const DEFAULT_FILE = "example.libretto";

/** Takes a page apart, or says what is wrong with it. */
export function parsePage(text: string): ErrorPage | { readonly wrong: string } {
  const code = TITLE.exec(text)?.[1];
  if (code === undefined) return { wrong: "the first line is not `# CODE: a few words`" };
  const headings = Array.from(text.matchAll(/^## (.*)$/gm), (match) => match[1]);
  if (headings.join() !== HEADINGS.join()) {
    return { wrong: `the sections are not ${HEADINGS.join(", ")}` };
  }
  const example = fencesUnder(text, "Example");
  const [output, ...more] = fencesUnder(text, "Output");
  if (example.length === 0) return { wrong: "there is no example" };
  if (output?.language !== "text" || more.length > 0) {
    return { wrong: "the output is not one block ```text" };
  }
  const commands = example.filter((fence) => fence.language === "sh").map((fence) => fence.text);
  const files = example.filter((fence) => fence.language !== "sh").map(fileOf);
  if (files.length === 0 && commands.length === 0) return { wrong: "there is no example" };
  return {
    code,
    files,
    commands: commands.length === 0 ? undefined : commands.join(""),
    output: output.text,
  };
}

/** The page with another output. The text of a page that has no output block stays as it is. */
export function withOutput(text: string, output: string): string {
  const [block] = fencesUnder(text, "Output");
  return block === undefined ? text : replaceFences(text, new Map([[block, output]]));
}

function fileOf(fence: Fence): ExampleFile {
  return { name: fence.name ?? DEFAULT_FILE, text: fence.text };
}

/** The code blocks between one heading and the next. */
function fencesUnder(text: string, heading: string): Fence[] {
  const begin = text.indexOf(`\n## ${heading}\n`);
  if (begin < 0) return [];
  const next = text.indexOf("\n## ", begin + 1);
  const end = next < 0 ? text.length : next + 1;
  return fencesOf(text).filter((fence) => fence.start > begin && fence.end < end);
}
