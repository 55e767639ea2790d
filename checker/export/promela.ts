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
 * ours (a process blocks in the middle of a sequence, program counters are state), so counts
 * differ.
 *
 *     spin -a model.pml; gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0
 *
 * Limits: `CELLS_MAX`, `FORMULA_NODES_MAX`, `RUNS_MAX`, `PROMELA_BYTES_MAX`; reached ones are
 * E0570.
 */
import type { Model } from "../../spec/model.ts";
import { type CellSystem, cellSystemOf } from "./cell-system.ts";
import { type Exported, exporting, tooLarge } from "./export-limit.ts";
import type { Formula } from "./formula.ts";
import type { Layout } from "./layout.ts";
import { cellsIn, orderUpdates } from "./promela-assignments.ts";
import { declarations, promelaWords, type PromelaWords } from "./promela-declarations.ts";
import { printFormula } from "./promela-formula.ts";
import type { CellTransition } from "./symbolic-steps.ts";

/** Longest text that is written. */
export const PROMELA_BYTES_MAX = 32_000_000;

export interface PromelaOptions {
  /** True: ghosts are part of the state, so that their ranges are judged; counts may grow. */
  readonly ghosts: boolean;
}

export interface PromelaExport {
  readonly text: string;
  /** Bytes of Spin's state vector, at most: for `-DVECTORSZ`. */
  readonly vector: number;
  /** States that Spin counts beside those of the Model: 1 when a run can begin in several ways. */
  readonly extraStates: number;
  /** Steps from that state: one for each way to begin. */
  readonly extraSteps: number;
  /** What the text leaves out, each with the reason. */
  readonly leftOut: readonly string[];
}

/** The Model as Promela, or E0570. */
export function exportPromela(model: Model, options: PromelaOptions): Exported<PromelaExport> {
  return exporting(() => writePromela(model, options));
}

interface Writer {
  readonly words: PromelaWords;
  /** Bytes written so far. */
  bytes: number;
}

function writePromela(model: Model, { ghosts }: PromelaOptions): PromelaExport {
  const system = cellSystemOf(model, ghosts);
  const { layout, f } = system;
  const words = promelaWords(layout);
  const writer: Writer = { words, bytes: 0 };
  const steps = system.transitions.flatMap((one) => stepOptions(one, writer));
  const monitors = [...conditionOptions(system, writer), ...monitorOptions(system, writer)];
  const leftOut = [...system.leftOut, ...temporalLeftOut(model)];
  const [first] = system.initial;
  const single = system.initial.length === 1 && !system.violatesAtStart ? first : undefined;
  const zero = layout.cells.map(({ low, high }) => f.number(low <= 0 && high >= 0 ? 0 : low));
  const starts = single === undefined ? startOptions(system, zero, writer) : [];
  const kept = Math.max(0, ...[...steps, ...starts].map((one) => one.kept));
  const text = [
    ...header(model, leftOut, single === undefined),
    ...declarations(layout, words, single ?? zero, kept),
    ...words.definitions(),
    "",
    "active proctype System() {",
    ...(single === undefined ? ["end_start:", ...loop(starts.flatMap(({ lines }) => lines))] : []),
    "end:",
    ...loop([...steps.flatMap(({ lines }) => lines), ...monitors, ...unreadOptions(system, words)]),
    "}",
    "",
  ].join("\n");
  const extra = single === undefined ? 1 : 0;
  const extraSteps = extra * system.initial.length;
  return { text, vector: vectorBytes(layout), extraStates: extra, extraSteps, leftOut };
}

function loop(options: readonly string[]): readonly string[] {
  return ["  do", ...(options.length === 0 ? ["  :: false"] : options), "  od;"];
}

/** Temporal properties need fairness per step, of which Spin has none. */
function temporalLeftOut(model: Model): readonly string[] {
  return model.temporal
    .filter(({ name }) => model.only === undefined || model.only.includes(name))
    .map(({ name }) => `property ${name}, which speaks about runs`);
}

/** Bytes that Spin needs for a state: four for each cell, and some of its own, rounded up. */
function vectorBytes(layout: Layout): number {
  const own = 256;
  return Math.ceil((own + 4 * layout.cells.length) / 1024) * 1024;
}

/** Text about the Model as a comment: what would end the comment is taken apart. */
function comment(text: string): string {
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

// ---------------------------------------------------------------------------- options

interface Option {
  readonly lines: readonly string[];
  /** Old values that it keeps aside. */
  readonly kept: number;
}

/** A loop before the loop: it chooses the initial state, and is left when it has. */
function startOptions(
  { initial, violatesAtStart }: CellSystem,
  zero: readonly Formula[],
  { words }: Writer,
): readonly Option[] {
  const ways = initial.map((cells): Option => {
    const updates = cells.flatMap((value, cell) =>
      value === zero[cell] || !words.declared(cell) ? [] : [{ cell, value }],
    );
    const { lines, kept } = orderUpdates(updates, words);
    const body = lines.length === 0 ? "skip" : lines.join("; ");
    return { lines: [`  :: d_step { true -> ${body} }; goto end`], kept };
  });
  if (!violatesAtStart) return ways;
  const about = `  ${comment("a run can begin with a violation")}`;
  return [...ways, { lines: [about, "  :: d_step { true -> assert(false) }"], kept: 0 }];
}

function stepOptions(one: CellTransition, writer: Writer): readonly Option[] {
  const steps = one.steps.map(({ label, guard, updates }): Option => {
    const { lines, kept } = orderUpdates(updates, writer.words);
    const body = lines.length === 0 ? "skip" : lines.join("; ");
    return { lines: [`  ${comment(label)}`, option(guard, body, writer)], kept };
  });
  const violations = one.violations.map(({ property, when, remarks }): Option => {
    const about = `  ${comment(`${property}: ${remarks.join("")}`)}`;
    return { lines: [about, option(when, "assert(false)", writer)], kept: 0 };
  });
  return [...steps, ...violations];
}

function option(guard: Formula, body: string, writer: Writer): string {
  return spend(`  :: d_step { ${print(guard, writer.words)} -> ${body} }`, writer);
}

function print(formula: Formula, words: PromelaWords): string {
  // Shared parts are printed wherever they stand, so this can be far more than there are nodes.
  if (formula.weight > PROMELA_BYTES_MAX) throw longText();
  return formula.op === "const" && formula.value === 1 ? "true" : printFormula(formula, words);
}

function spend(line: string, writer: Writer): string {
  writer.bytes += line.length;
  if (writer.bytes > PROMELA_BYTES_MAX) throw longText();
  return line;
}

function longText(): Error {
  const hint = "export a check with smaller ids, ranges or capacities";
  return tooLarge("its text would be too long", `${PROMELA_BYTES_MAX} bytes`, hint);
}

/**
 * Spin leaves a variable that nothing reads out of the state, and would count fewer states. An
 * option that is never taken reads them.
 */
function unreadOptions(
  { layout, transitions, conditions, monitors }: CellSystem,
  words: PromelaWords,
): readonly string[] {
  const read = cellsIn([
    ...transitions.flatMap(({ steps, violations }) => [
      ...steps.map(({ guard }) => guard),
      ...violations.map(({ when }) => when),
    ]),
    ...conditions.filter(({ kind }) => kind === "invariant").map(({ condition }) => condition),
    ...monitors.map(({ when }) => when),
  ]);
  const unread = layout.cells.flatMap((_, cell) =>
    words.declared(cell) && !read.has(cell) ? [`${words.cell(cell)} == 0`] : [],
  );
  if (unread.length === 0) return [];
  const about = `  ${comment("never taken: Spin leaves out variables that nothing reads")}`;
  return [about, `  :: false && ${unread.join(" && ")}`];
}

// ---------------------------------------------------------------------------- properties

function conditionOptions({ conditions }: CellSystem, { words }: Writer): readonly string[] {
  return conditions.flatMap(({ kind, name, condition }) => {
    const word = words.define(name, print(condition, words));
    if (kind === "invariant") {
      const about = `  ${comment(`invariant ${name}`)}`;
      return [about, `  :: d_step { !${word} -> assert(false) }`];
    }
    const about = comment(`reachable ${name}: with spin -Dreach_${word} its witness is an error`);
    const line = `  :: d_step { ${word} -> assert(false) }`;
    return [`#ifdef reach_${word}`, `  ${about}`, line, "#endif"];
  });
}

function monitorOptions({ monitors }: CellSystem, writer: Writer): readonly string[] {
  return monitors.flatMap(({ kind, subject, when }) => {
    const about = `  ${comment(subject === "" ? kind : `${kind}: ${subject}`)}`;
    return [about, option(when, "assert(false)", writer)];
  });
}
