/**
 * `npm run deployments`: plays every shipped deployment many times, as it is written and with each
 * mistake, and writes `models/DEPLOYMENTS.md`. Takes some twenty minutes. Exits with 1 when a
 * deployment violates something as it is written, or a mistake shows what its check does not
 * expect.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PAGE, pageOf } from "./deployments/page.ts";
import { loadShipped } from "./deployments/series.ts";

const ROOT = join(import.meta.dirname, "..");
const { text, problems } = pageOf(loadShipped(ROOT), (line) => console.log(line));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else writeFileSync(join(ROOT, PAGE), text);
