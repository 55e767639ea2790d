/**
 * The judge and its slow twin agree on random logs and random recordings.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ResolvedLog } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import { arbitraryEvents, arbitraryLog, resolveText } from "./arbitrary-log.fixture.ts";
import type { Decided } from "./instances.ts";
import { createMonitor, finishMonitor, takeEvent } from "./monitor.ts";
import { judgeNaively, type NaiveInstance } from "./naive.ts";
import { UNKNOWN } from "./truth.ts";

interface Streamed {
  readonly key: string;
  readonly decided: Decided;
}

function stream(log: ResolvedLog, events: readonly TraceEvent[]): readonly Streamed[] {
  const found: Streamed[] = [];
  const monitor = createMonitor(log, (property, decided) => {
    const parts = decided.env.map((element) =>
      typeof element === "string"
        ? element
        : `${element?.definition}/${element?.key}/${element?.ordinal}`,
    );
    found.push({ key: `${log.properties[property]?.name} ${parts.join(" ")}`, decided });
  });
  for (const event of events) takeEvent(monitor, event);
  finishMonitor(monitor, monitor.ended ?? monitor.last ?? 0n);
  return found;
}

/** Names an instance of the twin like one of the stream. */
function keyOf(one: NaiveInstance): string {
  return `${one.property} ${one.assignment.join(" ")}`;
}

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = { numRuns: Number(process.env["REHEARSAL_RUNS"] ?? 500) };

test("streaming and looking back at everything give the same verdicts", () => {
  let compared = 0;
  fc.assert(
    fc.property(arbitraryLog(), arbitraryEvents(), (text, events) => {
      const log = resolveText(text);
      if (!("properties" in log)) {
        expect(log).toEqual([]);
        return;
      }
      const streamed = stream(log, events);
      const naive = judgeNaively(log, events);
      compared += naive.length;
      const verdicts = new Map(streamed.map(({ key, decided }) => [key, decided.verdict]));
      const wanted = new Map(naive.map((one) => [keyOf(one), one.seen]));
      expect(verdicts).toEqual(wanted);
      for (const one of naive) {
        const twin = streamed.find(({ key }) => key === keyOf(one));
        if (twin === undefined || twin.decided.wary === UNKNOWN) continue;
        expect(`${twin.key} ${twin.decided.wary}`).toBe(`${twin.key} ${one.wary}`);
      }
    }),
    RUNS,
  );
  expect(compared).toBeGreaterThan(RUNS.numRuns);
});
