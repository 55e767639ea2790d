/**
 * A path as text: one line per step, with what it changed; then why the property is false.
 *
 *       0   (initial)
 *       1   app[Client1].open      app[Client1]: Idle -> Opening   req: [] -> [Open(Client1)]
 *       3 ! server.crash           server: Up -> Down   server.table: {Client1} -> {}
 *
 *       why: app[Client1] is open, but the server does not know it
 *            server in Up and quiet           true   since 5
 *            app[c] in Open                   true   since 5   c = Client1
 *       see: report.html#…
 *
 * A run that repeats itself has its loop in brackets and why that loop is fair (`loop-words.ts`).
 * Of a refinement, a line below each step says what it is in the abstract system:
 *
 *       4   server.Open(Client1)   server.table: {} -> {Client1}
 *             Promise: link[Client1].connect   link[Client1]: Closed -> Usable
 *
 * `!` marks faults. Long values are cut in their middle unless `--full` is given; then each state
 * is also printed whole. Without `--full`, only the last steps of very long paths are printed.
 */
import type { Clause, PropertyVerdict } from "../../checker/verdict.ts";
import { isInLoop, loopMarks, loopTable, tableLines } from "../loop-words.ts";
import { formatCount } from "../numbers.ts";
import type { CheckedModel } from "../report.ts";
import { propertySentence } from "../sentences.ts";
import { isDisputed } from "../standing.ts";
import { abstractStateOf, type Change, type Step, stateOf, stepsOf } from "../steps.ts";
import { cutMiddle, flow, type Paint, pad, painter } from "../style.ts";
import { likelihoodColumn, likelihoodLines } from "./text-likelihood.ts";
import type { TextOptions } from "./text-layout.ts";

/** Labels longer than this push their changes to the next line; columns. */
const LABEL_COLUMNS_MAX = 32;
/** A value longer than this is cut in its middle; columns. */
const VALUE_COLUMNS_MAX = 36;
/** Steps printed without `--full`; the first ones of a longer path are left out. */
const STEPS_SHOWN_MAX = 200;
const GAP_COLUMNS = 3;
const DISPUTED = "internal error: an independent evaluation does not confirm these steps";
/** A clause longer than this is cut in its middle; columns. */
const CLAUSE_COLUMNS_MAX = 60;
const CLAUSE_COLUMNS_MIN = 16;
/** Columns of `   false since 12   ` beside a clause. */
const VERDICT_COLUMNS = 20;
/** Columns by which a step of an abstract system stands under that of its implementation. */
const ABSTRACT_INSET = 2;
/** Columns before the words of a reason. */
const WHY_INDENT = 7;

/** Lines for the counterexample of a property, beginning with an empty one. */
export function renderPath(
  checked: CheckedModel,
  property: PropertyVerdict,
  options: TextOptions,
): string[] {
  const path = property.counterexample;
  if (path === undefined) return [];
  const paint = painter(options.color);
  const steps = stepsOf(checked.model, path);
  const several = checked.verdict.properties.filter((one) => one.counterexample !== undefined);
  const title = several.length > 1 ? ["", `  ${paint("strong", propertySentence(property))}`] : [];
  return [
    ...title,
    "",
    ...renderSteps(checked, property, steps, options, paint),
    "",
    ...renderWhy(property, paint, options.width),
    ...likelihoodLines(path.likelihood, paint, options.width),
    ...renderLoop(property, paint, options.width),
    ...(isDisputed(property) ? [`  ${paint("bad", DISPUTED)}`] : []),
    ...renderLink(checked, property, options, paint),
  ];
}

/** Lines for one step of a counterexample: what it changed, and the whole state after it. */
export function renderState(
  checked: CheckedModel,
  property: PropertyVerdict,
  number: number,
  options: TextOptions,
): string[] {
  const path = property.counterexample;
  const step = path === undefined ? undefined : stepsOf(checked.model, path)[number];
  if (path === undefined || step === undefined) return [];
  const paint = painter(options.color);
  const title = `${checked.verdict.name}: ${propertySentence(property)}`;
  const abstract = abstractStateOf(checked.model, path, number);
  const below = abstract?.values.map(({ name, value }) => ({
    name: `${abstract.system}: ${name}`,
    value,
  }));
  const values = [...stateOf(checked.model, path.steps[number]), ...(below ?? [])];
  const widest = Math.max(0, ...values.map(({ name }) => name.length));
  return [
    paint("strong", title),
    ...renderSteps(checked, property, [step], { ...options, full: false }, paint),
    ...values.map(
      ({ name, value }) => `      ${pad(paint("plain", name), widest)} = ${paint("plain", value)}`,
    ),
  ];
}

function renderSteps(
  checked: CheckedModel,
  property: PropertyVerdict,
  steps: readonly Step[],
  options: TextOptions,
  paint: Paint,
): string[] {
  const skipped = options.full ? 0 : Math.max(0, steps.length - STEPS_SHOWN_MAX);
  const shown = steps.slice(skipped);
  const numbers = Math.max(3, String(steps.length).length + 1);
  const labels = Math.min(LABEL_COLUMNS_MAX, Math.max(...shown.map((step) => step.label.length)));
  const chance = likelihoodColumn(property.counterexample?.likelihood);
  const indent = numbers + 3 + chance(0).length + labels + GAP_COLUMNS;
  const path = property.counterexample;
  const marks = path?.loop === undefined ? undefined : loopMarks(path.loop);
  const first = marks === undefined || marks.begin === "" ? -1 : (path?.loop?.start ?? 0) + 1;
  const lines =
    skipped > 0 ? [`  … ${formatCount(skipped)} earlier steps (--full shows them)`] : [];
  for (const step of shown) {
    const mark = step.fault ? paint("bad", "!") : " ";
    if (marks !== undefined && step.number === first) lines.push(` ${paint("faint", marks.begin)}`);
    const inLoop = isInLoop(path?.loop, step.number);
    const side = inLoop && marks !== undefined ? paint("faint", marks.side) : " ";
    const number = `${side}${String(step.number).padStart(numbers - 1)}`;
    const label = pad(paint("strong", step.label), labels);
    const share = paint("plain", chance(step.number));
    const head = `${number} ${mark} ${share}${label}${" ".repeat(GAP_COLUMNS)}`;
    const pieces = step.changes.map((change) => changeText(change, options.full, paint));
    lines.push(...flow(pieces, { first: head, indent, gap: GAP_COLUMNS, width: options.width }));
    lines.push(...abstractLines(step, numbers + 3, options, paint));
    if (options.full) {
      const whole = stateOf(checked.model, property.counterexample?.steps[step.number]);
      const values = whole.map(({ name, value }) => paint("faint", `${name} = ${value}`));
      const inset = numbers + 3;
      lines.push(
        ...flow(values, { first: " ".repeat(inset), indent: inset, gap: 2, width: options.width }),
      );
    }
  }
  if (marks !== undefined && shown.at(-1)?.number === (path?.steps.length ?? 0) - 1) {
    lines.push(` ${paint("faint", marks.end)}`);
  }
  return lines;
}

/** What the step is in the abstract system of a refinement, below the step itself. */
function abstractLines(
  { abstract }: Step,
  inset: number,
  { full, width }: TextOptions,
  paint: Paint,
): string[] {
  if (abstract === undefined) return [];
  const { words, possible, changes } = abstract;
  const head = paint(possible ? "faint" : "bad", words);
  const pieces = [head, ...changes.map((change) => changeText(change, full, paint))];
  const first = " ".repeat(inset + ABSTRACT_INSET);
  return flow(pieces, { first, indent: first.length + ABSTRACT_INSET, gap: GAP_COLUMNS, width });
}

function changeText({ name, before, after }: Change, full: boolean, paint: Paint): string {
  const cut = (text: string): string => (full ? text : cutMiddle(text, VALUE_COLUMNS_MAX));
  const values = `${paint("faint", cut(before))} -> ${paint("changed", cut(after))}`;
  return `${paint("plain", `${name}: `)}${values}`;
}

function renderWhy(property: PropertyVerdict, paint: Paint, width: number): string[] {
  const path = property.counterexample;
  if (path === undefined) return [];
  const words = path.reason.split(/\s+/).map((word) => paint("plain", word));
  const first = `  ${paint("strong", "why:")} `;
  const lines = flow(words, { first, indent: WHY_INDENT, gap: 1, width });
  const witness = Math.max(0, ...path.why.map((clause) => clause.witness?.length ?? 0));
  const widest = Math.min(
    CLAUSE_COLUMNS_MAX,
    Math.max(CLAUSE_COLUMNS_MIN, width - WHY_INDENT - VERDICT_COLUMNS - witness),
    Math.max(0, ...path.why.map((clause) => clause.depth * 2 + clause.text.length)),
  );
  return [...lines, ...path.why.map((clause) => clauseLine(clause, widest, paint))];
}

function clauseLine(clause: Clause, widest: number, paint: Paint): string {
  const inset = " ".repeat(WHY_INDENT + clause.depth * 2);
  const room = Math.max(8, widest - clause.depth * 2);
  const text = pad(paint("plain", cutMiddle(clause.text, room)), room);
  const value = paint(clause.value ? "plain" : "bad", clause.value ? "true " : "false");
  const witness = clause.witness === undefined ? "" : `   ${paint("plain", clause.witness)}`;
  return `${inset}${text}   ${value} since ${clause.since}${witness}`;
}

/** Why the loop is fair, and what would rule it out. */
function renderLoop(property: PropertyVerdict, paint: Paint, width: number): string[] {
  const loop = property.counterexample?.loop;
  if (loop === undefined) return [];
  const table = loopTable(loop);
  const inset = " ".repeat(WHY_INDENT);
  const rest = table.rest === "" ? [] : [`${inset}${paint("faint", table.rest)}`];
  const hint = table.hint?.split(" ").map((word) => paint("plain", word)) ?? [];
  const first = `  ${paint("strong", "hint:")} `;
  return [
    ...(loop.fairness.length === 0 ? [] : [`  ${paint("strong", `${table.title}:`)}`]),
    ...tableLines(table).map((line) => `${inset}${paint("plain", line)}`),
    ...rest,
    ...(hint.length === 0 ? [] : flow(hint, { first, indent: WHY_INDENT + 1, gap: 1, width })),
  ];
}

function renderLink(
  checked: CheckedModel,
  property: PropertyVerdict,
  { links }: TextOptions,
  paint: Paint,
): string[] {
  if (links === undefined) return [];
  return [`  ${paint("strong", "see:")} ${paint("plain", links(checked.verdict, property.name))}`];
}
