/**
 * Colour and width of text for a terminal.
 *
 * A `Paint` makes text printable first and colours it second, so whatever a specification or a
 * recording calls itself, it cannot write to the terminal. Text that went through a Paint is "laid
 * out" by `flow`, which counts the columns that a reader sees, without the colour codes.
 *
 * Without colour the words must say everything: no meaning is carried by colour alone.
 */
import { stripVTControlCharacters, styleText } from "node:util";
import { displayWidth, printable } from "../spec/printable.ts";
import type { Host, Terminal } from "./host.ts";

export type Tone = "plain" | "good" | "bad" | "warn" | "open" | "faint" | "strong" | "changed";

/** Makes `text` printable and colours it. */
export type Paint = (tone: Tone, text: string) => string;

export type ColorChoice = "auto" | "always" | "never";

/**
 * Columns when the output is no terminal: wide enough to keep a verdict on the line of its check.
 */
const WIDTH_DEFAULT = 120;
/** Narrower terminals are treated as this wide; columns. */
export const WIDTH_MIN = 40;
/** Wider ones as this wide: a longer line is hard to read; columns. */
export const WIDTH_MAX = 400;

/** A Paint with or without colour. */
export function painter(color: boolean): Paint {
  if (!color) return (_tone, text) => printable(text);
  const styles = {
    plain: [],
    good: ["green"],
    bad: ["bold", "red"],
    warn: ["yellow"],
    open: ["bold", "magenta"],
    faint: ["dim"],
    strong: ["bold"],
    changed: ["cyan"],
  } as const;
  return (tone, text) => {
    const shown = printable(text);
    return tone === "plain" || shown === ""
      ? shown
      : styleText([...styles[tone]], shown, { validateStream: false });
  };
}

/** Whether to colour what goes to `terminal`: the option first, then the environment, then it. */
export function wantsColor(choice: ColorChoice, terminal: Terminal, host: Host): boolean {
  if (choice !== "auto") return choice === "always";
  const { NO_COLOR, FORCE_COLOR, TERM } = host.environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0") return true;
  return terminal.interactive && TERM !== "dumb";
}

/** Columns to fill: the option, the terminal, or a default; within limits. */
export function widthOf(choice: number | undefined, terminal: Terminal): number {
  const wanted = choice ?? terminal.columns ?? WIDTH_DEFAULT;
  return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, wanted));
}

/** Columns that painted text takes. */
export function columnsOf(painted: string): number {
  return displayWidth(stripVTControlCharacters(painted));
}

/** Pads painted text with blanks at its end. */
export function pad(painted: string, columns: number): string {
  return painted + " ".repeat(Math.max(0, columns - columnsOf(painted)));
}

export interface Flow {
  /** What stands on the first line before the pieces. */
  readonly first: string;
  /** Columns before the pieces on the following lines. */
  readonly indent: number;
  readonly gap: number;
  readonly width: number;
}

/** Puts pieces one after the other and starts a new line when one does not fit. */
export function flow(pieces: readonly string[], { first, indent, gap, width }: Flow): string[] {
  const lines: string[] = [];
  let line = first;
  let fresh = true;
  for (const piece of pieces) {
    const distance = fresh ? 0 : gap;
    if (!fresh && columnsOf(line) + distance + columnsOf(piece) > width) {
      lines.push(line.trimEnd());
      line = " ".repeat(indent) + piece;
    } else {
      line += " ".repeat(distance) + piece;
    }
    fresh = false;
  }
  lines.push(line.trimEnd());
  return lines;
}

/** Cuts a text in its middle so that it takes at most `columns`. */
export function cutMiddle(text: string, columns: number): string {
  if (text.length <= columns) return text;
  const kept = Math.max(2, columns - 1);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
