/**
 * Markdown summaries: the table, the picture, and that neither size nor text can break the page.
 */
import { expect, test } from "vitest";
import { crashOnce, exampleRecording, noFaults, reportOf } from "./example-report.fixture.ts";
import { escapeMarkdown, MARKDOWN_BYTES_MAX, renderMarkdown } from "./markdown.ts";

const CRASH = "NoHalfOpen violated after 3 steps (shortest)<br>unknown: not judged yet: Heals";

test("a run becomes a table, and each failure a sequence diagram with its steps below", () => {
  expect(renderMarkdown(reportOf([noFaults(false), crashOnce(false)]))).toBe(
    `\
## Rehearsal: a property failed

| result | check | states | depth | time | |
| --- | --- | --: | --: | --: | --- |
| ok | specs/tiny.libretto noFaults | 1,769 | 31 | 0.4 s |  |
| **FAIL** | specs/tiny.libretto crashOnce | 1,769 | 31 | 0.4 s | ${CRASH} |

### NoHalfOpen violated after 3 steps (shortest) in crashOnce

\`NoHalfOpen\` is false: app is Open, and the server does not know it

\`\`\`mermaid
sequenceDiagram
  participant l0 as server
  Note over l0: 1 server.Open(Client1)
  Note over l0: 2 server.crash (fault)
  Note over l0: 3 server.restart
\`\`\`

<details><summary>the steps as text</summary>

\`\`\`
\`NoHalfOpen\` is false: app is Open, and the server does not know it
  0   (initial)
  1   server.Open(Client1)   server.table: {} -> {Client1}; app: Idle -> Open
  2 ! server.crash   server: Up -> Down; server.table: {Client1} -> {}
  3   server.restart   server: Down -> Up
  app in Open implies app in server.table: false, since step 2
    app in Open: true, since step 1
    app in server.table: false, since step 2
\`\`\`

</details>

`,
  );
});

test("a recording lists its lost connections", () => {
  const text = renderMarkdown(reportOf([], { command: "trace", recordings: [exampleRecording()] }));
  expect(text).toContain("| **FAIL** | run.pcapng | 1,500 | 2 | 1 |");
  expect(text).toContain("10.0.0.2:41001 > 10.0.0.10:80 #1   lost   server-restart");
});

test("a long path shows its last forty steps", () => {
  const { model, verdict } = crashOnce(false);
  const properties = verdict.properties.map((property) => {
    const path = property.counterexample;
    const last = path?.steps.at(-1);
    if (path === undefined || last === undefined) return property;
    return { ...property, counterexample: { ...path, steps: Array(101).fill(last) } };
  });
  const text = renderMarkdown(reportOf([{ model, verdict: { ...verdict, properties } }]));
  expect(text.match(/^ {2}Note over l0: \d+ server\.restart$/gm)).toHaveLength(40);
  expect(text).toContain("  Note over l0: the first 60 steps are not drawn\n");
});

test("a summary stays small and says what it left out", () => {
  const checks = Array.from({ length: 2000 }, () => crashOnce(false));
  const text = renderMarkdown(reportOf(checks));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MARKDOWN_BYTES_MAX);
  expect(text).toMatch(/_2,000 more sections left out to keep this page small\._\n$/);
});

test("text from a specification draws no markup", () => {
  expect(escapeMarkdown("<img src=x> ![a](b) | *c* `d`\n# e")).toBe(
    "&lt;img src=x> \\!\\[a\\](b) \\| \\*c\\* \\`d\\` \\# e",
  );
});
