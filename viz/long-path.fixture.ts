/**
 * Documents with paths of any length and with names of any kind, for the tests of a page's limits.
 */
import type { Arrow, PathReport, ReportDocument, ValueReport } from "./document.ts";
import { REPORT_VERSION } from "./document.ts";

const value = (text: string): ValueReport => ({ text, parts: undefined });

/** A path of `length` steps in which two machines pass messages; `name` is in every text. */
function longPath(length: number, name: (text: string) => string): PathReport {
  const numbers = Array.from({ length }, (_, index) => index + 1);
  return {
    kind: "counterexample",
    reason: name("the reason"),
    claims: [],
    first: 0,
    steps: [
      { label: "(initial)", kind: "initial", lane: undefined, places: [] },
      ...numbers.map((step) => ({
        label: name(`machine${step % 2}.step${step}`),
        kind: step % 97 === 0 ? "fault" : "step",
        lane: step % 2,
        places: [{ source: 0, line: 1, column: 1, endLine: 1, endColumn: 5 }],
      })),
    ],
    lanes: [0, 1].map((lane) => ({
      name: name(`machine${lane}`),
      kind: "machine",
      colour: lane,
    })),
    arrows: numbers
      .filter((step) => step % 3 === 0 && step < length - 8)
      .map(
        (step): Arrow => ({
          kind: "message",
          text: name(`Message(${step})`),
          from: step % 2,
          to: 1 - (step % 2),
          sent: step,
          received: step + 7,
          fate: "received",
          via: name("channel"),
          copy: false,
        }),
      ),
    modes: [0, 1].map((lane) => ({ lane, step: 0, text: name("Mode"), down: false })),
    groups: [name("group")],
    variables: [
      {
        name: name("variable"),
        label: name("label"),
        group: 0,
        changes: [
          [0, value("0")],
          ...numbers.map((step) => [step, value(name(`${step}`))] as const),
        ],
      },
    ],
    loop: undefined,
    why: [
      {
        text: name("clause"),
        value: false,
        since: 1,
        witness: name("x = 1"),
        depth: 0,
        place: undefined,
      },
    ],
    place: undefined,
  };
}

/** A document with one check that has one violated property. */
export function longDocument(
  length: number,
  name: (text: string) => string = (text) => text,
): ReportDocument {
  return {
    version: REPORT_VERSION,
    title: name("Rehearsal check"),
    headline: name("1 check: 1 failed"),
    mark: "bad",
    sources: [
      { path: name("a.libretto"), lineCount: 1, pieces: [{ first: 1, lines: [name("mode")] }] },
    ],
    checks: [
      {
        id: "long",
        kind: "check",
        name: name("long"),
        system: name("System"),
        file: name("a.libretto"),
        place: undefined,
        mark: "bad",
        headline: name("long: Property violated"),
        summary: name("Property violated"),
        settings: [{ name: name("N"), value: name("2"), set: true }],
        counts: [name("10,000 states")],
        caveats: [name("caveat")],
        fairness: [name("fairness")],
        bounds: [name("bound")],
        properties: [
          {
            name: name("Property"),
            kind: "invariant",
            mark: "bad",
            expected: false,
            headline: name("Property is violated"),
            evidence: [name("evidence")],
            place: undefined,
            trace: longPath(length, name),
          },
        ],
        expectations: [
          { text: name("expect"), met: false, detail: name("detail"), place: undefined },
        ],
        coverage: [{ rule: name("rule"), kind: "step", taken: 0, place: undefined }],
        findings: [
          {
            code: name("code"),
            severity: "warning",
            title: name("finding"),
            notes: [name("note")],
            place: undefined,
          },
        ],
      },
    ],
    recordings: [],
    cuts: [name("cut")],
  };
}
