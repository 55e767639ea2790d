/**
 * Every order of the steps of a sender and of a guest that handles events and blocks: the right
 * orders never leave work that nobody does, and each wrong one is found out.
 */
import { expect, test } from "vitest";
import { visitAll } from "../schedule/exhaustive.ts";
import type { Choice, System } from "../system.ts";
import { Notification } from "./event-bits.ts";
import { createEventChannels, type EventChannels } from "./event-channels.ts";

const APP = 0;
const SERVER = 1;
const MESSAGES = 2;

/** What both sides know besides the bits. */
interface Memo {
  /** Messages that are in the shared queue. */
  work: number;
  /** Steps that the sender has taken of all its messages. */
  sent: number;
  step: number;
  /** Next step of the guest, and what it has read. */
  guest: number;
  words: readonly number[];
}

type GuestStep = "upcall" | "selector" | "pending" | "work" | "flag" | "look";
type SendStep = "work" | "begin";

const GUEST: readonly GuestStep[] = ["upcall", "selector", "pending", "work", "flag", "look"];
const SEND: readonly SendStep[] = ["work", "begin"];

/** Messages that nobody has handled when nothing more happens, in the worst order. */
function worst(guest: readonly GuestStep[], send: readonly SendStep[] = SEND): number {
  const channels = createEventChannels({ domains: 2, vcpus: 1, wordBits: 32, ports: 4 });
  const port = channels.allocUnbound(SERVER, APP);
  const from = channels.bindInterdomain(APP, SERVER, port);
  let memo: Memo = { work: 0, sent: 0, step: Notification.done, guest: 0, words: [] };

  const sender = (): void => {
    if (memo.step !== Notification.done) {
      memo.step = channels.notifyStep(SERVER, port, 0, memo.step);
      return;
    }
    const next = send[memo.sent++ % send.length];
    if (next === "work") memo.work++;
    else if (channels.beginSend(APP, from).to !== undefined) memo.step = Notification.pending;
  };
  const actors: System["actors"] = [
    { name: "sender", kind: "core" },
    { name: "guest", kind: "core" },
  ];
  const system: System<[Int32Array, Memo]> = {
    actors,
    choices() {
      const sends = memo.step !== Notification.done || memo.sent < MESSAGES * send.length;
      const runs = !channels.isBlocked(SERVER, 0) || guest[memo.guest] === "look";
      return [sends, runs].flatMap((is, actor): Choice[] => (is ? [{ actor, action: 0 }] : []));
    },
    take({ actor }) {
      if (actor === 0) sender();
      else takeGuestStep(channels, port, memo, guest);
    },
    describe: () => "",
    save: () => [channels.cells.slice(), { ...memo }],
    restore([cells, saved]) {
      channels.cells.set(cells);
      memo = { ...saved };
    },
    key: () => JSON.stringify([[...channels.cells], memo]),
  };
  const { ends, cut } = visitAll(system);
  expect([cut, ends.length > 0]).toEqual([false, true]);
  return Math.max(...ends.map(([, { work }]) => work));
}

function takeGuestStep(
  channels: EventChannels,
  port: number,
  memo: Memo,
  steps: readonly GuestStep[],
): void {
  const step = steps[memo.guest];
  memo.guest = (memo.guest + 1) % steps.length;
  if (step === "upcall") channels.clearUpcallPending(SERVER, 0);
  if (step === "selector") memo.words = channels.takeSelector(SERVER, 0);
  if (step === "pending" && memo.words.length > 0) channels.clearPending(SERVER, port);
  if (step === "work" && memo.words.length > 0) memo.work = 0;
  if (step === "flag") channels.beginBlock(SERVER, 0);
  // After the look the guest runs on, or it is blocked and goes on here when it is woken.
  if (step === "look") {
    channels.settleBlock(SERVER, 0);
    memo.words = [];
  }
}

test("in the right order, all the work is done in every interleaving", () => {
  expect(worst(GUEST)).toBe(0);
});

test.each<[string, readonly GuestStep[], readonly SendStep[]]>([
  [
    "upcall pending is cleared after the selector is taken",
    ["selector", "upcall", "pending", "work", "flag", "look"],
    SEND,
  ],
  [
    "pending is cleared after the handler has run",
    ["upcall", "selector", "work", "pending", "flag", "look"],
    SEND,
  ],
  ["the sender notifies before there is work", GUEST, ["begin", "work"]],
  [
    "the look comes before the flag",
    ["upcall", "selector", "pending", "work", "look", "flag"],
    SEND,
  ],
])("work is left when %s", (_mistake, guest, send) => {
  expect(worst(guest, send)).toBeGreaterThan(0);
});
