/**
 * Provokes the message of a page: runs its example as a user would, and gives what is printed.
 *
 * A page without commands is about a specification: the whole command checks it in memory, and the
 * message is cut out of what it prints, so the page shows the same bytes as the terminal. A page
 * with commands runs them in a shell, in a folder that holds the files of the example, with
 * `rehearsal` being the command of this source tree; the output is everything that they print.
 *
 * Calling constructors of messages directly was rejected: it would prove that a message can be
 * made, and not that the example leads to it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host, Terminal } from "../../cli/host.ts";
import { runRehearsal } from "../../cli/rehearsal.ts";
import type { ErrorPage } from "./error-page.ts";
import { runShell } from "./shell.ts";

const MESSAGE: RegExp = /^(?:error|warning) ([EW]0\d{3}): /;
const MESSAGE_LINE: RegExp = /^(?:\s|\d+ \|)/;

/** What an example prints about its own code, and which other codes it prints. */
export interface Provoked {
  /** Ends with a newline. */
  readonly output: string;
  readonly otherCodes: readonly string[];
}

/** Runs the example of `page` in a folder of its own. */
export async function provoke(page: ErrorPage): Promise<Provoked> {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-page-"));
  try {
    for (const file of page.files) writeFileSync(join(folder, file.name), file.text);
    if (page.commands !== undefined) {
      return { output: runShell(page.commands, folder), otherCodes: [] };
    }
    const [first] = page.files;
    const printed = await runInMemory(["check", first?.name ?? "", "--full"], folder);
    return messagesOf(printed, page.code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The messages with `code` among everything printed; all of it when there is none. */
function messagesOf(printed: string, code: string): Provoked {
  const blocks = printed.split("\n\n").map((block) => withoutTotals(block.replace(/^\n+/, "")));
  const own = blocks.filter((block) => MESSAGE.exec(block)?.[1] === code);
  const others = blocks.flatMap((block) => MESSAGE.exec(block)?.[1] ?? []);
  return {
    output: own.length === 0 ? printed : `${own.map((block) => block.trimEnd()).join("\n\n")}\n`,
    otherCodes: [...new Set(others.filter((other) => other !== code))],
  };
}

/** A message ends where a line is neither indented nor an excerpt: there the totals begin. */
function withoutTotals(block: string): string {
  const lines = block.split("\n");
  const end = lines.findIndex((line, index) => index > 0 && !MESSAGE_LINE.test(line));
  return MESSAGE.test(block) && end >= 0 ? lines.slice(0, end).join("\n") : block;
}

async function runInMemory(words: readonly string[], folder: string): Promise<string> {
  let printed = "";
  const terminal: Terminal = {
    interactive: false,
    columns: undefined,
    write: (text) => {
      printed += text;
    },
  };
  const host: Host = {
    folder,
    environment: {},
    output: terminal,
    errors: terminal,
    signal: new AbortController().signal,
    input: async () => new Uint8Array(),
    clock: () => 0,
  };
  await runRehearsal(words, host);
  return printed;
}
