/**
 * The `traffic` lines of a deployment: TCP connections to applications, and which ways are open to
 * their frames.
 *
 *     traffic Kept: app[a: App] every 200ms bytes 256 {
 *       through server if server in Up and a in server.connected
 *       through nic    if app[a].path == Direct
 *     }
 */
import type { Condition, Domain, Hardware, Traffic, TrafficPath } from "../deployment.ts";
import { misplaced, setTwice, unknownName } from "../errors.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import { membersOf } from "./deployment-parts.ts";
import { stateCondition } from "./deployment-plan.ts";
import { instancesOf } from "./entities.ts";
import type { Scope } from "./scope.ts";

const BYTES_MAX = 1_000_000;
const NIC = "nic";

/** What lines are read with. */
export interface TrafficReader {
  /** That of the deployment, with its system. */
  readonly scope: Scope;
  readonly domains: readonly Domain[];
  readonly hardware: Hardware;
}

export function trafficOf(
  reader: TrafficReader,
  items: readonly syntax.DeploymentItem[],
): readonly Traffic[] {
  const { scope, hardware } = reader;
  const known = new Map<string, syntax.TrafficDeclaration>();
  return items.flatMap((item): readonly Traffic[] => {
    if (item.kind !== "traffic") return [];
    const before = known.get(item.name.text);
    known.set(item.name.text, before ?? item);
    if (before !== undefined) {
      const what = `traffic of \`${item.name.text}\``;
      scope.lowering.report(setTwice(what, item.name.span, before.name.span));
      return [];
    }
    if (hardware.nic === undefined) {
      const hint = "add `nic { vfs 1 }` to `hardware`";
      scope.lowering.report(misplaced("traffic", "the hardware has no NIC", item.span, hint));
    }
    if (!hasGoodNumbers(scope, item)) return [];
    return membersOf(scope, item).flatMap(({ name, inner }) =>
      memberTraffic(reader, item, name, inner),
    );
  });
}

function hasGoodNumbers(scope: Scope, { every, bytes }: syntax.TrafficDeclaration): boolean {
  const { report } = scope.lowering;
  if (every.nanoseconds <= 0) {
    report(badSize("`every` is a duration above 0", every.span, "write `every 200ms`"));
    return false;
  }
  if (bytes.value >= 1 && bytes.value <= BYTES_MAX) return true;
  report(badSize(`\`bytes\` is from 1 to ${BYTES_MAX}`, bytes.span, "write `bytes 256`"));
  return false;
}

function memberTraffic(
  { scope, domains }: TrafficReader,
  { every, bytes, lines, span, name: written, index, property }: syntax.TrafficDeclaration,
  name: string,
  inner: Scope,
): readonly Traffic[] {
  const operand: syntax.Expr = { kind: "name", span: written.span, name: written.text };
  const place: syntax.Expr =
    index === undefined
      ? operand
      : {
          kind: "index",
          span: written.span,
          object: operand,
          index: { kind: "name", span: index.name.span, name: index.name.text },
        };
  const found = instancesOf(inner, place);
  const [instance] = found === undefined || found === "bad" ? [] : found.instances;
  if (instance === undefined) {
    const families = [...(scope.system?.families.keys() ?? [])];
    if (found === undefined)
      scope.lowering.report(unknownName(written.text, written.span, families));
    return [];
  }
  const paths = lines.flatMap((line): readonly TrafficPath[] => {
    const { through, condition } = line;
    if (through === undefined) return [];
    const open = stateCondition(inner, condition);
    const server = through.text === NIC ? undefined : domainOf(scope, domains, through);
    if (open === undefined || (server === undefined && through.text !== NIC)) return [];
    return [{ server, open }];
  });
  return [
    {
      name,
      property: property?.text,
      instance: instance.index,
      every: every.nanoseconds,
      bytes: bytes.value,
      paths,
      refused: refusalOf(inner, lines),
      span,
    },
  ];
}

function refusalOf(scope: Scope, lines: readonly syntax.TrafficLine[]): Condition | undefined {
  const [line, second] = lines.filter(({ through }) => through === undefined);
  if (line === undefined) return undefined;
  if (second !== undefined) {
    scope.lowering.report(setTwice("`refused`", second.span, line.span));
  }
  return stateCondition(scope, line.condition);
}

/** The domain that holds an instance. */
function domainOf(
  scope: Scope,
  domains: readonly Domain[],
  { text, span }: syntax.Name,
): string | undefined {
  const found = instancesOf(scope, { kind: "name", span, name: text });
  const [instance] = found === undefined || found === "bad" ? [] : found.instances;
  const domain = domains.find(({ instances }) => instances.includes(instance?.index ?? -1));
  if (domain === undefined && found !== "bad") {
    const families = [...(scope.system?.families.keys() ?? [])];
    scope.lowering.report(unknownName(text, span, [...families, NIC]));
  }
  return domain?.name;
}
