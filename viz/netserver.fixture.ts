/**
 * The network server of the examples and its `crashOnce` model, written by hand.
 *
 * Five steps lead to a client that believes in a connection which the restarted server has
 * forgotten; every view of a page has something to show for them.
 */
import type { PathStep } from "../checker/verdict.ts";
import type { Channel, Model, Rule, TransitionKind, Type } from "../spec/model.ts";
import type { SourceFile, Span } from "../spec/source.ts";
import {
  channelType,
  CLIENT,
  emptyModel,
  instance,
  modeType,
  pathOf,
  slot,
  spanOf,
  transition,
  TRUE,
  variable,
} from "./handmade.fixture.ts";

export const NETSERVER: SourceFile = {
  path: "netserver.libretto",
  text: `// A network server with a volatile connection table crashes and restarts.
module netserver

symmetric id Client
type Inc = 0..3                                   // incarnation of the server

message Req { Open(c: Client), Data(c: Client) }
message Rep { Opened(inc: Inc), Ack, Reset }

machine Server {
  port in req : Req
  port out rep : Rep per Client
  durable var inc : Inc = 0                       // survives a crash
  var table : set<Client> = {}                    // volatile: back to {} on crash

  initial mode Up {
    fair on req.Open(c)                       { table += c; send rep[c].Opened(inc) }
    fair on req.Data(c) if c in table         { send rep[c].Ack }
    fair on req.Data(c) if c not in table     { send rep[c].Reset }
  }
  mode Down {
    fair step restart -> Up                   { inc += 1 }
    block req.Open, req.Data
  }
  fault crash from Up -> Down
}

machine App(me: Client) {
  port out req : Req
  port in rep : Rep
  var conn : Inc? = none

  initial mode Idle {
    step open -> Opening                      { send req.Open(me) }
  }
  mode Opening {
    fair on rep.Opened(i) -> Open             { conn = i }
  }
  mode Open {
    strongly fair step write                  { send req.Data(me) }
    fair on rep.Ack
    fair on rep.Reset -> Idle                 { conn = none }
  }
  otherwise drop
}

system Net {
  server : Server
  app[c: Client] : App(c)
  channel req : app[*].req -> server.req fifo(2)
  channel rep : server.rep[c] -> app[c].rep fifo(2)

  def quiet = req.empty and (forall c in Client: rep[c].empty)

  reachable SomeoneOpen: exists c in Client: app[c] in Open
  invariant NoHalfOpen:
    server in Up and quiet implies
      forall c in Client: app[c] in Open implies c in server.table
  property Heals: forall c in Client:
    app[c] in Open and server in Up and c not in server.table
      leads to app[c] not in Open or c in server.table
}

check crashOnce of Net { Client = 2  faults server.crash <= 1  expect violation of NoHalfOpen }
`,
};

const INC: Type = { kind: "range", name: "Inc", low: 0, high: 3, overflow: "fail" };
const REQ: Type = {
  kind: "message",
  name: "Req",
  kinds: [
    { name: "Open", fields: [{ name: "c", type: CLIENT }] },
    { name: "Data", fields: [{ name: "c", type: CLIENT }] },
  ],
};
const REP: Type = {
  kind: "message",
  name: "Rep",
  kinds: [
    { name: "Opened", fields: [{ name: "inc", type: INC }] },
    { name: "Ack", fields: [] },
    { name: "Reset", fields: [] },
  ],
};

const OPEN = 0;
export const at = (words: string): Span => spanOf(NETSERVER, words);

function netserverRules(): readonly Rule[] {
  const rule = (text: string, machine: string, kind: TransitionKind, words: string): Rule => {
    return { text, machine, kind, span: at(words) };
  };
  return [
    rule("Server.Up on req.Open(c)", "Server", "receive", "fair on req.Open(c)"),
    rule(
      "Server.Up on req.Data(c) if c in table",
      "Server",
      "receive",
      "fair on req.Data(c) if c in",
    ),
    rule(
      "Server.Up on req.Data(c) if c not in table",
      "Server",
      "receive",
      "fair on req.Data(c) if c not",
    ),
    rule("Server.Down step restart", "Server", "step", "fair step restart"),
    rule("Server fault crash", "Server", "fault", "fault crash"),
    rule("App.Idle step open", "App", "step", "step open"),
    rule("App.Opening on rep.Opened(i)", "App", "receive", "fair on rep.Opened(i)"),
    rule("App.Open step write", "App", "step", "strongly fair step write"),
    rule("App.Open on rep.Ack", "App", "receive", "fair on rep.Ack"),
    rule("App.Open on rep.Reset", "App", "receive", "fair on rep.Reset"),
  ];
}

/** The network server with two clients. */
export function netserverModel(): Model {
  const app = modeType("App", "Idle", "Opening", "Open");
  const budget = { role: "faults", fault: "server.crash" } as const;
  const trigger = (channel: number, kind: number) => ({ trigger: { channel, kind, binders: [] } });
  const channel = (name: string, at: number, message: Type, receiver: number): Channel => {
    const common = { discipline: "fifo", capacity: 2, senders: [], span: TRUE.span } as const;
    const family = { name, index: [] };
    return { name, family, port: name, slot: at, message, receiver, ...common };
  };
  return emptyModel({
    module: "netserver",
    file: NETSERVER.path,
    span: at("check crashOnce"),
    settings: [
      { name: "Client", value: "2", set: true },
      { name: "Inc", value: "0..3", set: false },
    ],
    instances: [
      instance("server", "Server", 0),
      instance("app[Client1]", "App", 3),
      instance("app[Client2]", "App", 5),
    ],
    slots: [
      slot("server", modeType("Server", "Up", "Down"), { role: "mode", instance: 0, region: "" }),
      variable("server.inc", INC, 0),
      variable("server.table", { kind: "set", of: CLIENT }, 0),
      slot("app[Client1]", app, { role: "mode", instance: 1, region: "" }),
      variable("app[Client1].conn", { kind: "optional", of: INC }, 1),
      slot("app[Client2]", app, { role: "mode", instance: 2, region: "" }),
      variable("app[Client2].conn", { kind: "optional", of: INC }, 2),
      slot("req", channelType(REQ), { role: "channel", channel: 0 }),
      slot("rep[Client1]", channelType(REP), { role: "channel", channel: 1 }),
      slot("rep[Client2]", channelType(REP), { role: "channel", channel: 2 }),
      slot("faults server.crash", { kind: "int" }, budget),
    ],
    channels: [
      channel("req", 7, REQ, 0),
      channel("rep[Client1]", 8, REP, 1),
      channel("rep[Client2]", 9, REP, 2),
    ],
    rules: netserverRules(),
    transitions: [
      transition("app[Client1].open", "step", 1),
      transition("server.Open", "receive", 0, trigger(0, OPEN)),
      transition("server.crash", "fault", 0),
      transition("server.restart", "step", 0),
      transition("app[Client1].Opened", "receive", 1, trigger(1, 0)),
    ],
    faults: [{ name: "server.crash", bound: 1, slot: 10, span: at("faults server.crash <= 1") }],
    expect: {
      states: undefined,
      violations: [{ name: "NoHalfOpen", span: at("expect violation of NoHalfOpen") }],
    },
  });
}

/** The five steps to `NoHalfOpen`. */
export function netserverPath(): readonly PathStep[] {
  return pathOf(
    [0, 0, [], 0, null, 0, null, [], [], [], 0],
    [
      [
        "app[Client1].open",
        0,
        { 3: 1, 7: [[OPEN, 0]] },
        at("step open -> Opening                      { send req.Open(me) }"),
      ],
      [
        "server.Open(Client1)",
        1,
        { 2: [0], 7: [], 8: [[0, 0]] },
        at("fair on req.Open(c)                       { table += c; send rep[c].Opened(inc) }"),
      ],
      ["server.crash", 2, { 0: 1, 2: [], 10: 1 }, at("fault crash from Up -> Down")],
      [
        "server.restart",
        3,
        { 0: 0, 1: 1 },
        at("fair step restart -> Up                   { inc += 1 }"),
      ],
      [
        "app[Client1].Opened(0)",
        4,
        { 3: 2, 4: 0, 8: [] },
        at("fair on rep.Opened(i) -> Open             { conn = i }"),
      ],
    ],
  );
}
