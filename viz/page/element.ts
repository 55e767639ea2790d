/**
 * DOM elements without markup: the only way in which this page puts text on the screen.
 *
 * Every string from a specification or a recording goes through `visible` and then `textContent`,
 * so that it can neither become an element nor reorder its surroundings: control characters and the
 * marks that change the direction of text are shown as their code points.
 */

/** Longer texts are cut in the middle, with the rest in the title; in UTF-16 units. */
const TEXT_LIMIT = 400;
/** The limit of texts that are there to be read at length: reasons, titles, lines of a source. */
export const LONG_TEXT_LIMIT = 3_000;

/** A child of an element. */
export type Child = Node | string | undefined;

/** What an element is made with; `text` replaces children. */
export interface Properties {
  readonly class?: string | undefined;
  readonly text?: string | undefined;
  readonly title?: string | undefined;
  /** Longest text that is shown, in UTF-16 units. */
  readonly limit?: number | undefined;
  readonly attributes?: Readonly<Record<string, string | undefined>> | undefined;
  readonly onClick?: (() => void) | undefined;
}

// Line feeds and tabs are not among them: they change nothing but white space. Written as a string,
// because a pattern with control characters in it is usually a mistake; here they are the point.
const HIDDEN_CHARACTERS = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200b-\\u200f" +
    "\\u2028-\\u202e\\u2060-\\u2069\\ufeff]",
  "g",
);

/** Text in which nothing is invisible: `U+202E` in place of a right-to-left override. */
export function visible(text: string): string {
  return text.replace(HIDDEN_CHARACTERS, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `⟨U+${code}⟩`;
  });
}

/** Makes an element. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (properties.class !== undefined) {
    made.className = properties.class;
  }
  const { text, limit = TEXT_LIMIT } = properties;
  const title = properties.title ?? (text !== undefined && text.length > limit ? text : undefined);
  if (title !== undefined) {
    made.title = visible(shorten(title, LONG_TEXT_LIMIT));
  }
  for (const [name, value] of Object.entries(properties.attributes ?? {})) {
    if (value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  if (properties.onClick !== undefined) {
    made.addEventListener("click", properties.onClick);
  }
  if (text !== undefined) {
    made.textContent = visible(shorten(text, limit));
  }
  append(made, children);
  return made;
}

/** Appends children; strings become text. */
export function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== undefined) {
      parent.append(typeof child === "string" ? visible(child) : child);
    }
  }
}

/** Prose in which names stand between backticks: these become code, everything stays text. */
export function prose(text: string): readonly Node[] {
  const parts = shorten(text, LONG_TEXT_LIMIT).split("`");
  return parts.map((part, index) =>
    // An odd part stands between two backticks, unless the last backtick has no partner.
    index % 2 === 1 && index < parts.length - 1
      ? element("code", { text: part })
      : document.createTextNode(visible(index % 2 === 1 ? `\`${part}` : part)),
  );
}

/** Replaces all children. */
export function replaceChildren(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** A button that looks like text where the style says so. */
export function button(
  text: string,
  onClick: () => void,
  properties: Properties = {},
): HTMLButtonElement {
  return element("button", {
    ...properties,
    text,
    attributes: { type: "button", ...properties.attributes },
    onClick,
  });
}

/** Keeps both ends of a long name, because the ends are what differs between names. */
export function shorten(text: string, length: number): string {
  if (text.length <= length || length < 3) {
    return text;
  }
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}
