/**
 * A page of the catalogue of messages, taken apart.
 *
 *     # E0107: no such mode            title: the code and a few words
 *     One paragraph.
 *     ## Example
 *     ```libretto                      a specification; `example.libretto` unless named
 *     ```jsonl run.jsonl               another file of the example
 *     ```sh                            commands, when the message is not about a specification alone
 *     ## Output
 *     ```text                          what is printed, byte by byte
 *     ## What to do
 *     One paragraph.
 *
 * Pages are for people first. The format is strict, so that a page that a test cannot check is
 * refused instead of passed over.
 */

/** A file of the example, as it is written before the example runs. */
export interface ExampleFile {
  readonly name: string;
  readonly text: string;
}

export interface ErrorPage {
  readonly code: string;
  readonly files: readonly ExampleFile[];
  /** Shell commands; undefined when the example is a specification that is only read and checked. */
  readonly commands: string | undefined;
  /** What the page says is printed. */
  readonly output: string;
}

interface Fence {
  readonly info: string;
  readonly text: string;
  /** Offsets of the text between the fences in the page. */
  readonly start: number;
  readonly end: number;
}

const TITLE: RegExp = /^# ([EW]0\d{3}): \S/;
const FENCE: RegExp = /^```([^\n`]*)\n([\s\S]*?)^```$/gm;
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
  const example = fencesOf(text, "Example");
  const [output, ...more] = fencesOf(text, "Output");
  if (example.length === 0) return { wrong: "there is no example" };
  if (output?.info !== "text" || more.length > 0) {
    return { wrong: "the output is not one block ```text" };
  }
  const commands = example.filter((fence) => fence.info === "sh").map((fence) => fence.text);
  const files = example.filter((fence) => fence.info !== "sh").map(fileOf);
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
  const [block] = fencesOf(text, "Output");
  if (block === undefined) return text;
  return `${text.slice(0, block.start)}${output}${text.slice(block.end)}`;
}

function fileOf(fence: Fence): ExampleFile {
  return { name: fence.info.split(" ")[1] ?? DEFAULT_FILE, text: fence.text };
}

/** The code blocks between one heading and the next. */
function fencesOf(text: string, heading: string): Fence[] {
  const begin = text.indexOf(`\n## ${heading}\n`);
  if (begin < 0) return [];
  const next = text.indexOf("\n## ", begin + 1);
  const end = next < 0 ? text.length : next + 1;
  return Array.from(text.slice(begin, end).matchAll(FENCE), (match) => {
    const info = match[1] ?? "";
    const start = begin + match.index + "```".length + info.length + 1;
    const body = match[2] ?? "";
    return { info: info.trim(), text: body, start, end: start + body.length };
  });
}
