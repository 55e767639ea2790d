/**
 * `def outage = from down(_) until up(_)`: the maximal stretches between two conditions.
 *
 * An interval is resolved once, at its first use, with its parameters as slots; the quantifiers
 * that range over it hand in their ids. Its conditions may look at the past but not at other
 * intervals, because the judge finds the intervals of a position before anything that uses them.
 */
import { sharedEvents } from "./abstract.ts";
import { looksAheadBy } from "./ahead.ts";
import { bindVariable, emptyScope, type LogContext } from "./context.ts";
import { looksAhead, wrongType } from "./errors.ts";
import { truthOf } from "./expressions.ts";

/**
 * Resolves all intervals of the log; afterwards `intervalIndex` has each, -1 for those with
 * mistakes.
 */
export function resolveIntervals(context: LogContext): void {
  const found = new Map<string, number>();
  for (const [name, definition] of context.definitions) {
    if (definition.value.kind === "interval") found.set(name, resolveInterval(context, name) ?? -1);
  }
  for (const [name, index] of found) context.intervalIndex.set(name, index);
}

function resolveInterval(context: LogContext, name: string): number | undefined {
  const definition = context.definitions.get(name);
  if (definition?.value.kind !== "interval") return undefined;
  context.expanded.add(name);
  let scope = emptyScope();
  for (const parameter of definition.parameters) {
    scope = bindVariable(scope, parameter.name.text, "unknown", undefined).scope;
  }
  const parameters = scope.slots.slice();
  const { value } = definition;
  for (const part of [value.from, value.until]) {
    const ahead = looksAheadBy(context, part);
    if (ahead !== undefined) {
      context.report(looksAhead(ahead, "the definition of an interval", part.span));
      return undefined;
    }
  }
  const from = truthOf(context, scope, value.from);
  const until = truthOf(context, scope, value.until);
  if (from === undefined || until === undefined) return undefined;
  const sorts: string[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const declared = definition.parameters[index];
    if (parameter.kind !== "id" || parameter.sort === undefined) {
      context.report(
        wrongType("an id", "a parameter that no event takes", declared?.name.span ?? value.span),
      );
      return undefined;
    }
    sorts.push(parameter.sort);
  }
  const shared = new Set(
    [from, until].flatMap((part) => sharedEvents(part, sorts.length, context.past)),
  );
  context.intervals.push({
    name,
    span: definition.span,
    from,
    until,
    sorts,
    shared: [...shared].toSorted((a, b) => a - b),
  });
  return context.intervals.length - 1;
}
