/**
 * `rehearsal explain CODE`: the catalogue page of a message, or the list of all codes.
 */
import type { Command } from "commander";
import { unknownCode } from "../errors.ts";
import type { ExitCode } from "../exit.ts";
import type { Host } from "../host.ts";
import { catalogueCodes, cataloguePage, pageTitle } from "../installation.ts";
import { printProblems } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";

const HELP = `
Examples:
  rehearsal explain E0203     what the code means, an example, what to do
  rehearsal explain           all codes with their titles
`;

/** Declares the command. */
export function declareExplain(program: Command, host: Host, finish: Finish): void {
  program
    .command("explain")
    .description("explain a code such as E0203, or list all codes")
    .argument("[code]", "for example E0203")
    .addHelpText("after", HELP)
    .action((code: string | undefined) => finish(explain(code, host)));
}

function explain(code: string | undefined, host: Host): ExitCode {
  const codes = catalogueCodes();
  if (code === undefined) {
    const lines = codes.map((one) => `${one}  ${pageTitle(cataloguePage(one))}\n`);
    host.output.write(lines.join(""));
    return 0;
  }
  const wanted = code.toUpperCase();
  if (!codes.includes(wanted)) {
    printProblems([unknownCode(code, codes)], new Map(), host);
    return 2;
  }
  host.output.write(cataloguePage(wanted));
  return 0;
}
