/**
 * A counterexample as plain lines without colour or width, for reporters that embed text.
 */
import type { Loop, PropertyVerdict } from "../../checker/verdict.ts";
import { isInLoop, loopMarks, loopTable, tableLines } from "../loop-words.ts";
import { formatCount } from "../numbers.ts";
import type { CheckedModel } from "../report.ts";
import { type Step, stepsOf } from "../steps.ts";
import { cutMiddle } from "../style.ts";

/** Longer values are cut in their middle; columns. */
const VALUE_COLUMNS_MAX = 60;
/** Steps that are written; the first ones of a longer path are left out. */
const STEPS_MAX = 500;

/** Steps, and why the property is false; empty when there is no counterexample. */
export function plainPath({ model }: CheckedModel, property: PropertyVerdict): string {
  const path = property.counterexample;
  if (path === undefined) return "";
  const steps = stepsOf(model, path);
  const skipped = Math.max(0, steps.length - STEPS_MAX);
  const marks = path.loop === undefined ? undefined : loopMarks(path.loop);
  const first = path.loop === undefined || path.loop.stutters ? -1 : path.loop.start + 1;
  const lines = [
    path.reason,
    ...(skipped > 0 ? [`… ${formatCount(skipped)} earlier steps`] : []),
    ...steps
      .slice(skipped)
      .flatMap((step) => [
        ...(marks !== undefined && step.number === first ? [marks.begin] : []),
        isInLoop(path.loop, step.number) && marks !== undefined
          ? `${marks.side}${plainStep(step).slice(1)}`
          : plainStep(step),
      ]),
    ...(marks === undefined ? [] : [marks.end]),
    ...path.why.map(
      ({ text, value, since, depth }) =>
        `${"  ".repeat(depth + 1)}${text}: ${value}, since step ${since}`,
    ),
    ...(path.loop === undefined ? [] : plainTable(path.loop)),
  ];
  return lines.join("\n");
}

function plainTable(loop: Loop): readonly string[] {
  const table = loopTable(loop);
  return [
    ...(loop.fairness.length === 0 ? [] : [`${table.title}:`]),
    ...tableLines(table).map((line) => `  ${line}`),
    ...(table.rest === "" ? [] : [`  ${table.rest}`]),
    ...(table.hint === undefined ? [] : [`hint: ${table.hint}`]),
  ];
}

/** `3 ! server.crash   server: Up -> Down; server.table: {Client1} -> {}` */
export function plainStep({ number, label, fault, changes, abstract }: Step): string {
  const mark = fault ? "!" : " ";
  const line =
    `${String(number).padStart(3)} ${mark} ${label}   ${plainChanges(changes)}`.trimEnd();
  if (abstract === undefined) return line;
  const below = `        ${abstract.words}   ${plainChanges(abstract.changes)}`.trimEnd();
  return `${line}\n${below}`;
}

/** `server: Up -> Down; server.table: {Client1} -> {}` */
export function plainChanges(changes: Step["changes"]): string {
  const cut = (text: string): string => cutMiddle(text, VALUE_COLUMNS_MAX);
  return changes
    .map(({ name, before, after }) => `${name}: ${cut(before)} -> ${cut(after)}`)
    .join("; ");
}
