/**
 * The memory models against the published litmus tests: the sets of final states under `sc` and
 * `tso` are exactly those that herd7 gives for x86-TSO, and the numbers of states are those of an
 * independent explorer. The suite lies beside the repository, not in it.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Model, Value } from "../spec/model.ts";
import { graphOf, modelOf } from "./libretto-notation.ts";

interface Litmus {
  readonly name: string;
  readonly init?: Readonly<Record<string, number>>;
  readonly threads: readonly (readonly string[])[];
  readonly states: { readonly sc: number; readonly tso: number };
  readonly finals_sc: readonly string[];
  readonly finals_tso_extra?: readonly string[];
}

const FILE = new URL("../../shared/reference/litmus-x86tso.json", import.meta.url);

/** `inc(x)` reads and writes in two steps. */
function stepsOf(operation: string): readonly string[] {
  const plain = /^inc\((\w)\)$/.exec(operation)?.[1];
  if (plain === undefined) return [statement(operation)];
  return [`temp = mem.${plain}`, `mem.${plain} = temp + 1; temp = 0`];
}

function statement(operation: string): string {
  const patterns: readonly [RegExp, string][] = [
    [/^(r\d)=xchg\((\w),(\d)\)$/, "$1 = swap(mem.$2, $3)"],
    [/^(r\d)=cas\((\w),(\d),(\d)\)$/, "$1 = mem.$2; cas(mem.$2, $3, $4)"],
    [/^lockinc\((\w)\)$/, "swap(mem.$1, mem.$1 + 1)"],
    [/^(r\d)=(\w)$/, "$1 = mem.$2"],
    [/^(\w)=(\d)$/, "mem.$1 = $2"],
    [/^mfence$/, "fence"],
    [/^[ls]fence$/, ""],
  ];
  const found = patterns.find(([pattern]) => pattern.test(operation));
  if (found === undefined) throw new Error(`no translation for ${operation}`);
  return operation.replace(found[0], found[1]);
}

function locationsOf(test: Litmus): readonly string[] {
  const named = test.threads.flat().flatMap((operation) => {
    const [, stored] = /^(\w)=\d$/.exec(operation) ?? [];
    const [, loaded] = /^r\d=(\w)$/.exec(operation) ?? [];
    const [, locked] = /\((\w)/.exec(operation) ?? [];
    return [stored, loaded, locked].flatMap((location) => location ?? []);
  });
  return [...new Set(named)].toSorted();
}

function registersOf(thread: readonly string[]): readonly string[] {
  return [...new Set(thread.flatMap((operation) => /^r\d/.exec(operation) ?? []))].toSorted();
}

function libretto(test: Litmus, memory: string): string {
  const shared = locationsOf(test).map(
    (location) => `shared var ${location} : V = ${test.init?.[location] ?? 0}`,
  );
  const threads = test.threads.map((thread, number) => {
    const registers = [...registersOf(thread), "temp"].map((name) => `  var ${name} : V = 0`);
    const lines = thread.flatMap(stepsOf).map((body, index) => `  L${index}: { ${body} }`);
    return `thread T${number} {\n${[...registers, ...lines].join("\n")}\n}`;
  });
  const instances = test.threads.map((_, number) => `  t${number} : T${number}`);
  return `type V = 0..3
machine Memory {\n${shared.join("\n")}\n}
${threads.join("\n")}
system S {
  memory ${memory}
  mem : Memory
${instances.join("\n")}
}
check c of S { }
`;
}

function finalsOf(test: Litmus, model: Model, ends: readonly (readonly Value[])[]): string[] {
  const value = (state: readonly Value[], name: string): string =>
    String(state[model.slots.findIndex((slot) => slot.name === name)]);
  const finals = ends.map((state) => {
    const registers = test.threads.flatMap((thread, number) =>
      registersOf(thread).map((name) => `${number}:${name}=${value(state, `t${number}.${name}`)}`),
    );
    const memory = locationsOf(test).map(
      (location) => `[${location}]=${value(state, `mem.${location}`)}`,
    );
    return [...registers, ...memory].join("; ");
  });
  return [...new Set(finals)].toSorted();
}

describe.skipIf(!existsSync(FILE))("litmus tests (shared/reference beside the repository)", () => {
  const file = existsSync(FILE) ? readFileSync(FILE, "utf8") : '{"tests":[]}';
  const suite: { readonly tests: readonly Litmus[] } = JSON.parse(file);

  it.each(suite.tests)("$name ends as x86 does, under sc and tso", (test) => {
    const stores = Math.max(...test.threads.map((thread) => thread.length), 1);
    for (const memory of ["sc", `tso(${stores})`] as const) {
      const model = modelOf(libretto(test, memory));
      const graph = graphOf(model);
      const extra = memory === "sc" ? [] : (test.finals_tso_extra ?? []);
      const wanted = [...test.finals_sc, ...extra].toSorted();
      expect(finalsOf(test, model, graph.ends)).toEqual(wanted);
      expect(graph.states.length).toBe(memory === "sc" ? test.states.sc : test.states.tso);
    }
  });
});
