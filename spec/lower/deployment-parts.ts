/**
 * What a deployment says of the parts of its system: in which domain each instance is, and what
 * carries each channel.
 */
import type { Carrier, Domain, Hardware, Mechanism } from "../deployment.ts";
import { misplaced, setTwice, unknownName } from "../errors.ts";
import type { Expr, Model } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import { printValue, valuesOf } from "../values.ts";
import { instancesOf } from "./entities.ts";
import { indexTypeOf } from "./instances.ts";
import { newLocal, type Scope, type SystemScope, withLocal } from "./scope.ts";
import { constantNumber } from "./type-of.ts";

type Item<Kind extends syntax.DeploymentItem["kind"]> = Extract<
  syntax.DeploymentItem,
  { readonly kind: Kind }
>;
type Written = Item<"via">["mechanisms"][number];

const SLOTS_DEFAULT = 512;
const SLOTS_MAX = 65_536;
const CARRIER_WORDS = ["ring", "nic", "hypercall", "evtchn", "memory"];

export function coresOf(
  scope: Scope,
  { cores }: Item<"domain">,
): readonly [number, number] | undefined {
  if (cores === undefined) return undefined;
  const [low, high] = [constantNumber(scope, cores.low), constantNumber(scope, cores.high)];
  return low === undefined || high === undefined ? undefined : [low, high];
}

export function domainsOf(
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
      return { name, instances, cores: count > 1 ? [core, core] : range, pace: 1 };
    });
  });
  const alone = model.instances.flatMap(({ name }, index): readonly Domain[] =>
    placed.has(index) ? [] : [{ name, instances: [index], cores: [0, cores - 1], pace: 1 }],
  );
  return [...domains, ...alone];
}

export interface Member {
  readonly name: string;
  readonly inner: Scope;
  readonly ordinal: number;
  readonly count: number;
}

/** `app[c: Client]` is one for each client. */
export function membersOf(
  scope: Scope,
  { name, index }: Pick<Item<"domain">, "name" | "index">,
): readonly Member[] {
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

// ---------------------------------------------------------------------------- channels

export function carriersOf(
  scope: Scope,
  system: SystemScope,
  deployment: syntax.DeploymentDeclaration,
  hardware: Hardware,
): readonly Carrier[] {
  const known = new Map<string, syntax.Name>();
  return deployment.items.flatMap((item): readonly Carrier[] => {
    if (item.kind !== "via") return [];
    for (const name of item.channels) {
      const before = known.get(name.text);
      if (before === undefined) known.set(name.text, name);
      else scope.lowering.report(setTwice(`\`${name.text}\``, name.span, before.span));
    }
    const mechanism = mechanismOf(scope, item, hardware);
    const channels = item.channels.flatMap(({ text }) => system.channels.get(text)?.channels ?? []);
    return mechanism === undefined ? [] : [{ channels, mechanism }];
  });
}

/** `ring(512) doorbell evtchn`, `nic`, `hypercall`. */
function mechanismOf(
  scope: Scope,
  { mechanisms, span }: Item<"via">,
  hardware: Hardware,
): Mechanism | undefined {
  const { report } = scope.lowering;
  const [first, ...rest] = mechanisms;
  const kind = first?.name.text ?? "";
  if (first === undefined || !CARRIER_WORDS.includes(kind)) {
    report(unknownName(kind, first?.name.span ?? span, CARRIER_WORDS));
    return undefined;
  }
  const extra = kind === "ring" ? afterDoorbell(scope, rest) : rest;
  const [surplus] = kind === "ring" || first.size === undefined ? extra : [first];
  if (surplus !== undefined) {
    const hint = "write `ring(512) doorbell evtchn`, or one other mechanism";
    const reason = `not said of \`${kind}\``;
    report(misplaced(`\`${surplus.name.text}\``, reason, surplus.name.span, hint));
    return undefined;
  }
  switch (kind) {
    case "ring": {
      const doorbell = rest.length === 0 ? "none" : "evtchn";
      return { kind: "ring", slots: slotsOf(scope, first), doorbell };
    }
    case "nic": {
      if (hardware.nic !== undefined) return { kind };
      const hint = "add `nic { vfs 1 }` to `hardware`";
      report(misplaced("`nic`", "the hardware has none", first.name.span, hint));
      return undefined;
    }
    case "hypercall":
    case "evtchn":
      return { kind };
    default:
      return { kind: "memory" };
  }
}

/** What is left behind `doorbell evtchn`; a word that rings nothing is told. */
function afterDoorbell(scope: Scope, words: readonly Written[]): readonly Written[] {
  const [doorbell, bell, ...rest] = words;
  if (doorbell?.name.text !== "doorbell") return words;
  if (bell?.name.text === "evtchn") return rest;
  const { text, span } = bell?.name ?? doorbell.name;
  scope.lowering.report(unknownName(text, span, ["evtchn"]));
  return [];
}

function slotsOf(scope: Scope, { size }: Written): number {
  if (size === undefined) return SLOTS_DEFAULT;
  const slots = constantNumber(scope, size);
  if (slots === undefined) return SLOTS_DEFAULT;
  if (slots >= 1 && slots <= SLOTS_MAX) return slots;
  const title = `a ring has from 1 to ${SLOTS_MAX} slots`;
  scope.lowering.report(badSize(title, size.span, `write \`ring(${SLOTS_DEFAULT})\``));
  return SLOTS_DEFAULT;
}
