/**
 * The document of checks: sentences, columns of states, places and links.
 */
import { describe, expect, test } from "vitest";
import { VALUE_WORDS } from "../cli/value-words.ts";
import type { CheckReport, PathReport, ReportDocument } from "./document.ts";
import { documentOfChecks } from "./document-of-checks.ts";
import { NETSERVER, netserverModel } from "./netserver.fixture.ts";
import { netserverVerdict } from "./netserver-verdict.fixture.ts";
import { PATH_STEP_LIMIT } from "./path-report.ts";

function netserverDocument(): ReportDocument {
  return documentOfChecks(
    [{ verdict: netserverVerdict(), model: netserverModel() }],
    [NETSERVER],
    VALUE_WORDS,
  );
}

function onlyCheck(report: ReportDocument): CheckReport {
  const [check] = report.checks;
  if (check === undefined) {
    throw new Error("the document has no check");
  }
  return check;
}

function traceOf(check: CheckReport, name: string): PathReport {
  const trace = check.properties.find((property) => property.name === name)?.trace;
  if (trace === undefined) {
    throw new Error(`${name} has no trace`);
  }
  return trace;
}

describe("the document of a check", () => {
  const check = onlyCheck(netserverDocument());

  test("every property has its verdict in a sentence", () => {
    expect(check.properties.map(({ headline }) => headline)).toEqual([
      "SomeoneOpen is reached after 2 steps",
      "NoHalfOpen is violated after 5 steps",
      "Heals is unknown: not judged yet: temporal properties",
      "The range of a variable holds in 1,769 states",
      "The rule that every message is handled holds in 1,769 states",
      "The rule that nothing gets stuck holds in 1,769 states",
    ]);
  });

  test("an expected violation is marked, and stays a violation", () => {
    const property = check.properties.find(({ name }) => name === "NoHalfOpen");
    expect(property).toMatchObject({ mark: "bad", expected: true });
    expect(check.mark).toBe("good");
    expect(check.headline).toBe("crashOnce: NoHalfOpen violated, as expected; Heals unknown");
  });

  test("assumptions and bounds are said in words", () => {
    expect(check.caveats).toEqual([
      "Faults that may strike: server.crash at most once",
      "Not judged, because the check says `only`: Unimportant",
    ]);
    expect(check.fairness).toEqual([
      "Fairness (weak), for temporal properties only: server.Open, server.Data",
      "Fairness (strong), for temporal properties only: app[*].write",
    ]);
    expect(check.bounds).toEqual([
      "The budget of 1 server.crash was used up in 1,642 states",
      "req was full in 388 states and held its sender back",
    ]);
  });

  test("coverage is listed by the rules that the user wrote", () => {
    expect(check.coverage.at(-1)).toMatchObject({ rule: "App.Open on rep.Reset", taken: 0 });
    expect(check.coverage.at(0)?.place).toMatchObject({ line: 17 });
  });

  test("it is JSON: what is written is what is read", () => {
    const report = netserverDocument();
    const undefinedLess: unknown = JSON.parse(JSON.stringify(report));
    expect(JSON.stringify(undefinedLess)).toBe(JSON.stringify(report));
  });

  test("the same verdict gives the same bytes", () => {
    expect(JSON.stringify(netserverDocument())).toBe(JSON.stringify(netserverDocument()));
  });
});

describe("the path of a counterexample", () => {
  const trace = traceOf(onlyCheck(netserverDocument()), "NoHalfOpen");

  test("states are columns of changes", () => {
    const table = trace.variables.find(({ name }) => name === "server.table");
    expect(table?.changes.map(([step, value]) => [step, value.text])).toEqual([
      [0, "{}"],
      [2, "{Client1}"],
      [3, "{}"],
    ]);
  });

  test("variables stand in groups, one for each instance", () => {
    const shown = trace.variables.map(({ group, label }) => `${trace.groups[group]}: ${label}`);
    expect(shown).toEqual([
      "server: mode",
      "server: inc",
      "server: table",
      "app[Client1]: mode",
      "app[Client1]: conn",
      "app[Client2]: mode",
      "app[Client2]: conn",
      "channels: req",
      "channels: rep[Client1]",
      "channels: rep[Client2]",
      "faults used: server.crash",
    ]);
  });

  test("lifelines know their modes", () => {
    const server = trace.modes.filter(({ lane }) => lane === 0);
    expect(server.map(({ step, text }) => [step, text])).toEqual([
      [0, "Up"],
      [3, "Down"],
      [4, "Up"],
    ]);
  });

  test("every step points at its transition in the source", () => {
    const lines = trace.steps.map(({ places }) => places[0]?.line);
    expect(lines).toEqual([undefined, 34, 17, 25, 22, 37]);
  });

  test("a path beyond the limit loses its beginning, and the document says so", () => {
    const verdict = netserverVerdict();
    const properties = verdict.properties.map((property) => {
      const path = property.counterexample;
      const [first] = path?.steps ?? [];
      return path === undefined || first === undefined
        ? property
        : {
            ...property,
            counterexample: {
              ...path,
              steps: Array.from({ length: PATH_STEP_LIMIT + 5 }, () => first),
            },
          };
    });
    const report = documentOfChecks(
      [{ verdict: { ...verdict, properties }, model: netserverModel() }],
      [NETSERVER],
      VALUE_WORDS,
    );
    const long = traceOf(onlyCheck(report), "NoHalfOpen");
    expect([long.first, long.steps.length]).toEqual([5, PATH_STEP_LIMIT]);
    expect(report.cuts).toEqual(["showing the last 10,000 states of 10,004 steps to NoHalfOpen"]);
  });
});

describe("a run of several checks", () => {
  test("its headline counts them", () => {
    const judged = { verdict: netserverVerdict(), model: netserverModel() };
    const failed = { ...judged, verdict: { ...judged.verdict, result: "failed" as const } };
    const report = documentOfChecks([judged, failed, failed], [NETSERVER], VALUE_WORDS);
    expect(report.headline).toBe("3 checks: 2 failed, 1 ok");
    expect(report.mark).toBe("bad");
  });

  test("checks of one name get different links", () => {
    const judged = { verdict: netserverVerdict(), model: netserverModel() };
    const report = documentOfChecks([judged, judged, judged], [NETSERVER], VALUE_WORDS);
    expect(report.checks.map(({ id }) => id)).toEqual([
      "crashOnce",
      "crashOnce (netserver.libretto)",
      "crashOnce (netserver.libretto) 2",
    ]);
  });

  test("nothing checked is never good", () => {
    expect(documentOfChecks([], [], VALUE_WORDS).mark).toBe("unknown");
  });
});
