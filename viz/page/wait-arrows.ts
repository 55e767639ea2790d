/**
 * Which step had to wait for which, drawn over the lanes: a dashed curve from the step that must be
 * done to the one that waits, with the number that it has among the reasons.
 *
 *     ●╌╌╌╌╮        the step that must be done
 *          ①
 *          ╰╌╌▷ ●   the step that waits for it
 *
 * It points forward in time, as all arrows do, and its dashes and open head are no message's.
 */
import type { Selection } from "d3-selection";
import type { OrderReport } from "../document.ts";
import { visible } from "./element.ts";
import { type Geometry, laneX, markY } from "./ladder-layout.ts";
import type { LadderRow } from "./ladder-row.ts";

/** One sentence of the order; steps are rows. */
export interface WaitArrow {
  /** Its place among the reasons, from 1 on. */
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

/** How far the curve keeps from the marks. */
const CLEAR = 9;
/** How far it leaves a lifeline that it begins and ends on. */
const BULGE = 44;
/** Where steps without a lane stand: those of a network or a plan. */
const MARGIN_X = 12;

/** What can be drawn of an order: both steps are on the path. */
export function waitArrows(
  order: readonly OrderReport[] | undefined,
  first: number,
  rowCount: number,
): readonly WaitArrow[] {
  const isRow = (row: number): boolean => row >= 0 && row < rowCount;
  return (order ?? []).flatMap(({ step, after, words }, index): readonly WaitArrow[] => {
    const from = (after ?? -1) - first;
    const to = (step ?? -1) - first;
    return isRow(from) && isRow(to) ? [{ number: index + 1, from, to, words }] : [];
  });
}

export interface WaitPicture {
  readonly geometry: Geometry;
  readonly from: number;
  readonly to: number;
  readonly rows: readonly LadderRow[];
  readonly waits: readonly WaitArrow[];
  readonly positionOf: (lane: number | undefined) => number;
  readonly selected: number;
  readonly onSelect: (row: number) => void;
}

/** Draws the arrows that touch the rows in view. */
export function drawWaits(
  group: Selection<SVGGElement, unknown, null, undefined>,
  picture: WaitPicture,
): void {
  const { waits, from, to, selected, onSelect } = picture;
  const drawn = waits
    .filter((wait) => Math.min(wait.from, wait.to) <= to && Math.max(wait.from, wait.to) >= from)
    .map((wait) => ({ wait, shape: shapeOf(picture, wait) }));
  const made = group
    .selectAll("g")
    .data(drawn)
    .join("g")
    .attr("class", ({ wait }) => {
      return wait.from === selected || wait.to === selected ? "waits-for selected" : "waits-for";
    })
    .on("click", (_: MouseEvent, { wait }) => onSelect(wait.to));
  made.append("title").text(({ wait }) => visible(wait.words));
  made
    .append("path")
    .attr("class", "waits-line")
    .attr("d", ({ shape }) => shape.line);
  made
    .append("path")
    .attr("class", "waits-head")
    .attr("d", "M-9,-5L0,0L-9,5")
    .attr("transform", ({ shape }) => shape.head);
  const badge = made
    .append("g")
    .attr("class", "waits-number")
    .attr("transform", ({ shape }) => `translate(${shape.middle[0]},${shape.middle[1]})`);
  badge.append("circle").attr("r", 8);
  badge
    .append("text")
    .attr("y", 3.5)
    .text(({ wait }) => String(wait.number));
}

interface Shape {
  readonly line: string;
  readonly head: string;
  readonly middle: readonly [number, number];
}

/** An S between two lifelines, or a bow beside the one that has both steps. */
function shapeOf({ geometry, rows, positionOf }: WaitPicture, { from, to }: WaitArrow): Shape {
  const xOf = (row: number): number => {
    const position = positionOf(rows[row]?.lane);
    return position < 0 ? MARGIN_X : laneX(geometry, position);
  };
  const [begin, end] = [xOf(from), xOf(to)];
  const [top, bottom] = [markY(geometry, from), markY(geometry, to)];
  if (begin === end) {
    const [x, aside] = [begin + CLEAR, begin + BULGE];
    const line = `M${x},${top}C${aside},${top} ${aside},${bottom} ${x},${bottom}`;
    const middle = [x + ((aside - x) * 3) / 4, (top + bottom) / 2] as const;
    return { line, head: `translate(${x},${bottom}) rotate(180)`, middle };
  }
  const direction = end > begin ? 1 : -1;
  const [left, right] = [begin + direction * CLEAR, end - direction * CLEAR];
  const half = (left + right) / 2;
  return {
    line: `M${left},${top}C${half},${top} ${half},${bottom} ${right},${bottom}`,
    head: `translate(${right},${bottom}) rotate(${direction > 0 ? 0 : 180})`,
    middle: [half, (top + bottom) / 2],
  };
}
