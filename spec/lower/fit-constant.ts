/**
 * Constants that go where a type is known: what is stored, or the part that can never be.
 *
 * While a model runs, a number that leaves its range is a violation, which names the run. A
 * constant needs no run: an initial value outside of its range would be a state that cannot exist.
 * Ranges that wrap or saturate bring numbers inside, part by part, as assignments do.
 */
import type { Type, Value } from "../model.ts";
import { parts, setOf } from "../values.ts";

type Fitted =
  | { readonly fits: true; readonly value: Value }
  /** The part that does not fit, and the range or list that it would belong to. */
  | { readonly fits: false; readonly value: Value; readonly type: Type };

/** The value as it is stored in a place of the type. */
export function fitConstant(value: Value, type: Type): Fitted {
  switch (type.kind) {
    case "range":
      return typeof value === "number" ? fitNumber(value, type) : { fits: true, value };
    case "optional":
      return value === null ? { fits: true, value } : fitConstant(value, type.of);
    case "record":
      return fitParts(value, (index) => type.fields[index]?.type);
    case "message": {
      const [kind] = parts(value);
      const fields = typeof kind === "number" ? type.kinds[kind]?.fields : undefined;
      return fitParts(value, (index) => fields?.[index - 1]?.type);
    }
    case "map":
      return fitParts(value, () => type.value);
    case "set": {
      const fitted = fitParts(value, () => type.of);
      // Wrapping can make elements equal.
      return fitted.fits ? { fits: true, value: setOf(parts(fitted.value)) } : fitted;
    }
    case "list":
      if (parts(value).length > type.capacity) return { fits: false, value, type };
      return fitParts(value, () => type.of);
    default:
      return { fits: true, value };
  }
}

function fitParts(value: Value, typeAt: (index: number) => Type | undefined): Fitted {
  const stored: Value[] = [];
  for (const [index, part] of parts(value).entries()) {
    const type = typeAt(index);
    const fitted: Fitted =
      type === undefined ? { fits: true, value: part } : fitConstant(part, type);
    if (!fitted.fits) return fitted;
    stored.push(fitted.value);
  }
  return { fits: true, value: stored };
}

function fitNumber(value: number, type: Extract<Type, { kind: "range" }>): Fitted {
  const { low, high, overflow } = type;
  if (value >= low && value <= high) return { fits: true, value };
  if (overflow === "fail") return { fits: false, value, type };
  if (overflow === "saturate") return { fits: true, value: Math.min(Math.max(value, low), high) };
  const size = high - low + 1;
  return { fits: true, value: low + ((((value - low) % size) + size) % size) };
}
