/**
 * Runs commands of the documentation in a shell, with `rehearsal` being the command of this source
 * tree, and gives everything that they print, in the order in which it was printed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const MAIN: string = join(import.meta.dirname, "..", "..", "cli", "main.ts");
/** Milliseconds after which commands are taken to hang. */
const COMMANDS_TIME_MAX = 30_000;
/** `npx rehearsal` of the documentation is the same function. */
const PRELUDE = `
rehearsal() { "$REHEARSAL_NODE" "$REHEARSAL_MAIN" "$@"; }
npx() { "$@"; }
node() { "$REHEARSAL_NODE" "$@"; }
exec 2>&1
`;

/** Output and errors of `commands`, run one after the other in `folder`. */
export function runShell(commands: string, folder: string): string {
  const { stdout, error } = spawnSync("bash", ["-c", PRELUDE + commands], {
    cwd: folder,
    encoding: "utf8",
    timeout: COMMANDS_TIME_MAX,
    env: {
      PATH: process.env.PATH,
      NO_COLOR: "1",
      REHEARSAL_NODE: process.execPath,
      REHEARSAL_MAIN: MAIN,
    },
  });
  return error === undefined ? stdout : `${stdout}${error.message}\n`;
}
