/** An NVMe queue pair: doorbells, phases, completions, and what survives. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { directDma } from "../nic/dma.ts";
import {
  type Command,
  COMMAND_WORDS,
  commandOfWords,
  commandWords,
  FLUSH,
  INVALID_NAMESPACE,
  INVALID_OPCODE,
  NAMESPACE,
  OUT_OF_RANGE,
  READ,
  SUCCESS,
  TRANSFER_ERROR,
  WRITE,
} from "./commands.ts";
import { createNvme, type Nvme } from "./nvme.ts";
import { createNvmeDriver, type NvmeDriver } from "./nvme-driver.ts";

const QUEUES = { submission: 0, submissionLength: 4, completion: 64, completionLength: 3 };
const BUFFER = 80;
const MEMORY_WORDS = 128;

interface Bench {
  readonly memory: Int32Array;
  readonly nvme: Nvme;
  readonly driver: NvmeDriver;
  readonly log: string[];
}

function bench(): Bench {
  const memory = new Int32Array(MEMORY_WORDS);
  const log: string[] = [];
  const shape = { blocks: 4, blockWords: 2, running: 2, posted: 8 };
  const nvme = createNvme(shape, 7, directDma(memory), () => void log.push("interrupt"));
  const driver = createNvmeDriver(QUEUES, {
    load: (address) => memory[address] ?? 0,
    store: (address, value) => memory.set([value], address),
  });
  nvme.setQueues(QUEUES);
  return { memory, nvme, driver, log };
}

const command = (opcode: number, id: number, block = 0, count = 1): Command => ({
  opcode,
  id,
  namespace: NAMESPACE,
  buffer: BUFFER,
  block,
  count,
});

function submit({ nvme, driver }: Bench, what: Command): void {
  const tail = driver.submit(what);
  expect(tail).not.toBe(undefined);
  nvme.setSubmissionTail(tail ?? 0);
}

/** Submits a command, runs it to its end and gives the status. */
function status(all: Bench, what: Command): number | undefined {
  const { nvme, driver } = all;
  submit(all, what);
  nvme.fetch();
  nvme.finish(0);
  nvme.bus.posted.flush();
  const completion = driver.take();
  nvme.setCompletionHead(driver.completionHead);
  expect(completion?.id).toBe(what.id);
  return completion?.status;
}

test("a completed write is visible to later reads", () => {
  const all = bench();
  all.memory.set([11, 12, 13, 14], BUFFER);
  expect(status(all, command(WRITE, 1, 2, 2))).toBe(SUCCESS);
  all.memory.fill(0, BUFFER);
  expect(status(all, command(READ, 2, 3))).toBe(SUCCESS);
  expect([...all.memory.subarray(BUFFER, BUFFER + 3)]).toEqual([13, 14, 0]);
});

test("a write survives a loss of power after a flush only; a reset loses nothing", () => {
  const all = bench();
  all.memory.set([1, 2], BUFFER);
  status(all, command(WRITE, 1));
  all.nvme.reset();
  expect([all.nvme.block(0), all.nvme.stableBlock(0)]).toEqual([
    [1, 2],
    [0, 0],
  ]);
  all.nvme.losePower();
  expect(all.nvme.block(0)).toEqual([0, 0]);

  const flushed = bench();
  flushed.memory.set([1, 2], BUFFER);
  status(flushed, command(WRITE, 1));
  expect(status(flushed, command(FLUSH, 2))).toBe(SUCCESS);
  flushed.nvme.losePower();
  expect(flushed.nvme.block(0)).toEqual([1, 2]);
});

test.each([
  ["an opcode that it does not know", command(77, 1), INVALID_OPCODE],
  ["a namespace that does not exist", { ...command(READ, 1), namespace: 2 }, INVALID_NAMESPACE],
  ["blocks behind the last", command(READ, 1, 3, 2), OUT_OF_RANGE],
  ["data that it may not read", { ...command(WRITE, 1), buffer: MEMORY_WORDS }, TRANSFER_ERROR],
])("the device refuses %s", (_name, what, expected) => {
  expect(status(bench(), what)).toBe(expected);
});

test("a doorbell before the command is visible fetches what the slot held before", () => {
  const { nvme, driver, memory } = bench();
  nvme.setSubmissionTail(1);
  nvme.fetch();
  driver.submit(command(READ, 9));
  expect(nvme.running).toEqual([0]);
  expect(memory[0]).toBe(READ | (9 << 16));
});

test("the phase bit tells new completions from old ones, over many rounds", () => {
  const all = bench();
  for (let id = 0; id < 20; id++) {
    expect(all.driver.take()).toBe(undefined);
    expect(status(all, command(READ, id))).toBe(SUCCESS);
  }
});

test("data precede their completion, and the completion its interrupt", () => {
  const all = bench();
  const { nvme, driver, memory, log } = all;
  memory.set([5, 6], BUFFER);
  status(all, command(WRITE, 1));
  memory.fill(0, BUFFER);
  log.length = 0;
  submit(all, command(READ, 2));
  nvme.fetch();
  nvme.finish(0);
  expect([memory[BUFFER], driver.take(), log]).toEqual([0, undefined, []]);
  nvme.bus.posted.land();
  expect([memory[BUFFER], driver.take(), log]).toEqual([5, undefined, []]);
  nvme.bus.posted.land();
  expect([driver.take()?.id, log]).toEqual([2, []]);
  nvme.bus.posted.land();
  expect(log).toEqual(["interrupt"]);
});

test("the device does not write over completions that the driver has not freed", () => {
  const all = bench();
  const { nvme, driver } = all;
  for (const id of [1, 2, 3]) submit(all, command(READ, id));
  nvme.fetch();
  nvme.fetch();
  expect(nvme.canFetch()).toBe(false);
  nvme.finish(1);
  nvme.fetch();
  nvme.finish(0);
  expect([nvme.running, nvme.canFinish()]).toEqual([[3], false]);
  nvme.bus.posted.flush();
  expect([driver.take()?.id, driver.take()?.id, driver.take()]).toEqual([2, 1, undefined]);
  nvme.setCompletionHead(driver.completionHead);
  expect(nvme.canFinish()).toBe(true);
});

test("one slot of the submission queue stays free until the device has told its head", () => {
  const all = bench();
  for (const id of [1, 2, 3]) submit(all, command(READ, id));
  expect(all.driver.submit(command(READ, 4))).toBe(undefined);
  all.nvme.fetch();
  all.nvme.finish(0);
  all.nvme.bus.posted.flush();
  expect(all.driver.take()?.submissionHead).toBe(1);
  expect(all.driver.submit(command(READ, 4))).toBe(0);
});

test("a reset forgets running commands; what was posted still lands; doorbells are lost", () => {
  const all = bench();
  const { nvme, driver } = all;
  for (const id of [1, 2]) submit(all, command(READ, id));
  nvme.fetch();
  nvme.finish(0);
  nvme.fetch();
  nvme.reset();
  expect([nvme.running, nvme.isEnabled]).toEqual([[], false]);
  nvme.setSubmissionTail(2);
  expect(nvme.canFetch()).toBe(false);
  nvme.bus.posted.flush();
  expect([driver.take()?.id, driver.take()]).toEqual([1, undefined]);
});

test("a queue that the device may not read disables the controller", () => {
  const { nvme } = bench();
  nvme.setQueues({ ...QUEUES, submission: MEMORY_WORDS });
  nvme.setSubmissionTail(1);
  nvme.fetch();
  expect([nvme.isEnabled, nvme.running]).toEqual([false, []]);
  expect(() => nvme.fetch()).toThrow(RangeError);
  expect(() => nvme.finish(0)).toThrow(RangeError);
  expect(() => nvme.setQueues({ ...QUEUES, completionLength: 1 })).toThrow(RangeError);
});

test("whatever the order of steps, every submitted command completes once", () => {
  const step = fc.constantFrom("submit", "fetch", "finish first", "finish last", "land", "take");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { nvme, driver } = bench();
      const open = new Set<number>();
      let id = 0;
      const act = (what: string): void => {
        const last = nvme.running.length - 1;
        if (what === "submit") {
          const tail = driver.submit(command(READ, id));
          if (tail === undefined) return;
          open.add(id++);
          nvme.setSubmissionTail(tail);
        } else if (what === "fetch" && nvme.canFetch()) nvme.fetch();
        else if (what.startsWith("finish") && nvme.canFinish()) {
          nvme.finish(what === "finish first" ? 0 : last);
        } else if (what === "land" && nvme.bus.posted.waiting > 0) nvme.bus.posted.land();
        else if (what === "take") {
          const completion = driver.take();
          if (completion !== undefined) expect(open.delete(completion.id)).toBe(true);
          nvme.setCompletionHead(driver.completionHead);
        }
      };
      for (const what of steps) act(what);
      for (let round = 0; round < 40; round++) {
        for (const what of ["fetch", "finish first", "land", "take"]) act(what);
      }
      expect([...open]).toEqual([]);
    }),
  );
});

test("commands are the same after a way through words", () => {
  const what = { opcode: WRITE, id: 65_535, namespace: 3, buffer: 99, block: 12, count: 7 };
  expect(commandOfWords(commandWords(what))).toEqual(what);
  expect(commandWords(what).length).toBe(COMMAND_WORDS);
});
