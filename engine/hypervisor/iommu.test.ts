/** The IOMMU, sentence by sentence: where each access of a device lands. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createIommu,
  DOM0,
  type Iommu,
  iommuCellsOf,
  type IommuRules,
  type Landing,
  QUARANTINE,
  XEN_4_10,
  XEN_4_14,
} from "./iommu.ts";
import { EBUSY, EINVAL, ENODEV, OK } from "./status.ts";

const SHAPE = { requesters: 2, domains: 3, deviceFrames: 8, lines: 2, queue: 2, faults: 2 };
const NIC = 0;
const SERVER = 1;
const NEXT = 2;
const FAULT: Landing = { kind: "fault" };
const memory = (frame: number, domain = SERVER): Landing => ({ kind: "memory", domain, frame });

/** A NIC of the server, that reaches frame 40 for writing as 3, and frame 41 for reading as 4. */
function machine(rules: IommuRules = XEN_4_14): Iommu {
  const iommu = createIommu(SHAPE, rules);
  iommu.assign(NIC, SERVER);
  iommu.map(SERVER, 3, 40, true);
  iommu.map(SERVER, 4, 41, false);
  return iommu;
}

const write = (iommu: Iommu, deviceFrame = 3): Landing => iommu.access(NIC, deviceFrame, true);
const read = (iommu: Iommu, deviceFrame = 3): Landing => iommu.access(NIC, deviceFrame, false);

describe("translation", () => {
  test("an entry gives a frame, with leave to read in bit 0 and to write in bit 1", () => {
    const iommu = machine();
    expect([write(iommu), read(iommu)]).toEqual([memory(40), memory(40)]);
    expect([write(iommu, 4), read(iommu, 4)]).toEqual([FAULT, memory(41)]);
    expect(iommu.cells.slice(2 + 8 + 3, 2 + 8 + 5)).toEqual(
      Int32Array.from([40 * 4 + 3, 41 * 4 + 1]),
    );
  });

  test("what is not mapped faults, and the fault log says who wanted what", () => {
    const iommu = machine();
    expect([read(iommu, 5), write(iommu, 99)]).toEqual([FAULT, FAULT]);
    expect(iommu.faults).toEqual([
      { requester: NIC, deviceFrame: 5, isWrite: false },
      { requester: NIC, deviceFrame: 99, isWrite: true },
    ]);
    expect(iommu.hasOverflowed).toBe(false);
  });

  test("what is not mapped is not cached: a new entry works without an invalidation", () => {
    const iommu = machine();
    expect([read(iommu, 5), iommu.isCached(SERVER, 5)]).toEqual([FAULT, false]);
    iommu.map(SERVER, 5, 43, true);
    expect(read(iommu, 5)).toEqual(memory(43));
  });

  test("a fault too many is lost, and the log says that one was", () => {
    const iommu = machine();
    for (const frame of [5, 6, 7]) read(iommu, frame);
    expect([iommu.faults.length, iommu.hasOverflowed]).toEqual([2, true]);
    iommu.clearFaults();
    expect([iommu.faults, iommu.hasOverflowed]).toEqual([[], false]);
    read(iommu, 5);
    expect(iommu.faults).toHaveLength(1);
  });

  test("each requester has the table of its own domain", () => {
    const iommu = machine();
    iommu.assign(1, NEXT);
    iommu.map(NEXT, 3, 50, true);
    expect(iommu.access(1, 3, true)).toEqual(memory(50, NEXT));
    expect(write(iommu)).toEqual(memory(40));
  });

  test("two functions of one domain share its table and what is cached", () => {
    const iommu = machine();
    iommu.assign(1, SERVER);
    write(iommu);
    iommu.unmap(SERVER, 3);
    expect(iommu.access(1, 3, true)).toEqual(memory(40));
  });
});

describe("unmapping", () => {
  test("before it was used, an entry that is unmapped is out of reach at once", () => {
    const iommu = machine();
    iommu.unmap(SERVER, 3);
    expect(write(iommu)).toEqual(FAULT);
  });

  test("DMA after an unmap, before the invalidation is waited for, still hits the frame", () => {
    const iommu = machine();
    write(iommu);
    iommu.unmap(SERVER, 3);
    expect(write(iommu)).toEqual(memory(40));
    expect(iommu.invalidate(SERVER, 3)).toBe(OK);
    expect([iommu.isIdle(), write(iommu)]).toEqual([false, memory(40)]);
  });

  test("DMA after the wait faults", () => {
    const iommu = machine();
    write(iommu);
    iommu.unmap(SERVER, 3);
    iommu.invalidate(SERVER, 3);
    while (!iommu.isIdle()) iommu.process();
    expect(write(iommu)).toEqual(FAULT);
    expect(iommu.process()).toBe(false);
  });

  test("an invalidation before the unmap is worth nothing", () => {
    const iommu = machine();
    iommu.invalidate(SERVER, 3);
    iommu.process();
    write(iommu);
    iommu.unmap(SERVER, 3);
    expect(write(iommu)).toEqual(memory(40));
  });

  test("invalidations are performed in order, and a full queue refuses one more", () => {
    const iommu = machine();
    write(iommu, 3);
    read(iommu, 4);
    expect([3, 4, 5].map((frame) => iommu.invalidate(SERVER, frame))).toEqual([OK, OK, EBUSY]);
    iommu.process();
    expect([iommu.isCached(SERVER, 3), iommu.isCached(SERVER, 4)]).toEqual([false, true]);
    iommu.process();
    expect([iommu.isIdle(), iommu.isCached(SERVER, 4)]).toEqual([true, false]);
  });

  test("an entry that is mapped to another frame is stale in the same way", () => {
    const iommu = machine();
    write(iommu);
    iommu.map(SERVER, 3, 42, true);
    expect(write(iommu)).toEqual(memory(40));
    iommu.invalidate(SERVER, 3);
    iommu.process();
    expect(write(iommu)).toEqual(memory(42));
  });

  test("the cache forgets the oldest line when it is full, and any line at any time", () => {
    const iommu = machine();
    iommu.map(SERVER, 5, 43, true);
    for (const frame of [3, 4, 5]) read(iommu, frame);
    expect([3, 4, 5].map((frame) => iommu.isCached(SERVER, frame))).toEqual([false, true, true]);
    iommu.forget(1);
    expect(iommu.isCached(SERVER, 4)).toBe(false);
    expect(() => iommu.forget(2)).toThrow(RangeError);
    expect(() => iommu.map(SERVER, 8, 1, true)).toThrow(RangeError);
  });
});

describe("devices", () => {
  test("a device can be assigned only while it is with Dom0 or in quarantine", () => {
    const iommu = machine();
    expect(iommu.ownerOf(NIC)).toBe(SERVER);
    expect(iommu.assign(NIC, NEXT)).toBe(EBUSY);
    expect([iommu.release(NIC), iommu.ownerOf(NIC)]).toEqual([OK, QUARANTINE]);
    expect(iommu.release(NIC)).toBe(EINVAL);
    expect([iommu.assign(NIC, NEXT), iommu.ownerOf(NIC)]).toEqual([OK, NEXT]);
    expect([iommu.assign(2, NEXT), iommu.release(-1)]).toEqual([ENODEV, ENODEV]);
  });

  test("in basic quarantine, DMA in flight faults", () => {
    const iommu = machine({ quarantine: "basic", release: "quarantine" });
    write(iommu);
    iommu.release(NIC);
    expect(write(iommu)).toEqual(FAULT);
    expect(iommu.faults).toHaveLength(1);
  });

  test("in quarantine with a scratch page, DMA in flight lands there unseen", () => {
    const iommu = machine({ quarantine: "scratch", release: "quarantine" });
    iommu.release(NIC);
    expect([write(iommu), read(iommu)]).toEqual([{ kind: "scratch" }, { kind: "scratch" }]);
    expect(iommu.faults).toEqual([]);
  });

  test("without quarantine, DMA in flight goes on to hit the memory of the last owner", () => {
    const iommu = machine({ quarantine: "none", release: "quarantine" });
    iommu.release(NIC);
    expect([iommu.ownerOf(NIC), write(iommu)]).toEqual([QUARANTINE, memory(40)]);
  });

  test.each(["basic", "scratch", "none"] as const)(
    "what arrives after the next assignment hits the memory of the next owner (%s)",
    (quarantine) => {
      const iommu = machine({ quarantine, release: "quarantine" });
      iommu.release(NIC);
      iommu.map(NEXT, 3, 50, true);
      iommu.assign(NIC, NEXT);
      expect(write(iommu)).toEqual(memory(50, NEXT));
    },
  );

  test("with Xen 4.10 a released device is with Dom0, whose memory DMA in flight hits", () => {
    const iommu = machine(XEN_4_10);
    iommu.map(DOM0, 3, 3, true);
    iommu.release(NIC);
    expect([iommu.ownerOf(NIC), write(iommu)]).toEqual([DOM0, memory(3, DOM0)]);
    expect(iommu.assign(NIC, NEXT)).toBe(OK);
  });

  test("after its tables are cleared, a domain's devices reach what is cached, no more", () => {
    const iommu = machine();
    write(iommu);
    iommu.clear(SERVER);
    expect([write(iommu), read(iommu, 4)]).toEqual([memory(40), FAULT]);
  });
});

test("cells may be a part of a larger array, and are the whole state", () => {
  const all = new Int32Array(iommuCellsOf(SHAPE) + 3);
  const cells = all.subarray(1, 1 + iommuCellsOf(SHAPE));
  const iommu = createIommu(SHAPE, XEN_4_14, cells);
  iommu.map(DOM0, 3, 7, true);
  const saved = all.slice();
  iommu.invalidate(DOM0, 3);
  read(iommu, 3);
  read(iommu, 4);
  expect([iommu.isIdle(), iommu.faults.length]).toEqual([false, 1]);
  all.set(saved);
  expect([iommu.isIdle(), iommu.faults.length, iommu.isCached(DOM0, 3)]).toEqual([true, 0, false]);
  expect([all[0], all.at(-1)]).toEqual([0, 0]);
});

test("with an invalidation that is waited for after each unmap, no stale frame is hit", () => {
  const call = fc.record({
    name: fc.constantFrom("map", "unmap", "access"),
    deviceFrame: fc.nat(SHAPE.deviceFrames - 1),
    frame: fc.nat(100),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      const iommu = createIommu(SHAPE);
      const table = new Map<number, number>();
      iommu.assign(NIC, SERVER);
      for (const { name, deviceFrame, frame } of calls) {
        if (name === "access") {
          const expected = table.get(deviceFrame);
          const landing = expected === undefined ? FAULT : memory(expected);
          expect(write(iommu, deviceFrame)).toEqual(landing);
          continue;
        }
        if (name === "map") iommu.map(SERVER, deviceFrame, frame, true);
        else iommu.unmap(SERVER, deviceFrame);
        if (name === "map") table.set(deviceFrame, frame);
        else table.delete(deviceFrame);
        iommu.invalidate(SERVER, deviceFrame);
        while (!iommu.isIdle()) iommu.process();
      }
    }),
  );
});
