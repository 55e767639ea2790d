import { assign, createMachine, type AnyStateMachine } from "xstate";
import { describe, expect, test } from "vitest";
import { modelOf } from "../../checker/libretto-notation.ts";
import type { Value } from "../../spec/model.ts";
import { createModelSystem, type ModelSystem } from "../play/model-system.ts";
import { referenceSource } from "../play/reference-source.fixture.ts";
import { visitAll } from "../schedule/exhaustive.ts";
import { hunt } from "../schedule/hunt.ts";
import { replay } from "../schedule/run.ts";
import { PART_VIOLATION, type PartSource, withPart } from "./part.ts";
import { withMachines } from "./system-of.ts";

const LIBRARY = `module library
id Client
message Ask { Borrow(c: Client), Return }
message Answer { Yes(n: 0..3), No }
machine Library {
  port in desk : Ask
  port out post : Answer per Client
  var lent : 0..3 = 0
  initial mode Full {
    on desk.Borrow(c) -> Empty { lent = 1; send post[c].Yes(1) }
    on desk.Return
  }
  mode Empty {
    on desk.Borrow(c) { send post[c].No }
    on desk.Return -> Full { lent = 0 }
    step audit
  }
  fault fire from Empty -> Full { lent = 0 }
}
machine Reader(me: Client) {
  port out desk : Ask
  port in post : Answer
  initial mode Home { step ask -> Waits { send desk.Borrow(me) } }
  mode Waits { on post.Yes(n) -> Reads  on post.No -> Home }
  mode Reads { step back -> Home { send desk.Return } }
  otherwise drop
}
system Town {
  library : Library
  reader[c: Client] : Reader(c)
  channel desk : reader[*].desk -> library.desk fifo(2)
  channel post : library.post[c] -> reader[c].post DISCIPLINE
}
check c of Town { Client = CLIENTS  faults library.fire <= 1  allow stuck }
`;

const town = (discipline = "fifo(1)", clients = 2): ReturnType<typeof referenceSource> =>
  referenceSource(
    modelOf(LIBRARY.replace("DISCIPLINE", discipline).replace("CLIENTS", String(clients))),
  );

const answer = (message: string, fields: object): object => ({
  type: "send",
  params: ({ event }: { readonly event: { readonly c?: string } }) => ({
    channel: `post[${event.c}]`,
    message,
    fields,
  }),
});

/** Right, with a state and a variable of its own; `change` makes it wrong. */
function librarian(change: (states: Record<string, object>) => void = () => {}): AnyStateMachine {
  const states: Record<string, object> = {
    Full: {
      on: { Borrow: { target: "Empty.Calm", actions: [answer("Yes", { n: 1 }), "stamp"] } },
    },
    Empty: {
      initial: "Calm",
      states: {
        Calm: { on: { Borrow: { target: "Busy", actions: answer("No", {}) } } },
        Busy: { on: { Borrow: { actions: answer("No", {}) }, audit: "Calm" } },
      },
      on: { Return: "Full", fire: "Full" },
    },
  };
  change(states);
  const config = { id: "librarian", initial: "Full", context: { asked: 0 }, states };
  const actions = {
    stamp: assign(({ context }: { context: { asked: number } }) => ({
      asked: (context.asked + 1) % 2,
    })),
  };
  return createMachine(config as object, { actions } as object);
}

type Part = PartSource<readonly Value[]>;
const partOf = (machine: AnyStateMachine, clients = 2): Part =>
  withPart(town("fifo(1)", clients), 0, machine);
const isWrong = (system: ModelSystem): boolean => system.wrong.includes(PART_VIOLATION);

test("a part that keeps to the Model is never wrong, in any state that it can reach", () => {
  const source = partOf(librarian());
  const waiting = [...source.initial()];
  const known = new Set(waiting.map((state) => source.key(state)));
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    for (const step of source.steps(state)) {
      expect(source.misstep(step)).toBeUndefined();
      if (step.state === undefined || known.has(source.key(step.state))) continue;
      known.add(source.key(step.state));
      waiting.push(step.state);
    }
  }
  expect(known.size).toBeGreaterThan(50);
});

test("its own states are part of the state, and it may decline a step", () => {
  const { states } = visitAll(createModelSystem(partOf(librarian())));
  const { states: plain } = visitAll(createModelSystem(town()));
  expect(states).toBeGreaterThan(plain);
  const system = createModelSystem(partOf(librarian()));
  const labels = (): readonly string[] => system.choices().map((one) => system.describe(one));
  for (const label of ["reader[Client1].ask", "library.Borrow(Client1)"]) {
    const choice = system.choices().find((one) => system.describe(one) === label);
    expect(choice).toBeDefined();
    if (choice !== undefined) system.take(choice);
  }
  expect(labels()).not.toContain("library.audit");
});

test("the Model's variables follow what the part does", () => {
  const system = createModelSystem(partOf(librarian()));
  const { model } = system.source;
  const lent = model.slots.findIndex(({ name }) => name === "library.lent");
  const { found } = hunt(
    system,
    { seeds: [1, 50], steps: 30 },
    () => system.source.values(system.state)[lent] === 1,
  );
  expect(found).toBeDefined();
});

describe("a part that does something else", () => {
  const wrongs: readonly (readonly [string, (states: Record<string, object>) => void, object])[] = [
    [
      "goes elsewhere",
      (states) => {
        states["Full"] = { on: { Borrow: { actions: answer("Yes", { n: 1 }) } } };
      },
      {
        event: 'Borrow {"c":"Client1","channel":"desk"}',
        did: 'is then in `Full` and sends `post[Client1].Yes` {"n":1}',
      },
    ],
    [
      "sends another message",
      (states) => {
        states["Full"] = { on: { Borrow: { target: "Empty", actions: answer("Yes", { n: 2 }) } } };
      },
      { did: 'is then in `Empty` and sends `post[Client1].Yes` {"n":2}' },
    ],
    [
      "answers twice",
      (states) => {
        const twice = [answer("Yes", { n: 1 }), answer("Yes", { n: 1 })];
        states["Full"] = { on: { Borrow: { target: "Empty", actions: twice } } };
      },
      { instance: "library" },
    ],
    [
      "forgets to answer",
      (states) => {
        states["Full"] = { on: { Borrow: "Empty" } };
      },
      {
        did: "is then in `Empty` and sends nothing",
        allowed: [
          {
            label: "library.Borrow(Client1)",
            does: 'is then in `Empty` and sends `post[Client1].Yes` {"n":1}',
          },
        ],
      },
    ],
    [
      "does not hear a message",
      (states) => {
        states["Full"] = {};
      },
      { did: "is then in `Full` and sends nothing" },
    ],
    [
      "survives a fire",
      (states) => {
        const Calm = { on: { Borrow: { actions: answer("No", {}) } } };
        states["Empty"] = { initial: "Calm", states: { Calm }, on: { Return: "Full" } };
      },
      { event: "fire", did: "is then in `Empty` and sends nothing" },
    ],
  ];

  test.each(wrongs)("%s: found, shrunk, and told", (_what, change, told) => {
    const source = partOf(librarian(change), 1);
    const system = createModelSystem(source);
    const options = { seeds: [1, 200], steps: 40 } as const;
    const { found } = hunt(system, options, () => isWrong(system));
    const choices = found?.shrunk?.run.choices ?? [];
    const last = choices.at(-1);
    expect(last).toBeDefined();
    const fresh = createModelSystem(source);
    replay(fresh, choices.slice(0, -1));
    const step = last === undefined ? undefined : fresh.stepOf(last);
    expect(step === undefined ? undefined : source.misstep(step)).toMatchObject(told);
    replay(fresh, choices.slice(-1));
    expect(fresh.wrong).toEqual([PART_VIOLATION]);
  });
});

test("parts and generated machines play together", () => {
  const system = createModelSystem(withMachines(partOf(librarian()), [1, 2]));
  const { states } = visitAll(system);
  expect(states).toBe(visitAll(createModelSystem(partOf(librarian()))).states);
});

describe("refused", () => {
  const refused = (states: (all: Record<string, object>) => void): (() => unknown) => {
    const system = (): ModelSystem => createModelSystem(partOf(librarian(states)));
    return () => visitAll(system());
  };
  test.each<readonly [string, string, () => unknown]>([
    [
      "a clock",
      "uses xstate.raise",
      refused((all) => Object.assign(all["Full"] ?? {}, { after: { 10: "Empty" } })),
    ],
    [
      "another beginning",
      "begins in `Empty`; the Model in `Full`",
      () => partOf(createMachine({ id: "m", initial: "Empty", states: { Empty: {} } })).initial(),
    ],
    [
      "a context that is no data",
      "plain data only",
      () => {
        const context = { seen: new Set() };
        const machine = createMachine({ initial: "Full", context, states: { Full: {} } });
        return createModelSystem(partOf(machine)).key();
      },
    ],
    ["a rendezvous", "no part can play it", () => withPart(town("rendezvous"), 0, librarian())],
    [
      "a send without a channel",
      "sends without a channel",
      refused((all) => {
        all["Full"] = { on: { Borrow: { target: "Empty", actions: { type: "send" } } } };
      }),
    ],
  ])("%s", (_what, message, use) => {
    expect(use).toThrow(message);
  });
});
