/**
 * The same seed gives the same bytes: once more, in a world in which containers are iterated in
 * another order, and with another garbage collector's habits.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadSpecifications } from "../../cli/load.ts";
import { stepSourceOf } from "../../checker/simulate/step-source.ts";
import type { Deployment } from "../../spec/deployment.ts";
import { traceHeader } from "../record/header.ts";
import { createLineWriter } from "../record/jsonl.ts";
import { shivizLog } from "../record/shiviz.ts";
import { createTrace, type Trace } from "../record/trace.ts";
import { captureBytes, eventLog } from "../traffic/recording.ts";
import { deploymentOf, RING_TEXT, SERVER_TEXT, TALK_TEXT } from "./deployments.fixture.ts";
import { play } from "./player.ts";
import { withShuffledContainers } from "./shuffled-containers.fixture.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const shipped = loadSpecifications(["models"], ROOT).deployments;
const DEPLOYMENTS = [
  deploymentOf(SERVER_TEXT.replace("CARRIER", "ring(512) doorbell evtchn")),
  deploymentOf(RING_TEXT),
  deploymentOf(TALK_TEXT),
  ...shipped,
];

/** A text and its compiled code come in the order in which they are written: both come first. */
type Source = ReturnType<typeof stepSourceOf>;

/** Everything that is recorded of a run. */
function recordedOf(deployment: Deployment, source: Source, seed: number): string {
  const traces: Trace[] = [];
  const { hardware, model } = deployment;
  const played = play(deployment, source, {
    seed,
    events: 1500,
    ignored: model.invariants.map(({ name }) => name),
    capture: true,
    trace(names) {
      const header = { engine: "test", scenario: "test", seed, cores: hardware.cores };
      const trace = createTrace(traceHeader({ ...header, ...names }));
      traces.push(trace);
      return trace;
    },
  });
  const hash = createHash("sha256");
  for (const trace of traces) hash.update(createLineWriter(trace).next()).update(shivizLog(trace));
  hash.update(captureBytes(played) ?? "").update(eventLog(played) ?? "");
  hash.update(JSON.stringify([played.ended, played.wrong, played.connections, played.time]));
  return hash.digest("hex");
}

describe.each(DEPLOYMENTS.map((one) => [one.name, one] as const))("%s", (_name, deployment) => {
  const source = stepSourceOf(deployment.model);
  const recorded = (seed: number): string => recordedOf(deployment, source, seed);
  const first = recorded(7);

  test("gives the same bytes again, and others for another seed", () => {
    expect(recordedOf(deployment, stepSourceOf(deployment.model), 7)).toBe(first);
    expect(recorded(8)).not.toBe(first);
  });

  test.each([1, 2, 3])("does not depend on the order of containers (%d)", (order) => {
    expect(withShuffledContainers(order, () => recorded(7))).toBe(first);
  });
});

test("containers are shuffled", () => {
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  const orders = [1, 2].map((order) =>
    withShuffledContainers(order, () => [
      [...new Set(numbers)].join(),
      [...new Map(numbers.map((one) => [one, one])).keys()].join(),
    ]),
  );
  expect(new Set([...orders.flat(), numbers.join()]).size).toBe(5);
  expect([...new Set(numbers)]).toEqual(numbers);
});

test.each(["--max-semi-space-size=1", "--single-threaded --no-opt", "--stress-compaction"])(
  "does not depend on how the engine below works (%s)",
  (flags) => {
    const folder = mkdtempSync(join(tmpdir(), "rehearsal-bytes-"));
    const words = ["run", "models/restart/reconnect.libretto", "--deployment", "quickUpgrades"];
    const recorded = (name: string, extra: readonly string[]): Buffer => {
      const [main, file] = [join(ROOT, "cli/main.ts"), join(folder, name)];
      const all = [...extra, main, ...words, "--seed", "3", "--quiet", "--record", file];
      const { status, stderr } = spawnSync(process.execPath, all, { cwd: ROOT, encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
      return readFileSync(file);
    };
    try {
      const usual = recorded("a.jsonl", []);
      expect(usual.length).toBeGreaterThan(1000);
      expect(recorded("b.jsonl", flags.split(" ")).equals(usual)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
