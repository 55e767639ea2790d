/**
 * The page: reads its document, shows the view that the address names, and follows keys and links.
 */
import type { CheckReport, PropertyReport, ReportDocument } from "../document.ts";
import { type Address, formatAddress, NOWHERE, parseAddress } from "./address.ts";
import { makeCheckView } from "./check-view.ts";
import { button, element, replaceChildren, visible } from "./element.ts";
import { handleKey, showHelp } from "./keyboard.ts";
import { makeOverview } from "./overview.ts";
import { makePathView } from "./path-view.ts";
import { makeRecordingView } from "./recording-view.ts";
import type { KeyAction, Shell, View } from "./view.ts";

const NOTICE_MILLISECONDS = 2_500;

/** What identifies a view; everything else in an address is shown by the same view. */
interface Route {
  readonly key: string;
  readonly make: () => View;
}

function routeOf(shell: Shell, address: Address): Route {
  const { checks, recordings } = shell.document;
  const only = checks.length === 1 && recordings.length === 0 ? checks[0] : undefined;
  const named = findProperty(checks, address);
  if (named !== undefined) {
    return propertyRoute(shell, named.check, named.property);
  }
  const check = checks.find(({ id }) => id === address.check);
  if (check !== undefined) {
    return { key: `check ${check.id}`, make: () => makeCheckView(shell, check) };
  }
  const recording =
    recordings.find(({ id }) => id === address.recording) ??
    (recordings.length === 1 && checks.length === 0 ? recordings[0] : undefined);
  if (recording !== undefined) {
    return { key: `recording ${recording.id}`, make: () => makeRecordingView(shell, recording) };
  }
  if (only !== undefined) {
    const telling = only.properties.find(
      ({ mark, trace }) => mark === "bad" && trace !== undefined,
    );
    return telling === undefined
      ? { key: `check ${only.id}`, make: () => makeCheckView(shell, only) }
      : propertyRoute(shell, only, telling);
  }
  return { key: "overview", make: () => makeOverview(shell) };
}

function propertyRoute(shell: Shell, check: CheckReport, property: PropertyReport): Route {
  const { trace } = property;
  return trace === undefined
    ? { key: `check ${check.id}`, make: () => makeCheckView(shell, check) }
    : {
        key: `path ${check.id} ${property.name}`,
        make: () => makePathView(shell, check, property, trace),
      };
}

/** The property of an address: in the named check, or in the first check that violates it. */
function findProperty(
  checks: readonly CheckReport[],
  address: Address,
): { check: CheckReport; property: PropertyReport } | undefined {
  const found = checks
    .filter(({ id }) => address.check === undefined || id === address.check)
    .flatMap((check) =>
      check.properties
        .filter(({ name }) => name === address.property)
        .map((property) => ({ check, property })),
    );
  return found.find(({ property }) => property.mark === "bad") ?? found[0];
}

function notice(text: string, link?: string): void {
  const made = element("div", { class: "notice", attributes: { role: "status" } }, text);
  if (link !== undefined) {
    const field = element("input", { attributes: { type: "text", readonly: "" } });
    field.value = link;
    made.append(field);
  }
  document.body.append(made);
  made.querySelector("input")?.select();
  setTimeout(
    () => made.remove(),
    link === undefined ? NOTICE_MILLISECONDS : 4 * NOTICE_MILLISECONDS,
  );
}

async function copyLink(): Promise<void> {
  const link = location.href;
  try {
    await navigator.clipboard.writeText(link);
    notice("The link to this step is copied.");
  } catch {
    // Browsers refuse the clipboard to some pages; then the link is shown, selected.
    notice("Copy this link: ", link);
  }
}

function start(report: ReportDocument, root: HTMLElement): void {
  let address = parseAddress(location.hash);
  let shown: { key: string; view: View } | undefined;
  const store = (next: Address, push: boolean): void => {
    address = next;
    const url = formatAddress(next) || location.pathname + location.search;
    history[push ? "pushState" : "replaceState"](null, "", url);
    render();
  };
  const shell: Shell = {
    document: report,
    address: () => address,
    go: (change) => store({ ...address, ...change }, false),
    open: (target) => store({ ...NOWHERE, ...target }, true),
  };
  const common: readonly KeyAction[] = [
    { keys: ["l"], help: "copy the link to what is shown", run: () => void copyLink() },
    { keys: ["o"], help: "overview", run: () => shell.open({}) },
    { keys: ["?"], help: "this help", run: () => showHelp(keys()) },
  ];
  const keys = (): readonly KeyAction[] => [...(shown?.view.keys ?? []), ...common];
  const render = (): void => {
    const route = routeOf(shell, address);
    if (shown?.key !== route.key) {
      shown = { key: route.key, view: route.make() };
      replaceChildren(root, shown.view.root);
      shown.view.root.querySelector(".tools")?.append(
        button("link", () => void copyLink(), { title: "Copy the link to what is shown (l)" }),
        button("?", () => showHelp(keys()), { title: "Keys and signs (?)" }),
      );
      shown.view.resize();
      document.title = visible(`${report.headline} — ${report.title}`);
    }
    shown.view.show(address);
  };
  addEventListener("hashchange", () => {
    address = parseAddress(location.hash);
    render();
  });
  addEventListener("popstate", () => {
    address = parseAddress(location.hash);
    render();
  });
  addEventListener("keydown", (event) => handleKey(event, keys()));
  addEventListener("resize", () => {
    shown?.view.resize();
    shown?.view.show(address);
  });
  addEventListener("beforeprint", () => {
    for (const details of root.querySelectorAll("details")) {
      details.open = true;
    }
  });
  render();
}

const data = document.getElementById("rehearsal-document")?.textContent;
const root = document.getElementById("page");
if (data !== null && data !== undefined && root !== null) {
  const report: ReportDocument = JSON.parse(data);
  start(report, root);
}
