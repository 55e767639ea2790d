/**
 * Test notation: Libretto text in, Models and whole state graphs out.
 *
 * Tests of the language say what a text means by what can be reached: `labels(text)` are all steps
 * that occur anywhere, `ends(text)` the states without steps, printed slot by slot. Any diagnostic
 * is a failure of the test, printed as a user would see it.
 */
import { loadProgram, lowerProgram } from "../spec/index.ts";
import type { Model, Value } from "../spec/model.ts";
import { renderDiagnostic } from "../spec/render-diagnostic.ts";
import { printValue } from "../spec/values.ts";
import { compileModel } from "./compile/compile.ts";
import { createJavaScriptCore } from "./compile/javascript-core.ts";
import { decodeState, encodeState } from "./compile/layout.ts";
import { keyOf } from "./reference/identity.ts";
import { beginnings } from "./reference/initial.ts";
import { createMeter } from "./reference/meter.ts";
import { type Step, successors } from "./reference/successors.ts";

/**
 * Lowers the checks and scenarios of a text; throws the rendered diagnostics when there are any.
 */
export function modelsOf(text: string): readonly Model[] {
  const source = { path: "test.libretto", text };
  const program = loadProgram([source], () => undefined);
  const { models, diagnostics } = lowerProgram(program);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length === 0) return models;
  const options = { color: false, width: 100 };
  throw new Error(
    errors.map((each) => renderDiagnostic(each, program.sources, options)).join("\n"),
  );
}

/** The only model of a text, or the one with the given name. */
export function modelOf(text: string, name?: string): Model {
  const models = modelsOf(text);
  const model = name === undefined ? models[0] : models.find((each) => each.name === name);
  if (model === undefined) throw new Error("the text has no such check");
  return model;
}

export interface StateGraph {
  readonly states: readonly (readonly Value[])[];
  readonly steps: readonly Step[];
  /** States without a step. */
  readonly ends: readonly (readonly Value[])[];
}

/** Most states of a test's graph: larger ones are a mistake of the test. */
const TEST_STATES_MAX = 200_000;

/** Every reachable state by the plainest search there is; an oracle for the real one. */
export function graphOf(model: Model): StateGraph {
  const meter = createMeter();
  const states: (readonly Value[])[] = [];
  const steps: Step[] = [];
  const ends: (readonly Value[])[] = [];
  const seen = new Set<string>();
  const add = (state: readonly Value[]): void => {
    const key = JSON.stringify(state);
    if (seen.has(key)) return;
    seen.add(key);
    states.push(state);
  };
  for (const { state, violation } of beginnings(model, meter)) {
    if (violation === undefined) add(state);
  }
  for (let next = 0; next < states.length; next++) {
    if (next >= TEST_STATES_MAX) throw new Error("too many states for a test");
    const state = states[next] ?? [];
    const found = successors(model, state, meter).steps;
    if (found.length === 0) ends.push(state);
    for (const step of found) {
      steps.push(step);
      if (step.violation === undefined) add(step.state);
    }
  }
  compareWithCompiled(model, states);
  return { states, steps, ends };
}

/** Every text of the tests is also a test of compiled code: it must find the same states. */
function compareWithCompiled(model: Model, states: readonly (readonly Value[])[]): void {
  // Here ghosts tell states apart, and compiled code does not know them.
  if (model.slots.some(({ role }) => role.role === "variable" && role.ghost)) return;
  const compiled = compileModel(model);
  if ("unsupported" in compiled) throw new Error(`not compiled: ${compiled.unsupported}`);
  const { layout, code } = compiled;
  const limits = { states: TEST_STATES_MAX, bytes: 2 ** 30, sight: () => true };
  const core = createJavaScriptCore(code, limits);
  for (const { state, violation } of beginnings(model, createMeter())) {
    if (violation === undefined) core.add(encodeState(layout, state));
  }
  core.expand(TEST_STATES_MAX);
  const key = keyOf(model);
  const wanted = new Set(states.map(key));
  const words = new Uint32Array(code.words);
  for (let id = 0; id < core.states; id++) {
    core.read(id, words);
    const state = decodeState(layout, words);
    if (!wanted.delete(key(state))) throw new Error(`compiled only: ${JSON.stringify(state)}`);
  }
  if (wanted.size > 0) throw new Error(`not found by compiled code: ${[...wanted][0]}`);
}

/** `app=Open app.conn=none`: the named slots, or all of them. */
export function show(model: Model, state: readonly Value[], slots?: readonly string[]): string {
  return model.slots
    .flatMap(({ name, type }, index) =>
      slots === undefined || slots.includes(name)
        ? [`${name}=${printValue(state[index] ?? null, type)}`]
        : [],
    )
    .join(" ");
}

/** Labels of all steps that occur, sorted, without repetition. */
export function labels(text: string): readonly string[] {
  const { steps } = graphOf(modelOf(text));
  return [...new Set(steps.map((step) => step.label))].toSorted();
}

/** The states without steps, printed and sorted. */
export function ends(text: string, slots?: readonly string[]): readonly string[] {
  const model = modelOf(text);
  return [...new Set(graphOf(model).ends.map((state) => show(model, state, slots)))].toSorted();
}

/** All states, printed and sorted. */
export function states(text: string, slots?: readonly string[]): readonly string[] {
  const model = modelOf(text);
  return [...new Set(graphOf(model).states.map((state) => show(model, state, slots)))].toSorted();
}

/** Kinds of violations that steps run into, as `range` or `assert`. */
export function violations(text: string): readonly string[] {
  const { steps } = graphOf(modelOf(text));
  return [...new Set(steps.flatMap((step) => step.violation?.property ?? []))].toSorted();
}
