/** The shape of the reason why a verdict is unknown, for reading reports. */
import type { UnknownReason } from "../checker/verdict.ts";
import { literal, number, object, optional, type Shape, string } from "./shape.ts";

export const unknownReason: Shape<UnknownReason> = (data, path) => {
  const { reason, limit, what, why, runs, steps } = object<{
    reason: UnknownReason["reason"];
    limit: number | undefined;
    what: string | undefined;
    why: string | undefined;
    runs: number | undefined;
    steps: number | undefined;
  }>({
    reason: literal(
      "states",
      "memory",
      "time",
      "interrupted",
      "not judged yet",
      "nothing examined",
      "stopped at another violation",
      "not decided by walks",
      "not judged by walks",
      "disk",
      "states on disk",
    ),
    limit: optional(number),
    what: optional(string),
    why: optional(string),
    runs: optional(number),
    steps: optional(number),
  })(data, path);
  switch (reason) {
    case "states":
    case "memory":
    case "time":
      return { reason, limit: limit ?? 0 };
    case "not judged yet":
      return { reason, what: what ?? "" };
    case "disk":
      return { reason, why: why ?? "" };
    case "not decided by walks":
      return { reason, runs: runs ?? 0, steps: steps ?? 0 };
    default:
      return { reason };
  }
};
