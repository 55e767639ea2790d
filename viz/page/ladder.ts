/**
 * The ladder: steps on the left, lanes on the right, row by row the same height.
 *
 * One scroll container holds both, so a step and its place on the lifelines can never drift apart.
 * From `WINDOW_FROM` rows on only the visible ones are in the DOM; everything that the window
 * leaves out still counts for the scroll bar. The list is a listbox: one row is selected, and
 * screen readers hear its position in the whole.
 */
import type { Arrow, Lane, LaneMode } from "../document.ts";
import { element, replaceChildren, shorten, visible } from "./element.ts";
import {
  CHARACTER_WIDTH,
  domainSpans,
  type Geometry,
  idleLanes,
  LANE_MIN,
  laneX,
  layOut,
  NOTES_SHOWN,
  type PlacedArrow,
  placeArrows,
  rowsWithin,
} from "./ladder-layout.ts";
import type { LadderRow, RowNote } from "./ladder-row.ts";
import { drawLanes, type LanePicture } from "./lane-picture.ts";
import type { WaitArrow } from "./wait-arrows.ts";

/** Ladders with at least this many rows are windowed. */
export const WINDOW_FROM = 500;
/** Rows kept beyond the visible ones on either side. */
const OVERSCAN = 12;
/** With more lanes than this, those without any part in the path are folded. */
const FOLD_LANES_FROM = 8;
export interface LadderInput {
  readonly label: string;
  /** What a row is: `step` or `event`. */
  readonly noun: string;
  /** Words for a row where something is wrong. */
  readonly alarm: string;
  readonly rows: readonly LadderRow[];
  readonly lanes: readonly Lane[];
  readonly arrows: readonly Arrow[];
  readonly modes: readonly LaneMode[];
  /** Which rows had to wait for which. */
  readonly waits?: readonly WaitArrow[];
  /** Number of the first row, as arrows and modes count. */
  readonly first: number;
  readonly onSelect: (row: number) => void;
}

export interface Ladder {
  readonly root: HTMLElement;
  /** Selects a row by its position and brings it into view. */
  readonly select: (row: number) => void;
  /** Rows that do not match are dimmed; undefined means all match. */
  readonly filter: (matches: readonly boolean[] | undefined) => void;
  /** To be called when the container got its size. */
  readonly resize: () => void;
}

/** Mutable state of one ladder. */
interface Drawing {
  readonly input: LadderInput;
  readonly root: HTMLElement;
  readonly head: HTMLElement;
  readonly body: HTMLElement;
  readonly rows: HTMLElement;
  readonly cursor: HTMLElement;
  readonly svg: SVGSVGElement;
  readonly unfold: { all: boolean };
  geometry: Geometry;
  placed: readonly PlacedArrow[];
  shown: readonly number[];
  selected: number;
  matches: readonly boolean[] | undefined;
  drawn: string;
}

/** Builds a ladder; nothing is drawn until `resize`. */
export function makeLadder(input: LadderInput): Ladder {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "lanes");
  svg.setAttribute("aria-hidden", "true");
  const rows = element("div", {
    class: "rows",
    attributes: { role: "listbox", tabindex: "0", "aria-label": input.label },
  });
  const head = element("div", { class: "ladder-head" });
  const cursor = element("div", { class: "cursor" });
  const body = element("div", { class: "ladder-body" }, cursor, rows, svg);
  const root = element("div", { class: "ladder", attributes: { tabindex: "-1" } }, head, body);
  const drawing: Drawing = {
    input,
    root,
    head,
    body,
    rows,
    cursor,
    svg,
    unfold: { all: false },
    geometry: layOut([], 1, LANE_MIN),
    placed: [],
    shown: [],
    selected: 0,
    matches: undefined,
    drawn: "",
  };
  root.addEventListener("scroll", () => drawWindow(drawing), { passive: true });
  return {
    root,
    select: (row) => selectRow(drawing, row),
    filter: (matches) => {
      drawing.matches = matches;
      redraw(drawing);
    },
    resize: () => arrange(drawing),
  };
}

/** Computes the geometry for the present size of the container and draws. */
function arrange(drawing: Drawing): void {
  const { input, root, head, body, rows } = drawing;
  const acting = new Set(input.rows.flatMap((row) => row.lane ?? []));
  const idle =
    input.lanes.length > FOLD_LANES_FROM && !drawing.unfold.all
      ? idleLanes(input.lanes, acting, input.arrows)
      : [];
  drawing.shown = input.lanes.map((_, lane) => lane).filter((lane) => !idle.includes(lane));
  const listWidth = rows.offsetWidth;
  const available = Math.max(0, root.clientWidth - listWidth);
  const notes = input.rows.map((row) => row.notes.length);
  drawing.geometry = layOut(notes, drawing.shown.length, available);
  drawing.placed = placeArrows(shownArrows(drawing), input.first, input.rows.length);
  body.style.height = `${drawing.geometry.height + 18}px`;
  body.style.width = `${listWidth + drawing.geometry.width}px`;
  head.style.width = body.style.width;
  drawHead(drawing, idle.length);
  redraw(drawing);
}

/** Arrows between shown lanes, with positions among the shown lanes in place of lane numbers. */
function shownArrows(drawing: Drawing): readonly Arrow[] {
  const { shown, input } = drawing;
  return input.arrows.map((arrow) => ({
    ...arrow,
    from: arrow.from === undefined ? undefined : shown.indexOf(arrow.from),
    to: shown.indexOf(arrow.to),
  }));
}

function drawHead(drawing: Drawing, folded: number): void {
  const { input, geometry, shown } = drawing;
  const corner = element("div", { class: "ladder-corner", text: input.label });
  if (folded > 0) {
    const show = element("button", {
      class: "fold",
      text: `show ${folded} idle lane${folded === 1 ? "" : "s"}`,
      attributes: { type: "button" },
      onClick: () => {
        drawing.unfold.all = true;
        arrange(drawing);
      },
    });
    corner.append(show);
  }
  const room = Math.floor((geometry.laneGap - 14) / (CHARACTER_WIDTH + 0.4));
  const domains = domainSpans(shown.map((lane) => input.lanes[lane]?.domain));
  const groups = domains.map(({ name, from, count }) => {
    const label = element("div", { class: "lane-domain", text: visible(name), title: name });
    label.style.left = `${geometry.laneGap * from + 3}px`;
    label.style.width = `${geometry.laneGap * count - 6}px`;
    return label;
  });
  drawing.head.classList.toggle("grouped", groups.length > 0);
  const names = shown.map((lane, position) => {
    const { name, kind, colour } = input.lanes[lane] ?? { name: "", kind: "machine", colour: 0 };
    const label = element("div", {
      class: `lane-name lane-${colour} kind-${kind}`,
      text: shorten(visible(name), room),
      title: kind === "machine" || kind === "endpoint" ? name : `${name} (${kind})`,
    });
    label.style.left = `${laneX(geometry, position) - geometry.laneGap / 2}px`;
    label.style.width = `${geometry.laneGap}px`;
    return label;
  });
  replaceChildren(
    drawing.head,
    corner,
    element("div", { class: "lane-names" }, ...groups, ...names),
  );
}

function redraw(drawing: Drawing): void {
  drawing.drawn = "";
  drawWindow(drawing);
}

/** Draws the rows in view, or all of them when there are few. */
function drawWindow(drawing: Drawing): void {
  const { input, root, geometry, shown } = drawing;
  const count = input.rows.length;
  if (count === 0 || geometry.height === 0) {
    return;
  }
  const all = count < WINDOW_FROM;
  const top = root.scrollTop;
  const [first, last] = all ? [0, count - 1] : rowsWithin(geometry, top, top + root.clientHeight);
  const from = Math.max(0, first - OVERSCAN);
  const to = Math.min(count - 1, last + OVERSCAN);
  const key = `${from} ${to} ${drawing.selected}`;
  if (drawing.drawn === key) {
    return;
  }
  drawing.drawn = key;
  const indices = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  replaceChildren(drawing.rows, ...indices.map((row) => rowElement(drawing, row)));
  drawing.rows.setAttribute("aria-activedescendant", `row-${drawing.selected}`);
  const picture: LanePicture = {
    geometry,
    from,
    to,
    rows: input.rows,
    placed: drawing.placed,
    lanes: shown.flatMap((lane) => input.lanes[lane] ?? []),
    modes: input.modes.flatMap((mode) => {
      const lane = shown.indexOf(mode.lane);
      return lane < 0 ? [] : [{ ...mode, lane, step: mode.step - input.first }];
    }),
    positionOf: (lane) => (lane === undefined ? -1 : shown.indexOf(lane)),
    waits: input.waits ?? [],
    selected: drawing.selected,
    matches: drawing.matches,
    onSelect: input.onSelect,
  };
  drawLanes(drawing.svg, picture);
  placeCursor(drawing);
}

function placeCursor(drawing: Drawing): void {
  const { geometry, selected, cursor } = drawing;
  const top = geometry.tops[selected] ?? 0;
  cursor.style.top = `${top}px`;
  cursor.style.height = `${(geometry.tops[selected + 1] ?? top) - top}px`;
}

function rowElement(drawing: Drawing, index: number): HTMLElement {
  const { input, geometry, selected, matches } = drawing;
  const row = input.rows[index];
  const classes = [
    "row",
    `row-${row?.kind ?? ""}`,
    index === selected ? "selected" : "",
    row?.alarming === true ? "alarming" : "",
    row?.loop === undefined ? "" : `loop-${row.loop.place}`,
    matches !== undefined && matches[index] !== true ? "dimmed" : "",
  ];
  const made = element("div", {
    class: classes.filter((name) => name !== "").join(" "),
    attributes: {
      id: `row-${index}`,
      role: "option",
      "aria-selected": String(index === selected),
      "aria-setsize": String(input.rows.length),
      "aria-posinset": String(index + 1),
    },
    onClick: () => input.onSelect(index),
  });
  const title = element("div", { class: "row-title" });
  title.append(
    element("span", { class: "row-number", text: row?.margin ?? "" }),
    ...chanceOf(row?.chance),
    element("span", { class: "row-label", text: shorten(row?.title ?? "", 90), title: row?.title }),
  );
  const tag = tagOf(row?.kind ?? "");
  if (tag !== undefined) {
    title.append(element("span", { class: `tag tag-${tag}`, text: tag }));
  }
  if (row?.chance?.noReturn === true) {
    title.append(element("span", { class: "tag tag-fault", text: "point of no return" }));
  }
  if (row?.alarming === true) {
    title.append(element("span", { class: "tag tag-fault", text: input.alarm }));
  }
  if (row?.loop !== undefined && row.loop.words !== "") {
    title.append(element("span", { class: "tag tag-loop", text: row.loop.words }));
  }
  for (const { kind, text } of row?.ties ?? []) {
    title.append(element("span", { class: `tag tag-${kind}`, text }));
  }
  made.append(title, ...notesOf(row?.notes ?? []));
  made.style.top = `${geometry.tops[index] ?? 0}px`;
  made.style.height = `${(geometry.tops[index + 1] ?? 0) - (geometry.tops[index] ?? 0)}px`;
  return made;
}

/** A share as a bar with its number. */
function chanceOf(chance: LadderRow["chance"]): readonly HTMLElement[] {
  if (chance === undefined) return [];
  const made = element("span", { class: "row-chance", text: chance.words, title: chance.detail });
  made.style.setProperty("--share", `${Math.round(chance.share * 100)}%`);
  return [made];
}

function tagOf(kind: string): string | undefined {
  const tags: Readonly<Record<string, string>> = {
    fault: "fault",
    lossy: "lost",
    duplicating: "duplicated",
    reordering: "reordered",
    drop: "dropped",
    ignore: "ignored",
    timer: "timer",
    interrupt: "interrupt",
    window: "window",
  };
  return tags[kind];
}

/** The notes of a row: `server.table  {} → {Client1}`. */
export function notesOf(notes: readonly RowNote[]): readonly HTMLElement[] {
  const lines = notes.slice(0, NOTES_SHOWN).map((note) => {
    const before = note.before === undefined ? "" : `${note.before} → `;
    const line = element("div", {
      class: note.isMoment === true ? "note moment" : "note",
      title: `${note.path}${note.path === "" ? "" : ": "}${before}${note.after}`,
    });
    line.append(element("span", { class: "note-path", text: shorten(note.path, 40) }));
    if (note.before !== undefined) {
      line.append(
        element("span", { class: "note-before", text: shorten(note.before, 40) }),
        element("span", { class: "arrow", text: "→" }),
      );
    }
    line.append(element("span", { class: "note-after", text: shorten(note.after, 240) }));
    return line;
  });
  if (notes.length > NOTES_SHOWN) {
    const more = notes.length - NOTES_SHOWN;
    lines.push(element("div", { class: "note more", text: `and ${more} more` }));
  }
  return lines;
}

function selectRow(drawing: Drawing, row: number): void {
  const { root, geometry } = drawing;
  drawing.selected = row;
  const top = geometry.tops[row] ?? 0;
  const bottom = geometry.tops[row + 1] ?? top;
  const visible = root.clientHeight - drawing.head.offsetHeight;
  if (top < root.scrollTop) {
    root.scrollTop = top;
  } else if (bottom > root.scrollTop + visible) {
    root.scrollTop = bottom - visible + 8;
  }
  redraw(drawing);
}
