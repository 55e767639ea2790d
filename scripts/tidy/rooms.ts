/**
 * Which room may import which.
 *
 *     cli ──► everything          viz ──► types of checker, traces, spec
 *     checker ──► spec, traces    engine ──► spec, traces    spec, traces ──► nobody
 *
 * One noun crosses: `traces` says what is wrong with a file as a `Diagnostic`, whose type is in
 * `spec`. Nothing imports `cli`. Tests may import any room: they are not part of the package, and
 * an end-to-end test stands beside the thing it proves. `scripts` and `bench` stand outside the
 * house and may look into every room.
 */
import { posix } from "node:path";
import { blank } from "./blank.ts";
import { isShipped } from "./layout.ts";
import { lineAt, type Problem, type TextFile } from "./problem.ts";

interface Access {
  /** Rooms whose values may be imported. */
  readonly values: readonly string[];
  /** Rooms, or single files, whose types may be imported besides. */
  readonly types: readonly string[];
}

const ROOMS: Readonly<Record<string, Access>> = {
  spec: { values: [], types: [] },
  traces: { values: [], types: ["spec/diagnostic.ts"] },
  checker: { values: ["spec", "traces"], types: [] },
  engine: { values: ["spec", "traces"], types: [] },
  viz: { values: [], types: ["checker", "traces", "spec"] },
  cli: { values: ["spec", "traces", "checker", "engine", "viz"], types: [] },
};

const IMPORT: RegExp = /\b(import|export)\b(\s+type\b)?([^"';]*?)\bfrom\s*"([^"]+)"/g;
const SIDE_EFFECT_IMPORT: RegExp = /\bimport\s*\(?\s*"([^"]+)"/g;

/** Imports between rooms go only the ways that the picture above shows. */
export function checkImports(file: TextFile): Problem[] {
  const room = roomOf(file.path);
  const access = ROOMS[room];
  if (!isShipped(file.path) || access === undefined) return [];
  return importsOf(file.text).flatMap(({ target, typesOnly, offset }) => {
    if (!target.startsWith(".")) return [];
    const path = posix.join(posix.dirname(file.path), target);
    const to = roomOf(path);
    const asTypes = access.types.includes(to) || access.types.includes(path);
    const allowed = to === room || access.values.includes(to) || (typesOnly && asTypes);
    if (allowed) return [];
    const what = access.types.includes(to) ? `values of ${to}, only types` : to;
    const message = `${room} may not import ${what} (${target})`;
    return [{ path: file.path, line: lineAt(file.text, offset), message }];
  });
}

interface Import {
  readonly target: string;
  readonly typesOnly: boolean;
  readonly offset: number;
}

function importsOf(text: string): Import[] {
  const { withoutComments } = blank(text);
  const named = Array.from(withoutComments.matchAll(IMPORT), (match) => ({
    target: match[4] ?? "",
    typesOnly: match[2] !== undefined || onlyTypeNames(match[3] ?? ""),
    offset: match.index,
  }));
  const bare = Array.from(withoutComments.matchAll(SIDE_EFFECT_IMPORT), (match) => ({
    target: match[1] ?? "",
    typesOnly: false,
    offset: match.index,
  }));
  return [...named, ...bare];
}

function onlyTypeNames(clause: string): boolean {
  const names = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1]?.split(",") ?? [""];
  return names
    .map((name) => name.trim())
    .filter((name, index, all) => name !== "" || all.length === 1 || index < all.length - 1)
    .every((name) => name.startsWith("type "));
}

function roomOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : "the root";
}
