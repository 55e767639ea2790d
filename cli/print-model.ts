/**
 * A Model as text: what a check means once machines, threads and channels have become variables.
 *
 *     model netserver, check crashOnce of Net
 *     setting   Client = 2
 *
 *     variable  server : mode Server { Up, Down } = Up
 *     channel   req fifo(2) from app[Client1], app[Client2] to server
 *
 *     transition server.Open   receive, fair
 *       take Open(c) from req
 *       if (server in Up)
 *         server.table = (server.table with c)
 *
 * The text is for reading; `--format json` gives the same Model to programs.
 */
import type { Model, Transition, Trigger } from "../spec/model.ts";
import { printValue } from "../spec/values.ts";
import { localName, printEffects, printExpr, printType } from "./print-term.ts";

/** The whole Model, ending in a newline. */
export function printModel(model: Model): string {
  const memory = model.memory.model === "sc" ? "sc" : `tso(${model.memory.entries})`;
  const lines = [
    `model ${model.module}, ${model.kind} ${model.name} of ${model.system}`,
    ...model.settings.map(({ name, value }) => `setting   ${name} = ${value}`),
    `memory    ${memory}`,
    ...faultLines(model),
    "",
    ...model.slots.map(
      ({ name, type, initial }) =>
        `variable  ${name} : ${printType(type)} = ${printValue(initial, type)}`,
    ),
    ...channelLines(model),
    ...(model.start.length === 0 ? [] : ["", "start", ...printEffects(model, model.start, 4)]),
    ...model.transitions.flatMap((transition) => ["", ...transitionLines(model, transition)]),
    ...receptionLines(model),
    ...propertyLines(model),
  ];
  return `${lines.join("\n")}\n`;
}

function faultLines(model: Model): string[] {
  return model.faults.map(({ name, bound }) => `fault     ${name} <= ${bound ?? "unbounded"}`);
}

function channelLines(model: Model): string[] {
  const instance = (index: number): string => model.instances[index]?.name ?? `instance ${index}`;
  return model.channels.map(({ name, discipline, capacity, senders, receiver }) => {
    const from = senders.map(instance).join(", ");
    return `channel   ${name} ${discipline}(${capacity}) from ${from} to ${instance(receiver)}`;
  });
}

const FAIRNESS = { none: "", weak: ", fair", strong: ", strongly fair" } as const;

function transitionLines(model: Model, transition: Transition): string[] {
  const { name, kind, fairness, trigger, guard, effects } = transition;
  return [
    `transition ${name}   ${kind}${FAIRNESS[fairness]}`,
    ...(trigger === undefined ? [] : [`  take ${triggerText(model, transition, trigger)}`]),
    ...(guard.op === "const" && guard.value === true ? [] : [`  if ${printExpr(model, guard)}`]),
    ...printEffects(model, effects, 4),
  ];
}

function triggerText(model: Model, transition: Transition, trigger: Trigger): string {
  const channel = model.channels[trigger.channel];
  const message = channel?.message;
  const kind = message?.kind === "message" ? message.kinds[trigger.kind] : undefined;
  // The fields of the message are the first locals of the frame; those that are not used stay `_`.
  const names = new Map<number, string>();
  collectLocals([transition.guard, transition.effects], names);
  const locals = kind?.fields.map((_field, local) => names.get(local) ?? "_") ?? [];
  const fields = locals.length === 0 ? "" : `(${locals.join(", ")})`;
  return `${kind?.name ?? trigger.kind}${fields} from ${channel?.name ?? trigger.channel}`;
}

/** The names under which a term reads its locals. */
function collectLocals(term: unknown, names: Map<number, string>): void {
  if (typeof term !== "object" || term === null) return;
  if ("op" in term && term.op === "local" && "local" in term && "name" in term) {
    names.set(Number(term.local), localName(Number(term.local), String(term.name)));
  }
  for (const part of Object.values(term)) collectLocals(part, names);
}

function receptionLines(model: Model): string[] {
  if (model.receptions.length === 0) return [];
  const lines = model.receptions.map((reception) => {
    const channel = model.channels[reception.channel];
    const message = channel?.message;
    const kind = message?.kind === "message" ? message.kinds[reception.kind]?.name : undefined;
    const what = `${channel?.name ?? reception.channel}.${kind ?? reception.kind}`;
    const deferred = printExpr(model, reception.deferred);
    const unhandled = printExpr(model, reception.unhandled);
    return `message   ${what}: deferred if ${deferred}; unhandled if ${unhandled}`;
  });
  return ["", ...lines];
}

function propertyLines(model: Model): string[] {
  const lines = [
    ...model.invariants.map((one) => `invariant ${one.name}: ${printExpr(model, one.condition)}`),
    ...model.goals.map((one) => `reachable ${one.name}: ${printExpr(model, one.condition)}`),
    ...model.temporal.map(
      ({ name, quantifier, instances }) =>
        `property  ${name}: ${quantifier} of ${instances.length} temporal formulas`,
    ),
    ...model.refinements.flatMap(({ name, abstract, mapping }) => [
      `refinement ${name}: implements ${abstract.system}`,
      ...mapping.map(
        ({ slot, value }) => `  ${abstract.slots[slot]?.name ?? slot} = ${printExpr(model, value)}`,
      ),
    ]),
  ];
  return lines.length === 0 ? [] : ["", ...lines];
}
