/**
 * A Model as Promela, for Spin: one process, one loop, one option for each way of each step.
 *
 *     Model ──cells──► variables       one per cell, as narrow as its bounds allow
 *           ──steps──► :: d_step { guard -> assignments }
 *           ──properties──► :: d_step { !invariant -> assert(false) }
 *
 * The exported text has exactly the states of the Model, ghosts aside: a step is one `d_step`, its
 * guard holds back what would block, and a step that violates stays where it is and fails an
 * assertion, because it leads to no state. Properties are judged by options that change nothing.
 * Rejected: one process per machine with Spin's channels. It reads better, but its steps are not
 * ours (a process blocks in the middle of a sequence, program counters are state), so counts differ.
 *
 *     spin -a model.pml; gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0
 *
 * Limits: `CELLS_MAX`, `FORMULA_NODES_MAX`, `RUNS_MAX`, `PROMELA_BYTES_MAX`; reached ones are E0560.
 */
import type { Model } from "../../spec/model.ts";
import { isFault } from "../reference/built-in.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { type Exported, exporting, notExpressible, tooLarge } from "./export-limit.ts";
import { createFormulas, type Formula, type Formulas } from "./formula.ts";
import { cellsOfState, type Layout, layoutOf, stateOf } from "./layout.ts";
import { orderUpdates } from "./promela-assignments.ts";
import { declarations, promelaWords, type PromelaWords } from "./promela-declarations.ts";
import { printFormula } from "./promela-formula.ts";
import { holdsSymbolic } from "./symbolic-evaluate.ts";
import { unhandledIn } from "./symbolic-messages.ts";
import type { SymbolicSetting } from "./symbolic-run.ts";
import { type CellTransition, cellTransitions } from "./symbolic-steps.ts";

/** Longest text that is written. */
export const PROMELA_BYTES_MAX = 32_000_000;

export interface PromelaOptions {
  /** True: ghosts are part of the state, so that properties can read them; counts may grow. */
  readonly ghosts: boolean;
}

export interface PromelaExport {
  readonly text: string;
  /** Bytes of Spin's state vector, at most: for `-DVECTORSZ`. */
  readonly vector: number;
  /** States that Spin counts beside those of the Model: 1 when a run can begin in several ways. */
  readonly extraStates: number;
  /** What the text leaves out, each with the reason. */
  readonly leftOut: readonly string[];
}

/** The Model as Promela, or E0560 or E0561. */
export function exportPromela(model: Model, options: PromelaOptions): Exported<PromelaExport> {
  return exporting(() => writePromela(model, options));
}

interface Writer {
  readonly layout: Layout;
  readonly f: Formulas;
  readonly words: PromelaWords;
  readonly leftOut: string[];
  /** Bytes written so far. */
  bytes: number;
}

function writePromela(model: Model, { ghosts }: PromelaOptions): PromelaExport {
  const layout = layoutOf(model, ghosts);
  const f = createFormulas(layout.cells);
  const writer: Writer = { layout, f, words: promelaWords(layout), leftOut: [], bytes: 0 };
  const begin = beginningsOf(layout, f);
  const transitions = cellTransitions(layout, f);
  const steps = transitions.flatMap((one) => stepOptions(one, writer));
  const monitors = [...conditionOptions(writer), ...builtInOptions(transitions, writer)];
  const kept = Math.max(0, ...steps.map((one) => one.kept));
  const [only] = begin.states;
  const single = begin.states.length === 1 && !begin.violates ? only : undefined;
  const initial =
    single ?? layout.cells.map(({ low, high }) => f.number(low <= 0 && high >= 0 ? 0 : low));
  const text = [
    ...header(model, writer.leftOut, single === undefined),
    ...declarations(layout, writer.words, initial, kept),
    ...writer.words.definitions(),
    "",
    "active proctype System() {",
    ...(single === undefined ? startLines(begin, initial, writer) : []),
    "end:",
    "  do",
    ...steps.flatMap(({ lines }) => lines),
    ...monitors,
    ...(steps.length + monitors.length === 0 ? ["  :: false"] : []),
    "  od",
    "}",
    "",
  ].join("\n");
  return {
    text,
    vector: vectorBytes(layout),
    extraStates: single === undefined ? 1 : 0,
    leftOut: writer.leftOut,
  };
}

/** Bytes that Spin needs for a state: four for each cell, and some of its own, rounded up. */
function vectorBytes(layout: Layout): number {
  const own = 256;
  return Math.ceil((own + 4 * layout.cells.length) / 1024) * 1024;
}

/** Text about the Model as a comment: what would end the comment is taken apart. */
export function comment(text: string): string {
  return `/* ${text.replaceAll("*/", "* /").replaceAll("/*", "/ *")} */`;
}

function header(model: Model, leftOut: readonly string[], severalStarts: boolean): string[] {
  return [
    comment(`${model.module}: ${model.kind} ${model.name} of ${model.system}`),
    ...model.settings.map(({ name, value }) => comment(`${name} = ${value}`)),
    ...(severalStarts
      ? [comment("Spin counts one state more: the one before the run has begun")]
      : []),
    ...leftOut.map((one) => comment(`left out: ${one}`)),
    "",
  ];
}

// ---------------------------------------------------------------------------- beginnings

interface Beginnings {
  readonly states: readonly (readonly Formula[])[];
  readonly violates: boolean;
}

/** The distinct initial states as cells. */
function beginningsOf(layout: Layout, f: Formulas): Beginnings {
  const { model } = layout;
  const key = keyOf(model);
  const found = beginnings(model, createMeter());
  const states = new Map(
    found
      .filter(({ violation }) => violation === undefined)
      .map(({ state }) => [key(state), cellsOfState(layout, state, f)]),
  );
  return {
    states: [...states.values()],
    violates: found.some(({ violation }) => violation !== undefined),
  };
}

/** A loop before the loop: it chooses the initial state, and is left when it has. */
function startLines(
  { states, violates }: Beginnings,
  initial: readonly Formula[],
  { words }: Writer,
): string[] {
  const ways = states.map((cells) => {
    const updates = cells.flatMap((value, cell) =>
      value === initial[cell] || !words.declared(cell) ? [] : [{ cell, value }],
    );
    const lines = orderUpdates(updates, words).lines;
    return `  :: d_step { true -> ${lines.length === 0 ? "skip" : lines.join("; ")} }; goto end`;
  });
  const assertion = violates
    ? ["  :: d_step { true -> assert(false) } /* the run begins so */"]
    : [];
  const blocked = ways.length + assertion.length === 0 ? ["  :: false"] : [];
  return ["end_start:", "  do", ...ways, ...assertion, ...blocked, "  od;"];
}

// ---------------------------------------------------------------------------- steps

interface Option {
  readonly lines: readonly string[];
  readonly kept: number;
}

function stepOptions(one: CellTransition, writer: Writer): readonly Option[] {
  const { words } = writer;
  const { name } = one.transition;
  const steps = one.steps.map(({ label, guard, updates }): Option => {
    const ghost = guard.ghost || updates.some(({ value }) => value.ghost);
    if (ghost)
      throw notExpressible("a step that depends on a ghost", "Promela", one.transition.span);
    const statements = orderUpdates(updates, words);
    const body = statements.lines.length === 0 ? "skip" : statements.lines.join("; ");
    const lines = [`  ${comment(label)}`, option(guard, body, writer)];
    return { lines: spend(lines, writer), kept: statements.kept };
  });
  const violations = one.violations.map(({ property, when, remarks }): Option => {
    const lines = [
      `  ${comment(`${property}: ${remarks.join("")}`)}`,
      option(when, "assert(false)", writer),
    ];
    return { lines: spend(lines, writer), kept: 0 };
  });
  if (one.violations.some(({ when }) => when.ghost)) {
    writer.leftOut.push(`violations of ${name} that depend on a ghost`);
  }
  return [...steps, ...violations];
}

function option(guard: Formula, body: string, { words }: Writer): string {
  return `  :: d_step { ${print(guard, words)} -> ${body} }`;
}

function print(formula: Formula, words: PromelaWords): string {
  if (formula.weight > PROMELA_BYTES_MAX) throw longText();
  // Spin has no truth values of its own, but reads `true`.
  return formula.op === "const" && formula.value === 1 ? "true" : printFormula(formula, words);
}

function spend(lines: readonly string[], writer: Writer): readonly string[] {
  writer.bytes += lines.reduce((total, line) => total + line.length, 0);
  if (writer.bytes > PROMELA_BYTES_MAX) throw longText();
  return lines;
}

function longText(): Error {
  const hint = "export a check with smaller ids, ranges or capacities";
  return tooLarge("its text would be too long", `${PROMELA_BYTES_MAX} bytes`, hint);
}

// ---------------------------------------------------------------------------- properties

function conditionOptions(writer: Writer): readonly string[] {
  const { layout, f, words } = writer;
  const { model, stores } = layout;
  const scope = { f, state: stateOf(layout, f), locals: [], stores };
  const judged = (name: string): boolean => model.only === undefined || model.only.includes(name);
  const invariants = model.invariants
    .filter(({ name }) => judged(name))
    .flatMap((invariant) => {
      const condition = holdsSymbolic(invariant.condition, scope);
      if (condition.ghost) {
        writer.leftOut.push(`invariant ${invariant.name}, which reads a ghost`);
        return [];
      }
      const name = words.define(invariant.name, print(condition, words));
      return [
        `  ${comment(`invariant ${invariant.name}`)}`,
        `  :: d_step { !${name} -> assert(false) }`,
      ];
    });
  const goals = model.goals
    .filter(({ name }) => judged(name))
    .flatMap((goal) => {
      const condition = holdsSymbolic(goal.condition, scope);
      if (condition.ghost) {
        writer.leftOut.push(`reachable ${goal.name}, which reads a ghost`);
        return [];
      }
      const name = words.define(goal.name, print(condition, words));
      return [
        `#ifdef reach_${name}`,
        `  ${comment(`reachable ${goal.name}: with -Dreach_${name} its witness is the error`)}`,
        `  :: d_step { ${name} -> assert(false) }`,
        "#endif",
      ];
    });
  for (const { name } of model.temporal.filter((one) => judged(one.name))) {
    writer.leftOut.push(`property ${name}, which speaks about runs`);
  }
  return [...spend(invariants, writer), ...spend(goals, writer)];
}

function builtInOptions(transitions: readonly CellTransition[], writer: Writer): readonly string[] {
  const { layout, f, words } = writer;
  const { model, stores } = layout;
  const state = stateOf(layout, f);
  const setting: SymbolicSetting = { model, f, stores, busy: [], violations: [] };
  const unhandled = model.receptions.flatMap((reception) => {
    const condition = unhandledIn(reception, state, setting);
    if (condition === f.no) return [];
    const channel = model.channels[reception.channel];
    const kinds = channel?.message.kind === "message" ? channel.message.kinds : [];
    const what = `${channel?.name ?? ""}.${kinds[reception.kind]?.name ?? ""}`;
    return [
      `  ${comment(`unhandled: ${what}`)}`,
      `  :: d_step { ${print(condition, words)} -> assert(false) }`,
    ];
  });
  if (model.allowStuck) return spend(unhandled, writer);
  const moves = transitions
    .filter(({ transition }) => !isFault(transition.kind))
    .flatMap(({ steps, violations }) => [
      ...steps.map(({ guard }) => guard),
      ...violations.map(({ when }) => when),
    ]);
  const final = model.instances.map(({ regions, finals }) =>
    f.and(
      ...regions.map((slot, region) => {
        const mode = state[slot];
        if (mode?.shape !== "scalar") return f.yes;
        const type = layout.types[slot];
        const inactive = type?.kind === "mode" ? type.leaves.length : 0;
        const leaves = [...(finals[region] ?? []), inactive];
        return f.or(...leaves.map((leaf) => f.eq(mode.value, f.number(leaf))));
      }),
    ),
  );
  const stuck = f.not(f.or(...moves, f.and(...final)));
  if (stuck === f.no) return spend(unhandled, writer);
  const line = `  :: d_step { ${print(stuck, words)} -> assert(false) }`;
  return spend([...unhandled, `  ${comment("stuck")}`, line], writer);
}
