/**
 * What is still open about a formula: a residual.
 *
 *     not lost(c) until proven(c)          at each position becomes
 *     proven now, or not lost now and the same again
 *
 * A residual is a truth value or a combination of *waits*: temporal operators that go on. Waits for
 * the same operator are merged, so that a residual stays as small as the formula: of two
 * obligations that must both be met, the one with the earlier deadline implies the other.
 */
import type { Formula } from "../../spec/log.ts";
import { both, either, FALSE, TRUE, type Truth, UNKNOWN } from "./truth.ts";

export type Temporal = Extract<Formula, { kind: "always" | "eventually" | "until" | "release" }>;

export type Residual =
  | Truth
  | { readonly kind: "and" | "or"; readonly parts: readonly Residual[] }
  | Wait
  | { readonly kind: "at"; readonly moment: number; readonly negated: boolean }
  | { readonly kind: "premise"; readonly inner: Residual };

export interface Wait {
  readonly kind: "wait";
  readonly formula: Temporal;
  /** Last time that counts; undefined without `within`, and when it counts from a moment. */
  readonly deadline: bigint | undefined;
}

/** Whether the residual is a truth value. */
export function isDecided(residual: Residual): residual is Truth {
  return typeof residual === "number";
}

/** All of them. */
export function allOf(parts: readonly Residual[]): Residual {
  return combine("and", parts);
}

/** One of them. */
export function oneOf(parts: readonly Residual[]): Residual {
  return combine("or", parts);
}

function combine(kind: "and" | "or", parts: readonly Residual[]): Residual {
  const neutral = kind === "and" ? TRUE : FALSE;
  let known: Truth = neutral;
  const open: Residual[] = [];
  for (const part of parts) {
    if (isDecided(part)) {
      known = kind === "and" ? both(known, part) : either(known, part);
    } else if (part.kind === kind) {
      for (const inner of part.parts) {
        if (isDecided(inner)) known = kind === "and" ? both(known, inner) : either(known, inner);
        else addOpen(kind, open, inner);
      }
    } else {
      addOpen(kind, open, part);
    }
  }
  if (known === (kind === "and" ? FALSE : TRUE)) return known;
  const [first] = open;
  if (first === undefined) return known;
  if (known === UNKNOWN) return { kind, parts: [...open, UNKNOWN] };
  return open.length === 1 ? first : { kind, parts: open };
}

/** Adds a part, or merges it with a wait for the same operator. */
function addOpen(kind: "and" | "or", open: Residual[], part: Residual): void {
  if (isDecided(part) || part.kind !== "wait") {
    if (!open.some((other) => sameOpen(other, part)) && !mergeDoubtful(kind, open, part)) {
      open.push(part);
    }
    return;
  }
  const twin = open.findIndex(
    (other) => !isDecided(other) && other.kind === "wait" && other.formula === part.formula,
  );
  const other = open[twin];
  if (other === undefined || isDecided(other) || other.kind !== "wait") {
    open.push(part);
    return;
  }
  const must = part.formula.kind === "eventually" || part.formula.kind === "until";
  open[twin] = earlier(other, part) === (must === (kind === "and")) ? other : part;
}

/**
 * Merges `w or unknown` with another one for the same operator: `(v or unknown) and (w or unknown)`
 * is `(v and w) or unknown`. Each gap of the wary rail makes one, so they must not pile up.
 */
function mergeDoubtful(kind: "and" | "or", open: Residual[], part: Residual): boolean {
  const wait = doubtfulWait(part);
  if (wait === undefined) return false;
  for (const [index, other] of open.entries()) {
    const twin = doubtfulWait(other);
    if (twin === undefined || twin.formula !== wait.formula || isDecided(other)) continue;
    if (other.kind === kind || (part as { kind: string }).kind !== other.kind) continue;
    const merged = combine(kind, [twin, wait]);
    open[index] = combine(kind === "and" ? "or" : "and", [merged, UNKNOWN]);
    return true;
  }
  return false;
}

/** The wait of `w or unknown` and `w and unknown`. */
function doubtfulWait(residual: Residual): Wait | undefined {
  if (isDecided(residual) || (residual.kind !== "and" && residual.kind !== "or")) return undefined;
  const [first, second] = residual.parts;
  if (residual.parts.length !== 2 || second !== UNKNOWN || first === undefined) return undefined;
  return !isDecided(first) && first.kind === "wait" ? first : undefined;
}

/** Whether the first deadline is not later than the second; no deadline is the latest. */
function earlier(left: Wait, right: Wait): boolean {
  if (right.deadline === undefined) return true;
  return left.deadline !== undefined && left.deadline <= right.deadline;
}

function sameOpen(left: Residual, right: Residual): boolean {
  if (isDecided(left) || isDecided(right)) return false;
  if (left.kind !== "at" || right.kind !== "at") return false;
  return left.moment === right.moment && left.negated === right.negated;
}

/** Waits and other parts of the residual, as a measure of its size. */
export function sizeOf(residual: Residual): number {
  if (isDecided(residual)) return 1;
  switch (residual.kind) {
    case "and":
    case "or":
      return residual.parts.reduce((total: number, part) => total + sizeOf(part), 1);
    case "premise":
      return sizeOf(residual.inner) + 1;
    default:
      return 1;
  }
}
