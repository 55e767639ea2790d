/**
 * Laws of the ladder of rooms: within the limit, growing, small beside the states.
 */
import { expect, test } from "vitest";
import { MEMORY_BYTES_MAX, roomsWithin } from "./room.ts";

/** Bytes per state that table and parents may take, and states from which this is asked. */
const BYTES_BESIDE_WORDS = 12;
const STATES_MANY = 2_100_000;

test.each([1, 2, 3, 30])("rooms for states of %d words grow within the limit", (words) => {
  const limit = 3e9;
  const rooms = roomsWithin(words, limit);
  for (const [index, room] of rooms.entries()) {
    const before = rooms[index - 1];
    expect(room.bytes).toBeLessThanOrEqual(limit);
    expect(room.capacity).toBeLessThanOrEqual(Math.min(room.states, 0.8 * room.slots));
    if (before === undefined) continue;
    expect(room.states).toBeGreaterThanOrEqual(before.states);
    expect(room.slots).toBeGreaterThanOrEqual(before.slots);
    // The room is taken when the one before is full.
    const beside = room.bytes / before.capacity - 4 * words;
    if (before.capacity > STATES_MANY) expect(beside).toBeLessThan(BYTES_BESIDE_WORDS);
  }
});

test.each([100_000, 1_000_000, 4_368_340])("%d expected states grow nothing", (expected) => {
  const [first] = roomsWithin(3, 3e9, expected);
  expect(first?.capacity).toBeGreaterThan(expected);
  expect((first?.bytes ?? 0) / expected - 12).toBeLessThan(BYTES_BESIDE_WORDS);
});

test("states that do not fit, or are fewer than the first room holds, change nothing", () => {
  const usual = roomsWithin(3, 1e8);
  expect(roomsWithin(3, 1e8, 1e8)).toEqual(usual);
  expect(roomsWithin(3, 1e8, 12)).toEqual(usual);
});

test("a wrong expectation costs few of the states that a limit allows", () => {
  const most = (expected: number): number => roomsWithin(3, 1e8, expected).at(-1)?.capacity ?? 0;
  for (const expected of [50_000, 1e6, 4e6]) {
    expect(most(expected) / most(0)).toBeGreaterThan(0.95);
  }
});

test("the last room takes what the limit leaves", () => {
  const last = roomsWithin(2, 1e8).at(-1);
  expect(last?.bytes).toBeGreaterThan(0.99e8);
});

test("no memory passes what 32 bits can address", () => {
  const last = roomsWithin(30, Infinity).at(-1);
  expect((last?.states ?? 0) * 30 * 4).toBeLessThan(MEMORY_BYTES_MAX);
  expect(last?.states).toBeGreaterThan(3e7);
});

test("a limit below the first room leaves none", () => {
  expect(roomsWithin(1, 1000)).toEqual([]);
});
