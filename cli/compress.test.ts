/**
 * `check --compress`: the same verdict from states that are kept as trees, which names how they
 * were kept; and checkpoints of such a search.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CheckVerdict } from "../checker/verdict.ts";
import { type Run, run as runAnywhere } from "./memory-host.fixture.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-compress-"));
  writeFileSync(join(folder, "logs.libretto"), LOGS);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Two logs that are filled in any order; a full one is found after five steps. */
const LOGS = `module logs
id Log
type Entry = 0..4
type Page = 0..65535
machine Writer {
  var pages : map<Entry, Page> = 0
  var next : 0..5 = 0
  initial mode Run { step write if next < 5 { pages[next] = 257; next += 1 } }
}
system Logs {
  log[l: Log] : Writer
  invariant NotFull: forall l in Log: log[l].next < 5
  property Full: eventually exists l in Log: log[l].next == 5
}
check both of Logs { Log = 2  allow stuck  expect violation of NotFull }
`;

const run = (words: string): Promise<Run> =>
  runAnywhere(`check logs.libretto --no-cache ${words}`.split(" "), { folder });

async function verdictOf(words: string): Promise<CheckVerdict> {
  const { output } = await run(`--format json ${words}`);
  const { checks } = JSON.parse(output) as { checks: { verdict: CheckVerdict }[] };
  const [first] = checks;
  if (first === undefined) throw new Error("no check was made");
  return first.verdict;
}

test("the verdict is the same, and names how states were kept", async () => {
  const plain = await verdictOf("");
  const compressed = await verdictOf("--compress");
  expect(plain.statistics.explorer.storage).toBeUndefined();
  expect(compressed.statistics.explorer.storage).toBe("compressed");
  const statistics = { ...compressed.statistics, milliseconds: plain.statistics.milliseconds };
  const { explorer } = plain.statistics;
  expect({ ...compressed, statistics: { ...statistics, explorer } }).toEqual(plain);
  expect(plain.properties.find(({ name }) => name === "NotFull")?.counterexample).toBeDefined();
});

test.each(["--back-end javascript", "--back-end reference", "--workers 2"])(
  "`--compress` beside `%s` is refused",
  async (words) => {
    const { code, errors } = await run(`--compress ${words}`);
    expect([code, errors]).toEqual([2, expect.stringMatching(/`--compress` is for one worker/)]);
  },
);

test("a search goes on as it was saved: compressed or not", async () => {
  await run("--compress --checkpoint saved --budget 20states");
  const plain = await run("--resume saved");
  expect([plain.code, plain.errors]).toEqual([2, expect.stringMatching(/E0563.*[^]*--compress/)]);
  const resumed = await verdictOf("--compress --resume saved");
  const whole = await verdictOf("--compress");
  expect(resumed.statistics.states).toBe(36);
  expect(resumed.properties).toEqual(whole.properties);
});
