/**
 * What a Promela text declares: names of values, the variables of a state, names of conditions.
 *
 *     #define Server_Up 0                    a mode, an id, a member of an enum, a kind of message
 *     bit server_table_Client1;              server.table[Client1]
 *     hidden int old_0;                      no part of a state
 *
 * A variable is a `bit`, `byte`, `short` or `int`, the first that holds its bounds.
 */
import type { Formula } from "./formula.ts";
import type { Cell, Layout } from "./layout.ts";
import { createNaming } from "./names.ts";
import type { FormulaWords } from "./promela-formula.ts";

export interface PromelaWords extends FormulaWords {
  /** Is the cell a variable of the text? Ghosts and cells of one value are not. */
  declared(cell: number): boolean;
  /** Gives a condition a name, and the name back. */
  define(wanted: string, text: string): string;
  /** The lines of the conditions that were given names, in order. */
  definitions(): readonly string[];
  /** The lines of the values that have names. */
  readonly values: readonly string[];
}

export function promelaWords(layout: Layout): PromelaWords {
  const naming = createNaming(RESERVED);
  const values = new Map<string, readonly string[]>();
  const valueLines: string[] = [];
  const isDeclared = ({ ghost, low, high }: Cell): boolean => !ghost && low !== high;
  for (const cell of layout.cells) {
    const key = JSON.stringify(cell.values);
    if (cell.values === undefined || values.has(key)) continue;
    const { owner, names } = cell.values;
    const given = names.map((name) => naming(owner === "" ? name : `${owner}_${name}`));
    values.set(key, given);
    valueLines.push(...given.map((name, value) => `#define ${name} ${value}`));
  }
  const cellNames = layout.cells.map((cell) => (isDeclared(cell) ? naming(cell.name) : ""));
  const defined: string[] = [];
  return {
    cell: (cell) => cellNames[cell] ?? "",
    value: (cell, value) => values.get(JSON.stringify(layout.cells[cell]?.values))?.[value],
    declared: (cell) => cellNames[cell] !== "" && cellNames[cell] !== undefined,
    define: (wanted, text) => {
      const name = naming(wanted);
      defined.push(`#define ${name} (${text})`);
      return name;
    },
    definitions: () => defined,
    values: valueLines,
  };
}

/** The declarations of all variables, with the values of the initial state. */
export function declarations(
  layout: Layout,
  words: PromelaWords,
  initial: readonly Formula[],
  kept: number,
): readonly string[] {
  const variables = layout.cells.flatMap((cell, index) => {
    if (!words.declared(index)) return [];
    const value = initial[index]?.low ?? 0;
    const start = value === 0 ? "" : ` = ${words.value(index, value) ?? value}`;
    return [`${typeOf(cell)} ${words.cell(index)}${start};`];
  });
  const hidden = Array.from({ length: kept }, (_, index) => `hidden int old_${index};`);
  return [...words.values, ...variables, ...hidden];
}

const BYTE_MAX = 255;
const SHORT_MAX = 32_767;

function typeOf({ low, high }: Cell): string {
  if (low >= 0 && high <= 1) return "bit";
  if (low >= 0 && high <= BYTE_MAX) return "byte";
  return low >= -SHORT_MAX - 1 && high <= SHORT_MAX ? "short" : "int";
}

/**
 * Words that a variable must not be called: those of Promela, those of C (Spin writes C), and what
 * the C preprocessor replaces.
 */
const RESERVED: ReadonlySet<string> = new Set(
  `active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan D_proctype
  d_step do else empty enabled end end_start eval false fi for full get_priority goto hidden if in
  init inline int len local ltl mtype nempty never nfull notrace np_ od of pc_value pid priority
  printf printm proctype provided return run select set_priority short show skip STDIN System
  timeout trace true typedef unless unsigned until weakuntil xr xs always eventually implies
  equivalent release stronguntil U V W X
  auto case char const continue default double enum extern float long register restrict signed
  sizeof static struct switch union void volatile while asm typeof
  linux unix i386 assert main now this proc chan_in
  old_0 old_1 old_2 old_3 old_4 old_5 old_6 old_7`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
