/**
 * `System`: anything that can be in a state and has choices in it. One face for small hardware
 * tests, for whole machines, and for deployments of Models.
 *
 *     choices() ──scheduler picks one──► take(choice) ──► choices() …
 *
 * Whoever runs a System only picks: one run is the list of what was picked, and the same list gives
 * the same run. Whoever explores a System saves and restores. Time is not part of the face: it may
 * narrow what a scheduler picks, never what a System allows, so that each timed run is a path of
 * the untimed graph.
 *
 * Law: `choices` gives the same list, in the same order, in equal states.
 */

/** Something that acts: a core, the drain of a store buffer, a device, a link, a timer. */
export interface Actor {
  readonly name: string;
  /**
   * What it is: schedulers treat the actors that only complete what others began (`drain`,
   * `delivery`) differently from those that begin something.
   */
  readonly kind: "core" | "drain" | "device" | "delivery" | "timer" | "fault" | "operator";
}

/** One thing that can happen next. */
export interface Choice {
  /** Index into `System.actors`. */
  readonly actor: number;
  /** Tells apart what an actor can do; the same number means the same action in every state. */
  readonly action: number;
}

/** `Saved` is a state that can be restored; it belongs to the System that gave it. */
export interface System<Saved = unknown> {
  readonly actors: readonly Actor[];
  /** Everything that can happen now, ordered by actor, then action. */
  choices(): readonly Choice[];
  /** Performs a choice of the present state; throws a RangeError for any other. */
  take(choice: Choice): void;
  /** What a choice is, for people: `store x=1`. */
  describe(choice: Choice): string;
  save(): Saved;
  restore(saved: Saved): void;
  /** Equal for equal states, and for no others. */
  key(): string;
}
