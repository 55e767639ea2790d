/** Lines of a refinement that are wrong, each with its code and the words it blames. */
import { describe, expect, test } from "vitest";
import { codes, messages } from "./judge-notation.ts";

const SYSTEMS = `module m
type Seat = 1..3
id Client
symmetric id Peer
enum Lamp { Red, Green }
record Pair { left: 0..3, right: bool }
message Req { Open(c: Client), Stop }
machine Server {
  port in req : Req
  var table : set<Client> = {}
  ghost var seen : 0..3 = 0
  initial mode Up { on req.Open(c) { table += c } on req.Stop -> Down }
  mode Down { block req.Open, req.Stop }
}
machine App(me: Client) {
  port out req : Req
  var tries : 0..3 = 0
  initial mode Idle { step open if tries < 3 { tries += 1; send req.Open(me) } }
}
system Net {
  server : Server
  app[c: Client] : App(c)
  channel req : app[*].req -> server.req fifo(2)
}
machine Desk(me: Client) {
  var pair : Pair = Pair(0, false)
  var count : map<Client, 0..3> = 0
  initial mode Free { step take -> Taken }
  mode Taken { }
}
machine Twins { parallel {
  region Left { initial mode On { } mode Off { } }
  region Right { initial mode On { } mode Off { } }
} }
machine Light {
  timer t 1s..2s
  ghost var blinks : 0..3 = 0
  initial mode Run { parallel {
    region Left { initial mode On { } mode Off { } }
    region Right { initial mode On { } mode Off { } }
  } }
}
`;

/** Errors of a refinement of \`Net\` with these lines, onto a system with these items. */
function errors(items: string, lines: string): readonly string[] {
  return codes(`${SYSTEMS}
system Abs { ${items} }
refinement R : Net implements Abs { ${lines} }
check c of Net { Client = 2  Peer = 2  allow stuck }`);
}

const DESKS = "desk[c: Client] : Desk(c)";
const ALL = `desk[c].mode = if c in server.table then Taken else Free
  desk[c].pair = Pair(app[c].tries, c in server.table)
  desk[c].count[d] = if c == d then app[c].tries else 0`;

describe("lines that are right", () => {
  test.each([
    ["a mode, a record and the entries of a map, each name bound by its index", DESKS, ALL],
    [
      "the fields of a record one by one",
      DESKS,
      ALL.replace(/desk\[c\]\.pair.*/, "desk[c].pair.left = 0  desk[c].pair.right = true"),
    ],
    [
      "the entries of a map one by one",
      DESKS,
      ALL.replace(
        /desk\[c\]\.count\[d\].*/,
        "desk[c].count[Client1] = 0  desk[c].count[Client2] = 1",
      ),
    ],
    [
      "a constant member as an index",
      "desk[l: Lamp] : Light",
      "desk[Red].t = true  desk[Green].t = false" +
        "  desk[l].mode.Run.Left = On  desk[l].mode.Run.Right = if server in Up then Off else none",
    ],
    ["a system without a variable", "", ""],
    [
      "namesakes, which need no line",
      "server : Server  app[c: Client] : App(c)  " +
        "channel req : app[*].req -> server.req fifo(2)",
      "",
    ],
    [
      "the mode of an instance and a channel as values",
      "other : Server  app[c: Client] : App(c)  " +
        "channel sent : app[*].req -> other.req fifo(3)",
      "other.mode = server.mode  other.table = server.table  sent = req",
    ],
    [
      "the contents of a channel, written out",
      "server : Server  app[c: Client] : App(c)  " +
        "channel sent : app[*].req -> server.req fifo(3)",
      "sent = if req.empty then [] else [Stop, Open(Client1)]",
    ],
  ])("%s", (_, items, lines) => {
    expect(errors(items, lines)).toEqual([]);
  });
});

describe("lines that are wrong", () => {
  test.each<[string, string, string, string[]]>([
    ["a place without a line", DESKS, "", ["E0160 R"]],
    [
      "an entry of a map without a line",
      DESKS,
      ALL.replace(/desk\[c\]\.count\[d\].*/, "desk[c].count[Client1] = 0"),
      ["E0160 R"],
    ],
    [
      "a field without a line",
      DESKS,
      ALL.replace(/desk\[c\]\.pair.*/, "desk[c].pair.left = 0"),
      ["E0160 R"],
    ],
    ["a place with two lines", DESKS, `${ALL}\n  desk[d].mode = Free`, ["E0147 desk[d].mode"]],
    [
      "a part of a place that has a line",
      DESKS,
      `${ALL}\n  desk[c].pair.left = 1`,
      ["E0147 desk[c].pair.left"],
    ],
    [
      "a whole whose part has a line",
      DESKS,
      `desk[Client1].pair.left = 1\n  ${ALL}`,
      ["E0147 desk[c].pair"],
    ],
    [
      "a ghost",
      "light : Light",
      "light.t = true  light.mode.Run.Left = On  light.mode.Run.Right = On  light.blinks = 1",
      ["E0161 light.blinks"],
    ],
    [
      "a region that does not exist",
      "light : Light",
      "light.mode.Run.Middle = On",
      ["E0134 Middle"],
    ],
    ["a machine of regions as a whole", "twins : Twins", "twins.mode = On", ["E0134 mode"]],
    ["a mode of another machine", DESKS, ALL.replace("then Taken", "then Up"), ["E0107 Up"]],
    [
      "the mode of another machine",
      DESKS,
      ALL.replace(/desk\[c\]\.mode.*/, "desk[c].mode = server.mode"),
      ["E0201 server.mode"],
    ],
    [
      "a value of another type",
      DESKS,
      ALL.replace("app[c].tries, c in", "server.table, c in"),
      ["E0201 server.table"],
    ],
    [
      "a name that the place does not bind",
      DESKS,
      ALL.replace("then Taken else Free", "then Taken else d"),
      ["E0107 d"],
    ],
    ["a number that is no index", "it[n: Seat] : Desk(Client1)", "it[7].mode = Free", ["E0201 7"]],
    [
      "a variable as an index",
      "it : Desk(Client1)  var k : 0..3 = 0  var m : map<Seat, bool> = false",
      "m[k] = true",
      ["E0204 k"],
    ],
    [
      "a symmetric id by name",
      "it[p: Peer] : Light",
      "it[Peer1].t = true  it[p].mode.Run.Left = On  it[p].mode.Run.Right = On",
      ["E0213 Peer1"],
    ],
    [
      "a place that depends on the state",
      "it : Desk(Client1)",
      "it.mode = Free  it.pair = Pair(0, true)  it.count[it.pair.left] = 1",
      ["E0201 it.pair.left"],
    ],
    [
      "a ghost of the implementation as a value",
      DESKS,
      ALL.replace("if c == d then app[c].tries", "if c == d then server.seen"),
      ["E0212 seen"],
    ],
    ["an instance without its index", DESKS, "desk.mode = Free", ["E0135 desk"]],
    [
      "two channels of different messages",
      "server : Server  app[c: Client] : App(c)  " +
        "channel sent : app[*].req -> server.req fifo(2)",
      "sent = server.table",
      ["E0201 server.table"],
    ],
  ])("%s", (_, items, lines, wanted) => {
    expect(errors(items, lines)).toEqual(wanted);
  });

  test("an abstract system with parameters", () => {
    const text = `${SYSTEMS}
system Abs(n: 0..3) { server : Server  app[c: Client] : App(c)
  channel req : app[*].req -> server.req fifo(2) }
refinement R : Net implements Abs { }
check c of Net { Client = 1  Peer = 1 }`;
    expect(codes(text)).toEqual(["E0161 Abs"]);
  });

  test("a refinement with the name of a property of its implementation", () => {
    const text = `module m
machine M { var x : bool = false  initial mode A { step flip { x = not x } } }
system S { m : M  invariant R: true }
refinement R : S implements S { }`;
    expect(codes(text)).toEqual(["E0109 R"]);
  });

  test("are judged also where no check has the implementation", () => {
    const text = `${SYSTEMS}\nsystem Abs { ${DESKS} }\nrefinement R : Net implements Abs { }`;
    expect(codes(text)).toEqual(["E0160 R"]);
  });
});

test("all places without a line are one message", () => {
  const text = `${SYSTEMS}\nsystem Abs { ${DESKS} }
refinement R : Net implements Abs { desk[c].pair = Pair(0, true) }`;
  const told = messages(text);
  expect(told).toContain("refinement `R` gives `desk[…].mode` no value");
  expect(told).toContain("without a value as well: desk[…].count");
});
