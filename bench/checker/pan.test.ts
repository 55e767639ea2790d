/** Reports of pan, as Spin 6.5.2 prints them. */
import { expect, test } from "vitest";
import { readReport } from "./pan.ts";

function report(errors: number, ...more: readonly string[]): string {
  return [
    "Full statespace search for:",
    `State-vector 44 byte, depth reached 13163, errors: ${errors}`,
    "    52844 states, stored",
    "   111117 states, matched",
    "   163961 transitions (= stored+matched)",
    "        0 atomic steps",
    "    3.225\tequivalent memory usage for states (stored*(State-vector + overhead))",
    "  130.390\ttotal actual memory usage",
    ...more,
  ].join("\n");
}

test("the start of the run is no transition", () => {
  const { states, transitions } = readReport(report(0));
  expect({ states, transitions }).toEqual({ states: 52_844, transitions: 163_960 });
});

test("numbers may have an exponent", () => {
  const large = report(0).replace("   163961", "1.4348907e+08");
  expect(readReport(large).transitions).toBe(143_489_069);
});

test("memory is in bytes", () => {
  expect(readReport(report(0)).accountedBytes).toBe(130.39 * 2 ** 20);
});

test.each([
  ["an error", report(1)],
  ["a depth that was cut", report(0, "error: max search depth too small")],
  ["no memory", report(0, "pan: out of memory")],
  ["no counts at all", "pan: cannot open"],
])("%s is no complete search", (_name, text) => {
  expect(() => readReport(text)).toThrow("pan did not complete its search");
});
