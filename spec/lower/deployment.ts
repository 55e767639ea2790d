/**
 * One `deployment` becomes a `Deployment`: the system with its sizes as a Model, and where and on
 * what its parts run.
 *
 *     domain app[c: Client] on core 1..3 { app[c] }    three domains, Client = 3 unless a line says
 *     channel req via ring(512) doorbell evtchn        a Carrier for each channel of the family
 *     at 5s fault server.crash                         a PlannedStep
 *
 * What no line says has a default that is named here. A size that no line sets is the number of
 * cores over which a domain spreads its members.
 */
import {
  type Carrier,
  type Deployment,
  DEPLOYMENT_VERSION,
  type Domain,
  type Hardware,
  type Link,
  type Mechanism,
  type PlannedStep,
} from "../deployment.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { misplaced, unknownName } from "../errors.ts";
import { badSize } from "../type-errors.ts";
import type { Expr, Model } from "../model.ts";
import type { ModuleScope, Program } from "../program.ts";
import type * as syntax from "../syntax.ts";
import { printValue, valuesOf } from "../values.ts";
import { assemble } from "./assemble.ts";
import { type Builder, newBuilder } from "./builder.ts";
import { newLowering, systemScope, transitionsNamed } from "./check.ts";
import { instancesOf } from "./entities.ts";
import { indexTypeOf } from "./instances.ts";
import { lowerProperties } from "./properties.ts";
import { moduleScope, newLocal, type Scope, type SystemScope, withLocal } from "./scope.ts";
import { applySettings, memoryOf, systemNamed, unboundedFaults } from "./settings.ts";
import { lowerSystem } from "./system.ts";
import { constantNumber } from "./type-of.ts";

type Report = (diagnostic: Diagnostic) => void;
type Item<Kind extends syntax.DeploymentItem["kind"]> = Extract<
  syntax.DeploymentItem,
  { readonly kind: Kind }
>;

/** Cores of a machine that no line describes. */
const CORES_DEFAULT = 4;
const CORES_MAX = 64;
/** Stores that a core can have waiting, where neither system nor deployment says. */
const STORE_ENTRIES_DEFAULT = 8;
const SLOTS_DEFAULT = 512;
/** A run that no line ends; nanoseconds. */
const DURATION_DEFAULT = 10_000_000_000;
const SEED_DEFAULT = 1;
/** A 10 Gb/s link of 20 microseconds that loses nothing. */
const LINK_DEFAULT: Link = {
  delay: 20_000,
  rate: 10_000_000_000,
  loss: 0,
  duplication: 0,
  reordering: 0,
};
const MILLION = 1_000_000;
const HARDWARE_WORDS = ["cores", "memory", "nic", "link"];
const LINK_WORDS = ["delay", "loss", "duplication", "reordering"];
const MECHANISM_WORDS = ["ring", "nic", "hypercall", "evtchn", "memory", "doorbell"];

/** Lowers one deployment; undefined when its system does not exist. Mistakes go to `report`. */
export function lowerDeployment(
  program: Program,
  module: ModuleScope,
  deployment: syntax.DeploymentDeclaration,
  report: Report,
): Deployment | undefined {
  const settings = new Map<syntax.Declaration, Expr>();
  const lowering = newLowering(program, settings, true, undefined, report);
  const found = systemNamed(lowering, module, deployment.system);
  if (found === undefined) return undefined;
  const scope = moduleScope(lowering, module);
  const described = settingsOf(deployment, "hardware");
  const hardware = hardwareOf(scope, described);
  const lines = deployment.items.filter((item) => item.kind === "setting");
  const sizes = sizesOf(scope, deployment, lines);
  const parameters = applySettings(lowering, settings, module, found.declaration, [
    ...lines,
    ...sizes,
  ]);
  const bounds = unboundedFaults(found.home, found.declaration, deployment.span);
  const memory = memoryOf(lowering, module, found.declaration, memoryItems(described, found));
  const builder = newBuilder(lowering, memory, bounds);
  const quiet = { ...builder, lowering: { ...lowering, literals: false } };
  const system = lowerSystem(quiet, found.home, found.declaration, parameters);
  const properties = lowerProperties(systemScope(builder, system), found.declaration);
  const model: Model = {
    ...assemble(builder, module, found.declaration, properties),
    name: deployment.name.text,
    kind: "check",
    span: deployment.span,
    refinements: [],
    allowStuck: true,
    nightly: false,
    only: undefined,
    expect: { states: undefined, violations: [] },
    budget: { milliseconds: undefined, bytes: undefined, states: undefined },
    scenario: [],
  };
  const inside: Scope = { ...scope, system };
  const [run] = deployment.items.filter((item) => item.kind === "run");
  const [seed] = deployment.items.filter((item) => item.kind === "seed");
  return {
    version: DEPLOYMENT_VERSION,
    name: deployment.name.text,
    span: deployment.span,
    model,
    hardware,
    domains: domainsOf(inside, model, deployment, hardware.cores),
    carriers: carriersOf(inside, system, deployment),
    plan: planOf(inside, builder, deployment),
    duration: run?.duration.nanoseconds ?? DURATION_DEFAULT,
    seed: seed?.value ?? SEED_DEFAULT,
  };
}

// ---------------------------------------------------------------------------- hardware

function settingsOf(
  deployment: syntax.DeploymentDeclaration,
  kind: "hardware",
): readonly syntax.DeploymentSetting[] {
  return deployment.items.flatMap((item) => (item.kind === kind ? item.settings : []));
}

function hardwareOf(scope: Scope, settings: readonly syntax.DeploymentSetting[]): Hardware {
  let cores = CORES_DEFAULT;
  let nic: Hardware["nic"];
  let link = LINK_DEFAULT;
  for (const setting of settings) {
    const { text, span } = setting.name;
    if (text === "cores") cores = numberOf(scope, setting, 1, CORES_MAX) ?? cores;
    else if (text === "nic") {
      const functions = setting.settings.find(({ name }) => name.text === "vfs");
      const count = functions === undefined ? 0 : numberOf(scope, functions, 0, CORES_MAX);
      nic = { functions: count ?? 0 };
    } else if (text === "link") link = linkOf(scope, setting.settings);
    else if (text !== "memory") scope.lowering.report(unknownName(text, span, HARDWARE_WORDS));
  }
  return { cores, nic, link };
}

function numberOf(
  scope: Scope,
  { name, value, span }: syntax.DeploymentSetting,
  low: number,
  high: number,
): number | undefined {
  const number =
    value === undefined || value.kind === "percent" ? undefined : constantNumber(scope, value);
  if (number !== undefined && number >= low && number <= high) return number;
  const title = `\`${name.text}\` needs a number from ${low} to ${high}`;
  scope.lowering.report(badSize(title, value?.span ?? span, `write \`${name.text} ${low + 1}\``));
  return undefined;
}

function linkOf(scope: Scope, settings: readonly syntax.DeploymentSetting[]): Link {
  const link = { ...LINK_DEFAULT };
  for (const { name, value, span } of settings) {
    const { text } = name;
    if (text === "delay" && value?.kind === "duration" && value.duration.nanoseconds > 0) {
      link.delay = value.duration.nanoseconds;
    } else if (
      (text === "loss" || text === "duplication" || text === "reordering") &&
      value?.kind === "percent" &&
      value.value <= 100
    ) {
      link[text] = Math.round((value.value / 100) * MILLION);
    } else if (LINK_WORDS.includes(text)) {
      const form = text === "delay" ? "a duration above 0, as `20us`" : "a percentage, as `1%`";
      scope.lowering.report(badSize(`\`${text}\` of a link is ${form}`, value?.span ?? span, form));
    } else {
      scope.lowering.report(unknownName(text, name.span, LINK_WORDS));
    }
  }
  return link;
}

/** `memory tso` of the hardware, with the entries of the system where that has some. */
function memoryItems(
  settings: readonly syntax.DeploymentSetting[],
  { declaration }: { readonly declaration: syntax.SystemDeclaration },
): readonly syntax.MemoryDeclaration[] {
  return settings.flatMap(({ name, value, span }): readonly syntax.MemoryDeclaration[] => {
    if (name.text !== "memory" || value === undefined || value.kind === "percent") return [];
    const called = value.kind === "call" ? value.callee : value;
    const model = called.kind === "name" && called.name === "tso" ? "tso" : "sc";
    const own = declaration.items.find((item) => item.kind === "memory");
    const [given] = value.kind === "call" ? value.arguments : [];
    const entries = given ?? own?.entries ?? { kind: "number", span, value: STORE_ENTRIES_DEFAULT };
    return [{ kind: "memory", span, model, entries: model === "tso" ? entries : undefined }];
  });
}

// ---------------------------------------------------------------------------- domains

/** Sizes that no line sets, of ids over which a domain is spread. */
function sizesOf(
  scope: Scope,
  deployment: syntax.DeploymentDeclaration,
  lines: readonly { readonly name: syntax.Name }[],
): readonly Item<"setting">[] {
  return deployment.items.flatMap((item): readonly Item<"setting">[] => {
    if (item.kind !== "domain" || item.index === undefined || item.cores === undefined) return [];
    const { type: name } = item.index;
    if (lines.some((line) => line.name.text === name.text)) return [];
    const [low, high] = coresOf(scope, item) ?? [0, 0];
    const value = { kind: "number", span: item.cores.span, value: high - low + 1 } as const;
    return [{ kind: "setting", span: item.span, name, value }];
  });
}

function coresOf(scope: Scope, { cores }: Item<"domain">): readonly [number, number] | undefined {
  if (cores === undefined) return undefined;
  const [low, high] = [constantNumber(scope, cores.low), constantNumber(scope, cores.high)];
  return low === undefined || high === undefined ? undefined : [low, high];
}

function domainsOf(
  scope: Scope,
  model: Model,
  deployment: syntax.DeploymentDeclaration,
  cores: number,
): readonly Domain[] {
  const placed = new Set<number>();
  const domains = deployment.items.flatMap((item): readonly Domain[] => {
    if (item.kind !== "domain") return [];
    const range = coresOf(scope, item) ?? [0, cores - 1];
    const [first, last] = range;
    if (first > last || last >= cores) {
      const title = `there is no core ${Math.max(first, last)} among ${cores}`;
      const hint = `cores are numbered from 0 to ${cores - 1}`;
      scope.lowering.report(badSize(title, item.cores?.span ?? item.span, hint));
      return [];
    }
    return membersOf(scope, item).map(({ name, inner, ordinal, count }) => {
      const instances = item.instances.flatMap((written) => instanceIn(inner, written, placed));
      // Members of a family take the cores in turn; a single domain may run on all of them.
      const core = first + (ordinal % (last - first + 1));
      return { name, instances, cores: count > 1 ? [core, core] : range };
    });
  });
  const alone = model.instances.flatMap(({ name }, index): readonly Domain[] =>
    placed.has(index) ? [] : [{ name, instances: [index], cores: [0, cores - 1] }],
  );
  return [...domains, ...alone];
}

interface Member {
  readonly name: string;
  readonly inner: Scope;
  readonly ordinal: number;
  readonly count: number;
}

/** `app[c: Client]` is a domain for each client. */
function membersOf(scope: Scope, { name, index }: Item<"domain">): readonly Member[] {
  if (index === undefined) return [{ name: name.text, inner: scope, ordinal: 0, count: 1 }];
  const type = indexTypeOf(scope, index.type);
  if (type === undefined) return [];
  const values = valuesOf(type);
  return values.map((value, ordinal) => {
    const local = newLocal(scope, index.name.text, type, index.name.span);
    const known: Expr = { op: "const", type, value, span: local.span };
    return {
      name: `${name.text}[${printValue(value, type)}]`,
      inner: withLocal(scope, index.name.text, known),
      ordinal,
      count: values.length,
    };
  });
}

function instanceIn(scope: Scope, written: syntax.Expr, placed: Set<number>): readonly number[] {
  const found = instancesOf(scope, written);
  if (found === undefined || found === "bad") return [];
  return found.instances.flatMap(({ index, name }) => {
    if (placed.has(index)) {
      const reason = `\`${name}\` is in a domain already`;
      scope.lowering.report(misplaced(`\`${name}\``, reason, written.span));
      return [];
    }
    placed.add(index);
    return [index];
  });
}

// ---------------------------------------------------------------------------- channels, plan

function carriersOf(
  scope: Scope,
  system: SystemScope,
  deployment: syntax.DeploymentDeclaration,
): readonly Carrier[] {
  return deployment.items.flatMap((item): readonly Carrier[] => {
    if (item.kind !== "via") return [];
    const mechanism = mechanismOf(scope, item);
    const channels = item.channels.flatMap(({ text }) => system.channels.get(text)?.channels ?? []);
    return mechanism === undefined ? [] : [{ channels, mechanism }];
  });
}

/** `ring(512) doorbell evtchn`, `nic`, `hypercall`. */
function mechanismOf(scope: Scope, { mechanisms }: Item<"via">): Mechanism | undefined {
  const [first, ...rest] = mechanisms;
  const unknown = mechanisms.find(({ name }) => !MECHANISM_WORDS.includes(name.text));
  if (unknown !== undefined) {
    const { text, span } = unknown.name;
    scope.lowering.report(unknownName(text, span, MECHANISM_WORDS));
    return undefined;
  }
  switch (first?.name.text) {
    case "ring": {
      const slots = first.size === undefined ? SLOTS_DEFAULT : constantNumber(scope, first.size);
      const isRung = rest.some(({ name }) => name.text === "evtchn");
      return { kind: "ring", slots: slots ?? SLOTS_DEFAULT, doorbell: isRung ? "evtchn" : "none" };
    }
    case "nic":
    case "hypercall":
    case "evtchn":
      return { kind: first.name.text };
    default:
      return { kind: "memory" };
  }
}

function planOf(
  scope: Scope,
  builder: Builder,
  deployment: syntax.DeploymentDeclaration,
): readonly PlannedStep[] {
  const steps = deployment.items.flatMap((item): readonly PlannedStep[] => {
    if (item.kind !== "at") return [];
    const found = transitionsNamed({ scope, builder }, item.transition);
    const time = item.time.nanoseconds;
    return found === undefined ? [] : [{ time, action: item.action, ...found, span: item.span }];
  });
  return steps.toSorted((one, other) => one.time - other.time);
}
