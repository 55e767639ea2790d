/**
 * `View`: what the page shows at one time, and `Shell`: what a view may ask of the page.
 *
 * The address is the only state that views share. A view never changes what another one shows: it
 * asks the shell to go to an address, and the shell shows it, as if a link had been opened.
 */
import type { Mark, Place, ReportDocument } from "../document.ts";
import type { Address } from "./address.ts";
import { button, type Child, element, shorten } from "./element.ts";

export interface Shell {
  readonly document: ReportDocument;
  /** Goes to the present address with some parts changed; steps replace, views push history. */
  readonly go: (change: Partial<Address>) => void;
  /** Opens another view. */
  readonly open: (target: Partial<Address>) => void;
  readonly address: () => Address;
}

/** What a key does; the help lists `help`. */
export interface KeyAction {
  readonly keys: readonly string[];
  readonly help: string;
  readonly run: () => void;
}

export interface View {
  readonly root: HTMLElement;
  /** Shows another step, filter or variable of the same view. */
  readonly show: (address: Address) => void;
  /** Called when the view is in the page, and whenever the size of the window changes. */
  readonly resize: () => void;
  readonly keys: readonly KeyAction[];
}

const SIGNS: Readonly<Record<Mark, string>> = { good: "✓", bad: "✕", unknown: "?" };

/** A mark as a sign; `words` name it for those who do not see it. */
export function badge(mark: Mark, words: string): HTMLElement {
  return element("span", {
    class: `badge badge-${mark}`,
    text: SIGNS[mark],
    title: words,
    attributes: { role: "img", "aria-label": words },
  });
}

/** The words for a mark of a property. */
export function markWords(mark: Mark): string {
  return mark === "good" ? "holds" : mark === "bad" ? "violated" : "unknown";
}

/** `netserver.libretto:55` */
export function placeText(shown: ReportDocument, place: Place | undefined): string {
  const path = place === undefined ? undefined : shown.sources[place.source]?.path;
  return place === undefined || path === undefined ? "" : `${path}:${place.line}`;
}

/** Longest texts of the verdict line, in UTF-16 units; the title of each has the rest. */
const HEADLINE_LIMIT = 240;
const NAME_LIMIT = 60;
const FACT_LIMIT = 240;

/** A title for a text that had to be cut. */
function long(text: string): string | undefined {
  return text.length > FACT_LIMIT ? text : undefined;
}

export interface HeaderInput {
  readonly shell: Shell;
  readonly mark: Mark;
  readonly words: string;
  readonly headline: string;
  /** Where the view is: `crashOnce`, `NoHalfOpen`; each opens what it names. */
  readonly trail: readonly { readonly text: string; readonly target: Partial<Address> }[];
  readonly subject: readonly string[];
  readonly counts: readonly string[];
  readonly caveats: readonly string[];
  readonly tools?: readonly Child[];
}

/** The verdict line: the first thing on every view. */
export function header(input: HeaderInput): HTMLElement {
  const trail = element("nav", { class: "trail", attributes: { "aria-label": "Where you are" } });
  const places = [{ text: input.shell.document.title, target: {} }, ...input.trail];
  places.forEach(({ text, target }, index) => {
    if (index > 0) {
      trail.append(element("span", { class: "separator", text: "›" }));
    }
    trail.append(
      index === places.length - 1
        ? element("span", { class: "here", text: shorten(text, NAME_LIMIT), title: text })
        : button(shorten(text, NAME_LIMIT), () => input.shell.open(target), { class: "link" }),
    );
  });
  const cuts = input.shell.document.cuts.map((cut) => `page budget: ${cut}`);
  const caveats = [...input.caveats, ...cuts];
  return element(
    "header",
    { class: `verdict verdict-${input.mark}` },
    element(
      "div",
      { class: "verdict-top" },
      trail,
      element("div", { class: "tools" }, ...(input.tools ?? [])),
    ),
    element(
      "h1",
      {},
      badge(input.mark, input.words),
      element("span", {
        text: shorten(input.headline, HEADLINE_LIMIT),
        title: long(input.headline),
      }),
    ),
    facts("subject", input.subject),
    facts("counts", [...input.counts, ...caveats]),
  );
}

function facts(name: string, texts: readonly string[]): HTMLElement | undefined {
  const shown = texts.filter((text) => text !== "");
  return shown.length === 0
    ? undefined
    : element(
        "ul",
        { class: `facts ${name}` },
        ...shown.map((text) =>
          element("li", { text: shorten(text, FACT_LIMIT), title: long(text) }),
        ),
      );
}
