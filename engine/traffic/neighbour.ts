/**
 * What a Linux host knows of a neighbour: the MAC address of one IP address, and for how long.
 *
 *     unknown ──frame to send──► asking: 3 broadcasts, 1 s apart ──reply──► known
 *     known ──15 to 45 s without confirmation, frame to send──► doubted for 5 s
 *           ──► probed: 3 requests to that MAC, 1 s apart ──no reply──► unknown
 *
 * Whatever shows that frames get through confirms: a reply, or an acknowledgement of new bytes. An
 * announcement replaces the address, but is no confirmation. Frames wait while the address is
 * unknown; when nobody replies they are dropped.
 *
 * So a host whose neighbour has moved without being heard sends to the old address for up to 53
 * seconds. Source: arp(7) (base_reachable_time, delay_first_probe_time, ucast_solicit,
 * mcast_solicit, retrans_time); Linux, net/core/neighbour.c and net/ipv4/arp.c (arp_process), and
 * tcp_ack for the confirmation.
 */
import type { Mac } from "../network/frames.ts";
import type { Random } from "../schedule/random.ts";
import { timeBelow } from "./time-below.ts";

const SECOND = 1_000_000_000;
const REACHABLE: number = 30 * SECOND;
const DELAY: number = 5 * SECOND;
const BETWEEN: number = SECOND;
const TRIES = 3;

export interface Neighbour {
  /** Undefined: unknown. */
  readonly mac: Mac | undefined;
  /** When `expire` is to be called. */
  readonly timer: number | undefined;
  /** A frame is to be sent: gives what must be asked first. */
  use(now: number): Question | undefined;
  /** Frames get through. */
  confirm(now: number): void;
  /** The neighbour has said where it is; `reply`: because it was asked. */
  learn(now: number, mac: Mac, reply: boolean): void;
  expire(now: number): Question | undefined | "failed";
}

/** An ARP request to everybody, or to the address that is doubted. */
export interface Question {
  readonly to: Mac | "everybody";
}

export function createNeighbour(random: Random): Neighbour {
  let mac: Mac | undefined;
  let state: "unknown" | "asking" | "known" | "doubted" | "probed" = "unknown";
  let until = 0;
  let timer: number | undefined;
  let tries = 0;
  const ask = (now: number, to: Question["to"]): Question => {
    tries++;
    timer = now + BETWEEN;
    return { to };
  };
  const confirm = (now: number): void => {
    if (mac === undefined) return;
    state = "known";
    // Half to one and a half times the base, drawn by the host.
    until = now + REACHABLE / 2 + timeBelow(random, REACHABLE);
    timer = undefined;
  };
  return {
    get mac() {
      return mac;
    },
    get timer() {
      return timer;
    },
    use(now) {
      if (state === "unknown") {
        state = "asking";
        tries = 0;
        return ask(now, "everybody");
      }
      if (state === "known" && now > until) {
        state = "doubted";
        timer = now + DELAY;
      }
      return undefined;
    },
    // Drawn anew only when it was in doubt, as often as Linux does or more seldom.
    confirm(now) {
      if (state === "known" && until - now > REACHABLE / 2) return;
      confirm(now);
    },
    learn(now, address, reply) {
      if (mac === undefined && state === "unknown" && !reply) return;
      mac = address;
      if (reply) confirm(now);
      else {
        state = "known";
        until = now;
        timer = undefined;
      }
    },
    expire(now) {
      if (timer === undefined || now < timer) return undefined;
      timer = undefined;
      if (state === "doubted") {
        state = "probed";
        tries = 0;
      }
      if (state === "probed" && mac !== undefined) {
        if (tries < TRIES) return ask(now, mac);
        mac = undefined;
        state = "unknown";
        return "failed";
      }
      if (tries < TRIES) return ask(now, "everybody");
      state = "unknown";
      return "failed";
    },
  };
}
