#!/usr/bin/env node
/**
 * The process of the `rehearsal` command: streams, signals, and the exit code.
 *
 * The first SIGINT or SIGTERM asks the command to stop and to tell what it knows; a second one ends
 * the process at once. When nobody reads the output any more (`| head`), the command is asked to
 * stop as well and ends without a word. The exit code is set, never forced, so nothing that was
 * printed is cut off.
 *
 * What the engine makes of our code when it loads it is kept in its cache, in the folder for
 * temporary files, which saves a fifth of a short run; `NODE_DISABLE_COMPILE_CACHE=1` turns that
 * off. It holds for what is loaded afterwards, so the rest of the command is loaded here.
 */
import { enableCompileCache } from "node:module";
import { buffer } from "node:stream/consumers";
import type { Host, Interruption, Terminal } from "./host.ts";

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

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    stop.abort(signal satisfies Interruption);
  });
}

enableCompileCache();
const { reportInternalError, runRehearsal } = await import("./rehearsal.ts");

process.on("uncaughtException", (error) => {
  process.exitCode = reportInternalError(error, host);
});

process.exitCode = await runRehearsal(process.argv.slice(2), host);
