/**
 * The text twin of a ladder: the same steps as an ordered list of sentences, for screen readers,
 * for printing and for copying into a message.
 */
import { element, LONG_TEXT_LIMIT } from "./element.ts";
import type { LadderRow } from "./ladder-row.ts";

/** One line of the twin: `server.crash (fault): server Up -> Down; server.inc 0 -> 1`. */
export function twinLine(row: LadderRow): string {
  const kind = row.kind === "fault" ? " (fault)" : "";
  const notes = row.notes.map((note) => {
    const path = note.path === "" ? "" : `${note.path} `;
    return note.before === undefined
      ? `${path}${note.after}`
      : `${path}${note.before} -> ${note.after}`;
  });
  const chance = row.chance === undefined ? "" : ` [${row.chance.words}]`;
  const loop = row.loop === undefined || row.loop.words === "" ? "" : ` (${row.loop.words})`;
  const ties = (row.ties ?? []).map(({ text }) => ` (${text})`).join("");
  const more = notes.length > 0 ? `: ${notes.join("; ")}` : "";
  return `${row.title}${kind}${chance}${loop}${ties}${more}`;
}

/** The twin as a section that can be opened; printing opens it. */
export function makeTextTwin(rows: readonly LadderRow[], first: number): HTMLElement {
  const list = element("ol", { attributes: { start: String(first) } });
  list.append(...rows.map((row) => element("li", { text: twinLine(row), limit: LONG_TEXT_LIMIT })));
  const twin = element("details", { class: "twin" });
  twin.append(element("summary", { text: "Steps as text" }), list);
  return twin;
}
