/**
 * A path as a Mermaid sequence diagram, which GitHub draws in a summary.
 *
 *     sequenceDiagram
 *       participant l0 as server
 *       participant l1 as app[Client1]
 *       l1->>l0: 2 Open(Client1)             the step that takes a message is an arrow
 *       Note over l0: 3 server.crash (fault)  any other step is a note
 *       l0--xl1: Opened(0) lost              what nobody takes is a dotted arrow where it was sent
 *
 * Lanes and arrows are those of the page (`viz/path-lanes.ts`, `viz/path-arrows.ts`); here they are
 * only written down. Of a long path the last steps are drawn, and a note says how many are not.
 */
import type { Counterexample, Loop } from "../../checker/verdict.ts";
import type { Model } from "../../spec/model.ts";
import type { Arrow } from "../../viz/document.ts";
import { arrowsOfPath } from "../../viz/path-arrows.ts";
import { planLanes } from "../../viz/path-lanes.ts";
import { type Step, stepsOf } from "../steps.ts";
import { cutMiddle } from "../style.ts";
import { VALUE_WORDS } from "../value-words.ts";

/** Steps that are drawn. */
export const MERMAID_STEPS_MAX = 40;
/** Longer texts are cut in their middle; UTF-16 units. */
const TEXT_MAX = 60;

/** The diagram, without a final newline. */
export function mermaidOf(model: Model, path: Counterexample): string {
  const plan = planLanes(model);
  const arrows = arrowsOfPath(model, plan, path.steps, 0, VALUE_WORDS).filter(
    ({ from, to }) => from !== undefined && from !== to,
  );
  const steps = stepsOf(model, path).slice(1);
  const skipped = Math.max(0, steps.length - MERMAID_STEPS_MAX);
  const used = new Set<number>();
  const body = steps.slice(skipped).map((step) => {
    const transition = path.steps[step.number]?.transition;
    const acting = transition === undefined ? undefined : model.transitions[transition]?.instance;
    const lane = acting === undefined ? undefined : plan.ofInstance.get(acting);
    return stepLines(step, lane, arrows, used);
  });
  const lanes = plan.lanes.flatMap(({ name }, lane) =>
    used.has(lane) ? [`  participant l${lane} as ${mermaidText(name)}`] : [],
  );
  const first = [...used].toSorted((left, right) => left - right)[0];
  const note =
    skipped > 0 && first !== undefined
      ? [`  Note over l${first}: the first ${skipped} steps are not drawn`]
      : [];
  return ["sequenceDiagram", ...lanes, ...note, ...looped(path.loop, body, skipped)].join("\n");
}

/** The lines of all steps; those of a loop stand in a box. */
function looped(
  loop: Loop | undefined,
  body: readonly (readonly string[])[],
  skipped: number,
): readonly string[] {
  if (loop === undefined || loop.stutters || loop.start < skipped) return body.flat();
  const at = loop.start - skipped;
  const inside = body.slice(at).flat();
  return [...body.slice(0, at).flat(), "  loop for ever", ...inside, "  end"];
}

function stepLines(
  step: Step,
  lane: number | undefined,
  arrows: readonly Arrow[],
  used: Set<number>,
): string[] {
  const use = (index: number): string => {
    used.add(index);
    return `l${index}`;
  };
  const taken = arrows.filter(
    (arrow) => arrow.received === step.number && arrow.fate === "received",
  );
  const missed = arrows.filter(
    (arrow) => arrow.sent === step.number && arrow.received === undefined,
  );
  const fault = step.fault ? " (fault)" : "";
  const draw = (arrow: Arrow, line: string, text: string): string =>
    `  ${use(arrow.from ?? arrow.to)}${line}${use(arrow.to)}: ${mermaidText(text)}`;
  const arrow = taken.find(({ to }) => to === lane) ?? taken[0];
  const own =
    arrow === undefined
      ? [`  Note over ${use(lane ?? 0)}: ${mermaidText(`${step.number} ${step.label}${fault}`)}`]
      : taken.map((one) => draw(one, "->>", `${step.number} ${one.text}`));
  return [
    ...own,
    ...missed.map((one) => {
      const lost = one.fate !== "waiting";
      return draw(one, lost ? "--x" : "--)", `${one.text} ${lost ? one.fate : "not received"}`);
    }),
  ];
}

/** Text that cannot end a line of the diagram or become markup in it. */
function mermaidText(text: string): string {
  return cutMiddle(text.replaceAll(/\s+/g, " "), TEXT_MAX).replaceAll(
    /[#;<>]/g,
    (one) => `#${one.charCodeAt(0)};`,
  );
}
