/** The name of a Model follows its meaning. */
import { expect, test } from "vitest";
import { modelOf } from "../libretto-notation.ts";
import { modelIdentity } from "./checkpoint-identity.ts";

const text = (effect: string, check = "", comment = ""): string => `${comment}type N = 0..3
  machine M { var n : N = 0  initial mode A { step up if n < 3 { ${effect} } } }
  system S { m : M } check c of S { allow stuck ${check} }`;

const identity = (...parts: Parameters<typeof text>): string =>
  modelIdentity(modelOf(text(...parts)));

test("comments, budgets and expectations leave it, a changed effect or property does not", () => {
  const name = identity("n += 1");
  expect(name).toMatch(/^[0-9a-f]{64}$/);
  expect(identity("n += 1", "", "// counts\n\n")).toBe(name);
  expect(identity("n += 1", "budget 5s  expect 4 states")).toBe(name);
  expect(identity("n += 2")).not.toBe(name);
  expect(identity("n = n + 2")).toBe(identity("n += 2"));
});
