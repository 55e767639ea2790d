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
 * what was written, because TLA+ has sets, functions and sequences of its own. Tests
 * evaluate it with an evaluator of their own; TLC has not been run on it (`docs/export.md`).
 */
import type { Model } from "../../spec/model.ts";
import { isFault } from "../reference/built-in.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { type Exported, exporting } from "./export-limit.ts";
import { identifier } from "./names.ts";
import { storeLayouts, type StorePlace } from "./symbolic-memory.ts";
import { tlaAction } from "./tla-actions.ts";
import { fieldNames } from "./tla-assign.ts";
import { bulleted, hanging, type Lines } from "./tla-block.ts";
import { type TlaStep, tlaWrite } from "./tla-expression.ts";
import {
  builtInDefinitions,
  conditionDefinitions,
  configuration,
  temporalDefinitions,
} from "./tla-properties.ts";
import { isBag, quote, tlaSlotValue, tlaType } from "./tla-values.ts";
import { createTlaWriter, type NamedAction, receptionText, type TlaWriter } from "./tla-writer.ts";

export interface TlaExport {
  /** Name of the module; the file must be called so. */
  readonly module: string;
  readonly text: string;
  /** The configuration for TLC. */
  readonly configuration: string;
  /** What the text leaves out, each with the reason. */
  readonly leftOut: readonly string[];
}

/** The Model as TLA+, or E0570. `module` names the module; by default the Model does. */
export function exportTla(model: Model, module?: string): Exported<TlaExport> {
  return exporting(() => writeTla(model, module ?? `${model.module} ${model.name}`));
}

function writeTla(model: Model, wanted: string): TlaExport {
  const writer = createTlaWriter(model);
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
function typeDefinition({ model, variables, fresh }: TlaWriter): Lines {
  const typed = model.slots.flatMap(({ type, role }, slot) =>
    role.role === "buffer" || isBag(model, slot)
      ? []
      : [[`${variables[slot] ?? ""} \\in ${tlaType(type, fresh)}`]],
  );
  return ["TypeOK ==", ...bulleted("  /\\ ", typed.length === 0 ? [["TRUE"]] : typed), ""];
}

function initDefinition({ model, variables }: TlaWriter): Lines {
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
function memoryDefinitions({ model, operators, fresh }: TlaWriter): Lines {
  const places = [...storeLayouts(model).values()].flat();
  const slots = [...new Set(places.map(({ slot }) => slot))].toSorted((a, b) => a - b);
  return slots.flatMap((slot) => {
    const [memory, entry, waiting] = ["memory", "entry", "waiting"].map(fresh);
    const [apply, seen] = [operators.applied(slot), operators.seen(slot)];
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
  const names = fieldNames(model.slots[place.slot]?.type, place.steps);
  const fields = names.flatMap((name, at) =>
    name === undefined ? [] : [`${path}[${at + 1}] = ${quote(name)}`],
  );
  return [`Len(${path}) = ${place.steps.length}`, ...fields].join(" /\\ ");
}

function pathOf(place: StorePlace, path: string): readonly TlaStep[] {
  return place.steps.map(
    (step, at): TlaStep =>
      step.step === "field" ? step : { step: "key", key: `${path}[${at + 1}]` },
  );
}

/** For each channel: which messages are deferred, and which have no rule. */
function receptionDefinitions(writer: TlaWriter): Lines {
  const { model, operators, fresh } = writer;
  return model.channels.flatMap((channel, index) => {
    const receptions = model.receptions.filter((one) => one.channel === index);
    if (channel.discipline !== "mailbox" || receptions.length === 0) return [];
    const message = fresh("message");
    const lines = receptions.map((one) => [receptionText(one, "deferred", message, writer)]);
    return [`${operators.deferred(index)}(${message}) ==`, ...bulleted("  \\/ ", lines), ""];
  });
}

// ---------------------------------------------------------------------------- steps and properties

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
