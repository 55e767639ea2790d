/**
 * Findings about a check: what makes its verdict worth less than it seems.
 *
 * A finding speaks only when the search was complete, because "never" needs the whole graph; the
 * one exception says that it was not. One cause gives one finding: an invariant whose premise is
 * never true is not also said to read only what never changes.
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Effect, Expr, Invariant, Model, Read, TemporalProperty } from "../spec/model.ts";
import { sendsIn } from "./built-in-verdicts.ts";
import type { ConditionTally, Exploration } from "./explore/explorer.ts";
import {
  counted,
  endedEarly,
  neverMoves,
  neverUsed,
  neverVaries,
  notReached,
  saysNothing,
  statesChanged,
} from "./findings.ts";
import { isWanted } from "./judgement.ts";
import { premisesOf } from "./premise.ts";
import { premiseOf } from "./temporal/pattern.ts";
import { countsWhole } from "./reduce/worth.ts";
import type { PropertyVerdict, UnknownReason } from "./verdict.ts";

export function checkFindings(
  model: Model,
  found: Exploration,
  properties: readonly PropertyVerdict[],
): readonly Diagnostic[] {
  if (found.stopped !== undefined) {
    const open = properties.filter(({ unknown }) => unknown === found.stopped);
    const names = open.map(({ name }) => name);
    const limit = limitWords(found.stopped);
    const ended = endedEarly(model.name, limit, model.span, found.states, names);
    const room = "make room on the disk of `--spill`, or name another folder";
    return [found.stopped.reason === "disk" ? { ...ended, hint: room } : ended];
  }
  return [
    ...model.invariants.flatMap((invariant, index) =>
      invariantFindings(model, invariant, found.invariants[index], found),
    ),
    ...model.goals.flatMap((goal, index) => goalFindings(model, goal, found.goals[index])),
    ...model.temporal.flatMap((property) => temporalFindings(property, properties)),
    ...properties.flatMap(refinementFindings),
    ...unusedChannels(model),
    ...countFindings(model, found),
  ];
}

function invariantFindings(
  model: Model,
  invariant: Invariant,
  tally: ConditionTally | undefined,
  found: Exploration,
): readonly Diagnostic[] {
  const { name, condition, span } = invariant;
  if (!isWanted(model, name) || tally === undefined || tally.path !== undefined) return [];
  if (tally.examined === 0) return [];
  const level = tally.premises.indexOf(0);
  const premise = premisesOf(condition)[level];
  if (premise !== undefined) return [saysNothing("invariant", name, premise.span, tally.examined)];
  const slots = [...new Set(readsOf(condition))];
  if (slots.some((slot) => found.changed[slot] === true)) return [];
  const names = slots.map((slot) => model.slots[slot]?.name ?? "?");
  return [neverVaries("invariant", name, span, names)];
}

function goalFindings(
  model: Model,
  goal: Invariant,
  tally: ConditionTally | undefined,
): readonly Diagnostic[] {
  const { name, condition, span } = goal;
  const expected = model.expect.violations.some((violation) => violation.name === name);
  if (!isWanted(model, name) || tally === undefined || expected) return [];
  if (tally.path === undefined) {
    return tally.examined === 0 ? [] : [notReached(name, span, tally.examined)];
  }
  const constant = readsOf(condition).length === 0;
  return constant ? [neverVaries("reachable", name, span, [])] : [];
}

/** A premise that no state makes true, for no instance. */
function temporalFindings(
  { name, instances }: TemporalProperty,
  properties: readonly PropertyVerdict[],
): readonly Diagnostic[] {
  const verdict = properties.find((one) => one.name === name && one.kind === "property");
  const first = instances[0];
  const premise = first === undefined ? undefined : premiseOf(first.formula);
  if (verdict?.outcome !== "holds" || verdict.premiseTrue !== 0 || premise === undefined) return [];
  return [saysNothing("property", name, premise.span, verdict.examined)];
}

function refinementFindings({ name, span, outcome, refinement }: PropertyVerdict): Diagnostic[] {
  if (outcome !== "holds" || span === undefined || refinement?.idle !== true) return [];
  return [neverMoves(name, refinement.abstract, span, refinement.steps)];
}

/** Slots that an expression reads anywhere. */
function readsOf(expr: Expr): readonly number[] {
  const found: number[] = [];
  visit(expr, (read) => found.push(...read.slots));
  return found;
}

/** Calls `see` for every read below a node; nodes are told from other data by their `op`. */
function visit(node: unknown, see: (read: Read) => void): void {
  if (Array.isArray(node)) {
    for (const element of node) visit(element, see);
  } else if (typeof node === "object" && node !== null) {
    if (isRead(node)) see(node);
    for (const [key, child] of Object.entries(node)) {
      if (key !== "type" && key !== "span" && key !== "value") visit(child, see);
    }
  }
}

function isRead(node: object): node is Read {
  return "op" in node && node.op === "read";
}

/** Channels on which some rule sends. */
export function usedChannels(model: Model): ReadonlySet<number> {
  const effects: readonly (readonly Effect[])[] = [
    model.start,
    ...model.transitions.map((transition) => transition.effects),
  ];
  return new Set(effects.flatMap(sendsIn).flatMap((send) => send.channels));
}

/** Channels on which no rule sends, a family once and only when all its members are unused. */
function unusedChannels(model: Model): readonly Diagnostic[] {
  const used = usedChannels(model);
  const places = new Map<number, { readonly name: string; readonly used: boolean }>();
  for (const [index, { name, span }] of model.channels.entries()) {
    const before = places.get(span.start)?.used ?? false;
    places.set(span.start, { name: name.replace(/\[.*/, ""), used: before || used.has(index) });
  }
  return model.channels.flatMap(({ span }, index) => {
    const place = places.get(span.start);
    const isFirst = model.channels.findIndex((other) => other.span.start === span.start) === index;
    return place === undefined || place.used || !isFirst ? [] : [neverUsed(place.name, span)];
  });
}

function countFindings(model: Model, found: Exploration): readonly Diagnostic[] {
  const { states } = model.expect;
  if (states === undefined || states.count === found.states) return [];
  if (!countsWhole(found.reductions)) return [];
  return [statesChanged(states.count, found.states, states.span)];
}

/** A limit as the end of a sentence. */
export function limitWords(stopped: UnknownReason): string {
  switch (stopped.reason) {
    case "states":
      return `the limit of ${counted(stopped.limit, "state")} was reached`;
    case "memory":
      return `the limit of ${counted(stopped.limit, "byte")} was reached`;
    case "time":
      return `the limit of ${counted(stopped.limit, "millisecond")} was reached`;
    case "disk":
      return `the disk of the search failed: ${stopped.why}`;
    default:
      return "it was interrupted";
  }
}
