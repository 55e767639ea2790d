/**
 * From recorded events to the declared events of a log.
 *
 *     server.kill {instance: 1}  ─►  down("1")
 *     app.kill {pids: [371,372]} ─►  killed("371"), killed("372")      where { pid = each(e.pids) }
 *
 * Everything that one recorded event feeds happens at one position. A parameter whose value is
 * missing or of the wrong type feeds nothing: a log line without `instance` is not a `down` of
 * nobody.
 */
import type {
  LogParameterType,
  LogValue,
  ResolvedLog,
  ResolvedSource,
  SourceExpr,
} from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import { type SourceValue, sourceValue } from "./source-value.ts";

/** A declared event that happens. */
export interface Happening {
  /** Index into `ResolvedLog.events`. */
  readonly event: number;
  readonly values: readonly LogValue[];
}

interface Outlet {
  readonly event: number;
  readonly source: ResolvedSource;
  readonly types: readonly LogParameterType[];
  /** The argument of `each`, when the source has one. */
  readonly list: SourceExpr | undefined;
}

export interface Feed {
  readonly outlets: ReadonlyMap<string, readonly Outlet[]>;
  readonly ignored: ReadonlySet<string>;
  /** Kinds that nothing binds and nothing ignores, with their counts. */
  readonly unbound: Map<string, number>;
}

export function createFeed(log: ResolvedLog): Feed {
  const outlets = new Map<string, Outlet[]>();
  for (const [event, { parameters, sources }] of log.events.entries()) {
    for (const source of sources) {
      const outlet: Outlet = {
        event,
        source,
        types: parameters.map(({ type }) => type),
        list: source.values.map(listOf).find((list) => list !== undefined),
      };
      const known = outlets.get(source.kind);
      if (known === undefined) outlets.set(source.kind, [outlet]);
      else known.push(outlet);
    }
  }
  return { outlets, ignored: new Set(log.ignored), unbound: new Map() };
}

function listOf(expr: SourceExpr): SourceExpr | undefined {
  if (expr.kind === "call") {
    return expr.function === "each"
      ? expr.arguments[0]
      : expr.arguments.map(listOf).find((list) => list !== undefined);
  }
  return undefined;
}

const NOTHING: readonly Happening[] = [];

/** The declared events that `event` makes happen. */
export function feed(from: Feed, event: TraceEvent): readonly Happening[] {
  const outlets = from.outlets.get(event.kind);
  if (outlets === undefined) {
    if (!from.ignored.has(event.kind)) {
      from.unbound.set(event.kind, (from.unbound.get(event.kind) ?? 0) + 1);
    }
    return NOTHING;
  }
  const happenings: Happening[] = [];
  for (const outlet of outlets) {
    const { list } = outlet;
    const elements = list === undefined ? [null] : elementsOf(sourceValue(list, event, null));
    for (const element of elements) {
      const happening = happeningOf(outlet, event, element);
      if (happening !== undefined) happenings.push(happening);
    }
  }
  return happenings;
}

function happeningOf(
  outlet: Outlet,
  event: TraceEvent,
  element: SourceValue,
): Happening | undefined {
  const { source, types } = outlet;
  if (source.condition !== undefined && sourceValue(source.condition, event, element) !== true) {
    return undefined;
  }
  const values: LogValue[] = [];
  for (const [index, expr] of source.values.entries()) {
    const value = convert(sourceValue(expr, event, element), types[index] ?? "text");
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { event: outlet.event, values };
}

/** The elements of a list, which readers hand over as its JSON text; one value is a list of one. */
function elementsOf(value: SourceValue): readonly SourceValue[] {
  if (value === null) return [];
  if (typeof value !== "string" || !value.startsWith("[")) return [value];
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return [value];
  }
  if (!Array.isArray(parsed)) return [value];
  return parsed.flatMap((element: unknown) =>
    typeof element === "string" || typeof element === "number" || typeof element === "boolean"
      ? [typeof element === "number" && Number.isInteger(element) ? BigInt(element) : element]
      : [],
  );
}

/** The value as its parameter wants it; undefined when it does not fit. */
function convert(value: SourceValue, type: LogParameterType): LogValue | undefined {
  switch (type) {
    case "id":
    case "text":
      return value === null ? undefined : String(value);
    case "side":
      return value === "client" || value === "server" ? value : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "int":
    case "duration":
    case "time":
      if (typeof value === "bigint") return value;
      return typeof value === "string" && /^-?\d{1,30}$/.test(value) ? BigInt(value) : undefined;
  }
}
