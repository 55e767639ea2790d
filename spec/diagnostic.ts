/**
 * `Diagnostic`: a coded message about a text.
 *
 * Diagnostics are data. Phases return them, nobody throws them, and text is made at the edge
 * (`render-diagnostic.ts`). Codes are stable: E01xx names and syntax, E02xx types and ranges, E03xx
 * behaviour, E04xx recordings and bindings, E05xx files and the command line, W05xx findings of a
 * check. Each code has one constructor, one page in `docs/errors/`, and a test that keeps the page
 * equal to the real output.
 */
import type { Span } from "./source.ts";

export type Severity = "error" | "warning";

/** Another place that explains the message, drawn as an excerpt when `note` is given. */
export interface Related {
  readonly span: Span;
  readonly note: string;
}

export interface Diagnostic {
  /** For example `E0107`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence about the user's model, with names in backticks. */
  readonly title: string;
  /** The culprit. Absent only for messages about no text at all, such as a missing file. */
  readonly span?: Span;
  /** Words beside the caret. */
  readonly label?: string;
  readonly related: readonly Related[];
  /** Facts, printed as `= …` lines. */
  readonly notes: readonly string[];
  /** One change that can be applied, printed as `= hint: …`. */
  readonly hint?: string;
}

/** What a constructor of a diagnostic adds to code, title and place. */
export interface DiagnosticParts {
  readonly label?: string | undefined;
  readonly related?: readonly Related[];
  readonly notes?: readonly string[];
  readonly hint?: string | undefined;
}

/** An error; parts that are undefined are left out. */
export function errorAt(
  code: string,
  title: string,
  span: Span,
  parts: DiagnosticParts = {},
): Diagnostic {
  return {
    code,
    severity: "error",
    title,
    span,
    related: parts.related ?? [],
    notes: parts.notes ?? [],
    ...(parts.label === undefined ? {} : { label: parts.label }),
    ...(parts.hint === undefined ? {} : { hint: parts.hint }),
  };
}

/** A finding that does not make a model wrong. */
export function warningAt(
  code: string,
  title: string,
  span: Span,
  parts: DiagnosticParts = {},
): Diagnostic {
  return { ...errorAt(code, title, span, parts), severity: "warning" };
}
