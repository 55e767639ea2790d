/**
 * Cone of influence: the slots on which a property can depend, through any number of steps.
 *
 *     property reads  ──►  slots  ◄── written by transitions, which read ──►  more slots  ◄── …
 *
 * A hole touches the cone when a transition that has it writes a slot of the cone. The answer is on
 * the safe side: families count with all their members, and every branch of an effect counts.
 */
import type { Model, Transition } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";

type Node = Readonly<Record<string, unknown>>;

/** The slots that `property` (an invariant, goal or temporal property) can depend on. */
export function coneOf(model: Model, property: object): ReadonlySet<number> {
  const cone = new Set(readsIn(property));
  const uses = model.transitions.map((transition) => ({
    writes: writesOf(model, transition),
    reads: [...readsIn(transition), ...triggerOf(model, transition)],
  }));
  for (let size = -1; size !== cone.size; ) {
    size = cone.size;
    for (const { writes, reads } of uses) {
      if (writes.some((slot) => cone.has(slot))) for (const slot of reads) cone.add(slot);
    }
  }
  return cone;
}

/** The slots that transitions with the hole write, and those that the start of a run does. */
export function touchedBy(model: Model, hole: Span, rule: Span): ReadonlySet<number> {
  const touched = new Set<number>();
  for (const transition of model.transitions) {
    const isOwn = transition.rules.some((index) => sameSpan(model.rules[index]?.span, rule));
    if (!isOwn && !holds(transition, hole)) continue;
    for (const slot of writesOf(model, transition)) touched.add(slot);
  }
  if (holds(model.start, hole))
    for (const slot of slotsWritten(model, model.start)) touched.add(slot);
  return touched;
}

function sameSpan(left: Span | undefined, right: Span): boolean {
  return left?.file === right.file && left.start === right.start && left.end === right.end;
}

// ---------------------------------------------------------------------------- reads and writes

function readsIn(tree: unknown): readonly number[] {
  const found: number[] = [];
  visit(tree, (node) => {
    if (node["op"] === "read") found.push(...numbers(node["slots"]));
    if (typeof node["buffer"] === "number") found.push(node["buffer"]);
  });
  return found;
}

function writesOf(model: Model, transition: Transition): readonly number[] {
  const { subject, kind } = transition;
  const own = slotsWritten(model, transition.effects);
  const taken = triggerOf(model, transition);
  if (subject === undefined) return [...own, ...taken];
  // A flush may write any shared variable; a fault of a channel rearranges its messages.
  if (kind !== "flush") return [...own, model.channels[subject]?.slot ?? -1];
  const shared = model.slots.flatMap(({ role }, slot) =>
    role.role === "variable" && role.shared ? [slot] : [],
  );
  return [...own, subject, ...shared];
}

function triggerOf(model: Model, { trigger }: Transition): readonly number[] {
  return trigger === undefined ? [] : [model.channels[trigger.channel]?.slot ?? -1];
}

/** A rendezvous writes what its receivers write, and its channel stands for them. */
function slotsWritten(model: Model, effects: unknown): readonly number[] {
  const found: number[] = [];
  visit(effects, (node) => {
    if (node["effect"] === "send") {
      for (const channel of numbers(node["channels"])) {
        found.push(model.channels[channel]?.slot ?? -1, ...writtenByReceivers(model, channel));
      }
    }
    if (node["effect"] !== "assign") return;
    const place = node["place"];
    if (typeof place !== "object" || place === null) return;
    if ("slots" in place) found.push(...numbers(place.slots));
    if ("buffer" in place && typeof place.buffer === "number") found.push(place.buffer);
  });
  return found;
}

function writtenByReceivers(model: Model, channel: number): readonly number[] {
  if (model.channels[channel]?.discipline !== "rendezvous") return [];
  return model.transitions
    .filter(({ trigger }) => trigger?.channel === channel)
    .flatMap(({ instance }) => (instance === undefined ? [] : slotsOfInstance(model, instance)));
}

function slotsOfInstance(model: Model, instance: number): readonly number[] {
  return model.slots.flatMap(({ role }, slot) =>
    "instance" in role && role.instance === instance ? [slot] : [],
  );
}

// ---------------------------------------------------------------------------- walking

function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "number") : [];
}

/** Does some node of the tree stand inside the hole? */
function holds(tree: unknown, hole: Span): boolean {
  let found = false;
  visit(tree, (node) => {
    const span = node["span"];
    if (typeof span !== "object" || span === null) return;
    if (!("file" in span && "start" in span && "end" in span)) return;
    found ||=
      span.file === hole.file && Number(span.start) >= hole.start && Number(span.end) <= hole.end;
  });
  return found;
}

/** Calls `see` for every object below a tree of a Model, apart from types, values and places. */
function visit(tree: unknown, see: (node: Node) => void): void {
  if (Array.isArray(tree)) {
    for (const part of tree) visit(part, see);
  } else if (typeof tree === "object" && tree !== null) {
    see(tree as Node);
    for (const [key, part] of Object.entries(tree)) {
      const isData = key === "type" || key === "span" || key === "value";
      if (!isData || (key === "value" && isNode(part))) visit(part, see);
    }
  }
}

/** `value` is a term in effects and a plain value in constants. */
function isNode(part: unknown): boolean {
  return typeof part === "object" && part !== null && "op" in part;
}
