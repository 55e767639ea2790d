/**
 * Links in the documentation lead somewhere: relative targets exist, and so do their headings.
 *
 * Links to other hosts are not followed; a test must pass without a network.
 */
import { posix } from "node:path";
import { lineAt, type Problem, type TextFile } from "./problem.ts";

const LINK: RegExp = /\]\(([^)\s]+)\)/g;
const FENCE: RegExp = /^```[\s\S]*?^```/gm;

/** Relative links of Markdown files whose target is not among the repository's paths. */
export function checkLinks(files: readonly TextFile[], allPaths: ReadonlySet<string>): Problem[] {
  const anchors = new Map(files.map((file) => [file.path, anchorsOf(file.text)]));
  return files
    .filter((file) => file.path.endsWith(".md"))
    .flatMap((file) => {
      const text = file.text.replace(FENCE, (fence) => fence.replace(/[^\n]/g, " "));
      return Array.from(text.matchAll(LINK)).flatMap((match) => {
        const target = match[1] ?? "";
        const message = brokenLink(file.path, target, allPaths, anchors);
        const line = lineAt(text, match.index);
        return message === undefined ? [] : [{ path: file.path, line, message }];
      });
    });
}

function brokenLink(
  from: string,
  target: string,
  allPaths: ReadonlySet<string>,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = "", anchor] = target.split("#");
  const whole = path === "" ? from : posix.join(posix.dirname(from), path);
  const isFolder = [...allPaths].some((one) => one.startsWith(`${whole.replace(/\/$/, "")}/`));
  if (!allPaths.has(whole) && !isFolder) return `no file \`${whole}\` (${target})`;
  if (anchor === undefined || !whole.endsWith(".md")) return undefined;
  return anchors.get(whole)?.has(anchor) ? undefined : `no heading for \`#${anchor}\` in ${whole}`;
}

/** Headings as GitHub turns them into anchors. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = text.matchAll(/^#+ (.+)$/gm);
  return new Set(
    Array.from(headings, (match) =>
      (match[1] ?? "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );
}
