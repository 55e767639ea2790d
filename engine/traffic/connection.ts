/** What became of a connection, as its peer and its application see it. */
import type { Traffic } from "../../spec/deployment.ts";

export interface ConnectionReport {
  /** `app[App1]`. */
  readonly name: string;
  /** `10.0.0.2:41001`. */
  readonly peer: string;
  readonly application: string;
  readonly state: "not opened" | "open" | "lost";
  /** Requests of the peer, and answers that it has got. */
  readonly requests: number;
  readonly answers: number;
  /** Of both sides. */
  readonly retransmissions: number;
  /** The longest time for which the peer waited for an answer; nanoseconds. */
  readonly silence: number;
  readonly lost: Lost | undefined;
}

export interface Lost {
  /** Nanoseconds since the start of the run. */
  readonly time: number;
  /** Which side has lost it. */
  readonly side: "peer" | "application";
  /** `reset by server`, `given up after 15 retransmissions`. */
  readonly reason: string;
}

/** A violation like those of the Model's properties, under the name that the text gives it. */
export function failureOf({ name, property }: Pick<Traffic, "name" | "property">): string {
  return property ?? `connection of ${name} lost`;
}
