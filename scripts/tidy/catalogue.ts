/**
 * The catalogue of messages is complete: each code in the source has its page, each page its code.
 *
 * A code counts as used when a string literal of non-test source consists of it, as in the one
 * constructor that each code has. Deleting a constructor and forgetting its page is found as well.
 */
import { blank } from "./blank.ts";
import { isShipped } from "./layout.ts";
import { lineAt, type Problem, type TextFile } from "./problem.ts";

const CODE_LITERAL: RegExp = /"([EW]0\d{3})"/g;
const PAGE: RegExp = /^docs\/errors\/([EW]0\d{3})\.md$/;
const ROOMS: RegExp = /^(?:spec|traces|checker|engine|viz|cli)\//;

/** The codes that `file` can give, with the offset of their first mention. */
export function codesIn(file: TextFile): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  if (!isShipped(file.path) || !ROOMS.test(file.path)) return codes;
  for (const match of blank(file.text).withoutComments.matchAll(CODE_LITERAL)) {
    const code = match[1] ?? "";
    if (!codes.has(code)) codes.set(code, match.index);
  }
  return codes;
}

/** Codes without a page and pages without a code. */
export function checkCatalogue(files: readonly TextFile[]): Problem[] {
  const pages = new Set(files.flatMap((file) => PAGE.exec(file.path)?.[1] ?? []));
  const used = new Set<string>();
  const problems: Problem[] = [];
  for (const file of files) {
    for (const [code, offset] of codesIn(file)) {
      if (!pages.has(code) && !used.has(code)) {
        const message = `${code} has no page docs/errors/${code}.md`;
        problems.push({ path: file.path, line: lineAt(file.text, offset), message });
      }
      used.add(code);
    }
  }
  for (const code of pages) {
    if (used.has(code)) continue;
    const path = `docs/errors/${code}.md`;
    problems.push({ path, line: 1, message: `no source gives ${code}: delete the page` });
  }
  return problems;
}
