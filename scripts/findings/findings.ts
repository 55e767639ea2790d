/** The findings of this repository: its catalogues, its checks, and the page they give. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCatalogue } from "./catalogue.ts";
import { checkModels, type Measured } from "./measured.ts";
import { type Findings, renderFindings, type Shelf } from "./render.ts";

export const FINDINGS_PAGE = "models/FINDINGS.md";

/** Runs the checks; what is wrong with a catalogue or the run is among the problems. */
export function findingsOf(root: string): Findings & { readonly measured: Measured | undefined } {
  const problems: string[] = [];
  const shelves: Shelf[] = [];
  for (const path of globSync("models/*/findings.json", { cwd: root }).toSorted()) {
    const catalogue = readCatalogue(readFileSync(join(root, path), "utf8"));
    if (typeof catalogue === "string") problems.push(`${path}: ${catalogue}`);
    else shelves.push({ folder: dirname(path).split(/[\\/]/).at(-1) ?? "", catalogue });
  }
  const measured = checkModels(root);
  if (typeof measured === "string") {
    return { text: "", problems: [...problems, measured], measured: undefined };
  }
  const rendered = renderFindings(shelves, measured);
  return { text: rendered.text, problems: [...problems, ...rendered.problems], measured };
}
