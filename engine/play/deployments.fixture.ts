/** Deployments for tests: the network server, a ring under x86-TSO, and a talk over a bad link. */
import { readFileSync } from "node:fs";
import { type Deployment, loadProgram, lowerProgram } from "../../spec/index.ts";
import type { SourceFile } from "../../spec/source.ts";

const EXAMPLES = new URL("../../models/examples/", import.meta.url);

/** The first deployment of a text, which may use the shipped examples. */
export function deploymentOf(text: string): Deployment {
  const source = (path: string): SourceFile => {
    return { path, text: readFileSync(new URL(path, EXAMPLES), "utf8") };
  };
  const program = loadProgram([{ path: "deployed.libretto", text }], source);
  const { deployments, diagnostics } = lowerProgram(program);
  const [wrong] = diagnostics.filter(({ severity }) => severity === "error");
  if (wrong !== undefined) throw new Error(`${wrong.code}: ${wrong.title}`);
  const [deployment] = deployments;
  if (deployment === undefined) throw new Error("no deployment");
  return deployment;
}

/** Three clients of the network server, which crashes once; `CARRIER` carries their requests. */
export const SERVER_TEXT = `module deployed
use netserver from "./netserver"
deployment underLoad of Net {
  hardware { cores 4  link { delay 20us  loss 10% } }
  domain netserver on core 0 { server }
  domain app[c: Client] on core 1..3 { app[c] }
  channel req via CARRIER
  channel rep via ring(512) doorbell evtchn
  at 5ms fault server.crash
  at 7ms do server.restart
  run 20ms
}
`;

/** A producer and a consumer on two cores. */
export const RING_TEXT = `module deployed
use ring from "./ring"
deployment twoCores of Pair {
  fences = false
  hardware { cores 2  memory tso(2) }
  domain one on core 0 { prod }
  domain other on core 1 { cons }
  run 20ms
}
`;

/** A client that asks again when no answer comes, over a link that loses, doubles and reorders. */
export const TALK_TEXT = `module deployed
message Ask { Ask(n: 0..3) }
message Answer { Answer(n: 0..3) }
machine Client {
  port out ask : Ask
  port in answer : Answer
  var n : 0..3 = 0
  timer rto 200us..300us
  timer rest 1ms
  initial mode Start {
    fair step begin -> Waiting { send ask.Ask(n); start rto }
    fair on answer.Answer(_)
  }
  mode Waiting {
    fair on answer.Answer(i) if i == n -> Resting { stop rto; start rest }
    fair on answer.Answer(i) if i != n
    fair after rto { send ask.Ask(n); start rto }
  }
  mode Resting {
    fair after rest -> Start { n = if n < 3 then n + 1 else 0 }
    fair on answer.Answer(_)
  }
}
machine Server {
  port in ask : Ask
  port out answer : Answer
  initial mode Up { fair on ask.Ask(i) { send answer.Answer(i) } }
}
system Talk {
  client : Client
  server : Server
  channel ask : client.ask -> server.ask mailbox(4) lossy duplicating reordering(1)
  channel answer : server.answer -> client.answer fifo(4) lossy duplicating
}
deployment overNetwork of Talk {
  hardware { cores 2  nic { vfs 1 }  link { delay 20us  loss 20%  duplication 10%  reordering 5% } }
  domain local on core 0 { client }
  domain remote on core 1 { server }
  channel ask, answer via nic
  run 100ms
}
`;
