/** Which ids are interchangeable, and the canonical form of states. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model, Value } from "../../spec/model.ts";
import { part, parts, setOf, compareValues } from "../../spec/values.ts";
import { modelOf } from "../libretto-notation.ts";
import { unpackEntry } from "../reference/memory.ts";
import { arbitrarySystem } from "./arbitrary-system.fixture.ts";
import { canonicalForm } from "./canonical.ts";
import { permutationOf, permuteState } from "./permutation.ts";
import { type Action, permutePlan, type SwapPlan } from "./permute-plan.ts";
import { search, withoutRuns } from "./reduce-notation.ts";
import { symmetryOf } from "./symmetry.ts";

/** A system of one machine `m` per id, with the given lines; `Id` has `size` values. */
function system(size: number, machine: string, lines = "", module = ""): Model {
  return modelOf(`module test
symmetric id Id
message Msg { Hi(who: Id), Bye }
${module}
machine M(me: Id) {
  ${machine}
}
system S {
  m[i: Id] : M(i)
  ${lines}
}
check c of S { Id = ${size}  allow stuck }`);
}

/** Why the ids are not interchangeable; "" when they are. */
function refusal(model: Model): string {
  return symmetryOf(model)
    .refused.map(({ reason }) => reason)
    .join();
}

const MODES = "initial mode A { step go -> B } mode B { }";

/** `k` sends to itself, so that a queue can remember an order. */
const keeper = (variables: string, body: string): string => `machine K {
  port out away : Msg
  port in back : Msg
  var all : set<Id> = {}
  ${variables}
  initial mode A { step go -> B { ${body} } on back.Hi(who) { all += who } }
  mode B { on back.Hi(who) { all -= who } }
  otherwise drop
}`;
const KEPT = "k : K  channel loop : k.away -> k.back fifo(2)";
const kept = (body: string, variables = ""): Model =>
  system(2, MODES, KEPT, keeper(variables, body));

describe("ids are interchangeable", () => {
  test.each([
    [
      "in modes and variables",
      system(3, "var x : Id? = none initial mode A { step a { x = me } }"),
    ],
    ["as keys of maps", kept("all = {}", "var seen : map<Id, bool> = false")],
    ["when compared", system(2, "initial mode A { step a if me == me -> B } mode B { }")],
    ["quantified over", system(3, MODES, "invariant I: exists i in Id: m[i] in A")],
    ["in a set that a loop fills", kept("for i in Id { all += i }")],
    [
      "in map entries that a loop writes",
      kept("for i in Id { n[i] = 1 }", "var n : map<Id, 0..1> = 0"),
    ],
    ["where a loop writes one constant", kept("for i in all { x = 1 }", "var x : 0..1 = 0")],
    ["where a choice picks one", kept("choose i in Id; send away.Hi(i)")],
  ])("%s", (_, model) => expect(refusal(model)).toBe(""));

  test.each([
    ["a loop sends into one queue", "for i in Id { send away.Hi(i) }", ""],
    ["the last round of a loop wins", "for i in Id { x = i }", "var x : Id? = none"],
    ["rounds read what others write", "for i in Id { if all.size < 1 { all += i } }", ""],
    [
      "rounds end the step in two ways",
      "for i in Id { assert i in all; x += 1 }",
      "var x : 0..1 = 0",
    ],
  ])("not when %s", (_, body, variables) => {
    expect(refusal(kept(body, variables))).toContain("the order of a `for` over Id can matter");
  });

  test("not when an initial value picks one out", () => {
    const model = kept("all = {}", "var x : Id? = none");
    const slots = model.slots.map((slot) => (slot.name === "k.x" ? { ...slot, initial: 1 } : slot));
    expect(refusal({ ...model, slots })).toBe(
      "initial states differ when Id1 and Id2 change places",
    );
  });

  test("not when one of them has a step more", () => {
    const model = system(2, MODES);
    const [first, ...others] = model.transitions;
    const silent = first === undefined ? [] : [{ ...first, effects: [] }];
    expect(refusal({ ...model, transitions: [...silent, ...others] })).toBe(
      "transitions differ when Id1 and Id2 change places",
    );
  });

  test("not when two of them index a queue", () => {
    const pairs = modelOf(`module test
symmetric id Id
message Msg { Hi }
machine A(me: Id) {
  port out to : Msg per Id
  initial mode On { step go { for i in Id { send to[i].Hi } } }
}
machine B(me: Id) {
  port in from : Msg per Id
  initial mode On { on from[i].Hi }
}
system S {
  a[i: Id] : A(i)
  b[j: Id] : B(j)
  channel ch : a[i].to[j] -> b[j].from[i] fifo(1)
  invariant Few: forall i in Id: forall j in Id: ch[i][j].size < 2
}
check c of S { Id = 2 }`);
    expect(refusal(pairs)).toContain("used as numbers: in a comparison, or as one of two indices");
  });

  test("not when there are too many permutations", () => {
    expect(refusal(system(9, MODES))).toBe("there would be more than 40320 permutations");
  });
});

// ---------------------------------------------------------------------------- canonical forms

/** All orders of `0..size-1`. */
function orders(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return orders(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => order.toSpliced(at, 0, size - 1)),
  );
}

/** All that a state can be renamed to, by the plainest way there is. */
function orbitOf(model: Model, state: readonly Value[]): readonly string[] {
  const { symmetry } = symmetryOf(model);
  const renamings = (symmetry?.types ?? []).reduce<
    readonly ReadonlyMap<string, readonly number[]>[]
  >(
    (all, { name, size }) =>
      all.flatMap((ids) => orders(size).map((order) => new Map([...ids, [name, order]]))),
    [new Map()],
  );
  const moved = renamings.map((ids) => {
    const permutation = permutationOf(model, ids);
    if (permutation === undefined) throw new Error("not admitted");
    return JSON.stringify(permuteState(model, state, permutation));
  });
  return [...new Set(moved)].toSorted();
}

const small = arbitrarySystem.map((text) => withoutRuns(modelOf(text)));
const STATES = 40;

/** Some reachable states of a Model. */
async function statesOf(model: Model): Promise<readonly (readonly Value[])[]> {
  const { graph } = await search({ ...model, allowStuck: true });
  const step = Math.max(1, Math.floor(graph.states / STATES));
  return Array.from({ length: Math.min(STATES, graph.states) }, (_, at) => graph.state(at * step));
}

describe("the canonical form", () => {
  test("is one of the orbit, the same for all of it, and knows its size", async () => {
    await fc.assert(
      fc.asyncProperty(small, async (model) => {
        const { symmetry } = symmetryOf(model);
        if (symmetry === undefined) return;
        const canonical = canonicalForm(symmetry);
        for (const state of await statesOf(model)) {
          const orbit = orbitOf(model, state);
          const found = canonical(state);
          expect(orbit).toContain(JSON.stringify(found.state));
          expect(found.orbit).toBe(orbit.length);
          expect(permuteState(model, state, found.permutation)).toEqual(found.state);
          for (const twin of orbit) {
            const again = canonical(JSON.parse(twin) as readonly Value[]);
            expect(again.state).toEqual(found.state);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  test("of interchangeable ids costs no factorial", () => {
    const model = system(8, MODES);
    const { symmetry } = symmetryOf(model);
    const canonical = symmetry === undefined ? undefined : canonicalForm(symmetry);
    const state = [0, 1, 0, 1, 1, 1, 0, 1];
    const ways = (8 * 7 * 6) / 6;
    expect(canonical?.(state)).toMatchObject({ state: [1, 1, 1, 1, 1, 0, 0, 0], orbit: ways });
  });

  test("256 states of eight twins are 9, and all are counted", async () => {
    const found = await search(system(8, MODES), "symmetry");
    expect([found.states, found.transitions, found.graph.states]).toEqual([256, 1024, 9]);
  });
});

// ---------------------------------------------------------------------------- the plan

/** A swap by its plan alone. */
function follow(plan: SwapPlan, model: Model, state: readonly Value[]): readonly Value[] {
  const moved: Value[] = [...state];
  for (const [slot, to] of plan.slots.entries()) {
    const buffer = model.slots[slot]?.role.role === "buffer";
    const value = part(state, slot);
    const changed = buffer
      ? parts(value).map((entry) => followEntry(plan, entry))
      : act(plan.values[slot], value);
    moved[to] = plan.sorted.includes(slot) ? parts(changed).toSorted(compareValues) : changed;
  }
  return moved;
}

/** Entries of the random systems go to a slot, or to one entry of a map in it. */
function followEntry(plan: SwapPlan, packed: Value): Value {
  const { slot, path, value } = unpackEntry(packed);
  const action = plan.values[slot];
  const inside = path.length > 0 && action?.kind === "map" ? action : undefined;
  const keys = path.map((key) => inside?.keys[Number(key)] ?? key);
  return [plan.slots[slot] ?? slot, keys, act(inside === undefined ? action : inside.value, value)];
}

function act(action: Action | undefined, value: Value): Value {
  if (action === undefined || value === null) return value;
  switch (action.kind) {
    case "id": {
      const [one, other] = action.swap;
      return value === one ? other : value === other ? one : value;
    }
    case "optional":
      return act(action.of, value);
    case "set":
      return setOf(parts(value).map((element) => act(action.of, element)));
    case "list":
      return parts(value).map((element) => act(action.of, element));
    case "record":
      return parts(value).map((field, at) => act(action.fields[at], field));
    case "message": {
      const fields = action.kinds[Number(part(value, 0))] ?? [];
      return parts(value).map((field, at) => act(at === 0 ? undefined : fields[at - 1], field));
    }
    case "map": {
      const entries = [...parts(value)];
      for (const [from, to] of action.keys.entries())
        entries[to] = act(action.value, part(value, from));
      return entries;
    }
    case "store":
      return value;
  }
}

test("the plan of a swap does what the swap does", async () => {
  await fc.assert(
    fc.asyncProperty(small, async (model) => {
      const { symmetry } = symmetryOf(model);
      if (symmetry === undefined) return;
      const plan = permutePlan(symmetry);
      for (const state of await statesOf(model)) {
        for (const [at, { swaps }] of symmetry.types.entries()) {
          for (const [first, swap] of swaps.entries()) {
            const planned = plan.types[at]?.swaps[first];
            if (planned === undefined) throw new Error("a swap without a plan");
            expect(follow(planned, model, state)).toEqual(permuteState(model, state, swap));
          }
        }
      }
    }),
    { numRuns: 12 },
  );
});
