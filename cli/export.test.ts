/** `rehearsal export`: what is written where, and what is said about what cannot be. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createActor } from "xstate";
import { type MachineConfig, machineFrom } from "../engine/index.ts";
import { run, type Run } from "./memory-host.fixture.ts";

const LIGHT = `
module light
machine Light {
  var presses : 0..2 = 0
  initial mode Off { step press -> On { presses += 1 } }
  mode On { step press -> Off { } }
}
system Room {
  light : Light
  invariant Dark: light in Off
  property Returns: always eventually light in Off
}
check small of Room { expect violation of Dark  expect violation of range }
check bright of Room { only Returns  expect violation of range }
`;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-export-"));
  writeFileSync(join(folder, "light.libretto"), LIGHT);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function exported(...words: string[]): Promise<Run> {
  return run(["export", "light.libretto", ...words], { folder });
}

test("Promela goes to the output, and what is left out to the error stream", async () => {
  const { code, output, errors } = await exported("--to", "promela");
  expect([code, errors]).toEqual([0, "left out: property Returns, which speaks about runs\n"]);
  expect(output).toContain("active proctype System()");
});

test("a TLA+ module is called like its file, and has its configuration beside it", async () => {
  const { code } = await exported("--to", "tla", "--out", "Room.tla");
  expect([code, readdirSync(folder).toSorted()]).toEqual([
    0,
    ["Room.cfg", "Room.tla", "light.libretto"],
  ]);
  expect(readFileSync(join(folder, "Room.tla"), "utf8")).toMatch(/^---- MODULE Room ----/);
  expect(readFileSync(join(folder, "Room.cfg"), "utf8")).toContain("PROPERTY Returns");
});

test("a trace is that of the named property, or of the first that has one", async () => {
  const named = await exported("--to", "itf", "--property", "range");
  const first = await exported("--to", "itf");
  const description = (text: string): unknown => JSON.parse(text)["#meta"].description;
  expect(description(named.output)).toContain("a counterexample to range");
  expect(description(first.output)).toContain("a counterexample to Dark");
});

test("machines for XState are one that XState takes, or one of them", async () => {
  const { code, output, errors } = await exported("--to", "xstate");
  expect([code, errors]).toEqual([0, expect.stringContaining("left out: variables")]);
  const all = createActor(machineFrom(JSON.parse(output) as MachineConfig));
  expect(all.start().getSnapshot().value).toEqual({ light: "Off" });
  const one = await exported("--to", "xstate", "--instance", "light");
  expect(JSON.parse(one.output)).toEqual(JSON.parse(output).states.light);
});

test.each([
  [["--to", "promela", "--instance", "light"], 2, "E0514"],
  [["--to", "xstate", "--instance", "lihgt"], 2, "E0507"],
  [["--to", "pml"], 2, "E0513"],
  [[], 2, "E0514"],
  [["--to", "promela", "--property", "Dark"], 2, "E0514"],
  [["--to", "promela", "--check", "smal"], 2, "E0507"],
  [["--to", "itf", "--property", "Drak"], 2, "E0515"],
  [["--to", "itf", "--property", "stuck"], 2, "E0518"],
  [["--to", "promela", "--out", "no/where.pml"], 2, "E0509"],
])("%j exits with %i and %s", async (words, expected, message) => {
  const { code, errors, output } = await exported(...words);
  expect([code, output]).toEqual([expected, ""]);
  expect(errors).toContain(message);
});
