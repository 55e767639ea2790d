/**
 * Rings in granted memory: pages that the sending domain has granted and the receiving one mapped.
 *
 *     words   grant tables of all domains, up to a page's end │ page 0, 1, … of the first ring │ …
 *     ring    produced │ wanted │ consumed │ slot × n
 *
 * The sender writes `produced` and the slots, the receiver the rest; `wanted` is the value of
 * `produced` at which the receiver wants to be notified (`req_event` of Xen's public/io/ring.h).
 * The three count up and are taken modulo n.
 *
 * While a page is mapped its grant cannot be revoked: a sender that dies leaves it to the receiver,
 * and it is only free when the receiver has died or has unmapped it. When a receiver dies its
 * mappings go with it, and its next life maps the pages again and finds the ring as it was.
 */
import { createGrantEntries, grantWordsOf, PUBLISH_ORDER } from "../../hypervisor/grant-entries.ts";
import { createGrants, type Grants, GrantStatus } from "../../hypervisor/grants.ts";
import { KIND } from "../../record/kinds.ts";
import { NONE } from "../../record/trace.ts";
import type { Home } from "../playing.ts";
import type { Machine } from "./machine.ts";
import { createStores, type Stores } from "./stores.ts";

/** Words of a page of 4 KiB. */
export const PAGE_WORDS = 1024;

/** Offsets in a ring. */
export const PRODUCED = 0;
export const WANTED = 1;
export const CONSUMED = 2;
export const SLOTS = 3;

export interface RingPages {
  readonly stores: Stores;
  readonly grants: Grants;
  /** Grants and maps the pages of a ring; gives the address of its first word. */
  share(sender: Home, receiver: Home): number;
  /** The mappings of a domain that dies end; those of its next life begin. */
  crash(domain: number): void;
}

interface Shared {
  readonly sender: Home;
  readonly receiver: Home;
  readonly refs: readonly number[];
}

/** `rings`: how many there will be at most; all have so many slots. */
export function createRingPages(machine: Machine, rings: number, slots: number): RingPages {
  const { domains, domainOf, coreOf } = machine;
  const pages = Math.ceil((SLOTS + slots) / PAGE_WORDS);
  const entries = rings * pages;
  const shape = { domains, entries, handles: entries, base: 0 };
  const firstPage = Math.ceil(grantWordsOf(shape) / PAGE_WORDS);
  const stores = createStores(machine, (firstPage + entries) * PAGE_WORDS);
  const table = createGrantEntries(stores.memory, shape);
  const grants = createGrants(stores.memory, table);
  const shared: Shared[] = [];
  const granted = Array.from({ length: domains }, () => 0);
  const map = ({ sender, receiver, refs }: Shared): void => {
    const [from, to] = [domainOf(sender), domainOf(receiver)];
    stores.settle(receiver);
    for (const ref of refs) {
      const { status } = grants.map(coreOf(receiver), to, from, ref);
      if (status !== GrantStatus.okay) throw new RangeError(`Grant ${ref}: status ${status}`);
      machine.record(KIND["gnt-map"], receiver, ref, from, NONE);
    }
  };
  return {
    stores,
    grants,
    share(sender, receiver) {
      const from = domainOf(sender);
      const page = shared.length * pages;
      const refs = Array.from({ length: pages }, (_, index) => (granted[from] ?? 0) + index);
      granted[from] = (granted[from] ?? 0) + pages;
      for (const [index, ref] of refs.entries()) {
        const grant = { grantee: domainOf(receiver), frame: firstPage + page + index };
        for (const field of PUBLISH_ORDER) {
          table.storeField(coreOf(sender), from, ref, field, grant);
          stores.settle(sender);
        }
      }
      const ring = { sender, receiver, refs };
      shared.push(ring);
      map(ring);
      const first = (firstPage + page) * PAGE_WORDS;
      stores.memory.write(first + WANTED, 1);
      return first;
    },
    crash(domain) {
      const lost = shared.filter(({ receiver }) => domainOf(receiver) === domain);
      const [one] = lost;
      if (one === undefined) return;
      stores.settle(one.receiver);
      for (const { handle, ref } of grants.mappingsOf(domain)) {
        grants.unmap(coreOf(one.receiver), domain, handle);
        machine.record(KIND["gnt-unmap"], one.receiver, ref, domain, NONE);
      }
      for (const ring of lost) map(ring);
    },
  };
}
