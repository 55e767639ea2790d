/**
 * The exact words of messages, as a terminal shows them: `spec/golden/*.txt`.
 *
 *     ==== a step leads to a mode that is misspelt        a case
 *     machine App { … }                                   its text
 *     >>>> other.libretto                                 or several, by name
 *     ----
 *     error E0107: …                                      what is said about it
 *
 * Of several texts the first is asked for. After a change on purpose, `UPDATE_GOLDEN=1 vitest run
 * spec/golden` writes what is said now; read the difference before committing it.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { messages, type Texts } from "./judge-notation.ts";

interface GoldenCase {
  readonly name: string;
  readonly text: string;
  readonly said: string;
}

function casesOf(golden: string): readonly GoldenCase[] {
  return golden
    .split(/^==== /m)
    .slice(1)
    .map((part) => {
      const [name = "", ...lines] = part.split("\n");
      const [text = "", said = ""] = lines.join("\n").split(/^----\n/m);
      return { name, text, said };
    });
}

function textsOf(text: string): Texts {
  const files = text.split(/^>>>> /m).slice(1);
  if (files.length === 0) return text;
  return Object.fromEntries(
    files.map((file) => {
      const end = file.indexOf("\n");
      return [file.slice(0, end), file.slice(end + 1)];
    }),
  );
}

const files = globSync("golden/*.txt", { cwd: import.meta.dirname }).toSorted();
const goldens = files.map((name) => {
  const path = join(import.meta.dirname, name);
  return { name, path, cases: casesOf(readFileSync(path, "utf8")) };
});

if (process.env.UPDATE_GOLDEN !== undefined) {
  for (const { path, cases } of goldens) {
    const updated = cases.map(
      ({ name, text }) => `==== ${name}\n${text}----\n${messages(textsOf(text))}\n`,
    );
    writeFileSync(path, updated.join(""));
  }
}

describe.each(goldens)("$name", ({ cases }) => {
  test.each(cases)("$name", ({ text, said }) => {
    expect(`${messages(textsOf(text))}\n`).toBe(said);
  });
});

test("every code of names and types is said somewhere", () => {
  const sources = ["errors.ts", "type-errors.ts"].map((name) =>
    readFileSync(join(import.meta.dirname, name), "utf8"),
  );
  const made = sources.flatMap((source) => source.match(/"[EW]0\d{3}"/g) ?? []);
  const said = goldens.flatMap(({ cases }) => cases.map((each) => each.said)).join("");
  const missing = new Set(made.filter((code) => !said.includes(code.slice(1, -1))));
  expect(made.length).toBeGreaterThan(0);
  expect([...missing]).toEqual([]);
});
