/** Ports of event channels, sentence by sentence: after each step, exactly which bits are set. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createEventChannels,
  type EventChannels,
  FREE,
  INTERDOMAIN,
  UNBOUND,
  VIRQ,
} from "./event-channels.ts";
import { EBUSY, EEXIST, EINVAL, ENOENT, ENOSPC, ERESTART, ESRCH, OK } from "./status.ts";
import {
  APP,
  bitsOf,
  connected,
  handle,
  machine,
  NOTHING,
  SERVER,
  skipTo,
} from "./two-guests.fixture.ts";

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
