/** Several ways of one step, each of which begins with the state as it was before them. */
import type { Effect } from "../../spec/model.ts";
import type { Command } from "./code.ts";
import { block, captured, emit, hold } from "./emitter.ts";
import { ZERO } from "./terms.ts";
import type { StepContext } from "./outcome.ts";

/** What follows in a way, and how effects are performed before it. */
export type Rest = (context: StepContext) => void;
export type Perform = (effects: readonly Effect[], context: StepContext, rest: Rest) => void;

/** Writes each way as a block that begins with the state as it is here. */
export function forked(
  context: StepContext,
  ways: readonly ((inner: StepContext) => void)[],
): void {
  const { emitter } = context;
  const bodies = ways.map((write) =>
    captured(emitter, () => block(emitter, (way) => write({ ...context, way }))),
  );
  // The first way finds the state as it is; what it changes is put back before the others.
  const changed = new Set(bodies.flatMap((body) => [...wordsWritten(body)]));
  const saved = [...changed].map((word) => ({
    word,
    value: ways.length > 1 ? hold(emitter, { op: "next", word }) : ZERO,
  }));
  for (const [index, body] of bodies.entries()) {
    if (index > 0) for (const each of saved) emit(emitter, { do: "next", ...each });
    for (const command of body) emitter.out.push(command);
  }
}

/** The body of a loop, each round of which begins with the state as it was before the loop. */
export function restoring(context: StepContext, body: readonly Command[]): readonly Command[] {
  const { emitter } = context;
  const saved = [...wordsWritten(body)].map((word) => ({
    word,
    value: hold(emitter, { op: "next", word }),
  }));
  return [...saved.map((each): Command => ({ do: "next", ...each })), ...body];
}

function wordsWritten(commands: readonly Command[]): ReadonlySet<number> {
  const words = new Set<number>();
  const visit = (inner: readonly Command[]): void => {
    for (const command of inner) {
      if (command.do === "next") words.add(command.word);
      if (command.do === "if") visit([...command.then, ...command.else]);
      if (command.do === "while" || command.do === "block") visit(command.body);
    }
  };
  visit(commands);
  return words;
}
