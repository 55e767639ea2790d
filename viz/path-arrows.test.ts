/**
 * Arrows of a path, in a notation of one line: `send a: a | take a:`.
 */
import { describe, expect, test } from "vitest";
import { VALUE_WORDS } from "../cli/value-words.ts";
import type { Model, TransitionKind, Type, Value } from "../spec/model.ts";
import {
  channelType,
  COUNT,
  emptyModel,
  instance,
  modeType,
  pathOf,
  slot,
  transition,
  variable,
} from "./handmade.fixture.ts";
import { netserverModel, netserverPath } from "./netserver.fixture.ts";
import { arrowsOfPath } from "./path-arrows.ts";
import { planLanes } from "./path-lanes.ts";

const LETTERS: Type = {
  kind: "message",
  name: "Letter",
  kinds: [..."abcd"].map((name) => ({ name, fields: [] })),
};

const KINDS: Readonly<Record<string, TransitionKind>> = {
  send: "step",
  take: "receive",
  drop: "drop",
  lose: "lossy",
  copy: "duplicating",
  swap: "reordering",
  crash: "fault",
};

/** One channel from `left` (lane 0) to `right` (lane 1). */
function letterModel(discipline: "fifo" | "bag" = "fifo"): Model {
  const family = { name: "letters", index: [] };
  const ends = {
    family,
    senders: [0],
    receiver: 1,
    port: "letters",
    discipline,
    capacity: 4,
  } as const;
  const span = { file: "", start: 0, end: 0 };
  return emptyModel({
    instances: [instance("left", "Left"), instance("right", "Right")],
    slots: [slot("letters", channelType(LETTERS), { role: "channel", channel: 0 })],
    channels: [{ name: "letters", slot: 0, message: LETTERS, span, ...ends }],
    transitions: Object.entries(KINDS).flatMap(([name, kind]) =>
      [..."abcd"].map((_, letter) => {
        const takes = kind === "receive" || kind === "drop";
        const actor = kind === "step" ? 0 : takes || kind === "fault" ? 1 : undefined;
        return transition(`${name} ${letter}`, kind, actor, {
          trigger: takes ? { channel: 0, kind: letter } : undefined,
        });
      }),
    ),
  });
}

/**
 * A path in one line: `send a: a | take a:` names what happens and what the channel holds
 * afterwards. The result is one word for each arrow: `a 1-2 received`.
 */
function arrowsOf(line: string, discipline?: "fifo" | "bag"): readonly string[] {
  const model = letterModel(discipline);
  const letters = (text: string): Value =>
    [...text.trim()].map((letter) => ["abcd".indexOf(letter)]);
  const steps = line.split("|").map((part) => {
    const [what = "", after = ""] = part.split(":");
    const [verb = "", letter = "a"] = what.trim().split(" ");
    const index = Object.keys(KINDS).indexOf(verb) * 4 + "abcd".indexOf(letter);
    return [what.trim(), index, { 0: letters(after) }] as const;
  });
  const path = pathOf([[]], steps);
  return arrowsOfPath(model, planLanes(model), path, 0, VALUE_WORDS).map(
    ({ text, sent, received, fate, copy }) =>
      `${copy ? "copy of " : ""}${text} ${sent}-${received ?? ""} ${fate}`,
  );
}

describe("messages", () => {
  test.each([
    ["a message travels from its send to its receipt", "send a: a | take a:", ["a 1-2 received"]],
    ["what nobody takes waits at the end", "send a: a", ["a 1- waiting"]],
    [
      "a fifo hands out messages in order",
      "send a: a | send b: ab | take a: b | take b:",
      ["a 1-3 received", "b 2-4 received"],
    ],
    [
      "a mailbox may take a later message first",
      "send a: a | send b: ab | take b: a",
      ["a 1- waiting", "b 2-3 received"],
    ],
    [
      "equal messages are taken oldest first",
      "send a: a | send a: aa | take a: a",
      ["a 1-3 received", "a 2- waiting"],
    ],
    ["a lossy channel loses", "send a: a | lose a:", ["a 1-2 lost"]],
    [
      "a duplicating channel copies",
      "send a: a | copy a: aa | take a: a",
      ["a 1-3 received", "copy of a 2- waiting"],
    ],
    [
      "a reordering channel moves nothing away",
      "send a: a | send b: ab | swap a: ba | take b: a",
      ["a 1- waiting", "b 2-4 received"],
    ],
    ["otherwise drop is not a receipt", "send a: a | drop a:", ["a 1-2 dropped"]],
    ["a crash may discard the inbox", "send a: a | crash a:", ["a 1-2 discarded"]],
  ])("%s", (_name, line, expected) => {
    expect(arrowsOf(line)).toEqual(expected);
  });

  test("a bag has no order", () => {
    expect(arrowsOf("send b: b | send a: ab | take b: a", "bag")).toEqual([
      "b 1-3 received",
      "a 2- waiting",
    ]);
  });

  test("a message that waits through a crash arrives in the new life of its receiver", () => {
    const model = netserverModel();
    const arrows = arrowsOfPath(model, planLanes(model), netserverPath(), 0, VALUE_WORDS);
    expect(
      arrows.map(({ text, from, to, sent, received }) => [text, from, to, sent, received]),
    ).toEqual([
      ["Open(Client1)", 1, 0, 1, 2],
      ["Opened(0)", 0, 1, 2, 5],
    ]);
  });
});

test("a rendezvous is received where it is sent", () => {
  const span = { file: "f", start: 3, end: 9 };
  const model = emptyModel({
    instances: [instance("left", "Left"), instance("right[1]", "R"), instance("right[2]", "R")],
    slots: [variable("right[1].x", COUNT, 1), variable("right[2].x", COUNT, 2)],
    channels: [1, 2].map((receiver) => ({
      name: `call[${receiver}]`,
      family: { name: `call[${receiver}]`, index: [] },
      port: "call",
      slot: -1,
      message: LETTERS,
      discipline: "rendezvous",
      capacity: 0,
      senders: [0],
      receiver,
      span,
    })),
    rules: [{ text: "R on call.b", machine: "R", kind: "receive", span }],
    transitions: [
      transition("left.go", "step", 0),
      ...[0, 1].map((channel) =>
        transition("right.b", "receive", channel + 1, {
          rules: [0],
          trigger: { channel, kind: 1 },
        }),
      ),
    ],
  });
  const path = pathOf([0, 0], [["left.go", 0, { 1: 4 }, span]]);
  expect(arrowsOfPath(model, planLanes(model), path, 0, VALUE_WORDS)).toMatchObject([
    { kind: "message", text: "b", from: 0, to: 2, sent: 1, received: 1, via: "call[2]" },
  ]);
});

describe("memory", () => {
  /** A thread with a store buffer and a shared variable of another instance. */
  function ringModel(): Model {
    return emptyModel({
      memory: { model: "tso", entries: 2 },
      instances: [
        instance("ring", "Shared"),
        { ...instance("prod", "Producer", 1), kind: "thread" },
      ],
      slots: [
        variable("ring.head", COUNT, 0),
        slot("prod", modeType("Producer", "Put", "Look"), {
          role: "mode",
          instance: 1,
          region: "",
        }),
        slot("prod buffer", channelType({ kind: "store" }), {
          role: "buffer",
          instance: 1,
          entries: 2,
        }),
      ],
      transitions: [
        transition("prod.Put", "step", 1),
        transition("prod.flush", "flush", 1, { subject: 2 }),
      ],
    });
  }

  test("a store waits in its buffer and is flushed to memory", () => {
    const model = ringModel();
    const path = pathOf(
      [0, 0, []],
      [
        ["prod.Put", 0, { 1: 1, 2: [[0, [], 1]] }],
        ["prod.flush head=1", 1, { 0: 1, 2: [] }],
      ],
    );
    const plan = planLanes(model);
    expect(plan.lanes.map(({ name }) => name)).toEqual(["ring", "prod buffer", "prod"]);
    const arrows = arrowsOfPath(model, plan, path, 0, VALUE_WORDS);
    expect(
      arrows.map((arrow) => [arrow.kind, arrow.text, arrow.from, arrow.to, arrow.sent]),
    ).toEqual([
      ["store", "ring.head = 1", 2, 1, 1],
      ["flush", "ring.head = 1", 1, 0, 2],
    ]);
    expect(arrows.map((arrow) => arrow.received)).toEqual([2, 2]);
  });

  test("a write to a variable of another instance arrives at once", () => {
    const path = pathOf([0, 0, []], [["prod.Put", 0, { 0: 1 }]]);
    const model = ringModel();
    const arrows = arrowsOfPath(model, planLanes(model), path, 0, VALUE_WORDS);
    expect(
      arrows.map(({ kind, text, from, to, sent, received }) => {
        return { kind, text, from, to, sent, received };
      }),
    ).toEqual([{ kind: "write", text: "head = 1", from: 2, to: 0, sent: 1, received: 1 }]);
  });
});
