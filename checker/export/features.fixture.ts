/**
 * Texts with what random programs do not say; for tests of exports.
 *
 * Disciplines with faults that reach far, rendezvous in branches, nested records and maps of
 * optionals, shared records under a store buffer.
 */
import { pair } from "../language-notation.ts";

export interface Feature {
  readonly what: string;
  /** A program with one check. */
  readonly text: string;
}

const FLOOD = `initial mode One { step a -> Two { send o.A(1) }  step b { send o.B } }
  mode Two { step a -> One { send o.A(2) } }`;
const TAKE = "initial mode W { on i.A(n) { got = [n] }  on i.B { got = [] } }";
const DEFER =
  "initial mode W { defer i.A  on i.B -> T } mode T { on i.A(n) -> W { got = [n] } ignore i.B }";

const VALUES = `module m
      enum E { P, Q, R }
      id K
      record In { e: E?, n: 0..3 }
      record Out { inner: In, set: set<E> }
      machine M {
        var r : Out = Out(In(none, 0), {})
        var m : map<K, In?> = {}
        var l : list<0..2; 3> = []
        var s : set<0..4> = {}
        initial mode A {
          step grow { l += 1 }
          step change { r.inner.e = Q; r.set += P; r.inner.n = l.get(1, 0) }
          step number { r.inner.n += 1; s = { x in s where x > 1 }; s += r.inner.n }
          step put { choose k in K where k not in m; m[k] = In(R, 3) }
          step pick {
            choose k in K where k in m
            if m[k] != none { m[k].n = l.size }
            if l.size > 2 { l -= 1 }
          }
          step all { for k in K { if k in m { m[k] = none } } }
        }
      }
      system S { a : M }
      check c of S { K = 2 }`;

const SHARED = `module m
      id K
      record R { a: 0..2, b: bool }
      machine Mem {
        shared var r : R = R(0, false)
        shared var m : map<K, 0..2> = 0
        initial mode Rest { }
      }
      thread T(k: K) {
        var seen : 0..2 = 0
        One: { mem.r.a = 1; mem.m[k] = 2 }
        Two: { seen = mem.m[k]; mem.r.b = true }
        Three: { seen = swap(mem.m[k], 1) } if mem.r.b then One else Four
        Four: { fence }
      }
      system S { memory tso(2)  mem : Mem  t[k: K] : T(k) }
      check c of S { K = 2 }`;

export const FEATURES: readonly Feature[] = (
  [
    ["a bag that duplicates", pair(FLOOD, TAKE, "bag(3) duplicating", "faults q.duplicating <= 2")],
    ["a bag that loses", pair(FLOOD, TAKE, "bag(3) lossy", "faults q.lossy <= 2")],
    ["a queue that reorders far", pair(FLOOD, TAKE, "fifo(4) reordering(2)")],
    ["a mailbox that loses what is deferred", pair(FLOOD, DEFER, "mailbox(3) lossy")],
    ["a mailbox that reorders", pair(FLOOD, DEFER, "mailbox(3) reordering(1)")],
    [
      "a rendezvous in a branch",
      pair(
        `var k : N = 0
      initial mode One { step a { k = (k + 1) % 3; if k == 1 { send o.A(k) } else { send o.B } } }`,
        `initial mode W { on i.A(n) if n < 4 { got = [n] }  on i.B -> X  }
      mode X { on i.B -> W  block i.A }`,
        "rendezvous",
      ),
    ],
    ["records, maps of optionals, lists, sets of enums", VALUES],
    ["shared records and maps under tso", SHARED],
  ] as const
).map(([what, text]) => ({ what, text }));
