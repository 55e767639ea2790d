/**
 * What a deployment says happens in its runs, and when: faults and other steps, deliveries that
 * stop, how long steps take, and the moment from which nothing fails any more.
 */
import type {
  Condition,
  Convergence,
  PlannedStep,
  StepDuration,
  Swizzle,
  Trigger,
} from "../deployment.ts";
import { noSuchTransition, setTwice } from "../errors.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import type { Builder } from "./builder.ts";
import { ownTransitions, transitionsNamed } from "./check.ts";
import { conditionOf } from "./expression.ts";
import type { Scope } from "./scope.ts";

type Item<Kind extends syntax.DeploymentItem["kind"]> = Extract<
  syntax.DeploymentItem,
  { readonly kind: Kind }
>;

/** What lines are read with. */
export interface PlanReader {
  /** That of the deployment, with its system. */
  readonly scope: Scope;
  readonly builder: Builder;
  /** Of the run; nanoseconds. */
  readonly duration: number;
}

const MILLION = 1_000_000;
const PERCENT = MILLION / 100;
const TIMES_MAX = 1_000_000;

/** A condition of a deployment; undefined when it is none, which was told then. */
export function stateCondition(scope: Scope, written: syntax.Expr): Condition | undefined {
  const frame = { size: 0 };
  const expr = conditionOf({ ...scope, frame }, written);
  return expr === undefined ? undefined : { expr, locals: frame.size };
}

export function planOf(
  reader: PlanReader,
  items: readonly syntax.DeploymentItem[],
): readonly PlannedStep[] {
  return items.flatMap((item): readonly PlannedStep[] => {
    if (item.kind !== "at" && item.kind !== "when") return [];
    const trigger = item.kind === "at" ? timeOf(reader, item) : occasionOf(reader, item);
    const found = transitionsNamed(reader, item.transition);
    if (trigger === undefined || found === undefined) return [];
    const { action, span } = item;
    return [{ trigger, chance: chanceOf(reader, item), action, ...found, span }];
  });
}

function timeOf(reader: PlanReader, { time }: Item<"at">): Trigger | undefined {
  const window = windowIn(reader, time);
  return window === undefined ? undefined : { kind: "time", ...window };
}

function occasionOf(
  reader: PlanReader,
  { condition: written, delay, times }: Item<"when">,
): Trigger | undefined {
  const condition = stateCondition(reader.scope, written);
  const window = delay === undefined ? { from: 0, to: 0 } : windowOf(reader, delay);
  if (times !== undefined && !(times.value >= 1 && times.value <= TIMES_MAX)) {
    const title = `\`times\` is from 1 to ${TIMES_MAX}`;
    reader.scope.lowering.report(badSize(title, times.span, "write `times 1`"));
    return undefined;
  }
  if (condition === undefined || window === undefined) return undefined;
  return { kind: "when", condition, ...window, times: times?.value ?? 1 };
}

/** Parts in a million. */
function chanceOf({ scope }: PlanReader, { chance }: syntax.PlannedAction): number {
  if (chance === undefined) return MILLION;
  if (chance.value <= 100) return Math.round(chance.value * PERCENT);
  scope.lowering.report(badSize("a chance is at most 100%", chance.span, "write `50%`"));
  return MILLION;
}

interface Times {
  readonly from: number;
  readonly to: number;
}

function windowOf({ scope }: PlanReader, { span, from, to }: syntax.Window): Times | undefined {
  if (from.nanoseconds <= to.nanoseconds) {
    return { from: from.nanoseconds, to: to.nanoseconds };
  }
  const hint = "write the shorter time first, as `5s..9s`";
  scope.lowering.report(badSize("the second time is before the first", span, hint));
  return undefined;
}

/** Times of the run. */
function windowIn(reader: PlanReader, window: syntax.Window): Times | undefined {
  const times = windowOf(reader, window);
  return times !== undefined && isInRun(reader, window.to) ? times : undefined;
}

function isInRun({ scope, duration }: PlanReader, { nanoseconds, span }: syntax.Duration): boolean {
  if (nanoseconds <= duration) return true;
  const hint = "let the run last longer: `run 30s`";
  scope.lowering.report(badSize("this is after the end of the run", span, hint));
  return false;
}

export function swizzlesOf(
  reader: PlanReader,
  items: readonly syntax.DeploymentItem[],
): readonly Swizzle[] {
  return items.flatMap((item): readonly Swizzle[] => {
    if (item.kind !== "swizzle") return [];
    const { span } = item;
    const times = windowIn(reader, item.time);
    const known = reader.scope.system?.channels;
    const channels = item.channels.flatMap(({ text }) => known?.get(text)?.channels ?? []);
    return times === undefined
      ? []
      : [{ channels, ...times, duration: item.duration.nanoseconds, span }];
  });
}

/** A line without an index means all members of a family. */
export function durationsOf(
  reader: PlanReader,
  items: readonly syntax.DeploymentItem[],
): readonly StepDuration[] {
  const known = new Map<number, syntax.DeploymentItem>();
  return items.flatMap((item): readonly StepDuration[] => {
    if (item.kind !== "takes") return [];
    const window = windowOf(reader, item.time);
    const transitions = transitionsOfAll(reader, item.transition);
    if (window === undefined) return [];
    const [first = -1] = transitions;
    const before = known.get(first);
    for (const transition of transitions) known.set(transition, item);
    if (before !== undefined) {
      const { instance, transition } = item.transition;
      const what = `\`${instance.text}.${transition.text}\``;
      reader.scope.lowering.report(setTwice(what, item.span, before.span));
    }
    return [{ transitions, ...window }];
  });
}

function transitionsOfAll(
  reader: PlanReader,
  reference: syntax.TransitionReference,
): readonly number[] {
  const family = reader.scope.system?.families.get(reference.instance.text);
  if (reference.index !== undefined || family?.index === undefined) {
    return transitionsNamed(reader, reference)?.transitions ?? [];
  }
  const { text } = reference.transition;
  const names = new Set(family.instances.map(({ name }) => `${name}.${text}`));
  const found = reader.builder.transitions.flatMap(({ name }, index) =>
    names.has(name) ? [index] : [],
  );
  // The first member stands for all: what it does not have, none has.
  const [only] = family.instances;
  if (found.length > 0 || only === undefined) return found;
  const { report } = reader.scope.lowering;
  const owned = ownTransitions(reader.builder, only.name);
  report(noSuchTransition(family.declaration.name.text, text, reference.transition.span, owned));
  return found;
}

export interface Healing {
  readonly heal: number | undefined;
  readonly converge: readonly Convergence[];
}

export function healingOf(reader: PlanReader, items: readonly syntax.DeploymentItem[]): Healing {
  const [line, second] = items.filter((item) => item.kind === "heal");
  const { lowering } = reader.scope;
  if (line === undefined) return { heal: undefined, converge: [] };
  if (second !== undefined) lowering.report(setTwice("`heal`", second.span, line.span));
  if (!isInRun(reader, line.time)) return { heal: undefined, converge: [] };
  const heal = line.time.nanoseconds;
  const named = new Map<string, syntax.Name>();
  const converge = line.goals.flatMap(({ span, name, within, value }): readonly Convergence[] => {
    const before = named.get(name.text);
    if (before !== undefined) {
      lowering.report(setTwice(`\`${name.text}\``, name.span, before.span));
    }
    named.set(name.text, name);
    const end = { ...within, nanoseconds: heal + within.nanoseconds };
    const condition = stateCondition(reader.scope, value);
    if (condition === undefined || !isInRun(reader, end)) return [];
    return [{ name: name.text, condition, within: within.nanoseconds, span }];
  });
  return { heal, converge };
}
