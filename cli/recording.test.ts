/** `rehearsal run --record`, in every form, and `rehearsal replay` of what it wrote. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run as runAnywhere } from "./memory-host.fixture.ts";

const DEPLOYED = `module deployed
use netserver from "./netserver"
deployment calm of Net {
  hardware { cores 3  nic { vfs 1 }  link { delay 20us } }
  domain netserver on core 0 { server }
  domain app[c: Client] on core 1..2 { app[c] }
  traffic app[c: Client] every 1ms bytes 100 { through server if server in Up }
  run 5ms
}
check thrice of Net { Client = 2  faults server.crash <= 3  expect violation of NoHalfOpen }
deployment crash of Net {
  hardware { cores 2  scheduler adversarial }
  domain netserver on core 0 { server }
  domain app[c: Client] on core 0 { app[c] }
  at 2ms..3ms fault server.crash
  at 3001us do server.restart
  run 5ms
}
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-recording-"));
  for (const name of ["ring", "netserver"]) {
    const from = new URL(`../models/examples/${name}.libretto`, import.meta.url);
    writeFileSync(join(folder, `${name}.libretto`), readFileSync(from));
  }
  writeFileSync(join(folder, "deployed.libretto"), DEPLOYED);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (words: string) => runAnywhere(words.split(" "), { folder });
const bytes = (name: string): Buffer => readFileSync(join(folder, name));
const text = (name: string): string => bytes(name).toString("utf8");
const linesOf = (name: string): string[] => text(name).trimEnd().split("\n");
const write = (name: string, content: string | Uint8Array): void =>
  writeFileSync(join(folder, name), content);

describe("forms", () => {
  test("every form is written by one run, and by the next the same bytes", async () => {
    const names = ["jsonl", "jsonl.gz", "json", "shiviz", "pcapng", "events.jsonl"];
    const record = async (stem: string, seed: number): Promise<readonly Buffer[]> => {
      const words = names.map((ending) => `--record ${stem}.${ending}`).join(" ");
      await run(`run deployed.libretto --deployment calm --seed ${seed} ${words}`);
      return names.map((ending) => bytes(`${stem}.${ending}`));
    };
    const first = await record("a", 1);
    const again = await record("b", 1);
    expect(again.map((one, index) => first[index]?.equals(one))).toEqual(names.map(() => true));
    const other = await record("c", 2);
    for (const [index, one] of first.entries()) {
      // What an operator sees of a calm run is the same for every seed.
      if (names[index] !== "events.jsonl") expect(other[index]?.equals(one)).toBe(false);
    }
    expect(gunzipSync(bytes("a.jsonl.gz")).equals(bytes("a.jsonl"))).toBe(true);
    const [header, event] = linesOf("a.jsonl").map((line): unknown => JSON.parse(line));
    expect(header).toMatchObject({
      format: "rehearsal-trace",
      subject: { file: "deployed.libretto", deployment: "calm", check: null },
      seed: 1,
      outcome: { ended: "duration", wrong: [] },
    });
    expect(event).toMatchObject({ id: 0, kind: "step" });
  });

  test("a picture for Perfetto has an event for each, and arrows that begin and end", () => {
    const { traceEvents } = JSON.parse(text("a.json")) as {
      readonly traceEvents: readonly Readonly<Record<string, unknown>>[];
    };
    const of = (phase: string) => traceEvents.filter(({ ph }) => ph === phase);
    expect(of("X")).toHaveLength(linesOf("a.jsonl").length - 1);
    expect(of("s").map(({ id }) => id)).toEqual(of("f").map(({ id }) => id));
    expect(of("s").length).toBeGreaterThan(10);
    const names = of("M").map(({ args }) => (args as { readonly name: string }).name);
    expect(names).toContain("netserver");
  });

  test("a log for ShiViz is read by the expression in its first line", () => {
    const [expression = "", empty, ...rest] = text("a.shiviz").split("\n");
    const found = [...rest.join("\n").matchAll(new RegExp(expression, "g"))];
    expect([empty, found.length]).toEqual(["", linesOf("a.jsonl").length - 1]);
    for (const { groups } of found) expect(JSON.parse(groups?.["clock"] ?? "")).toBeDefined();
  });

  test("frames and log are a recording that a log specification judges", async () => {
    const log = join(import.meta.dirname, "../models/recordings/no-lost-connections.libretto");
    const { code, output } = await runAnywhere(
      ["trace", log, "a.pcapng", "--events", "a.events.jsonl"],
      { folder },
    );
    expect(output).toMatch(/(\d) connections: \1 kept/);
    expect([0, 3]).toContain(code);
  });

  test.each([
    ["--check unfenced --record run.txt", "E0513"],
    ["--check unfenced --record no/such/run.jsonl", "E0509"],
    ["--check unfenced --record run.pcapng", "E0513"],
  ])("ring.libretto %s is refused", async (words, coded) => {
    const { code, errors } = await run(`run ring.libretto ${words}`);
    expect([code, errors]).toEqual([2, expect.stringContaining(`error ${coded}`)]);
  });
});

describe("replay", () => {
  test("every recorded run is a run of the model, whoever scheduled it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          "deployed.libretto --deployment calm",
          "deployed.libretto --deployment crash",
          "deployed.libretto --deployment crash --check thrice",
          "deployed.libretto --deployment crash --hunt",
          "ring.libretto --check unfenced",
        ),
        fc.nat({ max: 10_000 }),
        async (words, seed) => {
          rmSync(join(folder, "r.jsonl"), { force: true });
          const played = await run(`run ${words} --seed ${seed} --record r.jsonl`);
          // A hunt that finds nothing has no run to record.
          if (played.code === 3 && !played.output.includes("events")) return;
          const wrong = /^ {9}(\w+) violated in seed/m.exec(played.output)?.[1];
          const { code, output, errors } = await run("replay r.jsonl");
          expect([code, errors]).toEqual([0, ""]);
          expect(output).toContain("a run of the model");
          if (wrong !== undefined) expect(output).toContain(`${wrong} violated at its end`);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a specification that has changed since is said to have", async () => {
    await run("run ring.libretto --check unfenced --seeds 1..100 --record t.jsonl");
    write("same.libretto", `${text("ring.libretto")}\n// A remark.\n`);
    const { code, output } = await run("replay t.jsonl same.libretto");
    expect([code, output]).toEqual([0, expect.stringContaining("has changed since")]);
  });

  const change = (label: RegExp, edit: (lines: string[], at: number) => void): string => {
    const lines = linesOf("t.jsonl");
    edit(
      lines,
      lines.findIndex((line) => label.test(line)),
    );
    const [header = "", ...events] = lines;
    const numbered = events.map((line, id) => line.replace(/"id":\d+/, `"id":${id}`));
    return `${[header, ...numbered].join("\n")}\n`;
  };

  test.each<readonly [string, RegExp, (lines: string[], at: number) => void, string]>([
    [
      "a step is left out",
      /prod\.Put/,
      (lines, at) => void lines.splice(at, 1),
      "is not possible there",
    ],
    [
      "a step has another name",
      /prod\.Put/,
      (lines, at) => void (lines[at] = (lines[at] ?? "").replace("prod.Put", "prod.<img>")),
      "`prod.<img>` is not possible there; possible:",
    ],
    [
      "the end is cut off",
      /./,
      (lines) => void lines.pop(),
      "NoLostWakeup is not violated at its end",
    ],
  ])("a recording in which %s is none", async (_what, label, edit, why) => {
    write("changed.jsonl", change(label, edit));
    const { code, errors } = await run("replay changed.jsonl");
    expect([code, errors]).toEqual([4, expect.stringContaining("error E0519")]);
    expect(errors).toContain(why);
  });

  const header = (fields: object): string =>
    `${JSON.stringify({ format: "rehearsal-trace", version: 1, ...fields })}\n`;
  const subject = { subject: { file: "ring.libretto", check: "unfenced" }, seed: 1 };
  test.each<readonly [string, string | Uint8Array, string]>([
    ["is empty but for its name", '{"format":"rehearsal-trace"}\n', "its version is not 1"],
    ["is of a later version", header({ version: 2 }), "its version is not 1"],
    ["says nothing of its subject", header({ seed: 1 }), "which specification was played"],
    ["is cut off", header(subject) + '{"ts_ns":1,"kind":"st', "its last line is cut off"],
    ["is cut off, compressed", gzipSync(header(subject)).subarray(0, 30), "damaged, or cut off"],
    ["has a line that is none", `${header(subject)}nonsense\n`, "line 2 is no JSON object"],
    ["has an array for a line", `${header(subject)}[1]\n`, "line 2 is no JSON object"],
    ["has a gap", `${header(subject)}{"ts_ns":1,"kind":"lost"}\n`, "events are missing"],
    [
      "counts wrongly",
      `${header(subject)}{"ts_ns":1,"kind":"step","id":7,"text":"a"}\n`,
      "line 2 is not event 0",
    ],
    [
      "goes back in time",
      `${header(subject)}{"ts_ns":5,"kind":"store","id":0}\n{"ts_ns":4,"kind":"store","id":1}\n`,
      "line 3 is out of order",
    ],
    [
      "is no text",
      Uint8Array.of(0x22, 0x72, 0xff, ...Buffer.from('"rehearsal-trace"\n')),
      "damaged",
    ],
  ])("a file that %s is refused", async (_what, content, why) => {
    write("bad.jsonl", content);
    const { code, errors } = await run("replay bad.jsonl");
    expect([code, errors]).toEqual([2, expect.stringContaining("error E0516")]);
    expect(errors).toContain(why);
  });

  test("names that mean something to JavaScript mean nothing here", async () => {
    const event = '{"ts_ns":1,"kind":"step","id":0,"text":"__proto__","__proto__":1}';
    write("evil.jsonl", `${header(subject)}${event}\n`);
    const { code, errors } = await run("replay evil.jsonl");
    expect([code, errors]).toEqual([4, expect.stringContaining("`__proto__` is not possible")]);
  });

  test("a compressed file that grows without end is refused", async () => {
    write("bomb.jsonl.gz", gzipSync(Buffer.alloc(410_000_000)));
    const { code, errors } = await run("replay bomb.jsonl.gz");
    expect([code, errors]).toEqual([2, expect.stringContaining("it is too large")]);
  });
});

const tshark = spawnSync("tshark", ["--version"]).status === 0;
describe.skipIf(!tshark)("with tshark", () => {
  test("the frames of a run are well-formed", () => {
    const count = (filter: string): number =>
      spawnSync("tshark", ["-r", join(folder, "a.pcapng"), "-Y", filter], { encoding: "utf8" })
        .stdout.split("\n")
        .filter((line) => line !== "").length;
    expect(count("_ws.malformed")).toBe(0);
    expect(count("tcp")).toBeGreaterThan(20);
  });
});
