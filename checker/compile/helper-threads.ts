/**
 * The helpers of a search, as the leader deals with them: their threads are started, given work,
 * waited for and ended.
 */
import { setImmediate as turn } from "node:timers/promises";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { HelperStart } from "./search-worker.ts";
import { areResting, type Team } from "./team.ts";

/**
 * Milliseconds of a search after which helpers are started. Threads that begin slow down all
 * others, most while the engine optimises code, and a search that was short so far may be over
 * soon: starting them at once cost more than they gave.
 */
const HELP_AFTER = 50;
/** States of a layer from which on it is shared. */
const SHARED_LAYER = 2048;
/** States that the leader takes at once while helpers begin, which then get some of the layer. */
const BEGINNING_CHUNK = 256;

export interface Helper {
  readonly me: number;
  readonly thread: Worker;
  readonly port: MessagePort;
  /** Messages of sightings that have come. */
  received: number;
}

/** Gives what is left of the layer to all helpers that are idle, if it is worth it. */
export function invite(team: Team): void {
  const { control, options } = team;
  callHelpers(team);
  const left = control.get("total") - control.get("cursor");
  if (left >= SHARED_LAYER || options.together === true) goOn(team);
}

/** Idle helpers work: a pause may have left them with positions that nobody else has. */
export function goOn({ control, helpers }: Team): void {
  for (const { me } of helpers) if (control.status(me) === "idle") control.give(me, "expand");
}

/** Starts helpers when the search takes long. */
function callHelpers(team: Team): void {
  const { control, helpers, options } = team;
  if (helpers.length > 0) return;
  if (performance.now() - team.began < HELP_AFTER && options.together !== true) return;
  for (let me = 1; me < options.workers; me++) helpers.push(startHelper(team, me));
  control.set("chunk", Math.min(control.get("chunk"), BEGINNING_CHUNK));
}

function startHelper(team: Team, me: number): Helper {
  const { control, known, options, shared } = team;
  const { port1, port2 } = new MessageChannel();
  const workerData: HelperStart = {
    ...shared,
    me,
    control: control.shared,
    states: options.states,
    known,
    port: port2,
  };
  const thread = new Worker(workerFile(), { workerData, transferList: [port2] });
  thread.on("error", (error: Error) => fail(team, error));
  thread.on("exit", (code) => {
    if (code !== 0) fail(team, new Error(`A worker has ended (${code})`));
  });
  // A helper that rests keeps no program from ending.
  thread.unref();
  port1.unref();
  return { me, thread, port: port1, received: 0 };
}

/** The worker's file stands beside this one, also where both are bundled. */
function workerFile(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./search-worker.ts" : "./search-worker.js";
  return new URL(name, import.meta.url);
}

/** Waits until all helpers have begun. */
export async function meet(team: Team): Promise<void> {
  callHelpers(team);
  const { control, helpers } = team;
  while (helpers.some(({ me }) => control.status(me) === "absent")) {
    await failed(team);
    await turn();
  }
}

/** Waits until all helpers rest. */
export async function rest(team: Team): Promise<void> {
  const { control } = team;
  const isOver = (): boolean => areResting(team) || control.get("failed") === 1;
  while (!control.look(isOver)) await turn();
  await failed(team);
}

/** Throws the failure of a helper, which comes as an event. */
async function failed(team: Team): Promise<void> {
  if (team.control.get("failed") === 0) return;
  for (const { thread } of team.helpers) thread.ref();
  if (team.failure === undefined) {
    await new Promise<void>((resolve) => {
      team.onFailure = resolve;
    });
  }
  throw team.failure ?? new Error("A worker has failed");
}

/** The first failure counts: others follow from it. */
function fail(team: Team, error: Error): void {
  team.failure ??= error;
  team.control.set("failed", 1);
  team.onFailure();
}

/** Ends all threads; a search that is under way fails. */
export async function dismiss(team: Team): Promise<void> {
  const { control, helpers } = team;
  team.failure ??= new Error("The workers were closed");
  if (!team.isSearching && control.get("failed") === 0) {
    for (const { me, thread } of helpers) {
      if (control.status(me) === "absent") void thread.terminate();
      else control.give(me, "end");
    }
  } else {
    control.set("failed", 1);
    await Promise.all(helpers.map(({ thread }) => thread.terminate()));
  }
}
