/** Notifications, sentence by sentence: after each step, exactly which bits are set. */
import { describe, expect, test } from "vitest";
import { Notification } from "./event-bits.ts";
import { EINVAL, OK } from "./status.ts";
import { APP, bitsOf, connected, handle, NOTHING, SERVER, skipTo } from "./two-guests.fixture.ts";

describe.each([32, 64] as const)("words of %i bits", (wordBits) => {
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

  test("when pending was set already, no selector is set and no poller is woken", () => {
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
