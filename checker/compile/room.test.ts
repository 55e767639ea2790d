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
