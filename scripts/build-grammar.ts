/**
 * Compiles `spec/grammar.ohm` into `spec/grammar.ohm-bundle.js` and its types.
 *
 * The bundle loads in a millisecond; compiling the text costs a tenth of a second on every start of
 * the command. The bundle is not kept in the repository, so that it cannot disagree with the text.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const OHM = join(ROOT, "node_modules/@ohm-js/cli/index.js");

execFileSync(
  process.execPath,
  [OHM, "generateBundles", "--withTypes", "--esm", "spec/grammar.ohm"],
  { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] },
);
