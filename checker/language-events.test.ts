/** What messages, faults, timers and interrupts of Libretto mean, seen from outside. */
import { describe, expect, it } from "vitest";
import { machine, pair, SEND_A_THEN_B } from "./language-notation.ts";
import { ends, labels, states } from "./libretto-notation.ts";

describe("messages", () => {
  it("a ring shows only its head", () => {
    const text = pair(SEND_A_THEN_B, "initial mode W { on i.B  block i.A }");
    expect(labels(text)).toEqual(["s.a", "s.b"]);
  });

  it("defer looks past a message of a mailbox, until a mode takes it", () => {
    const text = pair(
      SEND_A_THEN_B,
      "initial mode W { defer i.A  on i.B -> T } mode T { on i.A(n) { got += n } }",
      "mailbox(2)",
    );
    expect(ends(text, ["r.got"])).toEqual(["r.got=[1]"]);
  });

  it("a bag gives any message first", () => {
    const text = pair(
      SEND_A_THEN_B,
      "initial mode W { on i.A(n) { got += 1 } on i.B { got += 2 } }",
      "bag(2)",
    );
    expect(ends(text, ["r.got"])).toEqual(["r.got=[1, 2]", "r.got=[2, 1]"]);
  });

  it("a rendezvous is one step of both", () => {
    const text = pair(
      SEND_A_THEN_B,
      "initial mode W { on i.A(n) -> X { got += n } } mode X { on i.B }",
      "rendezvous",
    );
    expect(states(text, ["s", "r", "q"])).toEqual([
      "s=One r=W q=[]",
      "s=Three r=X q=[]",
      "s=Two r=X q=[]",
    ]);
  });

  it("a rendezvous waits for a receiver that is ready", () => {
    const text = pair(SEND_A_THEN_B, "initial mode W { on i.B }", "rendezvous");
    expect(labels(text)).toEqual([]);
  });

  it("a full channel disables the sender", () => {
    const text = pair("initial mode One { step a { send o.B } }", "initial mode W { block i.B }");
    expect(states(text, ["q"])).toEqual(["q=[B, B]", "q=[B]", "q=[]"]);
  });

  it("a message whose rules all have false guards waits, neither unhandled nor dropped", () => {
    const text = pair(SEND_A_THEN_B, "initial mode W { on i.A(n) if n > 3 } otherwise drop");
    expect(labels(text)).toEqual(["s.a", "s.b"]);
  });

  it("ignore and otherwise drop consume", () => {
    const text = pair(SEND_A_THEN_B, "initial mode W { ignore i.A } otherwise drop");
    expect(ends(text, ["q"])).toEqual(["q=[]"]);
  });

  it("rules with overlapping guards are a choice", () => {
    const text = pair(
      SEND_A_THEN_B,
      `initial mode W { on i.A(n) -> X on i.A(n) -> Y ignore i.B }
       mode X { ignore i.B } mode Y { ignore i.B }`,
    );
    expect(ends(text, ["r"])).toEqual(["r=X", "r=Y"]);
  });

  it("a port per id receives from the queue of each", () => {
    const text = `symmetric id C
      message Msg { A }
      machine Out(me: C) { port out o : Msg
        initial mode One { step a -> Two { send o.A } } mode Two { } }
      machine In { port in i : Msg per C  var from : set<C> = {}
        initial mode W { on i[c].A if c not in from { from += c } } }
      system S { s[c: C] : Out(c)  r : In  channel q : s[c].o -> r.i[c] fifo(1) }
      check c of S { C = 2 }`;
    expect(ends(text, ["r.from"])).toEqual(["r.from={C1, C2}"]);
  });
});

describe("faults", () => {
  const CRASH = `durable var d : N = 0  var v : N = 0
    timer t 1s
    initial mode Up { step work if v < 1 { v += 1; d += 1; start t } }
    mode Down { exit { d = 5 } }
    fault crash from Up -> Down`;

  it("a fault without a budget never strikes", () => {
    expect(labels(machine(CRASH))).toEqual(["m.work"]);
  });

  it("volatile variables and timers return to their initial values, durable ones survive", () => {
    const text = machine(CRASH, "faults m.crash <= 1");
    expect(ends(text, ["m", "m.v", "m.d", "m.t"])).toEqual([
      "m=Down m.d=0 m.v=0 m.t=false",
      "m=Down m.d=1 m.v=0 m.t=false",
    ]);
  });

  it("a budget is spent, an unbounded fault is not counted", () => {
    const loop = "initial mode A { } fault bump from A -> A { }";
    expect(states(machine(loop, "faults m.bump <= 3")).length).toBe(4);
    expect(states(machine(loop, "faults m.bump unbounded")).length).toBe(1);
  });

  it("a fault leaves without exit blocks and enters with entry blocks", () => {
    const text = machine(
      `durable var x : N = 0
      initial mode A { exit { x += 1 } }  mode B { entry { x += 2 } }  fault f from A -> B`,
      "faults m.f <= 1",
    );
    expect(ends(text, ["m.x"])).toEqual(["m.x=2"]);
  });

  it("inbox drop empties the queues that end at the machine", () => {
    const receiver = (word: string): string =>
      `initial mode W { block i.A, i.B } mode X { block i.A, i.B } fault f from W -> X ${word}`;
    const kept = pair(SEND_A_THEN_B, receiver(""), "fifo(2)", "faults r.f <= 1");
    const dropped = pair(SEND_A_THEN_B, receiver("inbox drop"), "fifo(2)", "faults r.f <= 1");
    expect(ends(kept, ["q"])).toEqual(["q=[A(1), B]"]);
    // Before both were sent, after the first, after both: what came before the fault is gone.
    expect(ends(dropped, ["q"])).toEqual(["q=[A(1), B]", "q=[B]", "q=[]"]);
  });

  it.each([
    ["lossy", ["q=[A(1), B]", "q=[A(1)]", "q=[B]"]],
    ["duplicating", ["q=[A(1), A(1), B]", "q=[A(1), B, B]", "q=[A(1), B]"]],
    ["reordering(1)", ["q=[A(1), B]", "q=[B, A(1)]"]],
  ])("a %s channel strikes within its budget", (fault, wanted) => {
    const text = pair(
      SEND_A_THEN_B,
      "initial mode W { block i.A, i.B }",
      `fifo(3) ${fault}`,
      `faults q.${fault.replace("(1)", "")} <= 1`,
    );
    const atEnd = states(text, ["s", "q"]).filter((state) => state.startsWith("s=Three"));
    expect(atEnd.map((state) => state.replace("s=Three ", ""))).toEqual(wanted);
  });
});

describe("timers and interrupts", () => {
  it("an armed timer may expire at any moment, once", () => {
    const text = machine(`timer t 1s..2s  var x : N = 0
      initial mode A { step arm if x == 0 { start t; x = 1 }  after t { x += 1 } }`);
    expect(ends(text, ["m.x", "m.t"])).toEqual(["m.t=false m.x=2"]);
  });

  it("a stopped timer does not expire, and one without a rule in the mode waits", () => {
    const text = machine(`timer t 1s  initial mode A { step arm -> B { start t } }
      mode B { step stop -> C { stop t } }  mode C { after t -> A }`);
    expect(labels(text)).toEqual(["m.arm", "m.stop"]);
  });

  it("two raises can merge, a masked line waits", () => {
    const text = machine(`interrupt irq  var x : N = 0  var n : N = 0
      initial mode A { step poke if n < 2 { n += 1; raise irq; mask irq }
        step open if n == 2 { n = 3; unmask irq }
        on interrupt irq { x += 1 } }`);
    expect(ends(text, ["m.x"])).toEqual(["m.x=1"]);
  });

  it("a line of the system is raised by one machine and taken by another", () => {
    const text = `machine Bell { initial mode A { step ring -> B { raise line } } mode B { } }
      machine Ear { initial mode A { on interrupt line -> B } mode B { } }
      system S { interrupt line  bell : Bell  ear : Ear }
      check c of S { }`;
    expect(ends(text, ["ear", "line pending"])).toEqual(["line pending=false ear=B"]);
  });
});
