/**
 * The emulated memory against the published litmus tests: exactly the same final states and
 * numbers of states, and every one of fifteen wrong machines is found out.
 */
import { describe, expect, test } from "vitest";
import { visitAll } from "../schedule/exhaustive.ts";
import { createLitmusMachine, type LitmusMachine } from "./machine.ts";
import { readProgram } from "./program.ts";
import { type Litmus, SUITE } from "./suite.fixture.ts";
import { type WrongMachine, WRONG_MACHINES } from "./wrong-machines.fixture.ts";

/** Stores of a core that can wait: more than any test makes. */
const ENTRIES = 8;

function outcomes(machine: LitmusMachine): { readonly finals: string[]; readonly states: number } {
  const { ends, states, cut } = visitAll(machine);
  expect(cut).toBe(false);
  const finals = ends.map((end) => {
    machine.restore(end);
    return machine.outcome();
  });
  return { finals: [...new Set(finals)].toSorted(), states };
}

const machineOf = ({ threads, init }: Litmus, entries: number): LitmusMachine =>
  createLitmusMachine(readProgram(threads, init), entries);

describe.skipIf(SUITE.length === 0)("litmus tests", () => {
  test.each(SUITE.map((one) => [one.name, one] as const))("%s", (_name, litmus) => {
    const sc = outcomes(machineOf(litmus, 0));
    expect(sc.finals).toEqual(litmus.finals_sc.toSorted());
    expect(sc.states).toBe(litmus.states.sc);
    const tso = outcomes(machineOf(litmus, ENTRIES));
    const allowed = [...litmus.finals_sc, ...(litmus.finals_tso_extra ?? [])];
    expect(tso.finals).toEqual(allowed.toSorted());
    expect(tso.states).toBe(litmus.states.tso);
  });

  test.each(Object.entries(WRONG_MACHINES))("a machine is found out: %s", (_what, wrong) => {
    const failed = SUITE.filter((litmus) => !passes(litmus, wrong));
    expect(failed.length).toBe(wrong.caught);
  });
});

function passes(litmus: Litmus, { rules, entries = ENTRIES, program }: WrongMachine): boolean {
  const read = readProgram(litmus.threads, litmus.init);
  const { finals } = outcomes(createLitmusMachine(program?.(read) ?? read, entries, rules));
  const allowed = [...litmus.finals_sc, ...(litmus.finals_tso_extra ?? [])].toSorted();
  return finals.join("\n") === allowed.join("\n");
}
