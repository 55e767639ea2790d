/**
 * The view of a path: verdict line, ladder, state, reasons and specification, all at one step.
 */
import type { CheckReport, PathReport, PropertyReport, StepReport } from "../document.ts";
import type { Address } from "./address.ts";
import { differencesByStep } from "./differences.ts";
import { element } from "./element.ts";
import { type LadderControl, makeLadderControl } from "./ladder-control.ts";
import type { LadderRow, RowNote } from "./ladder-row.ts";
import { rowLoop } from "./loop-panel.ts";
import { nextTied, rowTies } from "./order-panel.ts";
import { propertyChip } from "./overview.ts";
import { makeSourcePanel } from "./source-panel.ts";
import { makeStateTable } from "./state-table.ts";
import { makeTextTwin } from "./text-twin.ts";
import { header, type KeyAction, markWords, placeText, type Shell, type View } from "./view.ts";
import { waitArrows } from "./wait-arrows.ts";
import { makeWhyPanel } from "./why-panel.ts";

/** Builds the view of the trace of `property`. */
export function makePathView(
  shell: Shell,
  check: CheckReport,
  property: PropertyReport,
  path: PathReport,
): View {
  const rows = rowsOf(path, property);
  const goToStep = (step: number): void => shell.go({ step });
  const control = makeLadderControl(shell, {
    label: "Steps",
    noun: "step",
    alarm: property.kind === "invariant" ? "false here" : "violated here",
    rows,
    lanes: path.lanes,
    arrows: path.arrows,
    modes: path.modes,
    waits: waitArrows(path.order, path.first, rows.length),
    first: path.first,
  });
  const state = makeStateTable({
    path,
    goToStep,
    selectVariable: (variable) => shell.go({ variable }),
    setDiff: (diff) => shell.go({ diff }),
  });
  const why = makeWhyPanel({ path, goToStep });
  const source = makeSourcePanel(shell.document.sources, path.place ?? property.place);
  const root = element(
    "main",
    { class: "path-view" },
    pathHeader(shell, check, property, control),
    element("section", { class: "panel ladder-panel" }, control.ladder.root),
    state.root,
    why,
    source.root,
    makeTextTwin(rows, path.first),
  );
  const show = (address: Address): void => {
    const row = control.show(address);
    state.update(row + path.first, address.diff, address.variable);
    source.mark(path.steps[row]?.places ?? []);
  };
  return {
    root,
    show,
    resize: control.ladder.resize,
    keys: [...control.keys, ...stateKeys(shell, path), whyKey(why), ...orderKeys(shell, path)],
  };
}

function rowsOf(path: PathReport, property: PropertyReport): readonly LadderRow[] {
  const differences = differencesByStep(path);
  const last = path.steps.length - 1;
  const ties = rowTies(path);
  return path.steps.map((step, index): LadderRow => {
    const changes = differences[index] ?? [];
    return {
      number: path.first + index,
      margin: String(path.first + index),
      title: index === 0 && step.kind === "initial" ? "initial state" : step.label,
      kind: step.kind,
      lane: step.lane,
      notes: [
        ...momentNote(step),
        ...(step.abstract === undefined
          ? []
          : [{ path: "", before: undefined, after: step.abstract }]),
        ...changes.map(({ path: name, before, after }) => ({ path: name, before, after })),
      ],
      idle: index > 0 && changes.length === 0,
      alarming: index === last && property.mark === "bad" && path.loop === undefined,
      loop: rowLoop(path.loop, path.first + index, path.first + last),
      chance: step.chance,
      ties: ties.get(path.first + index),
    };
  });
}

/** `Core 1 · 277.348 us` */
function momentNote({ moment }: StepReport): readonly RowNote[] {
  if (moment === undefined) return [];
  const after = `${moment.place} · ${moment.time}`;
  return [{ path: "", before: undefined, after, isMoment: true }];
}

function pathHeader(
  shell: Shell,
  check: CheckReport,
  property: PropertyReport,
  control: LadderControl,
): HTMLElement {
  const settings = check.settings
    .filter(({ set }) => set)
    .map(({ name, value }) => `${name} = ${value}`);
  const counts = check.counts.filter((text) => !text.startsWith("depth"));
  const top = header({
    shell,
    mark: property.mark,
    words: markWords(property.mark),
    headline: property.headline + (property.expected ? ", as the check expects" : ""),
    trail: [
      { text: check.name, target: { check: check.id } },
      { text: property.name, target: {} },
    ],
    subject: [
      property.kind === property.name ? "built in" : property.kind,
      placeText(shell.document, property.place),
      `${check.kind} of ${check.system}`,
      ...settings,
      ...(property.trace?.claims ?? []),
    ],
    counts,
    caveats: [...check.caveats, ...(property.kind === "property" ? check.fairness : [])],
    tools: control.tools,
  });
  const chips = element("nav", { class: "chips", attributes: { "aria-label": "Properties" } });
  for (const other of check.properties) {
    chips.append(propertyChip(shell, check, other, other.name === property.name));
  }
  top.append(chips);
  return top;
}

function stateKeys(shell: Shell, path: PathReport): readonly KeyAction[] {
  const walk = (direction: 1 | -1): void => {
    const { variable, step } = shell.address();
    const now = step ?? path.first + path.steps.length - 1;
    const changes = path.variables.find(({ name }) => name === variable)?.changes ?? [];
    const steps = changes.map(([at]) => at);
    const next = direction > 0 ? steps.find((at) => at > now) : steps.findLast((at) => at < now);
    if (next !== undefined) {
      shell.go({ step: next });
    }
  };
  return [
    {
      keys: ["d"],
      help: "compare the state with the previous step or the initial state",
      run: () => shell.go({ diff: shell.address().diff === "initial" ? "previous" : "initial" }),
    },
    { keys: ["["], help: "previous change of the selected variable", run: () => walk(-1) },
    { keys: ["]"], help: "next change of the selected variable", run: () => walk(1) },
  ];
}

function whyKey(why: HTMLElement): KeyAction {
  return {
    keys: ["w"],
    help: "go to the reasons",
    run: () => {
      why.scrollIntoView({ block: "nearest" });
      why.focus({ preventScroll: true });
    },
  };
}

function orderKeys(shell: Shell, path: PathReport): readonly KeyAction[] {
  if ((path.order ?? []).length === 0) return [];
  const run = (): void => {
    const now = shell.address().step ?? path.first + path.steps.length - 1;
    const step = nextTied(path, now);
    if (step !== undefined) shell.go({ step });
  };
  return [{ keys: ["b"], help: "next step that waits for another, or is waited for", run }];
}
