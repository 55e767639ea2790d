/**
 * What a symmetric search counts is what the whole graph has, where the two are easily mixed up.
 */
import { describe, expect, test } from "vitest";
import { BACK_ENDS } from "../back-end.ts";
import { explore } from "../explore/explore.ts";
import type { Exploration, Explore } from "../explore/explorer.ts";
import { modelOf } from "../libretto-notation.ts";
import { NO_BUDGET } from "../verdict-notation.ts";
import { exploreReduced } from "./explore-reduced.ts";

const EXPLORERS: readonly (readonly [name: string, explore: Explore])[] = [
  ["reference", explore],
  ["compiled", BACK_ENDS.wasm],
];

function symmetric(explorer: Explore, text: string): Promise<Exploration> {
  const options = { budget: NO_BUDGET, signal: undefined, onProgress: undefined };
  return exploreReduced(explorer, modelOf(text), { ...options, reductions: ["symmetry"] });
}

/**
 * Of two equal messages around another one either can be lost: the same loss by its name, and what
 * is left differs by a renaming only.
 *
 *     [Hi(Id1), Hi(Id2), Hi(Id1)]     lose the first  ──►  [Hi(Id2), Hi(Id1)]
 *                                     lose the last   ──►  [Hi(Id1), Hi(Id2)]
 */
const LOSSES = `module test
symmetric id Id
message Msg { Hi(who: Id) }
machine M {
  port out to : Msg
  initial mode A { step go { choose i in Id; send to.Hi(i) } }
}
machine N {
  port in from : Msg
  initial mode A { block from.Hi }
}
system S {
  m : M  n : N
  channel ch : m.to -> n.from fifo(3) lossy
}
check c of S { Id = 2  faults ch.lossy unbounded  allow stuck }`;

/** Each of three clients may fill its own queue, which is then full for the next message. */
const QUEUES = `module test
symmetric id Id
message Msg { Hi }
machine A(me: Id) {
  port out to : Msg
  initial mode On { step go { send to.Hi } }
}
machine B(me: Id) {
  port in from : Msg
  initial mode Off { block from.Hi }
}
system S {
  a[i: Id] : A(i)
  b[i: Id] : B(i)
  channel ch : a[i].to -> b[i].from fifo(1)
}
check c of S { Id = 3  allow stuck }`;

describe.each(EXPLORERS)("the %s search", (_, explorer) => {
  test("counts steps to different states of one orbit as different steps", async () => {
    const { states, transitions, graph } = await symmetric(explorer, LOSSES);
    // Two sends from each of 7 states; of 1, 2, 3 messages as many losses as there are runs.
    const [sends, losses] = [7 * 2, 2 + (2 * 1 + 2 * 2) + (2 * 1 + 4 * 2 + 2 * 3)];
    expect([states, graph.states]).toEqual([15, 8]);
    expect(transitions).toBe(sends + losses);
  });

  test("counts a full queue for each of those that stand for each other", async () => {
    const { states, graph, bounds } = await symmetric(explorer, QUEUES);
    expect([states, graph.states]).toEqual([8, 4]);
    // Each queue is full in half of the states.
    expect(bounds.map(({ subject, count }) => [subject, count])).toEqual([
      ["ch[Id1]", 4],
      ["ch[Id2]", 4],
      ["ch[Id3]", 4],
    ]);
  });
});
