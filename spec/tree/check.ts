/** Checks and scenarios: from matched rules to their items. */
import type { Node } from "ohm-js";
import type {
  BudgetAmount,
  CheckDeclaration,
  CheckItem,
  ScenarioDeclaration,
  ScenarioItem,
} from "../syntax.ts";
import { memoryOf, settingOf, transitionOf } from "./definition.ts";
import { durationOf, exprOf, numberOf, stringOf } from "./expression.ts";
import { listOf, nameOf, byRule, spanOf } from "./node.ts";

/** Units of a memory budget; powers of ten, as disks and humans count. */
const BYTES: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9 };

export function checkOf(node: Node): CheckDeclaration {
  return {
    kind: "check",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    system: nameOf(node.child(3)),
    items: node.child(5).children.flatMap(checkItemsOf),
  };
}

type FaultBound = Extract<CheckItem, { readonly kind: "faults" }>;

/** One written item; `faults a.f <= 1, b.g <= 2` gives one `faults` each. */
const checkItemsOf: (node: Node) => readonly CheckItem[] = byRule<readonly CheckItem[]>({
  Setting: (node) => [settingOf(node)],
  Memory: (_node, memory) => [memoryOf(memory)],
  CheckItem_faults: (node, _faults, list) => {
    const [first, ...rest] = listOf(list).map(faultBoundOf);
    if (first === undefined) return rest;
    // The keyword belongs to the first bound.
    return [{ ...first, span: { ...first.span, start: spanOf(node).start } }, ...rest];
  },
  CheckItem_budget: (node, _budget, amounts) => {
    return [{ kind: "budget", span: spanOf(node), amounts: listOf(amounts).map(amountOf) }];
  },
  CheckItem_only: (node, _only, names) => {
    return [{ kind: "only", span: spanOf(node), names: listOf(names.child(0)).map(nameOf) }];
  },
  CheckItem_allowStuck: (node, _allow, _stuck) => {
    return [{ kind: "allowStuck", span: spanOf(node) }];
  },
  CheckItem_nightly: (node, _profile, _nightly) => {
    return [{ kind: "nightly", span: spanOf(node) }];
  },
  CheckItem_expectStates: (node, _expect, count, _states) => {
    return [{ kind: "expectStates", span: spanOf(node), count: numberOf(count) }];
  },
  CheckItem_expectViolation: (node, _expect, _violation, _of, name) => {
    return [{ kind: "expectViolation", span: spanOf(node), of: nameOf(name) }];
  },
});

const faultBoundOf: (node: Node) => FaultBound = byRule<FaultBound>({
  FaultBound_bound: (node, owner, _dot, fault, _sign, bound) => {
    const names = { owner: nameOf(owner), fault: nameOf(fault) };
    return { kind: "faults", span: spanOf(node), ...names, bound: exprOf(bound) };
  },
  FaultBound_unbounded: (node, owner, _dot, fault, _unbounded) => {
    const names = { owner: nameOf(owner), fault: nameOf(fault) };
    return { kind: "faults", span: spanOf(node), ...names, bound: undefined };
  },
});

const amountOf: (node: Node) => BudgetAmount = byRule<BudgetAmount>({
  Amount_time: (node) => ({ kind: "time", span: spanOf(node), duration: durationOf(node) }),
  Amount_memory: (node) => {
    const amount = Number.parseInt(node.sourceString, 10);
    const unit = node.sourceString.slice(-2);
    const bytes = amount * (BYTES[unit] ?? Number.NaN);
    return { kind: "memory", span: spanOf(node), bytes, text: `${amount} ${unit}` };
  },
  Amount_states: (node, count, _states) => {
    return { kind: "states", span: spanOf(node), count: numberOf(count) };
  },
});

export function scenarioOf(node: Node): ScenarioDeclaration {
  const title = node.child(1);
  return {
    kind: "scenario",
    span: spanOf(node),
    name: { text: stringOf(title), span: spanOf(title) },
    system: nameOf(node.child(3)),
    items: node.child(5).children.map(scenarioItemOf),
  };
}

const scenarioItemOf: (node: Node) => ScenarioItem = byRule<ScenarioItem>({
  Setting: settingOf,
  Memory: (_node, memory) => memoryOf(memory),
  ScenarioItem_do: (node, _do, transition) => {
    return { kind: "do", span: spanOf(node), transition: transitionOf(transition) };
  },
  ScenarioItem_expect: (node, _expect, condition) => {
    return { kind: "expect", span: spanOf(node), condition: exprOf(condition) };
  },
  ScenarioItem_gap: (node) => ({ kind: "gap", span: spanOf(node) }),
  ScenarioItem_mustFail: (node, _must, _fail, property) => {
    return { kind: "mustFail", span: spanOf(node), property: nameOf(property) };
  },
});
