/**
 * Code that tells all about one state by its successors alone: steps, sightings and counts.
 *
 *     expand, then judge        sight 3   ──►  emit labels + 3
 *                               count 5   ──►  emit labels + sites + 5
 *
 * `Core.successors` looks at a state outside of a search: it tells no sightings and counts nothing,
 * and that is what a walk needs to know. Instead of another face of every Core, the Code is
 * rewritten so that what would be told or counted is emitted as one more successor, under a label
 * of its own. What such a successor looks like means nothing; only its label does.
 *
 * Judging comes last, because registers belong to expanding and are not 0 afterwards; the routines
 * that judge do not use them.
 */
import type { Code, Command, Routine } from "../compile/code.ts";

/** What a label of surveying Code stands for. */
export type Told =
  | { readonly what: "step"; readonly label: number }
  | { readonly what: "sight"; readonly site: number }
  | { readonly what: "count"; readonly counter: number };

/** The Code that emits what `code` emits, tells and counts when it expands and judges a state. */
export function surveyingCode(code: Code): Code {
  const rewrite = ({ locals, body }: Routine): Routine => ({ locals, body: told(code, body) });
  return {
    ...code,
    labels: code.labels + code.sites + code.counters,
    sites: 0,
    counters: 0,
    expand: [...code.expand, ...code.judge].map(rewrite),
    judge: [],
  };
}

/** The meaning of a label of `surveyingCode(code)`. */
export function toldBy(code: Code, label: number): Told {
  if (label < code.labels) return { what: "step", label };
  const site = label - code.labels;
  if (site < code.sites) return { what: "sight", site };
  return { what: "count", counter: site - code.sites };
}

function told(code: Code, commands: readonly Command[]): readonly Command[] {
  return commands.map((command): Command => {
    switch (command.do) {
      case "sight":
        return { do: "emit", label: code.labels + command.site };
      case "count":
        return { do: "emit", label: code.labels + code.sites + command.counter };
      case "if": {
        const { then, else: otherwise } = command;
        return { ...command, then: told(code, then), else: told(code, otherwise) };
      }
      case "while":
      case "block":
        return { ...command, body: told(code, command.body) };
      default:
        return command;
    }
  });
}
