/**
 * `npm run findings`: runs every check of `models/` and writes `models/FINDINGS.md` from what it
 * found. Exits with 1 when a check failed or a catalogue says what no check shows.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FINDINGS_PAGE, findingsOf } from "./findings/findings.ts";

const ROOT = join(import.meta.dirname, "..");
const { text, problems, measured } = findingsOf(ROOT);
for (const problem of problems) console.error(problem);
if (measured !== undefined) {
  console.log(measured.totals.trimEnd());
  writeFileSync(join(ROOT, FINDINGS_PAGE), text);
}
if (problems.length > 0 || measured?.code !== 0) process.exitCode = 1;
