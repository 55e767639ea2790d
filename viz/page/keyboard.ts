/**
 * Keys: one table for the page, extended by each view, and the help that lists it.
 */
import { button, element } from "./element.ts";
import type { KeyAction } from "./view.ts";

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageDown: "PgDn",
  PageUp: "PgUp",
};

/** Runs the action of a key, unless the user is writing in a field. */
export function handleKey(event: KeyboardEvent, actions: readonly KeyAction[]): void {
  const { target } = event;
  const isWriting = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  const isInDialog = target instanceof Element && target.closest("dialog") !== null;
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting || isInDialog) {
    return;
  }
  const action = actions.find(({ keys }) => keys.includes(event.key));
  if (action !== undefined) {
    event.preventDefault();
    action.run();
  }
}

/** Opens the help: a dialog that lists the keys of the present view. */
export function showHelp(actions: readonly KeyAction[]): void {
  const rows = actions.map(({ keys, help }) => {
    const names = element("td", { class: "keys" });
    for (const key of keys) {
      names.append(element("kbd", { text: KEY_NAMES[key] ?? key }));
    }
    return element("tr", {}, names, element("td", { text: help }));
  });
  const dialog = element("dialog", { class: "help" });
  const signs = [
    ["●", "a step"],
    ["○", "a step that changes nothing"],
    ["✕", "a fault, or a message that was lost"],
    ["▲", "a raised interrupt"],
    ["┈", "a message waits in its channel"],
    ["□", "a message still waits at the end"],
    ["╌╌", "from what must be done first to a step that waits for it"],
  ].map(([sign, meaning]) =>
    element(
      "tr",
      {},
      element("td", { class: "keys", text: sign }),
      element("td", { text: meaning }),
    ),
  );
  dialog.append(
    element("h2", { text: "Keys" }),
    element("table", {}, element("tbody", {}, ...rows)),
    element("h2", { text: "Signs" }),
    element("table", {}, element("tbody", {}, ...signs)),
    button("Close", () => dialog.close()),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}
