/**
 * The timeline of a recording: windows, infrastructure and connections over time.
 *
 *                        0 s        2 s        4 s        6 s
 *     network server     ━━━━━━━━━━━━━━━━━━━━━▒outage▒━━━━━━━━
 *     application        ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
 *     capture            ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
 *     ✕ …41001 → …7007   ├──────────────────────────────✕ reset
 *
 * The connections that decide the verdict come first. Zoom and position are one domain of a linear
 * scale; keys, buttons and the wheel change it.
 */
import type { RecordingReport } from "../document.ts";
import { button, element, replaceChildren } from "./element.ts";
import {
  AXIS,
  drawTimeline,
  INFRASTRUCTURE,
  ROW,
  type TimelinePicture,
} from "./timeline-picture.ts";
import type { KeyAction } from "./view.ts";

/** Narrowest stretch of time that can be shown, in nanoseconds. */
const NARROWEST = 10_000;
const ZOOM_STEP = 1.6;
const PAN_PART = 0.2;

export interface Timeline {
  readonly root: HTMLElement;
  readonly select: (connection: number | undefined, time: number | undefined) => void;
  readonly resize: () => void;
  readonly zoomTo: (begin: number, end: number) => void;
  readonly keys: readonly KeyAction[];
}

/** Builds the timeline. */
export function makeTimeline(
  recording: RecordingReport,
  onSelect: (connection: number) => void,
): Timeline {
  const labels = element("div", { class: "timeline-labels" });
  const svg = svgElement("timeline-rows");
  const axis = svgElement("timeline-axis");
  const body = element("div", { class: "timeline-body" }, labels, svg);
  const corner = element("div", { class: "timeline-corner" });
  const head = element("div", { class: "timeline-head" }, corner, axis);
  const scroller = element("div", { class: "timeline", attributes: { tabindex: "0" } }, head, body);
  const duration = Math.max(recording.duration, NARROWEST);
  const drawing: TimelinePicture = {
    recording,
    onSelect,
    scroller,
    labels,
    svg,
    axis,
    domain: [0, duration],
    selected: undefined,
    time: undefined,
    width: 0,
  };
  const rows = INFRASTRUCTURE.length + recording.connections.length;
  body.style.height = `${rows * ROW + 10}px`;
  replaceChildren(corner, ...zoomButtons(drawing));
  scroller.addEventListener("scroll", () => drawTimeline(drawing), { passive: true });
  scroller.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey) {
        event.preventDefault();
        zoom(drawing, event.deltaY < 0 ? 1 / ZOOM_STEP : ZOOM_STEP);
      }
    },
    { passive: false },
  );
  return {
    root: scroller,
    select: (connection, time) => selectConnection(drawing, connection, time),
    resize: () => {
      drawing.width = Math.max(100, scroller.clientWidth - labels.offsetWidth - 12);
      drawTimeline(drawing);
    },
    zoomTo: (begin, end) => {
      setDomain(drawing, begin, end);
    },
    keys: timelineKeys(drawing),
  };
}

function svgElement(name: string): SVGSVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", name);
  made.setAttribute("aria-hidden", "true");
  return made;
}

// ---------------------------------------------------------------------------- zoom

function setDomain(drawing: TimelinePicture, begin: number, end: number): void {
  const duration = Math.max(drawing.recording.duration, NARROWEST);
  const length = Math.min(duration, Math.max(NARROWEST, end - begin));
  const from = Math.min(Math.max(0, begin), duration - length);
  drawing.domain = [from, from + length];
  drawTimeline(drawing);
}

/** Zooms around the selected time when it is in view, else around the middle. */
function zoom(drawing: TimelinePicture, factor: number): void {
  const [begin, end] = drawing.domain;
  const { time } = drawing;
  const centre = time !== undefined && time >= begin && time <= end ? time : (begin + end) / 2;
  setDomain(drawing, centre - (centre - begin) * factor, centre + (end - centre) * factor);
}

function pan(drawing: TimelinePicture, direction: number): void {
  const [begin, end] = drawing.domain;
  const by = (end - begin) * PAN_PART * direction;
  const duration = Math.max(drawing.recording.duration, NARROWEST);
  const moved = Math.min(Math.max(begin + by, 0), duration - (end - begin));
  setDomain(drawing, moved, moved + (end - begin));
}

function zoomButtons(drawing: TimelinePicture): readonly HTMLElement[] {
  return [
    button("−", () => zoom(drawing, ZOOM_STEP), { title: "Zoom out (-)" }),
    button("+", () => zoom(drawing, 1 / ZOOM_STEP), { title: "Zoom in (+)" }),
    button("all", () => setDomain(drawing, 0, drawing.recording.duration), {
      title: "Show the whole recording (f)",
    }),
  ];
}

function timelineKeys(drawing: TimelinePicture): readonly KeyAction[] {
  return [
    { keys: ["+", "="], help: "zoom in", run: () => zoom(drawing, 1 / ZOOM_STEP) },
    { keys: ["-"], help: "zoom out", run: () => zoom(drawing, ZOOM_STEP) },
    { keys: ["ArrowLeft"], help: "earlier", run: () => pan(drawing, -1) },
    { keys: ["ArrowRight"], help: "later", run: () => pan(drawing, 1) },
    {
      keys: ["f"],
      help: "show the whole recording",
      run: () => setDomain(drawing, 0, drawing.recording.duration),
    },
  ];
}

function selectConnection(
  drawing: TimelinePicture,
  connection: number | undefined,
  time: number | undefined,
): void {
  const { scroller } = drawing;
  if (connection !== undefined && connection !== drawing.selected) {
    const top = (INFRASTRUCTURE.length + connection) * ROW;
    if (top < scroller.scrollTop || top + ROW + AXIS > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = Math.max(0, top - scroller.clientHeight / 2);
    }
  }
  drawing.selected = connection;
  drawing.time = time;
  drawTimeline(drawing);
}
