/**
 * What a TLA+ module says about its steps: invariants, goals, temporal properties, and the built-in
 * ones.
 *
 *     Heals == /\ ((…) ~> (…))            one conjunct for each instance of the quantifiers
 *     NotStuck == ENABLED Moves \/ …      instead of TLC's deadlock check, which counts faults
 *
 * TLA+ has neither `until` nor operators of the past: a property with one is left out and named.
 */
import type { Model, Reception, Temporal, TemporalProperty } from "../../spec/model.ts";
import { isFault } from "../reference/built-in.ts";
import { isGhost } from "./symbolic-run.ts";
import { bulleted, type Lines } from "./tla-block.ts";
import { tlaExpr } from "./tla-expression.ts";
import { tlaValue } from "./tla-values.ts";
import { type NamedAction, receptionText, type TlaWriter } from "./tla-writer.ts";

/** Lines of definitions, and the names of those that TLC is to check. */
export interface Definitions {
  readonly lines: Lines;
  readonly names: readonly string[];
}

function isJudged(model: Model, name: string): boolean {
  return model.only === undefined || model.only.includes(name);
}

/** Invariants and goals. */
export function conditionDefinitions({ model, scope, fresh }: TlaWriter): Definitions {
  const names: string[] = [];
  const lines = [
    ...model.invariants.flatMap(({ name: wanted, condition }) => {
      if (!isJudged(model, wanted)) return [];
      const name = fresh(wanted);
      names.push(name);
      return [`${name} == ${tlaExpr(condition, scope)}`];
    }),
    ...model.goals.flatMap(({ name: wanted, condition }) => {
      if (!isJudged(model, wanted)) return [];
      const name = fresh(wanted);
      const never = fresh(`Never ${wanted}`);
      return [
        `${name} == ${tlaExpr(condition, scope)}`,
        `\\* As an invariant, this one is violated by a witness of ${wanted}.`,
        `${never} == ~${name}`,
      ];
    }),
  ];
  return { lines: [...lines, ""], names };
}

/** Temporal properties; those that TLA+ cannot say are noted as left out. */
export function temporalDefinitions(writer: TlaWriter): Definitions {
  const { model, fresh, leftOut } = writer;
  const names: string[] = [];
  const lines = model.temporal.flatMap((property) => {
    if (!isJudged(model, property.name)) return [];
    const texts = property.instances.map(({ formula }) => temporalText(formula, writer));
    if (texts.includes(undefined)) {
      leftOut.push(`property ${property.name}, which uses \`until\` or the past`);
      return [];
    }
    const name = fresh(property.name);
    names.push(name);
    return [`${name} ==`, ...temporalLines(property, texts)];
  });
  return { lines: [...lines, ""], names };
}

function temporalLines(
  { quantifier }: TemporalProperty,
  texts: readonly (string | undefined)[],
): Lines {
  if (texts.length === 0) return [quantifier === "forall" ? "  TRUE" : "  FALSE"];
  return bulleted(
    quantifier === "forall" ? "  /\\ " : "  \\/ ",
    texts.map((text) => [text ?? ""]),
  );
}

const TEMPORAL_SIGNS = {
  not: "~",
  always: "[]",
  eventually: "<>",
  and: "/\\",
  or: "\\/",
  implies: "=>",
  leadsTo: "~>",
} as const;

/** Undefined where TLA+ has no such operator: it knows neither `until` nor the past. */
function temporalText(formula: Temporal, writer: TlaWriter): string | undefined {
  switch (formula.op) {
    case "state":
      return tlaExpr(formula.condition, writer.scope);
    case "not":
    case "always":
    case "eventually": {
      const inner = temporalText(formula.operand, writer);
      return inner === undefined ? undefined : `${TEMPORAL_SIGNS[formula.op]}(${inner})`;
    }
    case "and":
    case "or":
    case "implies":
    case "leadsTo": {
      const [left, right] = [formula.left, formula.right].map((one) => temporalText(one, writer));
      if (left === undefined || right === undefined) return undefined;
      return `(${left} ${TEMPORAL_SIGNS[formula.op]} ${right})`;
    }
    default:
      return undefined;
  }
}

/** Messages without a rule, being stuck, and the view without ghosts. */
export function builtInDefinitions(
  writer: TlaWriter,
  actions: readonly NamedAction[],
): Definitions {
  const { model, variables } = writer;
  const unhandled = model.receptions.flatMap((one) => unhandledText(one, writer));
  const final = model.instances.flatMap(({ regions, finals }) =>
    regions.map((slot, region) => {
      const type = model.slots[slot]?.type ?? { kind: "bool" };
      const leaves = [...(finals[region] ?? []), null].map((leaf) => tlaValue(leaf, type));
      return [`${variables[slot] ?? ""} \\in {${leaves.join(", ")}}`];
    }),
  );
  const moves = actions.some(({ transition }) => !isFault(transition.kind));
  const lines = [
    "\\* A message that would be taken next has no rule.",
    "Unhandled ==",
    ...bulleted("  \\/ ", unhandled.length === 0 ? [["FALSE"]] : unhandled),
    "NoneUnhandled == ~Unhandled",
    "\\* A step other than a fault is enabled, or every instance is in a final mode.",
    "NotStuck ==",
    ...bulleted("  \\/ ", [
      moves ? ["ENABLED Moves"] : ["FALSE"],
      bulleted("/\\ ", final.length === 0 ? [["TRUE"]] : final),
    ]),
    "",
    ...viewDefinition(writer),
  ];
  return { lines, names: ["NoneUnhandled", ...(model.allowStuck ? [] : ["NotStuck"])] };
}

function unhandledText(reception: Reception, writer: TlaWriter): readonly Lines[] {
  const { model, variables, operators, fresh } = writer;
  const { op } = reception.unhandled;
  if (op === "const" && reception.unhandled.value === false) return [];
  const channel = model.channels[reception.channel];
  const queue = variables[channel?.slot ?? -1] ?? "";
  switch (channel?.discipline) {
    case "fifo": {
      const text = receptionText(reception, "unhandled", `Head(${queue})`, writer);
      return [[`(${queue} # <<>> /\\ ${text})`]];
    }
    case "bag": {
      const message = fresh("message");
      const text = receptionText(reception, "unhandled", message, writer);
      return [[`(\\E ${message} \\in BagToSet(${queue}) : ${text})`]];
    }
    case "mailbox": {
      const [at, before] = [fresh("at"), fresh("before")];
      const deferred = operators.deferred(reception.channel);
      const text = receptionText(reception, "unhandled", `${queue}[${at}]`, writer);
      const first = `(\\A ${before} \\in 1..(${at} - 1) : ${deferred}(${queue}[${before}]))`;
      const next = `~${deferred}(${queue}[${at}]) /\\ ${first}`;
      return [[`(\\E ${at} \\in 1..Len(${queue}) : ${next} /\\ ${text})`]];
    }
    default:
      return [];
  }
}

function hasGhosts(model: Model): boolean {
  return model.slots.some((_, slot) => isGhost(model, slot));
}

function viewDefinition({ model, variables }: TlaWriter): Lines {
  if (!hasGhosts(model)) return [];
  const seen = variables.filter((_, slot) => !isGhost(model, slot));
  return [
    "\\* What tells states apart: everything but ghosts.",
    `View == <<${seen.join(", ")}>>`,
    "",
  ];
}

/** The configuration for TLC. */
export function configuration(
  model: Model,
  invariants: readonly string[],
  properties: readonly string[],
): string {
  const lines = [
    "SPECIFICATION Spec",
    ...invariants.map((name) => `INVARIANT ${name}`),
    ...properties.map((name) => `PROPERTY ${name}`),
    ...(hasGhosts(model) ? ["VIEW View"] : []),
    "CHECK_DEADLOCK FALSE",
  ];
  return `${lines.join("\n")}\n`;
}
