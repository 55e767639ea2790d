/** Values of options: formats, budgets, numbers for people. */
import { expect, test } from "vitest";
import { parseBudget } from "./budget.ts";
import { parseReductions } from "./reductions.ts";
import { parseFormats } from "./formats.ts";
import {
  counted,
  formatBytes,
  formatDuration,
  formatInstant,
  formatOffset,
  formatRough,
} from "./numbers.ts";

/** `text json=a.json` for the targets, or the note of the error. */
function formats(...values: readonly string[]): string {
  const parsed = parseFormats(values);
  if ("error" in parsed) return `${parsed.error.code} ${parsed.error.notes.join()}`;
  return parsed.targets
    .map(({ format, file }) => (file === undefined ? format : `${format}=${file}`))
    .join(" ");
}

test.each([
  [[], "text"],
  [["json"], "json"],
  [["json=a.json"], "text json=a.json"],
  [["github,markdown,sarif=a.sarif"], "github markdown sarif=a.sarif"],
  [["text", "junit=j.xml"], "text junit=j.xml"],
  [["json=a=b.json"], "text json=a=b.json"],
])("--format %j means %s", (values, targets) => {
  expect(formats(...values)).toBe(targets);
});

test.each([
  [["jsn"], /^E0513 did you mean `json`\?/],
  [["json="], /^E0513 a file name follows/],
  [["json,text"], /^E0513 `json` needs the output for itself/],
  [["json=a,sarif=a"], /^E0513 `a` is written twice/],
  [[""], /^E0513 formats: text, json/],
])("--format %j is refused", (values, note) => {
  expect(formats(...values)).toMatch(note);
});

test.each([
  ["60s", { milliseconds: 60_000, bytes: undefined, states: undefined }],
  ["1.5GB, 100000states", { milliseconds: undefined, bytes: 1_500_000_000, states: 100_000 }],
  ["500 ms,2 MB", { milliseconds: 500, bytes: 2_000_000, states: undefined }],
])("--budget %s", (text, budget) => {
  expect(parseBudget(text)).toEqual(budget);
});

test.each(["", "60", "s", "-1s", "0s", "1s,2s", "1e9s", "1parsec", "1s,,2MB", "0.0001ms"])(
  "--budget %j is refused",
  (text) => {
    expect(parseBudget(text)).toBeUndefined();
  },
);

test.each([
  ["none", []],
  ["symmetry", ["symmetry"]],
  ["slice, symmetry,slice", ["symmetry", "slice"]],
  ["", undefined],
  ["order,fuse", undefined],
  ["none,order", undefined],
])("--reduce %j", (word, reductions) => {
  expect(parseReductions(word)).toEqual(reductions);
});

test("numbers are written for people", () => {
  expect(counted(1, "state")).toBe("1 state");
  expect(counted(1769, "state")).toBe("1,769 states");
  expect(counted(2, "property", "properties")).toBe("2 properties");
  expect([12.4, 120, 59_000, 119_900, 125_000].map(formatDuration)).toEqual([
    "12 ms",
    "0.1 s",
    "59.0 s",
    "119.9 s",
    "2 min 5 s",
  ]);
  expect([7, 999_949, 1_000_000, 12_400_000_000].map(formatBytes)).toEqual([
    "7 bytes",
    "999.9 kB",
    "1 MB",
    "12.4 GB",
  ]);
  expect([999, 12_345, 1_100_000].map(formatRough)).toEqual(["999", "12 k", "1.10 M"]);
});

test("times of a recording are relative to its beginning", () => {
  expect(formatOffset(4_012_345_678n, 0n)).toBe("+4.012 s");
  expect(formatOffset(0n, 1_500_000_000n)).toBe("-1.500 s");
  expect(formatInstant(1_795_406_404_012_345_678n)).toBe("2026-11-23 04:00:04.012345");
  expect(formatInstant(10n ** 30n)).toBe(`${10n ** 30n} ns`);
});
