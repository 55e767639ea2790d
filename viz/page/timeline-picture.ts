/**
 * The picture of a timeline: the axis, the windows, and one row for each part of the infrastructure
 * and for each connection in view, as SVG.
 *
 *     ━━━━  seen in the capture     ┈┈┈┈  silent since its last packet     ────  open at the end
 *     ✕  reset      |  closed       ●  an event       ◯  the event that decides
 */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { type Selection, select } from "d3-selection";
import type { ConnectionReport, RecordingReport, WindowReport } from "../document.ts";
import { element, replaceChildren, shorten, visible } from "./element.ts";
import { badge } from "./view.ts";

/** Heights in CSS pixels. */
export const ROW = 24;
export const AXIS = 30;
export const INFRASTRUCTURE = ["server", "application", "capture"] as const;
const NAMES = {
  server: "network server",
  application: "application",
  capture: "capture",
} as const;
/** Rows kept beyond the visible ones on either side. */
const OVERSCAN = 10;
const NANOSECONDS_PER_SECOND = 1e9;

/** Width of a character of a window's name, in CSS pixels. */
const NAME_CHARACTER = 6.4;

/** What is drawn: a stretch of time of a recording, with one connection selected. */
export interface TimelinePicture {
  readonly recording: RecordingReport;
  readonly onSelect: (connection: number) => void;
  readonly scroller: HTMLElement;
  readonly labels: HTMLElement;
  readonly svg: SVGSVGElement;
  readonly axis: SVGSVGElement;
  domain: [number, number];
  selected: number | undefined;
  time: number | undefined;
  width: number;
}

type Scale = ScaleLinear<number, number>;
type Group = Selection<SVGGElement, unknown, null, undefined>;

/** Draws the rows in view. */
export function drawTimeline(drawing: TimelinePicture): void {
  const { recording, scroller, svg, width, labels } = drawing;
  if (width === 0) {
    return;
  }
  const scale = scaleLinear().domain(drawing.domain).range([0, width]);
  const rows = INFRASTRUCTURE.length + recording.connections.length;
  const first = Math.max(0, Math.floor((scroller.scrollTop - AXIS) / ROW) - OVERSCAN);
  const last = Math.min(
    rows - 1,
    Math.ceil((scroller.scrollTop + scroller.clientHeight) / ROW) + OVERSCAN,
  );
  const shown = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  const root = select(svg);
  root.selectAll("*").remove();
  root.attr("width", width + 12).attr("height", rows * ROW + 10);
  drawHatch(root);
  drawWindows(root.append("g"), drawing, scale, rows);
  for (const row of shown) {
    const lane = INFRASTRUCTURE[row];
    const group = root.append("g").attr("transform", `translate(0,${row * ROW})`);
    if (lane === undefined) {
      drawConnection(group, drawing, scale, row - INFRASTRUCTURE.length);
    } else {
      drawInfrastructure(group, recording, scale, lane);
    }
  }
  drawCursor(root.append("g"), drawing, scale, rows);
  drawAxis(drawing, scale);
  replaceChildren(labels, ...shown.map((row) => rowLabel(drawing, row)));
}

function drawHatch(root: Selection<SVGSVGElement, unknown, null, undefined>): void {
  const pattern = root
    .append("defs")
    .append("pattern")
    .attr("id", "hatch")
    .attr("width", 7)
    .attr("height", 7)
    .attr("patternUnits", "userSpaceOnUse")
    .attr("patternTransform", "rotate(45)");
  pattern.append("line").attr("y2", 7).attr("class", "hatch-line");
}

function windowEnd(recording: RecordingReport, shown: WindowReport): number {
  return shown.end ?? recording.duration;
}

/** Windows of the server and the application over all rows, and their names in their own. */
function drawWindows(group: Group, drawing: TimelinePicture, scale: Scale, rows: number): void {
  const { recording, width } = drawing;
  // A gap concerns one connection: it is drawn on the lane of the capture only.
  for (const shown of recording.windows.filter(({ kind }) => kind !== "gap")) {
    const left = Math.max(0, scale(shown.begin));
    const right = Math.min(width, scale(windowEnd(recording, shown)));
    if (right < 0 || left > width) {
      continue;
    }
    const made = group
      .append("rect")
      .attr("class", `window window-${shown.lane}`)
      .attr("x", left)
      .attr("width", Math.max(2, right - left))
      .attr("y", 0)
      .attr("height", rows * ROW);
    made.append("title").text(visible(`${shown.name}: ${shown.note}`));
  }
}

function drawInfrastructure(
  group: Group,
  recording: RecordingReport,
  scale: Scale,
  lane: (typeof INFRASTRUCTURE)[number],
): void {
  const middle = ROW / 2;
  const [left = 0, right = 0] = scale.range();
  const begin = Math.max(left, scale(0));
  const end = Math.min(right, scale(recording.duration));
  group
    .append("line")
    .attr("class", "life")
    .attr("x1", begin)
    .attr("x2", end)
    .attr("y1", middle)
    .attr("y2", middle);
  let free = left;
  for (const shown of recording.windows.filter((candidate) => candidate.lane === lane)) {
    const from = Math.max(left, scale(shown.begin));
    const to = Math.min(right, scale(windowEnd(recording, shown)));
    if (to < left || from > right) {
      continue;
    }
    const block = group.append("rect").attr("class", `block block-${lane}`);
    block
      .attr("x", from)
      .attr("width", Math.max(3, to - from))
      .attr("y", 4)
      .attr("height", ROW - 8);
    block.append("title").text(visible(`${shown.name}: ${shown.note}`));
    const name = shorten(visible(shown.name), 24);
    const length = name.length * NAME_CHARACTER;
    // Behind the window, or in it when there is no room behind.
    const behind = Math.max(from, to) + 5;
    const at = behind + length < right ? behind : from + length + 10 < to ? from + 5 : right;
    if (at >= free && at + length < right) {
      group
        .append("text")
        .attr("class", "window-name")
        .attr("x", at)
        .attr("y", middle + 4)
        .text(name);
      free = at + length + 8;
    }
  }
}

function drawConnection(group: Group, drawing: TimelinePicture, scale: Scale, index: number): void {
  const { recording, width } = drawing;
  const connection = recording.connections[index];
  if (connection === undefined) {
    return;
  }
  const middle = ROW / 2;
  const begin = scale(connection.established ?? connection.events[0]?.time ?? 0);
  const stop = scale(connection.endedAt ?? connection.last);
  group
    .attr("class", `connection connection-${connection.mark}`)
    .on("click", () => drawing.onSelect(index));
  group
    .append("rect")
    .attr("class", index === drawing.selected ? "row-ground selected" : "row-ground")
    .attr("width", width + 12)
    .attr("height", ROW);
  const left = Math.max(0, begin);
  const right = Math.min(width, stop);
  if (right >= left) {
    line(group, "span", left, right, middle);
  }
  if (connection.end === "open" || connection.end === "silent") {
    const from = Math.max(0, Math.min(width, stop));
    const to = Math.min(width, scale(recording.duration));
    line(group, `tail tail-${connection.end}`, from, Math.max(from, to), middle);
  }
  const seen = connection.events
    .map((event) => ({ event, x: scale(event.time) }))
    .filter(({ x, event }) => x >= 0 && x <= width && (event.own || event.decides));
  group
    .selectAll("circle")
    .data(seen)
    .join("circle")
    .attr("class", ({ event }) => (event.decides ? "event decides" : "event"))
    .attr("cx", ({ x }) => x)
    .attr("cy", middle)
    .attr("r", ({ event }) => (event.decides ? 4.5 : 2.5))
    .append("title")
    .text(({ event }) => visible(`${event.kind} at ${seconds(event.time)}: ${event.when}`));
  drawEnd(group, connection, stop, width);
}

function line(group: Group, name: string, from: number, to: number, y: number): void {
  group
    .append("line")
    .attr("class", name)
    .attr("x1", from)
    .attr("x2", to)
    .attr("y1", y)
    .attr("y2", y);
}

/** How a connection ended in the capture: a cross for a reset, a bar for an orderly close. */
function drawEnd(group: Group, connection: ConnectionReport, x: number, width: number): void {
  const signs = { reset: "M-5,-5L5,5M-5,5L5,-5", closed: "M0,-6V6", silent: "", open: "" } as const;
  if (x >= 0 && x <= width) {
    group
      .append("path")
      .attr("class", `end end-${connection.end}`)
      .attr("transform", `translate(${x},${ROW / 2})`)
      .attr("d", signs[connection.end]);
  }
}

function drawCursor(group: Group, drawing: TimelinePicture, scale: Scale, rows: number): void {
  if (drawing.time !== undefined) {
    const x = scale(drawing.time);
    if (x >= 0 && x <= drawing.width) {
      group
        .append("line")
        .attr("class", "now")
        .attr("x1", x)
        .attr("x2", x)
        .attr("y2", rows * ROW);
    }
  }
}

/** `4.738 s`, with as many decimals as the scale needs. */
export function seconds(time: number, decimals = 3): string {
  return `${(time / NANOSECONDS_PER_SECOND).toFixed(decimals)} s`;
}

function drawAxis(drawing: TimelinePicture, scale: Scale): void {
  const { axis, width } = drawing;
  const [begin, end] = drawing.domain;
  const inSeconds = scaleLinear()
    .domain([begin / NANOSECONDS_PER_SECOND, end / NANOSECONDS_PER_SECOND])
    .range(scale.range());
  const count = Math.max(2, Math.floor(width / 110));
  const format = inSeconds.tickFormat(count);
  const root = select(axis);
  root.selectAll("*").remove();
  root.attr("width", width + 12).attr("height", AXIS);
  const ticks = root
    .selectAll("g")
    .data(inSeconds.ticks(count))
    .join("g")
    .attr("transform", (tick) => `translate(${inSeconds(tick)},0)`);
  ticks
    .append("line")
    .attr("y1", AXIS - 6)
    .attr("y2", AXIS);
  ticks
    .append("text")
    .attr("y", AXIS - 11)
    .attr("text-anchor", (tick) =>
      inSeconds(tick) < 16 ? "start" : inSeconds(tick) > width - 20 ? "end" : "middle",
    )
    .text((tick) => `${format(tick)} s`);
}

function rowLabel(drawing: TimelinePicture, row: number): HTMLElement {
  const lane = INFRASTRUCTURE[row];
  const index = row - INFRASTRUCTURE.length;
  const connection = drawing.recording.connections[index];
  const made =
    lane !== undefined || connection === undefined
      ? element("div", {
          class: "timeline-label infrastructure",
          text: lane === undefined ? "" : NAMES[lane],
        })
      : element(
          "button",
          {
            class: `timeline-label${index === drawing.selected ? " selected" : ""}`,
            title: `${connection.id}: ${connection.verdict}`,
            attributes: { type: "button" },
            onClick: () => drawing.onSelect(index),
          },
          badge(connection.mark, connection.verdict),
          element("span", { text: shorten(connection.id, 32) }),
        );
  made.style.top = `${row * ROW}px`;
  made.style.height = `${ROW}px`;
  return made;
}
