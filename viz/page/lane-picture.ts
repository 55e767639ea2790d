/**
 * The picture of the lanes: lifelines, marks, modes and arrows of the rows in view, as SVG.
 *
 * Signs, so that nothing is told by colour alone:
 *
 *     ●  a step          ○  a step that changes nothing     ✕  a fault
 *     ──▶ a message      ┈┈ it waits     ┈┈✕ it was lost    ══▶ a duplicate
 *     ▷  dropped by its receiver         ▲  an interrupt is raised
 *     ╌╌ a step had to wait for another (wait-arrows.ts)
 */
import { type BaseType, type Selection, select } from "d3-selection";
import { line } from "d3-shape";
import type { Arrow, Lane, LaneMode } from "../document.ts";
import { shorten, visible } from "./element.ts";
import {
  type ArrowShape,
  arrowShape,
  CHARACTER_WIDTH,
  type Geometry,
  laneX,
  markY,
  type PlacedArrow,
} from "./ladder-layout.ts";
import type { LadderRow } from "./ladder-row.ts";
import { drawWaits, type WaitArrow } from "./wait-arrows.ts";

const PILL_HEIGHT = 18;
const PILL_BELOW_MARK = 11;
/** How far a pill that stands aside still reaches over its lifeline. */
const PILL_OVERLAP = 14;
const MARK_RADIUS = 5;

export interface LanePicture {
  readonly geometry: Geometry;
  /** Rows to draw, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly LadderRow[];
  readonly placed: readonly PlacedArrow[];
  /** The shown lanes; lanes of modes and arrows are positions in this list. */
  readonly lanes: readonly Lane[];
  /** Steps are rows here. */
  readonly modes: readonly LaneMode[];
  readonly positionOf: (lane: number | undefined) => number;
  /** Which rows had to wait for which. */
  readonly waits: readonly WaitArrow[];
  readonly selected: number;
  readonly matches: readonly boolean[] | undefined;
  readonly onSelect: (row: number) => void;
}

type Group = Selection<SVGGElement, unknown, null, undefined>;
type Points = readonly (readonly [number, number])[];

const polyline = line<readonly [number, number]>();
const pathOf = (points: Points): string => polyline([...points]) ?? "";

/** Redraws the picture. */
export function drawLanes(svg: SVGSVGElement, picture: LanePicture): void {
  const { geometry, from, to } = picture;
  const top = geometry.tops[from] ?? 0;
  const bottom = (geometry.tops[to + 1] ?? geometry.height) + 18;
  const root = select(svg);
  root.selectAll("*").remove();
  root
    .attr("width", geometry.width)
    .attr("height", bottom - top)
    .attr("viewBox", `0 ${top} ${geometry.width} ${bottom - top}`);
  svg.style.top = `${top}px`;
  const pills = pillsOf(picture);
  drawLifelines(root.append("g"), picture, top, bottom);
  drawArrows(root.append("g"), picture, pills);
  drawWaits(root.append("g"), picture);
  drawPills(root.append("g"), picture, pills);
  drawMarks(root.append("g"), picture);
}

// ---------------------------------------------------------------------------- lifelines

interface Stretch {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  readonly down: boolean;
}

/** Each lifeline in stretches; a stretch in a "down" mode is drawn as absence. */
function stretches(picture: LanePicture, top: number, bottom: number): readonly Stretch[] {
  return picture.lanes.flatMap((_, lane) => {
    const modes = picture.modes.filter((mode) => mode.lane === lane);
    const parts: Stretch[] = [];
    let begin = top;
    let down = false;
    for (const mode of modes) {
      const y = Math.min(bottom, Math.max(top, markY(picture.geometry, mode.step)));
      if (mode.down !== down) {
        parts.push({ lane, from: begin, to: y, down });
        begin = y;
        down = mode.down;
      }
    }
    parts.push({ lane, from: begin, to: bottom, down });
    return parts.filter((part) => part.to > part.from);
  });
}

function drawLifelines(group: Group, picture: LanePicture, top: number, bottom: number): void {
  group
    .selectAll("line")
    .data(stretches(picture, top, bottom))
    .join("line")
    .attr("class", (part) => {
      const { colour, kind } = picture.lanes[part.lane] ?? { colour: 0, kind: "machine" };
      return `lifeline lane-${colour} kind-${kind}${part.down ? " down" : ""}`;
    })
    .attr("x1", (part) => laneX(picture.geometry, part.lane))
    .attr("x2", (part) => laneX(picture.geometry, part.lane))
    .attr("y1", (part) => part.from)
    .attr("y2", (part) => part.to);
}

// ---------------------------------------------------------------------------- modes

interface Pill {
  readonly mode: LaneMode;
  readonly text: string;
  readonly width: number;
  /** How far it stands aside, to leave the way free for an arrow from its mark. */
  readonly aside: number;
}

function pillsOf(picture: LanePicture): readonly Pill[] {
  const room = Math.max(3, Math.floor((picture.geometry.laneGap - 34) / CHARACTER_WIDTH));
  return picture.modes
    .filter((mode) => mode.step >= picture.from && mode.step <= picture.to && mode.text !== "")
    .map((mode) => {
      const text = shorten(visible(mode.text), room);
      const width = text.length * CHARACTER_WIDTH + 14;
      return { mode, text, width, aside: asideOf(picture, mode, width / 2 - PILL_OVERLAP) };
    });
}

/** Away from the side to which arrows leave; in the middle when they leave to both, or to none. */
function asideOf(picture: LanePicture, mode: LaneMode, distance: number): number {
  const leaving = picture.placed.filter(
    ({ arrow, sent, received }) =>
      sent === mode.step && received !== sent && arrow.from === mode.lane && arrow.to >= 0,
  );
  const right = leaving.some(({ arrow }) => arrow.to > mode.lane);
  const left = leaving.some(({ arrow }) => arrow.to < mode.lane);
  return left === right || distance < 0 ? 0 : right ? -distance : distance;
}

function drawPills(group: Group, picture: LanePicture, pills: readonly Pill[]): void {
  const made = group
    .selectAll("g")
    .data(pills)
    .join("g")
    .attr("class", ({ mode }) => {
      const colour = picture.lanes[mode.lane]?.colour ?? 0;
      return `pill lane-${colour}${mode.down ? " down" : ""}${dimming(picture, mode.step)}`;
    })
    .attr("transform", ({ mode, aside }) => {
      // The first row has no mark: its modes take the place of the mark.
      const below = mode.step === 0 ? -PILL_HEIGHT / 2 : PILL_BELOW_MARK;
      const y = markY(picture.geometry, mode.step) + below;
      return `translate(${laneX(picture.geometry, mode.lane) + aside},${y})`;
    });
  made
    .append("rect")
    .attr("x", ({ width }) => -width / 2)
    .attr("width", ({ width }) => width)
    .attr("height", PILL_HEIGHT)
    .attr("rx", PILL_HEIGHT / 2);
  made
    .append("text")
    .attr("y", 13)
    .text(({ text }) => text);
  made.append("title").text(({ mode }) => visible(mode.text));
}

function dimming(picture: LanePicture, row: number): string {
  return picture.matches !== undefined && picture.matches[row] === false ? " dimmed" : "";
}

// ---------------------------------------------------------------------------- marks

function drawMarks(group: Group, picture: LanePicture): void {
  const { geometry, rows, from, to } = picture;
  const indices = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  const acting = indices.filter(
    (row) => picture.positionOf(rows[row]?.lane) >= 0 && rows[row]?.kind !== "initial",
  );
  const marks = group
    .selectAll("g")
    .data(acting)
    .join("g")
    .attr("class", (row) => {
      const lane = picture.positionOf(rows[row]?.lane);
      const selected = row === picture.selected ? " selected" : "";
      const idle = rows[row]?.idle === true ? " idle" : "";
      const colour = picture.lanes[lane]?.colour ?? 0;
      return `mark lane-${colour}${idle}${selected}${dimming(picture, row)}`;
    })
    .attr("transform", (row) => {
      const x = laneX(geometry, picture.positionOf(rows[row]?.lane));
      return `translate(${x},${markY(geometry, row)})`;
    })
    .on("click", (_: MouseEvent, row) => picture.onSelect(row));
  marks.append("title").text((row) => visible(rows[row]?.title ?? ""));
  marks
    .filter((row) => rows[row]?.kind !== "fault")
    .append("circle")
    .attr("r", (row) => (row === picture.selected ? MARK_RADIUS + 1 : MARK_RADIUS));
  const faults = marks.filter((row) => rows[row]?.kind === "fault");
  faults.append("circle").attr("class", "fault-ground").attr("r", 10);
  faults.append("path").attr("class", "cross").attr("d", "M-6,-6L6,6M-6,6L6,-6");
}

// ---------------------------------------------------------------------------- arrows

interface Drawn {
  readonly placed: PlacedArrow;
  readonly shape: ArrowShape;
}

function drawArrows(group: Group, picture: LanePicture, pills: readonly Pill[]): void {
  const shown = picture.placed.filter(
    ({ arrow, sent, received }) =>
      arrow.to >= 0 && sent <= picture.to && (received ?? picture.to) >= picture.from,
  );
  const drawn = shown.map((placed): Drawn => {
    const pill = pills.find(
      ({ mode }) => mode.step === placed.sent && mode.lane === placed.arrow.from,
    );
    const clear = pill === undefined ? 0 : pill.width / 2 - Math.abs(pill.aside);
    return { placed, shape: arrowShape(picture.geometry, placed, clear) };
  });
  const made = group
    .selectAll("g")
    .data(drawn)
    .join("g")
    .attr("class", ({ placed }) => arrowClass(picture, placed));
  made.append("title").text(({ placed }) => tooltip(placed));
  made
    .filter(({ shape }) => shape.wait.length > 0)
    .append("path")
    .attr("class", "wait")
    .attr("d", ({ shape }) => pathOf(shape.wait));
  made
    .filter(({ shape }) => shape.travel.length > 0)
    .append("path")
    .attr("class", "travel")
    .attr("d", ({ shape }) => pathOf(shape.travel));
  made
    .filter(({ placed }) => placed.arrow.copy)
    .append("path")
    .attr("class", "travel double")
    .attr("d", ({ shape }) => pathOf(shape.travel));
  made
    .append("path")
    .attr("class", ({ placed }) => `head head-${placed.arrow.fate}`)
    .attr("d", ({ placed }) => headOf(placed))
    .attr("transform", ({ shape }) => headTransform(shape));
  drawArrowLabels(made);
}

function arrowClass(picture: LanePicture, placed: PlacedArrow): string {
  const { arrow, sent, received } = placed;
  const owner = arrow.from === undefined || arrow.from < 0 ? arrow.to : arrow.from;
  const colour = picture.lanes[owner]?.colour ?? 0;
  const current = sent === picture.selected || received === picture.selected ? " selected" : "";
  const dim = dimming(picture, sent) !== "" && dimming(picture, received ?? sent) !== "";
  return `arrow-${arrow.kind} fate-${arrow.fate} lane-${colour}${current}${dim ? " dimmed" : ""}`;
}

/** The end of an arrow says what became of the message. */
function headOf(placed: PlacedArrow): string {
  const { arrow } = placed;
  if (arrow.fate === "lost" || arrow.fate === "discarded") {
    return "M-5,-5L5,5M-5,5L5,-5";
  }
  if (arrow.fate === "waiting") {
    return "M-4,-4H4V4H-4Z";
  }
  return arrow.kind === "raise" ? "M0,0L-10,-6L-10,6Z" : "M0,0L-8,-4.5L-8,4.5Z";
}

function headTransform(shape: ArrowShape): string {
  const points = [...shape.travel, ...shape.wait];
  const [x, y] = shape.end;
  const before = points.filter(([px, py]) => px !== x || py !== y).at(-1) ?? [x - 1, y];
  const angle = (Math.atan2(y - before[1], x - before[0]) * 180) / Math.PI;
  return `translate(${x},${y}) rotate(${angle})`;
}

function tooltip({ arrow }: PlacedArrow): string {
  const { sent, received } = arrow;
  const words: Readonly<Record<string, string>> = {
    received: "received",
    dropped: "dropped by its receiver",
    lost: "lost",
    discarded: "discarded by the fault",
    waiting: "still waiting at the end",
    unknown: "gone",
  };
  const from = sent === undefined ? "there from the beginning" : `sent at ${sent}`;
  const until = received === undefined ? "" : ` at ${received}`;
  return visible(`${arrow.text} via ${arrow.via}: ${from}, ${words[arrow.fate]}${until}`);
}

/** A store goes to its memory's own lane, so the owner of the variable is not repeated. */
function labelOf({ kind, text }: Arrow): string {
  return kind === "store" || kind === "flush" ? text.slice(text.indexOf(".") + 1) : text;
}

function drawArrowLabels(made: Selection<BaseType, Drawn, SVGGElement, unknown>): void {
  made
    .filter(({ shape }) => shape.travel.length > 0 && shape.label.room > 3 * CHARACTER_WIDTH)
    .append("text")
    .attr("class", "arrow-label")
    .attr("x", ({ shape }) => shape.label.x)
    .attr("y", ({ shape }) => shape.label.y + 3.5)
    .text(({ placed, shape }) => {
      const room = Math.floor(shape.label.room / CHARACTER_WIDTH);
      const copy = placed.arrow.copy ? "copy of " : "";
      return shorten(visible(copy + labelOf(placed.arrow)), Math.max(3, room));
    });
}
