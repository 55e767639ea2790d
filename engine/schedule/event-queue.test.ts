/** The heap against a list that is sorted before each look. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventQueue } from "./event-queue.ts";

/** Adds an event after so many nanoseconds from the last one taken, or takes the first. */
const orders = fc.array(fc.oneof(fc.nat({ max: 9 }), fc.constant("take" as const)), {
  maxLength: 400,
});

test("events come out in the order of time, then in the order in which they went in", () => {
  fc.assert(
    fc.property(orders, (steps) => {
      const queue = createEventQueue();
      const list: { readonly time: number; readonly subject: number }[] = [];
      let now = 0;
      for (const [subject, step] of steps.entries()) {
        if (step === "take") {
          // Sorting is stable, so equal times stay in the order of adding.
          list.sort((one, other) => one.time - other.time);
          const first = list.shift();
          expect(queue.first).toBe(first?.time ?? Number.POSITIVE_INFINITY);
          expect(queue.take()).toBe(first?.subject ?? -1);
          now = first?.time ?? now;
        } else {
          queue.add(now + step, subject);
          list.push({ time: now + step, subject });
        }
        expect(queue.size).toBe(list.length);
      }
    }),
  );
});

test("an emptied queue begins anew", () => {
  const queue = createEventQueue();
  queue.add(5, 1);
  queue.clear();
  expect(queue.size).toBe(0);
  expect(queue.take()).toBe(-1);
});
