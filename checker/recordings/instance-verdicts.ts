/**
 * From decided instances to the verdict of a property.
 *
 * Violated and inconclusive instances are all kept, because a report must name each; of those that
 * hold, a few examples. An instance is counted as examined when it was judged at all, and its
 * premise as true when the left side of its implication was. A property that examined nothing, or
 * whose premise was never true, is inconclusive with the reason *unobserved*.
 */
import type { ResolvedProperty } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import type {
  Inconclusive,
  InstanceVerdict,
  LogPropertyVerdict,
  RecordingOutcome,
} from "../verdict.ts";
import type { Evidence } from "./evidence.ts";
import { bindingsOf, explain } from "./explain-instance.ts";
import type { Decided } from "./instances.ts";
import { doubtfulLoss, type LossContext, lossReason } from "./losses.ts";
import { FALSE, TRUE, UNKNOWN } from "./truth.ts";

/** Holding instances that are shown as examples. */
export const EXAMPLES = 3;

/** What is kept of the instances of one property while the recording is read. */
export interface Kept {
  readonly property: ResolvedProperty;
  /** Instances that do not hold, or that a loss found later may still make doubtful. */
  readonly open: Decided[];
  readonly examples: Decided[];
  holding: number;
  premiseTrue: number;
  refused: number;
}

export function createKept(property: ResolvedProperty): Kept {
  return { property, open: [], examples: [], holding: 0, premiseTrue: 0, refused: 0 };
}

/** Keeps a decided instance. */
export function keepDecided(kept: Kept, decided: Decided): void {
  if (decided.premise) kept.premiseTrue++;
  const { property } = kept;
  if (property.kind === "reachable" && decided.verdict !== TRUE) {
    kept.holding++;
    return;
  }
  const safe =
    decided.verdict === TRUE &&
    decided.wary === TRUE &&
    (decided.confirmed === undefined ||
      (decided.time !== undefined && decided.confirmed >= decided.time));
  if (!safe && property.kind !== "reachable") {
    kept.open.push(decided);
    return;
  }
  kept.holding++;
  const better = !property.hasPremise || decided.premise;
  if (better && kept.examples.length < EXAMPLES) kept.examples.push(decided);
}

export interface VerdictContext extends LossContext {
  readonly evidence: Evidence;
  readonly first: bigint | undefined;
  readonly end: bigint;
  /** Until when captured events can be expected; a later deadline is pending. */
  readonly capturedUntil: bigint | undefined;
}

/** A judged instance, with the record from which it was made. */
export interface Judged {
  readonly decided: Decided;
  readonly outcome: RecordingOutcome;
  readonly verdict: InstanceVerdict;
}

export interface JudgedProperty {
  readonly verdict: LogPropertyVerdict;
  readonly judged: readonly Judged[];
}

/** The verdict of a property. */
export function judgeProperty(context: VerdictContext, kept: Kept): JudgedProperty {
  const { property } = kept;
  const judged: Judged[] = [];
  const spare: Decided[] = [];
  let holding = kept.holding;
  for (const decided of kept.open) {
    const [outcome, why] = outcomeOf(context, property, decided);
    if (outcome === "holds") {
      holding++;
      if (!property.hasPremise || decided.premise) spare.push(decided);
    } else {
      judged.push(judgedOf(context, property, decided, outcome, why));
    }
  }
  const rank = (outcome: RecordingOutcome): number => (outcome === "violated" ? 0 : 1);
  judged.sort((a, b) => rank(a.outcome) - rank(b.outcome));
  for (const decided of [...kept.examples, ...spare].slice(0, EXAMPLES)) {
    judged.push(judgedOf(context, property, decided, "holds", undefined));
  }
  const examined = holding + judged.filter(({ outcome }) => outcome !== "holds").length;
  const verdict: LogPropertyVerdict = {
    name: property.name,
    kind: property.kind,
    ...join(kept, judged, examined),
    examined,
    premiseTrue: property.hasPremise ? kept.premiseTrue : undefined,
    instances: judged.map((one) => one.verdict),
    span: property.span,
  };
  return { verdict, judged };
}

function judgedOf(
  context: VerdictContext,
  property: ResolvedProperty,
  decided: Decided,
  outcome: RecordingOutcome,
  why: Inconclusive | undefined,
): Judged {
  const { log } = context.state;
  const events: TraceEvent[] = [];
  for (const element of decided.env) {
    if (element === undefined || typeof element === "string") continue;
    if (element.beginEvent !== undefined) events.push(element.beginEvent);
    if (element.endEvent !== undefined) events.push(element.endEvent);
  }
  if (decided.event !== undefined) events.push(decided.event);
  const verdict: InstanceVerdict = {
    bindings: bindingsOf(log, property, decided.env),
    outcome,
    inconclusive: why,
    reason: explain(context, property, decided, outcome, why),
    time: decided.time,
    events: context.evidence.add(events),
  };
  return { decided, outcome, verdict };
}

/** What the recording can say about an instance. */
function outcomeOf(
  context: VerdictContext,
  property: ResolvedProperty,
  decided: Decided,
): readonly [RecordingOutcome, Inconclusive | undefined] {
  if (decided.bound) {
    const detail = "too many obligations are open at once";
    return ["inconclusive", { reason: "bound", detail }];
  }
  const loss = doubtfulLoss(context, property, decided);
  if (loss !== undefined) return ["inconclusive", lossReason(loss)];
  const late =
    property.usesCapture &&
    decided.missed !== undefined &&
    context.capturedUntil !== undefined &&
    decided.missed >= context.capturedUntil;
  if (decided.verdict === UNKNOWN || late) {
    return ["inconclusive", { reason: "pending", detail: "open when the recording ends" }];
  }
  return [decided.verdict === FALSE ? "violated" : "holds", undefined];
}

/** Joins the instances: all of them for `forall`, one of them for `exists`. */
function join(
  kept: Kept,
  judged: readonly Judged[],
  examined: number,
): Pick<LogPropertyVerdict, "outcome" | "inconclusive"> {
  const { property } = kept;
  const held = kept.examples.length > 0 || judged.some(({ outcome }) => outcome === "holds");
  if (property.quantifier === "exists" && held) return { outcome: "holds", inconclusive: [] };
  const reasons = summarize(judged.flatMap(({ verdict }) => verdict.inconclusive ?? []));
  if (kept.refused > 0) {
    const detail = `${kept.refused} assignments were too many to follow`;
    reasons.push({ reason: "bound", detail });
  }
  const violated = judged.some(({ outcome }) => outcome === "violated");
  if (property.kind === "reachable") {
    const detail = examined === 0 ? "nothing to examine" : "it never came true";
    return { outcome: "inconclusive", inconclusive: [{ reason: "unobserved", detail }] };
  }
  if (violated && property.quantifier === "forall")
    return { outcome: "violated", inconclusive: reasons };
  if (reasons.length > 0) return { outcome: "inconclusive", inconclusive: reasons };
  if (violated) return { outcome: "violated", inconclusive: [] };
  if (examined === 0 || (property.hasPremise && kept.premiseTrue === 0)) {
    const detail = examined === 0 ? "nothing to examine" : "its premise was never true";
    return { outcome: "inconclusive", inconclusive: [{ reason: "unobserved", detail }] };
  }
  return { outcome: "holds", inconclusive: [] };
}

/** One line for each reason, with the number of instances. */
function summarize(all: readonly Inconclusive[]): Inconclusive[] {
  const counts = new Map<string, { readonly one: Inconclusive; count: number }>();
  for (const one of all) {
    const key = `${one.reason} ${one.detail}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { one, count: 1 });
    else known.count++;
  }
  return [...counts.values()].map(({ one, count }) => ({
    reason: one.reason,
    detail: count === 1 ? one.detail : `${one.detail} (${count} instances)`,
  }));
}
