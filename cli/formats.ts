/**
 * `--format text,json=report.json`: which reporters run, and where each writes.
 *
 * Several formats may be given, separated by commas or by repeating the option. A format with a
 * file is written beside what is printed; one without goes to the output:
 *
 *     (none)                      text
 *     json=report.json            text to the output, JSON to the file
 *     json                        JSON to the output and nothing else
 *     github,markdown             annotations to the output, Markdown to the job summary
 *
 * `json`, `junit` and `sarif` are read by programs, so such an output holds nothing else.
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import { didYouMean } from "../spec/suggest.ts";
import { badValue } from "./errors.ts";

export const FORMATS = ["text", "json", "junit", "sarif", "github", "markdown"] as const;
export type Format = (typeof FORMATS)[number];

export interface FormatTarget {
  readonly format: Format;
  /** Undefined: the output. */
  readonly file: string | undefined;
}

const FOR_PROGRAMS: readonly Format[] = ["json", "junit", "sarif"];

/** Reads the values of all `--format` options; text goes to the output when nothing else does. */
export function parseFormats(
  values: readonly string[],
): { readonly targets: readonly FormatTarget[] } | { readonly error: Diagnostic } {
  const targets: FormatTarget[] = [];
  for (const part of values.flatMap((value) => value.split(","))) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim();
    const file = equals < 0 ? undefined : part.slice(equals + 1);
    if (!isFormat(name)) return { error: badValue("--format", part, formatsNote(name)) };
    if (file === "") return { error: badValue("--format", part, "a file name follows the `=`") };
    targets.push({ format: name, file });
  }
  const printed = targets.filter(({ file }) => file === undefined).map(({ format }) => format);
  const exclusive = printed.find((format) => FOR_PROGRAMS.includes(format));
  if (exclusive !== undefined && printed.length > 1) {
    const why = `\`${exclusive}\` needs the output for itself; give it a file: ${exclusive}=FILE`;
    return { error: badValue("--format", printed.join(","), why) };
  }
  const twice = duplicateFile(targets);
  if (twice !== undefined) {
    return { error: badValue("--format", values.join(","), `\`${twice}\` is written twice`) };
  }
  const text: FormatTarget = { format: "text", file: undefined };
  return { targets: printed.length === 0 ? [text, ...targets] : targets };
}

function isFormat(name: string): name is Format {
  return FORMATS.some((format) => format === name);
}

function formatsNote(name: string): string {
  const meant = didYouMean(name, FORMATS);
  const list = `formats: ${FORMATS.join(", ")}`;
  return meant === undefined ? list : `did you mean \`${meant}\`? ${list}`;
}

function duplicateFile(targets: readonly FormatTarget[]): string | undefined {
  const files = targets.flatMap(({ file }) => (file === undefined ? [] : [file]));
  return files.find((file, index) => files.indexOf(file) < index);
}
