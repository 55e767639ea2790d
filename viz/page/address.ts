/**
 * The address of a view: everything that a link must restore, in the fragment of the page's URL.
 *
 *     report.html#p=NoHalfOpen&step=5            a step of the counterexample to NoHalfOpen
 *     report.html#c=noFaults                     the details of a check
 *     report.html#r=Tcp&conn=3&step=2            a step of the third connection of a recording
 */

export interface Address {
  readonly check: string | undefined;
  readonly property: string | undefined;
  readonly recording: string | undefined;
  readonly connection: string | undefined;
  readonly step: number | undefined;
  readonly diff: "previous" | "initial";
  readonly filter: string;
  /** Name of the selected variable. */
  readonly variable: string | undefined;
}

export const NOWHERE: Address = {
  check: undefined,
  property: undefined,
  recording: undefined,
  connection: undefined,
  step: undefined,
  diff: "previous",
  filter: "",
  variable: undefined,
};

/** Reads a fragment, with or without its `#`. Unknown keys and malformed values are left out. */
export function parseAddress(fragment: string): Address {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  const step = values.get("step");
  return {
    check: values.get("c") ?? undefined,
    property: values.get("p") ?? undefined,
    recording: values.get("r") ?? undefined,
    connection: values.get("conn") ?? undefined,
    step: step !== null && /^\d{1,9}$/.test(step) ? Number(step) : undefined,
    diff: values.get("diff") === "initial" ? "initial" : "previous",
    filter: values.get("filter") ?? "",
    variable: values.get("sel") ?? undefined,
  };
}

/** Writes a fragment with its `#`; empty for the entry of the page. */
export function formatAddress(address: Address): string {
  const values = new URLSearchParams();
  const entries: readonly (readonly [string, string | undefined])[] = [
    ["c", address.check],
    ["p", address.property],
    ["r", address.recording],
    ["conn", address.connection],
    ["step", address.step === undefined ? undefined : String(address.step)],
    ["diff", address.diff === "initial" ? "initial" : undefined],
    ["filter", address.filter === "" ? undefined : address.filter],
    ["sel", address.variable],
  ];
  for (const [key, value] of entries) {
    if (value !== undefined) {
      values.set(key, value);
    }
  }
  const text = values.toString();
  return text === "" ? "" : `#${text}`;
}
