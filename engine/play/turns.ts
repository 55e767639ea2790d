/**
 * Turns: which actor acts when.
 *
 *     a step that the Model allows ──hardware: not before──► ready ──latency──► turn of its actor
 *
 * An actor has one turn at a time, for the first thing that it could do; something that can be
 * sooner takes the turn over, as a message does from a timer. In its turn an actor takes one of all
 * steps that are ready, so none is passed over for good.
 */
import type { Choice } from "../system.ts";
import { DRAIN, type Span, STEP, THINK } from "./latencies.ts";
import { type Home, NOWHERE, type Playing, type Turn } from "./playing.ts";
import type { PlayedStep } from "../../spec/step-source.ts";
import { draw, readyAt } from "./waiting.ts";

export const NEVER: Turn = { time: Number.POSITIVE_INFINITY, earliest: Number.POSITIVE_INFINITY };

/** Gives a turn to everybody who could do something sooner than in the turn that he has. */
export function wake<State>(run: Playing<State>): void {
  const { system, turns, random, agenda, homes } = run;
  const { now } = agenda;
  const choices = system.choices();
  dropWork(run, choices);
  for (let index = 0; index < choices.length; ) {
    const actor = choices[index]?.actor ?? 0;
    let ready = Number.POSITIVE_INFINITY;
    // Choices are ordered by their actors.
    for (; choices[index]?.actor === actor; index++) {
      const choice = choices[index];
      if (choice !== undefined) ready = Math.min(ready, choiceReady(run, choice));
    }
    if (ready === Number.POSITIVE_INFINITY) continue;
    const span = system.actors[actor]?.kind === "drain" ? DRAIN : paced(STEP, homes[actor]);
    const base = Math.max(now, ready);
    const turn = turns[actor] ?? NEVER;
    if (base + span.least >= turn.earliest) continue;
    const time = Math.min(turn.time, base + draw(random, span));
    giveTurn(run, actor, { time, earliest: base + span.least });
  }
}

export function giveTurn<State>(run: Playing<State>, actor: number, turn: Turn): void {
  if (run.turns[actor]?.time !== turn.time) run.agenda.turn(turn.time, actor);
  run.turns[actor] = turn;
}

/** What an actor can do now. */
export function readyChoices<State>(run: Playing<State>, actor: number): readonly Choice[] {
  return run.system
    .choices()
    .filter((choice) => choice.actor === actor && choiceReady(run, choice) <= run.agenda.now);
}

function paced({ least, most }: Span, { pace }: Home = NOWHERE): Span {
  return pace === 1 ? { least, most } : { least: least * pace, most: most * pace };
}

/** Work on a step that has become impossible is lost. */
function dropWork<State>(
  { durations, thinking, system }: Playing<State>,
  choices: readonly Choice[],
): void {
  if (durations.size === 0) return;
  for (const transition of thinking.keys()) {
    if (!durations.has(transition)) continue;
    if (choices.some((choice) => system.stepOf(choice).transition === transition)) continue;
    thinking.delete(transition);
  }
}

/**
 * When a choice can be taken. Whoever need not act thinks first, and what the text says takes long
 * takes so long. What makes a step impossible for a while, such as a full channel, does not make
 * anybody think again.
 */
function choiceReady<State>(run: Playing<State>, choice: Choice): number {
  const { system, thinking, durations, agenda, random } = run;
  const step = system.stepOf(choice);
  const ready = readyAt(run, step);
  const span = durations.get(step.transition) ?? (isIdle(run, step) ? THINK : undefined);
  if (span === undefined || ready === Number.POSITIVE_INFINITY) return ready;
  const until = thinking.get(step.transition) ?? Math.max(agenda.now, ready) + draw(random, span);
  thinking.set(step.transition, until);
  return until;
}

/** A step that nobody and nothing makes happen. */
function isIdle<State>({ deployment }: Playing<State>, { transition }: PlayedStep<State>): boolean {
  const { kind, fairness } = deployment.model.transitions[transition] ?? {};
  return kind === "step" && fairness === "none";
}
