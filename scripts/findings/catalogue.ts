/**
 * `models/NAME/findings.json`: which property, defect and mutation of the dossier each model shows.
 *
 * The dossier of LibrettOS numbers its candidate properties by section: `8.1 S2` is the second
 * safety property of section 8.1, `L` a liveness property, `M` a mutation. Other defects are named
 * by their section and a word: `5.4 slot-zero`. An entry either names the check that shows it, or
 * says in words why none does; nothing else is accepted, so that a gap cannot look like a result.
 */
import { array, object, optional, readShape, type Shape, string } from "../../cli/shape.ts";

/** One line of a catalogue. */
export interface Entry {
  /** `8.4 M3`, `5.4 slot-zero`. */
  readonly item: string;
  readonly what: string;
  /** Repository and file of the published code. */
  readonly where: string | undefined;
  /** File in the folder of the model. */
  readonly spec: string | undefined;
  /** The check in which `property` is violated; of a property, it may be left out. */
  readonly check: string | undefined;
  readonly property: string | undefined;
  /** Of a property: its name in the specification. */
  readonly name: string | undefined;
  readonly notADefect: string | undefined;
  readonly survives: string | undefined;
  readonly outOfScope: string | undefined;
}

export interface Catalogue {
  readonly title: string;
  readonly properties: readonly Entry[];
  readonly defects: readonly Entry[];
  readonly mutations: readonly Entry[];
}

const entry: Shape<Entry> = object({
  item: string,
  what: string,
  where: optional(string),
  spec: optional(string),
  check: optional(string),
  property: optional(string),
  name: optional(string),
  notADefect: optional(string),
  survives: optional(string),
  outOfScope: optional(string),
});

const catalogue: Shape<Catalogue> = object({
  title: string,
  properties: array(entry),
  defects: array(entry),
  mutations: array(entry),
});

/** Reads a catalogue, or says what is wrong with it. */
export function readCatalogue(text: string): Catalogue | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  const read = readShape(catalogue, data);
  if (read.value === undefined) return read.wrong;
  const { properties, defects, mutations } = read.value;
  const wrong = [
    ...properties.filter((one) => one.outOfScope === undefined && !isShown(one, one.name)),
    ...[...defects, ...mutations].filter(
      (one) =>
        reasonOf(one) === undefined && !(isShown(one, one.check) && one.property !== undefined),
    ),
  ].map(({ item }) => `${item} needs a check and its property, or a reason`);
  const homeless = defects.filter(({ where }) => where === undefined);
  wrong.push(...homeless.map(({ item }) => `${item} does not say where in the published code`));
  return wrong.length > 0 ? wrong.join("; ") : read.value;
}

/** Why no check shows the entry; a check that shows the contrary may stand beside it. */
export function reasonOf({ notADefect, survives, outOfScope }: Entry): string | undefined {
  return notADefect ?? survives ?? outOfScope;
}

function isShown({ spec }: Entry, name: string | undefined): boolean {
  return spec !== undefined && name !== undefined;
}
