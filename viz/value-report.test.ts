/**
 * Values with parts, and how deep their differences go.
 */
import { describe, expect, test } from "vitest";
import { VALUE_WORDS } from "../cli/value-words.ts";
import type { Type, Value } from "../spec/model.ts";
import { CLIENT, COUNT, emptyModel, variable } from "./handmade.fixture.ts";
import { differencesOf } from "./page/differences.ts";
import { cutMiddle, storeText, valueReport } from "./value-report.ts";

const PEER: Type = {
  kind: "record",
  name: "Peer",
  fields: [
    { name: "up", type: { kind: "bool" } },
    { name: "seen", type: COUNT },
  ],
};
const PEERS: Type = { kind: "map", key: CLIENT, value: PEER };

describe("differences of nested values", () => {
  const differences = (type: Type, before: Value, after: Value): readonly string[] =>
    differencesOf(
      "v",
      0,
      valueReport(type, before, VALUE_WORDS),
      valueReport(type, after, VALUE_WORDS),
    ).map((difference) => `${difference.path}: ${difference.before} -> ${difference.after}`);

  test.each<readonly [string, Type, Value, Value, readonly string[]]>([
    ["equal values do not differ", COUNT, 1, 1, []],
    ["simple values differ as a whole", COUNT, 1, 2, ["v: 1 -> 2"]],
    ["records differ by field", PEER, [true, 0], [true, 1], ["v.seen: 0 -> 1"]],
    [
      "maps of records differ by key and field",
      PEERS,
      [
        [true, 0],
        [true, 0],
      ],
      [
        [true, 0],
        [false, 3],
      ],
      ["v[Client2].up: true -> false", "v[Client2].seen: 0 -> 3"],
    ],
    [
      "sets differ as a whole",
      { kind: "set", of: CLIENT },
      [0],
      [0, 1],
      ["v: {Client1} -> {Client1, Client2}"],
    ],
  ])("%s", (_name, type, before, after, expected) => {
    expect(differences(type, before, after)).toEqual(expected);
  });
});

test("a waiting store is printed as an assignment, down to the part that it writes", () => {
  const model = emptyModel({ slots: [variable("table", PEERS, undefined)] });
  expect(storeText(model, [0, [1, 1], 3], VALUE_WORDS)).toBe("table[Client2].seen = 3");
});

test("long texts are cut in the middle and say how much is missing", () => {
  expect(cutMiddle("abcdefghij", 4)).toBe("ab … 6 characters left out … ij");
  expect(cutMiddle("abcd", 4)).toBe("abcd");
});
