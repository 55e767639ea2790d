/**
 * The order of steps on which a violation depends, in sentences: each names two steps of the path
 * and goes to them. And what rows say of it.
 */
import type { OrderReport, PathReport } from "../document.ts";
import { button, element, shorten } from "./element.ts";
import type { RowTie } from "./ladder-row.ts";

/** Labels of steps in a sentence, in UTF-16 units. */
const LABEL_ROOM = 60;
/** Steps that the tag of a row names. */
const TIES_SHOWN = 3;

/** The panel; undefined where nothing is known of the order. */
export function makeOrderPanel(
  path: PathReport,
  goToStep: (step: number) => void,
): HTMLElement | undefined {
  const { order } = path;
  if (order === undefined) return undefined;
  const root = element(
    "div",
    { class: "order-panel" },
    element("h3", { text: order.length === 0 ? "Order" : "It happens because" }),
  );
  if (order.length === 0) {
    const text = "No order is needed: it happens when everybody goes on for as long as possible.";
    root.append(element("p", { class: "quiet", text }));
    return root;
  }
  const list = element("ol", { class: "order" });
  list.append(...order.map((one, index) => sentence(path, one, index, goToStep)));
  root.append(list, legend());
  return root;
}

function sentence(
  path: PathReport,
  { step, after, words }: OrderReport,
  index: number,
  goToStep: (step: number) => void,
): HTMLElement {
  const number = element("span", { class: "order-number", text: String(index + 1) });
  const [own, other] = [stepOf(path, step, goToStep), stepOf(path, after, goToStep)];
  // What is not on the page has no link; then the words say it all.
  const said =
    own === undefined || other === undefined
      ? [element("span", { text: words })]
      : [...own, " waits until ", ...other, " is done"];
  return element("li", {}, number, element("div", {}, ...said));
}

function stepOf(
  { first, steps }: PathReport,
  number: number | undefined,
  goToStep: (step: number) => void,
): readonly (HTMLElement | string)[] | undefined {
  const step = number === undefined ? undefined : steps[number - first];
  if (step === undefined || number === undefined) return undefined;
  return [
    element("code", { text: shorten(step.label, LABEL_ROOM), title: step.label }),
    " ",
    button(`step ${number}`, () => goToStep(number), { class: "link since" }),
  ];
}

function legend(): HTMLElement {
  return element(
    "p",
    { class: "quiet order-legend" },
    element("span", { class: "order-sign", attributes: { "aria-hidden": "true" } }),
    "in the lanes: from what must be done first to what waits for it (b: next)",
  );
}

/** What the rows of a path say of the order. */
export function rowTies(path: PathReport): ReadonlyMap<number, readonly RowTie[]> {
  const waits = new Map<number, number[]>();
  const awaited = new Map<number, number[]>();
  for (const { step, after } of path.order ?? []) {
    if (step === undefined || after === undefined) continue;
    note(waits, step, after);
    note(awaited, after, step);
  }
  const ties = new Map<number, RowTie[]>();
  for (const [step, others] of waits) {
    ties.set(step, [{ kind: "waits", text: `waits for ${listed(others)}` }]);
  }
  for (const [step, others] of awaited) {
    const tie: RowTie = { kind: "first", text: `before ${listed(others)}` };
    ties.set(step, [...(ties.get(step) ?? []), tie]);
  }
  return ties;
}

function note(map: Map<number, number[]>, key: number, other: number): void {
  map.set(key, [...(map.get(key) ?? []), other]);
}

function listed(steps: readonly number[]): string {
  const shown = steps.slice(0, TIES_SHOWN).join(", ");
  return steps.length > TIES_SHOWN ? `${shown}, …` : shown;
}

/** The next step that takes part in the order, from `now` on and then from the start. */
export function nextTied(path: PathReport, now: number): number | undefined {
  const tied = (path.order ?? []).flatMap(({ step, after }) => [after ?? [], step ?? []].flat());
  const steps = [...new Set(tied)].toSorted((one, other) => one - other);
  return steps.find((step) => step > now) ?? steps[0];
}
