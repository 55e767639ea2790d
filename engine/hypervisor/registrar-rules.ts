/**
 * How large a registrar is, and which mistakes it makes: each known mistake of the published code
 * is a rule of its own, so that one can be looked at alone; `PUBLISHED` has them all.
 *
 * Source: LibrettOS' Xen, common/rumprun_service.c.
 */
import type { PortmapRules, PortmapShape } from "./portmap.ts";

export interface RegistrarShape extends PortmapShape {
  /** 3 on the real thing; only service 0 has addresses and ports. */
  readonly services: number;
  /** Applications: 16 on the real thing. */
  readonly slots: number;
  /** Dedicated addresses: 20 on the real thing. */
  readonly addresses: number;
}

/** As in the published code. */
export const REGISTRAR: RegistrarShape = {
  services: 3,
  slots: 16,
  addresses: 20,
  ports: 65_536,
  firstDynamic: 49_152,
};

/** Mistakes; all are false in the intended form. */
export interface RegistrarRules extends PortmapRules {
  /** Anybody may register as the server, fill the pool, fetch records, and clean up. */
  readonly anybodyChanges: boolean;
  /** Each registration of the server empties the pool, the shared address too. */
  readonly registerWipesPool: boolean;
  /** A registration that renews a slot counts as one more application. */
  readonly countsAgain: boolean;
  /** The server's record is given out although no server is registered. */
  readonly queryUnchecked: boolean;
  readonly cleanupKeepsAddresses: boolean;
  /** An application that is gone keeps slot, address and ports. */
  readonly keepsTheDead: boolean;
  /** Ports are bound for the first slot of the domain, whatever its status. */
  readonly bindsForDead: boolean;
  /** When a result cannot be handed over, the port is freed even if it was bound before. */
  readonly failedCopyFrees: boolean;
}

export const INTENDED: RegistrarRules = {
  anybodyChanges: false,
  registerWipesPool: false,
  countsAgain: false,
  queryUnchecked: false,
  cleanupKeepsAddresses: false,
  keepsTheDead: false,
  bindsForDead: false,
  failedCopyFrees: false,
  lastPortToo: false,
  takesByStore: false,
};

export const PUBLISHED: RegistrarRules = {
  anybodyChanges: true,
  registerWipesPool: true,
  countsAgain: true,
  queryUnchecked: true,
  cleanupKeepsAddresses: true,
  keepsTheDead: true,
  bindsForDead: true,
  failedCopyFrees: true,
  lastPortToo: true,
  takesByStore: false,
};
