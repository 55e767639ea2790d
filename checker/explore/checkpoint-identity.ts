/**
 * Names a Model by what a search of it depends on: its meaning, not its text.
 *
 * A comment or a blank line moves places and changes nothing that is searched, so a checkpoint
 * stays good. Slots, transitions, properties and settings are all in the name: whoever changes one
 * has another model, whose states must not be mixed with these. Budgets and expectations are not,
 * because a search is resumed with a larger budget.
 */
import { createHash } from "node:crypto";
import type { Model } from "../../spec/model.ts";

/** Parts of a Model that say where something is written or how it is quoted. */
const NOT_MEANT: ReadonlySet<string> = new Set(["span", "text", "places", "file"]);
const NOT_SEARCHED: ReadonlySet<string> = new Set(["budget", "expect"]);

/** SHA-256 of the Model without its places, as hexadecimal text. */
export function modelIdentity(model: Model): string {
  const meaning = JSON.stringify(model, function (this: unknown, key: string, value: unknown) {
    const isTop = this === model;
    return NOT_MEANT.has(key) || (isTop && NOT_SEARCHED.has(key)) ? undefined : value;
  });
  return createHash("sha256").update(meaning).digest("hex");
}
