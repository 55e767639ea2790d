/**
 * The text block of one recording: what was recorded, each property, each lost connection.
 *
 *     FAIL     S5.pcapng, S5.events.jsonl   log Tcp   34 connections: 33 kept, 1 lost   16.2 s
 *              violated      NoLostToRestart   1 time; 34 examined, premise true in 6
 *              lost          10.77.0.2:41001 > 10.77.0.10:7007 #1   server-restart
 *                            reset at +4.012 s, inside outage 1
 *              capture lost  312 packets between +3.1 s and +3.4 s (dropped: …)
 *
 * A reason is told once: with the connection when there is one, else with the property. Times are
 * seconds since the first event of the recording. Every lost connection is listed with
 * its cause; of what cannot be judged at most `INSTANCES_SHOWN_MAX` per list, the rest is counted.
 */
import type {
  ConnectionVerdict,
  Inconclusive,
  InstanceVerdict,
  LogPropertyVerdict,
  RecordingVerdict,
} from "../../checker/verdict.ts";
import type { Loss } from "../../traces/trace.ts";
import { counted, formatCount, formatDuration, formatInstant, formatOffset } from "../numbers.ts";
import { placeName, type Report } from "../report.ts";
import { logPropertyFacts } from "../sentences.ts";
import { standingOfRecording } from "../standing.ts";
import { columnsOf, flow, type Paint, pad, painter, type Tone } from "../style.ts";
import { STANDING_WORDS, type TextOptions, WORD_COLUMNS } from "./text-layout.ts";

/** Columns of the second word, `inconclusive` with its gap. */
const LABEL_COLUMNS = 14;
const GAP_COLUMNS = 3;
/** Inconclusive instances, losses and unbound kinds listed without `--full`. */
const INSTANCES_SHOWN_MAX = 8;
/** Gaps that a protocol shows, listed without `--full`. */
const GAPS_SHOWN_MAX = 2;

/** The block of one recording, ending in a newline. */
export function renderRecording(
  verdict: RecordingVerdict,
  report: Report,
  options: TextOptions,
): string {
  const standing = standingOfRecording(verdict);
  if (options.quiet && standing === "ok") return "";
  const paint = painter(options.color);
  const { word, tone } = STANDING_WORDS[standing];
  const sheet: Sheet = { paint, options, start: verdict.statistics.first ?? 0n };
  const lines = [
    ...flow(facts(verdict, paint), {
      first: pad(paint(tone, word), WORD_COLUMNS),
      indent: WORD_COLUMNS,
      gap: GAP_COLUMNS,
      width: options.width,
    }),
    ...windowLines(verdict, sheet),
    ...verdict.properties.flatMap((property) => propertyLines(property, verdict, sheet)),
    ...connectionLines(verdict, sheet),
    ...lossLines(verdict, sheet),
    ...unboundLines(verdict, sheet),
    ...verdict.findings.flatMap((one) => {
      const place = one.span === undefined ? "" : ` (${placeName(report.sources, one.span)})`;
      return entry(sheet, "warn", one.code, [`${one.title}${place}`]);
    }),
  ];
  return `${lines.join("\n")}\n`;
}

/** What all lines of a block need. */
interface Sheet {
  readonly paint: Paint;
  readonly options: TextOptions;
  /** First event of the recording. */
  readonly start: bigint;
}

/** A labelled entry: its first line, and lines below it, all wrapped in their column. */
function entry(sheet: Sheet, tone: Tone, label: string, texts: readonly string[]): string[] {
  const indent = WORD_COLUMNS + LABEL_COLUMNS;
  const blank = " ".repeat(indent);
  const head = `${" ".repeat(WORD_COLUMNS)}${pad(sheet.paint(tone, label), LABEL_COLUMNS - 1)} `;
  return texts.flatMap((text, index) =>
    flow(
      text.split(" ").map((word) => sheet.paint("plain", word)),
      {
        first: index === 0 ? head : blank,
        indent: Math.max(indent, index === 0 ? Math.min(columnsOf(head), indent) : 0),
        gap: 1,
        width: sheet.options.width,
      },
    ),
  );
}

function facts(verdict: RecordingVerdict, paint: Paint): string[] {
  const { statistics, sources, connections } = verdict;
  const paths = sources.map(({ path }, index) => `${path}${index < sources.length - 1 ? "," : ""}`);
  const count = (outcome: ConnectionVerdict["outcome"]): number =>
    connections.filter((connection) => connection.outcome === outcome).length;
  const kept = [
    ...(count("kept") > 0 ? [`${formatCount(count("kept"))} kept`] : []),
    ...(count("lost") > 0 ? [`${formatCount(count("lost"))} lost`] : []),
    ...(count("inconclusive") > 0 ? [`${formatCount(count("inconclusive"))} inconclusive`] : []),
  ];
  const { first, last } = statistics;
  return [
    ...paths.map((path) => paint("strong", path)),
    paint("plain", `log ${verdict.log}`),
    paint("plain", counted(statistics.events, "event")),
    ...(first !== undefined && last !== undefined
      ? [paint("plain", `${formatDuration(Number((last - first) / 1_000_000n))} recorded`)]
      : []),
    ...(first === undefined ? [] : [paint("plain", `from ${formatInstant(first)} UTC`)]),
    ...(connections.length > 0
      ? [paint("plain", `${counted(connections.length, "connection")}: ${kept.join(", ")}`)]
      : []),
    paint("plain", `judged in ${formatDuration(statistics.milliseconds)}`),
  ];
}

function windowLines({ windows }: RecordingVerdict, sheet: Sheet): string[] {
  return windows.flatMap(({ kind, name, begin, end }) => {
    const from = formatOffset(begin, sheet.start);
    const until = end === undefined ? "the end of the recording" : formatOffset(end, sheet.start);
    const what = kind === name || name.startsWith(kind) ? name : `${name} (${kind})`;
    return entry(sheet, "faint", "window", [`${what} from ${from} to ${until}`]);
  });
}

const OUTCOME_TONES: Readonly<Record<LogPropertyVerdict["outcome"], Tone>> = {
  holds: "good",
  violated: "bad",
  inconclusive: "open",
};

function propertyLines(
  property: LogPropertyVerdict,
  verdict: RecordingVerdict,
  sheet: Sheet,
): string[] {
  const { outcome, name } = property;
  const telling = outcome === "holds" ? [] : tellingInstances(property, verdict, sheet);
  const shown = sheet.options.full ? telling : telling.slice(0, INSTANCES_SHOWN_MAX);
  const rest = telling.length - shown.length;
  const decided = property.instances.some((instance) => instance.outcome === outcome);
  const reasons = decided ? [] : property.inconclusive;
  const [only, ...others] = reasons;
  const facts = `${name}   ${logPropertyFacts(property)}`;
  // What was not there to be observed is no reason to worry, and one line tells it.
  const quiet = reasons.length > 0 && reasons.every(({ reason }) => reason === "unobserved");
  return entry(sheet, quiet ? "faint" : OUTCOME_TONES[outcome], outcome, [
    only !== undefined && others.length === 0 ? `${facts}; ${reasonText(only)}` : facts,
    ...(others.length > 0 ? reasons.map(reasonText) : []),
    ...shown.flatMap((instance) => instanceTexts(instance, sheet)),
    ...(rest > 0 ? [`and ${formatCount(rest)} more (--full lists them)`] : []),
  ]);
}

/** The instances that decide, without those whose connection is told below with the same reason. */
function tellingInstances(
  { instances, outcome }: LogPropertyVerdict,
  { connections }: RecordingVerdict,
  { options }: Sheet,
): readonly InstanceVerdict[] {
  const deciding = instances.filter((instance) => instance.outcome === outcome);
  if (options.full) return deciding;
  const told = new Set(connections.filter((one) => one.outcome !== "kept").map(({ id }) => id));
  return deciding.filter(({ bindings }) => !Object.values(bindings).some((id) => told.has(id)));
}

function reasonText({ reason, detail }: Inconclusive): string {
  return `${reason}: ${detail}`;
}

function instanceTexts(instance: InstanceVerdict, { start }: Sheet): string[] {
  const { reason, time, inconclusive } = instance;
  const bindings = Object.entries(instance.bindings).map(([name, value]) => `${name} = ${value}`);
  const offset = time === undefined ? undefined : formatOffset(time, start);
  // The reason often tells the time and the cause itself.
  const when =
    offset === undefined || reason.includes(offset.slice(0, -2)) ? "" : ` (at ${offset})`;
  const why =
    inconclusive === undefined || reason.includes(inconclusive.detail)
      ? ""
      : ` (${reasonText(inconclusive)})`;
  return [
    ...(bindings.length > 0 ? [`${bindings.join(", ")}:`] : []),
    `${bindings.length > 0 ? "- " : ""}${reason}${when}${why}`,
  ];
}

function connectionLines({ connections }: RecordingVerdict, sheet: Sheet): string[] {
  const lost = connections.filter((connection) => connection.outcome === "lost");
  const open = connections.filter((connection) => connection.outcome === "inconclusive");
  const shown = sheet.options.full ? open : open.slice(0, INSTANCES_SHOWN_MAX);
  const rest = open.length - shown.length;
  return [
    ...lost.flatMap((connection) =>
      entry(sheet, "bad", "lost", [
        `${connection.id}   cause: ${connection.cause ?? "unknown"}`,
        connection.reason,
      ]),
    ),
    ...shown.flatMap((connection) =>
      entry(sheet, "open", "inconclusive", [connection.id, connection.reason]),
    ),
    ...(rest > 0
      ? entry(sheet, "open", "inconclusive", [
          `${counted(rest, "more connection")} (--full lists them)`,
        ])
      : []),
  ];
}

function lossLines({ losses, sources }: RecordingVerdict, sheet: Sheet): string[] {
  // What a capture says about itself comes first; gaps, which protocols show, are often many.
  const gaps = losses.filter(({ reason }) => reason === "gap");
  const others = losses.filter(({ reason }) => reason !== "gap");
  const shown = sheet.options.full
    ? [...others, ...gaps]
    : [...others.slice(0, INSTANCES_SHOWN_MAX), ...gaps.slice(0, GAPS_SHOWN_MAX)];
  const rest = losses.length - shown.length;
  return [
    ...shown.flatMap((loss) =>
      entry(sheet, "warn", "capture lost", [
        `${sources[loss.source]?.path ?? "a source"}: ${lossSentence(loss, sheet.start)}`,
      ]),
    ),
    ...(rest > 0
      ? entry(sheet, "warn", "capture lost", [
          `${counted(rest, "more stretch", "more stretches")} (--full lists them)`,
        ])
      : []),
  ];
}

/** What a recording says that it does not contain. */
export function lossSentence(loss: Loss, start: bigint): string {
  const count = loss.count === undefined ? "" : `${formatCount(loss.count)} `;
  const from = loss.from === undefined ? "the beginning" : formatOffset(loss.from, start);
  const until = loss.until === undefined ? "the end" : formatOffset(loss.until, start);
  const note = loss.note === "" ? "" : `: ${loss.note}`;
  return `${count}${loss.reason}, from ${from} to ${until}${note}`;
}

function unboundLines({ statistics }: RecordingVerdict, sheet: Sheet): string[] {
  if (statistics.unbound.length === 0) return [];
  const shown = sheet.options.full
    ? statistics.unbound
    : statistics.unbound.slice(0, INSTANCES_SHOWN_MAX);
  const rest = statistics.unbound.length - shown.length;
  const list = shown.map(({ kind, count }) => `${kind} (${formatCount(count)})`).join(", ");
  const more = rest > 0 ? ` and ${counted(rest, "more kind")} (--full lists them)` : "";
  return entry(sheet, "faint", "not bound", [`${list}${more}`]);
}
