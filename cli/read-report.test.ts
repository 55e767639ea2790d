/** Reports read back: what was written, and refusals with a place for everything else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readReport } from "./read-report.ts";
import {
  crashOnce,
  exampleRecording,
  noFaults,
  reportOf,
} from "./reporters/example-report.fixture.ts";
import { renderJson } from "./reporters/json.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-report-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function read(text: string): ReturnType<typeof readReport> {
  writeFileSync(join(folder, "r.json"), text);
  return readReport("r.json", folder);
}

const TEXT = renderJson(
  reportOf([noFaults(true), crashOnce(false)], { recordings: [exampleRecording()] }),
);

/** Absent and undefined are the same in JSON. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, bigints));
const bigints = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? `${value}` : value;

test("verdicts are read back as they were written", () => {
  const { value } = read(TEXT);
  expect(value?.checks[1]?.verdict.properties).toEqual(crashOnce(false).verdict.properties);
  expect(plain(value?.checks[0]?.verdict)).toEqual(plain(noFaults(true).verdict));
  const events = (bag: ReturnType<typeof exampleRecording> | undefined) => bag?.events[0]?.time;
  expect(events(value?.recordings[0]?.verdict)).toBe(events(exampleRecording()));
  expect(plain(value?.recordings[0]?.verdict)).toEqual(plain(exampleRecording()));
});

test.each([
  ["", "it is not JSON"],
  [TEXT.slice(0, -20), "it is not JSON"],
  ["[]", "the whole is not an object"],
  ["{}", "format is not rehearsal-report"],
  ['{"format":"rehearsal-report","version":2}', "version is not 1"],
  ['{"format":"rehearsal-report","version":1}', "sources is not a list"],
  [TEXT.replace('"examined": 9', '"examined": "9"'), /properties\[\d\]\.examined is not a number$/],
  ["[".repeat(100_000), /./],
])("%.20s… is refused", (text, why) => {
  const { error } = read(text);
  expect(error?.code).toBe("E0516");
  expect(error?.notes[0]).toMatch(why);
});

test("a report in which any value was replaced is read or refused, never an exception", () => {
  const keys = [...TEXT.matchAll(/: ("[^"]*"|\d+|true|false|null)(?=,?\n)/g)];
  const junk = fc.constantFrom('"x"', "-1", "null", "[]", "{}", "1e999", '{"__proto__":1}');
  fc.assert(
    fc.property(fc.nat(keys.length - 1), junk, (index, value) => {
      const match = keys[index];
      const start = (match?.index ?? 0) + 2;
      const end = start + (match?.[1]?.length ?? 0);
      const { error } = read(TEXT.slice(0, start) + value + TEXT.slice(end));
      expect(error?.code ?? "E0516").toBe("E0516");
    }),
    { numRuns: 300 },
  );
});
