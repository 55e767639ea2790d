/**
 * Heads of real captures and logs, mutilated: nothing throws, everything ends, events stay in order.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { realFiles } from "./real-captures.fixture.ts";
import { openRecording } from "./recording.ts";

const HEAD_BYTES = 50_000;
const SECONDS_PER_FILE = 5;

const heads: readonly Uint8Array[] = realFiles(/\.(?:pcap|pcapng|jsonl)$/).map(
  (path) => new Uint8Array(readFileSync(path).subarray(0, HEAD_BYTES)),
);

const folder = mkdtempSync(join(tmpdir(), "rehearsal-mutilated-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One way to damage a file. */
type Damage = (bytes: Uint8Array) => Uint8Array;

const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.nat().map(
    (at): Damage =>
      (bytes) =>
        bytes.subarray(0, at % bytes.length),
  ),
  fc.tuple(fc.nat(), fc.nat(255)).map(
    ([at, value]): Damage =>
      (bytes) => {
        const copy = bytes.slice();
        copy[at % copy.length] = value;
        return copy;
      },
  ),
  // Zeros as a crashed file system leaves them.
  fc.tuple(fc.nat(), fc.nat(4096)).map(
    ([at, length]): Damage =>
      (bytes) => {
        const copy = bytes.slice();
        return copy.fill(0, at % copy.length, (at % copy.length) + length);
      },
  ),
  // Every four bytes swapped from `at` on, as by a reader of the wrong byte order.
  fc.nat(64).map(
    (at): Damage =>
      (bytes) => {
        const copy = bytes.slice();
        const length = Math.floor((copy.length - at) / 4) * 4;
        Buffer.from(copy.buffer, at, Math.max(0, length)).swap32();
        return copy;
      },
  ),
  // A piece repeated or left out.
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Damage =>
      (bytes) => {
        const first = bytes.subarray(0, from % (bytes.length + 1));
        return new Uint8Array(Buffer.concat([first, bytes.subarray(to % (bytes.length + 1))]));
      },
  ),
);

test("mutilated heads of real files do no harm", async () => {
  const path = join(folder, "mutilated");
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...heads),
      fc.array(damages, { minLength: 1, maxLength: 4 }),
      async (head, list) => {
        const bytes = list.reduce<Uint8Array>(
          (now, damage) => (now.length === 0 ? now : damage(now)),
          head,
        );
        writeFileSync(path, bytes);
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
