/**
 * The Promela form of a shipped check: what the project exports, so that Spin can be measured on
 * specifications that nobody wrote in Promela.
 *
 * Left out are goals, and invariants that the check expects to be violated, because pan would stop
 * there. What a check asks besides remains: the other invariants, ranges, assertions, unhandled
 * messages.
 */
import { exportPromela, type PromelaExport } from "../../checker/export/promela.ts";
import { loadMeasured } from "../load-model.ts";

/** The Promela text of a measured check, or why there is none. */
export function exportedPromela(
  file: string,
  check: string,
): PromelaExport | { readonly why: string } {
  const { model } = loadMeasured(file, check);
  const violated = new Set(model.expect.violations.map(({ name }) => name));
  const invariants = model.invariants.filter(({ name }) => !violated.has(name));
  const judged = { ...model, invariants, goals: [], temporal: [], refinements: [] };
  const { value, error } = exportPromela(judged, { ghosts: false });
  return value === undefined ? { why: error.title } : value;
}
