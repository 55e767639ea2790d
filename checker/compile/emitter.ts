/**
 * `Emitter`: the commands of a routine that is being written, and its numbers.
 *
 * Terms have no effects, so whatever is used more than once can be computed ahead of its use, also
 * inside a branch that will not be taken. `hold` does this, and keeps Code from growing with the
 * square of an expression.
 */
import type { Command, Routine, Term } from "./code.ts";
import { tested } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

/** Commands of one routine; one that needs more is not compiled. */
export const COMMANDS_MAX = 200_000;
/**
 * Expressions evaluated for one routine, each as often as loops and quantifiers around it repeat
 * it. Beyond, writing the code would take longer, and more memory, than it is worth.
 */
export const EXPRESSIONS_MAX = 400_000;

export interface Emitter {
  out: Command[];
  locals: number;
  blocks: number;
  commands: number;
  expressions: number;
}

export function newEmitter(): Emitter {
  return { out: [], locals: 0, blocks: 0, commands: 0, expressions: 0 };
}

export function routineOf({ locals, out }: Emitter): Routine {
  return { locals, body: out };
}

export function emit(emitter: Emitter, command: Command): void {
  emitter.commands++;
  if (emitter.commands > COMMANDS_MAX) {
    throw new Unsupported(`a transition of more than ${COMMANDS_MAX} commands`);
  }
  emitter.out.push(command);
}

/** Counts an expression that is written out. */
export function countExpression(emitter: Emitter): void {
  emitter.expressions++;
  if (emitter.expressions > EXPRESSIONS_MAX) {
    throw new Unsupported(
      `more than ${EXPRESSIONS_MAX} expressions when quantifiers are written out`,
    );
  }
}

/** The commands that `write` emits, taken apart from the rest. */
export function captured(emitter: Emitter, write: () => void): readonly Command[] {
  const before = emitter.out;
  emitter.out = [];
  write();
  const inner = emitter.out;
  emitter.out = before;
  return inner;
}

/** `if` with branches written by the given functions; nothing when the condition is constant. */
export function branch(
  emitter: Emitter,
  condition: Term,
  then: () => void,
  otherwise: () => void = () => {},
): void {
  if (condition.op === "const") {
    if (condition.value === 0) otherwise();
    else then();
    return;
  }
  const first = captured(emitter, then);
  const second = captured(emitter, otherwise);
  if (first.length > 0 || second.length > 0) {
    emit(emitter, { do: "if", condition: tested(condition), then: first, else: second });
  }
}

/** A block that `write` may leave by its number. */
export function block(emitter: Emitter, write: (block: number) => void): void {
  const number = emitter.blocks++;
  const body = captured(emitter, () => write(number));
  if (body.length > 0) emit(emitter, { do: "block", block: number, body });
}

/** A new local with the value. */
export function newLocal(emitter: Emitter, value: Term): { readonly op: "local"; local: number } {
  const local = emitter.locals++;
  emit(emitter, { do: "set", local, value });
  return { op: "local", local };
}

/**
 * The term itself when it is a constant or a local, else a local that holds its value. Locals made
 * here are set once, so that a reference to them stays valid.
 */
export function hold(emitter: Emitter, term: Term): Term {
  return term.op === "const" || term.op === "local" ? term : newLocal(emitter, term);
}
