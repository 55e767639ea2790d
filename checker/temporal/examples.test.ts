/** The shipped examples: what heals, what drains, and the loop that weak fairness allows. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { judged, lowered, loweredFile, propertyOf, summary } from "../verdict-notation.ts";

const NETSERVER = "models/examples/netserver.libretto";

test.each([
  ["netserver", "crashOnce", "Heals holds"],
  ["netserver", "noFaults", "Heals holds"],
  ["modeswitch", "switch", "Finishes holds"],
  ["ring", "fenced", "Drains holds"],
  ["ring", "unfenced", "Drains violated 8"],
  ["ring", "unfencedSc", "Drains holds"],
  ["ring", "noRecheck", "Drains violated 5"],
  ["device", "twoDomains", "Reclaimed holds"],
])("%s, check %s: %s", async (file, check, wanted) => {
  const { verdict } = await judged(loweredFile(`models/examples/${file}.libretto`), check);
  expect(summary(verdict)).toContain(wanted);
});

test("with `fair` on write, a client that can write now and then is passed over", async () => {
  const text = readFileSync(new URL(`../../${NETSERVER}`, import.meta.url), "utf8");
  const weak = lowered(text.replace("strongly fair", "fair"));
  const { verdict } = await judged(weak, "crashOnce");
  const { outcome, counterexample } = propertyOf(verdict, "Heals");
  expect([outcome, counterexample?.replayed]).toEqual(["violated", true]);
  const { states, stutters, fairness, hint } = counterexample?.loop ?? {};
  expect(stutters).toBe(false);
  const write = fairness?.find(({ transition }) => transition === "app[Client1].write");
  expect(write).toMatchObject({ kind: "weak", taken: false });
  expect(write?.enabled).toBeGreaterThan(0);
  expect(write?.enabled).toBeLessThan(states ?? 0);
  expect(hint).toContain("declare `app[Client1].write` `strongly fair`");
  expect(counterexample?.reason).toContain("(c = Client1)");
});
