/**
 * What is going to happen when: turns of actors, by number, and tasks of everything else that takes
 * part in a run, such as carriers, virtual CPUs, traffic and the plan.
 *
 *     0 … actors - 1   the actor's turn        above   a task, which frees its number when done
 *
 * Of what is at one time, what was put in first comes first. Hardware works in many small tasks
 * after which no actor can do anything that he could not do before; these are quiet, so that nobody
 * looks for work in vain. Nothing is ever taken out: who changes
 * his mind lets his task see for itself that it is out of date.
 */
import { createEventQueue } from "../schedule/event-queue.ts";

export type Task = () => void;

/** Given for a quiet task; the number of no actor. */
export const QUIET: number = -1;

export interface Agenda {
  /** Nanoseconds since the start of the run: that of what was taken last. */
  readonly now: number;
  /** When the next is; infinite when there is none. */
  readonly next: number;
  /** Puts in a turn of an actor. */
  turn(time: number, actor: number): void;
  /** Puts in a task; throws a RangeError for a time that is over. */
  later(time: number, task: Task): void;
  /** The same for a quiet task. */
  quietly(time: number, task: Task): void;
  /** The quiet task that is being done has done something for an actor, after all. */
  rouse(): void;
  /**
   * Takes the next out. A task is done, and then undefined is given, or QUIET; else the actor's
   * number.
   */
  advance(): number | undefined;
}

export function createAgenda(actors: number): Agenda {
  const queue = createEventQueue();
  const tasks: (Task | undefined)[] = [];
  const quiet: boolean[] = [];
  const free: number[] = [];
  let now = 0;
  let isRoused = false;
  const put = (time: number, task: Task, isQuiet: boolean): void => {
    if (!(time >= now)) throw new RangeError(`${time} is before ${now}`);
    const slot = free.pop() ?? tasks.length;
    tasks[slot] = task;
    quiet[slot] = isQuiet;
    queue.add(time, actors + slot);
  };
  return {
    get now() {
      return now;
    },
    get next() {
      return queue.first;
    },
    turn: (time, actor) => queue.add(time, actor),
    later: (time, task) => put(time, task, false),
    quietly: (time, task) => put(time, task, true),
    rouse() {
      isRoused = true;
    },
    advance() {
      now = queue.first;
      const subject = queue.take();
      if (subject < actors) return subject;
      const slot = subject - actors;
      const task = tasks[slot];
      tasks[slot] = undefined;
      const isQuiet = quiet[slot] === true;
      free.push(slot);
      isRoused = false;
      task?.();
      return isQuiet && !isRoused ? QUIET : undefined;
    },
  };
}
