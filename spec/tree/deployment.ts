/** Deployments: where the parts of a system run, and what happens to them. */
import type { Node } from "ohm-js";
import type { DeploymentDeclaration, DeploymentItem, DeploymentSetting, Expr } from "../syntax.ts";
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
  DeploymentItem_atFault: (node, _at, time, _fault, transition) => {
    return atOf(node, time, "fault", transition);
  },
  DeploymentItem_atDo: (node, _at, time, _do, transition) => {
    return atOf(node, time, "do", transition);
  },
  SizeSetting: settingOf,
  DeploymentItem_run: (node, _run, duration) => {
    return { kind: "run", span: spanOf(node), duration: durationOf(duration) };
  },
  DeploymentItem_seed: (node, _seed, value) => {
    return { kind: "seed", span: spanOf(node), value: numberOf(value) };
  },
});

function atOf(node: Node, time: Node, action: "fault" | "do", transition: Node): DeploymentItem {
  return {
    kind: "at",
    span: spanOf(node),
    time: durationOf(time),
    action,
    transition: transitionOf(transition),
  };
}

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
  SettingValue_percent: (node) => ({
    kind: "percent",
    span: spanOf(node),
    value: Number(node.sourceString.slice(0, -1)),
  }),
  SettingValue_expr: (node) => exprOf(node),
});
