/**
 * Two guests with two vCPUs each, for tests of event channels: what is set in both, and what the
 * vCPUs heard.
 */
import { createEventChannels, type EventChannels, type EventHooks } from "./event-channels.ts";
import type { WordBits } from "./event-layout.ts";

export const APP = 0;
export const SERVER = 1;
/** The bits that a guest shares with Xen. */
export interface SharedBits {
  readonly pending: readonly number[];
  readonly masked: readonly number[];
  /** Words that are selected, for each vCPU. */
  readonly selector: readonly (readonly number[])[];
  readonly upcalls: readonly boolean[];
}

export interface Machine {
  readonly channels: EventChannels;
  /** What the hooks heard. */
  readonly heard: string[];
}

interface More {
  readonly ports?: number;
  readonly guest?: "pv";
}

export const NOTHING: SharedBits = {
  pending: [],
  masked: [],
  selector: [[], []],
  upcalls: [false, false],
};

export function bitsOf(channels: EventChannels, domain: number): SharedBits {
  const ports = Array.from({ length: channels.shape.ports }, (_, port) => port);
  return {
    pending: ports.filter((port) => channels.isPending(domain, port)),
    masked: ports.filter((port) => channels.isMasked(domain, port)),
    selector: [0, 1].map((vcpu) => channels.selectorOf(domain, vcpu)),
    upcalls: [0, 1].map((vcpu) => channels.isUpcallPending(domain, vcpu)),
  };
}

export function machine(wordBits: WordBits, more: More = {}): Machine {
  const heard: string[] = [];
  const hooks: EventHooks = {
    kick: (domain, vcpu) => void heard.push(`kick ${domain}.${vcpu}`),
    wake: (domain, vcpu) => void heard.push(`wake ${domain}.${vcpu}`),
    notifyXen: (domain, port) => void heard.push(`xen ${domain}:${port}`),
  };
  const shape = { domains: 2, vcpus: 2, wordBits, ports: 3 * wordBits, ...more };
  return { channels: createEventChannels(shape, hooks), heard };
}

/** The app's port and the server's port of a channel whose first event has been handled. */
export function connected(
  wordBits: WordBits,
  more: More = {},
): Machine & { readonly app: number; readonly server: number } {
  const { channels, heard } = machine(wordBits, more);
  const server = channels.allocUnbound(SERVER, APP);
  const app = channels.bindInterdomain(APP, SERVER, server);
  handle(channels, APP, 0);
  heard.length = 0;
  return { channels, heard, app, server };
}

/** What a guest's upcall does; gives the ports that were pending. */
export function handle(channels: EventChannels, domain: number, vcpu: number): readonly number[] {
  const { wordBits } = channels.shape;
  channels.clearUpcallPending(domain, vcpu);
  return channels.takeSelector(domain, vcpu).flatMap((word) =>
    Array.from({ length: wordBits }, (_, bit) => word * wordBits + bit)
      .filter((port) => port < channels.shape.ports)
      .filter((port) => !channels.isMasked(domain, port) && channels.clearPending(domain, port)),
  );
}

/** Takes ports until this one is free, so that it is the next. */
export function skipTo(channels: EventChannels, domain: number, port: number): void {
  while (channels.bindIpi(domain, 0) < port - 1);
}
