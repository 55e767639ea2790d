/**
 * Stepping: a ladder with its keys, its filter line and its buttons, the same on every page.
 */
import type { Arrow } from "../document.ts";
import type { Address } from "./address.ts";
import { button, element, replaceChildren } from "./element.ts";
import { type Ladder, type LadderInput, makeLadder } from "./ladder.ts";
import type { LadderRow } from "./ladder-row.ts";
import { parseFilter } from "./row-filter.ts";
import type { KeyAction, Shell } from "./view.ts";

/** Rows that Page Up and Page Down move. */
const PAGE_ROWS = 10;

export interface LadderControl {
  readonly ladder: Ladder;
  readonly tools: readonly HTMLElement[];
  readonly keys: readonly KeyAction[];
  /** Shows an address; returns the position of the selected row. */
  readonly show: (address: Address) => number;
}

interface Stepping {
  readonly shell: Shell;
  readonly rows: readonly LadderRow[];
  readonly first: number;
  matches: readonly boolean[] | undefined;
  selected: number;
}

/** Builds a ladder that follows the address of the page. */
export function makeLadderControl(
  shell: Shell,
  input: Omit<LadderInput, "onSelect">,
): LadderControl {
  const { rows, first, noun } = input;
  const stepping: Stepping = { shell, rows, first, matches: undefined, selected: 0 };
  const ladder = makeLadder({ ...input, onSelect: (row) => shell.go({ step: first + row }) });
  const filter = inputField("filter", `filter ${noun}s  /`, (text) => shell.go({ filter: text }));
  const goTo = inputField("go-to", `${noun}  g`, (text) => {
    if (/^\d{1,9}$/.test(text.trim())) {
      goToRow(stepping, Number(text.trim()) - first);
    }
  });
  const position = element("span", { class: "position", attributes: { "aria-live": "polite" } });
  const previous = button("‹", () => move(stepping, -1), { title: `Previous ${noun} (k)` });
  const next = button("›", () => move(stepping, 1), { title: `Next ${noun} (j)` });
  const messages = messagesByRow(input.arrows, first, rows.length);
  let shownFilter = "";
  const show = (address: Address): number => {
    if (address.filter !== shownFilter) {
      shownFilter = address.filter;
      filter.value = address.filter;
      stepping.matches = matchesOf(address.filter, input, messages);
      ladder.filter(stepping.matches);
    }
    const wanted = (address.step ?? first + rows.length - 1) - first;
    stepping.selected = Math.min(Math.max(wanted, 0), rows.length - 1);
    ladder.select(stepping.selected);
    const matching = stepping.matches?.filter((matches) => matches).length;
    const last = first + rows.length - 1;
    const found = matching === undefined ? "" : ` · ${matching} match`;
    replaceChildren(position, `${noun} ${first + stepping.selected} of ${last}${found}`);
    return stepping.selected;
  };
  const tools = [filter, goTo, previous, position, next];
  return { ladder, tools, show, keys: [...stepKeys(stepping), ...fieldKeys(filter, goTo)] };
}

function inputField(
  name: string,
  placeholder: string,
  onInput: (text: string) => void,
): HTMLInputElement {
  const field = element("input", {
    class: name,
    attributes: { type: "text", placeholder, "aria-label": placeholder, spellcheck: "false" },
  });
  field.addEventListener("change", () => onInput(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      onInput("");
      field.blur();
    } else if (event.key === "Enter") {
      field.blur();
    }
  });
  return field;
}

function messagesByRow(
  arrows: readonly Arrow[],
  first: number,
  count: number,
): readonly (readonly string[])[] {
  const messages: string[][] = Array.from({ length: count }, () => []);
  for (const arrow of arrows) {
    messages[(arrow.sent ?? -1) - first]?.push(arrow.text);
    messages[(arrow.received ?? -1) - first]?.push(arrow.text);
  }
  return messages;
}

/** Whether each row matches a filter line; undefined when the line is empty and everything does. */
function matchesOf(
  line: string,
  input: Omit<LadderInput, "onSelect">,
  messages: readonly (readonly string[])[],
): readonly boolean[] | undefined {
  const test = parseFilter(line);
  return test === undefined
    ? undefined
    : input.rows.map((row, index) =>
        test({
          number: row.number,
          title: row.title,
          kind: row.kind,
          lane: row.lane === undefined ? "" : (input.lanes[row.lane]?.name ?? ""),
          changed: row.notes.map((note) => note.path),
          messages: messages[index] ?? [],
        }),
      );
}

function goToRow(stepping: Stepping, row: number): void {
  const bounded = Math.min(Math.max(row, 0), stepping.rows.length - 1);
  stepping.shell.go({ step: stepping.first + bounded });
}

/** Moves to the next row that matches, or not at all when there is none. */
function move(stepping: Stepping, by: number): void {
  const { matches, rows, selected } = stepping;
  if (matches === undefined) {
    goToRow(stepping, selected + by);
    return;
  }
  const direction = Math.sign(by);
  let row = selected;
  let left = Math.abs(by);
  for (let at = selected + direction; left > 0 && at >= 0 && at < rows.length; at += direction) {
    if (matches[at] === true) {
      row = at;
      left--;
    }
  }
  goToRow(stepping, row);
}

function stepKeys(stepping: Stepping): readonly KeyAction[] {
  const action = (keys: readonly string[], help: string, run: () => void): KeyAction => {
    return { keys, help, run };
  };
  return [
    action(["j", "ArrowDown"], "next step", () => move(stepping, 1)),
    action(["k", "ArrowUp"], "previous step", () => move(stepping, -1)),
    action(["PageDown"], "ten steps on", () => move(stepping, PAGE_ROWS)),
    action(["PageUp"], "ten steps back", () => move(stepping, -PAGE_ROWS)),
    action(["Home"], "first step", () => goToRow(stepping, 0)),
    action(["End"], "last step", () => goToRow(stepping, stepping.rows.length - 1)),
  ];
}

function fieldKeys(filter: HTMLInputElement, goTo: HTMLInputElement): readonly KeyAction[] {
  return [
    {
      keys: ["/"],
      help: "filter: inst:server changed:table msg:Opened 3..5 not:flush",
      run: () => filter.select(),
    },
    { keys: ["g"], help: "go to a step by its number", run: () => goTo.select() },
  ];
}
