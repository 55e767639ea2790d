/**
 * `Machine`: what all carriers of a run share: virtual time, numbers of domains, traps into the
 * hypervisor, and the recording.
 *
 *     guest on a core ──trap──► hypervisor: inside() ──► back; the next trap of that core waits
 *
 * In the recording the first cause of an event is the message's own way, the second whatever else
 * it took, such as the interrupt that made somebody look. What a core does has core and domain as
 * its place, what a card does the card and the domain that it belongs to.
 */
import type { Deployment } from "../../../spec/deployment.ts";
import { NONE, NOWHERE, placeOf, type Trace } from "../../record/trace.ts";
import { KIND } from "../../record/kinds.ts";
import type { Random } from "../../schedule/random.ts";
import type { Agenda, Task } from "../agenda.ts";
import { type Span, TRAP } from "../latencies.ts";
import type { Home } from "../playing.ts";
import { CARD, NETWORK } from "../run-trace.ts";
import { draw } from "../waiting.ts";

export interface MachineParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly trace: Trace | undefined;
}

export interface Machine extends MachineParts {
  readonly deployment: Deployment;
  /** Domains and cores, and one more of each for what is nowhere. */
  readonly domains: number;
  readonly cores: number;
  readonly domainOf: (home: Home) => number;
  readonly coreOf: (home: Home) => number;
  /** Time to wait: one of the span. */
  draw(span: Span): number;
  /** Does a quiet task after some time. */
  after(span: Span, task: Task): void;
  /** Records an event of a core, and gives its number. */
  readonly record: (
    kind: number,
    home: Home,
    object: number,
    value: number,
    cause: number,
    other?: number,
  ) => number;
  /** The same for an event of a device of a domain; undefined: on the wire. */
  recordDevice(
    kind: number,
    domain: number | undefined,
    object: number,
    value: number,
    cause: number,
    other?: number,
  ): number;
  /** A hypercall: `inside` is done quietly, with the event of the trap. */
  trap(home: Home, call: number, cause: number, inside: (event: number) => void): void;
}

/** Numbers of hypercalls, of Xen's public/xen.h. */
export const Hypercall = { eventChannelOp: 32, grantTableOp: 20, xenService: 41 };

export function createMachine(deployment: Deployment, parts: MachineParts): Machine {
  const { agenda, random, trace } = parts;
  const cores = deployment.hardware.cores + 1;
  const numbers = new Map(deployment.domains.map(({ name }, index) => [name, index]));
  const domains = numbers.size + 1;
  const [card = NOWHERE, network = NOWHERE] = [CARD, NETWORK].map((name) => {
    const number = trace?.header.components.indexOf(name) ?? -1;
    return number < 0 ? NOWHERE : number;
  });
  const placeIn = (domain = NOWHERE): number => Math.min(domain, NOWHERE);
  const domainOf = ({ domain }: Home): number => numbers.get(domain ?? "") ?? domains - 1;
  const coreOf = ({ core = cores - 1 }: Home): number => core;
  const free = Array.from({ length: cores }, () => 0);
  const record: Machine["record"] = (kind, home, object, value, cause, other) => {
    if (trace === undefined) return NONE;
    const domain = placeIn(numbers.get(home.domain ?? ""));
    const place = placeOf(home.core ?? NOWHERE, domain, NOWHERE);
    return trace.record(agenda.now, kind, place, object, value, cause, other);
  };
  return {
    ...parts,
    deployment,
    domains,
    cores,
    domainOf,
    coreOf,
    draw: (span) => draw(random, span),
    after: (span, task) => agenda.quietly(agenda.now + draw(random, span), task),
    record,
    recordDevice(kind, domain, object, value, cause, other) {
      const component = domain === undefined ? network : card;
      const place = placeOf(NOWHERE, placeIn(domain), component);
      return trace?.record(agenda.now, kind, place, object, value, cause, other) ?? NONE;
    },
    trap(home, call, cause, inside) {
      const core = coreOf(home);
      const begin = Math.max(agenda.now, free[core] ?? 0);
      const entered = begin + draw(random, TRAP);
      free[core] = entered + draw(random, TRAP);
      const enter = (): void => {
        const event = record(KIND.hypercall, home, call, 0, cause);
        agenda.quietly(entered, () => inside(event));
      };
      if (begin > agenda.now) agenda.quietly(begin, enter);
      else enter();
    },
  };
}
