/** What each kind of line of a refinement gives its place, in every state of a small system. */
import { describe, expect, test } from "vitest";
import { explore } from "../explore/explore.ts";
import { modelOf, show } from "../libretto-notation.ts";
import { createMeter } from "../reference/meter.ts";
import { NO_BUDGET } from "../verdict-notation.ts";
import { referenceImages } from "./images.ts";
import { mappedState } from "./mapped-state.ts";

const IMPL = `module m
id Key
enum Lamp { Red, Green }
record Pair { left: 0..3, right: bool }
message Note { Say(n: 0..3), Hush }
machine Teller {
  port out note : Note
  var n : 0..2 = 0
  initial mode Low { step up if n < 2 { n += 1; send note.Say(n) } step top if n == 2 -> High }
  mode High { step hush { send note.Hush } }
}
machine Listener { port in note : Note  initial mode Here { block note.Say, note.Hush } }
system Impl {
  teller : Teller
  listener : Listener
  channel note : teller.note -> listener.note fifo(3)
}
check c of Impl { Key = 2  allow stuck }
`;

/** The abstract states of all states of the implementation, each once, in the order of finding. */
async function images(items: string, lines: string): Promise<readonly string[]> {
  const text = `${IMPL}\n${items}\nrefinement R : Impl implements Abs { ${lines} }`;
  const model = modelOf(text);
  const [refinement] = model.refinements;
  if (refinement === undefined) throw new Error("no refinement");
  const options = { budget: NO_BUDGET, signal: undefined, onProgress: undefined };
  const { graph } = await explore(model, options);
  const fast = referenceImages(graph, refinement);
  const seen: string[] = [];
  for (let id = 0; id < graph.states; id++) {
    const { state, misfit } = mappedState(refinement, graph.state(id), createMeter());
    const image = fast.of(id);
    // The judge's way to the image agrees with the plain one.
    expect(image < 0 ? undefined : fast.state(image)).toEqual(misfit ? undefined : state);
    const shown = `${show(refinement.abstract, state)}${misfit ? " misfit" : ""}`;
    if (!seen.includes(shown)) seen.push(shown);
  }
  return seen;
}

/** An abstract system with one instance \`it\` of a machine with these variables. */
const one = (variables: string): string =>
  `machine It { ${variables} initial mode Only { } }  system Abs { it : It }`;

const CASES: readonly [name: string, items: string, lines: string, wanted: string[]][] = [
  [
    "a number",
    one("var v : 0..4 = 0"),
    "it.v = teller.n + 2",
    ["it=Only it.v=2", "it=Only it.v=3", "it=Only it.v=4"],
  ],
  [
    "a number that wraps",
    `type W = 0..2 wrap  ${one("var v : W = 0")}`,
    "it.v = teller.n + 2",
    ["it=Only it.v=2", "it=Only it.v=0", "it=Only it.v=1"],
  ],
  [
    "a number that does not fit",
    one("var v : 0..1 = 0"),
    "it.v = teller.n",
    ["it=Only it.v=0", "it=Only it.v=1", "it=Only it.v=2 misfit"],
  ],
  [
    "a map, entry by entry",
    one("var v : map<Key, 0..3> = 0"),
    "it.v[Key1] = 3  it.v[Key2] = teller.n",
    [
      "it=Only it.v={Key1: 3, Key2: 0}",
      "it=Only it.v={Key1: 3, Key2: 1}",
      "it=Only it.v={Key1: 3, Key2: 2}",
    ],
  ],
  [
    "a map, by a name for the key",
    one("var v : map<Lamp, bool> = false"),
    "it.v[l] = (l == Red) == (teller in Low)",
    ["it=Only it.v={Red: true, Green: false}", "it=Only it.v={Red: false, Green: true}"],
  ],
  [
    "a record, field by field",
    one("var v : Pair = Pair(0, false)"),
    "it.v.right = teller in High  it.v.left = 1",
    ["it=Only it.v=Pair(left: 1, right: false)", "it=Only it.v=Pair(left: 1, right: true)"],
  ],
  [
    "an armed timer and a pending interrupt",
    one("timer t 1s..2s  interrupt irq"),
    "it.t = teller in High  it.irq = teller.n == 0",
    [
      "it=Only it.t=false it.irq pending=true it.irq masked=false",
      "it=Only it.t=false it.irq pending=false it.irq masked=false",
      "it=Only it.t=true it.irq pending=false it.irq masked=false",
    ],
  ],
  [
    "the mode of an instance of the same machine",
    `machine Twin { port out note : Note  var n : 0..2 = 0
        initial mode A { step go -> B } mode B { } }
       system Abs { it : Teller  l : Listener  channel c : it.note -> l.note fifo(3) }`,
    "it.mode = teller.mode  it.n = 0  c = []",
    ["it=Low it.n=0 l=Here c=[]", "it=High it.n=0 l=Here c=[]"],
  ],
  [
    "a channel, and the messages of a bag in the order of values",
    `system Abs { it : Teller  l : Listener  channel c : it.note -> l.note bag(3) }`,
    "it.mode = teller.mode  it.n = 0  c = if teller in Low then [] else [Hush, Say(0)]",
    ["it=Low it.n=0 l=Here c=[]", "it=High it.n=0 l=Here c=[Say(0), Hush]"],
  ],
  [
    "a channel with its messages, more than there is room for",
    `system Abs { it : Teller  l : Listener  channel c : it.note -> l.note fifo(1) }`,
    "it.mode = Low  it.n = 0  c = note",
    [
      "it=Low it.n=0 l=Here c=[]",
      "it=Low it.n=0 l=Here c=[Say(1)]",
      "it=Low it.n=0 l=Here c=[Say(1), Say(2)] misfit",
      "it=Low it.n=0 l=Here c=[Say(1), Say(2), Hush] misfit",
    ],
  ],
  [
    "the namesakes, where there is no line",
    "system Abs { teller : Teller  listener : Listener  " +
      "channel other : teller.note -> listener.note fifo(3) }",
    "other = []",
    [
      "teller=Low teller.n=0 listener=Here other=[]",
      "teller=Low teller.n=1 listener=Here other=[]",
      "teller=Low teller.n=2 listener=Here other=[]",
      "teller=High teller.n=2 listener=Here other=[]",
    ],
  ],
];

describe("a line gives", () => {
  test.each(CASES)("%s", async (_, items, lines, wanted) => {
    expect(await images(items, lines)).toEqual(wanted);
  });
});
