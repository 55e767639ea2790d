/**
 * What is stored when a value meets the type of its place, in TLA+: the twin of `reference/fit.ts`.
 *
 * Expressions that read stored values fit by themselves. Arithmetic and what is built from it is
 * wrapped or saturated where it stands, or gives a condition under which it does not fit.
 */
import type { Expr, Type } from "../../spec/model.ts";
import { tlaExpr, type TlaScope } from "./tla-expression.ts";
import { quote, tlaValue, tuple } from "./tla-values.ts";

export interface TlaFit {
  readonly text: string;
  /** Conditions of which one is true when the value does not fit. */
  readonly misfits: readonly string[];
}

type RangeType = Extract<Type, { kind: "range" }>;

export function tlaFit(expr: Expr, type: Type, scope: TlaScope): TlaFit {
  if (type.kind === "optional" && expr.type.kind !== "optional") {
    const { text, misfits } = tlaFit(expr, type.of, scope);
    return { text: tuple([text]), misfits };
  }
  switch (expr.op) {
    case "if":
      return fitChoice(expr, type, scope);
    case "record": {
      const fields = type.kind === "record" ? type.fields : [];
      const fitted = fitEach(expr.fields, (at) => fields[at]?.type, scope);
      const texts = fitted.texts.map((text, at) => `${fields[at]?.name ?? ""} |-> ${text}`);
      return { text: `[${texts.join(", ")}]`, misfits: fitted.misfits };
    }
    case "message": {
      const kind = type.kind === "message" ? type.kinds[expr.kind] : undefined;
      const fitted = fitEach(expr.fields, (at) => kind?.fields[at]?.type, scope);
      const text = tuple([quote(kind?.name ?? ""), ...fitted.texts]);
      return { text, misfits: fitted.misfits };
    }
    case "list":
    case "append":
      return fitList(expr, type, scope);
    case "set": {
      const fitted = fitEach(expr.elements, () => elementOf(type), scope);
      return { text: `{${fitted.texts.join(", ")}}`, misfits: fitted.misfits };
    }
    case "insert":
    case "union": {
      const [one, other] =
        expr.op === "insert" ? [expr.set, expr.element] : [expr.left, expr.right];
      if (expr.op === "insert" && other.type.kind === "optional") break;
      const left = tlaFit(one, type, scope);
      const right = tlaFit(
        other,
        expr.op === "insert" ? (elementOf(type) ?? other.type) : type,
        scope,
      );
      const added = expr.op === "insert" ? `{${right.text}}` : right.text;
      const misfits = [...left.misfits, ...right.misfits];
      return { text: `(${left.text} \\cup ${added})`, misfits };
    }
    default:
      break;
  }
  const text = tlaExpr(expr, scope);
  return type.kind === "range" ? fitNumber(text, expr, type) : { text, misfits: [] };
}

function elementOf(type: Type): Type | undefined {
  return type.kind === "set" || type.kind === "list" ? type.of : undefined;
}

function fitEach(
  exprs: readonly Expr[],
  typeAt: (index: number) => Type | undefined,
  scope: TlaScope,
): { readonly texts: readonly string[]; readonly misfits: readonly string[] } {
  const fitted = exprs.map((expr, at) => tlaFit(expr, typeAt(at) ?? expr.type, scope));
  return {
    texts: fitted.map(({ text }) => text),
    misfits: fitted.flatMap(({ misfits }) => misfits),
  };
}

function fitChoice(expr: Extract<Expr, { op: "if" }>, type: Type, scope: TlaScope): TlaFit {
  const condition = tlaExpr(expr.condition, scope);
  const [then, otherwise] = [expr.then, expr.else].map((one) => tlaFit(one, type, scope));
  const text = `(IF ${condition} THEN ${then?.text ?? ""} ELSE ${otherwise?.text ?? ""})`;
  const misfits = [
    ...(then?.misfits ?? []).map((misfit) => `(${condition} /\\ ${misfit})`),
    ...(otherwise?.misfits ?? []).map((misfit) => `(~${condition} /\\ ${misfit})`),
  ];
  return { text, misfits };
}

function fitList(
  expr: Extract<Expr, { op: "list" | "append" }>,
  type: Type,
  scope: TlaScope,
): TlaFit {
  const of = elementOf(type);
  if (type.kind !== "list") return { text: tlaExpr(expr, scope), misfits: [] };
  if (expr.op === "list") {
    const fitted = fitEach(expr.elements, () => of, scope);
    const long = expr.elements.length > type.capacity ? ["TRUE"] : [];
    return { text: tuple(fitted.texts), misfits: [...long, ...fitted.misfits] };
  }
  const longer: Type = { ...type, capacity: type.capacity + 1 };
  const list = tlaFit(expr.left, longer, scope);
  const element = tlaFit(expr.right, of ?? expr.right.type, scope);
  const text = `Append(${list.text}, ${element.text})`;
  const long = `(Len(${text}) > ${type.capacity})`;
  return { text, misfits: [long, ...list.misfits, ...element.misfits] };
}

/** What is read from a place of its type is inside; everything else is looked at. */
const STORED: ReadonlySet<string> = new Set(["read", "local", "field", "index", "present"]);

function fitNumber(text: string, expr: Expr, type: RangeType): TlaFit {
  const { low, high } = type;
  const known = expr.op === "const" && typeof expr.value === "number" ? expr.value : undefined;
  const from = expr.type.kind === "range" && STORED.has(expr.op) ? expr.type : undefined;
  const inside =
    (known !== undefined && known >= low && known <= high) ||
    (from !== undefined && from.low >= low && from.high <= high);
  if (inside) return { text, misfits: [] };
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
