/**
 * The text block of a profile: where the states go, and where the time goes.
 *
 *     where the states go (1,769 states)
 *       variable   values   states without it   saves   full in
 *       req            17                 396    78 %       964
 *       server          2               1,769       0
 *     where the time goes (1,769 states tried)
 *       rule                                     tried   no message   guard false   blocked   taken
 *       Server.Up on req.Data if c in table      1,769          485           936       116     232
 *         false first: c in table 852, in mode Up 84
 *
 * A variable that saves nothing is a function of the others: it costs memory and no states.
 */
import type { RuleProfile } from "../../checker/profile/attempts.ts";
import type { StateProfile } from "../../checker/profile/profile.ts";
import type { Model } from "../../spec/model.ts";
import { counted, formatCount } from "../numbers.ts";
import { flow, pad, type Paint } from "../style.ts";
import { WORD_COLUMNS } from "./text-layout.ts";

const INDENT = " ".repeat(WORD_COLUMNS);
const GAP = 3;
/** Columns of a name before it pushes its own line. */
const NAME_COLUMNS_MAX = 44;

/** The lines of the block. */
export function profileLines(
  model: Model,
  profile: StateProfile,
  paint: Paint,
  width: number,
): readonly string[] {
  const { states, projected, tried } = profile;
  const of = (some: number): string =>
    some < states
      ? `the first ${formatCount(some)} of ${counted(states, "state")}`
      : counted(states, "state");
  const sample =
    tried < states ? `a sample of ${formatCount(tried)} of ${counted(states, "state")}` : of(tried);
  const rules = profile.rules.toSorted((left, right) => right.tried - left.tried);
  return [
    `${INDENT}${paint("strong", `where the states go (${of(projected)})`)}`,
    ...table(stateRows(model, profile), paint),
    `${INDENT}${paint("strong", `where the time goes (${sample})`)}`,
    ...ruleTable(model, rules, paint, width),
  ];
}

type Row = readonly string[];

/** Machines first, then variables, the one that saves most first. */
function stateRows(model: Model, { slots, groups, projected }: StateProfile): readonly Row[] {
  const saves = (without: number): string => {
    const part = Math.round((1 - without / projected) * 100);
    return without === projected ? "nothing" : `${part === 0 ? "< 1" : part} %`;
  };
  const bySaving = <T extends { readonly without: number }>(all: readonly T[]): readonly T[] =>
    all.toSorted((left, right) => left.without - right.without);
  return [
    ["all of", "variables", "states without", "saves"],
    ...bySaving(groups).map(({ name, variables, without }) => [
      name,
      formatCount(variables),
      formatCount(without),
      saves(without),
    ]),
    ["variable", "values", "states without", "saves", "full or highest in"],
    ...bySaving(slots).map(({ slot, values, without, atEnd }) => [
      model.slots[slot]?.name ?? "?",
      formatCount(values),
      formatCount(without),
      saves(without),
      atEnd === undefined ? "" : formatCount(atEnd),
    ]),
  ];
}

const RULE_HEAD: Row = ["rule", "tried", "no message", "guard false", "blocked", "taken"];

function ruleTable(
  model: Model,
  rules: readonly RuleProfile[],
  paint: Paint,
  width: number,
): readonly string[] {
  const rows = rules.map(({ rule, tried, enabled, taken, noMessage, blocked }) => {
    const counts = [tried, noMessage, tried - noMessage - enabled, blocked, taken];
    return [model.rules[rule]?.text ?? `rule ${rule}`, ...counts.map(formatCount)];
  });
  const [head = "", ...lines] = table([RULE_HEAD, ...rows], paint);
  return [
    head,
    ...rules.flatMap((rule, index) => [lines[index] ?? "", ...clauseLines(rule, paint, width)]),
  ];
}

/** The clauses of a guard that were the first to be false, most often first. */
function clauseLines({ clauses }: RuleProfile, paint: Paint, width: number): readonly string[] {
  const blamed = clauses
    .filter(({ falseFirst }) => falseFirst > 0)
    .toSorted((left, right) => right.falseFirst - left.falseFirst);
  if (blamed.length === 0) return [];
  const pieces = blamed.map(({ words, falseFirst, evaluated }) =>
    paint("faint", `\`${words}\` ${formatCount(falseFirst)} of ${formatCount(evaluated)}`),
  );
  const first = `${INDENT}    ${paint("faint", "false first:")} `;
  return flow(pieces, { first, indent: WORD_COLUMNS + 6, gap: GAP, width });
}

/** Names on the left, numbers in columns on the right; a row with other columns begins anew. */
function table(rows: readonly Row[], paint: Paint): readonly string[] {
  const names = rows.map(([name = ""]) => name.length).filter((size) => size <= NAME_COLUMNS_MAX);
  const nameColumns = Math.max(0, ...names);
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map(([name = "", ...cells]) => {
    const isHead = cells.every((cell) => !/\d/.test(cell));
    const tone = isHead ? "faint" : "plain";
    const right = cells.map((cell, column) => cell.padStart(widths[column + 1] ?? 0));
    const line = `${INDENT}  ${pad(paint(tone, name), nameColumns)}${" ".repeat(GAP)}`;
    return `${line}${paint(tone, right.join(" ".repeat(GAP)))}`.trimEnd();
  });
}
