/**
 * Constructors of the diagnostics about types, sizes and behaviour: one function for each code.
 *
 * Types are shown as the user writes them, in backticks; numbers of every range are "a number".
 */
import { type Diagnostic, errorAt, type Related } from "./diagnostic.ts";
import type { Span } from "./source.ts";

/** `wanted` and `found` are phrases: "a number", "`set<Client>`", "`none`". */
export function typeMismatch(
  wanted: string,
  found: string,
  span: Span,
  related: readonly Related[] = [],
): Diagnostic {
  return errorAt("E0201", `${wanted} is needed here, but this is ${found}`, span, {
    label: `this is ${found}`,
    related,
  });
}

export function unclearType(what: string, span: Span): Diagnostic {
  return errorAt("E0202", `the type of ${what} cannot be told from this place`, span, {
    label: "of which type?",
    hint: "use it where a type is known: in an assignment, a comparison or an argument",
  });
}

export function notConstant(span: Span): Diagnostic {
  return errorAt("E0204", "a constant is needed here", span, {
    label: "this depends on the state",
  });
}

export function badSize(title: string, span: Span, hint: string): Diagnostic {
  return errorAt("E0205", title, span, { label: "not a usable size", hint });
}

export function notAssignable(what: string, reason: string, span: Span): Diagnostic {
  return errorAt("E0206", `${what} cannot be assigned`, span, { label: reason });
}

/** `circle` are the types that lead back to the first of them, which is at `span`. */
export function recursiveType(circle: readonly string[], span: Span): Diagnostic {
  const [first = ""] = circle;
  const way = [...circle, first].map((name) => `\`${name}\``);
  return errorAt("E0207", `type \`${first}\` contains itself`, span, {
    label: "never ends",
    notes: circle.length === 1 ? [] : [way.join(" contains ")],
    hint: "types are finite: use an `id` and a `map` for links",
  });
}

export function nestedOptional(inner: string, span: Span): Diagnostic {
  return errorAt("E0208", "an optional of an optional has two kinds of `none`", span, {
    label: `\`${inner}\` is optional already`,
    hint: "leave this `?` out",
  });
}

export function mayBeAbsent(text: string, span: Span, test: string, fallback: string): Diagnostic {
  return errorAt("E0210", `\`${text}\` may be \`none\` here`, span, {
    label: "not known to be present",
    hint: `test it first (\`if ${test}\`)${fallback}`,
  });
}

export function ghostRead(word: string, span: Span): Diagnostic {
  return errorAt("E0212", `\`${word}\` is a ghost and cannot be read here`, span, {
    label: "not part of the state",
    hint: "only assignments to ghosts may read ghosts; drop `ghost` to make it part of the state",
  });
}

export function symmetricLiteral(literal: string, id: string, span: Span, at: Span): Diagnostic {
  return errorAt("E0213", `\`${literal}\` singles out one of the symmetric ids \`${id}\``, span, {
    label: "a literal would break the symmetry",
    related: [{ span: at, note: `ids of ${id} are interchangeable` }],
    hint: `quantify over ${id}, or declare \`id ${id}\` without \`symmetric\``,
  });
}

/** Above this many ids the number of their orders is no longer written as digits. */
const ORDERS_WRITTEN_MAX = 8;

function ordersOf(ids: number): string {
  if (ids > ORDERS_WRITTEN_MAX) return `${ids}!`;
  let orders = 1;
  for (let factor = 2; factor <= ids; factor++) orders *= factor;
  return String(orders);
}

export function symmetricOrder(
  text: string,
  id: { readonly name: string; readonly size: number },
  span: Span,
  at: Span,
): Diagnostic {
  const { name, size } = id;
  const cost = `(up to ${ordersOf(size)} times the states for ${size} of them)`;
  return errorAt("E0214", `\`${text}\` orders symmetric ids`, span, {
    label: "an order would break the symmetry",
    related: [{ span: at, note: `ids of ${name} are interchangeable` }],
    hint: `use \`==\` or a set, or declare \`id ${name}\` ${cost}`,
  });
}

export function constantDivisor(span: Span): Diagnostic {
  return errorAt("E0215", "`%` needs a positive constant on its right", span, {
    label: "not a positive constant",
    hint: "use a number or a `const` greater than 0",
  });
}

export function constantTooBig(span: Span): Diagnostic {
  return errorAt("E0216", "this constant is outside the range of exact integers", span, {
    label: "too big",
    hint: "stay between -9007199254740991 and 9007199254740991",
  });
}

// ---------------------------------------------------------------------------- behaviour

export function deferNeedsMailbox(channel: string, span: Span, at: Span): Diagnostic {
  return errorAt("E0304", `\`defer\` cannot look past a message of \`${channel}\``, span, {
    label: "only a mailbox can be looked into",
    related: [{ span: at, note: "a ring shows only its head" }],
    hint: "declare the channel `mailbox(n)`, or use `block`",
  });
}

/** A limit of the lowering. Counting stops at the limit when `count` is undefined. */
export function modelTooBig(
  what: string,
  count: number | undefined,
  limit: number,
  span: Span,
  hint = "set smaller sizes in the check",
): Diagnostic {
  const needed = count === undefined ? `more than ${digits(limit)}` : digits(count);
  return errorAt("E0305", `this model needs ${needed} ${what}`, span, {
    label: `at most ${digits(limit)} are possible`,
    hint,
  });
}

/** Grouped by thousands, the same in every locale. */
function digits(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
