/**
 * When are two states one? When they agree in every slot that is not a ghost.
 *
 * The key is the JSON text of those slots: exact, so no two states are ever confused, and as long
 * as the state. Hash values were rejected for the reference: what it counts must be certain.
 */
import type { Model, Value } from "../../spec/model.ts";

/** Gives the key of a state of `model`. */
export function keyOf(model: Model): (state: readonly Value[]) => string {
  const ghosts = new Set(
    model.slots.flatMap(({ role }, index) =>
      role.role === "variable" && role.ghost ? [index] : [],
    ),
  );
  if (ghosts.size === 0) return (state) => JSON.stringify(state);
  return (state) => JSON.stringify(state.filter((_, index) => !ghosts.has(index)));
}
