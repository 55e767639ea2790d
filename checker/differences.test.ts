/** Differences between states, path by path. */
import { describe, expect, test } from "vitest";
import type { Type, Value } from "../spec/model.ts";
import { differences } from "./differences.ts";
import { sketch } from "./model-notation.ts";
import {
  bool,
  id,
  listType,
  mapType,
  messages,
  optional,
  range,
  recordType,
  setOfType,
} from "./term-notation.ts";

const client = id("Client", 2);
const count = range(0, 9);
const peer = recordType("Peer", { seq: count, open: bool });

/** The differences of one variable `x`, as lines. */
function lines(type: Type, before: Value, after: Value): readonly string[] {
  const model = sketch({ variables: { x: [type, before] } });
  return differences(model, [before], [after]).map((d) => `${d.path}: ${d.before} -> ${d.after}`);
}

describe("differences", () => {
  test.each<[string, Type, Value, Value, string[]]>([
    ["nothing when nothing changed", setOfType(client), [0], [0], []],
    ["a simple value", count, 1, 2, ["x: 1 -> 2"]],
    ["a set as a whole", setOfType(client), [], [0], ["x: {} -> {Client1}"]],
    [
      "entries of a map, and fields inside them",
      mapType(client, peer),
      [
        [1, false],
        [0, false],
      ],
      [
        [2, false],
        [0, true],
      ],
      ["x[Client1].seq: 1 -> 2", "x[Client2].open: false -> true"],
    ],
    [
      "entries that appear and disappear",
      mapType(client, optional(peer)),
      [null, [3, true]],
      [[1, false], null],
      [
        "x[Client1]: none -> Peer(seq: 1, open: false)",
        "x[Client2]: Peer(seq: 3, open: true) -> none",
      ],
    ],
    ["a present optional from inside", optional(peer), [1, true], [2, true], ["x.seq: 1 -> 2"]],
    [
      "elements of a list that keeps its length",
      listType(count, 3),
      [1, 2],
      [1, 3],
      ["x[1]: 2 -> 3"],
    ],
    ["a list that grows as a whole", listType(count, 3), [1], [1, 3], ["x: [1] -> [1, 3]"]],
  ])("show %s", (_, type, before, after, expected) => {
    expect(lines(type, before, after)).toEqual(expected);
  });

  test("show a channel as a whole, and the places of waiting writes", () => {
    const model = sketch({
      variables: { head: [mapType(client, count), [0, 0]] },
      buffers: { "p buffer": 2 },
      channels: { req: { of: messages({ Open: { c: client } }) } },
    });
    const changed = differences(model, [[0, 0], [], [[0, 0]]], [[0, 0], [[0, [1], 3]], [[0, 1]]]);
    expect(changed).toEqual([
      { slot: 1, path: "p buffer", before: "[]", after: "[head[Client2]=3]" },
      { slot: 2, path: "req", before: "[Open(Client1)]", after: "[Open(Client2)]" },
    ]);
  });
});
