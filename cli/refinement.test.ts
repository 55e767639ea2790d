/** A refinement from the text to every report, by the command in memory. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run as runAnywhere, type Run } from "./memory-host.fixture.ts";

const TEXT = `module lamp

machine Lamp {
  var burnt : bool = false
  initial mode Off {
    step press if not burnt -> On
  }
  mode On {
    step press -> Off
  }
  fault break_ from On -> Off               { burnt = true }
}

machine Light {
  initial mode Dark {
    step shine -> Bright
  }
  mode Bright { }
}

system Room { lamp : Lamp }
system Day { light : Light }

refinement Shines : Room implements Day {
  light.mode = if lamp in On then Bright else Dark
}

check room of Room { faults lamp.break_ <= 1  allow stuck }
`;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-refinement-"));
  writeFileSync(join(folder, "lamp.libretto"), TEXT);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (words: string): Promise<Run> => runAnywhere(words.split(" "), { folder });

test("the text report shows both levels at each step, and how far the verdict goes", async () => {
  const { code, output } = await run("check lamp.libretto");
  expect(code).toBe(1);
  const shown = output.replace(/ +\n/g, "\n").split("\n");
  expect(shown).toContain(
    "         Shines is about safety: 2 steps, 0 stutter   Day took 1 of 1 transition",
  );
  const first = shown.findIndex((line) => line.includes("(initial)"));
  expect(shown.slice(first, first + 8)).toEqual([
    "  0   (initial)",
    "        Day begins",
    "  1   lamp.press   lamp: Off -> On",
    "        Day: light.shine   light: Dark -> Bright",
    "  2   lamp.press   lamp: On -> Off",
    "        Day: no such step   light: Bright -> Dark",
    "",
    "  why: no step of `Day` takes `light` from Bright to Dark; nothing can happen there",
  ]);
});

test("a stored report is shown and replayed with both levels", async () => {
  await run("check lamp.libretto --format json=run.json");
  const whole = await run("show run.json --property Shines --step 1");
  expect(whole.output).toContain("Day: light.shine   light: Dark -> Bright");
  expect(whole.output).toMatch(/^ +Day: light +=? *= Bright$/m);
  const again = await run("replay run.json");
  expect(again.output).toContain("room: Shines violated after 2 steps, replayed");
  const stored = readFileSync(join(folder, "run.json"), "utf8");
  writeFileSync(join(folder, "bad.json"), stored.replace('"begins"', '"sleeps"'));
  const bad = await run("show bad.json");
  expect(bad.errors + bad.output).toContain("abstract.steps[0].kind is not one of begins");
});

test("reports that embed text have both levels in it", async () => {
  const { output } = await run("check lamp.libretto --format github");
  expect(output).toContain("Day: light.shine   light: Dark -> Bright");
});

test("a Model is printed with the lines of its refinements only", async () => {
  const { output } = await run("desugar lamp.libretto");
  expect(output).toContain(
    "refinement Shines: implements Day\n  light = (if (lamp in On) then Bright else Dark)\n",
  );
  const json = await run("desugar lamp.libretto --format json");
  const { refinements } = JSON.parse(json.output) as { refinements: { abstract: unknown }[] };
  expect(refinements.map(({ abstract }) => abstract)).toEqual(["Day"]);
});

test("the page lists the abstract variables, and the abstract step below each step", async () => {
  await run("check lamp.libretto --report page.html");
  const page = readFileSync(join(folder, "page.html"), "utf8");
  for (const words of ["Day (abstract)", "Day: light.shine", "Day: no such step"]) {
    expect(page).toContain(words);
  }
});
