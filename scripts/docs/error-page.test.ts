/**
 * Pages of the catalogue are taken apart as documented, and refused when they cannot be checked.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePage, withOutput } from "./error-page.ts";

const fence = (info: string, text: string) => `\`\`\`${info}\n${text}\`\`\`\n`;

function page(example: string, output: string = fence("text", "error\n")): string {
  const head = "# E0107: no such mode\n\nWhy.\n\n";
  return `${head}## Example\n${example}\n## Output\n${output}\n## What to do\nThis.\n`;
}

test("a specification without a name is example.libretto", () => {
  expect(parsePage(page(fence("libretto", "module m\n")))).toEqual({
    code: "E0107",
    files: [{ name: "example.libretto", text: "module m\n" }],
    commands: undefined,
    output: "error\n",
  });
});

test("files have names, and commands are put together", () => {
  const commands = `${fence("sh", "a\n")}${fence("sh", "b\n")}`;
  const example = `${fence("jsonl run.jsonl", "{}\n")}Then:\n${commands}`;
  expect(parsePage(page(example))).toMatchObject({
    files: [{ name: "run.jsonl", text: "{}\n" }],
    commands: "a\nb\n",
  });
});

const wrong: readonly (readonly [text: string, why: string])[] = [
  ["# Errors\n", "the first line is not `# CODE: a few words`"],
  ["# E0107: x\n## Example\n", "the sections are not Example, Output, What to do"],
  [page("no block"), "there is no example"],
  [page(fence("libretto", "x\n"), "nothing"), "the output is not one block ```text"],
  [page(fence("libretto", "x\n"), fence("sh", "x\n")), "the output is not one block ```text"],
];

test.each(wrong)("a page that cannot be checked is refused: %j", (text, why) => {
  expect(parsePage(text)).toEqual({ wrong: why });
});

test("the output is replaced, and nothing else", () => {
  const line = fc.stringMatching(/^[a-z =:^|]{0,20}$/).map((text) => `${text}\n`);
  fc.assert(
    fc.property(line, line, line, (spec, before, after) => {
      const old = page(fence("libretto", spec), fence("text", before));
      const updated = withOutput(old, after);
      expect(updated).toBe(page(fence("libretto", spec), fence("text", after)));
      expect(parsePage(updated)).toMatchObject({ output: after });
    }),
    { seed: 3 },
  );
});
