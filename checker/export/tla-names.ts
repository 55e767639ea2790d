/**
 * Names in a TLA+ module: of variables, actions, properties, and whatever is defined on the way.
 *
 * TLA+ lets no name be defined twice, not even in different scopes, so one naming serves a whole
 * module. Variables come first and get the plainest names; traces in ITF use them too.
 */
import type { Model } from "../../spec/model.ts";
import { createNaming, type Naming } from "./names.ts";

export interface TlaNames {
  /** By slot. */
  readonly variables: readonly string[];
  /** Gives a name that is new in the module. */
  readonly fresh: Naming;
}

export function tlaNames(model: Model): TlaNames {
  const fresh = createNaming(RESERVED);
  return { variables: model.slots.map(({ name }) => fresh(name)), fresh };
}

/** Words of TLA+, and what the modules that are extended define. */
const RESERVED: ReadonlySet<string> = new Set(
  `ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE
  DEFS DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL
  MODULE NEW OBVIOUS OMITTED ONLY OTHER OTHERWISE PICK PROOF PROPOSITION PROVE QED RECURSIVE SF
  STATE STRING SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM TRUE UNCHANGED UNION USE VARIABLE
  VARIABLES WF WITH WITNESS X
  Int Nat Real Infinity Seq Len Head Tail Append SubSeq SelectSeq IsFiniteSet Cardinality
  Assert Print PrintT Permutations SortSeq ToString RandomElement Any TLCGet TLCSet TLCEval JavaTime
  Bag BagToSet BagIn BagOfAll BagUnion BagCardinality CopiesIn EmptyBag SetToBag SubBag IsABag
  list at old new earlier
  Init Next Spec Fairness Moves vars View TypeOK RemoveAt InsertAt Without Unhandled NoneUnhandled
  NotStuck`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
