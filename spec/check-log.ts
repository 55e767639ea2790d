/**
 * Checks a `log` declaration: names, parameters, types and forms, and resolves it for the judge.
 *
 *     events ──► intervals ──► properties ──► definitions that nothing uses
 *
 * Everything that can be wrong with a log is found here, before a recording is opened. What the
 * judge cannot do in one pass with bounded memory is refused with a message that says what to write
 * instead: looking ahead from the past, past operators over intervals, quantifiers over values that
 * are no ids. The result is there only when there is no mistake.
 */
import type { Diagnostic } from "./diagnostic.ts";
import type { ResolvedLog, ResolvedProperty } from "./log.ts";
import { looksAheadBy } from "./logs/ahead.ts";
import { bindVariable, emptyScope, type LogContext } from "./logs/context.ts";
import { badClock, clockMissing, declaredTwice } from "./logs/errors.ts";
import { truthOf } from "./logs/expressions.ts";
import { resolveProperty } from "./logs/formulas.ts";
import { resolveIntervals } from "./logs/intervals.ts";
import { resolveEvent } from "./logs/sources.ts";
import type {
  ClockDeclaration,
  DefDeclaration,
  LogDeclaration,
  LogEventDeclaration,
  Name,
  PropertyDeclaration,
} from "./syntax.ts";

export interface CheckedLog {
  /** Undefined when a diagnostic is an error. */
  readonly log: ResolvedLog | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks and resolves a log. */
export function checkLog(declared: LogDeclaration): CheckedLog {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    if (!diagnostics.some((known) => sameCause(known, diagnostic))) diagnostics.push(diagnostic);
  };
  const clock = clockOf(declared, report);
  const context = contextOf(declared, report);
  resolveIntervals(context);
  const properties: ResolvedProperty[] = [];
  for (const item of unique(propertiesOf(declared), report)) {
    const property = resolveProperty(context, item);
    if (property !== undefined) properties.push(property);
  }
  checkUnused(context);
  const ignored = declared.items.flatMap((item) =>
    item.kind === "ignoreEvents" ? item.events : [],
  );
  const log: ResolvedLog = {
    name: declared.name.text,
    span: declared.span,
    clock,
    events: context.events,
    past: context.past,
    intervals: context.intervals,
    moments: context.moments,
    properties,
    ignored,
  };
  const broken = diagnostics.some(({ severity }) => severity === "error");
  return { log: broken ? undefined : log, diagnostics };
}

function sameCause(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.span?.start === b.span?.start && a.span?.end === b.span?.end;
}

function contextOf(declared: LogDeclaration, report: LogContext["report"]): LogContext {
  const names = unique(
    declared.items.filter(
      (item): item is LogEventDeclaration | DefDeclaration =>
        item.kind === "event" || item.kind === "def",
    ),
    report,
  );
  const events = names.flatMap((item) =>
    item.kind === "event" ? [resolveEvent(item, report)] : [],
  );
  const definitions = names.flatMap((item) => (item.kind === "def" ? [item] : []));
  return {
    log: declared.name.text,
    events,
    eventIndex: new Map(events.map(({ name }, index) => [name, index])),
    definitions: new Map(definitions.map((item) => [item.name.text, item])),
    past: [],
    pastIndex: new Map(),
    intervals: [],
    intervalIndex: new Map(),
    moments: [],
    expanded: new Set(),
    open: [],
    report,
  };
}

function propertiesOf(declared: LogDeclaration): readonly PropertyDeclaration[] {
  return declared.items.filter(
    (item): item is PropertyDeclaration =>
      item.kind === "property" || item.kind === "invariant" || item.kind === "reachable",
  );
}

/** The declarations without those whose name was declared before. */
function unique<T extends { readonly name: Name }>(
  items: readonly T[],
  report: LogContext["report"],
): readonly T[] {
  const first = new Map<string, Name>();
  return items.filter(({ name }) => {
    const before = first.get(name.text);
    if (before === undefined) first.set(name.text, name);
    else report(declaredTwice(name.text, name.span, before.span));
    return before === undefined;
  });
}

/** The clock; reports a second one, and events of logs that have none. */
function clockOf(declared: LogDeclaration, report: LogContext["report"]): ResolvedLog["clock"] {
  const clocks = declared.items.filter((item): item is ClockDeclaration => item.kind === "clock");
  const [clock, second] = clocks;
  if (second !== undefined) {
    report(badClock("a log has one clock", "a second clock", second.span));
  }
  if (clock === undefined) {
    const source = declared.items
      .flatMap((item) => (item.kind === "event" ? item.sources : []))
      .find(({ event }) => !/^(?:tcp|arp)\./.test(event));
    if (source !== undefined) {
      report(clockMissing(declared.name.text, `\`${source.event}\``, source.span));
    }
    return undefined;
  }
  if (clock.skew !== undefined) {
    const title = "the clock of a log has no skew: its events are in the order of their times";
    report(badClock(title, "only clocks of bindings have a skew", clock.skew.span));
  }
  const { field, unit } = clock;
  if (field.kind === "name") return { field: field.name, unit };
  if (field.kind === "field" && field.object.kind === "name" && field.object.name === "e") {
    return { field: field.field.text, unit };
  }
  report(badClock("a clock names the field that has the time", "not a field", field.span));
  return undefined;
}

/** Definitions that nothing uses are checked with parameters of any kind. */
function checkUnused(context: LogContext): void {
  for (const [name, definition] of context.definitions) {
    if (context.expanded.has(name) || definition.value.kind === "interval") continue;
    if (looksAheadBy(context, definition.value) !== undefined) continue;
    let scope = emptyScope();
    for (const parameter of definition.parameters) {
      scope = bindVariable(scope, parameter.name.text, "unknown", undefined).scope;
    }
    context.open.push(name);
    truthOf({ ...context, past: [...context.past], pastIndex: new Map() }, scope, definition.value);
    context.open.pop();
  }
}
