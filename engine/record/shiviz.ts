/**
 * A trace as a log for ShiViz (Beschastnikh et al., "Debugging distributed systems", 2016), which
 * draws who knew of what: two lines for each event.
 *
 *     store 64 = 1
 *     core0@server {"core0@server":1}
 *
 * Read it with the parser `SHIVIZ_PARSER`. Names of places are single words there.
 */
import { forEachClock, placesOf } from "./clocks.ts";
import { eventText, type Trace } from "./trace.ts";

/** The regular expression to give to ShiViz with such a log. */
export const SHIVIZ_PARSER: string = String.raw`(?<event>.*)\n(?<host>\S+) (?<clock>{.*})`;

export function shivizLog(trace: Trace): string {
  const names: string[] = [];
  for (const { name, index } of placesOf(trace).values()) {
    names[index] = name.replaceAll(/\s/g, "_");
  }
  const lines: string[] = [];
  forEachClock(trace, (event, { index }, clock) => {
    const known = names.flatMap((name, place) => {
      const count = clock[place] ?? 0;
      return count === 0 ? [] : [[name, count] as const];
    });
    const text = eventText(trace, event);
    lines.push(text, `${names[index]} ${JSON.stringify(Object.fromEntries(known))}`);
  });
  return lines.map((line) => `${line}\n`).join("");
}
