/**
 * The entry of a page with several checks or recordings: one line for each, violated ones readable
 * at a glance, every property a link.
 */
import type { CheckReport, PropertyReport, RecordingReport } from "../document.ts";
import { badge, header, markWords, type Shell, type View } from "./view.ts";
import { button, element, shorten } from "./element.ts";

/** Builds the overview. */
export function makeOverview(shell: Shell): View {
  const { document: report } = shell;
  const top = header({
    shell,
    mark: report.mark,
    words: markWords(report.mark),
    headline: report.headline,
    trail: [],
    subject: [],
    counts: [],
    caveats: [],
  });
  const list = element("ol", { class: "entries" });
  list.append(
    ...report.checks.map((check) => checkEntry(shell, check)),
    ...report.recordings.map((recording) => recordingEntry(shell, recording)),
  );
  const root = element("main", { class: "overview" }, top, list);
  return { root, show: () => undefined, resize: () => undefined, keys: [] };
}

function checkEntry(shell: Shell, check: CheckReport): HTMLElement {
  const words = check.mark === "good" ? "ok" : check.mark === "bad" ? "failed" : "unknown";
  const set = check.settings.filter((setting) => setting.set);
  const settings = set.map(({ name, value }) => `${name} = ${value}`);
  const chips = element("div", { class: "chips" });
  chips.append(...check.properties.map((property) => propertyChip(shell, check, property)));
  return element(
    "li",
    { class: `entry entry-${check.mark}` },
    badge(check.mark, words),
    element(
      "div",
      { class: "entry-main" },
      element(
        "div",
        { class: "entry-title" },
        button(shorten(check.name, 70), () => shell.open({ check: check.id }), {
          class: "entry-name",
          title: check.name,
        }),
        element("span", { class: "entry-of", text: `${check.kind} of ${check.system}` }),
        element("span", { class: "entry-file", text: check.file }),
      ),
      element("p", { class: "entry-headline", text: check.summary }),
      chips,
    ),
    element(
      "div",
      { class: "entry-facts" },
      element("div", { text: check.counts.slice(0, 1).join(" · ") }),
      element("div", { class: "quiet", text: check.counts.slice(3).join(" · ") }),
      element("div", {
        class: "quiet",
        text: shorten(settings.join(", "), 60),
        title: settings.join(", "),
      }),
    ),
  );
}

/** A property as a link with its mark. */
export function propertyChip(
  shell: Shell,
  check: CheckReport,
  property: PropertyReport,
  current = false,
): HTMLElement {
  const words = `${property.headline}${property.expected ? ", as expected" : ""}`;
  const chip = button("", () => shell.open({ check: check.id, property: property.name }), {
    class: `chip chip-${property.mark}${property.expected ? " expected" : ""}`,
    title: words,
    attributes: { "aria-current": current ? "true" : undefined },
  });
  chip.append(badge(property.mark, markWords(property.mark)));
  chip.append(element("span", { text: shorten(property.name, 32) }));
  return chip;
}

function recordingEntry(shell: Shell, recording: RecordingReport): HTMLElement {
  const words = recording.mark === "good" ? "holds" : markWords(recording.mark);
  const lines = recording.properties.map((property) =>
    element(
      "li",
      {},
      badge(property.mark, markWords(property.mark)),
      element("span", { text: property.headline }),
    ),
  );
  return element(
    "li",
    { class: `entry entry-${recording.mark}` },
    badge(recording.mark, words),
    element(
      "div",
      { class: "entry-main" },
      element(
        "div",
        { class: "entry-title" },
        button(shorten(recording.id, 70), () => shell.open({ recording: recording.id }), {
          class: "entry-name",
          title: recording.id,
        }),
        element("span", { class: "entry-file", text: recording.files.join(", ") }),
      ),
      element("p", { class: "entry-headline", text: recording.headline }),
      element("ul", { class: "entry-properties" }, ...lines),
    ),
    element(
      "div",
      { class: "entry-facts" },
      ...recording.counts.slice(0, 3).map((text) => element("div", { class: "quiet", text })),
    ),
  );
}
