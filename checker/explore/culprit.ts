/**
 * Who is to blame for a violated built-in property: a text that is equal for violations that a user
 * would call the same defect.
 *
 *     assert, range   the place in the specification
 *     unhandled       machine, modes, channel family and kind of message: instances are one
 *
 * A search shows one path for each culprit, so that a hundred clients do not give a hundred reports
 * of one missing rule.
 */
import type { Model, Value } from "../../spec/model.ts";
import { parts } from "../../spec/values.ts";
import type { Candidate } from "../reference/messages.ts";
import type { Violation } from "../reference/outcome.ts";

/** The place in the text whose assertion failed or whose range was left. */
export function violationCulprit({ span }: Violation): string {
  return `${span.file} ${span.start} ${span.end}`;
}

/** Instances of one machine in the same modes are one culprit. */
export function messageCulprit(
  model: Model,
  state: readonly Value[],
  candidate: Candidate,
): string {
  const channel = model.channels[candidate.channel];
  const receiver = model.instances[channel?.receiver ?? -1];
  const modes = receiver?.regions.map((slot) => state[slot]);
  const family = channel?.name.replace(/\[.*/, "");
  return JSON.stringify([receiver?.machine, modes, family, parts(candidate.message)[0]]);
}
