/** Measured times are replaced, times of a recording are not. */
import { expect, test } from "vitest";
import { comparable, withoutTimes } from "./measured.ts";

const cases: readonly (readonly [before: string, after: string])[] = [
  ["depth 16   2 ms   1 reachable", "depth 16   0.1 s   1 reachable"],
  ["1,905 states   12.5 s     exit 0", "1,905 states   0.1 s     exit 0"],
  ["judged in 75 ms", "judged in 0.1 s"],
  ["depth 3   4 ms\n", "depth 3   0.1 s\n"],
  ["         0.3 s   1 property", "         0.1 s   1 property"],
  ["outage 1 from +6.908 s to +8.431 s", "outage 1 from +6.908 s to +8.431 s"],
  ["2,396 events   17.0 s recorded", "2,396 events   17.0 s recorded"],
];

test.each(cases)("%s", (before, after) => {
  expect(withoutTimes(before)).toBe(after);
});

test("where lines break makes no difference", () => {
  expect(comparable("a   2 ms\n         b\n")).toBe(comparable("a   0.5 s   b"));
});
