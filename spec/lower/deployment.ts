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
import { type Deployment, DEPLOYMENT_VERSION } from "../deployment.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { endlessRun, setTwice } from "../errors.ts";
import type { Expr, Model } from "../model.ts";
import type { ModuleScope, Program } from "../program.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import { assemble } from "./assemble.ts";
import { newBuilder } from "./builder.ts";
import { newLowering, reportMissing, systemScope, UNJUDGED } from "./check.ts";
import { hardwareOf, memoryItems, settingsOf } from "./deployment-hardware.ts";
import { carriersOf, coresOf, domainsOf } from "./deployment-parts.ts";
import { durationsOf, healingOf, planOf, swizzlesOf } from "./deployment-plan.ts";
import { trafficOf } from "./deployment-traffic.ts";
import { lowerProperties } from "./properties.ts";
import { moduleScope, type Scope } from "./scope.ts";
import { applySettings, memoryOf, systemNamed, unboundedFaults } from "./settings.ts";
import { lowerSystem } from "./system.ts";

type Report = (diagnostic: Diagnostic) => void;
type Item<Kind extends syntax.DeploymentItem["kind"]> = Extract<
  syntax.DeploymentItem,
  { readonly kind: Kind }
>;

/** Of a run that no line ends, after this was told; nanoseconds. */
const DURATION_ASSUMED = 10_000_000_000;
const SEED_DEFAULT = 1;

/**
 * Lowers one deployment; undefined when its system does not exist. Mistakes go to `report`. What
 * the lines of `check` set holds, too, where the deployment does not say otherwise.
 */
export function lowerDeployment(
  program: Program,
  module: ModuleScope,
  deployment: syntax.DeploymentDeclaration,
  report: Report,
  check?: syntax.CheckDeclaration,
): Deployment | undefined {
  const settings = new Map<syntax.Declaration, Expr>();
  const lowering = newLowering(program, settings, true, undefined, report);
  const found = systemNamed(lowering, module, deployment.system);
  if (found === undefined) return undefined;
  const scope = moduleScope(lowering, module);
  const described = settingsOf(deployment);
  const hardware = hardwareOf(scope, described);
  const lines = settingLines(scope, deployment, check);
  const parameters = applySettings(lowering, settings, module, found.declaration, lines);
  const bounds = unboundedFaults(found.home, found.declaration, deployment.span);
  const memory = memoryOf(
    lowering,
    module,
    found.declaration,
    memoryItems(scope, described, found),
  );
  const builder = newBuilder(lowering, memory, bounds);
  const quiet = { ...builder, lowering: { ...lowering, literals: false } };
  const system = lowerSystem(quiet, found.home, found.declaration, parameters);
  const properties = lowerProperties(systemScope(builder, system), found.declaration);
  const model: Model = {
    ...assemble(builder, module, found.declaration, properties),
    name: deployment.name.text,
    kind: "check",
    span: deployment.span,
    ...UNJUDGED,
    scenario: [],
  };
  const inside: Scope = { ...scope, system };
  const duration = durationOf(deployment, report);
  const seed = onlyOf(
    deployment.items.filter((item) => item.kind === "seed"),
    "seed",
    report,
  );
  const { items } = deployment;
  const domains = domainsOf(inside, model, deployment, hardware.cores);
  const reader = { scope: inside, builder, duration };
  reportMissing(lowering, `deployment \`${deployment.name.text}\``, deployment.name);
  return {
    version: DEPLOYMENT_VERSION,
    name: deployment.name.text,
    span: deployment.span,
    model,
    hardware,
    domains,
    carriers: carriersOf(inside, system, deployment, hardware),
    durations: durationsOf(reader, items),
    plan: planOf(reader, items),
    swizzles: swizzlesOf(reader, items),
    ...healingOf(reader, items),
    swarm: items.some(({ kind }) => kind === "swarm"),
    traffic: trafficOf({ scope: inside, domains, hardware }, items),
    duration,
    seed: seed?.value ?? SEED_DEFAULT,
  };
}

/** The first line of a kind; a second one is told. */
function onlyOf<Line extends { readonly span: Span }>(
  lines: readonly Line[],
  word: string,
  report: Report,
): Line | undefined {
  const [first, second] = lines;
  if (first !== undefined && second !== undefined) {
    report(setTwice(`\`${word}\``, second.span, first.span));
  }
  return first;
}

function durationOf({ name, items }: syntax.DeploymentDeclaration, report: Report): number {
  const lines = items.filter((item) => item.kind === "run");
  const run = onlyOf(lines, "run", report);
  if (run === undefined) {
    report(endlessRun(name.text, name.span));
    return DURATION_ASSUMED;
  }
  const { nanoseconds, span } = run.duration;
  if (nanoseconds > 0) return nanoseconds;
  report(badSize("a run takes some time", span, "write `run 10s`"));
  return DURATION_ASSUMED;
}

/** What is set, the deployment's own lines first. */
function settingLines(
  scope: Scope,
  deployment: syntax.DeploymentDeclaration,
  check: syntax.CheckDeclaration | undefined,
): readonly Item<"setting">[] {
  const written = deployment.items.filter((item) => item.kind === "setting");
  const own = [...written, ...sizesOf(scope, deployment, written)];
  const lent = check?.items.flatMap((item) => {
    if (item.kind !== "setting" || own.some(({ name }) => name.text === item.name.text)) return [];
    return [item];
  });
  return [...own, ...(lent ?? [])];
}

/**
 * Sizes that no line sets, of ids over which domains are spread: as many as there are cores in the
 * widest of them.
 */
function sizesOf(
  scope: Scope,
  deployment: syntax.DeploymentDeclaration,
  lines: readonly { readonly name: syntax.Name }[],
): readonly Item<"setting">[] {
  const sizes = new Map<string, Item<"setting">>();
  const counts = new Map<string, number>();
  for (const item of deployment.items) {
    if (item.kind !== "domain" || item.index === undefined || item.cores === undefined) continue;
    const { type: name } = item.index;
    if (lines.some((line) => line.name.text === name.text)) continue;
    const [low, high] = coresOf(scope, item) ?? [0, 0];
    const count = Math.max(1, high - low + 1);
    if (count <= (counts.get(name.text) ?? 0)) continue;
    counts.set(name.text, count);
    const value = { kind: "number", span: item.cores.span, value: count } as const;
    sizes.set(name.text, { kind: "setting", span: item.span, name, value });
  }
  return [...sizes.values()];
}
