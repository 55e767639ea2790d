/**
 * What is well formed and what is not, for every construct: `spec/judged/`.
 *
 * `snippets.txt` holds one case a line: what a step does (after `?`, what it asserts), the
 * variables of its machine, and what is said about it: `fine`, or codes with the words above their
 * carets.
 *
 *     n = o ## var o : Few? = none  var n : Few = 0 => E0210 o
 *
 * The other files hold whole texts, each after the declarations at the head of its file:
 *
 *     ====
 *     machine A { initial mode X { mode Y { } } }
 *     ----
 *     E0137 Y
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codes, inGuard, inStep } from "./judge-notation.ts";

const read = (name: string): string =>
  readFileSync(join(import.meta.dirname, "judged", name), "utf8");

interface Snippet {
  readonly line: string;
  readonly effects: string;
  readonly variables: string;
  readonly said: readonly string[];
}

const snippets: readonly Snippet[] = read("snippets.txt")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("# "))
  .map((line) => {
    const [code = "", said = ""] = line.split(/ ?=> /);
    const [effects = "", variables = ""] = code.split("##").map((part) => part.trim());
    return { line, effects, variables, said: said === "fine" ? [] : said.split(" | ") };
  });

describe("what a step does", () => {
  test.each(snippets)("$line", ({ effects, variables, said }) => {
    const found = effects.startsWith("? ")
      ? inGuard(effects.slice("? ".length), variables)
      : inStep(effects, variables);
    expect(found).toEqual(said);
  });
});

describe.each(["machines.txt", "systems.txt", "threads.txt", "deployments.txt"])("%s", (name) => {
  const [head = "", ...parts] = read(name).split(/^====\n/m);
  const cases = parts.map((part) => {
    const [text = "", said = ""] = part.split(/^----\n/m);
    return { text, said };
  });

  test.each(cases)("$text", ({ text, said }) => {
    const found = codes(head + text).map((one) => `${one.replace(/\s+/g, " ")}\n`);
    expect(found.join("")).toBe(said);
  });
});
