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
  readonly random: Random;
  /** Undefined: unknown. */
  mac: Mac | undefined;
  state: "unknown" | "asking" | "known" | "doubted" | "probed";
  /** Up to when what is known is not doubted. */
  until: number;
  /** When `expire` is to be called. */
  timer: number | undefined;
  tries: number;
}

/** An ARP request to everybody, or to the address that is doubted. */
export interface Question {
  readonly to: Mac | "everybody";
}

export function createNeighbour(random: Random): Neighbour {
  return { random, mac: undefined, state: "unknown", until: 0, timer: undefined, tries: 0 };
}

/** A frame is to be sent: gives what must be asked first. */
export function use(one: Neighbour, now: number): Question | undefined {
  if (one.state === "unknown") {
    one.state = "asking";
    one.tries = 0;
    return ask(one, now, "everybody");
  }
  if (one.state === "known" && now > one.until) {
    one.state = "doubted";
    one.timer = now + DELAY;
  }
  return undefined;
}

/** Frames get through. How long that is believed is drawn anew when half of it is over. */
export function confirm(one: Neighbour, now: number): void {
  if (one.mac === undefined || (one.state === "known" && one.until - now > REACHABLE / 2)) return;
  believe(one, now);
}

/** The neighbour has said where it is; `reply`: because it was asked. */
export function learn(one: Neighbour, now: number, mac: Mac, reply: boolean): void {
  if (one.state === "unknown" && !reply) return;
  one.mac = mac;
  if (reply) {
    believe(one, now);
    return;
  }
  one.state = "known";
  one.until = now;
  one.timer = undefined;
}

/** The timer has come: gives what is asked now, or that nobody replies. */
export function expire(one: Neighbour, now: number): Question | undefined | "failed" {
  if (one.timer === undefined || now < one.timer) return undefined;
  one.timer = undefined;
  if (one.state === "doubted") {
    one.state = "probed";
    one.tries = 0;
  }
  const receiver = one.state === "probed" ? one.mac : "everybody";
  if (one.tries < TRIES && receiver !== undefined) return ask(one, now, receiver);
  one.mac = undefined;
  one.state = "unknown";
  return "failed";
}

function ask(one: Neighbour, now: number, to: Question["to"]): Question {
  one.tries++;
  one.timer = now + BETWEEN;
  return { to };
}

function believe(one: Neighbour, now: number): void {
  one.state = "known";
  // Half to one and a half times the base, drawn by the host.
  one.until = now + REACHABLE / 2 + timeBelow(one.random, REACHABLE);
  one.timer = undefined;
}
