#!/usr/bin/env node
/**
 * The process of the `rehearsal` command: streams, signals, and the exit code.
 *
 * The first SIGINT or SIGTERM asks the command to stop and to tell what it knows; a second one ends
 * the process at once. When nobody reads the output any more (`| head`), the command is asked to
 * stop as well and ends without a word. The exit code is set, never forced, so nothing that was
 * printed is cut off.
 *
 * What the engine makes of our code when it loads it is kept beside our dependencies, if we may
 * write there; that saves some 30 ms of each run. Whoever could change it could change the code
 * itself, which is not so of the folder for temporary files. It holds for what is loaded
 * afterwards, so the rest of the command is loaded here. `NODE_DISABLE_COMPILE_CACHE=1` turns it
 * off.
 */
import { enableCompileCache, findPackageJSON } from "node:module";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Host, Interruption, Terminal } from "./host.ts";

/** The same signal so soon after the first is an echo: runners like npm send on what we get too. */
const ECHO_MILLISECONDS = 300;

const stop = new AbortController();

function terminalOf(stream: NodeJS.WriteStream): Terminal {
  let open = true;
  stream.on("error", () => {
    open = false;
    stop.abort("SIGPIPE" satisfies Interruption);
    process.exitCode = 141;
  });
  return {
    interactive: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    write: (text) => {
      if (open) stream.write(text);
    },
  };
}

const host: Host = {
  folder: process.cwd(),
  environment: process.env,
  output: terminalOf(process.stdout),
  errors: terminalOf(process.stderr),
  signal: stop.signal,
  input: async () => buffer(process.stdin),
  clock: () => performance.now(),
};

let first: { readonly signal: Interruption; readonly at: number } | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    const at = host.clock();
    if (first?.signal === signal && at - first.at < ECHO_MILLISECONDS) return;
    first ??= { signal, at };
    if (stop.signal.aborted) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    stop.abort(signal satisfies Interruption);
  });
}

const manifest = findPackageJSON(import.meta.url);
if (manifest !== undefined) {
  enableCompileCache(join(manifest, "..", "node_modules", ".cache", "rehearsal"));
}
const { reportInternalError, runRehearsal } = await import("./rehearsal.ts");

process.on("uncaughtException", (error) => {
  process.exitCode = reportInternalError(error, host);
});

process.exitCode = await runRehearsal(process.argv.slice(2), host);
