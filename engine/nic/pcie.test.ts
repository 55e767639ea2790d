/** Posted writes: in order, pushed by reads, interrupts among them. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { directDma } from "./dma.ts";
import { createBus, createPosted, type Posted, readRegister } from "./pcie.ts";

const SHAPE = { entries: 4, words: 2 };

function recorded(): { posted: Posted; log: string[] } {
  const log: string[] = [];
  const posted = createPosted(SHAPE, {
    write: (address, values) => void log.push(`${address}=${values.join(",")}`),
    interrupt: (vector) => void log.push(`interrupt ${vector}`),
  });
  return { posted, log };
}

test("posted writes of one device stay in order", () => {
  const steps = fc.array(fc.option(fc.nat(99), { nil: "land" as const }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (choices) => {
      const { posted, log } = recorded();
      const expected: string[] = [];
      for (const choice of choices) {
        if (choice !== "land") {
          posted.post(choice, [choice]);
          expected.push(`${choice}=${choice}`);
        } else if (posted.waiting > 0) posted.land();
      }
      expect(log).toEqual(expected.slice(0, log.length));
      posted.flush();
      expect(log).toEqual(expected);
      expect([...posted.cells].every((value) => value === 0)).toBe(true);
    }),
  );
});

test("a message-signalled interrupt is a posted write, so data precedes its interrupt", () => {
  const { posted, log } = recorded();
  posted.post(8, [1, 2]);
  posted.postInterrupt(5);
  posted.post(16, [3]);
  posted.land();
  expect(log).toEqual(["8=1,2"]);
  posted.land();
  expect(log).toEqual(["8=1,2", "interrupt 5"]);
});

test("a full channel lets the oldest write land", () => {
  const { posted, log } = recorded();
  for (let value = 0; value < 5; value++) posted.post(value, [value]);
  expect(log).toEqual(["0=0"]);
  expect(posted.waiting).toBe(4);
});

test("a read of the device pushes its posted writes", () => {
  const memory = new Int32Array(8);
  const bus = createBus(SHAPE, 1, directDma(memory), () => {});
  bus.posted.post(3, [7]);
  expect(memory[3]).toBe(0);
  expect(bus.read(3, 1)).toEqual([7]);
});

test("a register read flushes what the CPU wrote and what the device posted", () => {
  const memory = new Int32Array(8);
  const bus = createBus(SHAPE, 1, directDma(memory), () => {});
  const registers = new Int32Array(4);
  const toDevice = createPosted(SHAPE, {
    write: (address, values) => registers.set(values, address),
    interrupt: () => {},
  });
  bus.posted.post(0, [1]);
  toDevice.post(2, [9]);
  expect(registers[2]).toBe(0);
  expect(readRegister(toDevice, bus, () => registers[2] ?? 0)).toBe(9);
  expect(memory[0]).toBe(1);
});

test("access outside memory faults; a write that faults is lost without a word", () => {
  const memory = new Int32Array(4);
  const bus = createBus(SHAPE, 1, directDma(memory), () => {});
  bus.posted.post(100, [1]);
  expect(bus.read(100, 1)).toBe(undefined);
  expect([...memory]).toEqual([0, 0, 0, 0]);
});

test("illegal use is an error of the caller", () => {
  const { posted } = recorded();
  expect(() => posted.land()).toThrow(RangeError);
  expect(() => posted.post(0, [1, 2, 3])).toThrow(RangeError);
  const noRoom = { entries: 0, words: 2 };
  expect(() => createBus(noRoom, 1, directDma(new Int32Array(1)), () => {})).toThrow(RangeError);
});
