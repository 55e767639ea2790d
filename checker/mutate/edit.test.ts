/** A program with a hole differs from the program in the hole and nowhere else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import { loadProgram, lowerProgram } from "../../spec/index.ts";
import { edited, replaceNode } from "./edit.ts";
import { holesOf } from "./holes.ts";

const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 40);

test("a node is replaced where it stands, and what does not hold it is shared", () => {
  const node = { deep: 1 };
  const other = { far: [1, 2] };
  const tree = { left: [node, other], right: other };
  const changed = replaceNode(tree, node, { deep: 2 });
  expect(changed).toEqual({ left: [{ deep: 2 }, other], right: other });
  expect(changed.right).toBe(other);
  expect(tree.left[0]).toBe(node);
  expect(replaceNode(tree, {}, {})).toBe(tree);
});

test("replacing nothing changes no meaning; a hole changes the Model or is refused", () => {
  let changes = 0;
  fc.assert(
    fc.property(arbitraryProgram, (text) => {
      const program = loadProgram([{ path: "test.libretto", text }], () => undefined);
      const whole = JSON.stringify(lowerProgram(program));
      for (const declaration of program.modules[0]?.module.declarations ?? []) {
        const same = edited(program, declaration, declaration, { ...declaration });
        expect(JSON.stringify(lowerProgram(same)) === whole).toBe(true);
        for (const hole of holesOf(declaration)) {
          const mutant = edited(program, declaration, hole.node, hole.replacement);
          if (JSON.stringify(lowerProgram(mutant)) !== whole) changes++;
        }
      }
      // The program itself is as it was.
      expect(JSON.stringify(lowerProgram(program)) === whole).toBe(true);
    }),
    { numRuns: RUNS },
  );
  expect(changes).toBeGreaterThan(RUNS);
});

test("a hole is the words that it names: the same Model as that of the text without them", () => {
  const text = `module test
machine Lamp {
  var lit : bool = false
  initial mode Off { step press if not lit { lit = true } }
}
system Room { lamp : Lamp  reachable Lit: lamp.lit }
check all of Room { }
`;
  const read = (words: string) => {
    const source = { path: "test.libretto", text: words };
    return loadProgram([source], () => undefined);
  };
  const program = read(text);
  // Places and quoted rules aside.
  const meaning = (one: typeof program): string =>
    JSON.stringify(lowerProgram(one).models, (key, value: unknown) =>
      ["span", "text", "places"].includes(key) ? undefined : value,
    );
  const machine = program.modules[0]?.module.declarations[0];
  if (machine === undefined) throw new Error("no machine");
  const [guard, effect] = holesOf(machine);
  if (guard === undefined || effect === undefined) throw new Error("no holes");
  const without = (words: string): string => meaning(read(text.replace(words, "")));
  const mutant = (hole: typeof guard): string =>
    meaning(edited(program, machine, hole.node, hole.replacement));
  expect(mutant(guard)).toBe(without("if not lit"));
  expect(mutant(effect)).toBe(without("lit = true"));
});
