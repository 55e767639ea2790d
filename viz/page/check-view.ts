/**
 * The details of a check: its properties with their evidence, expectations, findings, settings and
 * coverage, beside the specification. Here a verdict shows its proof of work.
 */
import type { CheckReport, CoverageReport, Place, PropertyReport } from "../document.ts";
import { button, type Child, element } from "./element.ts";
import { makeSourcePanel } from "./source-panel.ts";
import { badge, header, markWords, placeText, type Shell, type View } from "./view.ts";

/** Builds the details of a check. */
export function makeCheckView(shell: Shell, check: CheckReport): View {
  const source = makeSourcePanel(shell.document.sources, undefined);
  const showPlace = (place: Place | undefined): void => {
    if (place !== undefined) {
      source.mark([place]);
    }
  };
  const top = header({
    shell,
    mark: check.mark,
    words: check.mark === "good" ? "ok" : check.mark === "bad" ? "failed" : "unknown",
    headline: check.headline,
    trail: [{ text: check.name, target: { check: check.id } }],
    subject: [`${check.kind} of ${check.system}`, placeText(shell.document, check.place)],
    counts: check.counts,
    caveats: [...check.caveats, ...check.fairness, ...check.bounds],
  });
  const details = element(
    "div",
    { class: "details panel" },
    section("Properties", propertyTable(shell, check, showPlace)),
    check.expectations.length === 0
      ? undefined
      : section("Expectations", expectations(check, showPlace)),
    check.findings.length === 0 ? undefined : section("Findings", findings(check, showPlace)),
    check.settings.length === 0 ? undefined : section("Settings", settings(check)),
    check.coverage.length === 0 ? undefined : section("Coverage", coverage(check, showPlace)),
  );
  const root = element("main", { class: "check-view" }, top, details, source.root);
  return {
    root,
    show: (address) => {
      for (const row of details.querySelectorAll("[data-property]")) {
        const isNamed = row.getAttribute("data-property") === address.property;
        row.classList.toggle("named", isNamed);
      }
      const named = check.properties.find((property) => property.name === address.property);
      source.mark([named?.place ?? check.place].flatMap((place) => place ?? []));
    },
    resize: () => undefined,
    keys: [],
  };
}

type ShowPlace = (place: Place | undefined) => void;

function section(title: string, content: Child): HTMLElement {
  return element("section", {}, element("h2", { text: title }), content);
}

/** A table with a head; numbers stand right. */
function table(heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { text })))),
    element("tbody", {}, ...rows),
  );
}

function placeButton(text: string, place: Place | undefined, showPlace: ShowPlace): HTMLElement {
  return place === undefined
    ? element("span", { text })
    : button(text, () => showPlace(place), {
        class: "link plain",
        title: "Show in the specification",
      });
}

function propertyTable(shell: Shell, check: CheckReport, showPlace: ShowPlace): HTMLElement {
  return table(
    ["", "Property", "Verdict", "Evidence", ""],
    check.properties.map((property) => propertyRow(shell, check, property, showPlace)),
  );
}

function propertyRow(
  shell: Shell,
  check: CheckReport,
  property: PropertyReport,
  showPlace: ShowPlace,
): HTMLElement {
  const words = markWords(property.mark);
  const open = (): void => shell.open({ check: check.id, property: property.name });
  const label = property.trace?.kind === "example" ? "example trace" : "counterexample";
  return element(
    "tr",
    { attributes: { "data-property": property.name } },
    element("td", {}, badge(property.mark, words)),
    element(
      "td",
      { class: "name" },
      placeButton(property.name, property.place, showPlace),
      element("div", {
        class: "quiet",
        text: property.kind === property.name ? "built in" : property.kind,
      }),
    ),
    element("td", { text: property.headline + (property.expected ? ", as expected" : "") }),
    element("td", { class: "quiet", text: property.evidence.join("; ") }),
    element(
      "td",
      {},
      property.trace === undefined ? undefined : button(label, open, { class: "link" }),
    ),
  );
}

function expectations(check: CheckReport, showPlace: ShowPlace): HTMLElement {
  return table(
    ["", "Expectation", "Outcome"],
    check.expectations.map((expectation) =>
      element(
        "tr",
        {},
        element(
          "td",
          {},
          badge(expectation.met ? "good" : "bad", expectation.met ? "met" : "not met"),
        ),
        element("td", {}, placeButton(expectation.text, expectation.place, showPlace)),
        element("td", { text: expectation.detail }),
      ),
    ),
  );
}

function findings(check: CheckReport, showPlace: ShowPlace): HTMLElement {
  const items = check.findings.map((finding) =>
    element(
      "li",
      { class: `finding ${finding.severity}` },
      element("code", { class: "finding-code", text: finding.code }),
      " ",
      placeButton(finding.title, finding.place, showPlace),
      ...finding.notes.map((note) => element("div", { class: "quiet", text: note })),
    ),
  );
  return element("ul", { class: "findings" }, ...items);
}

function settings(check: CheckReport): HTMLElement {
  const items = check.settings.map(({ name, value, set }) =>
    element(
      "li",
      { class: set ? "setting set" : "setting", title: set ? "set by the check" : "as declared" },
      element("code", { text: `${name} = ${value}` }),
      set ? undefined : element("span", { class: "quiet", text: "as declared" }),
    ),
  );
  return element("ul", { class: "settings" }, ...items);
}

function coverage(check: CheckReport, showPlace: ShowPlace): HTMLElement {
  const most = check.coverage.reduce((high, { taken }) => Math.max(high, taken), 1);
  const never = check.coverage.filter(({ taken }) => taken === 0).length;
  const made = table(
    ["Rule", "Kind", "Taken", ""],
    check.coverage.map((rule) => coverageRow(rule, most, showPlace)),
  );
  const total = check.coverage.length;
  const text =
    never === 0
      ? `All ${total} rules were taken.`
      : `${total - never} of ${total} rules were taken; ${never} never.`;
  return element("div", { class: "coverage" }, element("p", { class: "quiet", text }), made);
}

function coverageRow(rule: CoverageReport, most: number, showPlace: ShowPlace): HTMLElement {
  const bar = element("span", { class: "bar" });
  bar.style.width = `${(Math.log1p(rule.taken) / Math.log1p(most)) * 100}%`;
  return element(
    "tr",
    { class: rule.taken === 0 ? "never" : "" },
    element("td", { class: "rule" }, placeButton(rule.rule, rule.place, showPlace)),
    element("td", { class: "quiet", text: rule.kind }),
    element("td", {
      class: "number",
      text: rule.taken === 0 ? "never" : rule.taken.toLocaleString("en"),
    }),
    element("td", { class: "bar-cell" }, bar),
  );
}
