/**
 * Calls and words that have no place in the project, each with what to use instead.
 *
 * Three reasons recur. A specification or a recording must not become code or markup (`eval`,
 * `innerHTML`). The same input must give the same bytes (`Date.now`, `Math.random`). A library does
 * not talk (`console`), only the command does.
 */
import { blank } from "./blank.ts";
import { isSource, isTest } from "./layout.ts";
import { type Problem, problemsAt, type TextFile } from "./problem.ts";

interface Ban {
  /** Global; matched against code without comments and literals. */
  readonly pattern: RegExp;
  readonly message: string;
  /** Paths (or beginnings of paths) in which it is allowed. */
  readonly allowedIn: readonly string[];
}

const BANS: readonly Ban[] = [
  {
    pattern: /(?<![\w.])eval\s*\(/g,
    message: "`eval`: text never becomes code here",
    allowedIn: [],
  },
  {
    pattern: /\bnew\s+Function\b/g,
    message: "`new Function`: text never becomes code here",
    // Its text is made of numbers only.
    allowedIn: ["checker/compile/javascript.ts"],
  },
  {
    pattern:
      /\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment)\b/g,
    message: "markup from text: build elements and set `textContent`",
    allowedIn: [],
  },
  {
    pattern: /\bDate\.now\s*\(|\bnew\s+Date\s*\(\s*\)/g,
    message: "the wall clock: results do not depend on it; measure with `performance.now`",
    allowedIn: ["cli/"],
  },
  {
    pattern: /\bMath\.random\b/g,
    message: "`Math.random`: take a seed, so that a run can be repeated",
    allowedIn: [],
  },
  {
    pattern: /\bconsole\s*\./g,
    message: "`console`: return data; only the command prints",
    allowedIn: ["cli/", "scripts/", "bench/"],
  },
  {
    pattern: /\bprocess\.exit\s*\(/g,
    message: "`process.exit`: it cuts off output; set `process.exitCode`",
    allowedIn: [],
  },
  {
    pattern: /\b(?:test|it|describe)(?:\.\w+)*\.(?:only|skip|todo)\b/g,
    message: "a test that does not run: use `skipIf` with the reason, or delete it",
    allowedIn: [],
  },
];

const COMMENT_BANS: readonly Ban[] = [
  {
    pattern: /@ts-(?:ignore|nocheck|expect-error)|biome-ignore|eslint-disable/g,
    message: "a muted check: mend the cause",
    allowedIn: [],
  },
  {
    pattern: /oxlint-disable(?![^\n]* -- )/g,
    message: "a muted rule without its reason (`-- why`)",
    allowedIn: [],
  },
];

/** Machine paths and hosts; searched in every text file, in all of its text. */
const PLACES: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/(?<![\w.:$}/])\/(?:work|farm|root|tmp|home|Users)\/\w[\w./-]*/g, "a path of one machine"],
  [/\b(?:registry\.npmjs\.org|deb\.debian\.org|registry\.yarnpkg\.com)/g, "a registry host"],
];

/** Calls that are banned where `file` lies. */
export function checkBannedCalls(file: TextFile): Problem[] {
  if (!isSource(file.path)) return [];
  const { code } = blank(file.text);
  const calls = BANS.filter((ban) => applies(ban, file.path)).flatMap((ban) =>
    problemsAt(file, code, ban.pattern, () => ban.message),
  );
  const mutes = COMMENT_BANS.flatMap((ban) =>
    problemsAt(file, file.text, ban.pattern, () => ban.message),
  );
  return [...calls, ...(file.path.startsWith("scripts/tidy/") ? [] : mutes)];
}

/** Paths and hosts that would mean something on one machine only. */
export function checkPlaces(file: TextFile): Problem[] {
  return PLACES.flatMap(([pattern, what]) =>
    problemsAt(file, file.text, pattern, (match) => `${what}: ${match}`),
  );
}

function applies(ban: Ban, path: string): boolean {
  const isPrinting = isTest(path) && ban.message.startsWith("the wall clock");
  return !isPrinting && !ban.allowedIn.some((place) => path.startsWith(place));
}
