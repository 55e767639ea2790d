/**
 * How values are printed for `viz`, which takes the words of `spec` instead of importing them.
 */
import { printValue, valuesOf } from "../spec/values.ts";
import type { ValueWords } from "../viz/value-report.ts";

export const VALUE_WORDS: ValueWords = {
  print: (type, value) => printValue(value, type),
  valuesOf,
};
