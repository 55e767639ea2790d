/** Finding and reading specifications, in a folder made for each test. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodeUtf8, findSpecifications, readBytes, readSource } from "./files.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-files-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes empty files, with the folders they need. */
function files(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
  }
}

function found(...given: readonly string[]): readonly string[] {
  return findSpecifications(given, folder).paths;
}

function codes(...given: readonly string[]): readonly string[] {
  return findSpecifications(given, folder).diagnostics.map(({ code }) => code);
}

test("a folder stands for the specifications below it, in the order of their paths", () => {
  files("b.libretto", "a/z.libretto", "a/b/c.libretto", "a/readme.md", "Z.libretto");
  expect(found(".")).toEqual(["Z.libretto", "a/b/c.libretto", "a/z.libretto", "b.libretto"]);
  expect(found("a")).toEqual(["a/b/c.libretto", "a/z.libretto"]);
});

test("hidden folders and node_modules are not searched, unless they are named", () => {
  files("node_modules/m/a.libretto", ".git/b.libretto", "c.libretto");
  expect(found(".")).toEqual(["c.libretto"]);
  expect(found("node_modules/m")).toEqual(["node_modules/m/a.libretto"]);
});

test("links that lead in a circle end, and a file is found once", () => {
  files("a/x.libretto");
  symlinkSync(folder, join(folder, "a", "up"));
  symlinkSync(join(folder, "nowhere"), join(folder, "a", "dangling.libretto"));
  expect(found(".", "a/x.libretto", "a")).toEqual(["a/x.libretto"]);
});

test("a file that is named is taken whatever it is called", () => {
  files("spec.txt");
  expect(found("spec.txt")).toEqual(["spec.txt"]);
});

test("what is missing or empty is told", () => {
  mkdirSync(join(folder, "empty"));
  expect(codes("empty")).toEqual(["E0506"]);
  expect(codes("nowhere")).toEqual(["E0501"]);
});

function codeOf(path: string, bytes?: Uint8Array): string | undefined {
  if (bytes !== undefined) writeFileSync(join(folder, path), bytes);
  return readSource(path, folder).error?.code;
}

test("a folder, a pipe and a device are no files, and none of them is waited for", () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect(codeOf(".")).toBe("E0502");
  expect(codeOf("pipe")).toBe("E0502");
  expect(codeOf("/dev/zero")).toBe("E0502");
});

test("a file that is too big is not read", () => {
  files("big");
  writeFileSync(join(folder, "big"), Buffer.alloc(11));
  expect(readBytes("big", folder, 10).error?.notes).toEqual([
    "it has 11 bytes; at most 10 bytes are read",
  ]);
});

test.each<[string, number[], string]>([
  ["a broken sequence", [0x61, 0x0a, 0x62, 0xc3, 0x28], "byte 4 (line 2) is 0xC3"],
  ["a stray continuation", [0x61, 0x80], "byte 2 (line 1) is 0x80"],
  ["a sequence cut off by the end", [0x61, 0xe2, 0x82], "byte 2 (line 1) is 0xE2"],
  ["Latin-1", [0x66, 0xfc, 0x72], "byte 2 (line 1) is 0xFC"],
  ["a surrogate", [0xed, 0xa0, 0x80], "byte 1 (line 1) is 0xED"],
])("%s is told with its place", (_name, bytes, note) => {
  const { error } = decodeUtf8("x.libretto", Uint8Array.from(bytes));
  expect(error?.code).toBe("E0504");
  expect(error?.notes).toEqual([note]);
});

test("every text survives, and a byte order mark is dropped", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const bytes = new TextEncoder().encode(`\uFEFF${text}`);
      expect(decodeUtf8("x", bytes).value).toBe(text);
    }),
  );
});

test("any bytes give a text or E0504", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const { value, error } = decodeUtf8("x", bytes);
      expect(error?.code ?? typeof value).toMatch(/^(?:E0504|string)$/);
    }),
  );
});
