/**
 * An instance of a Model as an XState machine: data that can be printed and put into an editor.
 *
 *     Model                        XState
 *     leaf modes, regions          states; a leaf with regions is a parallel state
 *     transition 12, server.Open   event `Open` with `transition: 12`
 *     its guard                    guard  { type: "transition", params: { transition: 12 } }
 *     if r > 1 then A else C       guard  { type: "branch", params: { …, to: ["C"] } }
 *     its effects                  action { type: "effects", params: { transition: 12 } }
 *
 * Variables and channels stay with whoever plays the Model: the machine has no context, and its
 * guards ask which transition is taken, never whether it may be. What follows is the machine's to
 * decide. Transitions have all their targets written out, down to the leaves.
 *
 * Limits: the Model no longer knows which mode inside another is its initial one, so `initial`
 * there is what is entered most often, and only a hint to a reader. `final` is a tag: XState takes
 * no events in a final state, but a machine of a Model can crash there. Store buffers and failing
 * channels are no part of the machine.
 */
import { type AnyStateMachine, type EventObject, setup } from "xstate";
import type { Model, Transition } from "../../spec/model.ts";
import { changesOf, type ModeChange, sourcesOf, speaksOf } from "./mode-changes.ts";
import { type Region, regionsInside, regionsOf } from "./regions.ts";

export interface TransitionConfig {
  readonly guard: {
    readonly type: "transition" | "branch";
    readonly params: { readonly transition: number; readonly to?: readonly string[] };
  };
  readonly target?: readonly string[];
  readonly reenter?: true;
  readonly actions?: readonly [
    { readonly type: "effects"; readonly params: { readonly transition: number } },
  ];
  /** The rule as it is written. */
  readonly description: string;
}

export interface StateConfig {
  readonly id?: string;
  readonly description?: string;
  type?: "parallel";
  initial?: string;
  tags?: string[];
  on?: Record<string, TransitionConfig[]>;
  states?: Record<string, StateConfig>;
}

export interface MachineConfig extends StateConfig {
  readonly id: string;
  readonly description: string;
}

/** What a step of the Model is to a machine. */
export interface StepEvent extends EventObject {
  readonly transition: number;
  /**
   * Full paths of the leaves that are active after the step; only branches look at it. Undefined
   * when the step violates and leads nowhere: then any branch takes it.
   */
  readonly to: readonly string[] | undefined;
}

/** An `always` cycle would never end; generated machines have none. */
const ITERATIONS_MAX = 100;

/** Is this transition an event of its instance, rather than of hardware? */
export function isOwn({ kind, instance }: Transition): boolean {
  if (kind === "flush") return false;
  return instance !== undefined;
}

/** `Open` for `server.Open`. */
export function eventName(model: Model, transition: Transition): string {
  const instance = model.instances[transition.instance ?? -1]?.name ?? "";
  const { name } = transition;
  return name.startsWith(`${instance}.`) ? name.slice(instance.length + 1) : name;
}

/** The machine of an instance, as data. */
export function configOf(model: Model, instance: number): MachineConfig {
  const { name, machine, finals } = model.instances[instance] ?? {};
  if (name === undefined) throw new RangeError(`The Model has no instance ${instance}`);
  const regions = regionsOf(model, instance);
  const root: MachineConfig = { id: name, description: `${machine} of ${model.system}` };
  const nodes = new Map<string, StateConfig>([["", root]]);
  for (const [index, region] of regions.entries()) {
    for (const [leaf, path] of region.leaves.entries()) {
      const node = nodeAt(nodes, path);
      if (finals?.[index]?.includes(leaf)) node.tags = ["final"];
    }
  }
  for (const region of regions) {
    if (region.path === "") continue;
    const around = region.path.split(".").slice(0, -1).join(".");
    nodeAt(nodes, around).type = "parallel";
  }
  const owned = model.transitions.flatMap((transition, index) =>
    transition.instance === instance && isOwn(transition) ? [{ transition, index }] : [],
  );
  const changes = owned.flatMap(({ transition }) => changesOf(transition, regions));
  for (const region of regions) setInitial(nodes, region, model, changes);
  for (const { transition, index } of owned) {
    const event = eventName(model, transition);
    const texts = transition.rules.map((rule) => model.rules[rule]?.text ?? "");
    const description = texts.join("; ");
    for (const { node, ...config } of candidatesOf(transition, index, regions, name)) {
      const on = (nodeAt(nodes, node).on ??= {});
      (on[event] ??= []).push({ ...config, description });
    }
  }
  return root;
}

/** All instances of a Model side by side, each a region of its own, as data. */
export function systemConfigOf(model: Model): MachineConfig {
  const machines = model.instances.map(
    ({ name }, index) => [name, configOf(model, index)] as const,
  );
  return {
    id: model.system,
    description: `the machines of ${model.system}`,
    type: "parallel",
    states: Object.fromEntries(machines),
  };
}

/** The node of a path, made with the nodes around it where it is new. */
function nodeAt(nodes: Map<string, StateConfig>, path: string): StateConfig {
  const known = nodes.get(path);
  if (known !== undefined) return known;
  const names = path.split(".");
  const parent = nodeAt(nodes, names.slice(0, -1).join("."));
  const node: StateConfig = {};
  (parent.states ??= {})[names.at(-1) ?? ""] = node;
  nodes.set(path, node);
  return node;
}

/** Where a region and the modes in it begin. */
function setInitial(
  nodes: Map<string, StateConfig>,
  region: Region,
  model: Model,
  changes: readonly ModeChange[],
): void {
  const first = model.slots[region.slot]?.initial;
  const begins = typeof first === "number" ? [first] : [];
  for (const leaf of [...begins, ...entriesOf(region, changes), ...region.leaves.keys()]) {
    const names = (region.leaves[leaf] ?? "").split(".");
    const depth = region.path === "" ? 0 : region.path.split(".").length;
    for (let length = depth; length < names.length; length++) {
      const node = nodeAt(nodes, names.slice(0, length).join("."));
      node.initial ??= names[length] ?? "";
    }
  }
}

/** Leaves that are entered together with the mode around the region, the most frequent first. */
function entriesOf(region: Region, changes: readonly ModeChange[]): readonly number[] {
  const counts = region.leaves.map(() => 0);
  for (const change of changes) {
    const leaf = change.get(region.slot);
    const isEntry = region.owner !== undefined && change.has(region.owner.region.slot);
    if (isEntry && typeof leaf === "number") counts[leaf] = (counts[leaf] ?? 0) + 1;
  }
  const entered = [...counts.keys()].filter((leaf) => (counts[leaf] ?? 0) > 0);
  return entered.toSorted((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0));
}

type Candidate = Omit<TransitionConfig, "description"> & { readonly node: string };

/** The transitions of an XState machine that stand for one of the Model. */
function candidatesOf(
  transition: Transition,
  index: number,
  regions: readonly Region[],
  id: string,
): readonly Candidate[] {
  const changes = changesOf(transition, regions);
  const actions = [{ type: "effects", params: { transition: index } }] as const;
  return changes.flatMap((change): readonly Candidate[] => {
    const goals = goalsOf(change, regions);
    const to = goals.flatMap(({ targets }) => targets);
    const guard: Candidate["guard"] =
      changes.length === 1
        ? { type: "transition", params: { transition: index } }
        : { type: "branch", params: { transition: index, to } };
    if (goals.length === 0) {
      const where = regions.findLast((region) => speaksOf(transition, region));
      const covers = where === undefined ? [""] : cover(transition, where, regions);
      return covers.map((node) => ({ node, guard, actions }));
    }
    return goals.flatMap(({ region, targets }, position) =>
      cover(transition, region, regions).map((node) => ({
        node,
        guard,
        target: targets.map((path) => `#${id}.${path}`),
        reenter: true as const,
        ...(position === 0 ? { actions } : {}),
      })),
    );
  });
}

/** The outermost regions that change, and the leaves that are then active in each. */
function goalsOf(
  change: ModeChange,
  regions: readonly Region[],
): readonly { readonly region: Region; readonly targets: readonly string[] }[] {
  return regions.flatMap((region) => {
    for (let { owner } = region; owner !== undefined; { owner } = owner.region) {
      if (change.has(owner.region.slot)) return [];
    }
    const leaf = change.get(region.slot);
    if (leaf === undefined || leaf === null) return [];
    return [{ region, targets: deepest(change, regions, region, leaf) }];
  });
}

function deepest(
  change: ModeChange,
  regions: readonly Region[],
  region: Region,
  leaf: number,
): readonly string[] {
  const inner = regionsInside(regions, region, leaf).flatMap((inside) => {
    const next = change.get(inside.slot);
    return next === undefined || next === null ? [] : deepest(change, regions, inside, next);
  });
  return inner.length > 0 ? inner : [region.leaves[leaf] ?? ""];
}

/**
 * The fewest states of a region, below the region itself, that hold just the leaves from which the
 * transition can begin. The region itself never: leaving it would leave those beside it as well.
 */
function cover(
  transition: Transition,
  region: Region,
  regions: readonly Region[],
): readonly string[] {
  const sources = sourcesOf(transition, region, regions).map((leaf) => region.leaves[leaf] ?? "");
  const depth = region.path === "" ? 0 : region.path.split(".").length;
  const found = new Set<string>();
  for (const source of sources) {
    const names = source.split(".");
    for (let length = depth + 1; length <= names.length; length++) {
      const path = names.slice(0, length).join(".");
      const inside = region.leaves.filter((leaf) => leaf === path || leaf.startsWith(`${path}.`));
      if (!inside.every((leaf) => sources.includes(leaf))) continue;
      found.add(path);
      break;
    }
  }
  return [...found];
}

/** A machine from its data; also from data that came back from an editor. */
export function machineFrom(config: MachineConfig): AnyStateMachine {
  const isTaken = (event: EventObject, transition: number): boolean =>
    "transition" in event && event["transition"] === transition;
  const built = setup({
    types: { events: {} as StepEvent },
    actions: { effects: (_scope, _params: { readonly transition: number }) => {} },
    guards: {
      transition: ({ event }, { transition }: { readonly transition: number }) =>
        isTaken(event, transition),
      branch: (
        { event },
        { transition, to }: { readonly transition: number; readonly to: readonly string[] },
      ) => isTaken(event, transition) && to.every((path) => event.to?.includes(path) ?? true),
    },
  });
  const options = { maxIterations: ITERATIONS_MAX };
  return built.createMachine({ ...(config as object), options });
}
