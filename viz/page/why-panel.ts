/**
 * The why panel: the condition that is false at the end, broken into clauses, each with its truth
 * and the step since which it has been so. Of a run that repeats itself, also its loop; of a played
 * one, which steps had to wait for which.
 */
import type { ClauseReport, PathReport } from "../document.ts";
import { button, element, prose } from "./element.ts";
import { makeLoopPanel } from "./loop-panel.ts";
import { makeOrderPanel } from "./order-panel.ts";

/** Indentation of a nested clause, in CSS pixels. */
const INDENT = 18;
const MAX_DEPTH = 12;

export interface WhyPanelInput {
  readonly path: PathReport;
  readonly goToStep: (step: number) => void;
}

/** Builds the panel; it does not depend on the selected step. */
export function makeWhyPanel({ path, goToStep }: WhyPanelInput): HTMLElement {
  const isExample = path.kind === "example";
  const root = element(
    "section",
    { class: "panel why-panel", attributes: { tabindex: "-1", id: "why" } },
    element("header", {}, element("h2", { text: isExample ? "What it shows" : "Why" })),
    element("p", { class: "reason" }, ...prose(path.reason)),
  );
  const order = makeOrderPanel(path, goToStep);
  if (order !== undefined) root.append(order);
  if (path.why.length > 0) {
    const list = element("ul", { class: "clauses" });
    list.append(...path.why.map((clause) => clauseElement(clause, goToStep)));
    root.append(list);
  }
  if (path.loop !== undefined) {
    const last = path.first + path.steps.length - 1;
    root.append(makeLoopPanel(path.loop, last, goToStep));
  }
  return root;
}

function clauseElement(clause: ClauseReport, goToStep: (step: number) => void): HTMLElement {
  const line = element("li", { class: clause.value ? "clause true" : "clause false" });
  line.style.paddingLeft = `${Math.min(clause.depth, MAX_DEPTH) * INDENT}px`;
  const words = element("div", {});
  words.append(element("span", { class: "clause-text", text: clause.text }), " ");
  if (clause.witness !== undefined) {
    words.append(element("span", { class: "witness", text: `for ${clause.witness}` }), " ");
  }
  line.append(element("span", { class: "truth", text: clause.value ? "true" : "false" }), words);
  words.append(
    button(`since ${clause.since}`, () => goToStep(clause.since), {
      class: "link since",
      title: `Go to step ${clause.since}`,
    }),
  );
  return line;
}
