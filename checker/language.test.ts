/**
 * What modes, effects, threads and modules of Libretto mean, seen from outside: small texts and
 * everything they can do. One test for each sentence of the language reference that could be
 * understood in two ways.
 */
import { describe, expect, it } from "vitest";
import { machine, pair, SEND_A_THEN_B } from "./language-notation.ts";
import { ends, graphOf, labels, modelOf, states, violations } from "./libretto-notation.ts";

describe("modes", () => {
  it("an inner rule wins over its parent's when both are enabled", () => {
    const text = machine(`interrupt irq  var x : N = 0
      initial mode Off { step go -> Up { raise irq } }
      mode Up { on interrupt irq -> Off { x = 1 }
        initial mode In { on interrupt irq -> Done { x = 2 } } }
      mode Done { }`);
    expect(ends(text, ["m", "m.x"])).toEqual(["m=Done m.x=2"]);
  });

  it("an inner step wins over its parent's step of the same name while it is enabled", () => {
    const text = machine(`var x : N = 0
      initial mode Up { step go if x < 3 { x = 5 }
        initial mode In { step go if x < 2 { x += 1 } } }`);
    expect(states(text, ["m.x"])).toEqual(["m.x=0", "m.x=1", "m.x=2", "m.x=5"]);
    expect(graphOf(modelOf(text)).steps.length).toBe(3);
  });

  it("a parent's rule is taken where the inner rule's guard is false", () => {
    const text = machine(`interrupt irq  var x : N = 0
      initial mode Off { step go -> Up { raise irq } }
      mode Up { on interrupt irq -> Done { x = 1 }
        initial mode In { on interrupt irq if x > 0 -> Done { x = 2 } } }
      mode Done { }`);
    expect(ends(text, ["m", "m.x"])).toEqual(["m=Done m.x=1"]);
  });

  it("exits run from the inside out, then the effects, then entries from the outside in", () => {
    const text = machine(`var l : list<N; 6> = []
      initial mode A { exit { l += 2 }
        initial mode AA { exit { l += 1 }  step go -> B.BB { l += 3 } } }
      mode B { entry { l += 4 }
        initial mode BA { entry { l += 0 } }
        mode BB { entry { l += 5 } } }`);
    expect(ends(text, ["m.l"])).toEqual(["m.l=[1, 2, 3, 4, 5]"]);
  });

  it("entry blocks of the first modes run before the first step", () => {
    const text = machine(`var x : N = 0
      initial mode A { entry { x += 1 }  initial mode AA { entry { x += 2 } } }`);
    expect(states(text, ["m.x"])).toEqual(["m.x=3"]);
  });

  it("a rule without a target runs no exit and no entry", () => {
    const text = machine(`var x : N = 0  var y : N = 0
      initial mode A { entry { x += 1 }  exit { x += 1 }  step tick if y < 2 { y += 1 } }`);
    expect(ends(text, ["m.x"])).toEqual(["m.x=1"]);
  });

  it("a rule whose target is its own mode leaves and enters it", () => {
    const text = machine(`var x : N = 0
      initial mode A { entry { x += 1 }  exit { x += 2 }  step again if x < 3 -> A }`);
    expect(ends(text, ["m.x"])).toEqual(["m.x=4"]);
  });

  it("an outer rule applies in every inner mode", () => {
    const text = machine(`initial mode Up { step stop -> Down
        initial mode A { step next -> B }  mode B { } }
      mode Down { }`);
    expect(labels(text)).toEqual(["m.next", "m.stop"]);
    expect(states(text)).toEqual(["m=Down", "m=Up.A", "m=Up.B"]);
  });

  it("all regions that have a rule for a message react in one step", () => {
    const text = pair(
      SEND_A_THEN_B,
      `parallel {
        region L { initial mode L1 { on i.A(n) -> L2  on i.B } mode L2 { ignore i.B } }
        region R { initial mode R1 { on i.A(n) -> R2 { got += n } }
                   mode R2 { on i.B -> R3 } mode R3 { } } }`,
    );
    expect(ends(text, ["r L", "r R", "r.got"])).toEqual(["r L=L2 r R=R3 r.got=[1]"]);
    expect(states(text, ["r L", "r R"])).toEqual([
      "r L=L1 r R=R1",
      "r L=L2 r R=R2",
      "r L=L2 r R=R3",
    ]);
  });

  it("steps of regions interleave", () => {
    const text = machine(`parallel {
      region L { initial mode L1 { step l -> L2 } mode L2 { } }
      region R { initial mode R1 { step r -> R2 } mode R2 { } } }`);
    expect(states(text).length).toBe(4);
  });

  it("a guard of one region can ask for the mode of another", () => {
    const text = machine(`parallel {
      region L { initial mode L1 { step l -> L2 } mode L2 { } }
      region R { initial mode R1 { step r if self in L2 -> R2 } mode R2 { } } }`);
    expect(states(text).length).toBe(3);
  });

  it("inner regions start with their mode and end with it", () => {
    const text = machine(`initial mode Off { step on -> Run }
      mode Run { step off -> Off
        parallel { region A { initial mode A1 { step a -> A2 } mode A2 { } }
                   region B { initial mode B1 { step out -> Off } } } }`);
    expect(states(text)).toEqual([
      "m=Off m Run.A=inactive m Run.B=inactive",
      "m=Run m Run.A=A1 m Run.B=B1",
      "m=Run m Run.A=A2 m Run.B=B1",
    ]);
  });
});

describe("variables and effects", () => {
  it.each([
    ["type R = 0..3 wrap", "x += 2", "m.x=1"],
    ["type R = 0..3 saturate", "x += 2", "m.x=3"],
    ["type R = 0..3 wrap", "x = 0 - 1", "m.x=3"],
    ["type R = 0..3 saturate", "x = 0 - 1", "m.x=0"],
  ])("%s: %s leaves %s", (type, effect, end) => {
    const text = `${type}\nmachine M { var x : R = 3
      initial mode A { step s -> B { ${effect} } } mode B { } }
      system S { m : M } check c of S { }`;
    expect(ends(text, ["m.x"])).toEqual([end]);
  });

  it("leaving a plain range is a violation", () => {
    expect(violations(machine("var x : N = 0 initial mode A { step s { x += 1 } }"))).toEqual([
      "range",
    ]);
  });

  it("a read sees the writes before it in the same block", () => {
    const text = machine(
      "var x : N = 1 var y : N = 0 initial mode A { step s -> B { x = 2; y = x } } mode B { }",
    );
    expect(ends(text, ["m.y"])).toEqual(["m.y=2"]);
  });

  it("choose takes every element, with the condition known afterwards", () => {
    const text = machine(`var o : N? = none  var x : N = 0
      initial mode A { step s -> B { choose k in {1, 2, 4} where k != 2; x = k } } mode B { }`);
    expect(ends(text, ["m.x"])).toEqual(["m.x=1", "m.x=4"]);
  });

  it("choose from an empty set disables the whole step", () => {
    const text = machine(
      "var x : N = 0 initial mode A { step s { x = 1; choose k in N where k > 9; x = k } }",
    );
    expect(states(text, ["m.x"])).toEqual(["m.x=0"]);
  });

  it("for visits a set in order, as it was before the first round", () => {
    const text = machine(`var s : set<N> = {3, 1}  var l : list<N; 4> = []
      initial mode A { step s -> B { for k in s { l += k; s += 5 } } } mode B { }`);
    expect(ends(text, ["m.l"])).toEqual(["m.l=[1, 3]"]);
  });

  it("sets, lists and maps change by one element", () => {
    const text =
      machine(`var s : set<N> = {1, 2}  var l : list<N; 4> = [1, 2, 1]  var m : map<bool, N?> = {}
      initial mode A { step s -> B { s -= 2; s += 4; l -= 1; l += 5; m[true] = 3 } } mode B { }`);
    expect(ends(text, ["m.s", "m.l", "m.m"])).toEqual(["m.s={1, 4} m.l=[2, 1, 5] m.m={true: 3}"]);
  });

  it("a list beyond its capacity is a violation", () => {
    const text = machine(
      "var l : list<N; 2> = [1, 2] initial mode A { step s -> B { l += 3 } } mode B { }",
    );
    expect(violations(text)).toEqual(["range"]);
  });

  it("removing none, or what is not there, changes nothing", () => {
    const text = machine(`var s : set<N> = {1}  var o : N? = none
      initial mode A { step s -> B { s -= o; s -= 4 } } mode B { }`);
    expect(ends(text, ["m.s"])).toEqual(["m.s={1}"]);
  });

  it("a value fills a whole map, and get gives a value for what is absent", () => {
    const text = machine(`var c : map<bool, N> = 2  var o : map<bool, N?> = {}  var x : N = 0
      initial mode A { step s -> B { x = c[true] + o.get(false, 3) } } mode B { }`);
    expect(ends(text, ["m.x"])).toEqual(["m.x=5"]);
  });

  it("a literal set or list fills a whole map of such values, nested maps too", () => {
    const text = machine(`var s : map<bool, set<N>> = {}  var l : map<bool, list<N; 2>> = [1]
      var d : map<bool, map<bool, set<N>>> = {2}  var x : N = 0
      initial mode A { step s -> B { s[true] += 1; l[false] += 2; d[true][false] += 3
        x = s[true].size + l[false].size + d[true][false].size
        s = {} } } mode B { }`);
    expect(ends(text, ["m.s", "m.x"])).toEqual(["m.s={false: {}, true: {}} m.x=5"]);
  });

  it("a ghost is not part of the state", () => {
    const text = machine(`ghost var g : N = 0
      initial mode A { step s { g = (g + 1) % 5 } }`);
    const model = modelOf(text);
    expect(graphOf(model).steps.length).toBeGreaterThan(0);
    expect(model.slots.map((slot) => slot.role.role === "variable" && slot.role.ghost)).toContain(
      true,
    );
  });
});

describe("threads", () => {
  it("a line without then goes to the next line, the last one to the end", () => {
    const text = `type N = 0..5
      thread T { var x : N = 0
        A: { x += 1 }
        B: await x == 1 { x += 1 } }
      system S { t : T }
      check c of S { }`;
    expect(ends(text)).toEqual(["t=Done t.x=2"]);
  });

  it("a condition after then is read after the block", () => {
    const text = `type N = 0..5
      thread T { var x : N = 0
        A: { x += 1 } if x == 1 then C else B
        B: then B
        C: then Done }
      system S { t : T }
      check c of S { }`;
    expect(ends(text, ["t"])).toEqual(["t=Done"]);
  });

  it.each([
    [1, 5],
    [2, 6],
  ])("a store waits for room in a buffer of %i: %i states", (entries, count) => {
    const text = `type N = 0..5
      machine Mem { shared var x : N = 0 }
      thread T { A: { mem.x = 1 } B: { mem.x = 2 } }
      system S { memory tso(${entries})  mem : Mem  t : T }
      check c of S { }`;
    expect(states(text).length).toBe(count);
  });

  it("settled is true when every buffer is empty, memory can be chosen per check", () => {
    const text = `type N = 0..5
      machine Mem { shared var x : N = 0 }
      thread T { A: { mem.x = 1 } B: await settled then Done }
      system S { memory tso(1)  mem : Mem  t : T }
      check c of S { }
      check sc of S { memory sc }`;
    expect(labels(text)).toEqual(["t.A", "t.B", "t.flush mem.x=1"]);
    expect(graphOf(modelOf(text, "sc")).states.length).toBe(3);
  });
});

describe("modules and definitions", () => {
  it("a definition stands for its expression, with its facts", () => {
    const text = machine(`var o : N? = none  var x : N = 0
      def known = o != none
      def twice(n: N) = n + n
      initial mode A { step set -> B { o = 2 } }
      mode B { step use if known -> C { x = twice(o) } }
      mode C { }`);
    expect(ends(text, ["m.x"])).toEqual(["m.x=4"]);
  });

  it.each([
    ["a definition of the system", "", "def settled = m in B"],
    ["a variable of the system", "", "var settled : bool = false"],
    ["a definition of the module", "def settled = 1 == 2", ""],
  ])("a name that is declared wins over the word settled: %s", (_, outside, inside) => {
    const text = `${outside}
      machine M { initial mode A { step go if not settled -> B } mode B { } }
      system S { m : M  ${inside} }
      check c of S { }`;
    expect(labels(text)).toEqual(["m.go"]);
  });

  it("constants and memory of a check replace those of the text", () => {
    const text = `const LIMIT = 1
      type N = 0..LIMIT
      machine M { var x : N = 0 initial mode A { step up if x < LIMIT { x += 1 } } }
      system S { m : M }
      check small of S { }
      check large of S { LIMIT = 4 }`;
    expect(graphOf(modelOf(text, "small")).states.length).toBe(2);
    expect(graphOf(modelOf(text, "large")).states.length).toBe(5);
  });

  it("an interface gives its ports", () => {
    const text = `message Msg { A }
      interface Sender { port out o : Msg }
      machine Out { use Sender  initial mode One { step a -> Two { send o.A } } mode Two { } }
      machine In { port in i : Msg  initial mode W { on i.A } }
      system S { s : Out  r : In  channel q : s.o -> r.i fifo(1) }
      check c of S { }`;
    expect(labels(text)).toEqual(["r.A", "s.a"]);
  });
});
