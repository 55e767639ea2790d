/**
 * Files that come with the command: its version and the catalogue of messages.
 *
 * The package root is the nearest folder above this file with a `package.json` in it, both in the
 * source tree and in an installed package, where this file lies one folder deeper.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folders above this file that are tried. */
const LEVELS_MAX = 4;
const PAGE = /^([EW]\d{4})\.md$/;

function packageRoot(): string {
  let folder = import.meta.dirname;
  for (let level = 0; level < LEVELS_MAX; level++) {
    if (existsSync(join(folder, "package.json"))) return folder;
    folder = dirname(folder);
  }
  return import.meta.dirname;
}

/** The version in `package.json`. */
export function toolVersion(): string {
  const data: unknown = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const known = typeof data === "object" && data !== null && "version" in data;
  return known && typeof data.version === "string" ? data.version : "unknown";
}

/** Rooms whose code decides about verdicts. */
const JUDGING_ROOMS = ["spec", "checker", "cli"] as const;

/**
 * What changes whenever the command does: its version, with sizes and times of its program files. A
 * program that is changed in place, as in a working copy, has another identity at once.
 */
export function toolIdentity(): string {
  const base = dirname(import.meta.dirname);
  const rooms = JUDGING_ROOMS.filter((room) => existsSync(join(base, room)));
  const files = rooms.flatMap((room) =>
    readdirSync(join(base, room), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.[jt]s$/.test(name) && !/\.(?:test|fixture|d)\.ts$/.test(name))
      .map((name) => join(room, name))
      .toSorted(),
  );
  const digest = createHash("sha256");
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(base, file));
    digest.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return `${toolVersion()} ${digest.digest("hex")}`;
}

/** All codes that have a page, in order. */
export function catalogueCodes(): readonly string[] {
  const folder = join(packageRoot(), "docs", "errors");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => PAGE.exec(name)?.[1] ?? [])
    .toSorted();
}

/** The page of a code, Markdown; the code must be one of `catalogueCodes`. */
export function cataloguePage(code: string): string {
  return readFileSync(join(packageRoot(), "docs", "errors", `${code}.md`), "utf8");
}

/** The title of a page: `no such mode` of `# E0107: no such mode`. */
export function pageTitle(page: string): string {
  const first = page.split("\n", 1)[0] ?? "";
  return first.replace(/^#\s*[EW]\d{4}:\s*/, "");
}
