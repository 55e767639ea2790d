/**
 * Ownership of connections among captures, and generations that stay unique.
 */
import { expect, test } from "vitest";
import {
  type Claim,
  claimConnection,
  createConnectionRegistry,
  releaseConnection,
} from "./connection-registry.ts";

/** `A:7` is capture A claiming initial number 7, `A:-` without a SYN, `A!` capture A letting go. */
function claims(text: string): string[] {
  const registry = createConnectionRegistry();
  return text.split(" ").map((word) => {
    const source = word.charCodeAt(0) - "A".charCodeAt(0);
    if (word.endsWith("!")) {
      releaseConnection(registry, "pair", 1, source);
      return "!";
    }
    const number = word.slice(2);
    const initial = number === "-" ? undefined : Number(number);
    return show(claimConnection(registry, "pair", 1, initial, source));
  });
}

function show({ generation, shadow }: Claim): string {
  return shadow ? `(${generation})` : `${generation}`;
}

test.each([
  ["the first to see a connection owns it", "A:7 B:7", "1 (1)"],
  ["a new number is a new generation, whoever sees it first", "A:7 B:7 B:8 A:8", "1 (1) 2 (2)"],
  ["a capture that starts late follows", "A:7 B:-", "1 (1)"],
  ["a straggler of an old generation is not new", "A:7 A:8 A:9 B:7 B:8", "1 2 3 (3) (3)"],
  ["the owner's next connection without a SYN is its own", "A:- A:-", "1 2"],
  ["numbers go on after the owner let go", "A:7 A! B:7", "1 ! 2"],
  ["another capture cannot let go", "A:7 B! B:7", "1 ! (1)"],
])("%s", (_name, text, expected) => {
  expect(claims(text).join(" ")).toBe(expected);
});
