/**
 * The TLA+ export means the same, by an evaluation of its text that knows nothing of Models.
 *
 * State by state: the next states of `Next`, violations, invariants, messages without a rule and
 * being stuck are those of the reference evaluator. The reader and the evaluator of TLA+ are those
 * of these tests, not TLC.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model, Value } from "../../spec/model.ts";
import { modelOf, modelsOf } from "../libretto-notation.ts";
import { isStuck } from "../reference/built-in.ts";
import { frame, holds } from "../reference/evaluate.ts";
import { beginnings } from "../reference/initial.ts";
import { unhandledMessages } from "../reference/messages.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import { loweredFile } from "../verdict-notation.ts";
import { FEATURES } from "./features.fixture.ts";
import { exportTla } from "./tla.ts";
import {
  evaluateTla,
  nextStates,
  scopeOf,
  type TlaModule,
  type TlaState,
} from "./tla-evaluate.fixture.ts";
import { tlaNames } from "./tla-names.ts";
import { keyText } from "./tla-value.fixture.ts";
import { parseTla, type TlaNode } from "./tla-parse.fixture.ts";
import { tlaSlotValue } from "./tla-values.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 25);
/** States of one Model that are compared. */
const STATES_MAX = 40;
/** Milliseconds that `REHEARSAL_RUNS` may take. */
const PATIENCE = 60_000 + 1000 * RUNS;

function moduleOf(model: Model): TlaModule {
  const made = exportTla(model);
  if (made.value === undefined) throw new Error(made.error.title);
  return { definitions: parseTla(made.value.text), violations: 0 };
}

/** The values of the slots are read from their texts, as those of the module are. */
function stateReader(model: Model): (state: readonly Value[]) => TlaState {
  const { variables } = tlaNames(model);
  const known = new Map<string, TlaNode>();
  return (state) =>
    new Map(
      variables.map((name, slot) => {
        const text = tlaSlotValue(model, slot, state[slot] ?? null);
        const node =
          known.get(text) ??
          parseTla(`\nRemoveAt(a) == a\nValue == ${text}\n====`).get("Value")?.body;
        if (node === undefined) throw new Error(text);
        known.set(text, node);
        return [
          name,
          evaluateTla(node, scopeOf({ definitions: new Map(), violations: 0 }, new Map())),
        ];
      }),
    );
}

function textOf(state: TlaState): string {
  return [...state]
    .map(([name, value]) => `${name}=${keyText(value)}`)
    .toSorted()
    .join(" ");
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}

/** Compares the first states; gives how many there were. */
function compare(model: Model): number {
  const module = moduleOf(model);
  const read = stateReader(model);
  const meter = createMeter();
  const named = (name: string): TlaNode => ({ kind: "apply", name, of: [] });
  const states = new Map<string, readonly Value[]>();
  const add = (state: readonly Value[]): void => {
    const key = JSON.stringify(state);
    if (!states.has(key)) states.set(key, state);
  };
  for (const { violation, state } of beginnings(model, meter))
    if (violation === undefined) add(state);
  let compared = 0;
  for (const state of states.values()) {
    if (compared++ >= STATES_MAX) break;
    const scope = scopeOf(module, read(state));
    const { steps } = successors(model, state, meter);
    const done = steps.filter(({ violation }) => violation === undefined);
    module.violations = 0;
    const found = nextStates(named("Next"), scope, new Map()).map(textOf);
    expect(unique(found)).toEqual(unique(done.map((step) => textOf(read(step.state)))));
    expect(module.violations > 0).toBe(done.length < steps.length);
    expect(evaluateTla(named("TypeOK"), scope)).toBe(true);
    const unhandled = unhandledMessages(model, state, meter).length > 0;
    expect(evaluateTla(named("NoneUnhandled"), scope)).toBe(!unhandled);
    expect(evaluateTla(named("NotStuck"), scope)).toBe(!isStuck(model, state, steps));
    for (const { name, condition, locals } of model.invariants) {
      if (model.only !== undefined && !model.only.includes(name)) continue;
      const held = holds(condition, { state, locals: frame(locals), meter });
      expect(evaluateTla(named(name), scope)).toBe(held);
    }
    for (const step of done) add(step.state);
  }
  return compared;
}

describe("TLA+ says what the reference does", () => {
  const files = ["netserver", "modeswitch", "ring", "device"];
  const checks = files.flatMap((file) =>
    loweredFile(`models/examples/${file}.libretto`)
      .models.filter(({ kind }) => kind === "check")
      .map((model) => [`${file} ${model.name}`, model] as const),
  );
  test.each(checks)("in %s", (_name, model) => {
    expect(compare(model)).toBe(STATES_MAX + 1);
  });

  test.each(FEATURES)("in $what", ({ text }) => {
    expect(compare(modelOf(text))).toBeGreaterThan(3);
  });

  test("in the text that uses every construct", () => {
    const path = new URL("../../spec/judged/everything.libretto", import.meta.url);
    const models = modelsOf(readFileSync(path, "utf8")).filter(({ kind }) => kind === "check");
    expect(models.map(compare)).toEqual(models.map(() => STATES_MAX + 1));
  });

  test(
    "in random programs",
    () => {
      fc.assert(
        fc.property(arbitraryProgram, (text) => void compare(modelOf(text))),
        {
          numRuns: RUNS,
          endOnFailure: true,
        },
      );
    },
    PATIENCE,
  );
});
