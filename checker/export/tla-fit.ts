/**
 * What is stored when a value meets the type of its place, in TLA+: the twin of `reference/fit.ts`.
 *
 * Expressions that read stored values fit by themselves. Arithmetic and what is built from it is
 * wrapped or saturated where it stands, or gives a condition under which it does not fit.
 */
import type { Expr, Type } from "../../spec/model.ts";
import { tlaExpr } from "./tla-expression.ts";
import { defineLong, type TlaPoint } from "./tla-point.ts";
import { quote, tlaValue, tuple } from "./tla-values.ts";

export interface TlaFit {
  readonly text: string;
  /** Conditions of which one is true when the value does not fit. */
  readonly misfits: readonly string[];
}

type RangeType = Extract<Type, { kind: "range" }>;
type ListType = Extract<Type, { kind: "list" }>;

export function tlaFit(expr: Expr, type: Type, point: TlaPoint): TlaFit {
  if (type.kind === "optional" && expr.type.kind !== "optional") {
    const { text, misfits } = tlaFit(expr, type.of, point);
    return { text: tuple([text]), misfits };
  }
  switch (expr.op) {
    case "if":
      return fitChoice(expr, type, point);
    case "record": {
      const fields = type.kind === "record" ? type.fields : [];
      const fitted = fitEach(expr.fields, (at) => fields[at]?.type, point);
      const texts = fitted.texts.map((text, at) => `${fields[at]?.name ?? ""} |-> ${text}`);
      return { text: `[${texts.join(", ")}]`, misfits: fitted.misfits };
    }
    case "message": {
      const kind = type.kind === "message" ? type.kinds[expr.kind] : undefined;
      const fitted = fitEach(expr.fields, (at) => kind?.fields[at]?.type, point);
      const text = tuple([quote(kind?.name ?? ""), ...fitted.texts]);
      return { text, misfits: fitted.misfits };
    }
    case "list":
    case "set": {
      const fitted = fitEach(expr.elements, () => elementOf(type), point);
      const long = type.kind === "list" && expr.elements.length > type.capacity ? ["TRUE"] : [];
      const misfits = [...long, ...fitted.misfits];
      if (expr.op === "list") return { text: tuple(fitted.texts), misfits };
      return { text: `{${fitted.texts.join(", ")}}`, misfits };
    }
    case "insert":
    case "remove":
      return expr.op === "insert" && expr.element.type.kind !== "optional"
        ? fitUnion(expr.set, type, expr.element, elementOf(type), point)
        : asItIs(expr, type, point);
    case "union":
    case "difference":
    case "append":
      if (expr.op === "union") return fitUnion(expr.left, type, expr.right, undefined, point);
      return expr.op === "append" && type.kind === "list"
        ? fitAppend(expr.left, expr.right, type, point)
        : asItIs(expr, type, point);
    default:
      return asItIs(expr, type, point);
  }
}

function asItIs(expr: Expr, type: Type, point: TlaPoint): TlaFit {
  const text = tlaExpr(expr, point.scope);
  return type.kind === "range" ? fitNumber(text, expr, type, point) : { text, misfits: [] };
}

/** A set with the elements of another, or, where its type is given, with one element more. */
function fitUnion(
  set: Expr,
  type: Type,
  other: Expr,
  element: Type | undefined,
  point: TlaPoint,
): TlaFit {
  const left = tlaFit(set, type, point);
  const right = tlaFit(other, element ?? type, point);
  const added = element === undefined ? right.text : `{${right.text}}`;
  const misfits = [...left.misfits, ...right.misfits];
  return { text: `(${left.text} \\cup ${added})`, misfits };
}

function elementOf(type: Type): Type | undefined {
  return type.kind === "set" || type.kind === "list" ? type.of : undefined;
}

function fitEach(
  exprs: readonly Expr[],
  typeAt: (index: number) => Type | undefined,
  point: TlaPoint,
): { readonly texts: readonly string[]; readonly misfits: readonly string[] } {
  const fitted = exprs.map((expr, at) => tlaFit(expr, typeAt(at) ?? expr.type, point));
  return {
    texts: fitted.map(({ text }) => text),
    misfits: fitted.flatMap(({ misfits }) => misfits),
  };
}

function fitChoice(expr: Extract<Expr, { op: "if" }>, type: Type, point: TlaPoint): TlaFit {
  const condition = defineLong(point, "when", tlaExpr(expr.condition, point.scope));
  const [then, otherwise] = [expr.then, expr.else].map((one) => tlaFit(one, type, point));
  const text = `(IF ${condition} THEN ${then?.text ?? ""} ELSE ${otherwise?.text ?? ""})`;
  const misfits = [
    ...(then?.misfits ?? []).map((misfit) => `(${condition} /\\ ${misfit})`),
    ...(otherwise?.misfits ?? []).map((misfit) => `(~${condition} /\\ ${misfit})`),
  ];
  return { text, misfits };
}

function fitAppend(left: Expr, right: Expr, type: ListType, point: TlaPoint): TlaFit {
  const list = tlaFit(left, { ...type, capacity: type.capacity + 1 }, point);
  const element = tlaFit(right, type.of, point);
  const text = defineLong(point, "longer", `Append(${list.text}, ${element.text})`);
  const long = `(Len(${text}) > ${type.capacity})`;
  return { text, misfits: [long, ...list.misfits, ...element.misfits] };
}

/** What is read from a place of its type is inside; everything else is looked at. */
const STORED: ReadonlySet<string> = new Set(["read", "local", "field", "index", "present"]);

function fitNumber(given: string, expr: Expr, type: RangeType, point: TlaPoint): TlaFit {
  const { low, high } = type;
  const known = expr.op === "const" && typeof expr.value === "number" ? expr.value : undefined;
  const from = expr.type.kind === "range" && STORED.has(expr.op) ? expr.type : undefined;
  const inside =
    (known !== undefined && known >= low && known <= high) ||
    (from !== undefined && from.low >= low && from.high <= high);
  if (inside) return { text: given, misfits: [] };
  const text = defineLong(point, "value", given);
  const [least, most] = [tlaValue(low, type), tlaValue(high, type)];
  switch (type.overflow) {
    case "fail":
      return { text, misfits: [`(${text} \\notin ${least}..${most})`] };
    case "saturate": {
      const upper = `IF ${text} > ${most} THEN ${most} ELSE ${text}`;
      return { text: `(IF ${text} < ${least} THEN ${least} ELSE ${upper})`, misfits: [] };
    }
    case "wrap":
      return { text: `(${least} + ((${text} - ${least}) % ${high - low + 1}))`, misfits: [] };
  }
}
