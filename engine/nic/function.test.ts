/** Functions of a NIC: resets, filters, the link, and a whole path from VF to VF. */
import { expect, test } from "vitest";
import { BROADCAST } from "../network/frames.ts";
import { directDma } from "./dma.ts";
import { clearWriteBack, createNic, FLR_TIME, type Nic, OTHER_CAUSE, PF } from "./function.ts";
import { createMailboxes, FAILURE, type Mailboxes, RESET, SET_LPE, SUCCESS } from "./mailbox.ts";
import { createPfDriver, type PfDriver } from "./pf-driver.ts";
import * as offsets from "./registers.ts";
import type { Registers } from "./registers.ts";
import { createRingDriver, type RingDriver } from "./ring-driver.ts";
import { DROPS, ENABLED, type Frame, HEAD, WRITE_BACK } from "./rings.ts";
import { createVfDriver, DONE, type VfDriver } from "./vf-driver.ts";
import { createVfRegisters } from "./vf-registers.ts";

const SERVER = 0x0200_0000_0000;
const ALICE = 0x0200_0000_0001;
const BOB = 0x0200_0000_0002;
const PEER = 0x0200_0000_0099;
const SLOTS = 4;

interface Bench {
  readonly nic: Nic;
  readonly mailboxes: Mailboxes;
  readonly pf: PfDriver;
  readonly memory: Int32Array;
  readonly interrupted: number[];
  readonly vfs: readonly VfSide[];
  clock: number;
}

interface VfSide {
  readonly registers: Registers;
  readonly driver: VfDriver;
  readonly sending: RingDriver;
  readonly receiving: RingDriver;
}

function bench(pfFrameMax = 1514): Bench {
  const memory = new Int32Array(512);
  const interrupted: number[] = [];
  const mailboxes = createMailboxes(2, {
    interruptPf: (vf) => nic.functionOf(PF).interrupts.raise(1 << vf, all.clock),
    interruptVf: (vf) => nic.functionOf(vf + 1).interrupts.raise(OTHER_CAUSE, all.clock),
  });
  const nic: Nic = createNic(
    { vfs: 2, posted: 16 },
    {
      dma: directDma(memory),
      interrupt: (number) => void interrupted.push(number),
      resetHappened(number) {
        if (number === PF) mailboxes.beginReset();
        else {
          mailboxes.clearVf(number - 1);
          pf.noticeReset(number - 1);
        }
      },
    },
  );
  const pf: PfDriver = createPfDriver(mailboxes, {
    pfFrameMax: () => pfFrameMax,
    setMac: (vf, mac) => nic.setMac(vf + 1, mac),
    setFrameMax: (vf, bytes) => nic.setFrameMax(vf + 1, bytes),
    enable: (vf, receive, send) => nic.enable(vf + 1, receive, send),
    forceDrop: (vf) => nic.functionOf(vf + 1).rx.set(DROPS, 1),
    clearWriteBack: (vf) => clearWriteBack(nic.functionOf(vf + 1)),
  });
  nic.setMac(PF, SERVER);
  nic.enableVfs(true);
  nic.startLink(0, 2e9);
  pf.assignMac(0, ALICE);
  pf.assignMac(1, BOB);
  const words = {
    load: (address: number) => memory[address] ?? 0,
    store: (address: number, value: number) => memory.set([value], address),
  };
  const side = (vf: number): VfSide => {
    const registers = createVfRegisters(nic, mailboxes, vf, () => all.clock);
    const base = vf * 128;
    return {
      registers,
      driver: createVfDriver(registers),
      sending: createRingDriver({ base, buffers: base + 32, length: SLOTS }, words),
      receiving: createRingDriver({ base: base + 64, buffers: base + 96, length: SLOTS }, words),
    };
  };
  const all: Bench = {
    nic,
    mailboxes,
    pf,
    memory,
    interrupted,
    clock: 3e9,
    vfs: [side(0), side(1)],
  };
  return all;
}

function sideOf({ vfs }: Bench, vf: number): VfSide {
  const side = vfs[vf];
  if (side === undefined) throw new RangeError(`There is no VF ${vf}`);
  return side;
}

/** Runs the command of a VF's driver, with a prompt PF. */
function run(all: Bench, vf: number): void {
  const { driver } = sideOf(all, vf);
  while (driver.isBusy) {
    all.clock += driver.step();
    if (all.pf.hasAnswer(vf)) all.pf.answer(vf);
    else all.pf.receive(vf);
  }
}

/** Resets a VF and sets its rings up, with three buffers offered. */
function bringUp(all: Bench, vf: number): VfSide {
  const side = sideOf(all, vf);
  const { registers, driver, receiving } = side;
  driver.reset();
  run(all, vf);
  expect(driver.result).toBe(DONE);
  registers.write(offsets.VFRDBAL, vf * 128 + 64);
  registers.write(offsets.VFTDBAL, vf * 128);
  for (const length of [offsets.VFRDLEN, offsets.VFTDLEN]) registers.write(length, SLOTS * 16);
  for (const queue of [offsets.VFRXDCTL, offsets.VFTXDCTL]) {
    registers.write(queue, offsets.QUEUE_ENABLE);
  }
  registers.write(offsets.VTEIMS, 1);
  for (let tail = receiving.offer(); tail !== undefined; tail = receiving.offer()) {
    registers.write(offsets.VFRDT, tail);
  }
  return side;
}

function send(all: Bench, vf: number, frame: Frame): void {
  const { registers, sending } = sideOf(all, vf);
  registers.write(offsets.VFTDT, sending.send(frame) ?? 0);
}

const frame = (from: number, to: number, bytes = 100): Frame => ({ from, to, bytes, content: 5 });

test("a frame for another function of the NIC does not reach the wire; others do", () => {
  const all = bench();
  bringUp(all, 0);
  const bob = bringUp(all, 1);
  const { nic, clock, interrupted } = all;
  send(all, 0, frame(ALICE, BOB));
  send(all, 0, frame(ALICE, PEER));
  send(all, 0, frame(ALICE, BROADCAST));
  const sent = nic.transmit(1, clock);
  expect(sent).toEqual({ frame: frame(ALICE, BOB), functions: [2], toWire: false });
  expect(nic.transmit(1, clock)).toMatchObject({ functions: [], toWire: true });
  expect(nic.transmit(1, clock)).toMatchObject({ functions: [PF, 2], toWire: true });
  interrupted.length = 0;
  expect(nic.receive(2, frame(ALICE, BOB), clock)).toBe("received");
  expect([bob.receiving.isDone(), interrupted]).toEqual([false, []]);
  nic.functionOf(2).bus.posted.flush();
  expect([bob.receiving.take(), interrupted]).toEqual([frame(ALICE, BOB), [2]]);
});

test("the MAC filter gives frames to the function that has the address, broadcasts to all", () => {
  const all = bench();
  bringUp(all, 0);
  bringUp(all, 1);
  expect(all.nic.targets(frame(PEER, ALICE))).toEqual([1]);
  expect(all.nic.targets(frame(PEER, SERVER))).toEqual([PF]);
  expect(all.nic.targets(frame(PEER, PEER))).toEqual([]);
  expect(all.nic.targets(frame(PEER, BROADCAST))).toEqual([PF, 1, 2]);
  expect(all.nic.targets(frame(PEER, ALICE, 1515))).toEqual([]);
});

test("frames with the MAC of another are stopped when the PF wants it", () => {
  const all = bench();
  bringUp(all, 0);
  send(all, 0, frame(SERVER, PEER));
  send(all, 0, frame(SERVER, PEER));
  expect(all.nic.transmit(1, all.clock)?.toWire).toBe(true);
  all.nic.stopSpoofing(true);
  expect(all.nic.transmit(1, all.clock)).toMatchObject({ functions: [], toWire: false });
});

test("nothing is sent before the link is up, seconds after it was started", () => {
  const all = bench();
  const { registers } = bringUp(all, 0);
  all.nic.startLink(all.clock, 2e9);
  send(all, 0, frame(ALICE, PEER));
  expect([all.nic.transmit(1, all.clock), registers.read(offsets.VFLINKS)]).toEqual([undefined, 0]);
  all.clock += 2e9;
  expect(registers.read(offsets.VFLINKS)).toBe(offsets.LINKS_UP);
  expect(all.nic.transmit(1, all.clock)?.toWire).toBe(true);
  all.nic.stopLink();
  expect(all.nic.isLinkUp(all.clock)).toBe(false);
});

test("VFCTRL.RST stops rings, masks interrupts and takes the filter, of this VF only", () => {
  const all = bench();
  const { registers } = bringUp(all, 0);
  const bob = bringUp(all, 1);
  registers.write(offsets.VFCTRL, offsets.CTRL_RST);
  expect(all.nic.targets(frame(PEER, BROADCAST))).toEqual([PF, 2]);
  expect([all.nic.macOf(1), registers.read(offsets.VFRXDCTL)]).toEqual([0, 0]);
  expect(bob.registers.read(offsets.VFRXDCTL)).toBe(offsets.QUEUE_ENABLE);
});

test("FLR of a VF: state is cleared at once, already issued posted writes still land", () => {
  const all = bench();
  const { registers, receiving } = bringUp(all, 0);
  const { nic, interrupted } = all;
  nic.receive(1, frame(PEER, ALICE), all.clock);
  nic.flr(1, all.clock);
  expect(nic.functionOf(1).rx.get(ENABLED)).toBe(0);
  expect(nic.receive(1, frame(PEER, ALICE), all.clock)).toBe("deaf");
  nic.functionOf(1).bus.posted.flush();
  expect([receiving.take(), interrupted]).toEqual([frame(PEER, ALICE), [1]]);
  expect(registers.read(offsets.VFSTATUS)).toBe(offsets.GONE);
  registers.write(offsets.VTEIMS, 1);
  all.clock += FLR_TIME;
  expect(registers.read(offsets.VFSTATUS)).toBe(0);
  expect(nic.isThere(2, all.clock)).toBe(true);
});

test("FLR of the PF disables its VFs, until they are enabled and have reset themselves", () => {
  const all = bench();
  const { registers, driver } = bringUp(all, 0);
  all.nic.flr(PF, all.clock);
  expect([all.nic.isThere(1, all.clock), all.nic.isLinkUp(all.clock)]).toEqual([false, false]);
  all.clock += FLR_TIME;
  expect([all.nic.isThere(PF, all.clock), all.nic.isThere(1, all.clock)]).toEqual([true, false]);
  expect(registers.read(offsets.VFMAILBOX)).toBe(offsets.GONE);
  all.nic.enableVfs(true);
  all.mailboxes.endReset();
  driver.reset();
  run(all, 0);
  expect([driver.result, driver.answer(1)[0]]).toEqual([DONE, RESET | SUCCESS]);
});

test("TDWBAL survives FLR; the reset message zeroes it", () => {
  const all = bench();
  const { registers, driver } = bringUp(all, 0);
  registers.write(offsets.VFTDWBAL, 400);
  all.nic.flr(1, all.clock);
  all.clock += FLR_TIME;
  expect(registers.read(offsets.VFTDWBAL)).toBe(400);
  driver.reset();
  run(all, 0);
  expect(all.nic.functionOf(1).tx.get(WRITE_BACK)).toBe(0);
});

test("a jumbo-frame server on the PF leaves a standard VF deaf", () => {
  const all = bench(9014);
  const { driver } = bringUp(all, 0);
  expect(all.nic.targets(frame(PEER, ALICE))).toEqual([]);
  expect(all.nic.receive(1, frame(PEER, ALICE), all.clock)).toBe("deaf");
  send(all, 0, frame(ALICE, PEER));
  expect(all.nic.transmit(1, all.clock)?.toWire).toBe(true);
  driver.send([SET_LPE, 1518], 1);
  run(all, 0);
  expect((driver.answer(1)[0] ?? 0) & FAILURE).toBe(FAILURE);
});

test("the reset message forces drop-enable on the VF's receive queue", () => {
  const all = bench();
  const { registers } = bringUp(all, 0);
  const outcomes = [1, 2, 3, 4].map(() => all.nic.receive(1, frame(PEER, ALICE), all.clock));
  expect(outcomes).toEqual(["received", "received", "received", "dropped"]);
  expect(registers.read(offsets.VFRDH)).toBe(all.nic.functionOf(1).rx.get(HEAD));
});

test("a message interrupts the other side, which may have masked it", () => {
  const all = bench();
  const { registers } = bringUp(all, 0);
  registers.write(offsets.VTEIMS, OTHER_CAUSE);
  // The PF's answer to the reset has latched, so that unmasking raises at once.
  all.nic.functionOf(1).bus.posted.flush();
  expect(all.interrupted).toEqual([1]);
  expect(registers.read(offsets.VTEICR)).toBe(OTHER_CAUSE);
  all.pf.ping();
  all.nic.functionOf(1).bus.posted.flush();
  expect(all.interrupted).toEqual([1, 1]);
});

test("a doorbell that reaches a function after its reset is lost", () => {
  const all = bench();
  const { registers } = bringUp(all, 0);
  registers.write(offsets.VFCTRL, offsets.CTRL_RST);
  send(all, 0, frame(ALICE, PEER));
  expect(registers.read(offsets.VFTDT)).toBe(0);
  expect(all.nic.transmit(1, all.clock)).toBe(undefined);
});

test("the whole state is in the cells: a copy of them is a checkpoint", () => {
  const all = bench();
  bringUp(all, 0);
  send(all, 0, frame(ALICE, PEER));
  const saved = all.nic.cells.slice();
  const first = all.nic.transmit(1, all.clock);
  all.nic.cells.set(saved);
  expect(all.nic.transmit(1, all.clock)).toEqual(first);
  expect(() => all.nic.functionOf(3)).toThrow(RangeError);
});
