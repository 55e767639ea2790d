/**
 * Names that must differ from one another: fields, parameters, binders, members of an enum, labels.
 */
import { duplicateName } from "../errors.ts";
import type { Name } from "../syntax.ts";
import type { Lowering } from "./scope.ts";

/** Reports each name that stands in the list before. `_` is no name. */
export function reportDuplicates(lowering: Pick<Lowering, "report">, names: readonly Name[]): void {
  const seen = new Map<string, Name>();
  for (const name of names) {
    if (name.text === "_") continue;
    const before = seen.get(name.text);
    if (before === undefined) seen.set(name.text, name);
    else lowering.report(duplicateName(name.text, name.span, before.span));
  }
}
