/**
 * The shipped log against the endpoints' own truth, connection by connection: which were lost, by
 * which cause, and which the capture alone cannot judge. The truth files are derived from the logs
 * of the two endpoints and never from the capture; the specification reads neither them nor any
 * endpoint's events.
 *
 * Three recordings are shipped; more lie beside the repository (`../shared/captures`) on some
 * machines.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { judgeRecording } from "../../checker/recordings/judge.ts";
import type { ConnectionVerdict, RecordingVerdict } from "../../checker/verdict.ts";
import { loadProgram, lowerProgram } from "../../spec/index.ts";
import type { LogDeclaration } from "../../spec/syntax.ts";
import { openRecording } from "../../traces/index.ts";

const HERE = import.meta.dirname;
const FOLDERS = [join(HERE, "captures"), join(HERE, "..", "..", "..", "shared", "captures")];

interface TrueConnection {
  readonly id: string;
  readonly client: string;
  readonly server: string;
  readonly established_at_ns: string;
  readonly lost: boolean;
  readonly cause: string | null;
  readonly tshark: { readonly packets: number };
}

interface Truth {
  readonly answer: {
    readonly lost: number;
    readonly not_judgeable_from_capture_alone: readonly string[];
    readonly capture_dropped_packets: number;
  };
  readonly connections: readonly TrueConnection[];
}

function shippedLog(): LogDeclaration {
  const path = join(HERE, "no-lost-connections.libretto");
  const program = loadProgram([{ path, text: readFileSync(path, "utf8") }], () => undefined);
  expect(lowerProgram(program).diagnostics).toEqual([]);
  const log = program.modules[0]?.module.declarations.find((each) => each.kind === "log");
  if (log?.kind !== "log") throw new Error("the shipped file has no log");
  return log;
}

async function verdictOf(capture: string, events: string): Promise<RecordingVerdict> {
  const recording = await openRecording([capture, events]);
  return judgeRecording(shippedLog(), recording);
}

/** The connection of the verdict that a true one is: same ports, nearest in time. */
function matching(
  found: readonly ConnectionVerdict[],
  { client, server, established_at_ns }: TrueConnection,
): ConnectionVerdict | undefined {
  const distance = ({ established }: ConnectionVerdict): number =>
    Math.abs(Number((established ?? 0n) - BigInt(established_at_ns)));
  return found
    .filter((each) => each.client === client && each.server === server)
    .toSorted((left, right) => distance(left) - distance(right))[0];
}

/**
 * `e1 lost by server-restart`, `e2 kept`, `k3 inconclusive`; what the capture does not have is left
 * out.
 */
function said(truth: Truth, found: readonly ConnectionVerdict[]): readonly string[] {
  return truth.connections.flatMap((connection) => {
    const match = matching(found, connection);
    if (match === undefined) return [];
    const by = match.outcome === "lost" ? ` by ${match.cause ?? "nothing"}` : "";
    return [`${connection.id} ${match.outcome}${by}`];
  });
}

function wanted(
  truth: Truth,
  found: readonly ConnectionVerdict[],
  inconclusive: ReadonlySet<string>,
): readonly string[] {
  return truth.connections.flatMap((connection) => {
    if (matching(found, connection) === undefined) return [];
    const { id, lost, cause } = connection;
    if (lost) return [`${id} lost by ${cause ?? "nothing"}`];
    return [`${id} ${inconclusive.has(id) ? "inconclusive" : "kept"}`];
  });
}

const recordings = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
  globSync("*.{pcap,pcapng}", { cwd: folder })
    .toSorted()
    .map((name) => {
      const run = name.replace(/(?:\.app)?\.pcap(?:ng)?$/, "");
      return {
        name: join(basename(dirname(folder)), name),
        capture: join(folder, name),
        folder,
        run,
      };
    }),
);

describe("no lost connections, on real recordings", () => {
  it.each(recordings)("$name agrees with its endpoints", async ({ capture, folder, run }) => {
    const truth: Truth = JSON.parse(readFileSync(join(folder, `${run}.truth.json`), "utf8"));
    const verdict = await verdictOf(capture, join(folder, `${run}.events.jsonl`));
    const open = new Set(truth.answer.not_judgeable_from_capture_alone);
    // What a hole in the capture hides is not in the truth: there, nobody may be called lost, and
    // the verdict as a whole must not be "holds".
    if (truth.answer.capture_dropped_packets > 0) {
      const outcomes = new Set(verdict.connections.map(({ outcome }) => outcome));
      expect(outcomes.has("lost")).toBe(truth.answer.lost > 0);
      expect(verdict.result).toBe("inconclusive");
      return;
    }
    expect(said(truth, verdict.connections)).toEqual(wanted(truth, verdict.connections, open));
    const lost = verdict.connections.filter(({ outcome }) => outcome === "lost");
    expect(lost.length).toBe(truth.answer.lost);
    const seen = truth.connections.filter((each) => matching(verdict.connections, each));
    expect(seen.length).toBe(truth.connections.length);
  });

  it("no verdict depends on what an endpoint logged", async () => {
    const folder = join(HERE, "captures");
    const { events } = await openForEvents(join(folder, "restart-rst-bug.events.jsonl"));
    const text = readFileSync(join(HERE, "no-lost-connections.libretto"), "utf8");
    const endpoints = [...events].filter((kind) =>
      /^(?:client\.|app\.(?:accept|close)|server\.bug)/.test(kind),
    );
    expect(endpoints.length).toBeGreaterThan(0);
    for (const kind of endpoints) expect(text).not.toContain(`"${kind}"`);
  });

  it("without an event log the losses are losses, without a cause", async () => {
    const recording = await openRecording([join(HERE, "captures", "restart-rst-bug.pcapng")]);
    const verdict = await judgeRecording(shippedLog(), recording);
    const causes = verdict.connections.flatMap(({ outcome, cause }) =>
      outcome === "lost" ? [cause] : [],
    );
    expect(causes.length).toBeGreaterThanOrEqual(5);
    expect(causes).not.toContain("server-restart");
  });

  it("without an event log, an orderly end is no loss and no proof of the opposite", async () => {
    const recording = await openRecording([join(HERE, "captures", "switch-to-direct.pcapng")]);
    const verdict = await judgeRecording(shippedLog(), recording);
    const outcomes = verdict.connections.map(({ outcome }) => outcome);
    expect(outcomes).not.toContain("lost");
    expect(outcomes).toContain("inconclusive");
    expect(verdict.result).toBe("inconclusive");
  });
});

async function openForEvents(path: string): Promise<{ readonly events: ReadonlySet<string> }> {
  const recording = await openRecording([path]);
  const events = new Set<string>();
  for await (const event of recording.events()) events.add(event.kind);
  return { events };
}
