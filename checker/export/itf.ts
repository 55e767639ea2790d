/**
 * A path through a Model as an ITF trace: the Informal Trace Format of Apalache (ADR-015).
 *
 *     { "#meta": …, "vars": ["server", "app_Client1"], "loop": 2,
 *       "states": [ { "#meta": { "index": 0 }, "server": "Up", "app_Client1": "Idle" }, … ] }
 *
 * Variables and values are those of the TLA+ export (`tla-values.ts`), so a trace can be held
 * against that module: sets are `#set`, functions and bags `#map`, tuples `#tup`, sequences JSON
 * arrays, records objects. Every state carries the label of the step that led to it and its number.
 * Integers are JSON numbers; those that a double cannot hold exactly are `#bigint`.
 *
 * `loop` is the index of the state that follows the last one. A lasso whose last state repeats the
 * first of its loop is cut by that state.
 */
import type { Model, Type, Value } from "../../spec/model.ts";
import { equalValues, part, parts, printValue, valuesOf } from "../../spec/values.ts";
import type { PathStep } from "../verdict.ts";
import { tlaNames } from "./tla-names.ts";
import { countEqual, isBag, storeEntryParts } from "./tla-values.ts";

/** The format that the trace claims. */
const FORMAT_DESCRIPTION = "https://apalache-mc.org/docs/adr/015adr-trace.html";

export type ItfValue =
  | boolean
  | number
  | string
  | readonly ItfValue[]
  | { readonly [field: string]: ItfValue };

export interface ItfTrace {
  readonly "#meta": Readonly<Record<string, ItfValue>>;
  readonly vars: readonly string[];
  readonly loop?: number;
  readonly states: readonly Readonly<Record<string, ItfValue>>[];
}

/** What is exported: a counterexample or a witness. */
export interface TracedPath {
  readonly steps: readonly PathStep[];
  /** Where the loop of a lasso starts, as an index into the steps. */
  readonly loop?: { readonly start: number } | undefined;
}

/** The path as an ITF trace. `title` says what it shows. */
export function exportItf(model: Model, path: TracedPath, title: string): ItfTrace {
  const { variables } = tlaNames(model);
  const start = path.loop?.start;
  const steps = withoutRepetition(path.steps, start);
  const states = steps.map(({ label, state }, index) => ({
    "#meta": { index, action: label },
    ...Object.fromEntries(
      variables.map((name, slot) => [name, itfSlotValue(model, slot, state[slot] ?? null)]),
    ),
  }));
  const meta = {
    format: "ITF",
    "format-description": FORMAT_DESCRIPTION,
    source: model.file,
    description: `${model.module}, ${model.kind} ${model.name} of ${model.system}: ${title}`,
    variables: Object.fromEntries(
      variables.map((name, slot) => [name, model.slots[slot]?.name ?? ""]),
    ),
  };
  const trace = { "#meta": meta, vars: variables };
  return start === undefined ? { ...trace, states } : { ...trace, loop: start, states };
}

/** The steps of a lasso without the last, when it only closes the loop. */
function withoutRepetition(
  steps: readonly PathStep[],
  start: number | undefined,
): readonly PathStep[] {
  const last = steps.length - 1;
  if (start === undefined || start >= last) return steps;
  const closes = equalValues(steps[last]?.state ?? null, steps[start]?.state ?? null);
  return closes ? steps.slice(0, last) : steps;
}

function itfSlotValue(model: Model, slot: number, value: Value): ItfValue {
  const { type, role } = model.slots[slot] ?? { type: { kind: "bool" } as const, role: undefined };
  if (isBag(model, slot) && type.kind === "list") {
    return {
      "#map": countEqual(parts(value)).map(([message, count]) => [
        itfValue(message, type.of),
        count,
      ]),
    };
  }
  if (role?.role === "buffer") return parts(value).map((entry) => storeEntry(model, entry));
  return itfValue(value, type);
}

function storeEntry(model: Model, entry: Value): ItfValue {
  const { slot, steps, value, type } = storeEntryParts(model, entry);
  const path = steps.map((step) =>
    step.type === undefined ? step.name : itfValue(step.key, step.type),
  );
  return tup([slot, tup(path), itfValue(value, type)]);
}

function tup(elements: readonly ItfValue[]): ItfValue {
  return { "#tup": elements };
}

/** A value of a Model in ITF. */
export function itfValue(value: Value, type: Type): ItfValue {
  switch (type.kind) {
    case "bool":
      return value === true;
    case "int":
    case "range":
      return Number.isSafeInteger(value)
        ? Number(value)
        : { "#bigint": String(BigInt(Number(value))) };
    case "enum":
    case "id":
    case "mode":
      return printValue(value, type);
    case "optional":
      return tup(value === null ? [] : [itfValue(value, type.of)]);
    case "record":
      return Object.fromEntries(
        type.fields.map((field, at) => [field.name, itfValue(part(value, at), field.type)]),
      );
    case "message": {
      const kind = type.kinds[Number(part(value, 0))];
      const fields = kind?.fields.map((field, at) => itfValue(part(value, at + 1), field.type));
      return tup([kind?.name ?? "", ...(fields ?? [])]);
    }
    case "set":
      return { "#set": parts(value).map((element) => itfValue(element, type.of)) };
    case "map": {
      const keys = valuesOf(type.key);
      return {
        "#map": parts(value).map((entry, at) => [
          itfValue(keys[at] ?? null, type.key),
          itfValue(entry, type.value),
        ]),
      };
    }
    case "list":
      return parts(value).map((element) => itfValue(element, type.of));
    case "store":
      return [];
  }
}
