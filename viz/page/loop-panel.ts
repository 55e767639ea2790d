/**
 * The loop of a counterexample: which rows stand in its bracket, and the table that says why the
 * loop is fair.
 */
import type { LoopReport } from "../document.ts";
import { button, element, prose } from "./element.ts";
import type { RowLoop } from "./ladder-row.ts";

/** How a row stands in the loop; undefined outside of it. */
export function rowLoop(
  loop: LoopReport | undefined,
  step: number,
  last: number,
): RowLoop | undefined {
  if (loop === undefined) {
    return undefined;
  }
  const { start, stutters } = loop;
  const isLast = step === last;
  if (stutters) {
    return isLast ? { place: "stay", words: "stays like this for ever" } : undefined;
  }
  if (step <= start) {
    return undefined;
  }
  const isFirst = step === start + 1;
  if (isFirst) {
    return isLast ? { place: "only", words: "for ever" } : { place: "first", words: "for ever:" };
  }
  return isLast ? { place: "last", words: `back to ${start + 1}` } : { place: "inside", words: "" };
}

/** The table of fairness, with the hint below it. */
export function makeLoopPanel(
  loop: LoopReport,
  last: number,
  goToStep: (step: number) => void,
): HTMLElement {
  const { start, stutters } = loop;
  const first = Math.min(start + 1, last);
  const range = stutters
    ? `The run stays in the state of step ${start} for ever.`
    : first === last
      ? `Step ${last} is repeated for ever.`
      : `Steps ${first} to ${last} are repeated for ever.`;
  const root = element(
    "div",
    { class: "loop-panel" },
    element("h3", { text: "Loop" }),
    element(
      "p",
      { class: "quiet" },
      `${range} `,
      button(`go to ${first}`, () => goToStep(first), { class: "link since" }),
    ),
  );
  if (loop.rows.length > 0) {
    const head = ["transition", "fairness", "enabled", "taken", ""];
    const rows = loop.rows.map((row) =>
      element(
        "tr",
        { class: row.taken ? "" : "passed-over" },
        element("td", { class: "name", text: row.transition }),
        element("td", { text: row.kind }),
        element("td", { class: "number", text: row.enabled }),
        element("td", { text: row.taken ? "yes" : "never" }),
        element("td", { class: "quiet", text: row.verdict }),
      ),
    );
    root.append(
      element(
        "table",
        { class: "fairness" },
        element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { text })))),
        element("tbody", {}, ...rows),
      ),
    );
  }
  if (loop.rest !== "") {
    root.append(element("p", { class: "quiet", text: loop.rest }));
  }
  if (loop.hint !== undefined) {
    root.append(element("p", { class: "hint" }, "Hint: ", ...prose(loop.hint)));
  }
  return root;
}
