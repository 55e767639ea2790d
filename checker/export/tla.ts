/**
 * A Model as a TLA+ module with the configuration that TLC reads.
 *
 *     VARIABLES     one for each slot: server, server_table, req, …
 *     actions       one for each transition, named for it
 *     Spec          Init /\ [][Next]_vars /\ WF_vars(…) /\ SF_vars(…)
 *     properties    invariants, temporal properties, NotStuck, Unhandled
 *
 * A step that violates an assertion or a range stops TLC through `Assert`. Ghosts are variables,
 * and a `VIEW` keeps them out of what TLC counts. Unlike the Promela export this text is close to
 * what was written, because TLA+ has sets, functions and sequences of its own. It is checked by
 * tests for its form only: see `docs/export.md` for what has and has not been run.
 */
import type { Model, Reception, Temporal, TemporalProperty } from "../../spec/model.ts";
import { isFault } from "../reference/built-in.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { type Exported, exporting } from "./export-limit.ts";
import { identifier, type Naming } from "./names.ts";
import { storeLayouts, type StorePlace } from "./symbolic-memory.ts";
import { isGhost } from "./symbolic-run.ts";
import { tlaAction, type TlaOperators } from "./tla-actions.ts";
import { bulleted, hanging, type Lines } from "./tla-block.ts";
import { fieldName, kindName } from "./tla-effects.ts";
import { tlaExpr, type TlaScope, type TlaStep, tlaWrite } from "./tla-expression.ts";
import { tlaNames } from "./tla-names.ts";
import { isBag, quote, tlaSlotValue, tlaType, tlaValue } from "./tla-values.ts";

export interface TlaExport {
  /** Name of the module; the file must be called so. */
  readonly module: string;
  readonly text: string;
  /** The configuration for TLC. */
  readonly configuration: string;
  /** What the text leaves out, each with the reason. */
  readonly leftOut: readonly string[];
}

interface Writer {
  readonly model: Model;
  readonly variables: readonly string[];
  readonly fresh: Naming;
  readonly scope: TlaScope;
  readonly operators: TlaOperators;
  readonly leftOut: string[];
}

/** The Model as TLA+, or E0560 or E0561. `module` names the module; by default the Model does. */
export function exportTla(model: Model, module?: string): Exported<TlaExport> {
  return exporting(() => writeTla(model, module ?? `${model.module} ${model.name}`));
}

function writeTla(model: Model, wanted: string): TlaExport {
  const writer = createWriter(model);
  const { variables, leftOut } = writer;
  const module = identifier(wanted);
  const definitions = [...memoryDefinitions(writer), ...receptionDefinitions(writer)];
  const init = initDefinition(writer);
  const actions = model.transitions.map((transition) => ({
    transition,
    name: writer.fresh(transition.name),
    body: tlaAction(transition, writer.scope, writer.operators),
  }));
  const named = actions.map(({ name, transition }) => ({ name, transition }));
  const conditions = conditionDefinitions(writer);
  const temporal = temporalDefinitions(writer);
  const builtIns = builtInDefinitions(writer, named);
  const lines: Lines = [
    `---- MODULE ${module} ----`,
    ...headerLines(model, leftOut),
    "EXTENDS Integers, Sequences, FiniteSets, Bags, TLC",
    "",
    "VARIABLES",
    ...variables.map((name, slot) => {
      const comma = slot + 1 < variables.length ? "," : "";
      return `  ${name}${comma} \\* ${model.slots[slot]?.name ?? ""}`;
    }),
    "",
    `vars == <<${variables.join(", ")}>>`,
    "",
    ...LIST_OPERATORS,
    ...typeDefinition(writer),
    ...definitions,
    ...init,
    ...actions.flatMap(({ name, body, transition }) => [
      `\\* ${transition.name}`,
      `${name} ==`,
      ...body.map((line) => `  ${line}`),
      "",
    ]),
    ...nextDefinitions(named),
    ...conditions.lines,
    ...temporal.lines,
    ...builtIns.lines,
    "====",
    "",
  ];
  const invariants = ["TypeOK", ...conditions.names, ...builtIns.names];
  return {
    module,
    text: lines.join("\n"),
    configuration: configuration(model, invariants, temporal.names),
    leftOut,
  };
}

function createWriter(model: Model): Writer {
  const { variables, fresh } = tlaNames(model);
  const stores = storeLayouts(model);
  const slotName = (slot: number): string => model.slots[slot]?.name ?? "";
  const names = new Map<string, string>();
  const once = (wanted: string): string => {
    const name = names.get(wanted) ?? fresh(wanted);
    names.set(wanted, name);
    return name;
  };
  const operators: TlaOperators = {
    applied: (slot) => once(`Apply ${slotName(slot)}`),
    stored: (buffer) => [...new Set((stores.get(buffer) ?? []).map(({ slot }) => slot))],
    deferred: (channel) => once(`Deferred ${model.channels[channel]?.name ?? ""}`),
  };
  const seen = (slot: number): string => once(`Seen ${slotName(slot)}`);
  const scope: TlaScope = { model, slots: variables, locals: [], fresh, seen };
  return { model, variables, fresh, scope, operators, leftOut: [] };
}

function headerLines(model: Model, leftOut: readonly string[]): Lines {
  return [
    `\\* ${model.module}: ${model.kind} ${model.name} of ${model.system}`,
    ...model.settings.map(({ name, value }) => `\\* ${name} = ${value}`),
    ...leftOut.map((one) => `\\* left out: ${one}`),
  ];
}

const LIST_OPERATORS: Lines = [
  "RemoveAt(list, at) == SubSeq(list, 1, at - 1) \\o SubSeq(list, at + 1, Len(list))",
  "InsertAt(list, at, new) == SubSeq(list, 1, at - 1) \\o <<new>> \\o SubSeq(list, at, Len(list))",
  "Without(list, old) ==",
  "  IF \\E at \\in 1..Len(list) : list[at] = old",
  "  THEN RemoveAt(list, CHOOSE at \\in 1..Len(list) :",
  "                        list[at] = old /\\ \\A earlier \\in 1..(at - 1) : list[earlier] # old)",
  "  ELSE list",
  "",
];

// ---------------------------------------------------------------------------- states

/** Bags and store buffers have no small set of values, and are left to their operators. */
function typeDefinition({ model, variables, fresh }: Writer): Lines {
  const typed = model.slots.flatMap(({ type, role }, slot) =>
    role.role === "buffer" || isBag(model, slot)
      ? []
      : [[`${variables[slot] ?? ""} \\in ${tlaType(type, fresh)}`]],
  );
  return ["TypeOK ==", ...bulleted("  /\\ ", typed.length === 0 ? [["TRUE"]] : typed), ""];
}

function initDefinition({ model, variables }: Writer): Lines {
  const key = keyOf(model);
  const states = new Map(
    beginnings(model, createMeter())
      .filter(({ violation }) => violation === undefined)
      .map(({ state }) => [key(state), state]),
  );
  const ways = [...states.values()].map((state) =>
    bulleted(
      "/\\ ",
      state.map((value, slot) => [
        `${variables[slot] ?? ""} = ${tlaSlotValue(model, slot, value)}`,
      ]),
    ),
  );
  const [only] = ways;
  const body =
    ways.length === 1 && only !== undefined
      ? only
      : bulleted("\\/ ", ways.length === 0 ? [["FALSE"]] : ways);
  return ["Init ==", ...hanging("  ", body), ""];
}

/** What store buffers need: applying a waiting write, and seeing all of them. */
function memoryDefinitions({ model, scope, operators, fresh }: Writer): Lines {
  const places = [...storeLayouts(model).values()].flat();
  const slots = [...new Set(places.map(({ slot }) => slot))].toSorted((a, b) => a - b);
  return slots.flatMap((slot) => {
    const [memory, entry, waiting] = ["memory", "entry", "waiting"].map(fresh);
    const [apply, seen] = [operators.applied(slot), scope.seen(slot)];
    const about = places.filter((place) => place.slot === slot);
    const written = about.reduceRight<string>((otherwise, place) => {
      const test = shapeTest(model, place, `${entry ?? ""}[2]`);
      const path = pathOf(place, `${entry ?? ""}[2]`);
      const type = model.slots[slot]?.type ?? place.type;
      const text = tlaWrite(memory ?? "", type, path, `${entry ?? ""}[3]`);
      return `(IF ${test} THEN ${text} ELSE ${otherwise})`;
    }, memory ?? "");
    const mine = `${entry ?? ""}[1] = ${quote(model.slots[slot]?.name ?? "")}`;
    return [
      `${apply}(${memory ?? ""}, ${entry ?? ""}) ==`,
      `  IF ${mine} THEN ${written} ELSE ${memory ?? ""}`,
      `RECURSIVE ${seen}(_, _)`,
      `${seen}(${memory ?? ""}, ${waiting ?? ""}) ==`,
      `  IF ${waiting ?? ""} = <<>> THEN ${memory ?? ""}`,
      `  ELSE ${seen}(${apply}(${memory ?? ""}, Head(${waiting ?? ""})), Tail(${waiting ?? ""}))`,
      "",
    ];
  });
}

/** Does the path of an entry go to this place? Paths of one slot differ in length or in a field. */
function shapeTest(model: Model, place: StorePlace, path: string): string {
  const shape = pathOf(place, path);
  const fields = shape.flatMap((step, at) => {
    if (step.step !== "field") return [];
    const written = shape.map((one) =>
      one.step === "field"
        ? one
        : {
            step: "key" as const,
            key: { op: "const" as const, type: place.type, value: 0, span: model.span },
          },
    );
    return [`${path}[${at + 1}] = ${quote(fieldName(model, { path: written }, place.slot, at))}`];
  });
  return [`Len(${path}) = ${place.steps.length}`, ...fields].join(" /\\ ");
}

function pathOf(place: StorePlace, path: string): readonly TlaStep[] {
  return place.steps.map(
    (step, at): TlaStep =>
      step.step === "field" ? step : { step: "key", key: `${path}[${at + 1}]` },
  );
}

/** For each channel: which messages are deferred, and which have no rule. */
function receptionDefinitions(writer: Writer): Lines {
  const { model, operators, fresh } = writer;
  return model.channels.flatMap((channel, index) => {
    const receptions = model.receptions.filter((one) => one.channel === index);
    if (channel.discipline !== "mailbox" || receptions.length === 0) return [];
    const message = fresh("message");
    const lines = receptions.map((one) => [receptionText(one, "deferred", message, writer)]);
    return [`${operators.deferred(index)}(${message}) ==`, ...bulleted("  \\/ ", lines), ""];
  });
}

function receptionText(
  reception: Reception,
  how: "deferred" | "unhandled",
  message: string,
  { model, scope }: Writer,
): string {
  const locals = Array.from(
    { length: reception.locals },
    (_, local): string | undefined => `${message}[${local + 2}]`,
  );
  const kind = quote(kindName(model, reception.channel, reception.kind));
  return `(${message}[1] = ${kind} /\\ ${tlaExpr(reception[how], { ...scope, locals })})`;
}

// ---------------------------------------------------------------------------- steps and properties

type NamedAction = Pick<
  { readonly name: string; readonly transition: Model["transitions"][number] },
  "name" | "transition"
>;

function nextDefinitions(actions: readonly NamedAction[]): Lines {
  const all = actions.map(({ name }) => [name]);
  const moves = actions
    .filter(({ transition }) => !isFault(transition.kind))
    .map(({ name }) => [name]);
  const fair = actions.flatMap(({ name, transition: { fairness } }) =>
    fairness === "none" ? [] : [[`${fairness === "weak" ? "WF" : "SF"}_vars(${name})`]],
  );
  const or = (names: readonly Lines[]): Lines =>
    names.length === 0 ? ["  FALSE"] : bulleted("  \\/ ", names);
  return [
    "Next ==",
    ...or(all),
    "",
    "\\* Every step but faults.",
    "Moves ==",
    ...or(moves),
    "",
    ...(fair.length === 0 ? ["Fairness == TRUE"] : ["Fairness ==", ...bulleted("  /\\ ", fair)]),
    "",
    "Spec == Init /\\ [][Next]_vars /\\ Fairness",
    "",
  ];
}

interface Definitions {
  readonly lines: Lines;
  readonly names: readonly string[];
}

function isJudged(model: Model, name: string): boolean {
  return model.only === undefined || model.only.includes(name);
}

function conditionDefinitions({ model, scope, fresh }: Writer): Definitions {
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

function temporalDefinitions(writer: Writer): Definitions {
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
function temporalText(formula: Temporal, writer: Writer): string | undefined {
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

function builtInDefinitions(writer: Writer, actions: readonly NamedAction[]): Definitions {
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

function unhandledText(reception: Reception, writer: Writer): readonly Lines[] {
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

// ---------------------------------------------------------------------------- configuration

function hasGhosts(model: Model): boolean {
  return model.slots.some((_, slot) => isGhost(model, slot));
}

function viewDefinition({ model, variables }: Writer): Lines {
  if (!hasGhosts(model)) return [];
  const seen = variables.filter((_, slot) => !isGhost(model, slot));
  return [
    "\\* What tells states apart: everything but ghosts.",
    `View == <<${seen.join(", ")}>>`,
    "",
  ];
}

function configuration(
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
