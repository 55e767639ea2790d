/**
 * Constructors of the diagnostics that a check or scenario can give: one function for each code.
 *
 * E02xx and E03xx are violations of built-in properties and steps of a scenario, found by running
 * the model; W05xx say what makes a verdict worth less than it seems. Titles are sentences about
 * the user's model. `docs/errors/` has a page for each code with its real output.
 */
import type { Diagnostic, Related } from "../spec/diagnostic.ts";
import type { Span } from "../spec/source.ts";

interface Parts {
  readonly label?: string;
  readonly related?: readonly Related[];
  readonly notes?: readonly string[];
  readonly hint?: string;
}

function make(
  severity: Diagnostic["severity"],
  code: string,
  title: string,
  span: Span,
  parts: Parts,
): Diagnostic {
  const { related = [], notes = [], ...rest } = parts;
  return { code, severity, title, span, related, notes, ...rest };
}

function error(code: string, title: string, span: Span, parts: Parts): Diagnostic {
  return make("error", code, title, span, parts);
}

function warning(code: string, title: string, span: Span, parts: Parts): Diagnostic {
  return make("warning", code, title, span, parts);
}

/** `1 state`, `2 states`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

// ---------------------------------------------------------------------------- violations of a step

export function leavesRange(
  range: { readonly name: string | undefined; readonly low: number; readonly high: number },
  span: Span,
  label: string,
  declared: Span | undefined,
  notes: readonly string[],
): Diagnostic {
  const bounds = `${range.low}..${range.high}`;
  const name = range.name === undefined ? `\`${bounds}\`` : `\`${range.name}\``;
  const note = range.name === undefined ? `its range is ${bounds}` : `${name} is ${bounds}`;
  const other =
    range.name === undefined
      ? "name the range and declare it `wrap` or `saturate`"
      : `declare \`type ${range.name} = ${bounds} wrap\``;
  return error("E0203", `this can leave the range of ${name}`, span, {
    label,
    related: declared === undefined ? [] : [{ span: declared, note }],
    notes: declared === undefined ? [note, ...notes] : notes,
    hint: `guard it, widen the range, or ${other}`,
  });
}

export function outgrowsList(
  capacity: number,
  length: number,
  span: Span,
  declared: Span | undefined,
  notes: readonly string[],
): Diagnostic {
  const room = counted(capacity, "element");
  return error("E0203", "this can grow a list beyond its capacity", span, {
    label: `the list would have ${counted(length, "element")}`,
    related: declared === undefined ? [] : [{ span: declared, note: `holds at most ${room}` }],
    notes,
    hint: "guard it with `.size`, or widen the list",
  });
}

export function noRuleFor(
  machine: string,
  modes: string,
  message: { readonly port: string; readonly kind: string; readonly parameters: string },
  span: Span,
  mailbox: boolean,
  senders: readonly Span[],
  notes: readonly string[],
): Diagnostic {
  const { port, kind, parameters } = message;
  const event = `${port}.${kind}`;
  const where = modes === "" ? `\`${machine}\`` : `\`${machine}\` in mode \`${modes}\``;
  const wait = mailbox ? "defer" : "block";
  return error("E0301", `${where} has no rule for \`${event}\``, span, {
    label: `a message \`${kind}\` can arrive here`,
    related: senders.map((sender) => ({ span: sender, note: `\`${kind}\` is sent here` })),
    notes,
    hint: `add one of   on ${event}${parameters} …   |   ${wait} ${event}   |   ignore ${event}`,
  });
}

export function canGetStuck(
  system: string,
  span: Span,
  holdings: readonly string[],
  notes: readonly string[],
): Diagnostic {
  return error("E0302", `\`${system}\` can get stuck`, span, {
    label: "in this check",
    notes: [...holdings, ...notes],
    hint: "if the run may end there, mark those modes `final`, or write `allow stuck` in the check",
  });
}

export function assertionFails(
  condition: string,
  span: Span,
  label: string,
  notes: readonly string[],
): Diagnostic {
  return error("E0303", `the assertion \`${condition}\` can fail`, span, {
    label,
    notes,
    hint: "the steps of the counterexample say how; correct the model or the claim",
  });
}

// ---------------------------------------------------------------------------- scenarios

export function cannotDo(name: string, span: Span, reasons: readonly string[]): Diagnostic {
  return error("E0310", `\`${name}\` is not possible here`, span, {
    label: "not enabled after the lines before",
    notes: reasons,
    hint: "write `…` before it to let other steps happen, or correct the step",
  });
}

export function expectationFails(
  condition: string,
  span: Span,
  reason: string,
  notes: readonly string[],
): Diagnostic {
  return error("E0311", `\`${condition}\` is false here`, span, {
    label: reason,
    notes,
    hint: "correct the steps before it, the model, or what is expected",
  });
}

export function doesNotFail(
  property: string,
  span: Span,
  label: string,
  notes: readonly string[],
): Diagnostic {
  return error("E0312", `\`${property}\` does not fail here`, span, {
    label,
    notes,
    hint: "the defect may be gone: then delete the line, or expect its absence",
  });
}

export function violatesInScenario(
  property: string,
  span: Span,
  culprit: Span,
  notes: readonly string[],
): Diagnostic {
  const note = property === "range" ? "a value leaves its range here" : "this assertion fails";
  return error("E0313", `this step violates \`${property}\``, span, {
    label: "the scenario cannot go on after it",
    related: [{ span: culprit, note }],
    notes,
    hint: `a defect on purpose belongs into a check: \`expect violation of ${property}\``,
  });
}

// ---------------------------------------------------------------------------- findings of a check

export function saysNothing(
  kind: string,
  name: string,
  premise: Span,
  examined: number,
): Diagnostic {
  return warning("W0501", `${kind} \`${name}\` says nothing in this check`, premise, {
    label: `true in 0 of ${counted(examined, "state")}`,
    hint: "nothing makes this premise true; is a step or a fault missing from the check?",
  });
}

export function notReached(name: string, span: Span, examined: number): Diagnostic {
  return error("W0502", `\`reachable ${name}\` is never reached`, span, {
    label: `true in 0 of ${counted(examined, "state")}`,
    hint: "a step is missing or never enabled; the coverage says which rules are not taken",
  });
}

export function neverTaken(rule: string, span: Span, checks: readonly string[]): Diagnostic {
  return warning("W0503", `transition \`${rule}\` was never taken`, span, {
    label: `in no state of ${checks.length === 1 ? "this check" : "these checks"}`,
    notes: [`in checks: ${checks.join(", ")}`],
    hint: "let a check lead there, delete the line, or keep the claim with `assert false`",
  });
}

export function neverVaries(
  kind: string,
  name: string,
  span: Span,
  reads: readonly string[],
): Diagnostic {
  const label =
    reads.length === 0 ? "reads no variable" : "reads only variables that never change here";
  return warning("W0504", `${kind} \`${name}\` cannot depend on what happens in this check`, span, {
    label,
    notes: reads.length === 0 ? [] : [`never changed: ${reads.join(", ")}`],
    hint: "speak of a variable that a step of this check changes",
  });
}

export function neverMoves(
  refinement: string,
  abstract: string,
  span: Span,
  steps: number,
): Diagnostic {
  return warning("W0530", `refinement \`${refinement}\` says nothing in this check`, span, {
    label: `no step moves \`${abstract}\``,
    notes: [`${counted(steps, "step")} of the implementation, which all stutter there`],
    hint: "is a step or a fault missing from the check, or does a value never change?",
  });
}

export function endedEarly(
  check: string,
  limit: string,
  span: Span,
  states: number,
  unknown: readonly string[],
): Diagnostic {
  return warning("W0505", `check \`${check}\` ended early: ${limit}`, span, {
    label: `after ${counted(states, "state")}`,
    notes: unknown.length === 0 ? [] : [`unknown for that reason: ${unknown.join(", ")}`],
    hint: "give it a larger budget, or make the check smaller",
  });
}

export function neverUsed(channel: string, span: Span): Diagnostic {
  return warning("W0506", `channel \`${channel}\` is never used`, span, {
    label: "no rule sends on it",
    hint: "send on it, or delete it",
  });
}

export function statesChanged(expected: number, found: number, span: Span): Diagnostic {
  return error("W0508", `this check has ${counted(found, "state")}`, span, {
    label: `expected ${counted(expected, "state")}`,
    hint: `if the change was meant, write \`expect ${found} states\``,
  });
}
