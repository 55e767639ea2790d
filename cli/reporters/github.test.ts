/** GitHub annotations: their form, their escapes, and the ten of a kind that are shown. */
import { expect, test } from "vitest";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import { crashOnce, noFaults, reportOf, spanOf } from "./example-report.fixture.ts";
import { escapeData, escapeProperty, renderGithub } from "./github.ts";

const ROOTS = { folder: "/repo/pkg", root: "/repo" };

test("a violated property is an error at its condition, with the steps in the message", () => {
  const [line] = renderGithub(reportOf([crashOnce(false)]), ROOTS).split("\n");
  const place = "file=pkg/specs/tiny.libretto,line=10,endLine=10,col=25,endColumn=64";
  const title = "title=Net.NoHalfOpen in crashOnce";
  const sentence = "NoHalfOpen violated after 3 steps (shortest)%0A";
  expect(line?.startsWith(`::error ${place},${title}::${sentence}`)).toBe(true);
  expect(line).toContain("%0A  2 ! server.crash   server: Up -> Down");
});

test("findings and unknown verdicts are warnings", () => {
  const lines = renderGithub(reportOf([noFaults(true), crashOnce(true)]), ROOTS).split("\n");
  expect(lines.map((line) => line.split(" ", 1)[0])).toEqual(["::warning", "::warning", ""]);
});

test("ten errors are shown and the others counted", () => {
  const diagnostics = Array.from(
    { length: 13 },
    (_, index): Diagnostic => ({
      code: "E0107",
      severity: "error",
      title: `machine \`M${index}\` has no mode \`Opne\``,
      span: spanOf("machine Server"),
      related: [],
      notes: [],
    }),
  );
  const lines = renderGithub(reportOf([], { diagnostics }), ROOTS).split("\n");
  expect(lines.filter((line) => line.startsWith("::error"))).toHaveLength(10);
  expect(lines.at(-2)).toBe(
    "::notice title=Rehearsal::3 more errors in the log and the job summary",
  );
});

test("nothing can end a message or a property early", () => {
  expect(escapeData("50%\r\n::stop")).toBe("50%25%0D%0A::stop");
  expect(escapeProperty("a,b:c")).toBe("a%2Cb%3Ac");
});
