/**
 * Heads of real captures and logs, mutilated: nothing throws or hangs, and events stay in order.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { concatenate } from "./capture-writer.fixture.ts";
import { realFiles } from "./real-captures.fixture.ts";
import { openRecording } from "./recording.ts";

const HEAD_BYTES = 50_000;
const SECONDS_PER_FILE = 5;

const heads: readonly Uint8Array[] = realFiles(/\.(?:pcap|pcapng|jsonl)$/).map(
  (path) => new Uint8Array(readFileSync(path).subarray(0, HEAD_BYTES)),
);

const folder = mkdtempSync(join(tmpdir(), "rehearsal-mutilated-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAMAGES = ["cut", "change", "zero", "swap", "repeat"] as const;

/** One damage and two numbers that say where; data, so that a counterexample can be read. */
type Damage = readonly [what: (typeof DAMAGES)[number], first: number, second: number];

const damages: fc.Arbitrary<Damage> = fc.tuple(fc.constantFrom(...DAMAGES), fc.nat(), fc.nat());

function damage(bytes: Uint8Array, [what, first, second]: Damage): Uint8Array {
  const copy = bytes.slice();
  const at = first % (bytes.length + 1);
  switch (what) {
    case "cut":
      return copy.subarray(0, at);
    case "change":
      return copy.fill(second & 255, at, at + 1);
    case "zero":
      // As a crashed file system leaves them.
      return copy.fill(0, at, at + (second % 4096));
    case "swap":
      // Every four bytes, as by a writer of the other byte order.
      return swapped(copy, Math.min(first % 64, copy.length));
    case "repeat":
      // A piece twice, or left out.
      return concatenate([copy.subarray(0, at), copy.subarray(second % (bytes.length + 1))]);
  }
}

function swapped(bytes: Uint8Array, from: number): Uint8Array {
  const length = Math.floor((bytes.length - from) / 4) * 4;
  Buffer.from(bytes.buffer, bytes.byteOffset + from, length).swap32();
  return bytes;
}

test("mutilated heads of real files do no harm", async () => {
  const path = join(folder, "mutilated");
  await fc.assert(
    fc.asyncProperty(
      fc.nat(heads.length - 1),
      fc.array(damages, { minLength: 1, maxLength: 4 }),
      async (index, list) => {
        writeFileSync(path, list.reduce(damage, heads[index] ?? new Uint8Array()));
        const begin = performance.now();
        const recording = await openRecording([path]);
        let last: bigint | undefined;
        for await (const { time } of recording.events()) {
          expect(last === undefined || last <= time).toBe(true);
          last = time;
        }
        expect(performance.now() - begin).toBeLessThan(SECONDS_PER_FILE * 1000);
      },
    ),
    { numRuns: 150 },
  );
});
