/**
 * Thrown while a Model is compiled when it holds what compiled code cannot do; caught at the top.
 */
export class Unsupported extends Error {}

/**
 * What of a Model cannot be compiled, when that is what the error says; undefined when it is some
 * other error. A RangeError comes from code that is too long or too deep for the engine.
 */
export function unsupportedBy(error: unknown): string | undefined {
  if (error instanceof Unsupported) return error.message;
  return error instanceof RangeError ? "code that is too large" : undefined;
}
