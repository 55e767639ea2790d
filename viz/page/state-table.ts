/**
 * The state table: every variable at the selected step, with what differs from the previous step or
 * from the initial state.
 *
 * Variables stand in groups, one per instance; a group without differences is folded to one line
 * until it is opened. Selecting a variable lists the steps that changed it; `[` and `]` walk along
 * them.
 */
import type { PathReport, VariableReport } from "../document.ts";
import { type Difference, differencesBetween, valueAt } from "./differences.ts";
import { button, element, replaceChildren, shorten } from "./element.ts";

/** Values are cut in the middle beyond this many characters; the title has the rest. */
const VALUE_ROOM = 120;
/** Steps listed in the history of a variable. */
const HISTORY_LIMIT = 60;

export interface StateTableInput {
  readonly path: PathReport;
  readonly goToStep: (step: number) => void;
  readonly selectVariable: (name: string | undefined) => void;
  readonly setDiff: (diff: "previous" | "initial") => void;
}

export interface StateTable {
  readonly root: HTMLElement;
  readonly update: (step: number, diff: "previous" | "initial", selected?: string) => void;
}

interface Shown {
  readonly step: number;
  readonly changed: ReadonlyMap<number, readonly Difference[]>;
  readonly selected: string | undefined;
}

/** Builds the table. */
export function makeStateTable(input: StateTableInput): StateTable {
  const { path } = input;
  const title = element("h2", { text: "State" });
  const modes = element("div", { class: "switch" });
  const groups = element("div", { class: "groups" });
  const opened = new Set<number>();
  const header = element("header", {}, title, modes);
  const root = element("section", { class: "panel state-panel" }, header, groups);
  const update: StateTable["update"] = (step, diff, selected) => {
    const before = diff === "initial" ? path.first : Math.max(path.first, step - 1);
    const changed = new Map<number, Difference[]>();
    for (const difference of differencesBetween(path, before, step)) {
      changed.set(difference.variable, [...(changed.get(difference.variable) ?? []), difference]);
    }
    title.textContent = `State at ${step}`;
    replaceChildren(modes, ...switchButtons(input, diff));
    const shown: Shown = { step, changed, selected };
    const sections = path.groups.map((_, group) => groupElement(input, group, shown, opened));
    replaceChildren(groups, ...sections);
  };
  return { root, update };
}

function switchButtons(input: StateTableInput, diff: string): readonly HTMLElement[] {
  const make = (name: "previous" | "initial", text: string): HTMLElement =>
    button(text, () => input.setDiff(name), {
      attributes: { "aria-pressed": String(diff === name) },
      title: `Show what differs from the ${name} state (d)`,
    });
  return [make("previous", "previous"), make("initial", "initial")];
}

function groupElement(
  input: StateTableInput,
  group: number,
  shown: Shown,
  opened: Set<number>,
): HTMLElement | undefined {
  const members = input.path.variables
    .map((variable, index) => ({ variable, index }))
    .filter(({ variable }) => variable.group === group);
  if (members.length === 0) {
    return undefined;
  }
  const changes = members.filter(({ index }) => shown.changed.has(index)).length;
  const details = element("details", { class: changes > 0 ? "group changed" : "group" });
  const isSelected = members.some(({ variable }) => variable.name === shown.selected);
  details.open = changes > 0 || opened.has(group) || isSelected;
  details.addEventListener("toggle", () => {
    if (details.open) {
      opened.add(group);
    } else {
      opened.delete(group);
    }
  });
  const name = input.path.groups[group] ?? "";
  const summary = element(
    "summary",
    {},
    element("span", { class: "group-name", text: shorten(name, 34), title: name }),
    element("span", { class: "group-note", text: changes > 0 ? "" : "unchanged" }),
  );
  const rows = members.map(({ variable, index }) => variableRow(input, variable, index, shown));
  details.append(summary, element("div", { class: "variables" }, ...rows.flat()));
  return details;
}

function variableRow(
  input: StateTableInput,
  variable: VariableReport,
  index: number,
  shown: Shown,
): readonly HTMLElement[] {
  const differences = shown.changed.get(index) ?? [];
  const isSelected = variable.name === shown.selected;
  const value = element("span", { class: "value" });
  const [only] = differences;
  const now = valueAt(variable, shown.step).text;
  if (only !== undefined && only.path === variable.name) {
    value.append(...change(only.before, only.after));
  } else {
    value.append(cut("after", now));
  }
  const row = button("", () => input.selectVariable(isSelected ? undefined : variable.name), {
    class: `variable${differences.length > 0 ? " changed" : ""}${isSelected ? " selected" : ""}`,
    title: `${variable.name}: ${now}`,
    attributes: { "aria-pressed": String(isSelected) },
  });
  row.append(
    element("span", { class: "dot", text: differences.length > 0 ? "●" : "" }),
    element("span", { class: "variable-name", text: shorten(variable.label, 30) }),
    value,
  );
  const inner = differences
    .filter((difference) => difference.path !== variable.name)
    .map((difference) => {
      const line = element("div", { class: "inner-change" });
      const path = difference.path.slice(variable.name.length);
      line.append(element("span", { class: "note-path", text: shorten(path, 40) }));
      line.append(...change(difference.before, difference.after));
      return line;
    });
  return isSelected ? [row, ...inner, history(input, variable)] : [row, ...inner];
}

function change(before: string, after: string): readonly HTMLElement[] {
  return [
    cut("before", before),
    element("span", { class: "arrow", text: "→" }),
    cut("after", after),
  ];
}

function cut(name: string, text: string): HTMLElement {
  return element("span", {
    class: name,
    text: shorten(text, VALUE_ROOM),
    title: text.length > VALUE_ROOM ? text : undefined,
  });
}

function history(input: StateTableInput, variable: VariableReport): HTMLElement {
  const steps = variable.changes.map(([step]) => step).slice(-HISTORY_LIMIT);
  const made = element("div", { class: "history" }, "set at ");
  for (const step of steps) {
    made.append(
      button(String(step), () => input.goToStep(step), { class: "link" }),
      " ",
    );
  }
  return made;
}
