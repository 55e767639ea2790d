/**
 * A trace as Chrome trace events, for ui.perfetto.dev and chrome://tracing.
 *
 *     process   a domain, or the machine itself
 *     thread    a core or component in it
 *     slice     an event; arrows lead from causes
 *
 * An event is a moment, but arrows end only in slices: each lasts 1 ns, which is also what the
 * viewer can still draw. Times are in microseconds, written with three digits so that no nanosecond
 * is rounded. Numbers of processes and threads are those of the places in order of appearance,
 * since viewers give 0 a meaning of its own.
 */
import { placesOf } from "./clocks.ts";
import { eventText, type Trace, type TraceEvent } from "./trace.ts";

const NANOSECONDS = 1000;
const DIGITS = 3;

/** The whole text of a JSON file. */
export function perfettoJson(trace: Trace): string {
  const threads = placesOf(trace);
  const processes = new Map<number | undefined, number>();
  const named = new Set<number>();
  const lines: string[] = [];
  const add = (fields: Record<string, unknown>, time?: number): void => {
    const text = JSON.stringify(fields);
    lines.push(time === undefined ? text : `${text.slice(0, -1)},"ts":${microseconds(time)}}`);
  };
  const whereOf = (event: TraceEvent): { readonly pid: number; readonly tid: number } => {
    const { domain } = event;
    const pid = processes.get(domain) ?? processes.size + 1;
    if (!processes.has(domain)) {
      processes.set(domain, pid);
      add({ ph: "M", name: "process_name", pid, args: { name: domainName(trace, domain) } });
    }
    const thread = threads.get(trace.placeAt(event.id));
    const tid = (thread?.index ?? 0) + 1;
    if (!named.has(tid)) {
      named.add(tid);
      add({ ph: "M", name: "thread_name", pid, tid, args: { name: thread?.name } });
    }
    return { pid, tid };
  };
  let arrows = 0;
  for (let id = trace.first; id < trace.end; id++) {
    const event = trace.event(id);
    const where = whereOf(event);
    const name = eventText(trace, event);
    const { kind: cat, choice, causes, time } = event;
    add({ ph: "X", name, cat, ...where, dur: 1 / NANOSECONDS, args: { id, choice, causes } }, time);
    for (const cause of causes) {
      if (cause < trace.first) continue;
      const from = trace.event(cause);
      const arrow = { name: "causes", cat: "cause", id: ++arrows };
      add({ ph: "s", ...arrow, ...whereOf(from) }, from.time);
      add({ ph: "f", bp: "e", ...arrow, ...where }, time);
    }
  }
  const about = JSON.stringify(trace.header);
  return `{"displayTimeUnit":"ns","otherData":${about},"traceEvents":[\n${lines.join(",\n")}\n]}\n`;
}

function domainName(trace: Trace, domain: number | undefined): string {
  if (domain === undefined) return "machine";
  return trace.header.domains[domain] ?? `domain ${domain}`;
}

/** `1234` nanoseconds are `1.234`. */
function microseconds(time: number): string {
  const rest = String(time % NANOSECONDS).padStart(DIGITS, "0");
  return `${Math.floor(time / NANOSECONDS)}.${rest}`;
}
