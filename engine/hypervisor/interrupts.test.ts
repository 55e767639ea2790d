/** Interrupts, sentence by sentence: exactly which bits of IRR and ISR are set. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BROADCAST,
  createInterrupts,
  Delivery,
  type Interrupts,
  LVT_MASKED,
  Msr,
  NMI_VECTOR,
  Shorthand,
  TSC_DEADLINE_MODE,
} from "./interrupts.ts";
import { createLegacyPic, DEVICE_LINES, SPURIOUS } from "./legacy-pic.ts";
import { EINVAL, OK } from "./status.ts";

const CORES = 3;

function machine(): Interrupts {
  const interrupts = createInterrupts(CORES);
  for (let core = 0; core < CORES; core++) interrupts.setInterruptFlag(core, true);
  return interrupts;
}

/** Vectors in the IRR and in the ISR of a core. */
function vectorsOf(interrupts: Interrupts, core = 0) {
  const set = (msr: number): readonly number[] =>
    Array.from({ length: 256 }, (_, vector) => vector).filter(
      (vector) => ((interrupts.read(core, msr + (vector >> 5)) ?? 0) >>> (vector & 31)) & 1,
    );
  return { irr: set(Msr.irr), isr: set(Msr.isr) };
}

/** The two halves of the ICR. */
const command = (destination: number, delivery: number, shorthand: number, vector: number) =>
  [(shorthand << 18) | (delivery << 8) | vector, destination] as const;

describe("x2APIC", () => {
  test("the registers have their published numbers", () => {
    const { tpr, ppr, eoi, icr, timerInitial, timerCurrent, selfIpi, tscDeadline } = Msr;
    expect([tpr, ppr, eoi, icr]).toEqual([0x808, 0x80a, 0x80b, 0x830]);
    expect([timerInitial, timerCurrent, selfIpi, tscDeadline]).toEqual([
      0x838, 0x839, 0x83f, 0x6e0,
    ]);
  });

  test("an interrupt sets its IRR bit, moves to the ISR when taken, and EOI ends it", () => {
    const interrupts = machine();
    expect(interrupts.raise(0, 0x51)).toBe(true);
    expect(vectorsOf(interrupts)).toEqual({ irr: [0x51], isr: [] });
    expect(interrupts.take(0)).toBe(0x51);
    expect(vectorsOf(interrupts)).toEqual({ irr: [], isr: [0x51] });
    expect(interrupts.write(0, Msr.eoi, 0)).toBe(OK);
    expect(vectorsOf(interrupts)).toEqual({ irr: [], isr: [] });
    expect(vectorsOf(interrupts, 1)).toEqual({ irr: [], isr: [] });
  });

  test("a second arrival while the IRR bit is set merges; one while in service does not", () => {
    const interrupts = machine();
    expect([interrupts.raise(0, 0x51), interrupts.raise(0, 0x51)]).toEqual([true, false]);
    interrupts.take(0);
    expect(interrupts.raise(0, 0x51)).toBe(true);
    expect(vectorsOf(interrupts)).toEqual({ irr: [0x51], isr: [0x51] });
  });

  test("nothing is delivered while IF is clear, and taking clears it", () => {
    const interrupts = machine();
    interrupts.raise(0, 0x51);
    interrupts.setInterruptFlag(0, false);
    expect(interrupts.next(0)).toBeUndefined();
    expect(() => interrupts.take(0)).toThrow(RangeError);
    interrupts.setInterruptFlag(0, true);
    interrupts.take(0);
    expect(interrupts.isEnabled(0)).toBe(false);
  });

  test("the highest vector is delivered first", () => {
    const interrupts = machine();
    for (const vector of [0x31, 0xff, 0x80, 0x10]) interrupts.raise(0, vector);
    expect(interrupts.take(0)).toBe(0xff);
    expect(vectorsOf(interrupts)).toEqual({ irr: [0x10, 0x31, 0x80], isr: [0xff] });
  });

  test.each([
    ["a class above the TPR's", 0x50, 0x60, 0x60],
    ["the TPR's own class: not", 0x50, 0x5f, undefined],
    ["a class below: not", 0x50, 0x4f, undefined],
  ])("a vector is delivered whose class is above the PPR's: %s", (_name, tpr, vector, next) => {
    const interrupts = machine();
    expect(interrupts.write(0, Msr.tpr, tpr)).toBe(OK);
    interrupts.raise(0, vector);
    expect([interrupts.read(0, Msr.tpr), interrupts.next(0)]).toEqual([tpr, next]);
  });

  test("the PPR is the TPR, or the class of what is in service where that is higher", () => {
    const interrupts = machine();
    interrupts.raise(0, 0x51);
    interrupts.take(0);
    expect(interrupts.read(0, Msr.ppr)).toBe(0x50);
    interrupts.write(0, Msr.tpr, 0x53);
    expect(interrupts.read(0, Msr.ppr)).toBe(0x53);
    interrupts.raise(0, 0x65);
    interrupts.setInterruptFlag(0, true);
    interrupts.take(0);
    interrupts.write(0, Msr.tpr, 0x61);
    expect(interrupts.read(0, Msr.ppr)).toBe(0x61);
    interrupts.write(0, Msr.eoi, 0);
    interrupts.write(0, Msr.tpr, 0x22);
    expect(interrupts.read(0, Msr.ppr)).toBe(0x50);
    interrupts.write(0, Msr.eoi, 0);
    expect(interrupts.read(0, Msr.ppr)).toBe(0x22);
  });

  test("a higher class interrupts a handler, and EOI ends the highest in service", () => {
    const interrupts = machine();
    interrupts.raise(0, 0x51);
    interrupts.take(0);
    interrupts.setInterruptFlag(0, true);
    interrupts.raise(0, 0x5f);
    expect(interrupts.next(0)).toBeUndefined();
    interrupts.raise(0, 0x61);
    expect(interrupts.take(0)).toBe(0x61);
    interrupts.write(0, Msr.eoi, 0);
    expect(vectorsOf(interrupts)).toEqual({ irr: [0x5f], isr: [0x51] });
    interrupts.write(0, Msr.eoi, 0);
    interrupts.setInterruptFlag(0, true);
    expect(interrupts.take(0)).toBe(0x5f);
  });

  test("a self-IPI is raised on the own core", () => {
    const interrupts = machine();
    expect(interrupts.write(1, Msr.selfIpi, 0x42)).toBe(OK);
    expect(interrupts.write(1, Msr.selfIpi, 0x5)).toBe(OK);
    const irrs = [0, 1, 2].map((core) => vectorsOf(interrupts, core).irr);
    expect(irrs).toEqual([[], [0x42], []]);
  });

  test.each([
    ["the core that is named", 2, Shorthand.none, [2]],
    ["itself", 0, Shorthand.self, [1]],
    ["all", 0, Shorthand.all, [0, 1, 2]],
    ["all others", 0, Shorthand.others, [0, 2]],
    ["all, by broadcast", BROADCAST, Shorthand.none, [0, 1, 2]],
    ["nobody who is there", 7, Shorthand.none, []],
  ])("an IPI through the ICR reaches %s", (_name, destination, shorthand, reached) => {
    const interrupts = machine();
    interrupts.write(1, Msr.icr, ...command(destination, Delivery.fixed, shorthand, 0x42));
    const cores = [0, 1, 2].filter((core) => vectorsOf(interrupts, core).irr.includes(0x42));
    expect(cores).toEqual(reached);
  });

  test("an NMI is taken although interrupts are disabled, and is not in the ISR", () => {
    const interrupts = machine();
    interrupts.setInterruptFlag(0, false);
    interrupts.write(1, Msr.icr, ...command(0, Delivery.nmi, Shorthand.none, 0));
    expect([interrupts.take(0), interrupts.next(0)]).toEqual([NMI_VECTOR, undefined]);
    expect(vectorsOf(interrupts)).toEqual({ irr: [], isr: [] });
  });

  test("after INIT a core waits for a startup IPI; a second one is ignored", () => {
    const interrupts = machine();
    interrupts.raise(1, 0x42);
    interrupts.write(0, Msr.icr, ...command(0, Delivery.init, Shorthand.others, 0));
    expect([0, 1, 2].map((core) => interrupts.isWaitingForStart(core))).toEqual([
      false,
      true,
      true,
    ]);
    expect([vectorsOf(interrupts, 1).irr, interrupts.next(1)]).toEqual([[], undefined]);
    interrupts.write(0, Msr.icr, ...command(0, Delivery.startup, Shorthand.others, 7));
    interrupts.write(0, Msr.icr, ...command(0, Delivery.startup, Shorthand.others, 8));
    expect([interrupts.isWaitingForStart(1), interrupts.startOf(1)]).toEqual([false, 7]);
    expect(interrupts.startOf(0)).toBe(0);
  });

  test("a halted core runs on when it takes an interrupt, and not before", () => {
    const interrupts = machine();
    interrupts.halt(0);
    interrupts.write(0, Msr.tpr, 0xf0);
    interrupts.raise(0, 0x51);
    expect([interrupts.isHalted(0), interrupts.next(0)]).toEqual([true, undefined]);
    interrupts.write(0, Msr.tpr, 0);
    interrupts.take(0);
    expect(interrupts.isHalted(0)).toBe(false);
  });

  test("the upcall vector is injected at every entry while pending, without an EOI", () => {
    const interrupts = machine();
    const before = vectorsOf(interrupts);
    expect([interrupts.take(0, 128), interrupts.next(0, 128)]).toEqual([128, undefined]);
    interrupts.setInterruptFlag(0, true);
    expect([interrupts.next(0, 128), interrupts.next(0)]).toEqual([128, undefined]);
    expect(vectorsOf(interrupts)).toEqual(before);
  });

  test.each([
    ["a read of EOI", Msr.eoi, undefined],
    ["a read of self-IPI", Msr.selfIpi, undefined],
    ["a read of a register that is not there", 0x8ff, undefined],
    ["a read of the id", Msr.id, 2],
    ["a read of the count in deadline mode", Msr.timerCurrent, 0],
  ])("%s gives a fault, or what is there", (_name, msr, value) => {
    expect(machine().read(2, msr)).toBe(value);
  });

  test.each([
    ["EOI with a value", Msr.eoi, 1],
    ["the PPR", Msr.ppr, 0],
    ["a TPR of more than 8 bits", Msr.tpr, 0x100],
    ["the IRR", Msr.irr, 0],
    ["a self-IPI of more than 8 bits", Msr.selfIpi, 0x100],
  ])("a write of %s is a fault, and changes nothing", (_name, msr, value) => {
    const interrupts = machine();
    const before = interrupts.cells.slice();
    expect(interrupts.write(0, msr, value)).toBe(EINVAL);
    expect(interrupts.cells).toEqual(before);
    expect(() => interrupts.raise(0, 15)).toThrow(RangeError);
  });
});

describe("TSC deadline", () => {
  const DEADLINE = 2 ** 40 + 2 ** 31 + 5;
  const armed = (more = 0): Interrupts => {
    const interrupts = machine();
    interrupts.write(0, Msr.lvtTimer, TSC_DEADLINE_MODE | more | 0xef);
    interrupts.write(0, Msr.tscDeadline, DEADLINE);
    return interrupts;
  };

  test("a value that is not zero arms; it fires at that count, and clears the register", () => {
    const interrupts = armed();
    expect(interrupts.read(0, Msr.tscDeadline)).toBe(DEADLINE);
    expect(interrupts.tick(0, DEADLINE - 1)).toBe(false);
    expect(interrupts.tick(0, DEADLINE)).toBe(true);
    expect(vectorsOf(interrupts)).toEqual({ irr: [0xef], isr: [] });
    expect(interrupts.read(0, Msr.tscDeadline)).toBe(0);
  });

  test("it fires once, and at once when the count has passed already", () => {
    const interrupts = armed();
    expect([interrupts.tick(0, 2 ** 50), interrupts.tick(0, 2 ** 50)]).toEqual([true, false]);
  });

  test("zero disarms", () => {
    const interrupts = armed();
    interrupts.write(0, Msr.tscDeadline, 0);
    expect(interrupts.tick(0, 2 ** 50)).toBe(false);
  });

  test("a masked entry raises nothing", () => {
    const interrupts = armed(LVT_MASKED);
    expect([interrupts.tick(0, DEADLINE), vectorsOf(interrupts).irr]).toEqual([true, []]);
  });

  test("in another mode of the timer there is no deadline", () => {
    const interrupts = armed();
    interrupts.write(0, Msr.lvtTimer, 0xef);
    expect(interrupts.read(0, Msr.tscDeadline)).toBe(0);
    interrupts.write(0, Msr.tscDeadline, 5);
    expect([interrupts.write(0, Msr.timerInitial, 9), interrupts.tick(0, 9)]).toEqual([OK, false]);
  });
});

describe("legacy PIC", () => {
  test("a rising edge asks for service once, however long the line is high", () => {
    const pic = createLegacyPic();
    pic.setLine(11, true);
    pic.setLine(11, true);
    expect([pic.acknowledge(), pic.next()]).toEqual([11, undefined]);
    pic.end();
    expect(pic.next()).toBeUndefined();
    pic.setLine(11, false);
    pic.setLine(11, true);
    expect(pic.next()).toBe(11);
  });

  test("a level asks for service until it is low", () => {
    const pic = createLegacyPic();
    pic.setLevelTriggered(11, true);
    pic.setLine(11, true);
    expect(pic.acknowledge()).toBe(11);
    pic.end();
    expect(pic.next()).toBe(11);
    pic.setLine(11, false);
    expect([pic.next(), pic.acknowledge()]).toEqual([undefined, SPURIOUS]);
  });

  test("a masked line asks when it is unmasked", () => {
    const pic = createLegacyPic();
    pic.setMask(5, true);
    pic.setLine(5, true);
    expect(pic.next()).toBeUndefined();
    pic.setMask(5, false);
    expect(pic.next()).toBe(5);
  });

  test("lines of the second chip come after 1 and before 3", () => {
    const pic = createLegacyPic();
    for (const line of DEVICE_LINES) pic.setLine(line, true);
    const order: number[] = [];
    for (let line = pic.next(); line !== undefined; line = pic.next()) {
      order.push(pic.acknowledge());
      pic.end();
    }
    expect(order).toEqual([9, 10, 11, 12, 14, 15, 5, 7]);
    expect(() => pic.setLine(2, true)).toThrow(RangeError);
  });

  test("lines of the second chip do not interrupt each other", () => {
    const pic = createLegacyPic();
    pic.setLine(12, true);
    pic.acknowledge();
    pic.setLine(9, true);
    expect(pic.next()).toBeUndefined();
    pic.end();
    expect(pic.next()).toBe(9);
  });

  test("one acknowledgement after all handlers ends only the highest line in service", () => {
    const pic = createLegacyPic();
    for (const line of [5, 12]) {
      pic.setLine(line, true);
      expect(pic.acknowledge()).toBe(line);
    }
    pic.end();
    expect([5, 12].map((line) => pic.isInService(line))).toEqual([true, false]);
    pic.setLine(7, true);
    expect(pic.next()).toBeUndefined();
    pic.setLine(9, true);
    expect(pic.next()).toBe(9);
  });
});

test("whatever arrives: what is delivered is above all that is in service", () => {
  const vector = fc.integer({ min: 16, max: 255 });
  const call = fc.record({ name: fc.constantFrom("raise", "take", "eoi", "tpr"), vector });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      const interrupts = machine();
      for (const { name, vector } of calls) {
        interrupts.setInterruptFlag(0, true);
        if (name === "raise") interrupts.raise(0, vector);
        else if (name === "eoi") interrupts.write(0, Msr.eoi, 0);
        else if (name === "tpr") interrupts.write(0, Msr.tpr, vector);
        else if (interrupts.next(0) !== undefined) {
          const before = Math.max(0, ...vectorsOf(interrupts).isr);
          const task = interrupts.read(0, Msr.tpr) ?? 0;
          const taken = interrupts.take(0);
          expect(taken >> 4).toBeGreaterThan(Math.max(before >> 4, task >> 4));
        }
      }
    }),
  );
});
