/**
 * `--budget 60s,1GB,100000states`: how long, how much memory, how many states a check may take.
 *
 * The same units as in a specification's `budget 60s, 1 GB`; several are separated by commas, each
 * kind may be given once. Sizes are powers of 1,000.
 */
import type { Budget } from "../spec/model.ts";

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
};

const BYTES: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
};

export const BUDGET_FORM = "for example 60s, 10min, 2GB or 100000states, separated by commas";

/** Reads a budget; undefined when the text is none. */
export function parseBudget(text: string): Budget | undefined {
  const budget: { -readonly [Key in keyof Budget]: Budget[Key] } = {
    milliseconds: undefined,
    bytes: undefined,
    states: undefined,
  };
  for (const part of text.split(",")) {
    const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(part);
    if (match === null) return undefined;
    const unit = (match[2] ?? "").toLowerCase();
    const amount = Number(match[1]);
    const kind = kindOf(unit);
    if (kind === undefined || budget[kind] !== undefined || amount <= 0) return undefined;
    const value = amount * (MILLISECONDS[unit] ?? BYTES[unit] ?? 1);
    if (!Number.isSafeInteger(Math.round(value)) || Math.round(value) === 0) return undefined;
    budget[kind] = Math.round(value);
  }
  return budget;
}

function kindOf(unit: string): keyof Budget | undefined {
  if (Object.hasOwn(MILLISECONDS, unit)) return "milliseconds";
  if (Object.hasOwn(BYTES, unit)) return "bytes";
  return unit === "states" || unit === "state" ? "states" : undefined;
}

/** The budget of a check, with what the command line sets in its place. */
export function mergeBudgets(own: Budget, given: Budget | undefined): Budget {
  return {
    milliseconds: given?.milliseconds ?? own.milliseconds,
    bytes: given?.bytes ?? own.bytes,
    states: given?.states ?? own.states,
  };
}
