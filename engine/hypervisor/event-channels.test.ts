/**
 * Event channels, sentence by sentence: after each step, exactly which bits of both guests are set.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Notification } from "./event-bits.ts";
import {
  createEventChannels,
  type EventChannels,
  type EventHooks,
  FREE,
  INTERDOMAIN,
  UNBOUND,
  VIRQ,
  type WordBits,
} from "./event-channels.ts";
import { EBUSY, EEXIST, EINVAL, ENOENT, ENOSPC, ERESTART, ESRCH, OK } from "./status.ts";

const APP = 0;
const SERVER = 1;
const NOTHING = { pending: [], masked: [], selector: [[], []], upcalls: [false, false] };

/** All the bits that a guest shares with Xen. */
function bitsOf(channels: EventChannels, domain: number) {
  const ports = Array.from({ length: channels.shape.ports }, (_, port) => port);
  return {
    pending: ports.filter((port) => channels.isPending(domain, port)),
    masked: ports.filter((port) => channels.isMasked(domain, port)),
    selector: [0, 1].map((vcpu) => channels.selectorOf(domain, vcpu)),
    upcalls: [0, 1].map((vcpu) => channels.isUpcallPending(domain, vcpu)),
  };
}

/** Two domains with two vCPUs each, and what the hooks heard. */
function machine(wordBits: WordBits, more: { ports?: number; guest?: "pv" } = {}) {
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
function connected(wordBits: WordBits, more: { ports?: number; guest?: "pv" } = {}) {
  const { channels, heard } = machine(wordBits, more);
  const server = channels.allocUnbound(SERVER, APP);
  const app = channels.bindInterdomain(APP, SERVER, server);
  handle(channels, APP, 0);
  heard.length = 0;
  return { channels, heard, app, server };
}

/** What a guest's upcall does; gives the ports that were pending. */
function handle(channels: EventChannels, domain: number, vcpu: number): readonly number[] {
  const { wordBits } = channels.shape;
  channels.clearUpcallPending(domain, vcpu);
  return channels.takeSelector(domain, vcpu).flatMap((word) =>
    Array.from({ length: wordBits }, (_, bit) => word * wordBits + bit)
      .filter((port) => port < channels.shape.ports)
      .filter((port) => !channels.isMasked(domain, port) && channels.clearPending(domain, port)),
  );
}

/** Takes ports until this one is free, so that it is the next. */
function skipTo(channels: EventChannels, domain: number, port: number): void {
  while (channels.bindIpi(domain, 0) < port - 1);
}

describe.each([32, 64] as const)("words of %i bits", (wordBits) => {
  test("shared are pending and mask bits, and for each vCPU selector and upcall pending", () => {
    const { channels } = machine(wordBits);
    expect(bitsOf(channels, APP)).toEqual(NOTHING);
    const port = wordBits + 1;
    skipTo(channels, APP, port);
    expect(channels.bindIpi(APP, 1)).toBe(port);
    expect(channels.send(APP, port)).toBe(OK);
    expect(bitsOf(channels, APP)).toEqual({
      pending: [port],
      masked: [],
      selector: [[], [1]],
      upcalls: [false, true],
    });
    expect(bitsOf(channels, SERVER)).toEqual(NOTHING);
  });

  test("a selector has one bit for each word of ports, up to the last port", () => {
    const ports = wordBits * wordBits;
    const { channels } = machine(wordBits, { ports });
    skipTo(channels, APP, ports - 1);
    expect(channels.send(APP, channels.bindIpi(APP, 0))).toBe(OK);
    expect(bitsOf(channels, APP).pending).toEqual([ports - 1]);
    expect(channels.selectorOf(APP, 0)).toEqual([wordBits - 1]);
    expect(handle(channels, APP, 0)).toEqual([ports - 1]);
    expect(bitsOf(channels, APP)).toEqual(NOTHING);
  });

  test("the capacity is the square of the bits of a word, and port 0 is not given out", () => {
    const ports = wordBits === 64 ? 4096 : 1024;
    const { channels } = machine(wordBits, { ports });
    for (let port = 1; port < ports; port++) expect(channels.allocUnbound(APP, 1)).toBe(port);
    expect(channels.allocUnbound(APP, SERVER)).toBe(ENOSPC);
    expect(() => machine(wordBits, { ports: ports + 1 })).toThrow(RangeError);
  });

  test("a notification sets pending, selector and upcall pending, and kicks the vCPU", () => {
    const { channels, heard, app, server } = connected(wordBits);
    expect(channels.send(APP, app)).toBe(OK);
    expect(bitsOf(channels, SERVER)).toEqual({
      ...NOTHING,
      pending: [server],
      selector: [[0], []],
      upcalls: [true, false],
    });
    expect(heard).toEqual(["kick 1.0"]);
  });

  test("a second send before the handler runs is the same event", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.send(APP, app);
    const before = channels.cells.slice();
    expect(channels.send(APP, app)).toBe(OK);
    expect(channels.cells).toEqual(before);
    expect(heard).toEqual(["kick 1.0"]);
    expect(handle(channels, SERVER, 0)).toEqual([server]);
    expect(handle(channels, SERVER, 0)).toEqual([]);
  });

  test("when pending was set already, the selector is not touched and pollers are not woken", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.setMask(SERVER, server, true);
    channels.send(APP, app);
    channels.setMask(SERVER, server, false);
    channels.poll(SERVER, 1, [server + 1, server + 2]);
    channels.send(APP, app);
    expect(bitsOf(channels, SERVER)).toEqual({ ...NOTHING, pending: [server] });
    expect([channels.isBlocked(SERVER, 1), heard]).toEqual([true, []]);
  });

  test("a masked port becomes pending, and neither selector nor upcall pending is set", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.setMask(SERVER, server, true);
    expect(channels.send(APP, app)).toBe(OK);
    expect(bitsOf(channels, SERVER)).toEqual({ ...NOTHING, pending: [server], masked: [server] });
    expect(heard).toEqual([]);
  });

  test("when the selector bit was set already, upcall pending is not set again", () => {
    const { channels, heard, app } = connected(wordBits);
    const second = channels.bindInterdomain(APP, SERVER, channels.allocUnbound(SERVER, APP));
    handle(channels, APP, 0);
    channels.send(APP, app);
    // The guest has cleared the byte, and not yet taken the selector.
    channels.clearUpcallPending(SERVER, 0);
    heard.length = 0;
    channels.send(APP, second);
    expect(bitsOf(channels, SERVER)).toMatchObject({
      selector: [[0], []],
      upcalls: [false, false],
    });
    expect(heard).toEqual([]);
    expect(handle(channels, SERVER, 0)).toHaveLength(2);
  });

  test("when upcall pending was set already, the vCPU is not kicked again", () => {
    const { channels, heard, app } = connected(wordBits);
    skipTo(channels, SERVER, wordBits);
    const far = channels.allocUnbound(SERVER, APP);
    const second = channels.bindInterdomain(APP, SERVER, far);
    handle(channels, APP, 0);
    channels.send(APP, app);
    channels.send(APP, second);
    expect(bitsOf(channels, SERVER)).toMatchObject({ selector: [[0, 1], []] });
    expect(heard.filter((one) => one === "kick 1.0")).toHaveLength(1);
  });

  test("then matching pollers are woken, also by a masked port", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.setMask(SERVER, server, true);
    expect(channels.poll(SERVER, 0, [server])).toBe(OK);
    expect(channels.poll(SERVER, 1, [server + 1])).toBe(OK);
    expect([0, 1].map((vcpu) => channels.isBlocked(SERVER, vcpu))).toEqual([true, true]);
    channels.send(APP, app);
    expect(heard).toEqual(["wake 1.0"]);
    expect([0, 1].map((vcpu) => channels.isBlocked(SERVER, vcpu))).toEqual([false, true]);
  });

  test("who polls several ports is woken by any, and nobody polls a port that is pending", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.setMask(SERVER, server, true);
    channels.poll(SERVER, 1, [server + 1, server + 2]);
    channels.send(APP, app);
    expect(heard).toEqual(["wake 1.1"]);
    expect(channels.poll(SERVER, 1, [server])).toBe(OK);
    expect(channels.isBlocked(SERVER, 1)).toBe(false);
    expect(heard).toEqual(["wake 1.1"]);
    expect(channels.poll(SERVER, 1, [channels.shape.ports])).toBe(EINVAL);
  });

  test("the steps of a notification are pending, mask, selector, upcall, pollers", () => {
    const { channels, app, server } = connected(wordBits);
    const { to } = channels.beginSend(APP, app);
    expect(to).toEqual({ domain: SERVER, port: server, vcpu: 0 });
    const seen: unknown[] = [];
    let step = Notification.pending;
    while (step !== Notification.done) {
      step = channels.notifyStep(SERVER, server, 0, step);
      const { pending, selector, upcalls } = bitsOf(channels, SERVER);
      seen.push([pending.length, selector[0]?.length, upcalls[0]]);
    }
    expect(seen).toEqual([
      [1, 0, false],
      [1, 0, false],
      [1, 1, false],
      [1, 1, true],
      [1, 1, true],
    ]);
    expect(() => channels.notifyStep(SERVER, server, 0, step)).toThrow(RangeError);
  });

  test("the unmask hypercall raises again what is pending", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.setMask(SERVER, server, true);
    channels.send(APP, app);
    expect(channels.unmask(SERVER, server)).toBe(OK);
    expect(bitsOf(channels, SERVER)).toEqual({
      pending: [server],
      masked: [],
      selector: [[0], []],
      upcalls: [true, false],
    });
    expect(heard).toEqual(["kick 1.0"]);
  });

  test("the unmask hypercall raises nothing that was not masked, or is not pending", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.setMask(SERVER, server, true);
    expect(channels.unmask(SERVER, server)).toBe(OK);
    expect(bitsOf(channels, SERVER)).toEqual(NOTHING);
    channels.send(APP, app);
    channels.clearUpcallPending(SERVER, 0);
    channels.takeSelector(SERVER, 0);
    expect(channels.unmask(SERVER, server)).toBe(OK);
    expect(bitsOf(channels, SERVER)).toEqual({ ...NOTHING, pending: [server] });
    expect(heard).toEqual(["kick 1.0"]);
    expect(channels.unmask(SERVER, -1)).toBe(EINVAL);
  });

  test("a guest that clears the mask itself gets no such look, and must take one", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.setMask(SERVER, server, true);
    channels.send(APP, app);
    channels.setMask(SERVER, server, false);
    expect(bitsOf(channels, SERVER)).toEqual({ ...NOTHING, pending: [server] });
    if (channels.isPending(SERVER, server)) channels.reselect(SERVER, 0, server);
    expect(bitsOf(channels, SERVER)).toMatchObject({
      selector: [[0], []],
      upcalls: [true, false],
    });
    expect(handle(channels, SERVER, 0)).toEqual([server]);
    expect(heard).toEqual([]);
  });

  test("upcall pending is cleared before the look for work, or a notification is lost", () => {
    const early = connected(wordBits);
    early.channels.send(APP, early.app);
    early.channels.clearUpcallPending(SERVER, 0);
    early.channels.takeSelector(SERVER, 0);
    early.channels.clearPending(SERVER, early.server);
    early.channels.send(APP, early.app);
    expect(early.channels.isUpcallPending(SERVER, 0)).toBe(true);

    const late = connected(wordBits);
    late.channels.send(APP, late.app);
    late.channels.takeSelector(SERVER, 0);
    late.channels.clearPending(SERVER, late.server);
    late.channels.send(APP, late.app);
    late.channels.clearUpcallPending(SERVER, 0);
    expect(bitsOf(late.channels, SERVER)).toMatchObject({ selector: [[0], []] });
    expect(late.channels.block(SERVER, 0)).toBe(true);
  });

  test("the upcall mask is cleared when the vCPU blocks", () => {
    const { channels, app } = connected(wordBits, { guest: "pv" });
    channels.setUpcallMask(SERVER, 0, true);
    channels.send(APP, app);
    expect(channels.isUpcallPending(SERVER, 0)).toBe(true);
    expect(channels.block(SERVER, 0)).toBe(false);
    expect(channels.isUpcallMasked(SERVER, 0)).toBe(false);
  });

  test.each([
    ["a PV guest", "pv" as const, true],
    ["an HVM guest, which has no use for it,", undefined, false],
  ])("the upcall mask of %s keeps events away from a poll", (_name, guest, blocks) => {
    const { channels, app, server } = connected(wordBits, guest === undefined ? {} : { guest });
    channels.setUpcallMask(SERVER, 0, true);
    channels.send(APP, app);
    channels.poll(SERVER, 0, [server + 1]);
    expect(channels.isBlocked(SERVER, 0)).toBe(blocks);
    channels.unblock(SERVER, 0);
    expect(channels.isBlocked(SERVER, 0)).toBe(false);
  });

  test("bind_interdomain needs a remote port that is unbound and meant for the caller", () => {
    const { channels } = machine(wordBits);
    const forServer = channels.allocUnbound(SERVER, SERVER);
    const ipi = channels.bindIpi(SERVER, 0);
    const bound = channels.allocUnbound(SERVER, APP);
    channels.bindInterdomain(APP, SERVER, bound);
    const before = channels.cells.slice();
    const of = (port: number, domain = SERVER) => channels.bindInterdomain(APP, domain, port);
    expect([forServer, ipi, bound, 0, -1, 10].map((port) => of(port))).toEqual(
      Array.from({ length: 6 }, () => EINVAL),
    );
    expect([of(1, 2), of(1, -1)]).toEqual([ESRCH, ESRCH]);
    expect(channels.cells).toEqual(before);
  });

  test("both ends become interdomain, and the caller's new port is pending", () => {
    const { channels, heard } = machine(wordBits);
    skipTo(channels, SERVER, 7);
    const server = channels.allocUnbound(SERVER, APP);
    expect([server, bitsOf(channels, SERVER)]).toEqual([7, NOTHING]);
    const app = channels.bindInterdomain(APP, SERVER, server);
    expect(channels.portOf(APP, app)).toMatchObject({
      state: INTERDOMAIN,
      remoteDomain: SERVER,
      remotePort: server,
    });
    expect(channels.portOf(SERVER, server)).toMatchObject({
      state: INTERDOMAIN,
      remoteDomain: APP,
      remotePort: app,
    });
    expect(bitsOf(channels, APP)).toEqual({
      pending: [app],
      masked: [],
      selector: [[0], []],
      upcalls: [true, false],
    });
    expect(bitsOf(channels, SERVER)).toEqual(NOTHING);
    expect(heard).toEqual(["kick 0.0"]);
  });

  test("a send goes to the vCPU that the other end has named", () => {
    const { channels, heard, app, server } = connected(wordBits);
    expect(channels.bindVcpu(SERVER, server, 1)).toBe(OK);
    channels.send(APP, app);
    expect(bitsOf(channels, SERVER)).toEqual({
      ...NOTHING,
      pending: [server],
      selector: [[], [0]],
      upcalls: [false, true],
    });
    expect(heard).toEqual(["kick 1.1"]);
    expect(channels.bindVcpu(SERVER, server, 2)).toBe(ENOENT);
    expect(channels.bindVcpu(SERVER, channels.bindIpi(SERVER, 0), 1)).toBe(EINVAL);
    expect(channels.bindIpi(SERVER, 2)).toBe(ENOENT);
  });

  test("a send to an IPI port goes to the own domain", () => {
    const { channels } = machine(wordBits);
    const port = channels.bindIpi(APP, 1);
    expect(channels.send(APP, port)).toBe(OK);
    expect(bitsOf(channels, APP)).toMatchObject({ pending: [port], selector: [[], [0]] });
  });

  test("a send to an unbound port returns 0 and is lost", () => {
    const { channels, heard } = machine(wordBits);
    const port = channels.allocUnbound(SERVER, APP);
    expect(channels.send(SERVER, port)).toBe(OK);
    channels.bindInterdomain(APP, SERVER, port);
    handle(channels, APP, 0);
    expect([bitsOf(channels, APP), bitsOf(channels, SERVER)]).toEqual([NOTHING, NOTHING]);
    expect(heard).toEqual(["kick 0.0"]);
  });

  test("a send to a port in any other state is refused", () => {
    const { channels } = machine(wordBits);
    const virq = channels.bindVirq(APP, 3);
    const before = channels.cells.slice();
    expect([0, virq, 5, -1, 3 * wordBits].map((port) => channels.send(APP, port))).toEqual(
      Array.from({ length: 5 }, () => EINVAL),
    );
    expect(channels.cells).toEqual(before);
  });

  test("a VIRQ is pending at the port that has it, and lost without one", () => {
    const { channels } = machine(wordBits);
    channels.raiseVirq(APP, 3);
    const port = channels.bindVirq(APP, 3);
    expect(channels.portOf(APP, port).state).toBe(VIRQ);
    expect(channels.bindVirq(APP, 3)).toBe(EEXIST);
    expect(bitsOf(channels, APP)).toEqual(NOTHING);
    channels.raiseVirq(APP, 3);
    expect(bitsOf(channels, APP)).toMatchObject({ pending: [port], upcalls: [true, false] });
  });

  test("a port that is attached to Xen refuses its guest, and hears the other end", () => {
    const { channels, heard } = machine(wordBits);
    const port = channels.allocForXen(SERVER, APP, 0);
    expect(channels.send(SERVER, port)).toBe(EINVAL);
    expect(channels.close(SERVER, port)).toBe(EINVAL);
    expect(channels.bindVcpu(SERVER, port, 1)).toBe(EINVAL);
    const app = channels.bindInterdomain(APP, SERVER, port);
    heard.length = 0;
    expect(channels.send(APP, app)).toBe(OK);
    expect(heard).toEqual([`xen 1:${port}`]);
    expect(bitsOf(channels, SERVER)).toEqual(NOTHING);
  });

  test("after a close the peer is unbound for the closer, and no event is sent to it", () => {
    const { channels, heard, app, server } = connected(wordBits);
    channels.send(SERVER, server);
    handle(channels, APP, 0);
    channels.bindVcpu(SERVER, server, 1);
    channels.send(APP, app);
    handle(channels, SERVER, 1);
    heard.length = 0;
    expect(channels.close(SERVER, server)).toBe(OK);
    expect(channels.portOf(SERVER, server)).toMatchObject({ state: FREE, vcpu: 0 });
    expect(channels.portOf(APP, app)).toMatchObject({
      state: UNBOUND,
      remoteDomain: SERVER,
      remotePort: 0,
    });
    expect([bitsOf(channels, APP), bitsOf(channels, SERVER)]).toEqual([NOTHING, NOTHING]);
    expect(heard).toEqual([]);
    expect(channels.send(APP, app)).toBe(OK);
    expect(bitsOf(channels, SERVER)).toEqual(NOTHING);
  });

  test("a close forgets what was pending, so that a new port there has no old event", () => {
    const { channels, app, server } = connected(wordBits);
    channels.send(APP, app);
    channels.close(SERVER, server);
    expect(bitsOf(channels, SERVER)).toMatchObject({ pending: [], upcalls: [true, false] });
    expect(channels.allocUnbound(SERVER, APP)).toBe(server);
    expect(handle(channels, SERVER, 0)).toEqual([]);
  });

  test("a port that is free or reserved cannot be closed", () => {
    const { channels } = machine(wordBits);
    expect([0, 1, -1, 3 * wordBits].map((port) => channels.close(APP, port))).toEqual(
      Array.from({ length: 4 }, () => EINVAL),
    );
  });

  test("a reset closes ports in order, and can be stopped every 64 ports", () => {
    const { channels } = machine(wordBits, { ports: 256 });
    for (let port = 1; port < 200; port++) channels.bindIpi(APP, 0);
    const states = () =>
      [1, 64, 65, 128, 129, 199].map((port) => channels.portOf(APP, port).state !== FREE);
    expect(channels.reset(APP, () => true)).toBe(ERESTART);
    expect(states()).toEqual([false, false, true, true, true, true]);
    expect(channels.reset(APP)).toBe(EBUSY);
    expect(channels.resume(APP, () => true)).toBe(ERESTART);
    expect(states()).toEqual([false, false, false, false, true, true]);
    expect(channels.resume(APP)).toBe(OK);
    expect(states().some(Boolean)).toBe(false);
    expect(channels.reset(APP)).toBe(OK);
  });

  test("destroying a domain closes its ports, those of Xen too", () => {
    const { channels, app, server } = connected(wordBits);
    channels.allocForXen(SERVER, APP, 0);
    channels.destroy(SERVER);
    expect(channels.portOf(APP, app)).toMatchObject({ state: UNBOUND, remoteDomain: SERVER });
    expect([server, server + 1].map((port) => channels.portOf(SERVER, port).state)).toEqual([
      FREE,
      FREE,
    ]);
  });

  test("a vCPU with an upcall pending does not block", () => {
    const { channels, heard, app } = connected(wordBits);
    channels.send(APP, app);
    expect(channels.block(SERVER, 0)).toBe(false);
    expect(channels.isBlocked(SERVER, 0)).toBe(false);
    handle(channels, SERVER, 0);
    expect(channels.block(SERVER, 0)).toBe(true);
    heard.length = 0;
    channels.send(APP, app);
    expect(channels.isBlocked(SERVER, 0)).toBe(false);
    expect(heard).toEqual(["wake 1.0", "kick 1.0"]);
  });

  test("a notification between the flag and the look of a block is not lost", () => {
    const { channels, app } = connected(wordBits);
    channels.beginBlock(SERVER, 0);
    channels.send(APP, app);
    expect(channels.settleBlock(SERVER, 0)).toBe(false);
    expect(channels.isBlocked(SERVER, 0)).toBe(false);
  });
});

test("a domain that is being destroyed gets no port", () => {
  const shape = { domains: 2, vcpus: 1, wordBits: 32, ports: 8 } as const;
  const channels = createEventChannels(shape, { isDying: (domain) => domain === APP });
  const port = channels.allocUnbound(SERVER, APP);
  expect(channels.allocUnbound(APP, SERVER)).toBe(EINVAL);
  expect(channels.bindInterdomain(APP, SERVER, port)).toBe(EINVAL);
  expect(channels.portOf(SERVER, port).state).toBe(UNBOUND);
});

test("the cells of a port, of the bits and of a vCPU lie as drawn", () => {
  const shape = { domains: 1, vcpus: 1, wordBits: 32, ports: 2 } as const;
  const channels = createEventChannels(shape);
  channels.send(0, channels.bindIpi(0, 0));
  channels.setMask(0, 0, true);
  const [reserved, ipi] = [5, 3];
  const ports = [reserved, 0, 0, 0, 0, ipi, 0, 0, 0, 0];
  expect([...channels.cells]).toEqual([...ports, 0b10, 0b1, 0b1, 0, 1, 0, 0, 0, 0]);
  expect(() => channels.isPending(0, 2)).toThrow(RangeError);
});

test("whatever is called: two ends point at each other, and what is pending can be found", () => {
  const domain = fc.nat(1);
  const port = fc.nat(5);
  const call = fc.oneof(
    fc.record({ name: fc.constant("alloc" as const), domain, port: domain }),
    fc.record({ name: fc.constantFrom("bind", "close", "send", "unmask", "mask"), domain, port }),
    fc.record({ name: fc.constant("handle" as const), domain, port }),
  );
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      const channels = createEventChannels({ domains: 2, vcpus: 1, wordBits: 32, ports: 6 });
      for (const { name, domain, port } of calls) {
        if (name === "alloc") channels.allocUnbound(domain, port);
        else if (name === "bind") channels.bindInterdomain(domain, 1 - domain, port);
        else if (name === "close") channels.close(domain, port);
        else if (name === "send") channels.send(domain, port);
        else if (name === "unmask") channels.unmask(domain, port);
        else if (name === "mask") channels.setMask(domain, port, true);
        else handle(channels, domain, 0);
        for (const one of [0, 1]) expect(faultsOf(channels, one)).toEqual([]);
      }
    }),
  );
});

function faultsOf(channels: EventChannels, domain: number): readonly string[] {
  const ports = Array.from({ length: channels.shape.ports }, (_, port) => port);
  return ports.flatMap((port) => {
    const { state, remoteDomain, remotePort } = channels.portOf(domain, port);
    const faults: string[] = [];
    if (state === INTERDOMAIN) {
      const back = channels.portOf(remoteDomain, remotePort);
      const points = back.remoteDomain === domain && back.remotePort === port;
      if (back.state !== INTERDOMAIN || !points) faults.push(`${port} has one end`);
    }
    const isHidden = !channels.isMasked(domain, port) && channels.isPending(domain, port);
    if (isHidden && channels.selectorOf(domain, 0).length === 0) faults.push(`${port} is lost`);
    return faults;
  });
}
