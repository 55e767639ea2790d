/**
 * Values of TLA+; for tests only.
 *
 * They are JSON-like, so that equal values have equal texts. A function is the list of its keys and
 * values in order; sequences, tuples and records are functions, as the language has it.
 *
 *     <<"a", 2>>     { fn: [[1, "a"], [2, 2]] }          {2, 1}     { set: [1, 2] }
 */

export type TlaValue =
  | boolean
  | number
  | string
  | { readonly fn: readonly (readonly [TlaValue, TlaValue])[] }
  | { readonly set: readonly TlaValue[] };

export function keyText(value: TlaValue): string {
  return JSON.stringify(value);
}

export function isFunction(
  value: TlaValue,
): value is { readonly fn: (readonly [TlaValue, TlaValue])[] } {
  return typeof value === "object" && "fn" in value;
}

export function entries(value: TlaValue): readonly (readonly [TlaValue, TlaValue])[] {
  if (isFunction(value)) return value.fn;
  throw new Error(`no function: ${keyText(value)}`);
}

export function members(value: TlaValue): readonly TlaValue[] {
  if (typeof value === "object" && "set" in value) return value.set;
  throw new Error(`no set: ${keyText(value)}`);
}

export function setOf(items: readonly TlaValue[]): TlaValue {
  const unique = new Map(items.map((item) => [keyText(item), item]));
  return { set: [...unique].toSorted(byKey).map(([, item]) => item) };
}

export function byKey(
  [left]: readonly [string, unknown],
  [right]: readonly [string, unknown],
): number {
  return left < right ? -1 : Number(left > right);
}

export function functionOf(pairs: readonly (readonly [TlaValue, TlaValue])[]): TlaValue {
  const unique = new Map(pairs.map((pair) => [keyText(pair[0]), pair]));
  const sorted = [...unique].toSorted(([left, one], [right, other]) =>
    typeof one[0] === "number" && typeof other[0] === "number"
      ? one[0] - other[0]
      : byKey([left, 0], [right, 0]),
  );
  return { fn: sorted.map(([, pair]) => pair) };
}

export function sequence(items: readonly TlaValue[]): TlaValue {
  return { fn: items.map((item, at) => [at + 1, item]) };
}

export function elements(value: TlaValue): readonly TlaValue[] {
  return entries(value).map(([key, element], at) => {
    if (key !== at + 1) throw new Error(`no sequence: ${keyText(value)}`);
    return element;
  });
}

export function numeric(value: TlaValue): number {
  if (typeof value === "number") return value;
  throw new Error(`no number: ${keyText(value)}`);
}

export function truth(value: TlaValue): boolean {
  if (typeof value === "boolean") return value;
  throw new Error(`no truth value: ${keyText(value)}`);
}

/** Equality as TLC has it: values of different types must not meet. */
export function same(left: TlaValue, right: TlaValue): boolean {
  const kind = (value: TlaValue): string =>
    typeof value === "object" ? (isFunction(value) ? "function" : "set") : typeof value;
  if (kind(left) !== kind(right)) throw new Error(`${keyText(left)} = ${keyText(right)}`);
  if (!isFunction(left) || !isFunction(right)) return keyText(left) === keyText(right);
  if (left.fn.length !== right.fn.length) return false;
  return left.fn.every(([key, value], at) => {
    const [other, its] = right.fn[at] ?? ["", ""];
    return keyText(key) === keyText(other) && same(value, its);
  });
}

/** Every function that gives each key one of its values. */
export function functionsOf(
  columns: readonly { readonly key: TlaValue; readonly values: readonly TlaValue[] }[],
): readonly TlaValue[] {
  return columns
    .reduce<readonly (readonly (readonly [TlaValue, TlaValue])[])[]>(
      (rows, { key, values }) =>
        rows.flatMap((row) => values.map((one) => [...row, [key, one] as const])),
      [[]],
    )
    .map(functionOf);
}

export function lookUp(whole: TlaValue, key: TlaValue): TlaValue {
  const found = entries(whole).find(([one]) => keyText(one) === keyText(key));
  if (found === undefined) throw new Error(`${keyText(whole)}[${keyText(key)}]`);
  return found[1];
}

/** Products of more than two sets are of longer tuples. */
export function pairUp(left: TlaValue, right: TlaValue): TlaValue {
  return sequence(isFunction(left) ? [...elements(left), right] : [left, right]);
}

export function addBags(one: TlaValue, other: TlaValue, sign: number): TlaValue {
  const counts = new Map(entries(one).map(([key, count]) => [keyText(key), [key, count] as const]));
  for (const [key, count] of entries(other)) {
    const old = counts.get(keyText(key))?.[1] ?? 0;
    counts.set(keyText(key), [key, numeric(old) + sign * numeric(count)]);
  }
  return functionOf([...counts.values()].filter(([, count]) => numeric(count) > 0));
}
