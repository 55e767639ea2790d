/** Who is to blame for a violation, so that each culprit is told once. */
import type { Model, Value } from "../../spec/model.ts";
import { parts } from "../../spec/values.ts";
import type { Candidate } from "../reference/messages.ts";
import type { Violation } from "../reference/outcome.ts";

/** Culprits of one built-in property that a search tells of. */
export const MAX_CULPRITS = 20;

/** The place in the text whose assertion failed or whose range was left. */
export function violationCulprit({ property, span }: Pick<Violation, "property" | "span">): string {
  return `${property} ${span.file} ${span.start} ${span.end}`;
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
  const family = channel?.family.name;
  return JSON.stringify([receiver?.machine, modes, family, parts(candidate.message)[0]]);
}
