/**
 * `npm run confirm [-- LIMIT]`: counts the states of the shipped models a second time, with Spin.
 *
 *     rehearsal check models       our number ─┐
 *     rehearsal export ─► spin ─► pan          ├─► models/COUNTS.md
 *
 * Of each specification the check with most states is taken among those with at most LIMIT
 * (200,000 if nothing is given). Spin and gcc must be installed. Exits with 1 when two numbers
 * differ.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BACK_ENDS } from "../checker/back-end.ts";
import { exportPromela } from "../checker/export/promela.ts";
import { runSpin, spinInstalled } from "../checker/export/spin.fixture.ts";
import { loadSpecifications } from "../cli/load.ts";
import type { Model } from "../spec/model.ts";

const ROOT = join(import.meta.dirname, "..");
const LIMIT_DEFAULT = 200_000;

const HEAD = `# Numbers of states, counted twice

Written by \`npm run confirm\`: the number of states of a check as \`rehearsal check\` counts it,
and as Spin counts the text that \`rehearsal export\` writes. They share the export
and nothing else.

| specification | check | rehearsal | Spin |
| --- | --- | --- | --- |
`;

/** Our number of states; undefined when there are more than `limit`. */
async function statesOf(model: Model, limit: number): Promise<number | undefined> {
  const budget = { milliseconds: undefined, bytes: undefined, states: limit };
  const options = { budget, signal: undefined, onProgress: undefined };
  const found = await BACK_ENDS.wasm(model, options);
  return found.stopped === undefined ? found.states : undefined;
}

/** One line of the table for the largest check of a specification that is small enough. */
async function rowOf(models: readonly Model[], limit: number): Promise<string | undefined> {
  const sizes: { readonly model: Model; readonly ours: number }[] = [];
  for (const model of models) {
    if (model.kind !== "check" || model.nightly) continue;
    const ours = await statesOf(model, limit);
    if (ours !== undefined) sizes.push({ model, ours });
  }
  for (const { model, ours } of sizes.toSorted((one, other) => other.ours - one.ours)) {
    const made = exportPromela(model, { ghosts: false });
    if (made.error !== undefined) {
      console.error(`${model.file} ${model.name}: ${made.error.title}`);
      continue;
    }
    const { states } = runSpin(made.value);
    if (states !== ours) {
      console.error(`${model.file} ${model.name}: ${ours} states, Spin counts ${states}`);
      process.exitCode = 1;
    }
    return `| ${model.file.replace("models/", "")} | \`${model.name}\` | ${ours} | ${states} |`;
  }
  return undefined;
}

if (spinInstalled) {
  const { models } = loadSpecifications(["models"], ROOT);
  const limit = Number(process.argv[2] ?? LIMIT_DEFAULT);
  const rows: string[] = [];
  for (const file of new Set(models.map((model) => model.file))) {
    const row = await rowOf(
      models.filter((model) => model.file === file),
      limit,
    );
    if (row === undefined) continue;
    console.log(row);
    rows.push(row);
  }
  writeFileSync(join(ROOT, "models/COUNTS.md"), `${HEAD}${rows.join("\n")}\n`);
} else {
  console.error("spin and gcc are not installed");
  process.exitCode = 2;
}
