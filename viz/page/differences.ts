/**
 * Differences between states, read from the columns of a path.
 *
 * A difference goes as deep as the values have parts: of a map with one changed entry only that
 * entry is shown, as `peers[Client1].up: true → false`.
 */
import type { PathReport, ValueReport, VariableReport } from "../document.ts";

export interface Difference {
  /** `server.table`, `peers[Client1].up` */
  readonly path: string;
  readonly variable: number;
  readonly before: string;
  readonly after: string;
}

const ABSENT: ValueReport = { text: "", parts: undefined };

/** The value of a variable at a step: the last change at or before it. */
export function valueAt(variable: VariableReport, step: number): ValueReport {
  let low = 0;
  let high = variable.changes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((variable.changes[middle]?.[0] ?? 0) <= step) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return variable.changes[low]?.[1] ?? ABSENT;
}

/** Where two values of one variable differ, as deep as they have the same parts. */
export function differencesOf(
  path: string,
  variable: number,
  before: ValueReport,
  after: ValueReport,
): readonly Difference[] {
  if (before.parts === undefined || after.parts === undefined) {
    return before.text === after.text
      ? []
      : [{ path, variable, before: before.text, after: after.text }];
  }
  const earlier = new Map(before.parts.map((part) => [part.key, part.value]));
  return after.parts.flatMap((part) => {
    const isField = /^[A-Za-z_]\w*$/.test(part.key) && !after.text.startsWith("{");
    const inner = isField ? `${path}.${part.key}` : `${path}[${part.key}]`;
    return differencesOf(inner, variable, earlier.get(part.key) ?? ABSENT, part.value);
  });
}

/** For each step of a path, by its position in the list, what it changed. */
export function differencesByStep(path: PathReport): readonly (readonly Difference[])[] {
  const bySteps: Difference[][] = path.steps.map(() => []);
  path.variables.forEach((variable, index) => {
    for (let change = 1; change < variable.changes.length; change++) {
      const [step, after] = variable.changes[change] ?? [0, ABSENT];
      const before = variable.changes[change - 1]?.[1] ?? ABSENT;
      bySteps[step - path.first]?.push(...differencesOf(variable.name, index, before, after));
    }
  });
  return bySteps;
}

/** The state at a step against another one; unchanged variables are not in the list. */
export function differencesBetween(
  path: PathReport,
  from: number,
  to: number,
): readonly Difference[] {
  return path.variables.flatMap((variable, index) => {
    const before = valueAt(variable, from);
    const after = valueAt(variable, to);
    return before === after ? [] : differencesOf(variable.name, index, before, after);
  });
}
