/** Names of a Model stay readable as identifiers, and no two become one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createNaming, identifier } from "./names.ts";

test.each([
  ["server.table[Client1]", "server_table_Client1"],
  ["faults server.crash", "faults_server_crash"],
  ["2pc", "x_2pc"],
  ["__", "x"],
])("%s becomes %s", (name, expected) => {
  expect(identifier(name)).toBe(expected);
});

test("equal identifiers are numbered, and words of the notation are avoided", () => {
  const naming = createNaming(new Set(["init"]));
  expect(["a.b", "a_b", "init", "a b"].map(naming)).toEqual(["a_b", "a_b_2", "init_2", "a_b_3"]);
});

test("no two names become one", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 30 }), (wanted) => {
      const naming = createNaming(new Set(["x_2"]));
      const given = wanted.map(naming);
      expect(new Set(given).size).toBe(wanted.length);
      expect(given.every((name) => /^[A-Za-z][A-Za-z0-9_]*$/.test(name))).toBe(true);
    }),
  );
});
