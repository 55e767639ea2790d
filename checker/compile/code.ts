/**
 * `Code`: a Model as straight programs over packed states; what the two back ends translate.
 *
 *     Model ──layout, lowering──► Code ──┬──► WebAssembly     the fast one
 *                                        └──► JavaScript      the check on it
 *
 * A state is `words` unsigned 32-bit words. Terms are 32-bit integers, total and without effects.
 * `word` reads the state at hand, `next` the state that a transition is making; `begin` copies the
 * one into the other, and `emit` hands the finished one over as a successor.
 *
 * A routine starts as after a `begin`: what an earlier one was making is gone.
 *
 * Several routines make one `expand`, because one function for a large Model would take a compiler
 * too long. They run in order for every state and share the registers, which are 0 when the first
 * of them starts. Locals belong to one routine and are 0 when it starts.
 *
 * What a specification says never becomes text of generated code: only numbers do.
 */

/** Integer operators; comparisons give 0 or 1, shifts take their right operand modulo 32. */
export type BinaryOperator =
  | "add"
  | "sub"
  | "mul"
  /** Remainder of unsigned numbers; by 0 it is 0. */
  | "rem"
  /** Quotient of unsigned numbers; by 0 it is 0. */
  | "div"
  | "and"
  | "or"
  | "xor"
  | "shl"
  /** Shifts zeros in. */
  | "shr"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  /** Unsigned less than. */
  | "below";

export type Term =
  /** A signed or unsigned 32-bit integer; only its bits count. */
  | { readonly op: "const"; readonly value: number }
  | { readonly op: "local"; readonly local: number }
  | { readonly op: "register"; readonly register: number }
  | { readonly op: "word" | "next"; readonly word: number }
  /** `ctz` of 0 is 32. `not` gives 1 for 0, else 0. */
  | { readonly op: "not" | "popcount" | "ctz"; readonly operand: Term }
  | { readonly op: BinaryOperator; readonly left: Term; readonly right: Term }
  /** Only one of the branches is evaluated. */
  | { readonly op: "if"; readonly condition: Term; readonly then: Term; readonly else: Term };

export type Command =
  | { readonly do: "set"; readonly local: number; readonly value: Term }
  | { readonly do: "register"; readonly register: number; readonly value: Term }
  | { readonly do: "next"; readonly word: number; readonly value: Term }
  /** The state that is made starts as the state at hand. */
  | { readonly do: "begin" }
  | {
      readonly do: "if";
      readonly condition: Term;
      readonly then: readonly Command[];
      readonly else: readonly Command[];
    }
  | { readonly do: "while"; readonly condition: Term; readonly body: readonly Command[] }
  /** `leave` ends the enclosing block of that number; numbers are unique in a routine. */
  | { readonly do: "block"; readonly block: number; readonly body: readonly Command[] }
  | { readonly do: "leave"; readonly block: number }
  /** The state that was made is a successor by the step `label`; its tally goes up by one. */
  | { readonly do: "emit"; readonly label: number }
  | { readonly do: "count"; readonly counter: number }
  /** Something worth telling about the state at hand. */
  | { readonly do: "sight"; readonly site: number };

export interface Routine {
  readonly locals: number;
  readonly body: readonly Command[];
}

/**
 * Permutations of states. Of all states that differ by one, a search stores one, and counts it as
 * often as there are others.
 */
export interface Group {
  /** Number of permutations. */
  readonly order: number;
  /**
   * Emits, under the label 0, the state that is stored for the state at hand; leaves in register 0
   * the number of permutations that keep the state as it is.
   */
  readonly routine: Routine;
}

export interface Code {
  /** Words of a state, at least 1. */
  readonly words: number;
  readonly registers: number;
  /** Numbers of labels, counters and sites: each is numbered from 0. */
  readonly labels: number;
  readonly counters: number;
  readonly sites: number;
  /** Emits the successors of the state at hand. */
  readonly expand: readonly Routine[];
  /** Runs once in every new state. It does not emit. */
  readonly judge: readonly Routine[];
  readonly group?: Group | undefined;
}

/** What is needed besides the module that was made from a Code. */
export type CodeShape = Pick<Code, "words" | "labels" | "counters" | "sites">;
