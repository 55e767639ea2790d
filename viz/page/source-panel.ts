/**
 * The source panel: the specification with the words of the selected step marked and in view.
 *
 * The property of the page is marked in the margin, the transition of the step with a band over its
 * lines; when a step has several rules (regions that react together) each is marked.
 */
import type { Place, SourceReport } from "../document.ts";
import { element, LONG_TEXT_LIMIT, replaceChildren, shorten, visible } from "./element.ts";
import { tokenize } from "./source-tokens.ts";

/** Longer paths are cut in the middle, in UTF-16 units. */
const PATH_ROOM = 56;

export interface SourcePanel {
  readonly root: HTMLElement;
  /** Marks places and scrolls to the first of them. */
  readonly mark: (places: readonly Place[]) => void;
}

interface Shown {
  source: number | undefined;
  lines: Map<number, { row: HTMLElement; code: HTMLElement; text: string }>;
  marked: number[];
}

/** Builds the panel. `culprit` stays marked in the margin. */
export function makeSourcePanel(
  sources: readonly SourceReport[],
  culprit: Place | undefined,
): SourcePanel {
  const title = element("h2", { text: "Specification" });
  const where = element("span", { class: "where" });
  const code = element("div", {
    class: "code",
    attributes: { tabindex: "0", role: "region", "aria-label": "Specification" },
  });
  const root = element("section", { class: "panel source-panel" });
  root.append(element("header", {}, title, where), code);
  const shown: Shown = { source: undefined, lines: new Map(), marked: [] };
  const mark = (places: readonly Place[]): void => {
    const wanted = places.length > 0 ? places : culprit === undefined ? [] : [culprit];
    const source = wanted[0]?.source ?? shown.source ?? (sources.length > 0 ? 0 : undefined);
    if (source !== undefined && source !== shown.source) {
      showSource(sources[source], code, shown, culprit?.source === source ? culprit : undefined);
      shown.source = source;
    }
    const path = source === undefined ? "" : (sources[source]?.path ?? "");
    const line = wanted[0]?.line;
    const name = shorten(visible(path), PATH_ROOM);
    where.textContent = line === undefined ? name : `${name}:${line}`;
    markPlaces(
      shown,
      wanted.filter((place) => place.source === source),
    );
    scrollTo(code, shown);
  };
  return { root, mark };
}

function showSource(
  source: SourceReport | undefined,
  code: HTMLElement,
  shown: Shown,
  culprit: Place | undefined,
): void {
  shown.lines = new Map();
  shown.marked = [];
  const rows: HTMLElement[] = [];
  let next = 1;
  let inComment = false;
  for (const piece of source?.pieces ?? []) {
    if (piece.first > next) {
      rows.push(element("div", { class: "gap", text: `lines ${next} to ${piece.first - 1}` }));
    }
    piece.lines.forEach((text, index) => {
      const number = piece.first + index;
      const words = element("code");
      inComment = fillLine(words, text, inComment);
      const isCulprit =
        culprit !== undefined && number >= culprit.line && number <= culprit.endLine;
      const row = element(
        "div",
        { class: isCulprit ? "line culprit" : "line" },
        element("span", { class: "line-number", text: String(number) }),
        words,
      );
      shown.lines.set(number, { row, code: words, text });
      rows.push(row);
    });
    next = piece.first + piece.lines.length;
  }
  if (rows.length === 0) {
    rows.push(element("p", { class: "empty", text: "The text is not part of this page." }));
  }
  replaceChildren(code, ...rows);
}

/** Fills a line with highlighted words; returns whether a block comment goes on. */
function fillLine(words: HTMLElement, text: string, inComment: boolean): boolean {
  const { tokens, open } = tokenize(text, inComment);
  words.replaceChildren(
    ...tokens.map(({ kind, text: part }) =>
      kind === "plain"
        ? document.createTextNode(visible(part))
        : element("span", { class: kind, text: part, limit: LONG_TEXT_LIMIT }),
    ),
  );
  return open;
}

function markPlaces(shown: Shown, places: readonly Place[]): void {
  for (const number of shown.marked) {
    shown.lines.get(number)?.row.classList.remove("marked");
  }
  shown.marked = [];
  for (const place of places) {
    for (let number = place.line; number <= place.endLine; number++) {
      const line = shown.lines.get(number);
      if (line !== undefined) {
        line.row.classList.add("marked");
        shown.marked.push(number);
      }
    }
  }
}

/** Scrolls only the panel, never the page. */
function scrollTo(code: HTMLElement, shown: Shown): void {
  const first = shown.lines.get(Math.min(...shown.marked))?.row;
  if (first === undefined) {
    return;
  }
  const top = first.offsetTop;
  const isVisible = top >= code.scrollTop + 20 && top + 40 <= code.scrollTop + code.clientHeight;
  if (!isVisible) {
    code.scrollTop = Math.max(0, top - code.clientHeight / 3);
  }
}
