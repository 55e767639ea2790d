/**
 * The shipped deployments keep what `models/DEPLOYMENTS.md` says, as far as some hundred runs tell:
 * `npm run deployments` plays them all.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mistakesOf, PAGE, rowsOf, shortened } from "./page.ts";
import { loadShipped, playSeries, shippedIn, withCheck } from "./series.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const RUNS = 100;
/** The runs take some seconds; a busy machine gets more. */
const PATIENCE_MS = 120_000;

const page = readFileSync(join(ROOT, PAGE), "utf8");
const loaded = loadShipped(ROOT);
const shipped = shippedIn(loaded);

test("the page names each deployment and each mistake", () => {
  for (const { file, deployment } of shipped) {
    expect(page).toContain(`| ${shortened(file)} | \`${deployment.name}\` | 10,000 | `);
  }
  for (const [file, check] of mistakesOf(shipped)) {
    expect(page).toContain(`| ${shortened(file)} | \`${check}\` | `);
  }
});

test.each(shipped.map((one) => [one.deployment.name, one] as const))(
  "%s violates nothing, and its connections are open",
  (_name, { deployment }) => {
    const { found, runs, connections } = playSeries(deployment, 1, RUNS);
    expect([found, runs, connections]).toEqual([undefined, RUNS, RUNS * deployment.traffic.length]);
  },
  PATIENCE_MS,
);

test.each(rowsOf(page).map((row) => [row.check, row] as const))(
  "%s shows as the page says",
  (_check, { file, check, deployment, seed, wrong }) => {
    const one = shipped.find((each) => each.file === file && each.deployment.name === deployment);
    if (one === undefined) throw new Error(`there is no ${deployment}`);
    const { found } = playSeries(withCheck(loaded, one, check), seed, seed);
    expect(found).toEqual({ seed, wrong, expected: true });
  },
);
