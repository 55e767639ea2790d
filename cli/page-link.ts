/**
 * Links into the HTML page, so that a verdict line leads to the very counterexample.
 *
 *     report.html#c=crashOnce&p=NoHalfOpen
 *
 * The page finds a check by a name that is unique in the run (`viz/document-of-checks.ts`). The
 * names are fixed before the first check ends, because each block of text is printed as soon as it
 * is known.
 */
import { uniqueNames } from "../viz/document-of-checks.ts";

/** A check as it is looked up. */
interface Named {
  readonly kind: "check" | "scenario";
  readonly file: string;
  readonly system: string;
  readonly name: string;
}

/** The link to a property of a check. */
export type PageLinks = (check: Named, property: string) => string;

/** Links into `page`, on which these checks are shown in this order. */
export function pageLinks(page: string, checks: readonly Named[]): PageLinks {
  const names = uniqueNames(checks);
  const byKey = new Map(checks.map((check, index) => [keyOf(check), names[index]]));
  return (check, property) => {
    const name = byKey.get(keyOf(check)) ?? check.name;
    return `${page}#${new URLSearchParams({ c: name, p: property }).toString()}`;
  };
}

function keyOf({ kind, file, system, name }: Named): string {
  return JSON.stringify([kind, file, system, name]);
}
