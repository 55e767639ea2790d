/**
 * Carriers without a player, for tests: messages are handed over at given times, and what happens
 * to them is told.
 *
 * Two senders and a receiver on three cores; the receiver answers the first one.
 */
import type { Deployment } from "../../../spec/deployment.ts";
import { traceHeader } from "../../record/header.ts";
import { KIND } from "../../record/kinds.ts";
import { createTrace, NONE, NOWHERE, placeName, placeOf, type Trace } from "../../record/trace.ts";
import { createRandom } from "../../schedule/random.ts";
import { createAgenda } from "../agenda.ts";
import type { Fate } from "../carrier.ts";
import { deploymentOf } from "../deployments.fixture.ts";
import type { Home } from "../playing.ts";
import { CARD, NETWORK } from "../run-trace.ts";
import { createCarriers } from "./create-carriers.ts";

const TEXT = `module carried
id Who
message Ask { Ask }
message Answer { Answer }
machine Sender {
  port out ask : Ask
  port in answer : Answer
  initial mode Up {
    step begin { send ask.Ask }
    fair on answer.Answer
  }
}
machine Receiver {
  port in ask : Ask
  port out answer : Answer per Who
  initial mode Up { fair on ask.Ask { send answer[Who1].Answer } }
}
system Pair {
  client[w: Who] : Sender
  server : Receiver
  channel ask : client[*].ask -> server.ask mailbox(4)
  channel answer : server.answer[w] -> client[w].answer fifo(4)
}
deployment carried of Pair {
  Who = 2
  hardware { cores 3  memory MEMORY  nic { vfs 3 }  link { delay 20us } }
  domain one on core 0 { client[Who1] }
  domain two on core 1 { client[Who2] }
  domain server on core 2 { server }
  channel ask, answer via CARRIER
  run 1s
}
`;

/** Names of instances, by their numbers in the Model. */
export const ONE = 0;
export const TWO = 1;
export const SERVER = 2;

export interface Wanted {
  /** What the deployment says after `via`; undefined: shared memory. */
  readonly carrier?: string;
  readonly memory?: string;
  readonly seed?: number;
  readonly fences?: boolean;
  readonly recorded?: boolean;
  /** Are all domains on core 0? */
  readonly oneCore?: boolean;
  /** Is everybody in one domain, called `server`? */
  readonly oneDomain?: boolean;
}

export interface Arrival {
  /** Number of the message, in the order of `send`. */
  readonly number: number;
  readonly time: number;
  readonly cause: number;
}

export interface Carried {
  readonly deployment: Deployment;
  readonly trace: Trace | undefined;
  readonly arrivals: readonly Arrival[];
  /** Hands a message over at a time; gives its number. */
  send(time: number, sender: number, more?: { fate?: Fate; isCopy?: boolean }): number;
  crash(time: number, domain: string): void;
  /** Until nothing is left to be done; gives the time then. */
  finish(): number;
}

const deployments = new Map<string, Deployment>();

const DOMAINS = /  domain one[^]*\{ server \}\n/;
const ONE_DOMAIN = "  domain server on core 2 { client[Who1], client[Who2], server }\n";

function deploymentFor({ carrier, memory = "tso(8)", oneDomain = false }: Wanted): Deployment {
  const line = carrier === undefined ? "" : `channel ask, answer via ${carrier}`;
  const text = TEXT.replace("channel ask, answer via CARRIER", line)
    .replace("MEMORY", memory)
    .replace(DOMAINS, (several) => (oneDomain ? ONE_DOMAIN : several));
  const deployment = deployments.get(text) ?? deploymentOf(text);
  deployments.set(text, deployment);
  return deployment;
}

export function carried(wanted: Wanted): Carried {
  const { seed = 1, fences = true, recorded = false, oneCore = false } = wanted;
  const deployment = deploymentFor(wanted);
  const { model, domains, hardware } = deployment;
  const header = { engine: "0", scenario: "carried", seed, cores: hardware.cores };
  const names = domains.map(({ name }) => name);
  const named = { domains: names, components: [CARD, NETWORK] };
  const trace = recorded ? createTrace(traceHeader({ ...header, ...named })) : undefined;
  const agenda = createAgenda(0);
  const homes = model.instances.map((_, instance): Home => {
    const domain = domains.find(({ instances }) => instances.includes(instance));
    return { domain: domain?.name, core: oneCore ? 0 : domain?.cores[0], pace: 1 };
  });
  const random = createRandom(seed);
  const carriers = createCarriers(deployment, { agenda, random, trace, homes, fences });
  const arrivals: Arrival[] = [];
  let sent = 0;
  return {
    deployment,
    trace,
    arrivals,
    send(time, sender, { fate, isCopy = false } = {}) {
      const number = sent++;
      const channel = sender === SERVER ? 1 : 0;
      const receiver = sender === SERVER ? ONE : SERVER;
      const [from, to] = [homes[sender], homes[receiver]];
      if (from === undefined || to === undefined) throw new RangeError(`No instance ${sender}`);
      agenda.later(time, () => {
        const place = placeOf(from.core ?? NOWHERE, names.indexOf(from.domain ?? ""), NOWHERE);
        const text = trace?.handleOf(`send ${number}`) ?? 0;
        carriers.of[channel]?.carry({
          channel,
          sender: from,
          receiver: to,
          sent: trace?.record(agenda.now, KIND.step, place, text, 0) ?? NONE,
          isCopy,
          fate,
          arrive: (cause) => arrivals.push({ number, time: agenda.now, cause }),
        });
      });
      return number;
    },
    crash: (time, domain) => agenda.later(time, () => carriers.crash(domain)),
    finish() {
      while (agenda.next !== Number.POSITIVE_INFINITY) agenda.advance();
      return agenda.now;
    },
  };
}

/** What was recorded from a time on: what and where, and by the last column what caused it. */
export function told({ trace }: Carried, from: number): readonly string[] {
  if (trace === undefined) return [];
  const all = Array.from({ length: trace.end }, (_, id) => trace.event(id));
  const first = all.findIndex(({ time }) => time >= from);
  return all.slice(first).map((event, index) => {
    const place = placeName(trace.header, event).replaceAll(" ", "-");
    const causes = event.causes.map((cause) => cause - first).join(" and ");
    const after = causes === "" ? "" : ` after ${causes}`;
    return `${index} ${place} ${event.kind}${after}`;
  });
}
