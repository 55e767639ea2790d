/**
 * The search on disk finds what a search in memory finds, whatever the memory; a disk that fails
 * costs nothing that was known; nothing stays on the disk.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { BACK_ENDS } from "../back-end.ts";
import { checkModel } from "../check.ts";
import { messageCulprit } from "../explore/culprits.ts";
import { explore as referenceExplore } from "../explore/explore.ts";
import type { BuiltInViolation, Exploration } from "../explore/explorer.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { loweredFile, NO_BUDGET, propertyOf } from "../verdict-notation.ts";
import type { PropertyVerdict } from "../verdict.ts";
import { compileModel } from "./compile.ts";
import { spillExplore } from "./spill.ts";
import { nodeSpillDisk, type SpillDisk } from "./spill-folder.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 60);
const TIME_MAX = Math.max(600_000, RUNS * 2_000);
/** States of a random program at most. */
const STATES_MAX = 600;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-spill-test-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Wish {
  readonly bytes?: number;
  readonly gathered?: number;
  readonly states?: number;
  readonly disk?: SpillDisk;
  readonly signal?: AbortSignal;
}

async function onDisk(model: Model, wish: Wish = {}): Promise<Exploration> {
  const explore = spillExplore(folder, referenceExplore, wish);
  const budget = { ...NO_BUDGET, bytes: wish.bytes ?? 100_000, states: wish.states };
  return explore(model, { budget, signal: wish.signal, onProgress: undefined });
}

async function inMemory(model: Model, states?: number): Promise<Exploration> {
  const budget = { ...NO_BUDGET, states };
  return BACK_ENDS.javascript(model, { budget, signal: undefined, onProgress: undefined });
}

// ---------------------------------------------------------------------------- equal facts

/** What is wrong and after how many steps; which of several shortest paths is open. */
function violationOf(model: Model, found: BuiltInViolation): string {
  const steps = found.path.length;
  switch (found.property) {
    case "stuck":
      return `stuck ${steps}`;
    case "unhandled": {
      const end = found.path.at(-1)?.state ?? [];
      return `${messageCulprit(model, end, found.candidate)} ${steps}`;
    }
    default:
      return `${found.property} ${found.violation.span.start} ${steps}`;
  }
}

function facts(model: Model, found: Exploration): unknown {
  const { states, transitions, depth, queue, stopped, examined, coverage, bounds, changed } = found;
  const tallies = [...found.invariants, ...found.goals].map((tally) => {
    return { ...tally, path: tally.path?.length };
  });
  const builtIns = found.builtIns.map((one) => violationOf(model, one)).toSorted();
  const counts = { states, transitions, depth, queue, stopped, examined };
  return { ...counts, coverage, bounds, changed, tallies, builtIns };
}

it.each([
  ["Models", randomModel, RUNS],
  ["programs", arbitraryProgram.map((text) => modelOf(text)), RUNS / 2],
] as const)(
  "random %s: the same facts on disk as in memory, also when memory holds next to nothing",
  async (_, models, runs) => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(models, fc.constantFrom(1, 3, 20), async (model, gathered) => {
        const wanted = await inMemory(model, STATES_MAX);
        if (wanted.stopped !== undefined || "unsupported" in compileModel(model)) return;
        const found = await onDisk(model, { gathered });
        expect(facts(model, found)).toEqual(facts(model, wanted));
        written += found.explorer.spilled?.runs ?? 0;
      }),
      { numRuns: runs },
    );
    expect(written).toBeGreaterThan(runs / 4);
  },
  TIME_MAX,
);

const netserver = loweredFile("models/examples/netserver.libretto");
const modeswitch = loweredFile("models/examples/modeswitch.libretto");
const ring = loweredFile("models/examples/ring.libretto");

function named({ models }: typeof ring, name: string): Model {
  const found = models.find((model) => model.kind === "check" && model.name === name);
  if (found === undefined) throw new Error(`there is no check ${name}`);
  return found;
}

describe.each([
  [netserver, "crashOnce"],
  [modeswitch, "wireNotDrained"],
  [ring, "unfenced"],
  [ring, "noRecheck"],
] as const)("%#: the example %s", (file, name) => {
  test.each([3, 50, Infinity])("with %d states in memory", async (gathered) => {
    const model = named(file, name);
    const found = await onDisk(model, { gathered });
    expect(facts(model, found)).toEqual(facts(model, await inMemory(model)));
    if (gathered === 3) expect(found.explorer.spilled?.runs).toBeGreaterThan(30);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("paths do not depend on the memory", async () => {
  const model = named(ring, "unfenced");
  const [little, much] = [await onDisk(model, { gathered: 7 }), await onDisk(model)];
  expect(little.invariants).toEqual(much.invariants);
  expect(little.builtIns).toEqual(much.builtIns);
});

test("a limit of states ends the search there", async () => {
  const found = await onDisk(named(ring, "unfenced"), { states: 500 });
  expect(found.states).toBe(500);
  expect(found.stopped).toEqual({ reason: "states", limit: 500 });
  expect(found.queue).toBeGreaterThan(0);
});

test("less memory than a few states need is a limit that is met", async () => {
  const found = await onDisk(named(ring, "unfenced"), { bytes: 100 });
  expect([found.states, found.stopped]).toEqual([0, { reason: "memory", limit: 100 }]);
});

// ---------------------------------------------------------------------------- disks that fail

/** A disk that is full after so many bytes. */
function fullAfter(bytes: number): SpillDisk {
  let left = bytes;
  return {
    ...nodeSpillDisk,
    write(handle, part, position) {
      const fits = part.subarray(0, left);
      left -= fits.length;
      if (fits.length < part.length) {
        if (fits.length > 0) nodeSpillDisk.write(handle, fits, position);
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      }
      return nodeSpillDisk.write(handle, part, position);
    },
  };
}

const FULL = { reason: "disk", why: "the disk is full" } as const;

test("a full disk ends the search, and what was found is told", async () => {
  const model = named(ring, "unfenced");
  const whole = await onDisk(model, { gathered: 20 });
  const names = new Set(whole.builtIns.map((one) => violationOf(model, one)));
  const violated = (found: Exploration) => found.invariants.map(({ path }) => path?.length);
  const seen = new Set<number>();
  for (let bytes = 0; bytes < 400_000; bytes = 2 * bytes + 700) {
    const found = await onDisk(model, { disk: fullAfter(bytes), gathered: 20 });
    expect(readdirSync(folder)).toEqual([]);
    if (found.stopped === undefined) break;
    expect(found.stopped).toEqual(FULL);
    expect(found.states).toBeLessThan(whole.states);
    for (const one of found.builtIns) expect(names).toContain(violationOf(model, one));
    for (const [index, steps] of violated(found).entries()) {
      if (steps !== undefined) expect(steps).toBe(violated(whole)[index]);
    }
    seen.add(found.states);
  }
  expect(seen.size).toBeGreaterThan(4);
});

/** Is it said to hold in all states? */
const isProven = ({ kind, outcome }: PropertyVerdict): boolean =>
  kind !== "reachable" && outcome === "holds";

test("a violation that was found before the disk was full is told", async () => {
  const model = named(ring, "unfenced");
  const bytes = (await onDisk(model)).explorer.spilled?.bytes ?? 0;
  const options = {
    budget: { ...NO_BUDGET, bytes: 100_000 },
    signal: undefined,
    onProgress: undefined,
  };
  const explore = spillExplore(folder, referenceExplore, { disk: fullAfter(bytes) });
  const verdict = await checkModel(model, { ...options, sources: ring.sources }, explore);
  const { outcome, counterexample } = propertyOf(verdict, "NoLostWakeup");
  expect([outcome, counterexample?.replayed, counterexample?.steps.length]).toEqual([
    "violated",
    true,
    9,
  ]);
  expect(verdict.properties.filter(isProven)).toEqual([]);
  expect(verdict.statistics.complete).toBe(false);
  expect(verdict.findings.map(({ code, title }) => `${code} ${title}`)).toContain(
    "W0505 check `unfenced` ended early: the disk of the search failed: the disk is full",
  );
});

test("a folder that cannot be made ends the search before it begins", async () => {
  writeFileSync(join(folder, "file"), "");
  const explore = spillExplore(join(folder, "file", "below"), referenceExplore);
  const model = named(ring, "unfenced");
  const found = await explore(model, {
    budget: NO_BUDGET,
    signal: undefined,
    onProgress: undefined,
  });
  expect(found.stopped).toEqual({ reason: "disk", why: "a part of the path is no folder" });
  expect([found.states, found.transitions, found.builtIns]).toEqual([0, 0, []]);
});

test("a file that somebody cut is a failure of the disk, not a short answer", async () => {
  let reads = 0;
  const disk: SpillDisk = {
    ...nodeSpillDisk,
    read: (handle, into, position) => {
      return ++reads > 20 ? 0 : nodeSpillDisk.read(handle, into, position);
    },
  };
  const model = modelOf(COUNTERS);
  const found = await onDisk(model, { disk, bytes: 20_000 });
  expect(found.stopped).toEqual({ reason: "disk", why: "the disk reports an error" });
});

test("an error that is no disk's is not taken for one, and nothing stays", async () => {
  const disk: SpillDisk = {
    ...nodeSpillDisk,
    write: () => {
      throw new RangeError("a defect");
    },
  };
  await expect(onDisk(modelOf(COUNTERS), { disk })).rejects.toThrow("a defect");
  expect(readdirSync(folder)).toEqual([]);
});

// ---------------------------------------------------------------------------- folders, patience

/** 12^4 states. */
const COUNTERS = `module test
type N = 0..11
machine Counters {
  var a : N = 0
  var b : N = 0
  var c : N = 0
  var d : N = 0
  initial mode Run {
    step up if a < 11 { a += 1 }
    step vp if b < 11 { b += 1 }
    step wp if c < 11 { c += 1 }
    step xp if d < 11 { d += 1 }
  }
}
system All {
  counters : Counters
  invariant Fine: counters.a + counters.b < 23
  property Ends: eventually counters.a == 11
}
check all of All { allow stuck }
`;

test("what lies in the folder is left alone, whatever it is called", async () => {
  mkdirSync(join(folder, "rehearsal-spill-AAAAAA", "1"), { recursive: true });
  writeFileSync(join(folder, "rehearsal-spill-"), "no folder");
  writeFileSync(join(folder, "1"), "mine");
  const before = readdirSync(folder, { recursive: true });
  const found = await onDisk(modelOf(COUNTERS));
  expect([found.states, found.stopped]).toEqual([12 ** 4, undefined]);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test("a folder that is removed under the search ends it cleanly", async () => {
  let writes = 0;
  const disk: SpillDisk = {
    ...nodeSpillDisk,
    write(handle, bytes, position) {
      if (++writes === 20) rmSync(folder, { recursive: true });
      return nodeSpillDisk.write(handle, bytes, position);
    },
  };
  const found = await onDisk(named(ring, "noRecheck"), { disk, gathered: 20 });
  expect(found.stopped).toEqual({ reason: "disk", why: "the folder is gone" });
  expect(found.states).toBeGreaterThan(5);
});

test("files have no names while a search runs, so that a killed one leaves no bytes", async () => {
  const names = new Set<string>();
  const disk: SpillDisk = {
    ...nodeSpillDisk,
    write(handle, bytes, position) {
      for (const name of readdirSync(folder, { recursive: true })) names.add(String(name));
      return nodeSpillDisk.write(handle, bytes, position);
    },
  };
  await onDisk(named(ring, "noRecheck"), { disk });
  expect([...names]).toEqual([expect.stringMatching(/^rehearsal-spill-\w{6}$/)]);
});

test("an abort is heard within a second, and the folder is empty then", async () => {
  const names = Array.from({ length: 9 }, (_, index) => `v${index}`);
  const text = `module test
type N = 0..15
machine Counters {
${names.map((name) => `  var ${name} : N = 0`).join("\n")}
  initial mode Run {
${names.map((name) => `    step ${name}up if ${name} < 15 { ${name} += 1 }`).join("\n")}
  }
}
system All { counters : Counters }
check all of All { allow stuck }
`;
  const abort = new AbortController();
  let began = Infinity;
  setTimeout(() => {
    began = performance.now();
    abort.abort();
  }, 700);
  const found = await onDisk(modelOf(text), { bytes: 1_000_000, signal: abort.signal });
  expect(performance.now() - began).toBeLessThan(1000);
  expect(found.stopped).toEqual({ reason: "interrupted" });
  expect(found.states).toBeGreaterThan(0);
  expect(readdirSync(folder)).toEqual([]);
});

test("properties of runs are unknown, and the others are judged", async () => {
  const model = modelOf(COUNTERS);
  const options = {
    budget: { ...NO_BUDGET, bytes: 100_000 },
    signal: undefined,
    onProgress: undefined,
  };
  const explore = spillExplore(folder, referenceExplore);
  const verdict = await checkModel(model, { ...options, sources: new Map() }, explore);
  expect(propertyOf(verdict, "Fine").outcome).toBe("holds");
  expect(propertyOf(verdict, "Ends")).toMatchObject({
    outcome: "unknown",
    unknown: { reason: "states on disk" },
  });
  expect([verdict.result, verdict.statistics.complete]).toEqual(["unknown", true]);
});

test.each([
  ["holds", "hand.to + hand.held"],
  ["violated", "hand.to + hand.to"],
])("a refinement that %s in memory is unknown here", async (outcome, right) => {
  const text = `module test
machine Hand {
  var from : 0..2 = 2
  var held : 0..1 = 0
  var to : 0..2 = 0
  initial mode Free { step take if from > 0 -> Full { from -= 1; held = 1 } }
  mode Full { step put -> Free { held = 0; to += 1 } }
}
machine Mover {
  var left : 0..2 = 2
  var right : 0..2 = 0
  initial mode Only { step move if left > 0 { left -= 1; right += 1 } }
}
system Impl { hand : Hand }
system Abs { mover : Mover }
refinement R : Impl implements Abs { mover.left = hand.from; mover.right = ${right} }
check all of Impl { allow stuck }
`;
  const model = modelOf(text);
  const options = {
    budget: NO_BUDGET,
    signal: undefined,
    onProgress: undefined,
    sources: new Map(),
  };
  const told = propertyOf(await checkModel(model, options), "R");
  expect(told.outcome).toBe(outcome);
  const explore = spillExplore(folder, referenceExplore);
  expect(propertyOf(await checkModel(model, options, explore), "R")).toMatchObject({
    outcome: "unknown",
    unknown: { reason: "states on disk" },
  });
});
