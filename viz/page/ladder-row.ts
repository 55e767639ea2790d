/**
 * A row of a ladder: one step of a path, or one event of a connection.
 */

import type { ChanceReport } from "../document.ts";

/** One line below the title of a row. */
export interface RowNote {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
  /** When and where the step was, not what it changed. */
  readonly isMoment?: boolean;
}

/** What a row says of another one: it waits for it, or it must come before. */
export interface RowTie {
  readonly kind: "waits" | "first";
  /** `waits for 10` */
  readonly text: string;
}

/** Place of a row in the bracket of a loop. */
export interface RowLoop {
  /** `stay`: no step follows, so there is no bracket. */
  readonly place: "first" | "inside" | "last" | "only" | "stay";
  /** `back to 9`; empty when there is nothing to say. */
  readonly words: string;
}

export interface LadderRow {
  readonly number: number;
  /** Shown in the margin; the number, or a time. */
  readonly margin: string;
  readonly title: string;
  readonly kind: string;
  readonly lane: number | undefined;
  readonly notes: readonly RowNote[];
  /** Changes nothing: drawn hollow. */
  readonly idle: boolean;
  /** What is wrong or decided shows here. */
  readonly alarming: boolean;
  /** How likely the violation is from here on, when that is known. */
  readonly chance?: ChanceReport | undefined;
  readonly ties?: readonly RowTie[] | undefined;
  /** Undefined outside of a loop. */
  readonly loop: RowLoop | undefined;
}
