/**
 * The view of a recording: verdict, properties with their instances, the timeline, and the selected
 * connection as a ladder between client, network server and application.
 */
import type {
  Arrow,
  ConnectionReport,
  EventReport,
  InstanceReport,
  Lane,
  LaneMode,
  LogPropertyReport,
  RecordingReport,
} from "../document.ts";
import type { Address } from "./address.ts";
import { button, element, prose, replaceChildren, shorten } from "./element.ts";
import { type LadderControl, makeLadderControl } from "./ladder-control.ts";
import type { LadderRow } from "./ladder-row.ts";
import { makeTextTwin } from "./text-twin.ts";
import { makeTimeline } from "./timeline.ts";
import { seconds } from "./timeline-picture.ts";
import {
  badge,
  header,
  type KeyAction,
  markWords,
  placeText,
  type Shell,
  type View,
} from "./view.ts";

const LANES: readonly Lane[] = [
  { name: "client", kind: "endpoint", colour: 0 },
  { name: "network server", kind: "path", colour: 1 },
  { name: "application", kind: "endpoint", colour: 2 },
];
const LANE_OF = { client: 0, server: 1, application: 2 } as const;
/** Instances listed below a property; more are counted. */
const INSTANCE_LIMIT = 200;

/** Builds the view of one recording. */
export function makeRecordingView(shell: Shell, recording: RecordingReport): View {
  const open = (connection: number): void =>
    shell.go({
      recording: recording.id,
      connection: String(connection),
      step: undefined,
      filter: "",
    });
  const timeline = makeTimeline(recording, open);
  const detail = element("section", { class: "panel connection-panel" });
  const tools = element("span", { class: "tools" });
  const verdicts = verdictPanel(shell, recording, open);
  const twin = element("div", { class: "twin-place" });
  const root = element(
    "main",
    { class: "recording-view" },
    recordingHeader(shell, recording, tools),
    verdicts,
    element("section", { class: "panel timeline-panel" }, timeline.root),
    detail,
    twin,
  );
  let control: LadderControl | undefined;
  let shownConnection: number | undefined;
  const show = (address: Address): void => {
    const wanted = connectionOf(recording, address.connection);
    if (wanted !== shownConnection) {
      shownConnection = wanted;
      const connection = wanted === undefined ? undefined : recording.connections[wanted];
      control =
        connection === undefined ? undefined : showConnection(shell, connection, detail, twin);
      replaceChildren(tools, ...(control?.tools ?? []));
      control?.ladder.resize();
    }
    const step = address.step ?? decidingStep(recording.connections[wanted ?? -1]);
    const row = control?.show({ ...address, step });
    const time = recording.connections[wanted ?? -1]?.events[row ?? -1]?.time;
    timeline.select(wanted, time);
  };
  return {
    root,
    show,
    resize: () => {
      timeline.resize();
      control?.ladder.resize();
    },
    get keys() {
      return [
        ...(control?.keys ?? []),
        ...timeline.keys,
        ...connectionKeys(shell, recording, open),
      ];
    },
  };
}

/** The named connection, or the first one, which decides most. */
function connectionOf(recording: RecordingReport, name: string | undefined): number | undefined {
  const index = name !== undefined && /^\d{1,6}$/.test(name) ? Number(name) : 0;
  return recording.connections.length === 0
    ? undefined
    : Math.min(index, recording.connections.length - 1);
}

function decidingStep(connection: ConnectionReport | undefined): number | undefined {
  const index = connection?.events.findIndex((event) => event.decides) ?? -1;
  return index < 0 ? undefined : index + 1;
}

function recordingHeader(
  shell: Shell,
  recording: RecordingReport,
  tools: HTMLElement,
): HTMLElement {
  return header({
    shell,
    mark: recording.mark,
    words: recording.mark === "unknown" ? "inconclusive" : markWords(recording.mark),
    headline: recording.headline,
    trail: [{ text: recording.id, target: { recording: recording.id } }],
    subject: [
      `log ${recording.log}`,
      placeText(shell.document, recording.place),
      ...recording.files,
      `from ${recording.startedAt}`,
    ],
    counts: recording.counts,
    caveats: recording.caveats,
    tools: [tools],
  });
}

function verdictPanel(
  shell: Shell,
  recording: RecordingReport,
  open: (connection: number) => void,
): HTMLElement {
  const panel = element("section", { class: "panel verdict-panel" });
  panel.append(element("header", {}, element("h2", { text: "Properties" })));
  panel.append(...recording.properties.map((property) => propertyBlock(shell, property, open)));
  if (recording.unbound.length > 0) {
    const list = element("p", { class: "quiet", text: recording.unbound.join(", ") });
    const title = element("span", { class: "property-name", text: "Events that nothing binds" });
    const unbound = element("details", { class: "property" });
    unbound.append(element("summary", {}, title), list);
    panel.append(unbound);
  }
  for (const finding of recording.findings) {
    panel.append(
      element(
        "div",
        { class: `finding ${finding.severity}` },
        element("code", { class: "finding-code", text: finding.code }),
        element("span", { text: finding.title }),
      ),
    );
  }
  return panel;
}

function propertyBlock(
  shell: Shell,
  property: LogPropertyReport,
  open: (connection: number) => void,
): HTMLElement {
  const details = element("details", { class: "property" });
  details.open =
    property.mark === "bad" || (property.mark === "unknown" && property.instances.length > 0);
  const place = placeText(shell.document, property.place);
  const summary = element(
    "summary",
    { title: place },
    badge(property.mark, property.mark === "unknown" ? "inconclusive" : markWords(property.mark)),
    element("span", {
      class: "property-name",
      text: shorten(property.name, 34),
      title: property.name,
    }),
    element("span", { class: "quiet", text: property.kind }),
  );
  const list = element("ul", { class: "instances" });
  list.append(
    ...property.instances.slice(0, INSTANCE_LIMIT).map((item) => instanceLine(item, open)),
  );
  if (property.instances.length > INSTANCE_LIMIT) {
    const more = property.instances.length - INSTANCE_LIMIT;
    list.append(element("li", { class: "quiet", text: `and ${more} more instances` }));
  }
  details.append(
    summary,
    element("p", { class: "property-headline", text: property.headline }),
    element("p", { class: "quiet", text: property.evidence.join("; ") }),
    list,
  );
  return details;
}

function instanceLine(item: InstanceReport, open: (connection: number) => void): HTMLElement {
  const { connection } = item;
  const words = item.mark === "unknown" ? "inconclusive" : markWords(item.mark);
  const label = shorten(item.bindings, 90);
  const name =
    connection === undefined
      ? element("span", { class: "instance-name", text: label, title: item.bindings })
      : button(label, () => open(connection), {
          class: "instance-name link",
          title: item.bindings,
        });
  return element(
    "li",
    { class: `instance instance-${item.mark}` },
    badge(item.mark, words),
    element("div", {}, name, element("div", { class: "quiet" }, ...prose(item.reason))),
  );
}

// ---------------------------------------------------------------------------- one connection

function showConnection(
  shell: Shell,
  connection: ConnectionReport,
  detail: HTMLElement,
  twin: HTMLElement,
): LadderControl {
  const rows = connection.events.map(eventRow);
  const control = makeLadderControl(shell, {
    label: "Events",
    noun: "event",
    alarm: "decides",
    rows,
    lanes: LANES,
    arrows: connection.events.flatMap(eventArrow),
    modes: laneModes(connection.events),
    first: 1,
  });
  const words = connection.mark === "good" ? "kept" : connection.verdict;
  replaceChildren(
    detail,
    element(
      "header",
      {},
      badge(connection.mark, words),
      element("h2", { text: shorten(connection.id, 60), title: connection.id }),
      element("span", { class: "connection-verdict", text: connection.verdict }),
    ),
    element("p", { class: "reason" }, ...prose(connection.reason)),
    rows.length === 0
      ? element("p", { class: "empty", text: "No event of this connection is part of this page." })
      : control.ladder.root,
  );
  replaceChildren(twin, makeTextTwin(rows, 1));
  return control;
}

function eventRow(event: EventReport, index: number): LadderRow {
  const isWindow = event.kind === "window";
  const details = isWindow ? "" : event.details.join(" · ");
  const notes = [event.when, details, event.origin].filter((text) => text !== "");
  return {
    number: index + 1,
    margin: seconds(event.time),
    title: isWindow ? event.details.join(" ") : event.kind,
    kind: isWindow ? "window" : "event",
    lane: LANE_OF[event.lane],
    notes: notes.map((after) => ({ path: "", before: undefined, after })),
    idle: false,
    alarming: event.decides,
    loop: undefined,
  };
}

function eventArrow(event: EventReport, index: number): readonly Arrow[] {
  if (event.lane === event.to) {
    return [];
  }
  return [
    {
      kind: "packet",
      text: event.kind,
      from: LANE_OF[event.lane],
      to: LANE_OF[event.to],
      sent: index + 1,
      received: index + 1,
      fate: event.to === "server" ? "unknown" : "received",
      via: "the network",
      copy: false,
    },
  ];
}

/** The network server and the application change at the edges of windows. */
function laneModes(events: readonly EventReport[]): readonly LaneMode[] {
  return events.flatMap(({ becomes, lane }, index) =>
    becomes === undefined ? [] : [{ lane: LANE_OF[lane], step: index + 1, ...becomes }],
  );
}

function connectionKeys(
  shell: Shell,
  recording: RecordingReport,
  open: (connection: number) => void,
): readonly KeyAction[] {
  const move = (by: number): void => {
    const now = connectionOf(recording, shell.address().connection) ?? 0;
    const next = Math.min(Math.max(now + by, 0), recording.connections.length - 1);
    open(next);
  };
  return [
    { keys: ["J", "n"], help: "next connection", run: () => move(1) },
    { keys: ["K", "p"], help: "previous connection", run: () => move(-1) },
  ];
}
