/**
 * The registrar of LibrettOS in the hypervisor: how applications and the network server find each
 * other, and who has which port and address.
 *
 *     cells   of each service   state │ server's domain │ welcome port │ slots
 *             slot              domain │ data port │ hello port │ status │ two grants
 *             addresses         pool │ the shared one │ held by each slot │ slots given out
 *
 * What is here is the intended form: only the server and Dom0 change what is for all, and what an
 * application had is free when it is gone. Known mistakes are rules (registrar-rules.ts).
 *
 * Source: LibrettOS' Xen, common/rumprun_service.c, from which the status codes are too. Where the
 * published code has no refusal, the intended one gives EPERM to who may not, and EAGAIN as long as
 * there is no server. Addresses are whole numbers; netmask and MTU are left out.
 */
import { type BindAttempt, type Bound, createPortmap, type Portmap, TCP, UDP } from "./portmap.ts";
import {
  INTENDED,
  REGISTRAR,
  type RegistrarRules,
  type RegistrarShape,
} from "./registrar-rules.ts";
import { EADDRINUSE, EAGAIN, EFAULT, EINVAL, ENOENT, EPERM, OK } from "./status.ts";

/** Numbers of the two hypercalls. */
export const SERVICE_OPERATION = 46;
export const PORT_BIND = 47;

export interface AppRecord {
  readonly dataPort: number;
  readonly helloPort: number;
  readonly grants: readonly [number, number];
}

export interface AppView extends AppRecord {
  readonly domain: number;
  readonly isActive: boolean;
}

export interface ServerView {
  readonly domain: number;
  readonly welcomePort: number;
}

export interface Registrar {
  readonly shape: RegistrarShape;
  /** The state but for the portmap; the array is its own. */
  readonly cells: Int32Array;
  readonly portmap: Portmap;
  // -------------------------------------------------------------------- service operation
  /** Dom0: no server, no applications, no ports, no addresses. */
  cleanup(caller: number, service?: number): number;
  /** The server publishes its welcome port; again after each application that connects. */
  register(caller: number, welcomePort: number, service?: number): number;
  unregister(caller: number, service?: number): number;
  /** The server fills the pool; the last address is the shared one. */
  registerAddresses(caller: number, addresses: readonly number[]): number;
  /**
   * An application enters its record, or renews it. With `dynamic` it gets an address of its own;
   * without, it gives back the one it has. EFAULT when no slot is free, EADDRINUSE for no address.
   */
  registerApp(caller: number, record: AppRecord, dynamic: boolean, service?: number): number;
  /** The server's record; EAGAIN while there is none. */
  query(service?: number): ServerView | number;
  /** All slots, for the server. */
  fetch(caller: number, service?: number): readonly AppView[] | number;
  /** The caller's address, or the shared one; 0 means to ask again. EINVAL without a slot. */
  fetchAddress(caller: number): number;
  // -------------------------------------------------------------------- port bind
  /** Binds at once. `canCopy` is false when the result cannot be written to the caller: EFAULT. */
  bind(caller: number, protocol: number, port: number, canCopy?: boolean): Bound;
  /** The first step: ENOENT without a slot. Further ones are `portmap.take`. */
  beginBind(caller: number, protocol: number, port: number): BindAttempt | Bound;
  // -------------------------------------------------------------------- and
  /** A domain is gone: its slot, its address and its ports are free. */
  leave(domain: number): void;
  isRegistered(service?: number): boolean;
  slotOf(domain: number, service?: number): number | undefined;
}

const STATE = 0;
const SERVER = 1;
const SERVICE_CELLS = 3;
const ACTIVE = 3;
const SLOT_CELLS = 6;
const DOM0 = 0;

/** Cells of a registrar without its portmap. */
export function registrarCellsOf({ services, slots, addresses }: RegistrarShape): number {
  return services * (SERVICE_CELLS + slots * SLOT_CELLS) + addresses + 1 + slots + 1;
}

/** Nobody is registered. `mayServe` says which domains the toolstack has made servers. */
export function createRegistrar(
  mayServe: (domain: number) => boolean,
  rules: RegistrarRules = INTENDED,
  shape: RegistrarShape = REGISTRAR,
  cells: Int32Array = new Int32Array(registrarCellsOf(shape)),
  portmap: Portmap = createPortmap(shape, rules),
): Registrar {
  const parts: Parts = { shape, rules, cells, portmap };
  const at = (service: number): number => serviceAt(shape, service);
  const isServer = (caller: number, service: number): boolean =>
    cells[at(service) + STATE] === 1 && cells[at(service) + SERVER] === caller;
  const may = (caller: number, isAllowed: boolean): boolean =>
    rules.anybodyChanges || caller === DOM0 || isAllowed;
  return {
    shape,
    cells,
    portmap,
    cleanup(caller, service = 0) {
      if (!may(caller, false)) return EPERM;
      cleanup(parts, service);
      return OK;
    },
    register(caller, welcomePort, service = 0) {
      if (!rules.anybodyChanges && !mayServe(caller)) return EPERM;
      if (service === 0 && rules.registerWipesPool) wipePool(parts);
      cells.set([1, caller, welcomePort], at(service));
      return OK;
    },
    unregister(caller, service = 0) {
      if (cells[at(service) + STATE] === 0) return EAGAIN;
      if (!isServer(caller, service)) return EPERM;
      cells[at(service) + STATE] = 0;
      return OK;
    },
    registerAddresses(caller, addresses) {
      if (!may(caller, isServer(caller, 0))) return EPERM;
      if (addresses.length !== shape.addresses + 1) return EINVAL;
      cells.set(addresses, poolAt(shape));
      return OK;
    },
    registerApp: (caller, record, dynamic, service = 0) =>
      registerApp(parts, caller, record, dynamic, service),
    query(service = 0) {
      if (cells[at(service) + STATE] === 0 && !rules.queryUnchecked) return EAGAIN;
      const [, domain = 0, welcomePort = 0] = cells.subarray(at(service));
      return { domain, welcomePort };
    },
    fetch: (caller, service = 0) =>
      may(caller, isServer(caller, service)) ? viewsOf(parts, service) : EPERM,
    fetchAddress(caller) {
      const slot = slotOf(parts, caller, 0);
      if (slot === undefined) return EINVAL;
      return addressOf(parts, slot);
    },
    bind: (...call) => bind(parts, ...call),
    beginBind: (...call) => beginBind(parts, ...call),
    leave: (domain) => leave(parts, domain),
    isRegistered: (service = 0) => cells[at(service) + STATE] === 1,
    slotOf: (domain, service = 0) => slotOf(parts, domain, service),
  };
}

interface Parts {
  readonly shape: RegistrarShape;
  readonly rules: RegistrarRules;
  readonly cells: Int32Array;
  readonly portmap: Portmap;
}

function serviceAt({ services, slots }: RegistrarShape, service: number): number {
  if (service < 0 || service >= services) throw new RangeError(`There is no service ${service}`);
  return service * (SERVICE_CELLS + slots * SLOT_CELLS);
}

const slotAt = (shape: RegistrarShape, service: number, slot: number): number =>
  serviceAt(shape, service) + SERVICE_CELLS + slot * SLOT_CELLS;
const poolAt = ({ services, slots }: RegistrarShape): number =>
  services * (SERVICE_CELLS + slots * SLOT_CELLS);
const heldAt = (shape: RegistrarShape, slot: number): number =>
  poolAt(shape) + shape.addresses + 1 + slot;
const countAt = (shape: RegistrarShape): number => heldAt(shape, shape.slots);

function viewsOf({ shape, cells }: Parts, service: number): readonly AppView[] {
  return Array.from({ length: shape.slots }, (_, slot) => {
    const from = slotAt(shape, service, slot);
    const [domain = 0, dataPort = 0, helloPort = 0, active = 0, list = 0, ring = 0] =
      cells.subarray(from, from + SLOT_CELLS);
    return { domain, dataPort, helloPort, isActive: active === 1, grants: [list, ring] };
  });
}

/** The first slot of a domain, which must be active unless `anyStatus`. */
function slotOf(parts: Parts, domain: number, service: number, anyStatus = false) {
  const slot = viewsOf(parts, service).findIndex(
    (view) => view.domain === domain && (view.isActive || anyStatus),
  );
  return slot < 0 ? undefined : slot;
}

/** The slot's own address, or the shared one. */
function addressOf({ shape, cells }: Parts, slot: number): number {
  const held = cells[heldAt(shape, slot)] ?? 0;
  return held === 0 ? (cells[poolAt(shape) + shape.addresses] ?? 0) : held;
}

function wipePool({ shape, cells }: Parts): void {
  cells.fill(0, poolAt(shape), poolAt(shape) + shape.addresses + 1);
}

function cleanup(parts: Parts, service: number): void {
  const { shape, rules, cells, portmap } = parts;
  cells[serviceAt(shape, service) + STATE] = 0;
  for (let slot = 0; slot < shape.slots; slot++) {
    cells[slotAt(shape, service, slot) + ACTIVE] = 0;
    if (!rules.cleanupKeepsAddresses) cells[heldAt(shape, slot)] = 0;
  }
  cells[countAt(shape)] = 0;
  portmap.clear();
  wipePool(parts);
}

function registerApp(
  parts: Parts,
  caller: number,
  record: AppRecord,
  dynamic: boolean,
  service: number,
): number {
  const { shape, rules, cells } = parts;
  const count = cells[countAt(shape)] ?? 0;
  const known = slotOf(parts, caller, service);
  if (rules.countsAgain && count >= shape.slots) return EFAULT;
  const slot = known ?? newSlot(parts, service);
  if (slot === undefined) return EFAULT;
  if (!dynamic) giveBack(parts, slot);
  else if (!takeAddress(parts, slot)) return EADDRINUSE;
  const [list, ring] = record.grants;
  const words = [caller, record.dataPort, record.helloPort, 1, list, ring];
  cells.set(words, slotAt(shape, service, slot));
  if (known === undefined || rules.countsAgain) cells[countAt(shape)] = count + 1;
  return OK;
}

/** The published code takes as many slots as it has counted; we take the first that is dead. */
function newSlot(parts: Parts, service: number): number | undefined {
  const { shape, rules, cells } = parts;
  if (rules.keepsTheDead) {
    const count = cells[countAt(shape)] ?? 0;
    return count < shape.slots ? count : undefined;
  }
  const slot = viewsOf(parts, service).findIndex(({ isActive }) => !isActive);
  return slot < 0 ? undefined : slot;
}

function takeAddress({ shape, cells }: Parts, slot: number): boolean {
  const held = heldAt(shape, slot);
  if (cells[held] !== 0) return true;
  for (let at = poolAt(shape); at < poolAt(shape) + shape.addresses; at++) {
    if (cells[at] === 0) continue;
    cells[held] = cells[at] ?? 0;
    cells[at] = 0;
    return true;
  }
  return false;
}

function giveBack({ shape, cells }: Parts, slot: number): void {
  const held = heldAt(shape, slot);
  if (cells[held] === 0) return;
  const place = cells.indexOf(0, poolAt(shape));
  // In a pool without a place, which was filled twice, the address is lost.
  if (place < poolAt(shape) + shape.addresses) cells[place] = cells[held] ?? 0;
  cells[held] = 0;
}

function beginBind(parts: Parts, caller: number, protocol: number, port: number) {
  const slot = slotOf(parts, caller, 0, parts.rules.bindsForDead);
  if (slot === undefined) return refused(ENOENT);
  if (protocol !== TCP && protocol !== UDP) return refused(EINVAL);
  return parts.portmap.look(protocol, { slot, address: addressOf(parts, slot) }, port);
}

function bind(parts: Parts, caller: number, protocol: number, port: number, canCopy = true): Bound {
  const { portmap, rules } = parts;
  let next = beginBind(parts, caller, protocol, port);
  while ("candidate" in next) next = portmap.take(next);
  if (canCopy || next.status !== OK) return next;
  if (next.isNew || rules.failedCopyFrees) portmap.free(protocol, next.port);
  return refused(EFAULT);
}

function refused(status: number): Bound {
  return { status, port: 0, isNew: false };
}

function leave(parts: Parts, domain: number): void {
  const { shape, rules, cells, portmap } = parts;
  if (rules.keepsTheDead) return;
  for (let service = 0; service < shape.services; service++) {
    if (cells[serviceAt(shape, service) + SERVER] === domain) {
      cells[serviceAt(shape, service) + STATE] = 0;
    }
    const slot = slotOf(parts, domain, service);
    if (slot === undefined) continue;
    cells[slotAt(shape, service, slot) + ACTIVE] = 0;
    cells[countAt(shape)] = Math.max(0, (cells[countAt(shape)] ?? 0) - 1);
    if (service !== 0) continue;
    giveBack(parts, slot);
    portmap.freeSlot(slot);
  }
}
