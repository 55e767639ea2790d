/**
 * Verdicts and diagnostics about the built-in properties: assert, range, unhandled, stuck.
 *
 * They are judged in every check, whatever `only` says, because a step that violates one of them
 * has no next state: what else holds beyond it is not known. A property for which there was nothing
 * to examine (no assertion was evaluated, no message ever waited) has no verdict at all.
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Effect, Model, Type } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import { part, printValue } from "../spec/values.ts";
import { explain } from "./explain.ts";
import type { BuiltInViolation, Exploration } from "./explore/explorer.ts";
import {
  assertionFails,
  canGetStuck,
  counted,
  leavesRange,
  noRuleFor,
  outgrowsList,
} from "./findings.ts";
import { holdings, modesOf } from "./hindrance.ts";
import { confirmed, undecided, violated } from "./judgement.ts";
import { operandValues } from "./operands.ts";
import { unhandledMessages } from "./reference/messages.ts";
import { createMeter } from "./reference/meter.ts";
import type { Violation } from "./reference/outcome.ts";
import { type Sources, wordsAt } from "./source-words.ts";
import {
  BUILT_IN_PROPERTIES,
  type Clause,
  type PathStep,
  type PropertyVerdict,
} from "./verdict.ts";

/** Labels of an example that are listed in a note. */
const MAX_LABELS = 6;
/** Rules that send a message that has no rule. */
const MAX_SENDERS = 2;

type RangeViolation = Extract<Violation, { readonly property: "range" }>;

/** What is wrong at the end of a path, for people. */
interface Account {
  readonly reason: string;
  readonly why: readonly Clause[];
  readonly span: Span;
  /** Words beside the caret, when the reason is too long there. */
  readonly label: string | undefined;
}

export function builtInVerdicts(
  model: Model,
  found: Pick<Exploration, "builtIns" | "examined" | "stopped">,
  sources: Sources,
): readonly PropertyVerdict[] {
  return BUILT_IN_PROPERTIES.flatMap((name): PropertyVerdict[] => {
    const first = found.builtIns.find(({ property }) => property === name);
    const examined = found.examined[name];
    const common = {
      name,
      kind: name,
      examined,
      premiseTrue: undefined,
      temporal: undefined,
    } as const;
    if (first !== undefined) {
      const about = account(model, first, sources);
      const counterexample = confirmed(model, name, first.path, about);
      return [{ ...common, span: about.span, ...violated(counterexample) }];
    }
    if (examined === 0) return [];
    return [{ ...common, span: undefined, ...undecided("holds", { examined }, found) }];
  });
}

/** One diagnostic for each culprit of the built-in properties whose violation nobody expected. */
export function builtInDiagnostics(
  model: Model,
  found: Pick<Exploration, "builtIns">,
  sources: Sources,
): readonly Diagnostic[] {
  const expected = new Set(model.expect.violations.map(({ name }) => name));
  return found.builtIns
    .filter((violation) => !expected.has(violation.property) && !isConsequence(model, violation))
    .map((violation) => diagnose(model, violation, sources));
}

/** Stuck where a message without a rule waits: the message is the cause, and has its own error. */
function isConsequence(model: Model, { property, path }: BuiltInViolation): boolean {
  const end = path.at(-1)?.state ?? [];
  return property === "stuck" && unhandledMessages(model, end, createMeter()).length > 0;
}

// ---------------------------------------------------------------------------- words

function account(model: Model, found: BuiltInViolation, sources: Sources): Account {
  const end = found.path.at(-1)?.state ?? [];
  switch (found.property) {
    case "stuck": {
      const held = holdings(model, end, found.hindrances, sources);
      const reason = `no step is possible: ${held.join("; ")}`;
      return { reason, why: [], span: model.span, label: undefined };
    }
    case "unhandled": {
      const { channel, machine, modes, message, span } = unhandled(model, found, end);
      const where = modes === "" ? `\`${machine}\`` : `\`${machine}\` in \`${modes}\``;
      const what = `\`${message}\` on \`${channel}\``;
      return { reason: `${where} has no rule for ${what}`, why: [], span, label: undefined };
    }
    default:
      return violationAccount(model, found.violation, found.path, sources);
  }
}

function violationAccount(
  model: Model,
  violation: Violation,
  path: readonly PathStep[],
  sources: Sources,
): Account {
  const { span } = violation;
  if (violation.property === "range")
    return {
      reason: rangeReason(model, violation),
      why: [],
      span,
      label: rangeLabel(model, violation),
    };
  const { condition, locals } = violation;
  const states = path.map(({ state }) => state);
  const why = explain(condition, locals, states, sources);
  const scope = { state: states.at(-1) ?? [], locals, meter: createMeter() };
  const values = operandValues(condition, scope, sources);
  const label = values.length === 0 ? "false in this check" : values.join(", ");
  return { reason: `\`${wordsAt(sources, condition.span)}\` is false: ${label}`, why, span, label };
}

function rangeReason(model: Model, violation: RangeViolation): string {
  const { type, value, slot } = violation;
  const place = slot === undefined ? "a field" : `\`${model.slots[slot]?.name ?? "?"}\``;
  if (type.kind === "list") {
    return `${place} would have ${counted(value, "element")} and holds ${type.capacity}`;
  }
  const range = `${type.low}..${type.high}`;
  const name = type.name === undefined ? range : `\`${type.name}\` (${range})`;
  const was = typeof violation.before === "number" ? ` is ${violation.before} and` : "";
  return `${place}${was} would be ${value}, outside ${name}`;
}

/** "when `server.inc` is 3 this would be 4"; without the old value when it does not say more. */
function rangeLabel(model: Model, { slot, before, value }: RangeViolation): string {
  const name = slot === undefined ? undefined : model.slots[slot]?.name;
  const was =
    name === undefined || typeof before !== "number" ? "" : `when \`${name}\` is ${before} `;
  return `${was}this would be ${value}`;
}

function unhandled(
  model: Model,
  found: Extract<BuiltInViolation, { property: "unhandled" }>,
  end: PathStep["state"],
): {
  readonly channel: string;
  readonly machine: string;
  readonly modes: string;
  readonly message: string;
  readonly span: Span;
} {
  const { candidate } = found;
  const channel = model.channels[candidate.channel];
  const receiver = model.instances[channel?.receiver ?? -1];
  const leaf = part(end, receiver?.regions[0] ?? -1);
  const mode = receiver?.places[0]?.[Number(leaf)];
  return {
    channel: channel?.name ?? "?",
    machine: receiver?.machine ?? "?",
    modes: modesOf(model, channel?.receiver ?? -1, end),
    message: channel === undefined ? "?" : printValue(candidate.message, channel.message),
    span: mode ?? receiver?.span ?? model.span,
  };
}

// ---------------------------------------------------------------------------- diagnostics

function diagnose(model: Model, found: BuiltInViolation, sources: Sources): Diagnostic {
  const about = account(model, found, sources);
  const notes = exampleNotes(model, found.path);
  switch (found.property) {
    case "stuck": {
      const held = holdings(model, found.path.at(-1)?.state ?? [], found.hindrances, sources);
      return canGetStuck(model.system, about.span, held, notes);
    }
    case "unhandled":
      return diagnoseMessage(model, found, about.span, notes);
    default: {
      const { violation } = found;
      if (violation.property === "assert") {
        const condition = wordsAt(sources, violation.condition.span);
        return assertionFails(condition, violation.span, about.label ?? about.reason, notes);
      }
      return diagnoseRange(model, violation, notes);
    }
  }
}

function diagnoseRange(
  model: Model,
  violation: RangeViolation,
  notes: readonly string[],
): Diagnostic {
  const { type, value, span, slot } = violation;
  const declared = slot === undefined ? undefined : model.slots[slot]?.span;
  return type.kind === "list"
    ? outgrowsList(type.capacity, value, span, declared, notes)
    : leavesRange(type, span, rangeLabel(model, violation), declared, notes);
}

function diagnoseMessage(
  model: Model,
  found: Extract<BuiltInViolation, { property: "unhandled" }>,
  span: Span,
  notes: readonly string[],
): Diagnostic {
  const { candidate, path } = found;
  const channel = model.channels[candidate.channel];
  const kind = kindOf(channel?.message, Number(part(candidate.message, 0)));
  const fields = kind?.fields.map((field) => field.name) ?? [];
  const { machine, modes } = unhandled(model, found, path.at(-1)?.state ?? []);
  const port = channel?.port ?? "?";
  const name = kind?.name ?? "?";
  const parameters = fields.length === 0 ? "" : `(${fields.join(", ")})`;
  const senders = sendersOf(model, candidate.channel, Number(part(candidate.message, 0)));
  const message = { port, kind: name, parameters };
  const mailbox = channel?.discipline === "mailbox";
  return noRuleFor(machine, modes, message, span, mailbox, senders.slice(0, MAX_SENDERS), notes);
}

function kindOf(
  type: Type | undefined,
  ordinal: number,
): { readonly name: string; readonly fields: readonly { readonly name: string }[] } | undefined {
  return type?.kind === "message" ? type.kinds[ordinal] : undefined;
}

/** Places of the sends of one kind of message on a channel, each once. */
function sendersOf(model: Model, channel: number, kind: number): readonly Span[] {
  const spans = model.transitions.flatMap(({ effects }) =>
    sendsIn(effects).flatMap((effect) => {
      const sent = effect.message.op === "message" ? effect.message.kind : undefined;
      const constant = effect.message.op === "const" ? part(effect.message.value, 0) : undefined;
      const matches = effect.channels.includes(channel) && (sent ?? constant) === kind;
      return matches ? [effect.span] : [];
    }),
  );
  return spans.filter(
    ({ file, start }, index) =>
      spans.findIndex((other) => other.file === file && other.start === start) === index,
  );
}

/** All sends in effects, also inside branches and loops. */
export function sendsIn(
  effects: readonly Effect[],
): readonly Extract<Effect, { readonly effect: "send" }>[] {
  return effects.flatMap((effect) => {
    switch (effect.effect) {
      case "send":
        return [effect];
      case "if":
        return [...sendsIn(effect.then), ...sendsIn(effect.else)];
      case "for":
        return sendsIn(effect.body);
      default:
        return [];
    }
  });
}

/** In which check, after how many steps and which. */
export function exampleNotes(model: Model, path: readonly PathStep[]): readonly string[] {
  const labels = path.slice(1).map(({ label }) => label);
  const faults = model.faults.flatMap(({ name, bound }) =>
    bound === 0 ? [] : [bound === undefined ? `${name} unbounded` : `${name} <= ${bound}`],
  );
  const budget = faults.length === 0 ? "" : ` (${faults.join(", ")})`;
  const where = `in ${model.kind} \`${model.name}\``;
  if (labels.length === 0) return [`already in the initial state, ${where}${budget}`];
  const listed = labels.length > MAX_LABELS ? ["…", ...labels.slice(-MAX_LABELS)] : labels;
  return [
    `reached ${where} after ${counted(labels.length, "step")}${budget}`,
    `example: ${listed.join(", ")}`,
  ];
}
