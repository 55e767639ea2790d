/** The registrar and the portmap, sentence by sentence, with each known mistake beside it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bound, TCP, UDP } from "./portmap.ts";
import { INTENDED, PUBLISHED, REGISTRAR, type RegistrarRules } from "./registrar-rules.ts";
import { createRegistrar, PORT_BIND, type Registrar, SERVICE_OPERATION } from "./registrar.ts";
import { EADDRINUSE, EAGAIN, EFAULT, EINVAL, ENOENT, EPERM, OK } from "./status.ts";

const DOM0 = 0;
const SERVER = 1;
const APP = 2;
const OTHER = 3;
const SHARED = 100;
const SMALL = { services: 2, slots: 2, addresses: 2, ports: 8, firstDynamic: 5 };
const RECORD = { dataPort: 4, helloPort: 5, grants: [8, 9] } as const;

/** A registered server and a filled pool. */
function machine(rules: Partial<RegistrarRules> = {}, shape = SMALL): Registrar {
  const all = { ...INTENDED, ...rules };
  const registrar = createRegistrar((domain) => domain === SERVER || domain === 9, all, shape);
  registrar.register(SERVER, 7);
  registrar.registerAddresses(SERVER, [11, 12, SHARED]);
  return registrar;
}

/** The same with an application, that has an address of its own if it is `dynamic`. */
function withApp(rules: Partial<RegistrarRules> = {}, dynamic = false): Registrar {
  const registrar = machine(rules);
  expect(registrar.registerApp(APP, RECORD, dynamic)).toBe(OK);
  return registrar;
}

const won = (port: number, isNew = true): Bound => ({ status: OK, port, isNew });
const lost = (status: number): Bound => ({ status, port: 0, isNew: false });

describe("service operation", () => {
  test("the hypercalls have the numbers 46 and 47, and the tables their published sizes", () => {
    expect([SERVICE_OPERATION, PORT_BIND]).toEqual([46, 47]);
    const { slots, addresses, services, ports } = REGISTRAR;
    expect([slots, addresses, services, ports]).toEqual([16, 20, 3, 65_536]);
  });

  test("register: the record carries the caller's id, and the state is registered", () => {
    const registrar = machine();
    expect([registrar.isRegistered(), registrar.isRegistered(1)]).toEqual([true, false]);
    expect(registrar.query()).toEqual({ domain: SERVER, welcomePort: 7 });
    expect(() => registrar.query(2)).toThrow(RangeError);
  });

  test("register again, after an application, publishes a fresh welcome port", () => {
    const registrar = withApp();
    expect(registrar.register(SERVER, 8)).toBe(OK);
    expect(registrar.query()).toEqual({ domain: SERVER, welcomePort: 8 });
    expect([registrar.fetchAddress(APP), registrar.registerApp(OTHER, RECORD, true)]).toEqual([
      SHARED,
      OK,
    ]);
  });

  test("published: to register again empties the pool, and the shared address with it", () => {
    const registrar = withApp({ registerWipesPool: true });
    registrar.register(SERVER, 8);
    expect(registrar.fetchAddress(APP)).toBe(0);
    expect(registrar.registerApp(OTHER, RECORD, true)).toBe(EADDRINUSE);
  });

  test.each([
    ["register", (one: Registrar) => one.register(APP, 9)],
    ["fill the pool", (one: Registrar) => one.registerAddresses(APP, [1, 2, 3])],
    ["fetch records", (one: Registrar) => one.fetch(APP)],
    ["clean up", (one: Registrar) => one.cleanup(APP)],
  ])("only the server and Dom0 may %s; published: anybody", (_name, call) => {
    const registrar = withApp();
    const before = registrar.cells.slice();
    expect(call(registrar)).toBe(EPERM);
    expect(registrar.cells).toEqual(before);
    expect(call(withApp({ anybodyChanges: true }))).not.toBe(EPERM);
  });

  test("unregister: only by the server that is registered", () => {
    const registrar = machine();
    expect(registrar.unregister(APP)).toBe(EPERM);
    expect([registrar.unregister(SERVER), registrar.unregister(SERVER)]).toEqual([OK, EAGAIN]);
  });

  test("query finds no server where none is registered; published: the record of before", () => {
    const registrar = machine();
    registrar.unregister(SERVER);
    expect(registrar.query()).toBe(EAGAIN);
    const published = machine({ queryUnchecked: true });
    published.unregister(SERVER);
    expect(published.query()).toEqual({ domain: SERVER, welcomePort: 7 });
    expect(published.query(1)).toEqual({ domain: 0, welcomePort: 0 });
  });

  test("an application gets a slot, and its record is what the server fetches", () => {
    const registrar = withApp();
    expect(registrar.fetch(SERVER)).toEqual([
      { ...RECORD, domain: APP, isActive: true },
      { domain: 0, dataPort: 0, helloPort: 0, isActive: false, grants: [0, 0] },
    ]);
    expect(registrar.fetch(DOM0)).toEqual(registrar.fetch(SERVER));
    expect([registrar.slotOf(APP), registrar.slotOf(OTHER)]).toEqual([0, undefined]);
  });

  test("who registers again keeps its slot, however often", () => {
    const registrar = withApp();
    for (const helloPort of [6, 7, 8]) {
      expect(registrar.registerApp(APP, { ...RECORD, helloPort }, false)).toBe(OK);
    }
    expect(registrar.fetch(SERVER)).toMatchObject([{ helloPort: 8 }, { isActive: false }]);
    expect(registrar.registerApp(OTHER, RECORD, false)).toBe(OK);
    expect(registrar.registerApp(4, RECORD, false)).toBe(EFAULT);
  });

  test("published: each registration counts, so that nobody gets in any more", () => {
    const registrar = withApp({ countsAgain: true });
    expect(registrar.registerApp(APP, RECORD, false)).toBe(OK);
    expect(registrar.registerApp(OTHER, RECORD, false)).toBe(EFAULT);
    expect(registrar.registerApp(APP, RECORD, false)).toBe(EFAULT);
  });

  test("a dynamic application takes an address of the pool; without one it is refused", () => {
    const registrar = withApp({}, true);
    expect(registrar.fetchAddress(APP)).toBe(11);
    registrar.registerApp(APP, RECORD, true);
    expect(registrar.fetchAddress(APP)).toBe(11);
    const poor = machine();
    poor.registerAddresses(SERVER, [0, 0, SHARED]);
    expect(poor.registerApp(APP, RECORD, true)).toBe(EADDRINUSE);
    expect(poor.slotOf(APP)).toBeUndefined();
  });

  test("who registers again without `dynamic` gives its address back", () => {
    const registrar = withApp({}, true);
    registrar.registerApp(APP, RECORD, false);
    expect(registrar.fetchAddress(APP)).toBe(SHARED);
    expect(registrar.registerApp(OTHER, RECORD, true)).toBe(OK);
    expect(registrar.fetchAddress(OTHER)).toBe(11);
  });

  test("an address that is given back to a pool without a place is lost", () => {
    const registrar = withApp({}, true);
    registrar.registerAddresses(SERVER, [21, 22, SHARED]);
    registrar.registerApp(APP, RECORD, false);
    registrar.registerApp(OTHER, RECORD, true);
    expect([registrar.fetchAddress(APP), registrar.fetchAddress(OTHER)]).toEqual([SHARED, 21]);
    expect(registrar.registerAddresses(SERVER, [1])).toBe(EINVAL);
  });

  test("fetch-IP gives the shared address to who has none, and nothing without a slot", () => {
    const registrar = withApp();
    expect([registrar.fetchAddress(APP), registrar.fetchAddress(OTHER)]).toEqual([SHARED, EINVAL]);
  });

  test("cleanup leaves no server, no application, no port and no address", () => {
    const registrar = withApp({}, true);
    registrar.bind(APP, TCP, 3);
    expect(registrar.cleanup(DOM0)).toBe(OK);
    expect([registrar.isRegistered(), registrar.slotOf(APP)]).toEqual([false, undefined]);
    expect(registrar.portmap.ownerOf(TCP, 3)).toBeUndefined();
    expect(registrar.registerApp(APP, RECORD, true)).toBe(EADDRINUSE);
  });

  test("published: cleanup keeps the addresses that slots hold", () => {
    const registrar = withApp({ cleanupKeepsAddresses: true }, true);
    registrar.cleanup(DOM0);
    registrar.register(SERVER, 7);
    // The next in this slot has an address that it never asked the pool for.
    expect(registrar.registerApp(OTHER, RECORD, true)).toBe(OK);
    expect(registrar.fetchAddress(OTHER)).toBe(11);
  });

  test("an application that is gone leaves slot, address and ports to others", () => {
    const registrar = withApp({}, true);
    registrar.bind(APP, TCP, 3);
    registrar.bind(APP, UDP, 3);
    registrar.registerApp(OTHER, RECORD, false);
    registrar.bind(OTHER, TCP, 4);
    registrar.leave(APP);
    expect([TCP, UDP].map((protocol) => registrar.portmap.ownerOf(protocol, 3))).toEqual([
      undefined,
      undefined,
    ]);
    expect(registrar.portmap.ownerOf(TCP, 4)).toEqual({ slot: 1, address: SHARED });
    expect(registrar.registerApp(OTHER, RECORD, true)).toBe(OK);
    expect(registrar.registerApp(4, RECORD, true)).toBe(OK);
    expect([registrar.slotOf(OTHER), registrar.fetchAddress(OTHER)]).toEqual([1, 11]);
    expect([registrar.slotOf(4), registrar.fetchAddress(4)]).toEqual([0, 12]);
  });

  test("published: nothing of an application that is gone is ever free", () => {
    const registrar = withApp({ keepsTheDead: true }, true);
    expect(registrar.registerApp(APP, RECORD, true)).toBe(OK);
    registrar.bind(APP, TCP, 3);
    registrar.leave(APP);
    expect(registrar.registerApp(OTHER, RECORD, false)).toBe(OK);
    expect(registrar.registerApp(4, RECORD, false)).toBe(EFAULT);
    expect(registrar.bind(OTHER, TCP, 3)).toEqual(lost(EADDRINUSE));
    expect(registrar.fetchAddress(APP)).toBe(11);
  });

  test("a server that is gone is not found any more, and a new one can register", () => {
    const registrar = withApp();
    registrar.leave(SERVER);
    expect(registrar.query()).toBe(EAGAIN);
    expect(registrar.register(9, 5)).toBe(OK);
    expect(registrar.query()).toEqual({ domain: 9, welcomePort: 5 });
    expect(registrar.slotOf(APP)).toBe(0);
  });
});

describe("port bind", () => {
  test("a port that is named is bound for the caller's slot and address", () => {
    const registrar = withApp({}, true);
    expect(registrar.bind(APP, TCP, 3)).toEqual(won(3));
    expect(registrar.portmap.ownerOf(TCP, 3)).toEqual({ slot: 0, address: 11 });
    expect(registrar.portmap.ownerOf(UDP, 3)).toBeUndefined();
    expect(() => registrar.bind(APP, TCP, 8)).toThrow(RangeError);
  });

  test("the owner may bind it again; to another it is in use", () => {
    const registrar = withApp();
    registrar.registerApp(OTHER, RECORD, false);
    registrar.bind(APP, UDP, 3);
    expect(registrar.bind(APP, UDP, 3)).toEqual(won(3, false));
    expect(registrar.bind(OTHER, UDP, 3)).toEqual(lost(EADDRINUSE));
    expect(registrar.bind(OTHER, TCP, 3)).toEqual(won(3));
  });

  test("without a port, the first free one of the dynamic range is bound", () => {
    const registrar = withApp();
    registrar.bind(APP, TCP, 5);
    expect(registrar.bind(APP, TCP, 0)).toEqual(won(6));
    expect(registrar.bind(APP, TCP, 0)).toEqual(lost(EADDRINUSE));
    expect(registrar.bind(APP, UDP, 0)).toEqual(won(5));
  });

  test("published: the dynamic range includes the last port", () => {
    const registrar = withApp({ lastPortToo: true });
    expect([0, 0, 0, 0].map((port) => registrar.bind(APP, TCP, port).port)).toEqual([5, 6, 7, 0]);
  });

  test("in its published size, the dynamic range begins at 49152", () => {
    const registrar = createRegistrar(() => true);
    registrar.registerApp(APP, RECORD, false);
    expect(registrar.bind(APP, TCP, 0)).toEqual(won(49_152));
  });

  test("who has no slot, and what is neither TCP nor UDP, is refused", () => {
    const registrar = withApp();
    expect(registrar.bind(OTHER, TCP, 3)).toEqual(lost(ENOENT));
    expect(registrar.bind(APP, 1, 3)).toEqual(lost(EINVAL));
  });

  test("published: ports are bound for a slot whatever its status", () => {
    for (const bindsForDead of [false, true]) {
      const registrar = withApp({ bindsForDead });
      registrar.cleanup(DOM0);
      expect(registrar.bind(APP, TCP, 3)).toEqual(bindsForDead ? won(3) : lost(ENOENT));
    }
  });

  test("a result that cannot be handed over frees what is new, and only that", () => {
    const registrar = withApp();
    registrar.bind(APP, TCP, 3);
    expect(registrar.bind(APP, TCP, 3, false)).toEqual(lost(EFAULT));
    expect(registrar.bind(APP, TCP, 4, false)).toEqual(lost(EFAULT));
    const owners = [3, 4].map((port) => registrar.portmap.ownerOf(TCP, port)?.slot);
    expect(owners).toEqual([0, undefined]);
  });

  test("published: it frees a port that was bound before", () => {
    const registrar = withApp({ failedCopyFrees: true });
    registrar.bind(APP, TCP, 3);
    registrar.bind(APP, TCP, 3, false);
    expect(registrar.portmap.ownerOf(TCP, 3)).toBeUndefined();
  });

  test.each([
    ["compare-exchange", false, [won(3), lost(EADDRINUSE)]],
    ["a plain store (a mistake)", true, [won(3), won(3)]],
  ])("of two who have seen the same port free, with %s", (_name, takesByStore, results) => {
    expect(race(3, takesByStore)).toEqual(results);
  });

  test("of two who look for any port, the later one takes the next", () => {
    expect(race(0, false)).toEqual([won(5), won(6)]);
  });
});

/** Two applications look, then both take. */
function race(port: number, takesByStore: boolean) {
  const registrar = withApp({ takesByStore });
  registrar.registerApp(OTHER, RECORD, false);
  return [APP, OTHER]
    .map((caller) => registrar.beginBind(caller, TCP, port))
    .map((attempt) => {
      let next = attempt;
      while ("candidate" in next) next = registrar.portmap.take(next);
      return next;
    });
}

test("in the published form all the mistakes are made, but for the plain store", () => {
  const { takesByStore, ...mistakes } = PUBLISHED;
  expect([takesByStore, new Set(Object.values(mistakes))]).toEqual([false, new Set([true])]);
  expect(new Set(Object.values(INTENDED))).toEqual(new Set([false]));
});

test("whatever is called: each port has a living owner, no address is held twice", () => {
  const call = fc.record({
    name: fc.constantFrom("app", "dynamic", "bind", "leave", "register", "failing bind"),
    domain: fc.integer({ min: 2, max: 5 }),
    port: fc.nat(7),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const registrar = machine();
      for (const { name, domain, port } of calls) {
        if (name === "leave") registrar.leave(domain);
        else if (name === "register") registrar.register(SERVER, port);
        else if (name.endsWith("bind")) registrar.bind(domain, TCP, port, name === "bind");
        else registrar.registerApp(domain, RECORD, name === "dynamic");
        const living = [2, 3, 4, 5].filter((one) => registrar.slotOf(one) !== undefined);
        const slots = living.map((one) => registrar.slotOf(one));
        expect(new Set(slots).size).toBe(living.length);
        for (let one = 0; one < SMALL.ports; one++) {
          const owner = registrar.portmap.ownerOf(TCP, one);
          if (owner !== undefined) expect(slots).toContain(owner.slot);
        }
        const own = living.map((one) => registrar.fetchAddress(one)).filter((ip) => ip !== SHARED);
        expect(new Set(own).size).toBe(own.length);
      }
    }),
  );
});
