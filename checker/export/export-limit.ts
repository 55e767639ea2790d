/**
 * `ExportLimit`: what ends an export, and the Diagnostic that a user sees for it.
 *
 * Deep inside a translation there is nobody to give an error to, so it is thrown; the public
 * functions of this folder catch it and give it back as data (E0570). Nothing else is thrown on
 * purpose: whatever a Model can say can be written, as long as it is not too large.
 */
import type { Diagnostic } from "../../spec/diagnostic.ts";

/** Thrown while exporting; carries the message for the user. */
export class ExportLimit extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.title);
    this.diagnostic = diagnostic;
  }
}

/** E0570: `what` of the Model passes `limit`. */
export function tooLarge(what: string, limit: string, hint: string): ExportLimit {
  return new ExportLimit({
    code: "E0570",
    severity: "error",
    title: `the check is too large to be exported: ${what}`,
    related: [],
    notes: [`the limit is ${limit}`],
    hint,
  });
}

/** The result of an export, or the message that explains why there is none. */
export type Exported<T> =
  | { readonly value: T; readonly error: undefined }
  | { readonly value: undefined; readonly error: Diagnostic };

/** Runs an export; an `ExportLimit` becomes its message. */
export function exporting<T>(make: () => T): Exported<T> {
  try {
    return { value: make(), error: undefined };
  } catch (error) {
    if (error instanceof ExportLimit) return { value: undefined, error: error.diagnostic };
    throw error;
  }
}
