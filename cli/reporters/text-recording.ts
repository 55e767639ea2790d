/**
 * The text block of one recording: what was recorded, each property, each lost connection.
 *
 *     FAIL     S5.pcapng, S5.events.jsonl   log Tcp   34 connections: 33 kept, 1 lost   16.2 s
 *              violated      NoLostToRestart violated 1 time (34 examined, premise true in 6)
 *                            conn = 10.77.0.2:41001 > 10.77.0.10:7007 #1, outage = outage 1
 *                            reset at +4.012 s, inside outage 1
 *              lost          10.77.0.2:41001 > 10.77.0.10:7007 #1   server-restart
 *                            …
 *              capture lost  312 packets between +3.1 s and +3.4 s (dropped: …)
 *
 * Times are seconds since the first event of the recording. Every lost connection is listed with
 * its cause; of what cannot be judged at most `INSTANCES_SHOWN_MAX` per list, the rest is counted.
 */
import type {
  ConnectionVerdict,
  InstanceVerdict,
  LogPropertyVerdict,
  RecordingVerdict,
} from "../../checker/verdict.ts";
import type { Loss } from "../../traces/trace.ts";
import { counted, formatCount, formatDuration, formatInstant, formatOffset } from "../numbers.ts";
import { placeName, type Report } from "../report.ts";
import { logPropertySentence } from "../sentences.ts";
import { standingOfRecording } from "../standing.ts";
import { columnsOf, flow, type Paint, pad, painter, type Tone } from "../style.ts";
import { STANDING_WORDS, type TextOptions, WORD_COLUMNS } from "./text-layout.ts";

/** Columns of the second word, `inconclusive` with its gap. */
const LABEL_COLUMNS = 14;
const GAP_COLUMNS = 3;
/** Inconclusive instances, losses and unbound kinds listed without `--full`. */
const INSTANCES_SHOWN_MAX = 8;

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
    ...verdict.properties.flatMap((property) => propertyLines(property, sheet)),
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
  const paths = sources.map((source) => source.path).join(", ");
  const count = (outcome: ConnectionVerdict["outcome"]): number =>
    connections.filter((connection) => connection.outcome === outcome).length;
  const kept = [
    ...(count("kept") > 0 ? [`${formatCount(count("kept"))} kept`] : []),
    ...(count("lost") > 0 ? [`${formatCount(count("lost"))} lost`] : []),
    ...(count("inconclusive") > 0 ? [`${formatCount(count("inconclusive"))} inconclusive`] : []),
  ];
  const { first, last } = statistics;
  return [
    paint("strong", paths),
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

function propertyLines(property: LogPropertyVerdict, sheet: Sheet): string[] {
  const { outcome } = property;
  const deciding = property.instances.filter((instance) => instance.outcome === outcome);
  const shown =
    outcome === "holds"
      ? []
      : sheet.options.full
        ? deciding
        : deciding.slice(0, INSTANCES_SHOWN_MAX);
  const rest = outcome === "holds" ? 0 : deciding.length - shown.length;
  const reasons = shown.length > 0 ? [] : property.inconclusive;
  return entry(sheet, OUTCOME_TONES[outcome], outcome, [
    logPropertySentence(property),
    ...reasons.map(({ reason, detail }) => `${reason}: ${detail}`),
    ...shown.flatMap((instance) => instanceTexts(instance, sheet)),
    ...(rest > 0 ? [`and ${formatCount(rest)} more (--full lists them)`] : []),
  ]);
}

function instanceTexts(instance: InstanceVerdict, { start }: Sheet): string[] {
  const bindings = Object.entries(instance.bindings).map(([name, value]) => `${name} = ${value}`);
  const when = instance.time === undefined ? "" : ` (at ${formatOffset(instance.time, start)})`;
  const why =
    instance.inconclusive === undefined
      ? ""
      : ` [${instance.inconclusive.reason}: ${instance.inconclusive.detail}]`;
  return [
    ...(bindings.length > 0 ? [`${bindings.join(", ")}:`] : []),
    `${bindings.length > 0 ? "- " : ""}${instance.reason}${when}${why}`,
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
  const shown = sheet.options.full ? losses : losses.slice(0, INSTANCES_SHOWN_MAX);
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
