/** The canonical form in compiled code against all permutations by the plainest way there is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Model, Type, Value } from "../../spec/model.ts";
import { setOf, valuesOf } from "../../spec/values.ts";
import { explore } from "../explore/explore.ts";
import { modelOf } from "../libretto-notation.ts";
import { arbitrarySystem } from "../reduce/arbitrary-system.fixture.ts";
import { permutationOf, permuteState } from "../reduce/permutation.ts";
import { permutePlan } from "../reduce/permute-plan.ts";
import { withoutRuns } from "../reduce/reduce-notation.ts";
import { factorial, type Symmetry, symmetryOf } from "../reduce/symmetry.ts";
import { compileRoutines } from "./javascript.ts";
import { encodeState, type Layout, layoutOf } from "./layout.ts";
import { scriptOf } from "./permute-script.ts";
import { permuteRoutine } from "./permute.ts";
import { Unsupported } from "./unsupported.ts";

/** All orders of `0..size-1`. */
function orders(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return orders(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => order.toSpliced(at, 0, size - 1)),
  );
}

/** All permutations of a state in packed form, and how many keep the state. */
function orbitOf({ model, types }: Symmetry, layout: Layout, state: readonly Value[]): Orbit {
  const renamings = types.reduce<readonly ReadonlyMap<string, readonly number[]>[]>(
    (all, { name, size }) =>
      all.flatMap((ids) => orders(size).map((order) => new Map([...ids, [name, order]]))),
    [new Map()],
  );
  const own = encodeState(layout, state).join();
  const moved = renamings.map((ids) => {
    const permutation = permutationOf(model, ids);
    if (permutation === undefined) throw new Error("not admitted");
    return encodeState(layout, permuteState(model, state, permutation));
  });
  return { states: moved, kept: moved.filter((words) => words.join() === own).length };
}

interface Orbit {
  readonly states: readonly Uint32Array[];
  readonly kept: number;
}

/** Some reachable states of a Model. */
async function statesOf(model: Model, count: number): Promise<readonly (readonly Value[])[]> {
  const budget = { milliseconds: undefined, bytes: undefined, states: 20 * count };
  const { graph } = await explore(model, { budget, signal: undefined, onProgress: undefined });
  return Array.from({ length: Math.min(count, graph.states) }, (_, at) =>
    graph.state(Math.floor((at * graph.states) / Math.min(count, graph.states))),
  );
}

interface Found {
  readonly form: string;
  readonly kept: number;
}

type Form = (state: Uint32Array) => Found;

/** The routine as a function of states; undefined where a Model is beyond it. */
function canonical(symmetry: Symmetry, layout: Layout): Form | undefined {
  try {
    const target = new Int32Array(layout.words);
    const host = { target, counters: new Float64Array(0), emit: () => {}, sight: () => {} };
    const code = { words: layout.words, registers: 1 };
    const run = compileRoutines([permuteRoutine(permutePlan(symmetry), layout)], code, host);
    return (state) => {
      const kept = run(Int32Array.from(state), 0);
      return { form: Uint32Array.from(target).join(), kept };
    };
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

/** The law of a canonical form, in one state. */
function obeys(symmetry: Symmetry, layout: Layout, find: Form, state: readonly Value[]): void {
  const { states, kept } = orbitOf(symmetry, layout, state);
  const { form } = find(encodeState(layout, state));
  expect(states.map((words) => words.join())).toContain(form);
  expect(states.map(find)).toEqual(states.map(() => ({ form, kept })));
}

test("all states of an orbit get one state of it, and what keeps a state is counted", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(arbitrarySystem, async (text) => {
      const model = withoutRuns(modelOf(text));
      const { symmetry } = symmetryOf(model);
      if (symmetry === undefined) return;
      const layout = layoutOf(model);
      const find = canonical(symmetry, layout);
      if (find === undefined) return;
      for (const state of await statesOf(model, 30)) {
        obeys(symmetry, layout, find, state);
        compared++;
      }
    }),
    { numRuns: 20 },
  );
  expect(compared).toBeGreaterThan(100);
});

// ---------------------------------------------------------------------------- kinds of values

/** Two symmetric types, of which the variables and messages are made. */
const holding = (variables: string): Model =>
  modelOf(`module test
symmetric id Id
symmetric id Key
record Pair { one: Id, other: Id?, n: 0..2 }
record Wide { pairs: list<Pair; 5>, keys: set<Key> }
message Msg { Two(pair: Pair), Some(ids: set<Id>, n: 0..1), One(key: Key), Bye }
machine N {
  port in from : Msg
  initial mode A { block from.Two, from.Some, from.One, from.Bye }
}
machine M {
  port out to : Msg
  ${variables}
  initial mode A { step go { send to.Bye } }
}
machine A(me: Id) { initial mode A { step go -> B } mode B { } }
machine B(me: Key) {
  var id : Id? = none
  var ids : set<Id> = {}
  var of : map<Id, bool> = false
  initial mode A { step go -> B }
  mode B { }
}
system S {
  m : M  n : N
  a[i: Id] : A(i)
  b[k: Key] : B(k)
  channel ch : m.to -> n.from bag(3)
}
check c of S { Id = 3  Key = 2  allow stuck }`);

/** Any value of a type, also one that no run leads to. */
function valueOf(type: Type): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "optional":
      return fc.oneof(fc.constant(null), valueOf(type.of));
    case "record":
      return fc.tuple(...type.fields.map((field) => valueOf(field.type)));
    case "message":
      return fc.oneof(
        ...type.kinds.map(({ fields }, kind) =>
          fc.tuple(fc.constant(kind), ...fields.map((field) => valueOf(field.type))),
        ),
      );
    case "set":
      return fc.array(valueOf(type.of), { maxLength: 6 }).map(setOf);
    case "list":
      return fc.array(valueOf(type.of), { maxLength: type.capacity });
    case "map":
      return fc.tuple(...valuesOf(type.key).map(() => valueOf(type.value)));
    default:
      return fc.constantFrom(...valuesOf(type));
  }
}

test.each([
  "var p : Pair? = none",
  "var p : set<Pair> = {}",
  "var p : list<Pair; 3> = []",
  "var p : map<Id, Pair?>? = none",
  "var p : map<Id, 0..3> = 0  var q : map<Id, set<Key>>? = none",
  "var p : map<Key, bool> = false  var q : map<Id, 0..2000> = 0",
  "var p : map<Id, Key?>? = none  var q : map<Key, map<Id, bool>>? = none",
  "var p : Wide? = none",
  "var p : list<set<Id>; 3> = []",
  "var p : set<Id> = {}  var q : set<Key> = {}  var r : set<Id?> = {}",
])("ids in %s and in messages of a bag are moved", (variables) => {
  const model = holding(variables);
  const { symmetry } = symmetryOf(model);
  const layout = layoutOf(model);
  const find = symmetry && canonical(symmetry, layout);
  if (symmetry === undefined || find === undefined) throw new Error("not compiled");
  expect(symmetry.order).toBe(12);
  fc.assert(
    fc.property(fc.tuple(...model.slots.map(({ type }) => valueOf(type))), (state) =>
      obeys(symmetry, layout, find, state),
    ),
    { numRuns: 40 },
  );
});

test.each([
  ["store buffers", "memory tso(1)", 3, "store buffers under symmetry"],
  ["720 permutations", "", 6, "more than 120 permutations of ids"],
])("%s are refused in words", (_, memory, ids, why) => {
  const model = modelOf(`module test
symmetric id Id
machine Memory { shared var x : 0..1 = 0 }
thread T(me: Id) { A: { mem.x = 1 } }
system S { ${memory} mem : Memory t[i: Id] : T(i) }
check c of S { Id = ${ids}  allow stuck }`);
  const { symmetry } = symmetryOf(model);
  if (symmetry === undefined) throw new Error("no symmetry");
  const write = (): unknown => permuteRoutine(permutePlan(symmetry), layoutOf(model));
  expect(write).toThrow(new Unsupported(why));
});

// ---------------------------------------------------------------------------- scripts

test.each([[[2]], [[5]], [[2, 3]], [[3, 2, 2]]])(
  "the script for %j visits each order once",
  (sizes) => {
    const types = sizes.map((size, type) => ({
      name: `${type}`,
      size,
      swaps: Array.from({ length: size - 1 }, (_, first) => ({
        type: `${type}`,
        ids: [first, first + 1] as const,
        slots: [],
        values: [],
        sorted: [],
      })),
    }));
    const swaps = types.flatMap((type) => type.swaps);
    const order = sizes.reduce((product, size) => product * factorial(size), 1);
    const at = sizes.map((size) => Array.from({ length: size }, (_, place) => place));
    const seen = new Set([JSON.stringify(at)]);
    const script = scriptOf({ types }, 2 ** swaps.length - 1);
    for (const number of script) {
      const { type, ids } = swaps[number] ?? { type: "", ids: [0, 0] };
      const own = at[Number(type)] ?? [];
      [own[ids[0]], own[ids[1]]] = [own[ids[1]] ?? -1, own[ids[0]] ?? -1];
      seen.add(JSON.stringify(at));
    }
    expect([script.length, seen.size]).toEqual([order - 1, order]);
    // Where no two ids are alike there is one order.
    expect(scriptOf({ types }, 0)).toEqual([]);
  },
);
