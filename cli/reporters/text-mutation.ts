/**
 * The text block of a mutation: what became of the mutants, and what each property noticed.
 *
 *     mutation   24 mutants: 17 noticed, 3 not noticed, 2 change nothing, 2 are no specification
 *                property     noticed
 *                NoHalfOpen   12 of 20
 *                Heals         0 of 20
 *
 * The mutants that nobody noticed are messages (W0507), printed like all others.
 */
import type { Fate, MutationReport } from "../../checker/mutate/report.ts";
import { counted, formatCount, formatDuration } from "../numbers.ts";
import { flow, pad, painter } from "../style.ts";
import { type TextOptions, WORD_COLUMNS } from "./text-layout.ts";

const FATES: readonly (readonly [Fate, (count: number) => string])[] = [
  ["noticed", (count) => `${formatCount(count)} noticed`],
  ["survived", (count) => `${formatCount(count)} not noticed`],
  [
    "changes nothing",
    (count) => `${formatCount(count)} ${count === 1 ? "changes" : "change"} nothing`,
  ],
  ["undecided", (count) => `${formatCount(count)} undecided`],
  ["refused", (count) => `${formatCount(count)} ${count === 1 ? "is" : "are"} no specification`],
];

const STOPPED: Readonly<Record<NonNullable<MutationReport["stopped"]>, string>> = {
  time: "the time was up",
  mutants: "there are too many",
  interrupted: "interrupted",
};

/** The block, ending in a newline. */
export function renderMutation(report: MutationReport, options: TextOptions): string {
  const paint = painter(options.color);
  const indent = " ".repeat(WORD_COLUMNS);
  const counts = FATES.flatMap(([fate, words]) => {
    const count = report.mutants.filter((mutant) => mutant.fate === fate).length;
    return count === 0 ? [] : [words(count)];
  });
  const untried =
    report.stopped === undefined
      ? []
      : [paint("open", `${formatCount(report.untried)} not tried: ${STOPPED[report.stopped]}`)];
  const pieces = [
    paint("plain", counted(report.mutants.length, "mutant")),
    ...counts.map((words) => paint("plain", words)),
    ...untried,
    paint("plain", formatDuration(report.milliseconds)),
  ];
  const layout = { first: pad("mutation", WORD_COLUMNS), indent: WORD_COLUMNS, gap: 3 };
  const lines = flow(pieces, { ...layout, width: options.width });
  const leftOut = report.leftOut.map(({ check, reason }) =>
    paint("open", `${indent}left out: ${check}: ${reason}`),
  );
  return `${[...lines, ...leftOut, ...propertyLines(report, options)].join("\n")}\n`;
}

function propertyLines({ properties }: MutationReport, options: TextOptions): readonly string[] {
  if (properties.length === 0) return [];
  const paint = painter(options.color);
  const indent = " ".repeat(WORD_COLUMNS);
  const widest = Math.max(...properties.map(({ name }) => name.length), "property".length);
  return [
    `${indent}${pad(paint("faint", "property"), widest)}   ${paint("faint", "noticed")}`,
    ...properties.map(({ name, noticed, touching }) => {
      const shown = `${formatCount(noticed)} of ${formatCount(touching)}`;
      const tone = noticed === 0 && touching > 0 ? "warn" : "plain";
      return `${indent}${pad(paint("plain", name), widest)}   ${paint(tone, shown)}`;
    }),
  ];
}
