/**
 * `models/DEPLOYMENTS.md`: what runs of the shipped deployments show.
 *
 *     as written      10,000 seeds, of which none violates anything
 *     with a mistake  the first seed that shows it, in the first deployment that does
 */
import type { Loaded } from "../../cli/load.ts";
import { playSeries, type Shipped, shippedIn, withCheck } from "./series.ts";

export const PAGE = "models/DEPLOYMENTS.md";
export const SEEDS = 10_000;

const RUN = "npx rehearsal run models/restart/reconnect.libretto --deployment restartUnderLoad";
const HEAD = `# What runs of the deployments show

Written by \`npm run deployments\`. Each deployment has four cores and three applications. As it is
written, it is the intended protocol; with a check, it has the mistake that the check is about.
\`rehearsal run\` says the same of each row:

\`\`\`sh
${RUN} --seeds 1..${SEEDS}
${RUN} --check deadIdKeepsPort --seeds 1..${SEEDS}
\`\`\`
`;

/** A mistake, and where it shows. */
export interface MistakeRow {
  readonly file: string;
  readonly check: string;
  readonly deployment: string;
  readonly seed: number;
  readonly wrong: readonly string[];
}

/** Plays everything and gives the page; \`note\` is told of each row. */
export function pageOf(
  loaded: Loaded,
  note: (line: string) => void,
): { readonly text: string; readonly problems: readonly string[] } {
  const shipped = shippedIn(loaded);
  const problems: string[] = [];
  const lines: string[] = [];
  const add = (line: string): void => {
    lines.push(line);
    note(line);
  };
  add("\n## As they are written\n");
  add(
    "| specification | deployment | runs | events | connections | requests answered | violated |",
  );
  add("| --- | --- | --- | --- | --- | --- | --- |");
  for (const one of shipped) {
    const series = playSeries(one.deployment, 1, SEEDS);
    const { runs, events, connections, answers, found } = series;
    const said = found === undefined ? "nothing" : `${found.wrong.join(", ")} (${found.seed})`;
    if (found !== undefined) problems.push(`${one.file} ${one.deployment.name}: ${said}`);
    const numbers = [runs, events, connections, answers].map(grouped).join(" | ");
    add(`| ${shortened(one.file)} | \`${one.deployment.name}\` | ${numbers} | ${said} |`);
  }
  add("\n## With a mistake\n");
  add("| specification | check | deployment | seed | violated |");
  add("| --- | --- | --- | --- | --- |");
  for (const [file, check] of mistakesOf(shipped)) {
    const row = find(loaded, shipped, file, check, problems);
    const where = row === undefined ? "none | - |" : `\`${row.deployment}\` | ${row.seed} |`;
    add(`| ${shortened(file)} | \`${check}\` | ${where} ${row?.wrong.join(", ") ?? "nothing"} |`);
  }
  return { text: `${HEAD}${lines.join("\n")}\n`, problems };
}

/** The mistakes of all specifications with deployments, each once. */
export function mistakesOf(shipped: readonly Shipped[]): readonly (readonly [string, string])[] {
  const pairs = new Map(
    shipped.flatMap(({ file, mistakes }) =>
      mistakes.map((check): [string, [string, string]] => [`${file} ${check}`, [file, check]]),
    ),
  );
  return [...pairs.values()];
}

/** Where a mistake shows as its check expects, or else where it shows at all. */
function find(
  loaded: Loaded,
  shipped: readonly Shipped[],
  file: string,
  check: string,
  problems: string[],
): MistakeRow | undefined {
  let other: MistakeRow | undefined;
  // Short runs are tried first.
  const own = shipped.filter((one) => one.file === file && one.mistakes.includes(check));
  for (const one of own.toSorted((a, b) => a.deployment.duration - b.deployment.duration)) {
    const { found } = playSeries(withCheck(loaded, one, check), 1, SEEDS);
    if (found === undefined) continue;
    const { seed, wrong, expected } = found;
    const row = { file, check, deployment: one.deployment.name, seed, wrong };
    if (expected) return row;
    other ??= row;
  }
  if (other !== undefined) problems.push(`${file} ${check}: ${other.wrong.join(", ")} unexpected`);
  return other;
}

const CELLS = String.raw`(?<file>\S+) \| .(?<check>\w+). \| .(?<deployment>\w+). \| (?<seed>\d+)`;
const ROW = new RegExp(String.raw`^\| ${CELLS} \| (?<wrong>.+) \|$`, "gm");

/** The rows of a page that name a seed. */
export function rowsOf(page: string): readonly MistakeRow[] {
  return [...page.matchAll(ROW)].map(({ groups = {} }) => ({
    file: `models/${groups["file"]}`,
    check: groups["check"] ?? "",
    deployment: groups["deployment"] ?? "",
    seed: Number(groups["seed"]),
    wrong: (groups["wrong"] ?? "").split(", "),
  }));
}

export function shortened(file: string): string {
  return file.replace(/^models\//, "");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
