/**
 * The filter line, one case a line: the filter and the rows that it leaves.
 */
import { describe, expect, test } from "vitest";
import { type FilterableRow, parseFilter } from "./row-filter.ts";

const row = (number: number, title: string, kind: string, lane: string, changed: string[]) => {
  const messages = title.includes("open") ? ["Open(c1)"] : [];
  return { number, title, kind, lane, changed, messages } satisfies FilterableRow;
};

const ROWS = [
  row(0, "initial state", "initial", "", []),
  row(1, "app[c1].open", "step", "app[c1]", ["app[c1]", "req"]),
  row(2, "server.Open(c1)", "receive", "server", ["server.table"]),
  row(3, "server.crash", "fault", "server", ["server", "server.table"]),
  row(4, "prod.flush", "flush", "prod buffer", ["ring.head"]),
];

describe("a filter line", () => {
  test.each([
    ["inst:server", [2, 3]],
    ["name:crash", [3]],
    ["kind", []],
    ["changed:table", [2, 3]],
    ["msg:Open", [1]],
    ["1..3", [1, 2, 3]],
    ["3..", [3, 4]],
    ["..1", [0, 1]],
    ["not:flush not:initial", [1, 2, 3]],
    ["SERVER 3..", [3]],
    ["unknown:key", []],
    ["fault", [3]],
  ])("%s", (line, expected) => {
    const matches = parseFilter(line);
    expect(ROWS.filter((shown) => matches?.(shown)).map(({ number }) => number)).toEqual(expected);
  });

  test("an empty line filters nothing", () => {
    expect(parseFilter("   ")).toBeUndefined();
  });
});
