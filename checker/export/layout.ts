/**
 * The cells of a state: every slot of a Model, taken apart into numbers of known bounds.
 *
 *     server.table : set<Client>     server.table[Client1], server.table[Client2]       0..1
 *     app.conn : Inc?                app.conn.present 0..1,  app.conn 0..3
 *     req fifo(2) of Req             req.length 0..2,  req[0].kind, req[0].Open.c, req[1].kind, …
 *
 * One walk over a type gives the cells, reads a symbolic value from them, and writes one back, all
 * in the same order. Ghosts have cells so that they can be read, and are marked.
 */
import type { Model, Type, Value } from "../../spec/model.ts";
import { printValue } from "../../spec/values.ts";
import { tooLarge } from "./export-limit.ts";
import type { CellBounds, Formula, Formulas } from "./formula.ts";
import { insertSorted } from "./symbolic-lists.ts";
import { bufferType, bufferValue, type StoreLayouts, storeLayouts } from "./symbolic-memory.ts";
import { isGhost } from "./symbolic-run.ts";
import {
  constantSymbolic,
  defaultOf,
  domainOf,
  elementAt,
  formulaOf,
  lift,
  presentIn,
  type Symbolic,
  type SymbolicList,
} from "./symbolic.ts";

/** Names of the values of a cell: of an enum, an id, the modes of a machine, kinds of messages. */
export interface ValueNames {
  /** What the names belong to: two cells with the same owner share them. */
  readonly owner: string;
  readonly names: readonly string[];
}

export interface Cell extends CellBounds {
  readonly slot: number;
  /** A ghost that is no part of the state. */
  readonly ghost: boolean;
  /** As Libretto would write it: `server.table[Client1]`. */
  readonly name: string;
  readonly values: ValueNames | undefined;
}

export interface Layout {
  readonly model: Model;
  /** Are ghosts part of the state? */
  readonly ghosts: boolean;
  readonly cells: readonly Cell[];
  readonly stores: StoreLayouts;
  /** By slot: its type, with store buffers as lists of messages. */
  readonly types: readonly Type[];
}

/** Cells of one state. */
export const CELLS_MAX = 8192;

type Bounds = Pick<Cell, "name" | "low" | "high" | "truth" | "values">;

export function layoutOf(model: Model, ghosts: boolean): Layout {
  const stores = storeLayouts(model);
  const types = model.slots.map((slot, index) => {
    const places = stores.get(index);
    if (places === undefined || slot.role.role !== "buffer") return slot.type;
    return bufferType(model, places, slot.role.entries);
  });
  const cells = types.flatMap((type, slot): Cell[] => {
    const ghost = !ghosts && isGhost(model, slot);
    return cellsOf(type, model.slots[slot]?.name ?? "").map((one) => ({ ...one, slot, ghost }));
  });
  if (cells.length > CELLS_MAX) {
    throw tooLarge(
      `a state has ${cells.length} parts`,
      `${CELLS_MAX} parts`,
      "export a check with smaller ids, ranges or capacities",
    );
  }
  return { model, ghosts, cells, stores, types };
}

function cellsOf(type: Type, name: string): readonly Bounds[] {
  const number = (low: number, high: number, values?: ValueNames): Bounds[] => [
    { name, low, high: Math.max(low, high), truth: false, values },
  ];
  switch (type.kind) {
    case "bool":
      return [{ name, low: 0, high: 1, truth: true, values: undefined }];
    case "range":
      return number(type.low, type.high);
    case "enum":
      return number(0, type.members.length - 1, { owner: type.name, names: type.members });
    case "id": {
      const names = Array.from({ length: type.size }, (_, id) => printValue(id, type));
      return number(0, type.size - 1, { owner: "", names });
    }
    case "mode": {
      const names = [...type.leaves, "inactive"];
      return number(0, type.leaves.length, { owner: type.machine, names });
    }
    case "optional":
      return [
        { name: `${name}.present`, low: 0, high: 1, truth: true, values: undefined },
        ...cellsOf(type.of, name),
      ];
    case "record":
      return type.fields.flatMap((field) => cellsOf(field.type, `${name}.${field.name}`));
    case "message": {
      const names = type.kinds.map((kind) => kind.name);
      const kind: Bounds = {
        name: `${name}.kind`,
        low: 0,
        high: Math.max(0, names.length - 1),
        truth: false,
        values: { owner: type.name, names },
      };
      const fields = type.kinds.flatMap((one) =>
        one.fields.flatMap((field) => cellsOf(field.type, `${name}.${one.name}.${field.name}`)),
      );
      return [kind, ...fields];
    }
    case "set":
      return domainOf(type.of).map((element) => ({
        name: `${name}[${printValue(element, type.of)}]`,
        low: 0,
        high: 1,
        truth: true,
        values: undefined,
      }));
    case "map":
      return domainOf(type.key).flatMap((key) =>
        cellsOf(type.value, `${name}[${printValue(key, type.key)}]`),
      );
    case "list": {
      const length = { name: `${name}.length`, low: 0, high: type.capacity };
      const elements = Array.from({ length: type.capacity }, (_, at) =>
        cellsOf(type.of, `${name}[${at}]`),
      );
      return [{ ...length, truth: false, values: undefined }, ...elements.flat()];
    }
    case "int":
    case "store":
      return [];
  }
}

// ---------------------------------------------------------------------------- reading

/** The state before a step: every slot as formulas over its cells. */
export function stateOf(layout: Layout, f: Formulas): readonly Symbolic[] {
  let cell = 0;
  const next = (): Formula => {
    const { low, high } = layout.cells[cell] ?? { low: 0, high: 0 };
    const formula = low === high ? f.number(low) : f.cell(cell);
    cell++;
    return formula;
  };
  return layout.types.map((type) => readCells(type, next, f));
}

function readCells(type: Type, next: () => Formula, f: Formulas): Symbolic {
  const read = (of: Type): Symbolic => readCells(of, next, f);
  switch (type.kind) {
    case "optional":
      return { shape: "optional", present: next(), value: read(type.of) };
    case "record":
      return { shape: "product", parts: type.fields.map((field) => read(field.type)) };
    case "map":
      return { shape: "product", parts: domainOf(type.key).map(() => read(type.value)) };
    case "message":
      return {
        shape: "message",
        kind: next(),
        fields: type.kinds.map((kind) => kind.fields.map((field) => read(field.type))),
      };
    case "set":
      return {
        shape: "set",
        members: domainOf(type.of).map((element) => ({ element, present: next() })),
      };
    case "list":
      return {
        shape: "list",
        length: next(),
        elements: Array.from({ length: type.capacity }, () => read(type.of)),
        filler: defaultOf(type.of, f),
      };
    default:
      return { shape: "scalar", value: next() };
  }
}

/** Known values of all slots, as the cells hold them. */
export function cellsOfState(
  layout: Layout,
  state: readonly Value[],
  f: Formulas,
): readonly Formula[] {
  return layout.types.flatMap((type, slot) => {
    const value = state[slot] ?? null;
    const places = layout.stores.get(slot);
    const waiting = places === undefined ? value : bufferValue(value, places);
    return writeCells(sorted(layout, slot, constantSymbolic(waiting, type, f), f), type, f);
  });
}

/** Bags are kept in an order of their own: that of `insertSorted`. */
function sorted(layout: Layout, slot: number, value: Symbolic, f: Formulas): Symbolic {
  const { model } = layout;
  const role = model.slots[slot]?.role;
  const channel = role?.role === "channel" ? model.channels[role.channel] : undefined;
  if (channel?.discipline !== "bag" || value.shape !== "list") return value;
  const empty = { ...value, length: f.number(0), elements: [] };
  return value.elements.reduce<SymbolicList>(
    (list, element) => insertSorted(list, element, f),
    empty,
  );
}

// ---------------------------------------------------------------------------- writing

/** A symbolic value as the formulas of its cells. */
export function writeCells(value: Symbolic, type: Type, f: Formulas): readonly Formula[] {
  switch (type.kind) {
    case "optional": {
      const { present, value: inner } = lift(value, f);
      return [present, ...writeCells(inner, type.of, f)];
    }
    case "record":
      return type.fields.flatMap((field, at) => writePart(value, at, field.type, f));
    case "map":
      return domainOf(type.key).flatMap((_, at) => writePart(value, at, type.value, f));
    case "message": {
      const message = value.shape === "message" ? value : undefined;
      const fields = type.kinds.flatMap((kind, ordinal) =>
        kind.fields.flatMap((field, at) => {
          const one = message?.fields[ordinal]?.[at] ?? defaultOf(field.type, f);
          return writeCells(one, field.type, f);
        }),
      );
      return [message?.kind ?? f.no, ...fields];
    }
    case "set": {
      const members = value.shape === "set" ? value.members : [];
      return domainOf(type.of).map((element) => presentIn(members, element, f));
    }
    case "list": {
      if (value.shape !== "list") return [];
      const elements = Array.from({ length: type.capacity }, (_, at) =>
        writeCells(elementAt(value, at), type.of, f),
      );
      return [value.length, ...elements.flat()];
    }
    case "int":
    case "store":
      return [];
    default:
      return [formulaOf(value, f)];
  }
}

function writePart(whole: Symbolic, at: number, type: Type, f: Formulas): readonly Formula[] {
  const part = whole.shape === "product" ? whole.parts[at] : undefined;
  return writeCells(part ?? defaultOf(type, f), type, f);
}
