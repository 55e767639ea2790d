/**
 * The event log reader: which fields, which lines, and what happens to the others.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createByteWindow, readFromBytes } from "./byte-window.ts";
import { MAX_ATTRIBUTES, MAX_DEPTH } from "./flatten.ts";
import {
  DEFAULT_LOG_OPTIONS,
  type LogEvent,
  type LogOptions,
  MAX_LINE_BYTES,
  MAX_REPORTED_LINES,
  readLog,
} from "./jsonl.ts";
import { type CaptureReport, createReport } from "./packet.ts";

interface Read {
  readonly events: readonly LogEvent[];
  readonly report: CaptureReport;
}

async function read(
  content: string | Uint8Array,
  options: Partial<LogOptions> = {},
  chunk = 65_536,
): Promise<Read> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const report = createReport();
  const window = createByteWindow(readFromBytes(bytes, chunk));
  const events: LogEvent[] = [];
  const all = { ...DEFAULT_LOG_OPTIONS, ...options };
  for await (const batch of readLog(window, "run.jsonl", all, report)) events.push(...batch);
  return { events, report };
}

/** A line with a time and a kind, and what else is given. */
function line(time: number, more: object = {}): string {
  return JSON.stringify({ ts_ns: String(time), event: "e", ...more });
}

test("a line is an event: time, kind, line number, and all else as attributes", async () => {
  const { events, report } = await read(
    `{"ts_ns":"1795406870000000001","event":"server.kill","pid":7,"ok":true,"why":null}\n`,
  );
  expect(events).toEqual([
    {
      time: 1_795_406_870_000_000_001n,
      kind: "server.kill",
      attributes: Object.assign(Object.create(null), { pid: 7, ok: true, why: null }),
      ordinal: 1,
    },
  ]);
  expect(report).toEqual(createReport());
});

test.each([
  ["CRLF", `${line(1)}\r\n${line(2)}\r\n`, [1, 2]],
  ["a byte order mark", `\u{feff}${line(1)}\n`, [1]],
  ["no newline at the end", `${line(1)}\n${line(2)}`, [1, 2]],
  ["empty lines", `\n\n${line(1)}\n  \n${line(2)}\n`, [3, 5]],
])("%s does no harm", async (_name, text, lines) => {
  const { events, report } = await read(text);
  expect(events.map((event) => event.ordinal)).toEqual(lines);
  expect(report.losses).toEqual([]);
});

test("the size of the reads does not matter", async () => {
  const text = `${line(1, { text: "ä€" })}\n${line(2)}\n`;
  for (const chunk of [1, 3, 64]) {
    const { events } = await read(text, {}, chunk);
    expect(events.map((event) => event.time)).toEqual([1n, 2n]);
    expect(events[0]?.attributes["text"]).toBe("ä€");
  }
});

describe("fields", () => {
  test("the caller names them", async () => {
    const { events } = await read(`{"when": 1.5, "what": "x", "event": "not the kind"}`, {
      timeField: "when",
      timeUnit: "s",
      kindField: "what",
    });
    expect(events).toMatchObject([
      { time: 1_500_000_000n, kind: "x", attributes: { event: "not the kind" } },
    ]);
  });

  test("otherwise the first readable line decides for the whole file", async () => {
    const { events } = await read(
      `{"ts_ns":"1","ev":"a"}\n{"ts_ns":"2","ev":"b","event":"attribute"}\n`,
    );
    expect(events.map((event) => event.kind)).toEqual(["a", "b"]);
  });

  test.each([
    [`{"ts": 1795406870.25, "event": "x"}`, 1_795_406_870_250_000_000n],
    [`{"time": "2026-11-23T05:27:50Z", "event": "x"}`, 1_795_411_670_000_000_000n],
    [`{"timestamp": 1795406870123, "kind": "x"}`, 1_795_406_870_123_000_000n],
  ])("%s has a time whose unit its size tells", async (text, time) => {
    expect((await read(text)).events).toMatchObject([{ time, kind: "x" }]);
  });

  test("nanoseconds as a plain number keep their last digit", async () => {
    const { events } = await read(`{"ts_ns": 1795406870000000001, "event": "x"}`);
    expect(events[0]?.time).toBe(1_795_406_870_000_000_001n);
  });
});

describe("attributes", () => {
  const attributes = async (json: string): Promise<Record<string, unknown>> => {
    const { events } = await read(`{"ts_ns":"1","event":"e",${json}}`);
    return { ...events[0]?.attributes };
  };

  test("nested objects are flattened, arrays are text, large integers exact", async () => {
    expect(
      await attributes(
        `"mac":{"client":"02","app":{"x":1}},"list":[1,{"a":2}],"n":9007199254740993,"o":{}`,
      ),
    ).toEqual({
      "mac.client": "02",
      "mac.app.x": 1,
      list: `[1,{"a":2}]`,
      n: 9_007_199_254_740_993n,
      o: "{}",
    });
  });

  test("names of the language's own objects are names like any other", async () => {
    const { events } = await read(
      `{"ts_ns":"1","event":"e","__proto__":{"polluted":true},"constructor":{"prototype":{"p":1}}}`,
    );
    expect(events[0]?.attributes).toEqual(
      Object.assign(Object.create(null), {
        "__proto__.polluted": true,
        "constructor.prototype.p": 1,
      }),
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("a field called __proto__ with a plain value is an attribute too", async () => {
    const { events } = await read(`{"ts_ns":"1","event":"e","__proto__":5}`);
    expect(Object.entries(events[0]?.attributes ?? {})).toEqual([["__proto__", 5]]);
  });

  test("deeper values stay text, and too many are left out and reported", async () => {
    const deep = `${`{"a":`.repeat(MAX_DEPTH + 2)}1${"}".repeat(MAX_DEPTH + 2)}`;
    expect(Object.values(await attributes(`"x":${deep}`))).toEqual([`{"a":{"a":1}}`]);
    const many = Array.from({ length: MAX_ATTRIBUTES + 9 }, (_, index) => `"f${index}":1`).join();
    const { events, report } = await read(`{"ts_ns":"1","event":"e",${many}}`);
    expect(Object.keys(events[0]?.attributes ?? {})).toHaveLength(MAX_ATTRIBUTES);
    expect(report.losses).toMatchObject([{ reason: "corrupt", count: 1 }]);
  });
});

describe("bad lines", () => {
  test.each([
    ["not JSON", "{oops", "it is not JSON"],
    ["no object", "[1]", "it is JSON, but no object"],
    ["no time", `{"event":"x"}`, "it has no time in `ts_ns`"],
    ["a time that is none", `{"ts_ns":"soon","event":"x"}`, "it has no time in `ts_ns`"],
    ["no kind", `{"ts_ns":"3"}`, "it has no text in `event`"],
    ["deep nesting", "[".repeat(200_000), "it is not JSON"],
  ])("%s is a loss between its neighbours", async (_name, bad, why) => {
    const { events, report } = await read(`${line(1)}\n${bad}\n${line(5)}\n`);
    expect(events.map((event) => event.time)).toEqual([1n, 5n]);
    expect(report.losses).toEqual([
      { reason: "corrupt", count: 1, from: 1n, until: 5n, note: `line 2 is skipped: ${why}` },
    ]);
  });

  test("bytes that are no UTF-8 cost their line", async () => {
    const bytes = new TextEncoder().encode(`${line(1)}\nX\n${line(2)}\n`);
    bytes[bytes.indexOf("X".charCodeAt(0))] = 0xff;
    const { events, report } = await read(bytes);
    expect(events).toHaveLength(2);
    expect(report.losses[0]?.note).toBe("line 2 is skipped: it is not UTF-8");
  });

  test("a line beyond the limit is passed over, the next one is read", async () => {
    const long = line(2, { text: "x".repeat(MAX_LINE_BYTES * 3) });
    const { events, report } = await read(`${line(1)}\n${long}\n${line(3)}`);
    expect(events.map((event) => [event.time, event.ordinal])).toEqual([
      [1n, 1],
      [3n, 3],
    ]);
    expect(report.losses[0]?.note).toBe(
      `line 2 is skipped: it is longer than ${MAX_LINE_BYTES} bytes`,
    );
  });

  test("many are summed up", async () => {
    const { report } = await read(`${line(1)}\n${"bad\n".repeat(MAX_REPORTED_LINES + 30)}`);
    expect(report.losses).toHaveLength(MAX_REPORTED_LINES + 1);
    expect(report.losses.at(-1)).toMatchObject({ count: 30, note: "30 further lines are skipped" });
  });

  test.each([
    ["no line that can be read", "{oops\n{oops\n", "E0527"],
    ["no line with a time", `{"a":1}\n{"b":2}\n`, "E0528"],
  ])("%s is an error", async (_name, text, code) => {
    const { report } = await read(text);
    expect(report.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });

  test("no bytes whatever throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        const { events } = await read(noise);
        expect(events).toEqual([]);
      }),
    );
  });
});
