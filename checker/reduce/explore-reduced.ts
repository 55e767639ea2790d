/**
 * The search with the reductions that were asked for.
 *
 *     Model ──slice──► smaller Model ──search──► found ──complete──► told of the Model
 *                                      │  ▲
 *                        symmetry: which state is stored      order: which steps are followed
 *
 * Each reduction says what it did, or why it is off; none is ever on where it could change an
 * outcome. All are off when a temporal property or a refinement is judged, because these speak of
 * all runs of the whole graph; and when a ghost is read, because what a ghost holds in a state
 * depends on the way there.
 */
import type { Effect, Expr, Model } from "../../spec/model.ts";
import { BACK_ENDS } from "../back-end.ts";
import { symmetricExplore } from "../compile/explore-symmetric.ts";
import { explore as referenceExplore } from "../explore/explore.ts";
import type { Exploration, Explore, ExploreOptions } from "../explore/explorer.ts";
import { NO_REDUCTION, type Reducer } from "../explore/reducer.ts";
import { counted } from "../findings.ts";
import { isWanted } from "../judgement.ts";
import type { Reduction, ReductionName } from "../verdict.ts";
import { canonicalForm } from "./canonical.ts";
import { completed } from "./complete.ts";
import { stubbornSteps } from "./order.ts";
import { withShortestPaths } from "./shortest.ts";
import { type Slice, sliceModel } from "./slice.ts";
import { slotFamilies } from "./slot-families.ts";
import { type Symmetry, symmetryOf } from "./symmetry.ts";
import { expressionsOf, innerEffects, isGhost, walk } from "./walk.ts";

/** A Model to search, how to search it, and what was decided. */
interface Plan {
  readonly slice: Slice | undefined;
  /** Undefined when every state is stored and every step followed. */
  readonly reducer: Reducer | undefined;
  /** Where symmetry is all that the reducer does. */
  readonly symmetry: Symmetry | undefined;
  readonly decided: readonly Reduction[];
}

/**
 * The search of a Model with the reductions of the options. `explore` searches where they allow it:
 * symmetry has a compiled search of its own, and which steps are followed is decided in the
 * reference search only.
 */
export async function exploreReduced(
  explore: Explore,
  model: Model,
  options: ExploreOptions,
): Promise<Exploration> {
  const wanted = options.reductions ?? [];
  if (wanted.length === 0) return explore(model, options);
  const plan = planOf(model, wanted);
  const { slice, decided } = plan;
  const searched = await searchBy(plan, explore, model, options);
  const isOrdered = decided.some(({ name, on }) => name === "order" && on);
  const told = isOrdered
    ? await withShortestPaths(searched, (depth) =>
        explore(slice?.model ?? model, { ...options, depth, reductions: [] }),
      )
    : searched;
  const found = { ...told, reductions: decided };
  if (slice === undefined) return found;
  const whole = completed(model, found);
  if (whole !== undefined) return { ...whole, coverage: keptCoverage(model, slice, found) };
  const others = wanted.filter((name) => name !== "slice");
  const again = await exploreReduced(explore, model, { ...options, reductions: others });
  const detail = "off: a path of the slice is no path of the model";
  return { ...again, reductions: [...again.reductions, { name: "slice", on: false, detail }] };
}

/** The search of a plan: in compiled code where that can do it. */
async function searchBy(
  { slice, reducer, symmetry }: Plan,
  explore: Explore,
  model: Model,
  options: ExploreOptions,
): Promise<Exploration> {
  const searched = slice?.model ?? model;
  if (reducer === undefined) return explore(searched, options);
  if (explore === referenceExplore) return referenceExplore(searched, options, reducer);
  let notCompiled = "orders of steps are decided in the reference search";
  if (symmetry !== undefined && options.checkpoint === undefined) {
    const backEnd = explore === BACK_ENDS.javascript ? "javascript" : "wasm";
    const found = await symmetricExplore(symmetry, options, backEnd);
    if (!("unsupported" in found)) return found;
    notCompiled = found.unsupported;
  }
  const found = await referenceExplore(searched, options, reducer);
  return { ...found, explorer: { ...found.explorer, notCompiled } };
}

/** Of a rule that the slice drops for some instance, nothing is known. */
function keptCoverage(
  model: Model,
  { dropped }: Slice,
  found: Exploration,
): Exploration["coverage"] {
  const unknown = new Set(dropped.flatMap((index) => model.transitions[index]?.rules ?? []));
  return found.coverage.filter(({ rule }) => !unknown.has(rule));
}

// ---------------------------------------------------------------------------- what is on

/** Decides which reductions are used. */
function planOf(model: Model, wanted: readonly ReductionName[]): Plan {
  const blocked = blockedBy(model);
  if (blocked !== undefined) {
    const decided = wanted.map((name) => ({ name, on: false, detail: `off: ${blocked}` }));
    return { slice: undefined, reducer: undefined, symmetry: undefined, decided };
  }
  const decided: Reduction[] = [];
  const slice = wanted.includes("slice") ? sliceModel(model) : undefined;
  if (wanted.includes("slice")) decided.push(sliceDecision(model, slice));
  const searched = slice?.model ?? model;
  let reducer: Reducer | undefined;
  let symmetry: Symmetry | undefined;
  if (wanted.includes("symmetry")) {
    const { refused, ...found } = symmetryOf(searched);
    symmetry = found.symmetry;
    if (symmetry !== undefined) {
      const canonical = canonicalForm(symmetry);
      const representative: Reducer["representative"] = (state) => {
        const found = canonical(state);
        return { state: found.state, weight: found.orbit };
      };
      reducer = { ...NO_REDUCTION, representative, alike: slotFamilies(symmetry).members };
    }
    const reasons = refused.map(({ name, reason }) => `${name} off: ${reason}`);
    const used = symmetry?.types.map(({ name, size }) => `${name}, ${counted(size, "id")}`) ?? [];
    const nothing = "off: no symmetric id has two or more values";
    const told = [...used, ...reasons];
    const detail = told.length === 0 ? nothing : told.join("; ");
    decided.push({ name: "symmetry", on: symmetry !== undefined, detail });
  }
  if (wanted.includes("order")) {
    // What a representative stands for is not counted where orders of steps are left out.
    const { representative, alike } = reducer ?? NO_REDUCTION;
    reducer = {
      alike,
      representative: (state) => ({ ...representative(state), weight: 1 }),
      follow: stubbornSteps(searched),
    };
    const detail = "counts are of the reduced graph";
    decided.push({ name: "order", on: true, detail });
    symmetry = undefined;
  }
  return { slice, reducer, symmetry, decided };
}

function sliceDecision(model: Model, slice: Slice | undefined): Reduction {
  if (slice === undefined) {
    return { name: "slice", on: false, detail: "off: everything that changes matters" };
  }
  const names = slice.frozen.map((slot) => model.slots[slot]?.name ?? "?");
  const frozen = names.length === 0 ? [] : [`without ${listed(names)}`];
  const dropped = slice.dropped.length;
  const steps = dropped === 0 ? [] : [`without ${counted(dropped, "transition")}`];
  return { name: "slice", on: true, detail: [...frozen, ...steps].join(" and ") };
}

/** Names of frozen variables that are listed. */
const LISTED_MAX = 6;

function listed(names: readonly string[]): string {
  const more = names.length > LISTED_MAX ? ` and ${names.length - LISTED_MAX} more` : "";
  return names.slice(0, LISTED_MAX).join(", ") + more;
}

/** Why no reduction may be used; undefined when nothing is in the way. */
function blockedBy(model: Model): string | undefined {
  const ofRuns = [...model.temporal, ...model.refinements].find(({ name }) =>
    isWanted(model, name),
  );
  if (ofRuns !== undefined) return `\`${ofRuns.name}\` is judged on the whole graph`;
  const ghost = ghostThatIsRead(model);
  return ghost === undefined ? undefined : `the ghost \`${ghost}\` is read`;
}

/** A ghost that decides something; what ghosts do among themselves is not seen. */
function ghostThatIsRead(model: Model): string | undefined {
  const effects = [...model.start, ...model.transitions.flatMap((each) => each.effects)];
  const conditions: readonly Expr[] = [
    ...innerEffects(effects)
      .filter((effect) => !isForGhost(model, effect))
      .flatMap(expressionsOf),
    ...[...model.invariants, ...model.goals].map(({ condition }) => condition),
  ];
  const read = new Set<number>();
  for (const condition of conditions) {
    walk(condition, (node) => {
      if (node.op === "read") for (const slot of node.slots) read.add(slot);
    });
  }
  return [...read].map((slot) => model.slots[slot]).find(isGhost)?.name;
}

function isForGhost(model: Model, effect: Effect): boolean {
  return (
    effect.effect === "assign" && effect.place.slots.every((slot) => isGhost(model.slots[slot]))
  );
}
