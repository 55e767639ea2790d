/** The life of domains, sentence by sentence, with the objects that a domain holds. */
import { expect, test } from "vitest";
import { createMemory } from "../hardware/memory.ts";
import {
  ABSENT,
  ALIVE,
  createDomains,
  DEAD,
  type Domains,
  DYING,
  Shutdown,
  type Teardown,
  TEARDOWN,
  VIRQ_DOMAIN_EXCEPTION,
} from "./domains.ts";
import { createEventChannels, FREE, UNBOUND } from "./event-channels.ts";
import { createGrantEntries, grantWordsOf } from "./grant-entries.ts";
import { createGrants } from "./grants.ts";
import { createIommu, DOM0, QUARANTINE, XEN_4_10, XEN_4_14 } from "./iommu.ts";
import { EINVAL, ENOMEM, OK } from "./status.ts";

const DOMAINS = 4;
const NIC = 0;
const CORE = 0;
const SMALL = { lines: 4, queue: 4, faults: 4 };

/** Dom0, an app and a server that has a NIC, a port of the app, and a mapping of a frame of it. */
function machine(order: readonly Teardown[] = TEARDOWN, rules = XEN_4_14) {
  const table = { domains: DOMAINS, entries: 4, handles: 4, base: 0 };
  const memory = createMemory({ words: grantWordsOf(table), cores: 1, entries: 0 });
  const entries = createGrantEntries(memory, table);
  const grants = createGrants(memory, entries);
  const channels = createEventChannels(
    { domains: DOMAINS, vcpus: 1, wordBits: 64, ports: 16 },
    { isDying: (domain) => domains.lifeOf(domain) >= DYING },
  );
  const iommu = createIommu({ requesters: 1, domains: DOMAINS, deviceFrames: 8, ...SMALL }, rules);
  const parts = { channels, grants, iommu, core: CORE };
  const domains: Domains = createDomains({ domains: DOMAINS, frames: 8 }, parts, order);
  const app = domains.create();
  const server = domains.create();
  const virq = channels.bindVirq(0, VIRQ_DOMAIN_EXCEPTION);
  const serverPort = channels.allocUnbound(server, app);
  const appPort = channels.bindInterdomain(app, server, serverPort);
  const appFrame = domains.allocate(app);
  const serverFrame = domains.allocate(server);
  entries.publish(CORE, app, 1, { grantee: server, frame: appFrame });
  grants.map(CORE, server, app, 1);
  iommu.assign(NIC, server);
  iommu.map(server, 0, serverFrame, true);
  const all = { domains, channels, grants, entries, iommu };
  return { ...all, app, server, virq, serverPort, appPort, appFrame, serverFrame };
}

/** What Xen still knows of the server. */
function held(all: ReturnType<typeof machine>) {
  const { domains, channels, grants, iommu, server, app, appFrame, serverFrame } = all;
  return [
    domains.mayRun(server) ? "runs" : "",
    domains.lifeOf(server) === ALIVE ? "alive" : "",
    channels.portOf(server, all.serverPort).state === FREE ? "" : "port",
    grants.isPinned(app, appFrame) ? "pin" : "",
    iommu.ownerOf(NIC) === server ? "nic" : "",
    iommu.access(NIC, 0, true).kind === "memory" ? "dma" : "",
    domains.ownerOf(serverFrame) === server ? "frame" : "",
  ].join(" ");
}

test("a domain is destroyed in order: what each step takes away", () => {
  const all = machine();
  const { domains, server } = all;
  const seen = [held(all)];
  for (const step of TEARDOWN) {
    expect(domains.step(server)).toBe(step);
    seen.push(held(all));
  }
  expect(seen.map((one) => one.trim().replaceAll(/ +/g, " "))).toEqual([
    "runs alive port pin nic dma frame",
    "alive port pin nic dma frame",
    "port pin nic dma frame",
    "pin nic dma frame",
    "nic dma frame",
    "frame",
    "frame",
    "",
    "",
  ]);
  expect(domains.lifeOf(server)).toBe(DEAD);
  expect(domains.step(server)).toBeUndefined();
});

test("the first four steps are taken at once, the others one by one, whenever", () => {
  const { domains, server, channels, grants, app, appFrame, iommu } = machine();
  expect(domains.destroy(server)).toBe(OK);
  expect(domains.lifeOf(server)).toBe(DYING);
  expect([grants.isPinned(app, appFrame), iommu.ownerOf(NIC)]).toEqual([false, server]);
  expect(channels.allocUnbound(server, app)).toBe(EINVAL);
  expect(domains.allocate(server)).toBe(EINVAL);
  expect(domains.destroy(server)).toBe(EINVAL);
  expect([domains.step(server), domains.step(server)]).toEqual([
    "release devices",
    "tear down paging",
  ]);
});

test("a crashed guest is paused for shutdown and keeps all its resources until destroyed", () => {
  const all = machine();
  const { domains, channels, server, virq } = all;
  expect(domains.shutdown(server, Shutdown.crash)).toBe(OK);
  expect(held(all).trim()).toBe("alive port pin nic dma frame");
  expect(domains.reasonOf(server)).toBe(3);
  expect(channels.isPending(0, virq)).toBe(true);
  expect(domains.reasonOf(all.app)).toBeUndefined();
  expect(domains.destroy(server)).toBe(OK);
  expect(domains.shutdown(server, Shutdown.crash)).toBe(EINVAL);
});

test("a panic that only halts leaves the domain alive to Xen", () => {
  const all = machine();
  const { domains, channels, server } = all;
  // The vCPU of a panicked guest blocks for good.
  channels.block(server, 0);
  expect(held(all)).toBe("runs alive port pin nic dma frame");
  expect(domains.reasonOf(server)).toBeUndefined();
});

test("the peer of a destroyed domain hears nothing, and its sends vanish", () => {
  const { domains, channels, server, app, appPort } = machine();
  channels.clearPending(app, appPort);
  domains.destroy(server);
  expect(channels.portOf(app, appPort)).toMatchObject({ state: UNBOUND, remoteDomain: server });
  expect(channels.isPending(app, appPort)).toBe(false);
  expect(channels.send(app, appPort)).toBe(OK);
});

test("the mapper's death gives the granter its entry back", () => {
  const { domains, entries, server, app } = machine();
  expect(entries.revoke(CORE, app, 1)).toBe(false);
  domains.destroy(server);
  expect(entries.revoke(CORE, app, 1)).toBe(true);
});

test("a domain whose pages are mapped stays as a zombie until those mappings go", () => {
  const { domains, grants, server, app, appFrame } = machine();
  domains.destroy(app);
  while (domains.step(app) !== undefined);
  expect([domains.lifeOf(app), domains.isZombie(app)]).toEqual([DEAD, true]);
  expect([domains.ownerOf(appFrame), domains.collect()]).toEqual([app, 0]);
  grants.releaseMappings(CORE, server);
  expect([domains.collect(), domains.isZombie(app)]).toEqual([1, false]);
  expect(domains.ownerOf(appFrame)).toBeUndefined();
});

test("Dom0 hears of the death by the global exception event, not before the last step", () => {
  const { domains, channels, server, virq } = machine();
  domains.destroy(server);
  while (domains.lifeOf(server) !== DEAD) {
    expect(channels.isPending(0, virq)).toBe(false);
    domains.step(server);
  }
  expect(channels.isPending(0, virq)).toBe(true);
});

test("ids are not used again, so a restarted server has a new one", () => {
  const { domains, server } = machine();
  domains.destroy(server);
  while (domains.step(server) !== undefined);
  expect(domains.create()).toBe(server + 1);
  expect(domains.create()).toBe(ENOMEM);
});

test.each([
  ["4.14 puts devices of the dead in quarantine", XEN_4_14, QUARANTINE],
  ["4.10 gives devices of the dead to Dom0", XEN_4_10, DOM0],
])("Xen %s", (_name, rules, owner) => {
  const { domains, iommu, server } = machine(TEARDOWN, rules);
  domains.destroy(server);
  domains.step(server);
  expect(iommu.ownerOf(NIC)).toBe(owner);
});

test("with memory given back before devices, a device writes to memory that is free", () => {
  const order = TEARDOWN.toSorted(
    (a, b) => Number(a === "release devices") - Number(b === "release devices"),
  );
  const all = machine(order);
  const { domains, server, iommu, serverFrame } = all;
  domains.destroy(server);
  // Paging goes first here too, but what a device has cached still works.
  iommu.access(NIC, 0, true);
  while (domains.lifeOf(server) !== DEAD) domains.step(server);
  expect(domains.ownerOf(serverFrame)).toBeUndefined();
  expect(iommu.access(NIC, 0, true)).toMatchObject({ kind: "memory", frame: serverFrame });
});

test("with grants released before the pause, a mapper runs that has lost its pins", () => {
  const order: readonly Teardown[] = ["release grants", ...TEARDOWN.toSpliced(3, 1)];
  const { domains, grants, server, app, appFrame } = machine(order);
  domains.step(server);
  expect([domains.mayRun(server), grants.isPinned(app, appFrame)]).toEqual([true, false]);
});

test("Dom0 and domains that are not there are neither destroyed nor given frames", () => {
  const { domains } = machine();
  expect([0, -1, 3, 9].map((domain) => domains.destroy(domain))).toEqual(
    Array.from({ length: 4 }, () => EINVAL),
  );
  expect([domains.step(0), domains.step(3), domains.step(9)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(domains.allocate(3)).toBe(EINVAL);
  expect([domains.lifeOf(9), domains.mayRun(3)]).toEqual([ABSENT, false]);
  while (domains.allocate(1) >= 0);
  expect(domains.allocate(1)).toBe(ENOMEM);
});
