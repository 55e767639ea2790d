/**
 * The statechart of a machine, flattened: regions, and the leaf modes of each.
 *
 *     machine M                        region ""            leaves Up.Idle, Up.Busy, Down
 *       mode Up { mode Idle  mode Busy }
 *       mode Down                      A region has one active leaf. A mode that holds
 *                                      `parallel` is a leaf too, and owns the regions in it:
 *       mode Run { parallel {          region ""            leaf Run
 *         region A { … }               region "Run.A"       active only while Run is
 *         region B { … } } }           region "Run.B"
 *
 * A thread is a machine with one region whose leaves are its labels, and `Done` where it can end.
 */
import { ambiguousName, initialModes, misplaced, noSuchMode } from "../errors.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { reportDuplicates } from "./duplicates.ts";
import { type Lowering, linesOf } from "./scope.ts";

export interface ModeInfo {
  readonly name: string;
  /** `Up.Draining`, with the names of the regions around it. */
  readonly path: string;
  /** The path within its region: how values of the region print. */
  readonly local: string;
  readonly region: RegionInfo;
  readonly parent: ModeInfo | undefined;
  readonly initial: boolean;
  readonly final: boolean;
  readonly children: ModeInfo[];
  readonly subregions: RegionInfo[];
  readonly items: readonly syntax.ModeItem[];
  readonly span: Span;
}

export interface RegionInfo {
  /** "" for the only region of a machine, else the names that lead to it. */
  readonly path: string;
  /** The mode that must be active for this region to be. */
  readonly owner: ModeInfo | undefined;
  readonly modes: ModeInfo[];
  /** Leaves in declaration order; ordinals of the region's mode type. */
  readonly leaves: ModeInfo[];
}

/** The mode in which a thread has ended. */
export const THREAD_END = "Done";

/** Flattens the modes of a machine. Its regions come outermost first. */
export function regionsOfMachine(
  lowering: Lowering,
  machine: syntax.MachineDeclaration,
): readonly RegionInfo[] {
  const modes = machine.items.filter((item) => item.kind === "mode");
  const parallels = machine.items.filter((item) => item.kind === "parallel");
  if (modes.length > 0 && parallels.length > 0) {
    const reason = "a machine has modes or `parallel` regions, not both at its top";
    lowering.report(misplaced("`parallel`", reason, parallels[0]?.span ?? machine.span));
  }
  if (modes.length > 0)
    return [buildRegion(lowering, "", undefined, modes, `machine \`${machine.name.text}\``)];
  return parallels.flatMap((parallel) => buildParallel(lowering, "", undefined, parallel));
}

function buildParallel(
  lowering: Lowering,
  prefix: string,
  owner: ModeInfo | undefined,
  parallel: syntax.ParallelDeclaration,
): RegionInfo[] {
  reportDuplicates(
    lowering,
    parallel.regions.map((region) => region.name),
  );
  return parallel.regions.map((region) =>
    buildRegion(
      lowering,
      prefix + region.name.text,
      owner,
      region.modes,
      `region \`${region.name.text}\``,
    ),
  );
}

function buildRegion(
  lowering: Lowering,
  path: string,
  owner: ModeInfo | undefined,
  modes: readonly syntax.ModeDeclaration[],
  title: string,
): RegionInfo {
  const region: RegionInfo = { path, owner, modes: [], leaves: [] };
  const prefix = path === "" ? "" : `${path}.`;
  checkInitial(lowering, modes, title);
  for (const mode of modes) region.modes.push(buildMode(lowering, region, undefined, prefix, mode));
  return region;
}

function checkInitial(
  lowering: Lowering,
  modes: readonly syntax.ModeDeclaration[],
  title: string,
): void {
  const first = modes[0];
  if (first === undefined) return;
  const initial = modes.filter((mode) => mode.initial);
  if (initial.length !== 1) {
    const { span } = (initial[1] ?? first).name;
    lowering.report(initialModes(title, span, initial.length, (initial[0] ?? first).name.span));
  }
  reportDuplicates(
    lowering,
    modes.map((mode) => mode.name),
  );
}

function buildMode(
  lowering: Lowering,
  region: RegionInfo,
  parent: ModeInfo | undefined,
  prefix: string,
  declaration: syntax.ModeDeclaration,
): ModeInfo {
  const path = prefix + declaration.name.text;
  const mode: ModeInfo = {
    name: declaration.name.text,
    path,
    local: region.path === "" ? path : path.slice(region.path.length + 1),
    region,
    parent,
    initial: declaration.initial,
    final: declaration.final || parent?.final === true,
    children: [],
    subregions: [],
    items: declaration.items,
    span: declaration.name.span,
  };
  const inner = declaration.items.filter((item) => item.kind === "mode");
  const parallels = declaration.items.filter((item) => item.kind === "parallel");
  if (inner.length > 0) checkInitial(lowering, inner, `mode \`${path}\``);
  for (const child of inner) {
    mode.children.push(buildMode(lowering, region, mode, `${path}.`, child));
  }
  if (inner.length > 0 && parallels.length > 0) {
    const reason = "a mode has inner modes or `parallel` regions, not both";
    lowering.report(misplaced("`parallel`", reason, parallels[0]?.span ?? mode.span));
  } else {
    for (const parallel of parallels) {
      mode.subregions.push(...buildParallel(lowering, `${path}.`, mode, parallel));
    }
  }
  if (mode.children.length === 0) region.leaves.push(mode);
  return mode;
}

/** The labels of a thread as modes. */
export function regionsOfThread(thread: syntax.ThreadDeclaration): readonly RegionInfo[] {
  const region: RegionInfo = { path: "", owner: undefined, modes: [], leaves: [] };
  const add = (name: string, span: Span, initial: boolean, final: boolean): void => {
    const mode: ModeInfo = {
      name,
      path: name,
      local: name,
      region,
      parent: undefined,
      initial,
      final,
      children: [],
      subregions: [],
      items: [],
      span,
    };
    region.modes.push(mode);
    region.leaves.push(mode);
  };
  for (const [index, line] of thread.lines.entries()) {
    add(line.name.text, line.name.span, index === 0, false);
  }
  const named = thread.lines.some((line) => line.name.text === THREAD_END);
  if (!named && canEnd(thread)) add(THREAD_END, thread.name.span, thread.lines.length === 0, true);
  return [region];
}

function canEnd(thread: syntax.ThreadDeclaration): boolean {
  const jumpsToEnd = (next: syntax.Next): boolean =>
    next.kind === "then"
      ? next.label.text === THREAD_END
      : next.then.text === THREAD_END || jumpsToEnd(next.else);
  const last = thread.lines.at(-1);
  return (
    last === undefined ||
    last.next === undefined ||
    thread.lines.some((line) => line.next !== undefined && jumpsToEnd(line.next))
  );
}

/** This region and all regions inside its modes, outermost first. */
export function withInner(regions: readonly RegionInfo[]): readonly RegionInfo[] {
  return regions.flatMap((region) => [
    region,
    ...withInner(region.leaves.flatMap((leaf) => leaf.subregions)),
  ]);
}

/** Modes from the outermost to `mode` itself, within its region. */
export function chainOf(mode: ModeInfo): readonly ModeInfo[] {
  return mode.parent === undefined ? [mode] : [...chainOf(mode.parent), mode];
}

export function isInside(mode: ModeInfo, ancestor: ModeInfo): boolean {
  return chainOf(mode).includes(ancestor);
}

/** The leaf that is entered when `mode` is. */
export function initialLeaf(mode: ModeInfo): ModeInfo {
  const first = mode.children.find((child) => child.initial) ?? mode.children[0];
  return first === undefined ? mode : initialLeaf(first);
}

/** The leaf in which a region starts. */
export function startOf(region: RegionInfo): ModeInfo | undefined {
  const first = region.modes.find((mode) => mode.initial) ?? region.modes[0];
  return first === undefined ? undefined : initialLeaf(first);
}

/** Ordinals of the leaves of its region that are `mode` or inside it. */
export function leavesOf(mode: ModeInfo): readonly number[] {
  return mode.region.leaves.flatMap((leaf, ordinal) => (isInside(leaf, mode) ? [ordinal] : []));
}

/** What a machine's text is read against: its name and its regions. */
export interface Statechart {
  readonly machine: {
    readonly kind: "machine" | "thread";
    readonly name: syntax.Name;
  };
  readonly regions: readonly RegionInfo[];
}

const inRegions = new WeakMap<readonly RegionInfo[], ReadonlyMap<string, readonly ModeInfo[]>>();

/** All modes, outermost first, by the last name of their paths. */
function modesByName(regions: readonly RegionInfo[]): ReadonlyMap<string, readonly ModeInfo[]> {
  const known = inRegions.get(regions);
  if (known !== undefined) return known;
  const found = new Map<string, ModeInfo[]>();
  const add = (mode: ModeInfo): void => {
    const same = found.get(mode.name);
    if (same === undefined) found.set(mode.name, [mode]);
    else same.push(mode);
    for (const child of mode.children) add(child);
  };
  for (const region of withInner(regions)) {
    for (const mode of region.modes) add(mode);
  }
  inRegions.set(regions, found);
  return found;
}

/**
 * Finds the mode that a path names: the last names of its full path. When several fit, a full path
 * is meant; else the one nearest to `from`: its children, then the modes beside it, then those
 * further out. Nothing is near to a text outside of the machine, so there the path must say enough.
 */
export function findMode(
  lowering: Lowering,
  { machine, regions }: Statechart,
  parts: readonly string[],
  span: Span,
  from: ModeInfo | undefined,
): ModeInfo | undefined {
  const wanted = parts.join(".");
  const named = modesByName(regions).get(parts.at(-1) ?? "") ?? [];
  const fits = named.filter((mode) => mode.path === wanted || mode.path.endsWith(`.${wanted}`));
  const [only] = fits;
  if (only === undefined) {
    const modes = [...modesByName(regions).values()].flat().toSorted(inText);
    const paths = modes.map((mode) => mode.path);
    const where = linesOf(
      lowering,
      modes.map((mode) => mode.span),
    );
    const owner = { kind: machine.kind, name: machine.name.text };
    lowering.report(noSuchMode(owner, wanted, span, paths, where));
  }
  if (fits.length <= 1) return only;
  for (let around = from; around !== undefined; around = around.parent ?? around.region.owner) {
    const near =
      fits.find((mode) => mode.parent === around) ??
      fits.find((mode) => mode.parent === around?.parent && mode.region === around?.region);
    if (near !== undefined) return near;
  }
  const whole = fits.find((mode) => mode.path === wanted);
  if (whole !== undefined) return whole;
  lowering.report(
    ambiguousName(
      wanted,
      span,
      fits.map((mode) => mode.path),
    ),
  );
  return undefined;
}

function inText(left: ModeInfo, right: ModeInfo): number {
  return left.span.start - right.span.start;
}
