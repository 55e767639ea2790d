/**
 * The judge of logs: what the operators mean on small recordings, that streaming agrees with an
 * oracle that sees the whole recording at once, and that loss, truncation and open obligations are
 * said.
 *
 * A recording is written as words: `a1@2` is event `a` about id 1 at second 2.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadProgram, lowerProgram } from "../../spec/index.ts";
import type { LogDeclaration } from "../../spec/syntax.ts";
import type { Loss, TraceEvent } from "../../traces/trace.ts";
import type { LogPropertyVerdict, RecordingOutcome } from "../verdict.ts";
import { judgeRecording } from "./judge.ts";

const SECOND = 1_000_000_000n;

interface Happening {
  readonly kind: string;
  readonly id: string;
  readonly second: number;
}

function logWith(property: string): LogDeclaration {
  const events = ["a", "b", "c"].map((kind) => `event ${kind}(x: id) from "${kind}"`);
  const text = `log T {\n clock t ns\n ${events.join("\n ")}\n ${property}\n}\n`;
  const program = loadProgram([{ path: "t.libretto", text }], () => undefined);
  expect(lowerProgram(program).diagnostics.map(({ code, title }) => `${code} ${title}`)).toEqual(
    [],
  );
  const log = program.modules[0]?.module.declarations[0];
  if (log?.kind !== "log") throw new Error("no log");
  return log;
}

function read(words: string): readonly Happening[] {
  return words.split(" ").flatMap((word) => {
    const [, kind, id, second] = /^([a-z])(\d)@(\d+)$/.exec(word) ?? [];
    return kind === undefined || id === undefined ? [] : [{ kind, id, second: Number(second) }];
  });
}

function eventOf({ kind, id, second }: Happening, ordinal: number): TraceEvent {
  const time = BigInt(second) * SECOND;
  return { time, kind, attributes: { x: id }, origin: { source: 0, ordinal: ordinal + 1 } };
}

/** Judges in batches of the given size. */
async function judge(
  log: LogDeclaration,
  happenings: readonly Happening[],
  size = 3,
  losses: readonly Loss[] = [],
): Promise<LogPropertyVerdict> {
  const events = happenings.map(eventOf);
  async function* batches(): AsyncIterable<readonly TraceEvent[]> {
    for (let start = 0; start < events.length; start += size) {
      yield await Promise.resolve(events.slice(start, start + size));
    }
  }
  const source = {
    path: "t.jsonl",
    format: "jsonl" as const,
    records: events.length,
    first: events[0]?.time,
    last: events.at(-1)?.time,
  };
  const verdict = await judgeRecording(log, { batches, sources: [source], losses });
  const property = verdict.properties[0];
  if (property === undefined) throw new Error("no property");
  return property;
}

async function outcome(property: string, words: string): Promise<RecordingOutcome> {
  return (await judge(logWith(property), read(words))).outcome;
}

const AFTER = "property P: forall x in a.x: always not (b(x) and (not c(x) since a(x)))";
const ANSWER = "property P: forall x in a.x: b(x) leads to c(x) within 5s";
const BOTH = "property P: forall x in a.x: always (b(x) implies (eventually c(x)";

describe("operators on recordings", () => {
  it.each([
    [AFTER, "a1@1 b1@2", "violated"],
    [AFTER, "a1@1 c1@2 b1@3", "holds"],
    [AFTER, "a1@1 b2@2", "holds"],
    [AFTER, "b1@1", "inconclusive"],
    [ANSWER, "a1@1 b1@2 c1@7 a1@20", "holds"],
    [ANSWER, "a1@1 b1@2 c1@8 a1@20", "violated"],
    [ANSWER, "a1@1 b1@2 c2@3 a1@20", "violated"],
    [ANSWER, "a1@1 b1@18 a1@20", "inconclusive"],
    [`${BOTH} within 5s) and eventually c(x))`, "a1@1 b1@2 c1@9 a1@20", "violated"],
    [`${BOTH} within 5s) and eventually c(x))`, "a1@1 b1@2 c1@6 a1@20", "holds"],
    ["reachable P: exists x in a.x: b(x)", "a1@1 b1@2", "holds"],
    ["property P: forall x in a.x: a(x) implies not b(x) until c(x)", "a1@1 c1@2 b1@3", "holds"],
    ["property P: forall x in a.x: a(x) implies not b(x) until c(x)", "a1@1 b1@2", "violated"],
  ])("%s on %s is %s", async (property, words, wanted) => {
    expect(await outcome(property, words)).toBe(wanted);
  });

  it("nothing examined is never holds, and says so", async () => {
    const verdict = await judge(logWith(AFTER), read("b1@1 c1@2"));
    expect(verdict.outcome).toBe("inconclusive");
    expect(verdict.examined).toBe(0);
    expect(verdict.inconclusive.map(({ reason }) => reason)).toEqual(["unobserved"]);
  });

  it("an obligation that is open at the end is pending", async () => {
    const verdict = await judge(logWith(ANSWER), read("a1@1 b1@18 a1@20"));
    expect(verdict.inconclusive.map(({ reason }) => reason)).toContain("pending");
  });
});

// ---------------------------------------------------------------------------- against an oracle

function ids(all: readonly Happening[]): readonly string[] {
  return [...new Set(all.filter(({ kind }) => kind === "a").map(({ id }) => id))];
}

/** `b(x) and (not c(x) since a(x))` at some position, for an id that was seen. */
function oracleAfter(all: readonly Happening[]): RecordingOutcome {
  const seen = ids(all);
  if (seen.length === 0) return "inconclusive";
  const violated = seen.some((id) => {
    const own = all.map((each) => (each.id === id ? each.kind : ""));
    return own.some((kind, at) => {
      const before = own.slice(0, at + 1);
      const last = before.lastIndexOf("a");
      return kind === "b" && last >= 0 && !before.slice(last + 1).includes("c");
    });
  });
  return violated ? "violated" : "holds";
}

/**
 * Every `b(x)` is answered by `c(x)` within five seconds; what is still open at the end is pending.
 */
function oracleAnswer(all: readonly Happening[]): RecordingOutcome {
  const end = all.at(-1)?.second ?? 0;
  let premises = 0;
  const open = ids(all).flatMap((id) => {
    const birth = all.findIndex((each) => each.id === id && each.kind === "a");
    return all.flatMap((each, at) => {
      if (each.id !== id || each.kind !== "b" || at < birth) return [];
      premises++;
      const answered = all.some(
        (later, index) =>
          index >= at && later.id === id && later.kind === "c" && later.second <= each.second + 5,
      );
      return answered ? [] : [each.second + 5];
    });
  });
  if (premises === 0) return "inconclusive";
  if (open.some((deadline) => deadline < end)) return "violated";
  return open.length > 0 ? "inconclusive" : "holds";
}

const happenings = fc
  .array(
    fc.record({
      kind: fc.constantFrom("a", "b", "c"),
      id: fc.constantFrom("1", "2"),
      gap: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 12 },
  )
  .map((list) => {
    let second = 0;
    return list.map(({ kind, id, gap }) => {
      second += gap;
      return { kind, id, second };
    });
  });

describe("streaming agrees with the whole recording seen at once", () => {
  it.each([
    ["since", AFTER, oracleAfter],
    ["leads to within", ANSWER, oracleAnswer],
  ])("%s", async (_name, property, oracle) => {
    const log = logWith(property);
    await fc.assert(
      fc.asyncProperty(happenings, fc.integer({ min: 1, max: 5 }), async (all, size) => {
        expect((await judge(log, all, size)).outcome).toBe(oracle(all));
      }),
      { numRuns: 200 },
    );
  });
});
