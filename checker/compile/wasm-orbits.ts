/**
 * Orbits of a group in a core in WebAssembly.
 *
 *     successors ──forms──► what is stored for each ──► insert          in place, batch by batch
 *     state ──weigh──► `weight`, by which tallies go up                 before its routines run
 *
 * The states of all and the expanded ones among them are counted by two counters more, at the end
 * of those of the Code: so they are taken back with the others where a limit is met. Weights are
 * found anew when they are needed and not kept.
 */
import { ownPart } from "./wasm-base.ts";
import type { Code, Group, Routine } from "./code.ts";
import type { Orbits } from "./core.ts";
import { call, get, getGlobal, i32, i64, type Part, set, setGlobal } from "./wasm-code.ts";
import type { WasmLayout } from "./wasm-layout.ts";
import { upTo } from "./wasm-lookup.ts";
import type { ModuleBuilder } from "./wasm-module.ts";
import { translateRoutine } from "./wasm-routine.ts";
import { addressOf, countOf, putOutside, type Store, talliesOf } from "./wasm-store.ts";

/** Numbers of functions and of the global that tallies go up by. */
export interface OrbitFunctions {
  /** (end of successors): replaces those in the buffer by what is stored for them. */
  readonly forms: number;
  /** (address of a state): sets the weight. */
  readonly weigh: number;
  readonly weight: number;
}

export function defineOrbits(
  module: ModuleBuilder,
  layout: WasmLayout,
  { order, routine }: Group,
): OrbitFunctions {
  const keeping = module.global("i32", "keeping");
  const weight = module.global("i64");
  // It neither sights nor fills the buffer.
  const surroundings = { layout, registers: [keeping], flush: 0, sight: 0, bare: true };
  const { locals, body } = translateRoutine(routine, surroundings);
  const form = module.declare(["i32", "i32", "i32"], ["i32"]);
  module.define(
    form,
    Array.from({ length: locals }, () => "i32" as const),
    body,
  );
  module.export("form", form);
  const forms = module.declare(["i32"], []);
  const [end, state, given] = [0, 1, 2];
  const formAt = (at: Part): Part => set(given, call(form, i32.const(0), get(state), at));
  module.define(
    forms,
    ["i32", "i32"],
    [
      set(state, ownPart(layout, layout.buffer)),
      upTo(state, get(end), layout.stride, formAt(get(state))),
    ],
  );
  const weigh = module.declare(["i32"], []);
  const share = i32.divU(i32.const(order), getGlobal(keeping));
  module.define(
    weigh,
    ["i32", "i32"],
    [
      set(state, get(0)),
      formAt(ownPart(layout, layout.form)),
      setGlobal(weight, i64.extend(share)),
    ],
  );
  return { forms, weigh, weight };
}

// ---------------------------------------------------------------------------- around an instance

/** The Code with counters for all states, and for the expanded ones, if it has a group. */
export function countingOrbits(code: Code): Code {
  if (code.group === undefined) return code;
  const { counters } = code;
  const count = (counter: number): Routine => ({ locals: 0, body: [{ do: "count", counter }] });
  return {
    ...code,
    counters: counters + 2,
    judge: [...code.judge, count(counters)],
    expand: [...code.expand, count(counters + 1)],
  };
}

/** What a store knows of orbits; `code` is what `countingOrbits` was given. */
export function orbitsOf(store: Store, { counters, group, words }: Code): Orbits | undefined {
  if (group === undefined) return undefined;
  const { exports, layout, memories } = store;
  return {
    get states() {
      return Number(talliesOf(store).counters[counters]);
    },
    get expanded() {
      return Number(talliesOf(store).counters[counters + 1]);
    },
    canonical(state) {
      putOutside(store, state);
      exports.form(0, layout.outside, layout.form);
      return new Uint32Array(memories.states.buffer, layout.form, words).slice();
    },
  };
}

/** Counts the states that a store was restored with, of which those before `next` are expanded. */
export function recount(store: Store, { counters, group }: Code, next: number): void {
  if (group === undefined) return;
  const { exports, layout } = store;
  const sums = [0, 0];
  for (let id = 0; id < countOf(store); id++) {
    exports.form(0, addressOf(store, id), layout.form);
    const weight = group.order / exports.keeping.value;
    sums[0] = (sums[0] ?? 0) + weight;
    if (id < next) sums[1] = (sums[1] ?? 0) + weight;
  }
  talliesOf(store).counters.set(sums.map(BigInt), counters);
}
