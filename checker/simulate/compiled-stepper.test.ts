/** Compiled code behind the walks: the same verdicts as the evaluator, and a defect is thrown. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model, Value } from "../../spec/model.ts";
import type { StepLabel } from "../explore/state-graph.ts";
import { graphOf, modelOf } from "../libretto-notation.ts";
import { keyOf } from "../reference/identity.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import { summary } from "../verdict-notation.ts";
import { type CompiledForm, compiledStepper } from "./compiled-stepper.ts";
import type { CreateStepper } from "./simulate.ts";
import { walkedModel } from "./simulate-notation.ts";

const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 30);

/** All labels of the steps of a Model. */
function labelsOf(model: Model): readonly StepLabel[] {
  const labels: StepLabel[] = [];
  for (const { transition, partners } of graphOf(model).steps) {
    if (!labels.some((one) => isLabel(one, { transition, partners }))) {
      labels.push({ transition, partners });
    }
  }
  return labels;
}

function isLabel(label: StepLabel, { transition, partners }: StepLabel): boolean {
  return label.transition === transition && label.partners.join() === partners.join();
}

/**
 * A form that packs a state as its number in the order of meeting, and steps by the evaluator; it
 * leaves out the steps of `broken`.
 */
function fakeForm(model: Model, broken = -1): CompiledForm {
  const states: (readonly Value[])[] = [];
  const ids = new Map<string, number>();
  const key = keyOf(model);
  const encode = (values: readonly Value[]): Uint32Array => {
    const name = key(values);
    const id = ids.get(name) ?? states.push(values) - 1;
    ids.set(name, id);
    return Uint32Array.of(id, id * 3);
  };
  const decode = (words: Uint32Array): readonly Value[] => states[words[0] ?? -1] ?? [];
  const labels = labelsOf(model);
  const stepsOf = (words: Uint32Array) => successors(model, decode(words), createMeter()).steps;
  return {
    codec: { encode, decode },
    labels,
    suspects: (words) => stepsOf(words).some(({ violation }) => violation !== undefined),
    core: {
      successors: (words) => {
        const steps = stepsOf(words).filter(
          ({ violation, transition }) => violation === undefined && transition !== broken,
        );
        const packed = steps.flatMap(({ state }) => [...encode(state)]);
        const numbers = steps.map((step) => labels.findIndex((one) => isLabel(one, step)));
        return {
          count: steps.length,
          labels: Uint32Array.from(numbers),
          words: Uint32Array.from(packed),
        };
      },
    },
  };
}

const over =
  (form: (model: Model) => CompiledForm): CreateStepper =>
  (model, meter) =>
    compiledStepper(model, form(model), meter);

test("walks over compiled code give the verdicts of walks over the evaluator", async () => {
  let violations = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async (text) => {
      const model = modelOf(text);
      const walking = { runs: 10, steps: 20 };
      const reference = await walkedModel(model, walking);
      const compiled = await walkedModel(model, { ...walking, over: over(fakeForm) });
      expect(summary(compiled).filter((line) => !isCounted(line))).toEqual(
        summary(reference).filter((line) => !isCounted(line)),
      );
      expect(compiled.coverage).toEqual(reference.coverage);
      expect(compiled.simulation).toEqual(reference.simulation);
      violations += summary(compiled).filter((line) => line.includes("violated")).length;
    }),
    { numRuns: RUNS },
  );
  expect(violations).toBeGreaterThan(0);
});

/** Undecided `assert` and `range`: what is examined of them is counted by the evaluator only. */
function isCounted(line: string): boolean {
  return line === "assert unknown" || line === "range unknown";
}

const LIGHT = `machine Light { initial mode Off { step on -> On } mode On { step off -> Off } }
  system S { l : Light  invariant Dark: l in Off } check c of S { }`;

test("a step that compiled code does not know is a defect, and is thrown", async () => {
  const broken = over((model) => fakeForm(model, 0));
  await expect(walkedModel(modelOf(LIGHT), { over: broken })).rejects.toThrow(
    "compiled code and the reference evaluator differ in a step of `c`",
  );
});

test("without a test for suspects, the evaluator looks at every state", async () => {
  const careful = over((model) => ({ ...fakeForm(model), suspects: undefined }));
  const text = `type N = 0..3
    machine M { var n : N = 0  initial mode A { step up { n += 1 } } }
    system S { m : M } check c of S { }`;
  const verdict = await walkedModel(modelOf(text), { over: careful });
  const reference = await walkedModel(modelOf(text));
  expect(summary(verdict)).toEqual(["range violated 4", "stuck unknown"]);
  expect(summary(reference)).toEqual(summary(verdict));
  expect(verdict.coverage).toEqual(reference.coverage);
});
