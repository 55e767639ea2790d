/** Order and arithmetic of numbers whose intervals are known. See `expression.ts`. */
import type { Term } from "./code.ts";
import { identical } from "./coerce.ts";
import { asInteger, integer, isOptional, isSome, lane, type Packed, payload } from "./packed.ts";
import { add, choice, compare, mul, num, rem, sub, ZERO } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

/** A number; what is read where there is nothing counts as 0. */
export function orZero(value: Packed): Packed {
  if (!isOptional(value)) return asInteger(value);
  const number = asInteger(payload(value));
  const term = choice(isSome(value), lane(number), ZERO);
  return integer(term, Math.min(0, number.low), Math.max(0, number.high));
}

export function ordered(op: "lt" | "le" | "gt" | "ge", left: Packed, right: Packed): Term {
  if (identical(left.type, right.type) && left.type.kind !== "int") {
    // Codes grow with the numbers that they encode.
    return compare(op, lane(left), lane(right));
  }
  return compare(op, lane(orLowest(left)), lane(orLowest(right)));
}

/** `none` comes before all numbers; see `compareValues`. */
function orLowest(value: Packed): Packed {
  if (!isOptional(value)) return asInteger(value);
  const number = asInteger(payload(value));
  const lowest = -(2 ** 31 - 1);
  return integer(choice(isSome(value), lane(number), num(lowest)), lowest, number.high);
}

export function arithmetic(op: "add" | "sub" | "mul" | "mod", left: Packed, right: Packed): Packed {
  const [first, second] = [lane(left), lane(right)];
  switch (op) {
    case "add":
      return integer(add(first, second), left.low + right.low, left.high + right.high);
    case "sub":
      return integer(sub(first, second), left.low - right.high, left.high - right.low);
    case "mul": {
      const products = [left.low, left.high].flatMap((a) => [right.low * a, right.high * a]);
      return integer(mul(first, second), Math.min(...products), Math.max(...products));
    }
    case "mod": {
      const divisor = right.low;
      if (divisor !== right.high || divisor <= 0) throw new Unsupported("a divisor that varies");
      if (left.low >= 0 && left.high < divisor) return left;
      // The remainder is that of a number that is not negative.
      const lift = left.low < 0 ? Math.ceil(-left.low / divisor) * divisor : 0;
      const high = Math.min(divisor - 1, left.low >= 0 ? left.high : divisor - 1);
      return integer(rem(add(first, num(lift)), num(divisor)), 0, high);
    }
  }
}
