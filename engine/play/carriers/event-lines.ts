/**
 * Event channels between the domains of a run: a line for each sender, receiver and purpose.
 *
 *     sender's port, unbound ◄──binds── receiver's port, pending from the start: "look"
 *
 *     send: trap ──► bits set in the receiver's domain ──kick──► upcall: clear upcall pending,
 *           take the selector, for each pending port clear it, then call its handler
 *
 * Two sends before the upcall are one event, so a handler has to look for all there is. As in the
 * published system all events of a domain come to one virtual CPU.
 *
 * A domain that dies loses its ports: the other end falls back to unbound, hears nothing, and what
 * it sends is lost in silence. Here the next life of the domain gets its lines at once, and the
 * receiver binds again, which makes it look. When the two find each other again in truth is what
 * a Model about restarts says; no message can be received before its Model says so.
 */
import { createEventChannels } from "../../hypervisor/event-channels.ts";
import { portsOfAbi } from "../../hypervisor/event-layout.ts";
import { KIND } from "../../record/kinds.ts";
import { NONE } from "../../record/trace.ts";
import { UPCALL } from "../latencies.ts";
import type { Home } from "../playing.ts";
import { Hypercall, type Machine } from "./machine.ts";

export interface EventLine {
  /**
   * The sender notifies. `inside` is called in the hypervisor, right before the bits are set, with
   * the event of that: what is in memory then is there for the upcall.
   */
  send(home: Home, cause: number, inside?: (event: number) => void): void;
}

export interface EventLines {
  /** A line; `look` is the receiver's handler, and gets the event of the upcall. */
  connect(sender: Home, receiver: Home, look: (event: number) => void): EventLine;
  /** Ports of a domain are closed, and its lines are bound anew. */
  crash(domain: number): void;
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly receiver: Home;
  readonly look: (event: number) => void;
  sendingPort: number;
  receivingPort: number;
  /** Event of the trace that notified last. */
  sent: number;
}

const WORD_BITS = 64;

/** `lines`: how many there will be at most. */
export function createEventLines(machine: Machine, count: number): EventLines {
  const { agenda, domains } = machine;
  const lines: Line[] = [];
  const ports = Math.min(portsOfAbi(WORD_BITS), 2 * count + 2);
  const channels = createEventChannels(
    { domains, vcpus: 1, wordBits: WORD_BITS, ports },
    {
      kick: (domain) => agenda.quietly(agenda.now + machine.draw(UPCALL), () => upcall(domain)),
    },
  );
  /** By domain and port: whose receiving end it is. */
  const ends = new Map<number, Line>();
  const endOf = (domain: number, port: number): number => domain * ports + port;
  const upcall = (domain: number): void => {
    channels.clearUpcallPending(domain, 0);
    for (const word of channels.takeSelector(domain, 0)) {
      const end = Math.min(ports, (word + 1) * WORD_BITS);
      for (let port = word * WORD_BITS; port < end; port++) {
        if (channels.isMasked(domain, port) || !channels.clearPending(domain, port)) continue;
        const line = ends.get(endOf(domain, port));
        if (line === undefined) continue;
        line.look(machine.record(KIND["evt-upcall"], line.receiver, port, domain, line.sent));
      }
    }
  };
  const bind = (line: Line): void => {
    const { from, to } = line;
    line.sendingPort = granted(channels.allocUnbound(from, to));
    line.receivingPort = granted(channels.bindInterdomain(to, from, line.sendingPort));
    ends.set(endOf(to, line.receivingPort), line);
  };
  return {
    connect(sender, receiver, look) {
      const [from, to] = [machine.domainOf(sender), machine.domainOf(receiver)];
      const nothing = { sendingPort: 0, receivingPort: 0, sent: NONE };
      const line: Line = { from, to, receiver, look, ...nothing };
      lines.push(line);
      bind(line);
      return {
        send(home, cause, inside = () => undefined) {
          machine.trap(home, Hypercall.eventChannelOp, cause, (event) => {
            line.sent = machine.record(KIND["evt-send"], home, line.sendingPort, from, event);
            inside(line.sent);
            channels.send(from, line.sendingPort);
          });
        },
      };
    },
    crash(domain) {
      const torn = lines.filter(({ from, to }) => from === domain || to === domain);
      channels.destroy(domain);
      for (const line of torn) {
        ends.delete(endOf(line.to, line.receivingPort));
        channels.close(line.from, line.sendingPort);
        channels.close(line.to, line.receivingPort);
      }
      for (const line of torn) bind(line);
    },
  };
}

function granted(port: number): number {
  if (port <= 0) throw new RangeError(`The hypervisor gave no port: ${port}`);
  return port;
}
