/**
 * Errors of files and of the command line: E0501 to E0519, E0599, and W0511 to W0512.
 *
 * They are Diagnostics like all others, mostly without a span: what is wrong is not in a text. One
 * constructor per code; each code has a page in `docs/errors/`.
 */
import { didYouMean } from "../spec/suggest.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { formatBytes, formatCount } from "./numbers.ts";

/** Candidates listed in a note at most; the rest is counted. */
const CANDIDATES_SHOWN_MAX = 12;

/** E0501 */
export function missingFile(path: string): Diagnostic {
  return plain("E0501", `there is no file or folder \`${path}\``, [], undefined);
}

/** E0502: a folder where a file is needed, a device, a pipe. */
export function notAFile(path: string, what: string, wanted: string): Diagnostic {
  return plain("E0502", `\`${path}\` is ${what}, not ${wanted}`, [], undefined);
}

/** E0503 */
export function unreadable(path: string, why: string): Diagnostic {
  return plain("E0503", `\`${path}\` cannot be read`, [why], undefined);
}

/** E0504 */
export function notUtf8(path: string, offset: number, line: number, byte: number): Diagnostic {
  const shown = byte.toString(16).toUpperCase().padStart(2, "0");
  return plain(
    "E0504",
    `\`${path}\` is not UTF-8 text`,
    [`byte ${formatCount(offset + 1)} (line ${formatCount(line)}) is 0x${shown}`],
    "save it as UTF-8",
  );
}

/** E0505 */
export function tooBig(path: string, bytes: number, limit: number): Diagnostic {
  return plain(
    "E0505",
    `\`${path}\` is too big`,
    [`it has ${formatBytes(bytes)}; at most ${formatBytes(limit)} are read`],
    undefined,
  );
}

/** E0506 */
export function noSpecifications(path: string): Diagnostic {
  return plain(
    "E0506",
    `there is no specification in \`${path}\``,
    ["no file below it ends in .libretto (node_modules and hidden folders are not searched)"],
    undefined,
  );
}

/** E0507 */
export function noSuchCheck(name: string, known: readonly string[]): Diagnostic {
  return unknownName("E0507", `no check or scenario is called \`${name}\``, name, known, "checks");
}

export function noSuchDeployment(name: string, known: readonly string[]): Diagnostic {
  return unknownName("E0507", `no deployment is called \`${name}\``, name, known, "deployments");
}

export function noSuchInstance(name: string, known: readonly string[]): Diagnostic {
  return unknownName("E0507", `no instance is called \`${name}\``, name, known, "instances");
}

/** E0508 */
export function unknownOption(
  option: string,
  command: string,
  known: readonly string[],
): Diagnostic {
  const meant = didYouMean(option, known);
  return plain(
    "E0508",
    `\`${command}\` has no option \`${option}\``,
    [],
    meant === undefined
      ? `\`${command} --help\` lists its options`
      : `did you mean \`${meant}\`? (\`${command} --help\` lists all)`,
  );
}

/** E0509 */
export function unwritable(path: string, why: string): Diagnostic {
  return plain("E0509", `\`${path}\` cannot be written`, [why], undefined);
}

/** E0510: the specification declares no log, several, or none of this name. */
export function noSuchLog(
  path: string,
  name: string | undefined,
  known: readonly string[],
): Diagnostic {
  if (name !== undefined) {
    return unknownName("E0510", `\`${path}\` has no log \`${name}\``, name, known, "logs");
  }
  return known.length === 0
    ? plain("E0510", `\`${path}\` declares no log`, ["a recording is judged by a `log`"], undefined)
    : plain(
        "E0510",
        `\`${path}\` declares ${known.length} logs`,
        [`logs: ${known.join(", ")}`],
        `choose one: \`--log ${known[0] ?? ""}\``,
      );
}

/** E0511 */
export function unknownCode(code: string, known: readonly string[]): Diagnostic {
  const meant = didYouMean(code.toUpperCase(), known);
  return plain(
    "E0511",
    `no message has the code \`${code}\``,
    [],
    meant === undefined ? "`rehearsal explain` lists all codes" : `did you mean \`${meant}\`?`,
  );
}

/** E0512 */
export function unknownCommand(name: string, known: readonly string[]): Diagnostic {
  return unknownName("E0512", `there is no command \`${name}\``, name, known, "commands");
}

/** E0513 */
export function badValue(option: string, value: string, why: string): Diagnostic {
  return plain("E0513", `\`${value}\` is no value for \`${option}\``, [why], undefined);
}

/** E0514: an argument or an option's value is missing, or there is one too many. */
export function badArguments(title: string, command: string): Diagnostic {
  return plain("E0514", title, [], `\`${command} --help\` shows how to call it`);
}

/** E0515 */
export function noSuchProperty(name: string, known: readonly string[]): Diagnostic {
  return unknownName("E0515", `no property is called \`${name}\``, name, known, "properties");
}

/** E0516 */
export function notAReport(path: string, why: string): Diagnostic {
  return plain(
    "E0516",
    `\`${path}\` is not a report of this version of \`rehearsal\``,
    [why],
    "write one with `rehearsal check … --format json=FILE`",
  );
}

export function notARecording(path: string, why: string): Diagnostic {
  return plain(
    "E0516",
    `\`${path}\` is not a recording of this version of \`rehearsal\``,
    [why],
    "write one with `rehearsal run … --record FILE.jsonl`",
  );
}

/** E0517 */
export function nothingToCheck(paths: readonly string[]): Diagnostic {
  const shown = paths.map((path) => `\`${path}\``).join(", ");
  return plain(
    "E0517",
    "there is nothing to check",
    [`${shown}: no \`check\` and no \`scenario\``],
    "declare one: `check name of System { }`",
  );
}

/** E0518: the report has no such step, or nothing that could be shown or replayed. */
export function notInReport(title: string, notes: readonly string[]): Diagnostic {
  return plain("E0518", title, notes, undefined);
}

/** E0519: the model does not allow what a report says. */
export function replayDisagrees(property: string, check: string, why: string): Diagnostic {
  return plain(
    "E0519",
    `the counterexample to \`${property}\` in \`${check}\` does not replay`,
    [why],
    "if the specification changed since, check it again; if not, please report this",
  );
}

/** The same of a recording. */
export function recordingDisagrees(path: string, name: string, why: readonly string[]): Diagnostic {
  return plain(
    "E0519",
    `\`${path}\` is no run of \`${name}\``,
    why,
    "if the specification changed since, play it again; if not, please report this",
  );
}

/** W0511: verdicts are not kept for the next run. */
export function nothingKept(path: string, why: string): Diagnostic {
  const hint = "the verdicts stand; `--no-cache` says that none are to be kept";
  return remark("W0511", `\`${path}\` cannot be written, so no verdict is kept`, why, hint);
}

/** W0512: an entry of the cache that is not believed. */
export function damagedEntry(path: string, why: string): Diagnostic {
  const hint = "the check was run again; the folder may be deleted at any time";
  return remark("W0512", `\`${path}\` is damaged and was passed over`, why, hint);
}

/** E0599: a defect of the tool. `detail` is the message of the exception. */
export function internalError(detail: string): Diagnostic {
  return plain(
    "E0599",
    "internal error: this is a defect of `rehearsal`, not of your input",
    [detail],
    "set REHEARSAL_DEBUG=1 to see where it happened, and please report it with the input",
  );
}

function unknownName(
  code: string,
  title: string,
  name: string,
  known: readonly string[],
  what: string,
): Diagnostic {
  const meant = didYouMean(name, known);
  const shown = known.slice(0, CANDIDATES_SHOWN_MAX).join(", ");
  const rest = known.length - CANDIDATES_SHOWN_MAX;
  const list = rest > 0 ? `${shown} and ${formatCount(rest)} more` : shown;
  return plain(
    code,
    title,
    known.length === 0 ? [`there are no ${what}`] : [`${what}: ${list}`],
    meant === undefined ? undefined : `did you mean \`${meant}\`?`,
  );
}

/** A warning about the command's own files. */
function remark(code: string, title: string, note: string, hint: string): Diagnostic {
  return { code, severity: "warning", title, related: [], notes: [note], hint };
}

function plain(
  code: string,
  title: string,
  notes: readonly string[],
  hint: string | undefined,
): Diagnostic {
  const base = { code, severity: "error", title, related: [], notes } as const;
  return hint === undefined ? base : { ...base, hint };
}
