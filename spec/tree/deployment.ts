/** Deployments: where the parts of a system run, and what happens to them. */
import type { Node } from "ohm-js";
import type {
  DeploymentDeclaration,
  DeploymentItem,
  DeploymentSetting,
  Expr,
  PlannedAction,
  TrafficDeclaration,
  TrafficLine,
  Window,
} from "../syntax.ts";
import type { Amount, HealedGoal, Percent } from "../syntax-uses.ts";
import { settingOf, transitionOf } from "./definition.ts";
import { durationOf, exprOf, indexOf, numberOf } from "./expression.ts";
import { listOf, nameOf, byRule, optional, spanOf } from "./node.ts";
import { instanceIndexOf } from "./system.ts";

type Domain = Extract<DeploymentItem, { readonly kind: "domain" }>;
type SettingValue = Exclude<DeploymentSetting["value"], undefined>;

export function deploymentOf(node: Node): DeploymentDeclaration {
  return {
    kind: "deployment",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    system: nameOf(node.child(3)),
    items: node.child(5).children.map(itemOf),
  };
}

const itemOf: (node: Node) => DeploymentItem = byRule<DeploymentItem>({
  DeploymentItem_hardware: (node, _hardware, _open, settings, _semis, _close) => {
    return {
      kind: "hardware",
      span: spanOf(node),
      settings: settings.children.map(hardwareSettingOf),
    };
  },
  DeploymentItem_domain: (node, _domain, name, index, cores, _open, places, _commas, _close) => {
    return {
      kind: "domain",
      span: spanOf(node),
      name: nameOf(name),
      index: optional(index, instanceIndexOf),
      cores: optional(cores, coresOf),
      instances: places.children.map(exprOf),
    };
  },
  DeploymentItem_via: (node, _channel, channels, _via, mechanisms) => {
    return {
      kind: "via",
      span: spanOf(node),
      channels: listOf(channels.child(0)).map(nameOf),
      mechanisms: mechanisms.children.map((mechanism) => ({
        name: nameOf(mechanism.child(0)),
        size: optional(mechanism.child(1), indexOf),
      })),
    };
  },
  DeploymentItem_at: (node, _at, time, action) => {
    return { kind: "at", span: spanOf(node), time: windowOf(time), ...actionOf(action) };
  },
  DeploymentItem_when: (node, _when, condition, delay, action, times) => {
    return {
      kind: "when",
      span: spanOf(node),
      condition: exprOf(condition),
      delay: optional(delay, (after) => windowOf(after.child(1))),
      ...actionOf(action),
      times: optional(times, (written) => amountOf(written.child(1))),
    };
  },
  DeploymentItem_swizzle: (node, _at, time, _swizzle, channels, _over, duration) => {
    return {
      kind: "swizzle",
      span: spanOf(node),
      time: windowOf(time),
      channels: listOf(channels.child(0)).map(nameOf),
      duration: durationOf(duration),
    };
  },
  DeploymentItem_takes: (node, transition, _takes, time) => {
    return {
      kind: "takes",
      span: spanOf(node),
      transition: transitionOf(transition),
      time: windowOf(time),
    };
  },
  DeploymentItem_heal: (node, _heal, time, goals) => {
    return {
      kind: "heal",
      span: spanOf(node),
      time: durationOf(time),
      goals: optional(goals, (written) => written.child(1).children.map(goalOf)) ?? [],
    };
  },
  DeploymentItem_traffic: trafficOf,
  DeploymentItem_swarm: (node) => ({ kind: "swarm", span: spanOf(node) }),
  SizeSetting: settingOf,
  DeploymentItem_run: (node, _run, duration) => {
    return { kind: "run", span: spanOf(node), duration: durationOf(duration) };
  },
  DeploymentItem_seed: (node, _seed, value) => {
    return { kind: "seed", span: spanOf(node), value: numberOf(value) };
  },
});

function windowOf(node: Node): Window {
  const from = durationOf(node.child(0));
  return { span: spanOf(node), from, to: optional(node.child(2), durationOf) ?? from };
}

function amountOf(node: Node): Amount {
  return { span: spanOf(node), value: numberOf(node) };
}

function actionOf(node: Node): PlannedAction {
  return {
    action: node.child(0).sourceString === "fault" ? "fault" : "do",
    transition: transitionOf(node.child(1)),
    chance: optional(node.child(2), percentOf),
  };
}

function goalOf(node: Node): HealedGoal {
  return {
    span: spanOf(node),
    name: nameOf(node.child(0)),
    within: durationOf(node.child(2)),
    value: exprOf(node.child(4)),
  };
}

function trafficOf(
  node: Node,
  _traffic: Node,
  property: Node,
  target: Node,
  _every: Node,
  every: Node,
  _bytes: Node,
  bytes: Node,
  lines: Node,
): TrafficDeclaration {
  return {
    kind: "traffic",
    span: spanOf(node),
    property: optional(property, (named) => nameOf(named.child(0))),
    name: nameOf(target.child(0)),
    index: optional(target.child(1), instanceIndexOf),
    every: durationOf(every),
    bytes: amountOf(bytes),
    lines: lines.child(1).children.map(trafficLineOf),
  };
}

const trafficLineOf: (node: Node) => TrafficLine = byRule<TrafficLine>({
  TrafficLine_through: (node, _through, name, guard) => {
    return { span: spanOf(node), through: nameOf(name), condition: exprOf(guard.child(1)) };
  },
  TrafficLine_refused: (node, _refused, guard) => {
    return { span: spanOf(node), through: undefined, condition: exprOf(guard.child(1)) };
  },
});

/** `on core 1..3`; one core is both ends. */
function coresOf(node: Node): Exclude<Domain["cores"], undefined> {
  const low: Expr = exprOf(node.child(2));
  return { span: spanOf(node), low, high: optional(node.child(4), exprOf) ?? low };
}

function hardwareSettingOf(node: Node): DeploymentSetting {
  return {
    span: spanOf(node),
    name: nameOf(node.child(0)),
    value: optional(node.child(1), settingValueOf),
    settings:
      optional(node.child(2), (nested) => nested.child(1).children.map(hardwareSettingOf)) ?? [],
  };
}

const settingValueOf: (node: Node) => SettingValue = byRule<SettingValue>({
  SettingValue_percent: percentOf,
  SettingValue_expr: (node) => exprOf(node),
});

function percentOf(node: Node): Percent {
  return { kind: "percent", span: spanOf(node), value: Number(node.sourceString.slice(0, -1)) };
}
