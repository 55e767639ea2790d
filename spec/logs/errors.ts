/**
 * Constructors of the diagnostics about `log` declarations: one function for each code.
 *
 * Titles speak of the user's log. `docs/errors/` has a page for each code with its real output.
 */
import { type Diagnostic, errorAt } from "../diagnostic.ts";
import type { Span } from "../source.ts";
import { list, suggestion } from "../phrases.ts";

/** A name that is no event, definition or variable of the log. */
export function unknownInLog(
  name: string,
  span: Span,
  log: string,
  candidates: readonly string[],
): Diagnostic {
  return errorAt("E0410", `log \`${log}\` has no event or definition \`${name}\``, span, {
    label: "not declared in this log",
    notes: [`events and definitions of ${log}: ${list(candidates)}`],
    hint: suggestion(name, candidates),
  });
}

/** Too many arguments of an event, or the wrong number for a definition. */
export function wrongArguments(
  name: string,
  given: number,
  parameters: readonly string[],
  what: "event" | "definition",
  span: Span,
): Diagnostic {
  const count = parameters.length === 1 ? "1 parameter" : `${parameters.length} parameters`;
  return errorAt("E0411", `\`${name}\` has ${count}, not ${given}`, span, {
    label: `${given} given`,
    notes: [
      `parameters of ${name}: ${list(parameters)}`,
      ...(what === "event" ? ["arguments of an event may be left out at the end"] : []),
    ],
  });
}

/** An argument, or a side of an operator, of the wrong type. */
export function wrongType(wanted: string, found: string, span: Span): Diagnostic {
  return errorAt("E0412", `${found} stands where the log needs ${wanted}`, span, {
    label: `this is ${found}`,
  });
}

/** Two events or definitions, or two properties, of one name. */
export function declaredTwice(name: string, span: Span, first: Span): Diagnostic {
  return errorAt("E0413", `\`${name}\` is declared twice in this log`, span, {
    label: "declared again here",
    related: [{ span: first, note: "first declared here" }],
  });
}

export function unknownParameterType(
  name: string,
  span: Span,
  types: readonly string[],
): Diagnostic {
  return errorAt("E0414", `parameters of events have no type \`${name}\``, span, {
    label: "not a type of events",
    notes: [`types: ${list(types)}`],
    hint: suggestion(name, types),
  });
}

/** An operator that looks ahead where only the past is known. */
export function looksAhead(operator: string, place: string, span: Span): Diagnostic {
  return errorAt("E0415", `\`${operator}\` looks ahead inside ${place}`, span, {
    label: "not decided when it is needed",
    notes: [
      "a recording is read once: past operators, definitions of intervals, `at` and inner " +
        "quantifiers see what has been read",
    ],
  });
}

/** A quantifier over something else than ids or intervals. */
export function notADomain(found: string, span: Span, candidates: readonly string[]): Diagnostic {
  return errorAt("E0416", `a log quantifies over ids or intervals, not over ${found}`, span, {
    label: "neither ids nor intervals",
    notes: [`ids and intervals of this log: ${list(candidates)}`],
  });
}

/** A word that has no meaning in a log. */
export function notInLogs(what: string, span: Span): Diagnostic {
  return errorAt("E0417", `a log has no ${what}`, span, { label: "only in models" });
}

/** Event logs are read, but nothing says where their times are. */
export function clockMissing(log: string, what: string, span: Span): Diagnostic {
  return errorAt("E0418", `log \`${log}\` needs a clock for ${what}`, span, {
    label: "needs times of an event log",
    hint: "say which field has the time, for example `clock ts_ns ns`",
  });
}

/** A second clock, or a clock that a log cannot have. */
export function badClock(title: string, label: string, span: Span): Diagnostic {
  return errorAt("E0419", title, span, { label });
}

/** Something else than fields of the concrete event, `e.field`. */
export function badSourceExpression(what: string, span: Span): Diagnostic {
  return errorAt("E0420", `${what} cannot be read from a recorded event`, span, {
    label: "not a field of the event",
    notes: ["the event is called `e`: `e.instance`, `e.time`; functions: each, max, min"],
  });
}

export function unknownParameter(
  event: string,
  name: string,
  span: Span,
  parameters: readonly string[],
): Diagnostic {
  return errorAt("E0421", `event \`${event}\` has no parameter \`${name}\``, span, {
    label: `not a parameter of ${event}`,
    notes: [`parameters of ${event}: ${list(parameters)}`],
    hint: suggestion(name, parameters),
  });
}

export function circularDefinition(name: string, span: Span): Diagnostic {
  return errorAt("E0422", `definition \`${name}\` uses itself`, span, {
    label: "the circle closes here",
  });
}

/** `_`, an interval or an event in a place where it means nothing. */
export function misplaced(what: string, where: string, span: Span): Diagnostic {
  return errorAt("E0423", `${what} stands where the log has no use for it`, span, { label: where });
}

/** `at` or `after` without a moment of a quantified interval. */
export function notAMoment(what: string, span: Span): Diagnostic {
  return errorAt("E0424", `${what} needs a moment of an interval`, span, {
    label: "no moment",
    notes: [
      "moments are the ends of the intervals of a quantifier: `o.begin`, `o.end`, `o.end + 2s`",
    ],
  });
}

/** A construct for which the judge would have to keep more than it can bound. */
export function unbounded(title: string, label: string, span: Span, note: string): Diagnostic {
  return errorAt("E0425", title, span, { label, notes: [note] });
}

/** A quantifier over intervals inside the conditions of an interval. */
export function intervalOfIntervals(name: string, span: Span): Diagnostic {
  return unbounded(
    `the conditions of an interval look at the intervals of \`${name}\``,
    "intervals are found before this is known",
    span,
    "use the events that begin and end them",
  );
}
