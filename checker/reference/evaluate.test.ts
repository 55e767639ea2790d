/** Values of expressions in one state: one line for each operator, and the edges of each. */
import { describe, expect, test } from "vitest";
import { lowered } from "../verdict-notation.ts";
import { evaluate, frame } from "./evaluate.ts";
import { beginnings } from "./initial.ts";
import { createMeter } from "./meter.ts";

const TEXT = `id C  type N = 0..9  enum E { Red, Green, Blue }  record R { n: N, on: bool }
  machine M {
    var x : N = 2        var y : N = 7        var on : bool = true   var off : bool = false
    var s : set<N> = {1, 2}                   var t : set<N> = {2, 3}
    var l : list<N; 4> = [3, 1, 3]            var e : E = Green
    var some : N? = 5                         var none1 : N? = none
    var m : map<bool, N> = 4                  var o : map<bool, N?> = {}
    var r : R = R(6, true)                    var c : C? = none
    initial mode A { entry { o[true] = 8 }  step go -> B }
    mode B { }
  }
  system S { m : M`;

/** The value of an expression over the variables of \`m\`, in the initial state. */
function valueOf(expression: string): unknown {
  const words = expression.replace(/\$/g, "m.");
  const { models } = lowered(`${TEXT} invariant I: ${words} } check c of S { C = 2  allow stuck }`);
  const [model] = models;
  const [invariant] = model?.invariants ?? [];
  if (model === undefined || invariant === undefined) throw new Error("no such expression");
  const [start] = beginnings(model, createMeter());
  const state = start?.state ?? [];
  const scope = { state, locals: frame(invariant.locals), meter: createMeter() };
  return evaluate(invariant.condition, scope);
}

describe("truth", () => {
  test.each([
    ["$on and $off", false],
    ["$on or $off", true],
    ["$off implies $off", true],
    ["$on implies $off", false],
    ["not $off", true],
    ["if $on then $off else $on", false],
  ])("%s is %s", (expression, value) => {
    expect(valueOf(expression)).toBe(value);
  });
});

describe("numbers", () => {
  test.each([
    ["$x + $y == 9", true],
    ["$x - $y == -5", true],
    ["$x * $y == 14", true],
    ["$y % 3 == 1", true],
    ["($x - $y) % 3 == 1", true],
    ["$x < $y and $x <= 2 and $y > $x and $y >= 7", true],
    ["-$x == 0 - 2", true],
  ])("%s is %s", (expression, value) => {
    expect(valueOf(expression)).toBe(value);
  });
});

describe("sets, lists and maps", () => {
  test.each([
    ["1 in $s and 3 not in $s", true],
    ["$none1 in $s", false],
    ["$s.size == 2 and $l.size == 3 and $o.size == 1", true],
    ["3 in $l and 2 not in $l", true],
    ["$l[0] == 3 and $l[1] == 1", true],
    ["$l[3] == none", true],
    ["$m[true] == 4", true],
    ["true in $o and false not in $o", true],
    ["$o.get(true, 0) == 8 and $o.get(false, 1) == 1", true],
    ["{ k in $s where k > 1 } == {2}", true],
    ["{$x, $x, 1} == $s", true],
    ["(count k in N: k in $s) == 2", true],
    ["$s == {2, 1}", true],
  ])("%s is %s", (expression, value) => {
    expect(valueOf(expression)).toBe(value);
  });
});

describe("the rest", () => {
  test.each([
    ["$e == Green", true],
    ["$r.n == 6 and $r.on", true],
    ["$r == R(6, true)", true],
    ["$some != none and $none1 == none", true],
    ["$some == 5", true],
    ["m in A", true],
    ["m in B", false],
    ["forall c in C: exists d in C: c == d", true],
    ["exists c in C: forall d in C: c == d", false],
    ["forall k in $s: exists j in $t: j == k + 1", true],
    ["forall k in { j in N where j > 9 }: $off", true],
  ])("%s is %s", (expression, value) => {
    expect(valueOf(expression)).toBe(value);
  });
});
