/**
 * The `hardware` lines of a deployment: cores, memory, NIC and link, with a default for each that
 * is not there.
 *
 *     hardware { cores 4  memory tso  nic { vfs 2 }  link { delay 20us  loss 1% } }
 */
import type { Hardware, Link, Scheduler } from "../deployment.ts";
import { misplaced, setTwice, unknownName } from "../errors.ts";
import type * as syntax from "../syntax.ts";
import { badSize } from "../type-errors.ts";
import type { Scope } from "./scope.ts";
import { constantNumber } from "./type-of.ts";

/** Cores of a machine that no line describes. */
const CORES_DEFAULT = 4;
const CORES_MAX = 64;
const FUNCTIONS_MAX = 64;
/** Stores that a core can have waiting, where neither system nor deployment says. */
const STORE_ENTRIES_DEFAULT = 8;
/** A 10 Gb/s link of 20 microseconds that loses nothing. */
const LINK_DEFAULT: Link = {
  delay: 20_000,
  rate: 10_000_000_000,
  loss: 0,
  duplication: 0,
  reordering: 0,
};
const MILLION = 1_000_000;
const SCHEDULERS: readonly Scheduler[] = ["null", "credit2", "adversarial"];
const HARDWARE_WORDS = ["cores", "memory", "scheduler", "nic", "link"];
const LINK_WORDS = ["delay", "loss", "duplication", "reordering"];

export function settingsOf(
  deployment: syntax.DeploymentDeclaration,
): readonly syntax.DeploymentSetting[] {
  return deployment.items.flatMap((item) => (item.kind === "hardware" ? item.settings : []));
}

export function hardwareOf(scope: Scope, settings: readonly syntax.DeploymentSetting[]): Hardware {
  let cores = CORES_DEFAULT;
  let scheduler: Scheduler = "null";
  let nic: Hardware["nic"];
  let link = LINK_DEFAULT;
  reportTwice(scope, settings);
  for (const setting of settings) {
    const { text, span } = setting.name;
    if (text === "cores") cores = numberOf(scope, setting, 1, CORES_MAX) ?? cores;
    else if (text === "scheduler") scheduler = schedulerOf(scope, setting);
    else if (text === "nic") nic = nicOf(scope, setting.settings);
    else if (text === "link") link = linkOf(scope, setting.settings);
    else if (text !== "memory") scope.lowering.report(unknownName(text, span, HARDWARE_WORDS));
  }
  return { cores, scheduler, nic, link };
}

function schedulerOf(scope: Scope, { value, span }: syntax.DeploymentSetting): Scheduler {
  const word = value?.kind === "name" ? value.name : "";
  const found = SCHEDULERS.find((name) => name === word);
  if (found === undefined) {
    scope.lowering.report(unknownName(word, value?.span ?? span, SCHEDULERS));
  }
  return found ?? "null";
}

/** Each word once. */
function reportTwice(scope: Scope, settings: readonly syntax.DeploymentSetting[]): void {
  const first = new Map<string, syntax.Name>();
  for (const { name } of settings) {
    const before = first.get(name.text);
    if (before === undefined) first.set(name.text, name);
    else scope.lowering.report(setTwice(`\`${name.text}\``, name.span, before.span));
  }
}

function nicOf(
  scope: Scope,
  settings: readonly syntax.DeploymentSetting[],
): { readonly functions: number } {
  let functions = 0;
  for (const setting of settings) {
    const { text, span } = setting.name;
    if (text === "vfs") functions = numberOf(scope, setting, 0, FUNCTIONS_MAX) ?? 0;
    else scope.lowering.report(unknownName(text, span, ["vfs"]));
  }
  return { functions };
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
  reportTwice(scope, settings);
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
export function memoryItems(
  scope: Scope,
  settings: readonly syntax.DeploymentSetting[],
  { declaration }: { readonly declaration: syntax.SystemDeclaration },
): readonly syntax.MemoryDeclaration[] {
  return settings.flatMap(({ name, value, span }): readonly syntax.MemoryDeclaration[] => {
    if (name.text !== "memory") return [];
    const called = value?.kind === "call" ? value.callee : value;
    const model = called?.kind === "name" ? called.name : undefined;
    if (value === undefined || value.kind === "percent" || (model !== "sc" && model !== "tso")) {
      const reason = "not a memory model";
      const what = "what is not `sc` or `tso`";
      const hint = "write `memory sc`, `memory tso` or `memory tso(8)`";
      scope.lowering.report(misplaced(what, reason, value?.span ?? span, hint));
      return [];
    }
    const own = declaration.items.find((item) => item.kind === "memory");
    const [given] = value.kind === "call" ? value.arguments : [];
    const entries = given ?? own?.entries ?? { kind: "number", span, value: STORE_ENTRIES_DEFAULT };
    return [{ kind: "memory", span, model, entries: model === "tso" ? entries : undefined }];
  });
}
