/** The shape of what is known of a played run, for reading reports. */
import type { PlayedEvidence } from "../checker/verdict.ts";
import { array, literal, number, object, optional, type Shape, string } from "./shape.ts";

export const playedEvidence: Shape<PlayedEvidence> = object<PlayedEvidence>({
  order: optional(
    array(
      object<NonNullable<PlayedEvidence["order"]>[number]>({
        step: optional(number),
        after: optional(number),
        words: string,
      }),
    ),
  ),
  moments: optional(
    array(
      object<NonNullable<PlayedEvidence["moments"]>[number]>({
        time: number,
        core: optional(number),
        cause: literal("program", "drain", "plan", "link"),
      }),
    ),
  ),
  domains: array(
    object<PlayedEvidence["domains"][number]>({ name: string, instances: array(number) }),
  ),
});
