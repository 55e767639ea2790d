/**
 * Random systems in which reductions have something to do, for property tests only.
 *
 * Two symmetric id types; clients that talk to a server and keep ids in sets, maps, lists,
 * optionals and messages; workers that share memory through store buffers; counters that have
 * nothing to do with anybody. Small enough to be searched completely, mostly.
 */
import fc from "fast-check";

type Generate = fc.GeneratorValue;

function below(g: Generate, count: number): number {
  return g(fc.nat, { max: count - 1 });
}

function pick<T>(g: Generate, from: readonly [T, ...T[]]): T {
  return from[below(g, from.length)] ?? from[0];
}

/** Some of the texts, in order. */
function some(g: Generate, texts: readonly string[]): string {
  return texts.filter(() => below(g, 2) === 0).join("\n    ");
}

function server(g: Generate): string {
  const test = (): string =>
    pick(g, [
      "c in table",
      "c not in table",
      "seen[c] < 2",
      "last == c",
      "c in queue",
      "(exists d in Client: d in table and d != c)",
      "table.size < 2",
      "true",
    ]);
  const act = (): string =>
    pick(g, [
      "table += c",
      "table -= c",
      "seen[c] = 1",
      "last = c",
      "last = none",
      "if queue.size < 2 { queue += c }",
      "queue = []",
      "send rep[c].Told(c)",
      "send rep[c].Done",
      "for d in table { send rep[d].Done }",
      "for d in Client { seen[d] = 0 }",
      "for d in table { table -= d }",
      "choose d in Client; last = d",
      "choose d in Client where d not in table; table += d",
      "assert table.size < 3",
      "seen[c] += 1",
    ]);
  const target = (): string => pick(g, ["", "", "-> Up", "-> Down"]);
  const on = (kind: string): string => {
    const body = pick(g, ["", act(), `${act()}; ${act()}`]);
    return `on req.${kind}(c)${pick(g, ["", ` if ${test()}`])} ${target()} { ${body} }`;
  };
  const rules = (): string =>
    some(g, [on("Ask"), on("Ask"), on("Quit"), `step tick ${target()}`, "ignore req.Quit"]);
  return `machine Server {
  port in req : Req
  port out rep : Rep per Client
  var table : set<Client> = {}
  var seen : map<Client, 0..2> = 0
  durable var last : Client? = none
  var queue : list<Client; 2> = []
  initial mode Up {
    ${rules()}
  }
  mode Down {
    ${rules()}
    step restart -> Up
  }
  fault crash from Up -> Down
  otherwise ${pick(g, ["drop", "block", "fail"])}
}`;
}

function client(g: Generate): string {
  const act = (): string =>
    pick(g, ["send req.Ask(me)", "send req.Quit(me)", "friend = me", "count = 1", ""]);
  return `machine App(me: Client) {
  port out req : Req
  port in rep : Rep
  var friend : Client? = none
  var count : 0..1 = 0
  initial mode Idle {
    step go -> ${pick(g, ["Busy", "Busy", "Idle", "End"])} { ${act()} }
  }
  mode Busy {
    ${some(g, [
      "on rep.Told(c) -> Idle { friend = c }",
      "on rep.Told(c) if c == me { count = 1 }",
      "on rep.Done -> Idle",
      "step leave -> End { send req.Quit(me) }",
      "step hop -> Busy2",
    ])}
  }
  mode Busy2 { step back -> ${pick(g, ["Busy", "End"])} }
  final mode End { }
  otherwise ${pick(g, ["drop", "fail"])}
}`;
}

function worker(g: Generate): string {
  const act = (): string =>
    pick(g, [
      "mem.x = 1",
      "mem.flag[me] = true",
      "mem.flag[me] = false",
      "mem.owner = me",
      "got = mem.x",
      "got = swap(mem.x, 1)",
      "fence",
    ]);
  const wait = (): string =>
    pick(g, ["", "", "await mem.x == 0", "await mem.owner != me", "await not mem.flag[me]"]);
  const next = (): string => pick(g, ["", "then A", "if got == 1 then C else A"]);
  return `thread Worker(me: Node) {
  var got : 0..1 = 0
  A: ${wait()} { ${act()} } ${next()}
  B: ${wait()} { ${act()} } ${next()}
  C: { ${act()} }
}`;
}

function checkOf(g: Generate, crashes: boolean, clients: number, nodes: number): string {
  return `check c of S {
  Client = ${clients}
  Node = ${nodes}
  ${crashes ? "faults server.crash <= 1" : ""}
  ${below(g, 2) === 0 ? "allow stuck" : ""}
}`;
}

function system(g: Generate): string {
  const discipline = pick(g, ["fifo(1)", "fifo(2)", "mailbox(2)", "bag(2)", "rendezvous"]);
  const back = pick(g, ["fifo(1)", "bag(2)", "fifo(2)"]);
  const memory = pick(g, ["memory sc", "memory tso(1)", "memory tso(2)"]);
  const parts = pick(g, ["apps", "workers", "both"] as const);
  const apps = parts !== "workers";
  const workers = parts !== "apps";
  const counters = parts !== "both" && below(g, 2) === 0;
  const all = (text: string, wanted: boolean): string => (wanted ? text : "");
  const clients = apps && !workers ? pick(g, [2, 2, 3]) : 2;
  const nodes = workers && !apps ? pick(g, [2, 3]) : 2;
  const properties = [
    ...(apps
      ? [
          "invariant Table: forall c in Client: c in server.table implies app[c] not in Idle",
          "invariant Calm: req.empty or server.last == none",
          "reachable Ended: exists c in Client: app[c] in End",
        ]
      : []),
    ...(workers ? ["invariant Alone: (count n in Node: mem.flag[n]) <= 1"] : []),
    ...(workers ? ["reachable Owned: mem.owner != none and mem.x == 1"] : []),
    ...(counters ? ["reachable High: left.n == 2"] : []),
  ];
  return `system S {
  ${all(memory, workers)}
  ${all("server : Server\n  app[c: Client] : App(c)", apps)}
  ${all("mem : Memory\n  worker[n: Node] : Worker(n)", workers)}
  ${all("left : Counter\n  right : Counter", counters)}
  ${all(`channel req : app[*].req -> server.req ${discipline}`, apps)}
  ${all(`channel rep : server.rep[c] -> app[c].rep ${back}`, apps)}
  ${some(g, properties)}
}
${checkOf(g, apps && below(g, 2) === 0, clients, nodes)}`;
}

/** Texts of random systems with one check. */
export const arbitrarySystem: fc.Arbitrary<string> = fc.gen().map(
  (g) => `module random
symmetric id Client
symmetric id Node
message Req { Ask(c: Client), Quit(c: Client) }
message Rep { Told(c: Client), Done }
machine Memory {
  shared var x : 0..1 = 0
  shared var flag : map<Node, bool> = false
  shared var owner : Node? = none
}
machine Counter {
  var n : 0..2 = 0
  initial mode On { step up if n < 2 { n += 1 }  step down if n == 2 -> Off }
  mode Off { step on -> On { n = 0 } }
}
${server(g)}
${client(g)}
${worker(g)}
${system(g)}
`,
);
