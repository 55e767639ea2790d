/**
 * The TLA+ export: the text of one example, and the form of many.
 *
 * TLC is not run by these tests. What can be seen without it: brackets close, every name that is
 * used is declared once, every action says what becomes of each variable.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { modelOf } from "../libretto-notation.ts";
import { loweredFile } from "../verdict-notation.ts";
import { exportTla, type TlaExport } from "./tla.ts";
import { tlaNames } from "./tla-names.ts";

/** Random programs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 100);

function tla(model: Model): TlaExport {
  const made = exportTla(model);
  if (made.value === undefined) throw new Error(made.error.title);
  return made.value;
}

function check(file: string, name: string): Model {
  const { models } = loweredFile(`models/examples/${file}.libretto`);
  const model = models.find((one) => one.name === name);
  if (model === undefined) throw new Error(`no check ${name}`);
  return model;
}

/** The text without comments and strings. */
function bare(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\\\*.*$/gm, "");
}

/** What is wrong with the form of a module. */
function faults(model: Model, { text, configuration }: TlaExport): readonly string[] {
  const code = bare(text);
  return [
    ...unbalanced(code),
    ...repeated(code),
    ...unchangedTwice(model, code),
    ...[...configuration.matchAll(/^(?:INVARIANT|PROPERTY|VIEW|SPECIFICATION) (\w+)$/gm)]
      .filter(([, name]) => !new RegExp(`^${name ?? ""} ==`, "m").test(code))
      .map(([line]) => `not defined: ${line}`),
  ];
}

const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{", ">>": "<<" };

function unbalanced(code: string): readonly string[] {
  const open: string[] = [];
  // `<<` and `>>` are brackets; `>=` and `<=` are not.
  for (const [token] of code.matchAll(/<<|>>|[()[\]{}]/g)) {
    const wanted = PAIRS[token];
    if (wanted === undefined) open.push(token);
    else if (open.pop() !== wanted) return [`unexpected ${token}`];
  }
  return open.map((token) => `not closed: ${token}`);
}

/** Names that are defined twice, or both defined and bound; TLA+ allows that in no scope. */
function repeated(code: string): readonly string[] {
  const of = (pattern: RegExp): readonly string[] =>
    [...code.matchAll(pattern)].map((match) => match[1] ?? "");
  const defined = of(/^ *(?:LET +)?(\w+)(?:\([^)]*\))? ==/gm);
  const bound = new Set(of(/(?:\\[AE] |CHOOSE |[{:] *)(\w+) \\in/g));
  return defined
    .filter((name, index) => defined.indexOf(name) !== index || bound.has(name))
    .map((name) => `twice: ${name}`);
}

/** Every way through an action primes each variable, or says that it is unchanged. */
function unchangedTwice(model: Model, code: string): readonly string[] {
  const { variables } = tlaNames(model);
  const actions = code
    .slice(code.indexOf("Init =="), code.indexOf("Next =="))
    .split("\n\n")
    .slice(1);
  return actions.flatMap((action) => {
    const ends = action.split("UNCHANGED <<").length - 1;
    if (ends !== 1) return [];
    const unchanged = /UNCHANGED <<([^>]*)>>/.exec(action)?.[1]?.split(", ") ?? [];
    const primed = [...action.matchAll(/(\w+)' =/g)].map((match) => match[1] ?? "");
    const said = [...unchanged, ...primed].toSorted();
    return said.join() === variables.toSorted().join()
      ? []
      : [`variables of ${action.slice(0, 60)}`];
  });
}

describe("the text", () => {
  test("of the network server is the stored one", () => {
    const { text, configuration } = tla(check("netserver", "noFaults"));
    const path = join(import.meta.dirname, "netserver.golden.tla");
    if (process.env["REHEARSAL_UPDATE"] === "1") writeFileSync(path, `${text}\n${configuration}`);
    expect(`${text}\n${configuration}`).toBe(readFileSync(path, "utf8"));
  });

  test.each([
    ["netserver", "crashOnce"],
    ["modeswitch", "switch"],
    ["ring", "fenced"],
    ["ring", "unfencedSc"],
    ["device", "twoDomains"],
  ])("of %s %s is well formed", (file, name) => {
    const model = check(file, name);
    expect(faults(model, tla(model))).toEqual([]);
  });

  test("of random programs is well formed", () => {
    fc.assert(
      fc.property(arbitraryProgram, (text) => {
        const model = modelOf(text);
        expect(faults(model, tla(model))).toEqual([]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test("the form that is looked for can be missed", () => {
    const model = check("netserver", "noFaults");
    const made = tla(model);
    const broken = (text: string): readonly string[] => faults(model, { ...made, text });
    expect(broken(made.text.replace("<<", ""))).not.toEqual([]);
    expect(broken(made.text.replace("UNCHANGED <<server, ", "UNCHANGED <<"))).not.toEqual([]);
    expect(broken(made.text.replace("NoHalfOpen ==", "Other =="))).toContain(
      "not defined: INVARIANT NoHalfOpen",
    );
    expect(broken(made.text.replace("TypeOK ==", "Init =="))).toContain("twice: Init");
  });
});

const PROGRAM = `
module m
machine A {
  ghost var seen : 0..3 = 0
  var x : 0..3 = 0
  initial mode On { fair step up if x < 3 { x += 1; seen = x } }
}
system S {
  a : A
  property Grows: always eventually (a.x == 3)
  property Stays: a.x == 0 until a.x == 1
  reachable Top: a.x == 3
}
check c of S { allow stuck }`;

test("fairness, properties, goals and ghosts have their place", () => {
  const { text, configuration, leftOut } = tla(modelOf(PROGRAM));
  expect(text).toContain("WF_vars(a_up)");
  expect(text).toContain("[](<>((a_x = 3)))");
  expect(text).toContain("Never_Top == ~Top");
  expect(text).toContain("View == <<a, a_x>>");
  expect(leftOut).toEqual(["property Stays, which uses `until` or the past"]);
  expect(configuration).toContain("VIEW View");
  expect(configuration).not.toContain("NotStuck");
});
