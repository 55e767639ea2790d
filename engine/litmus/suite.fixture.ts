/** The published litmus tests, which lie beside the repository and not in it. */
import { existsSync, readFileSync } from "node:fs";

export interface Litmus {
  readonly name: string;
  readonly init?: Readonly<Record<string, number>>;
  readonly threads: readonly (readonly string[])[];
  readonly states: { readonly sc: number; readonly tso: number };
  readonly finals_sc: readonly string[];
  readonly finals_tso_extra?: readonly string[];
}

const FILE = new URL("../../../shared/reference/litmus-x86tso.json", import.meta.url);

/** None where the file is not there. */
export const SUITE: readonly Litmus[] = existsSync(FILE)
  ? (JSON.parse(readFileSync(FILE, "utf8")) as { readonly tests: readonly Litmus[] }).tests
  : [];
